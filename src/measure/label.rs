//! In: a corpus, one letter with its labels a line (JSON Lines). Out: the letters, and what is wrong with the lines that are none.
//! Refuses to guess: a label that names no rule, or quotes what the letter does not say, is a flaw of the corpus.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use serde::{Deserialize, de::IgnoredAny};

use crate::{
    config::nearest::did_you_mean,
    diagnostic::LetterKind,
    flaw::{Flaw, TomlFile},
    rule::{Reason, RuleBook, RuleKind},
};

/// A letter and what a careful reader marked in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// Its name within the corpus.
    pub id: String,
    /// The code of its language.
    pub language: String,
    /// Whether it ends a customer relationship.
    pub kind: LetterKind,
    /// Why it is written, as its writer would tell.
    pub reason: Option<Reason>,
    /// The letter.
    pub text: String,
    /// The stretches that should be flagged (bytes of the text), each with the rules of which one is to flag it.
    pub spans: Vec<(Range<usize>, Vec<String>)>,
    /// The elements that it lacks.
    pub missing: Vec<String>,
    /// Where it says those that it has (bytes of the text), if that was marked.
    pub says: Option<Vec<(Range<usize>, String)>>,
    /// Whether it argues its case at length.
    pub over_justifies: bool,
    /// Whether a careful reader would send it as it is.
    pub clean: bool,
}

/// A line of a corpus as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "`source` and `subject` are there for people")]
struct Record {
    id: String,
    lang: String,
    kind: LetterKind,
    text: String,
    #[serde(default)]
    reason: Option<Reason>,
    #[serde(default)]
    source: Option<IgnoredAny>,
    #[serde(default)]
    subject: Option<IgnoredAny>,
    spans: Option<Vec<Span>>,
    missing: Option<Vec<String>>,
    #[serde(default)]
    says: Option<BTreeMap<String, Vec<String>>>,
    over_justifies: Option<bool>,
    clean: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Span {
    quote: String,
    any_of: Vec<String>,
}

/// Reads a corpus; lines that are no labelled letter are left out, and what is wrong with each is told.
#[must_use]
pub fn read(file: &TomlFile, book: &RuleBook) -> (Vec<Labelled>, Vec<Flaw>) {
    let (mut letters, mut flaws) = (Vec::new(), Vec::new());
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let range = start..start + line.trim_end().len();
        start += line.len();
        if line.trim().is_empty() {
            continue;
        }
        match letter(file, &range, book) {
            Ok(letter) => letters.push(letter),
            Err(flaw) => flaws.push(flaw),
        }
    }
    (letters, flaws)
}

fn letter(file: &TomlFile, line: &Range<usize>, book: &RuleBook) -> Result<Labelled, Flaw> {
    let written = &file.text[line.clone()];
    let record: Record = serde_json::from_str(written).map_err(|error| {
        let at = (line.start + error.column().saturating_sub(1)).min(line.end);
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
        file.flaw(
            at..at,
            format!("this line is no labelled letter: {message}"),
            "a line needs `id`, `lang`, `kind` and `text`",
        )
    })?;
    let wrong = |part: &str, message: String, help: String| {
        let quoted = serde_json::to_string(part).expect("any text can be written as JSON");
        file.flaw(file.inside(line.clone(), &quoted, 0..quoted.len()), format!("{}: {message}", record.id), help)
    };
    let labels = (&record.spans, &record.missing, record.over_justifies, record.clean);
    let (spans, missing, over_justifies, clean) = match labels {
        (Some(spans), Some(missing), Some(over_justifies), Some(clean)) => (spans, missing, over_justifies, clean),
        _ if record.kind == LetterKind::Other => (&Vec::new(), &Vec::new(), false, false),
        _ => {
            let help = "`spans` and `missing` (lists, perhaps empty), `over_justifies` and `clean` (true or false)";
            return Err(wrong(&record.id, "a letter of kind `termination` needs all its labels".into(), help.into()));
        }
    };
    let names = Names::of(book);
    let no_element = |element: &str| {
        let message = format!("no rule asks for the element `{element}`");
        wrong(element, message, did_you_mean(element, &names.elements))
    };
    let place = |quotes: &mut Quotes, quote: &str| {
        quotes.find(quote).ok_or_else(|| {
            let help =
                "quote it letter by letter, line breaks too; a second quote of the same words needs a second place";
            wrong(quote, "the text does not contain this quote".into(), help.into())
        })
    };
    let mut quotes = Quotes::of(&record.text);
    let mut places = Vec::new();
    for span in spans {
        for rule in &span.any_of {
            if !names.rules.contains(&rule.as_str()) {
                return Err(wrong(rule, format!("no rule `{rule}` marks stretches"), did_you_mean(rule, &names.rules)));
            }
        }
        if span.any_of.is_empty() || span.quote.is_empty() {
            return Err(wrong(&span.quote, "a span needs a `quote` and a rule in `any_of`".into(), String::new()));
        }
        places.push((place(&mut quotes, &span.quote)?, span.any_of.clone()));
    }
    if let Some(element) = missing.iter().find(|element| !names.elements.contains(&element.as_str())) {
        return Err(no_element(element));
    }
    let says = record.says.as_ref().map(|says| {
        let mut places = Vec::new();
        for (element, said) in says {
            if !names.elements.contains(&element.as_str()) {
                return Err(no_element(element));
            }
            if missing.contains(element) {
                let message = format!("`{element}` is in `says` and in `missing`");
                return Err(wrong(element, message, "a letter says an element or lacks it".into()));
            }
            let mut quotes = Quotes::of(&record.text);
            for quote in said {
                places.push((place(&mut quotes, quote)?, element.clone()));
            }
        }
        Ok(places)
    });
    Ok(Labelled {
        spans: places,
        missing: missing.clone(),
        says: says.transpose()?,
        over_justifies,
        clean,
        id: record.id,
        language: record.lang,
        kind: record.kind,
        reason: record.reason,
        text: record.text,
    })
}

/// Where the quotes of a list stand: one that is given twice means two places.
struct Quotes<'t> {
    text: &'t str,
    behind: HashMap<String, usize>,
}

impl Quotes<'_> {
    fn of(text: &str) -> Quotes<'_> {
        Quotes { text, behind: HashMap::new() }
    }

    fn find(&mut self, quote: &str) -> Option<Range<usize>> {
        let from = self.behind.entry(quote.to_owned()).or_default();
        let start = *from + self.text.get(*from..)?.find(quote)?;
        *from = start + quote.chars().next().map_or(1, char::len_utf8);
        Some(start..start + quote.len())
    }
}

/// What labels may name.
struct Names<'b> {
    rules: Vec<&'b str>,
    elements: Vec<&'b str>,
}

impl<'b> Names<'b> {
    fn of(book: &'b RuleBook) -> Names<'b> {
        let rules = book.rules().iter();
        Names {
            rules: rules.clone().filter(|rule| rule.kind != RuleKind::Require).map(|rule| rule.id.as_str()).collect(),
            elements: rules.filter_map(|rule| rule.element.as_deref()).collect(),
        }
    }
}

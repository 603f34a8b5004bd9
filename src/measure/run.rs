//! In: what was said about letters. Out: a run, which can be stored and read again. Refuses to know where it is stored.

use std::{collections::BTreeMap, ops::Range};

use serde::{Deserialize, Serialize};

use super::{
    label::Labelled,
    score::{Scores, Tally, is_right},
};
use crate::{
    diagnostic::{LetterKind, Severity, Verdict},
    engine::UNKNOWN,
    rule::{RuleBook, RuleKind},
    source::Source,
};

/// The version of the shape of a run; it goes up when a reader of the old one would be misled.
const VERSION: u32 = 1;
/// The row of scores that is over all languages.
const ALL: &str = "all";

/// What the rules said about many letters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Run {
    version: u32,
    /// How many sentences the letters have, salutations, signatures and quoted mail left out.
    pub sentences: usize,
    /// How often each rule fired, by its id.
    pub rules: BTreeMap<String, Count>,
    /// How right that was, by language, and over `all`; empty without labels.
    pub scores: BTreeMap<String, Scores>,
    /// The letters.
    pub letters: Vec<Measured>,
}

/// How often a rule fired.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Count {
    /// With the severity that the rule has.
    pub firings: usize,
    /// The same for a thousand sentences.
    pub per_thousand: f64,
    /// As a note of a rule that is more than one: likely, not sure.
    pub likely: usize,
}

/// What the rules said about one letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// Its path, with `#ID` behind it where it is one of a corpus.
    pub id: String,
    /// The language that was recognised.
    pub language: String,
    /// Whether it was taken for a letter that ends a customer relationship.
    pub letter: LetterKind,
    /// How many sentences it has, as above; none in an unknown language.
    pub sentences: usize,
    /// What was flagged, in the order of the letter.
    pub firings: Vec<Firing>,
}

/// One diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firing {
    /// The rule's id.
    pub rule: String,
    /// How much it weighs.
    pub severity: Severity,
    /// Whether it has the severity of its rule; else it is a note, and only likely.
    pub sure: bool,
    /// Where the stretch begins and ends (bytes of the file).
    pub start: usize,
    /// See `start`.
    pub end: usize,
    /// The stretch; empty where something is missing.
    pub words: String,
    /// Whether the labels agree; `None` without labels, or where they do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right: Option<bool>,
}

impl Firing {
    /// The stretch (bytes of the file).
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

impl Measured {
    /// What was said about a draft, and whether its labels agree.
    #[must_use]
    pub fn new(id: String, source: &Source, verdict: &Verdict, labels: Option<&Labelled>, book: &RuleBook) -> Measured {
        let prose = |sentence: &&Range<usize>| {
            verdict
                .parts
                .iter()
                .any(|(kind, part)| kind.is_prose() && part.start <= sentence.start && sentence.end <= part.end)
        };
        let sentences = verdict.sentences.iter().filter(prose).count();
        let firing = |diagnostic: &crate::diagnostic::Diagnostic| {
            let place = source.in_file(diagnostic.range.clone());
            let mut firing = Firing {
                sure: book.rule(&diagnostic.rule).is_none_or(|rule| diagnostic.severity == rule.severity),
                rule: diagnostic.rule.clone(),
                severity: diagnostic.severity,
                start: place.start,
                end: place.end,
                words: source.text[diagnostic.range.clone()].to_owned(),
                right: None,
            };
            firing.right = labels.and_then(|labels| is_right(&firing, labels, book));
            firing
        };
        Measured {
            id,
            language: verdict.language.clone(),
            letter: verdict.letter,
            sentences,
            firings: verdict.diagnostics.iter().map(firing).collect(),
        }
    }
}

impl Run {
    /// A run over these letters, each with its labels, if it has any, and the rules that judged it.
    #[must_use]
    pub fn new<'b>(letters: Vec<(Measured, Option<&Labelled>, &'b RuleBook)>) -> Run {
        let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
        let mut rules: BTreeMap<String, Count> = BTreeMap::new();
        let mut last: Option<&'b RuleBook> = None;
        for (measured, labels, book) in &letters {
            if last.is_none_or(|last| !std::ptr::eq(last, *book)) {
                let enabled = book.rules().iter().filter(|rule| rule.enabled);
                enabled.for_each(|rule| _ = rules.entry(rule.id.clone()).or_default());
                last = Some(book);
            }
            for firing in &measured.firings {
                let count = rules.entry(firing.rule.clone()).or_default();
                *(if firing.sure { &mut count.firings } else { &mut count.likely }) += 1;
            }
            if let Some(labels) = labels {
                for row in [labels.language.as_str(), ALL] {
                    tallies.entry(row.to_owned()).or_default().add(measured, labels, book);
                }
            }
        }
        let sentences = letters.iter().map(|(measured, ..)| measured.sentences).sum();
        for count in rules.values_mut() {
            count.per_thousand = share(count.firings * 1000, sentences);
        }
        let scores = tallies.iter().map(|(row, tally)| (row.clone(), tally.scores())).collect();
        let letters = letters.into_iter().map(|(measured, ..)| measured).collect();
        Run { version: VERSION, sentences, rules, scores, letters }
    }

    /// Reads a stored run.
    ///
    /// # Errors
    /// What keeps the text from being one, for a person.
    pub fn read(text: &str) -> Result<Run, String> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let version: Version = serde_json::from_str(text).map_err(|error| format!("this is no stored run: {error}"))?;
        if version.version != VERSION {
            return Err(format!("this run was stored in version {} of the format, not {VERSION}", version.version));
        }
        serde_json::from_str(text).map_err(|error| format!("this is no stored run: {error}"))
    }

    /// How many letters are in a language for which there are no rules.
    #[must_use]
    pub fn unknown(&self) -> usize {
        self.letters.iter().filter(|letter| letter.language == UNKNOWN).count()
    }

    /// How many letters were taken for ones that end a customer relationship.
    #[must_use]
    pub fn judged(&self) -> usize {
        self.letters.iter().filter(|letter| letter.letter == LetterKind::Termination).count()
    }
}

/// A share, or none of nothing.
#[expect(clippy::cast_precision_loss, reason = "nobody measures on so many letters")]
pub(super) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The kind of a firing's rule.
pub(super) fn kind(firing: &Firing, book: &RuleBook) -> Option<RuleKind> {
    book.rule(&firing.rule).map(|rule| rule.kind)
}

//! In: an open document and what is said about it. Out: diagnostics as the client takes them. Refuses to show a new one on the word that is
//! being typed: half a word says nothing about the whole.

use std::{ops::Range, rc::Rc};

use gen_lsp_types as lsp;
use rustc_hash::FxHashMap;
use serde::{Serialize, Serializer};

use super::{
    client::Client,
    document::Document,
    explain,
    letter::{Letter, touch},
    position::{Lines, Places},
};
use crate::{
    diagnostic::{Diagnostic, Severity},
    flaw::Flaw,
    rule::{Rule, RuleKind},
};

/// As what partwell shows itself in lists of diagnostics.
const SOURCE: &str = "partwell";
/// Longer excerpts of related sentences are cut, in characters.
const EXCERPT: usize = 80;

/// A diagnostic as the client takes it.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Told {
    range: lsp::Range,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_information: Vec<lsp::DiagnosticRelatedInformation>,
    #[serde(flatten)]
    what: What,
}

/// What is the same for many diagnostics.
#[derive(Debug, Clone, PartialEq)]
struct What(Rc<Said>);

#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    severity: lsp::DiagnosticSeverity,
    source: &'static str,
    message: String,
    #[serde(flatten)]
    rule: Option<OfRule>,
}

/// What is said besides where a rule is broken.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct OfRule {
    code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_description: Option<lsp::CodeDescription>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<[lsp::DiagnosticTag; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Data>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Data {
    fixes: Vec<&'static str>,
}

impl Serialize for What {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// What is shown of a letter.
pub(super) struct Shown {
    pub(super) diagnostics: Vec<Told>,
    /// Rules and places, to tell later what is new.
    pub(super) places: Vec<(String, Range<usize>)>,
    /// Something is held back until the word at the caret is finished.
    pub(super) held: bool,
}

/// What is shown of a letter; `hold` where what is held back can be shown later.
pub(super) fn of_letter(document: &Document, letter: &Letter, client: &Client, hold: bool) -> Shown {
    let word = document.word_at_caret().filter(|_| hold);
    let mut places = document.places(client.encoding);
    let mut shown = Shown { diagnostics: Vec::new(), places: Vec::new(), held: false };
    let mut known: FxHashMap<_, What> = FxHashMap::default();
    for diagnostic in &letter.verdict.diagnostics {
        let place = letter.place_of(diagnostic);
        if word.as_ref().is_some_and(|word| touch(word, &place)) && is_new(document, &diagnostic.rule, &place) {
            shown.held = true;
            continue;
        }
        let key = (&diagnostic.rule, diagnostic.severity, &diagnostic.message);
        let what = known.entry(key).or_insert_with(|| what(letter, client, diagnostic)).clone();
        let range = places.range(place.clone());
        let related_information = related(document, letter, client, diagnostic, &mut places);
        shown.diagnostics.push(Told { range, related_information, what });
        shown.places.push((diagnostic.rule.clone(), place));
    }
    if let Some(unknown) = &letter.unknown {
        let message = [unknown.message.as_str(), &unknown.help].join("\n");
        let range = places.range(unknown.at.clone());
        shown.diagnostics.push(plain(range, lsp::DiagnosticSeverity::Error, message));
    }
    shown
}

fn is_new(document: &Document, rule: &str, place: &Range<usize>) -> bool {
    !document.shown.iter().any(|(known, shown)| known == rule && touch(shown, place))
}

/// What a diagnostic says, wherever it stands.
fn what(letter: &Letter, client: &Client, diagnostic: &Diagnostic) -> What {
    let rule = letter.house.book.rule(&diagnostic.rule);
    let limit = rule.is_some_and(|rule| rule.kind == RuleKind::Limit);
    let href = (client.code_description && client.reads_content)
        .then(|| explain::uri(&diagnostic.rule, &letter.verdict.messages));
    let ways = rule.map(Rule::ways).filter(|ways| client.diagnostic_data && !ways.is_empty());
    let severity = match diagnostic.severity {
        Severity::Error => lsp::DiagnosticSeverity::Error,
        Severity::Warning => lsp::DiagnosticSeverity::Warning,
        Severity::Note => lsp::DiagnosticSeverity::Information,
    };
    let rule = OfRule {
        code: diagnostic.rule.clone(),
        code_description: href.map(|href| lsp::CodeDescription { href: href.into() }),
        // What could be left out is shown as unnecessary code is.
        tags: limit.then_some([lsp::DiagnosticTag::Unnecessary]),
        // The fixes themselves are worked out when they are asked for.
        data: ways.map(|fixes| Data { fixes }),
    };
    What(Rc::new(Said { severity, source: SOURCE, message: diagnostic.message.clone(), rule: Some(rule) }))
}

fn related(
    document: &Document,
    letter: &Letter,
    client: &Client,
    diagnostic: &Diagnostic,
    places: &mut Places<'_>,
) -> Vec<lsp::DiagnosticRelatedInformation> {
    let related = diagnostic.related.iter().filter(|_| client.related).map(|(at, message)| {
        let at = letter.place(at);
        let message = if message.is_empty() { excerpt(&document.text[at.clone()]) } else { message.clone() };
        lsp::DiagnosticRelatedInformation {
            location: lsp::Location { uri: document.uri.as_str().into(), range: places.range(at) },
            message,
        }
    });
    related.collect()
}

/// A diagnostic of no rule.
fn plain(range: lsp::Range, severity: lsp::DiagnosticSeverity, message: String) -> Told {
    let what = What(Rc::new(Said { severity, source: SOURCE, message, rule: None }));
    Told { range, related_information: Vec::new(), what }
}

/// Why a document was not judged, at its very beginning.
pub(super) fn not_judged(why: &str) -> Told {
    plain(lsp::Range::default(), lsp::DiagnosticSeverity::Information, why.to_owned())
}

/// A flaw of a TOML file.
pub(super) fn of_flaw(flaw: &Flaw, client: &Client) -> Told {
    let lines = Lines::new(&flaw.text);
    let range = Places::new(&flaw.text, &lines, client.encoding).range(flaw.at.clone());
    let message = if flaw.help.is_empty() { flaw.message.clone() } else { format!("{}\n{}", flaw.message, flaw.help) };
    plain(range, lsp::DiagnosticSeverity::Error, message)
}

/// A sentence, shortened, on one line.
pub(super) fn excerpt(text: &str) -> String {
    let mut excerpt = String::new();
    for word in text.split_whitespace() {
        if !excerpt.is_empty() {
            excerpt.push(' ');
        }
        excerpt.push_str(word);
        if excerpt.len() > EXCERPT
            && let Some((end, _)) = excerpt.char_indices().nth(EXCERPT)
        {
            excerpt.truncate(end);
            excerpt.push('…');
            break;
        }
    }
    excerpt
}

//! In: an open document and what is said about it. Out: diagnostics as the client takes them. Refuses to show a new one on the word that is
//! being typed: half a word says nothing about the whole.

use std::ops::Range;

use gen_lsp_types as lsp;
use serde_json::json;

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

/// What is shown of a letter.
pub(super) struct Shown {
    pub(super) diagnostics: Vec<lsp::Diagnostic>,
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
    for diagnostic in &letter.verdict.diagnostics {
        let place = letter.place_of(diagnostic);
        if word.as_ref().is_some_and(|word| touch(word, &place)) && is_new(document, &diagnostic.rule, &place) {
            shown.held = true;
            continue;
        }
        shown.diagnostics.push(one(document, letter, client, diagnostic, &mut places));
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

fn one(
    document: &Document,
    letter: &Letter,
    client: &Client,
    diagnostic: &Diagnostic,
    places: &mut Places<'_>,
) -> lsp::Diagnostic {
    let rule = letter.house.book.rule(&diagnostic.rule);
    let limit = rule.is_some_and(|rule| rule.kind == RuleKind::Limit);
    let range = places.range(letter.place_of(diagnostic));
    let related = diagnostic.related.iter().map(|(at, message)| {
        let at = letter.place(at);
        let message = if message.is_empty() { excerpt(&document.text[at.clone()]) } else { message.clone() };
        lsp::DiagnosticRelatedInformation {
            location: lsp::Location { uri: document.uri.as_str().into(), range: places.range(at) },
            message,
        }
    });
    let related: Vec<_> = if client.related { related.collect() } else { Vec::new() };
    let href = (client.code_description && client.reads_content)
        .then(|| explain::uri(&diagnostic.rule, &letter.verdict.messages));
    let ways = rule.map(Rule::ways).filter(|ways| client.diagnostic_data && !ways.is_empty());
    lsp::Diagnostic {
        severity: Some(match diagnostic.severity {
            Severity::Error => lsp::DiagnosticSeverity::Error,
            Severity::Warning => lsp::DiagnosticSeverity::Warning,
            Severity::Note => lsp::DiagnosticSeverity::Information,
        }),
        code: Some(lsp::Code::String(diagnostic.rule.clone())),
        code_description: href.map(|href| lsp::CodeDescription { href: href.into() }),
        // What could be left out is shown as unnecessary code is.
        tags: limit.then(|| vec![lsp::DiagnosticTag::Unnecessary]),
        related_information: (!related.is_empty()).then_some(related),
        // The fixes themselves are worked out when they are asked for.
        data: ways.map(|ways| json!({ "fixes": ways })),
        ..plain(range, lsp::DiagnosticSeverity::Error, diagnostic.message.clone())
    }
}

/// A diagnostic of no rule.
fn plain(range: lsp::Range, severity: lsp::DiagnosticSeverity, message: String) -> lsp::Diagnostic {
    lsp::Diagnostic {
        range,
        severity: Some(severity),
        source: Some(SOURCE.to_owned()),
        message: lsp::Message::String(message),
        code: None,
        code_description: None,
        tags: None,
        related_information: None,
        data: None,
    }
}

/// Why a document was not judged, at its very beginning.
pub(super) fn not_judged(why: &str) -> lsp::Diagnostic {
    plain(lsp::Range::default(), lsp::DiagnosticSeverity::Information, why.to_owned())
}

/// A flaw of a TOML file.
pub(super) fn of_flaw(flaw: &Flaw, client: &Client) -> lsp::Diagnostic {
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

//! In: a letter. Out: its parts as symbols with the elements in them, and its checklist with the reason in force, for the top of the editor.
//! Refuses to say what is missing from a text that ends no relationship.

use std::{fmt::Write as _, ops::Range};

use gen_lsp_types as lsp;
use serde_json::json;

use super::{
    actions::{SET_REASON, command, word},
    diagnostics::excerpt,
    document::Document,
    letter::Letter,
    position::Places,
    sync::Judged,
};
use crate::diagnostic::LetterKind;

/// The command that tells the checklist.
pub(super) const CHECKLIST: &str = "partwell.checklist";

/// The parts of a letter, each with the elements that stand in it.
pub(super) fn symbols(Judged { document, letter, client }: Judged<'_>) -> Vec<lsp::DocumentSymbol> {
    let mut places = document.places(client.encoding);
    let texts = letter.texts();
    let elements: Vec<(&str, &Range<usize>)> = letter
        .verdict
        .elements
        .iter()
        .flat_map(|(name, ranges)| ranges.iter().map(move |range| (name.as_str(), range)))
        .collect();
    let mut symbols = Vec::new();
    for (kind, range) in &letter.verdict.parts {
        let name = texts.map_or_else(|| format!("{kind:?}"), |texts| texts.part(*kind));
        let mut part = symbol(document, letter, name, lsp::SymbolKind::String, range, &mut places);
        let mut inside: Vec<_> =
            elements.iter().filter(|(_, at)| range.start <= at.start && at.end <= range.end).collect();
        inside.sort_by_key(|(_, at)| at.start);
        let child = |(name, at): &&(&str, &Range<usize>)| {
            let name = texts.map_or(*name, |texts| texts.element(name)).to_owned();
            symbol(document, letter, name, lsp::SymbolKind::Key, at, &mut places)
        };
        let children: Vec<lsp::DocumentSymbol> = inside.iter().map(child).collect();
        part.children = (!children.is_empty()).then_some(children);
        symbols.push(part);
    }
    symbols
}

fn symbol(
    document: &Document,
    letter: &Letter,
    name: String,
    kind: lsp::SymbolKind,
    range: &Range<usize>,
    places: &mut Places<'_>,
) -> lsp::DocumentSymbol {
    let at = letter.place(range);
    let detail = Some(excerpt(&document.text[at.clone()])).filter(|detail| !detail.is_empty());
    let range = places.range(at);
    #[expect(deprecated, reason = "the shape has no other constructor that takes all of this")]
    lsp::DocumentSymbol {
        name,
        detail,
        kind,
        tags: None,
        deprecated: None,
        range,
        selection_range: range,
        children: None,
    }
}

/// The elements that the letter has and lacks, in one line; none for a text that ends no relationship and does not say so.
pub(super) fn checklist(letter: &Letter) -> Option<String> {
    if letter.verdict.letter == LetterKind::Other {
        return letter.verdict.reason.as_ref().map(|_| word(letter, "other-letter"));
    }
    let mut line = String::new();
    for (element, there) in &letter.verdict.checklist {
        let name = letter.texts().map_or(element.as_str(), |texts| texts.element(element));
        let _ = write!(line, "{}{name} {}", if line.is_empty() { "" } else { "  " }, if *there { "✓" } else { "✗" });
    }
    Some(line)
}

/// The reason in force, in one line.
pub(super) fn reason(letter: &Letter) -> String {
    match &letter.verdict.reason {
        Some(reason) => word(letter, "editor-reason").replace("{reason}", reason),
        None => word(letter, "editor-no-reason"),
    }
}

/// The checklist and the reason at the top of the letter.
pub(super) fn lenses(Judged { document, letter, .. }: Judged<'_>) -> Vec<lsp::CodeLens> {
    let Some(checklist) = checklist(letter) else { return Vec::new() };
    let lens = |title: &str, name: &str| lsp::CodeLens {
        range: lsp::Range::default(),
        command: Some(lsp::Command { arguments: Some(vec![json!(document.uri)]), ..command(title, name) }),
        data: None,
    };
    vec![lens(&checklist, CHECKLIST), lens(&reason(letter), SET_REASON)]
}

/// The same for editors that show no lenses: behind the first line.
pub(super) fn hints(Judged { document, letter, client }: Judged<'_>) -> Vec<lsp::InlayHint> {
    let Some(checklist) = checklist(letter) else { return Vec::new() };
    let end = document.lines.range(&document.text, 0).end;
    vec![lsp::InlayHint {
        position: document.places(client.encoding).position(end),
        label: lsp::Label::String(format!("{checklist}  {}", reason(letter))),
        kind: None,
        text_edits: None,
        tooltip: None,
        padding_left: Some(true),
        padding_right: None,
        data: None,
    }]
}

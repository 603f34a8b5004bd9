//! In: a letter and the stretch at which the user stands. Out: what can be done there: fixes, all safe ones at once, a reason set, a rule
//! explained. Refuses to word a fix: that is the engine's. An action whose edit cannot be written is not offered; a client that can ask
//! for the edit later is told it only then.

use std::{collections::HashMap, ops::Range};

use gen_lsp_types as lsp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{client::Client, diagnostics::excerpt, document::Document, ignore, letter::Letter, reason, sync::Judged};
use crate::{
    diagnostic::{Applicability, Fix},
    rule::{Reason, Texts},
    source::{Editor, Format, Scope},
};

/// Fixes all that is safe; editors do it when a file is saved.
pub(super) const FIX_ALL: &str = "source.fixAll.partwell";
/// The command that explains a rule.
pub(super) const EXPLAIN: &str = "partwell.explain";
/// The command that sets the reason of a letter.
pub(super) const SET_REASON: &str = "partwell.setReason";

/// What an action does; kept in its data until its edit is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Wanted {
    /// A fix of a diagnostic, by their numbers.
    Fix(usize, usize),
    /// All safe fixes.
    FixAll,
    /// The reason of the letter.
    Reason(Reason),
    /// What a diagnostic, by its number, complains of stays here.
    IgnoreHere(usize),
    /// It stays in all of the letter.
    IgnoreInLetter(usize),
}

/// The data of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Data {
    pub(super) uri: String,
    pub(super) version: i32,
    pub(super) wanted: Wanted,
}

/// Replacements in the editor's text.
pub(super) type Edits = Vec<(Range<usize>, String)>;

/// What can be done at a stretch. `only` are the kinds that are asked for; none asks for all.
pub(super) fn at(judged: Judged<'_>, range: &Range<usize>, only: &[String]) -> Vec<lsp::CodeAction> {
    let Judged { document, letter, .. } = judged;
    let asked = |kind: &str| {
        let below =
            |only: &String| kind == *only || kind.starts_with(only.as_str()) && kind[only.len()..].starts_with('.');
        only.is_empty() || only.iter().any(|only| only.is_empty() || below(only))
    };
    let mut actions = Vec::new();
    if asked("quickfix") {
        quick_fixes(judged, range, &mut actions);
    }
    // Menus offer what was asked for by name; on each save editors ask for source actions by theirs.
    if asked(FIX_ALL) {
        actions.extend(judged.action(word(letter, "editor-fix-all"), FIX_ALL, Wanted::FixAll));
    }
    let at_top = range.start <= document.lines.range(&document.text, 0).end || in_declared(letter, range);
    if asked("refactor.rewrite") && (at_top || !only.is_empty()) && letter.source.format != Format::Html {
        for reason in Reason::ALL {
            if letter.verdict.reason.as_deref() != Some(reason.name()) {
                let title = word(letter, "editor-set-reason").replace("{reason}", reason.name());
                actions.extend(judged.action(title, "refactor.rewrite", Wanted::Reason(reason)));
            }
        }
    }
    actions
}

fn in_declared(letter: &Letter, range: &Range<usize>) -> bool {
    letter.source.declared.reason.as_ref().is_some_and(|(_, at)| at.start <= range.end && range.start <= at.end)
}

impl Judged<'_> {
    /// An action; none where its edit cannot be written, or changes nothing.
    fn action(self, title: String, kind: &str, wanted: Wanted) -> Option<lsp::CodeAction> {
        let edits = edits(self.document, self.letter, &wanted).filter(|edits| !edits.is_empty())?;
        let mut action = empty_action(title, kind);
        if self.client.resolves_edits {
            let data = Data { uri: self.document.uri.clone(), version: self.document.version, wanted };
            action.data = Some(serde_json::to_value(data).expect("the data has no keys but strings"));
        } else {
            action.edit = Some(workspace_edit(self.document, self.client, edits));
        }
        Some(action)
    }
}

fn quick_fixes(judged: Judged<'_>, range: &Range<usize>, actions: &mut Vec<lsp::CodeAction>) {
    let letter = judged.letter;
    for (number, diagnostic) in letter.touching(range) {
        for (fix_number, fix) in diagnostic.fixes.iter().enumerate() {
            let wanted = Wanted::Fix(number, fix_number);
            let Some(mut made) = judged.action(excerpt(&fix.title), "quickfix", wanted) else { continue };
            made.is_preferred = (fix_number == 0 && fix.applicability == Applicability::Safe).then_some(true);
            actions.push(made);
        }
    }
    let mut told: Vec<&str> = Vec::new();
    for (number, diagnostic) in letter.touching(range) {
        let rule = diagnostic.rule.as_str();
        if told.contains(&rule) {
            continue;
        }
        told.push(rule);
        let name = letter.texts().and_then(|texts| texts.rule(rule)).map_or(rule, |text| &text.title);
        let ways = [
            ("editor-ignore-here", Wanted::IgnoreHere(number)),
            ("editor-ignore-in-letter", Wanted::IgnoreInLetter(number)),
        ];
        for (key, wanted) in ways {
            let title = word(letter, key).replace("{rule}", name);
            actions.extend(judged.action(title, "quickfix", wanted));
        }
        let title = word(letter, "editor-explain").replace("{rule}", name);
        let arguments = vec![json!(rule), json!(letter.verdict.messages)];
        actions.push(lsp::CodeAction {
            command: Some(lsp::Command { arguments: Some(arguments), ..command(&title, EXPLAIN) }),
            ..empty_action(title, "quickfix")
        });
    }
}

/// A word of the user interface, in the reader's language.
pub(super) fn word(letter: &Letter, key: &str) -> String {
    letter.texts().unwrap_or_else(|| Texts::fallback()).ui(key).to_owned()
}

pub(super) fn command(title: &str, command: &str) -> lsp::Command {
    lsp::Command { title: title.to_owned(), tooltip: None, command: command.to_owned(), arguments: None }
}

fn empty_action(title: String, kind: &str) -> lsp::CodeAction {
    lsp::CodeAction { title, kind: Some(kind.to_owned().into()), ..lsp::CodeAction::default() }
}

/// The edits of an action, in order, not overlapping; none where they cannot be written into this kind of document.
pub(super) fn edits(document: &Document, letter: &Letter, wanted: &Wanted) -> Option<Edits> {
    match wanted {
        Wanted::Fix(diagnostic, fix) => {
            let diagnostic = letter.verdict.diagnostics.get(*diagnostic)?;
            of_fix(letter, diagnostic.fixes.get(*fix)?)
        }
        Wanted::FixAll => Some(all_safe(letter)),
        Wanted::Reason(reason) => reason::edit(&document.text, letter, *reason).map(|edit| vec![edit]),
        Wanted::IgnoreHere(diagnostic) => ignored(document, letter, *diagnostic, Scope::NextLine),
        Wanted::IgnoreInLetter(diagnostic) => ignored(document, letter, *diagnostic, Scope::Letter),
    }
}

fn ignored(document: &Document, letter: &Letter, diagnostic: usize, scope: Scope) -> Option<Edits> {
    let diagnostic = letter.verdict.diagnostics.get(diagnostic)?;
    ignore::edit(&document.text, letter, diagnostic, scope).map(|edit| vec![edit])
}

/// The first safe fix of each diagnostic, but for those that would change what another has changed.
fn all_safe(letter: &Letter) -> Edits {
    let mut all: Edits = Vec::new();
    for diagnostic in &letter.verdict.diagnostics {
        let safe = diagnostic.fixes.iter().find(|fix| fix.applicability == Applicability::Safe);
        let Some(edits) = safe.and_then(|fix| of_fix(letter, fix)) else { continue };
        let free = |(range, _): &(Range<usize>, String)| {
            all.iter().all(|(other, _)| range.end < other.start || other.end < range.start)
        };
        if edits.iter().all(free) {
            all.extend(edits);
        }
    }
    all.sort_by_key(|(range, _)| range.start);
    all
}

fn of_fix(letter: &Letter, fix: &Fix) -> Option<Edits> {
    let edits = Editor::new(&letter.source).file_edits(&fix.edits).ok()?;
    Some(edits.into_iter().map(|edit| (edit.range.clone(), edit.text())).collect())
}

/// Edits as the client takes them.
pub(super) fn workspace_edit(document: &Document, client: &Client, edits: Edits) -> lsp::WorkspaceEdit {
    let mut places = document.places(client.encoding);
    let edits: Vec<lsp::TextEdit> =
        edits.into_iter().map(|(range, new_text)| lsp::TextEdit { range: places.range(range), new_text }).collect();
    let uri: lsp::Uri = document.uri.as_str().into();
    if !client.document_changes {
        return lsp::WorkspaceEdit { changes: Some(HashMap::from([(uri, edits)])), ..lsp::WorkspaceEdit::default() };
    }
    let text_document = lsp::OptionalVersionedTextDocumentIdentifier {
        version: Some(document.version),
        text_document_identifier: lsp::TextDocumentIdentifier { uri },
    };
    let edit = lsp::TextDocumentEdit { text_document, edits: edits.into_iter().map(lsp::Edit::TextEdit).collect() };
    let changes = vec![lsp::DocumentChange::TextDocumentEdit(edit)];
    lsp::WorkspaceEdit { document_changes: Some(changes), ..lsp::WorkspaceEdit::default() }
}

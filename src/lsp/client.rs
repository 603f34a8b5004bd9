//! In: the parameters of `initialize`. Out: what the client can do, as far as it makes a difference here. Refuses to fail on shapes of
//! capabilities that it does not know: they are read one by one.

use std::path::PathBuf;

use serde_json::Value;

use super::{position::Encoding, uri};

/// A client.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is something that a client can or cannot do")]
pub(super) struct Client {
    pub(super) encoding: Encoding,
    /// It asks for diagnostics; they are not pushed then.
    pub(super) pulls: bool,
    pub(super) refreshes_diagnostics: bool,
    pub(super) refreshes_lenses: bool,
    pub(super) related: bool,
    pub(super) diagnostic_data: bool,
    pub(super) code_description: bool,
    /// It takes code actions, not only commands.
    pub(super) actions: bool,
    /// It asks for the edit of an action when it is chosen.
    pub(super) resolves_edits: bool,
    /// It takes edits of a version of a document.
    pub(super) document_changes: bool,
    pub(super) applies_edits: bool,
    pub(super) markdown: bool,
    pub(super) lenses: bool,
    pub(super) hints: bool,
    pub(super) asks_configuration: bool,
    pub(super) registers_configuration: bool,
    pub(super) registers_watchers: bool,
    /// It asks the server for the text of documents that are no files.
    pub(super) reads_content: bool,
    pub(super) shows_documents: bool,
    pub(super) folders: Vec<PathBuf>,
    pub(super) locale: Option<String>,
}

impl Client {
    pub(super) fn new(params: &Value) -> Client {
        let at = |path: &str| params.pointer(&format!("/capabilities/{path}"));
        let can = |path: &str| at(path).and_then(Value::as_bool).unwrap_or(false);
        let lists = |path: &str, wanted: &str| strings(at(path)).any(|found| found == wanted);
        let has = |path: &str| at(path).is_some_and(Value::is_object);
        let offered: Vec<&str> = strings(at("general/positionEncodings")).collect();
        Client {
            encoding: Encoding::negotiated(&offered),
            pulls: has("textDocument/diagnostic"),
            refreshes_diagnostics: can("workspace/diagnostics/refreshSupport"),
            refreshes_lenses: can("workspace/codeLens/refreshSupport"),
            related: can("textDocument/publishDiagnostics/relatedInformation")
                || can("textDocument/diagnostic/relatedInformation"),
            diagnostic_data: can("textDocument/publishDiagnostics/dataSupport")
                || can("textDocument/diagnostic/dataSupport"),
            code_description: can("textDocument/publishDiagnostics/codeDescriptionSupport")
                || can("textDocument/diagnostic/codeDescriptionSupport"),
            actions: has("textDocument/codeAction/codeActionLiteralSupport"),
            resolves_edits: can("textDocument/codeAction/dataSupport")
                && lists("textDocument/codeAction/resolveSupport/properties", "edit"),
            document_changes: can("workspace/workspaceEdit/documentChanges"),
            applies_edits: can("workspace/applyEdit"),
            markdown: lists("textDocument/hover/contentFormat", "markdown"),
            lenses: has("textDocument/codeLens"),
            hints: has("textDocument/inlayHint"),
            asks_configuration: can("workspace/configuration"),
            registers_configuration: can("workspace/didChangeConfiguration/dynamicRegistration"),
            registers_watchers: can("workspace/didChangeWatchedFiles/dynamicRegistration"),
            reads_content: has("workspace/textDocumentContent"),
            shows_documents: can("window/showDocument/support"),
            folders: folders(params),
            locale: params.get("locale").and_then(Value::as_str).map(language),
        }
    }
}

/// The language of a locale: `pl` of `pl-PL`.
fn language(locale: &str) -> String {
    locale.split(['-', '_', '.']).next().unwrap_or_default().to_lowercase()
}

fn strings(value: Option<&Value>) -> impl Iterator<Item = &str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The folders of the workspace, or what older clients call its root.
fn folders(params: &Value) -> Vec<PathBuf> {
    let told = params.get("workspaceFolders").and_then(Value::as_array);
    let told: Vec<PathBuf> = told
        .into_iter()
        .flatten()
        .filter_map(|folder| folder.get("uri").and_then(Value::as_str))
        .filter_map(uri::path)
        .collect();
    if !told.is_empty() {
        return told;
    }
    let root = params.get("rootUri").and_then(Value::as_str).and_then(uri::path);
    let older = || params.get("rootPath").and_then(Value::as_str).map(PathBuf::from);
    root.or_else(older).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn odd_capabilities_are_passed_over() {
        let client = Client::new(&json!({
            "rootUri": "file:///letters",
            "workspaceFolders": null,
            "locale": "pl-PL",
            "capabilities": {
                "general": { "positionEncodings": ["utf-8", 7] },
                "workspace": { "configuration": "yes", "applyEdit": true },
                "textDocument": { "diagnostic": {}, "codeLens": null },
            },
        }));
        assert_eq!((client.encoding, client.pulls, client.lenses), (Encoding::Utf8, true, false));
        assert_eq!((client.asks_configuration, client.applies_edits), (false, true));
        assert_eq!((client.folders, client.locale.as_deref()), (vec![PathBuf::from("/letters")], Some("pl")));
        assert_eq!(Client::new(&Value::Null).encoding, Encoding::Utf16);
    }
}

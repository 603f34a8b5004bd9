//! In: a request. Out: its answer, or an error that says whose fault it is. Refuses what it does not know.

use std::ops::Range;

use gen_lsp_types as lsp;
use lsp_server::{ErrorCode, RequestId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    actions::{self, Data, EXPLAIN, FIX_ALL, SET_REASON},
    client::Client,
    diagnostics::Told,
    document::Kind,
    explain,
    outline::{self, CHECKLIST},
    server::{Failure, Server},
    sync::{About, Judged, Named},
    toml_help,
};
use crate::config::house::House;

/// What the server can do for a client.
pub(super) fn capabilities(client: &Client) -> Value {
    let sync = json!({ "openClose": true, "change": lsp::TextDocumentSyncKind::Incremental, "save": true });
    let mut capabilities = json!({
        "positionEncoding": client.encoding.kind(),
        "textDocumentSync": sync,
        "hoverProvider": true,
        "documentSymbolProvider": true,
        "completionProvider": { "triggerCharacters": [".", "[", "\"", "{"] },
        "executeCommandProvider": { "commands": [EXPLAIN, SET_REASON, CHECKLIST] },
        "workspace": { "workspaceFolders": { "supported": true, "changeNotifications": true } },
    });
    if client.actions {
        let kinds = ["quickfix", "refactor.rewrite", FIX_ALL];
        capabilities["codeActionProvider"] =
            json!({ "codeActionKinds": kinds, "resolveProvider": client.resolves_edits });
    }
    if client.pulls {
        let options =
            json!({ "identifier": "partwell", "interFileDependencies": false, "workspaceDiagnostics": false });
        capabilities["diagnosticProvider"] = options;
    }
    if client.lenses {
        capabilities["codeLensProvider"] = json!({ "resolveProvider": false });
    } else if client.hints {
        capabilities["inlayHintProvider"] = json!(true);
    }
    if client.reads_content {
        capabilities["workspace"]["textDocumentContent"] = json!({ "schemes": [explain::SCHEME] });
    }
    let info = json!({ "name": "partwell", "version": env!("CARGO_PKG_VERSION") });
    json!({ "capabilities": capabilities, "serverInfo": info })
}

/// A place in a document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct At {
    text_document: Named,
    position: lsp::Position,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActionsAt {
    text_document: Named,
    range: lsp::Range,
    #[serde(default)]
    context: ActionContext,
}

/// The diagnostics that the client sends along are those that it was told.
#[derive(Debug, Default, Deserialize)]
struct ActionContext {
    only: Option<Vec<String>>,
}

pub(super) fn fulfil(server: &mut Server, id: &RequestId, method: &str, params: Value) {
    match method {
        "textDocument/diagnostic" => answer(server, id, params, diagnostics),
        "textDocument/codeAction" => answer(server, id, params, code_actions),
        "codeAction/resolve" => answer(server, id, params, resolve),
        "textDocument/hover" => answer(server, id, params, hover),
        "textDocument/documentSymbol" => answer(server, id, params, symbols),
        "textDocument/codeLens" => answer(server, id, params, lenses),
        "textDocument/inlayHint" => answer(server, id, params, hints),
        "textDocument/completion" => answer(server, id, params, completion),
        "workspace/executeCommand" => answer(server, id, params, Server::execute),
        "workspace/textDocumentContent" => answer(server, id, params, content),
        _ => server.writer.fail(Some(id), ErrorCode::MethodNotFound, &format!("`{method}` is not known here")),
    }
}

fn answer<P: DeserializeOwned, R: Serialize>(
    server: &mut Server,
    id: &RequestId,
    params: Value,
    handler: fn(&mut Server, &P) -> Result<R, Failure>,
) {
    let params = serde_json::from_value(params).map_err(|error| Failure::params(error.to_string()));
    match params.and_then(|params| handler(server, &params)) {
        Ok(result) => server.writer.respond(id, &result),
        Err(Failure { code, message }) => server.writer.fail(Some(id), code, &message),
    }
}

/// All diagnostics of a document.
#[derive(Serialize)]
struct Report {
    kind: &'static str,
    items: Vec<Told>,
}

fn diagnostics(server: &mut Server, params: &About) -> Result<Report, Failure> {
    let uri = &params.text_document.uri;
    server.document(uri)?;
    Ok(Report { kind: "full", items: server.diagnostics(uri) })
}

fn code_actions(server: &mut Server, params: &ActionsAt) -> Result<Vec<lsp::CodeAction>, Failure> {
    let Some(judged) = server.mended(&params.text_document.uri)? else { return Ok(Vec::new()) };
    let Judged { document, client, .. } = judged;
    let range = document.lines.bytes(&document.text, params.range, client.encoding);
    Ok(actions::at(judged, &range, params.context.only.as_deref().unwrap_or_default()))
}

fn resolve(server: &mut Server, action: &lsp::CodeAction) -> Result<lsp::CodeAction, Failure> {
    let mut action = action.clone();
    let Some(data) = action.data.clone() else { return Ok(action) };
    let data: Data = serde_json::from_value(data).map_err(|error| Failure::params(error.to_string()))?;
    let Some(Judged { document, letter, client }) = server.mended(&data.uri)? else { return Ok(action) };
    if document.version != data.version {
        let message = "the document has changed since".to_owned();
        return Err(Failure { code: ErrorCode::ContentModified, message });
    }
    let edits = actions::edits(document, letter, &data.wanted);
    action.edit = edits.map(|edits| actions::workspace_edit(document, client, edits));
    Ok(action)
}

fn hover(server: &mut Server, params: &At) -> Result<Option<lsp::Hover>, Failure> {
    let uri = &params.text_document.uri;
    server.letter(uri)?;
    let house = house_of(server, uri)?;
    let (client, document) = (&server.client, server.document(uri)?);
    let offset = document.lines.offset(&document.text, params.position, client.encoding);
    let found: Option<(String, Range<usize>)> = match (document.kind, &document.letter) {
        (Kind::Draft(_), Some(letter)) => letter
            .touching(&(offset..offset))
            .map(|(_, diagnostic)| (explain::hover(letter, diagnostic), letter.place_of(diagnostic)))
            .reduce(|(page, place), (more, _)| (format!("{page}\n---\n\n{more}"), place)),
        (Kind::Draft(_), None) => None,
        (kind, _) => house.and_then(|house| {
            let language =
                client.locale.as_deref().filter(|code| house.book.languages().contains(code)).unwrap_or("en");
            toml_help::hover(&document.text, offset, kind == Kind::Config, &house, house.book.texts(language))
        }),
    };
    Ok(found.map(|(page, place)| {
        let (kind, value) = if client.markdown {
            (lsp::MarkupKind::Markdown, page)
        } else {
            (lsp::MarkupKind::PlainText, explain::without_markup(&page))
        };
        let range = Some(document.places(client.encoding).range(place));
        lsp::Hover { contents: lsp::Contents::MarkupContent(lsp::MarkupContent { kind, value }), range }
    }))
}

fn symbols(server: &mut Server, params: &About) -> Result<Vec<lsp::DocumentSymbol>, Failure> {
    Ok(server.letter(&params.text_document.uri)?.map(outline::symbols).unwrap_or_default())
}

fn lenses(server: &mut Server, params: &About) -> Result<Vec<lsp::CodeLens>, Failure> {
    let shown = shows_checklist(server, &params.text_document.uri)?;
    let letter = server.letter(&params.text_document.uri)?.filter(|_| shown);
    Ok(letter.map(outline::lenses).unwrap_or_default())
}

fn hints(server: &mut Server, params: &About) -> Result<Vec<lsp::InlayHint>, Failure> {
    let shown = shows_checklist(server, &params.text_document.uri)?;
    let letter = server.letter(&params.text_document.uri)?.filter(|_| shown);
    Ok(letter.map(outline::hints).unwrap_or_default())
}

fn shows_checklist(server: &Server, uri: &str) -> Result<bool, Failure> {
    Ok(server.workspace.settings_of(&server.document(uri)?.place).checklist)
}

fn completion(server: &mut Server, params: &At) -> Result<Vec<lsp::CompletionItem>, Failure> {
    let uri = &params.text_document.uri;
    let house = house_of(server, uri)?;
    let document = server.document(uri)?;
    let (Some(house), Kind::Config | Kind::Rules) = (house, document.kind) else { return Ok(Vec::new()) };
    let offset = document.lines.offset(&document.text, params.position, server.client.encoding);
    let folder = document.path.as_deref().and_then(|path| path.parent()?.file_name()?.to_str());
    let language = folder.filter(|folder| house.book.languages().contains(folder));
    Ok(toml_help::completions(&document.text, offset, document.kind == Kind::Config, language, &house))
}

/// The house that holds where a document lies.
pub(super) fn house_of(server: &mut Server, uri: &str) -> Result<Option<std::rc::Rc<House>>, Failure> {
    let path = server.document(uri)?.place.clone();
    let settings = server.workspace.settings_of(&path).clone();
    Ok(path.parent().and_then(|folder| server.houses.of(folder, &settings)))
}

fn content(server: &mut Server, params: &Named) -> Result<Value, Failure> {
    let unknown = || Failure::params(format!("there is no document {}", params.uri));
    let (language, rule) = explain::named(&params.uri).ok_or_else(unknown)?;
    let text = server.explanation(rule, language).ok_or_else(unknown)?;
    Ok(json!({ "text": text }))
}

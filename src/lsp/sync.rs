//! In: what the client tells of its documents. Out: their texts kept, and their diagnostics. Refuses to judge a text twice: what was said of
//! it is kept until it changes.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{
    client::Client,
    diagnostics::{Told, not_judged, of_flaw, of_letter},
    document::{Change, Document, Kind},
    letter::{Asked, Letter},
    server::{Failure, Server},
    uri,
};
use crate::{config::Config, flaw::Flaw};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DidOpen {
    text_document: Item,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    uri: String,
    language_id: String,
    version: i32,
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DidChange {
    text_document: Versioned,
    content_changes: Vec<Change>,
}

#[derive(Debug, Deserialize)]
struct Versioned {
    uri: String,
    /// Some clients send null.
    version: Option<i32>,
}

/// The parameters of whatever is about one document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct About {
    pub(super) text_document: Named,
}

#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) uri: String,
}

/// All diagnostics of a document.
#[derive(Serialize)]
struct Publish<'a> {
    uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i32>,
    diagnostics: Vec<Told>,
}

/// A letter that the client has open, judged.
#[derive(Clone, Copy)]
pub(super) struct Judged<'s> {
    pub(super) document: &'s Document,
    pub(super) letter: &'s Letter,
    pub(super) client: &'s Client,
}

impl Server {
    pub(super) fn did_open(&mut self, params: DidOpen) {
        let Item { uri, language_id, version, text } = params.text_document;
        let document = Document::new(uri.clone(), &language_id, version, text, &self.workspace.folder());
        self.documents.insert(uri, document);
    }

    pub(super) fn did_change(&mut self, params: DidChange) {
        let Versioned { uri, version } = params.text_document;
        let encoding = self.client.encoding;
        let Some(document) = self.documents.get_mut(&uri) else {
            return self.log(&format!("textDocument/didChange: {uri} is not open"));
        };
        let followed = version.is_none_or(|version| version > document.version);
        let before = document.version;
        // The order of the messages is that of the changes, whatever the numbers say: the texts would differ if one were left out.
        document.change(params.content_changes, version.unwrap_or(before + 1), encoding);
        if !followed && !self.told_of_versions {
            self.told_of_versions = true;
            let version = version.unwrap_or_default();
            self.log(&format!("textDocument/didChange: version {version} of {uri} follows version {before}"));
        }
    }

    pub(super) fn did_close(&mut self, params: About) {
        let uri = params.text_document.uri;
        if self.documents.remove(&uri).is_some() && !self.client.pulls {
            self.push(&uri, None, Vec::new());
        }
        self.publish_flaws();
    }

    pub(super) fn did_save(&mut self, params: &About) {
        let saved = self.documents.get_mut(&params.text_document.uri);
        match saved.map(|document| (document.kind, document)) {
            // The word at the caret is finished.
            Some((Kind::Draft(_), document)) => {
                document.stale |= document.caret.take().is_some();
                self.quiet();
            }
            Some((Kind::Config | Kind::Rules, _)) => self.reload(),
            None => self.log(&format!("textDocument/didSave: {} is not open", params.text_document.uri)),
        }
    }

    /// A document that the client has open.
    pub(super) fn document(&self, uri: &str) -> Result<&Document, Failure> {
        self.documents.get(uri).ok_or_else(|| Failure::params(format!("{uri} is not open")))
    }

    /// A letter that the client has open, judged; none where it is no draft or cannot be judged.
    pub(super) fn letter(&mut self, uri: &str) -> Result<Option<Judged<'_>>, Failure> {
        self.document(uri)?;
        // Why it cannot be judged is said by its diagnostics.
        let _ = self.judge(uri, false);
        let document = self.document(uri)?;
        Ok(document.letter.as_ref().map(|letter| Judged { document, letter, client: &self.client }))
    }

    /// The same with the fixes of its diagnostics.
    pub(super) fn mended(&mut self, uri: &str) -> Result<Option<Judged<'_>>, Failure> {
        self.document(uri)?;
        let _ = self.judge(uri, true);
        self.letter(uri)
    }

    /// Judges a draft unless it was before. An error says why it cannot be.
    fn judge(&mut self, uri: &str, with_fixes: bool) -> Result<(), String> {
        let Some(document) = self.documents.get(uri) else { return Ok(()) };
        let Kind::Draft(format) = document.kind else { return Ok(()) };
        if document.letter.as_ref().is_some_and(|letter| letter.with_fixes || !with_fixes) {
            return Ok(());
        }
        let path = document.place.clone();
        let settings = self.workspace.settings_of(&path).clone();
        let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
        let house = self.houses.of(&folder, &settings).ok_or_else(|| self.no_house())?;
        let document = self.documents.get_mut(uri).expect("found just now");
        let asked = Asked { settings: &settings, locale: self.client.locale.as_deref(), with_fixes };
        let draft = (document.text.as_str(), format);
        document.letter = Some(Letter::new(draft, &path, house, &asked, &mut document.past)?);
        Ok(())
    }

    /// Why there are no rules to judge by.
    fn no_house(&self) -> String {
        let flaws = self.houses.flaws();
        let first = flaws.iter().find_map(|(file, flaws)| Some((file, flaws.first()?)));
        first.map_or_else(String::new, |(file, flaw)| format!("{}: {}", file.display(), flaw.message))
    }

    /// Tells the diagnostics of all documents that have changed; a client that pulls is told of files that it does not have open.
    pub(super) fn publish(&mut self) {
        let stale: Vec<String> =
            self.documents.values().filter(|document| document.stale).map(|document| document.uri.clone()).collect();
        for uri in stale {
            if self.client.pulls {
                // It asks when it likes.
                continue;
            }
            let diagnostics = self.diagnostics(&uri);
            let version = self.documents.get(&uri).map(|document| document.version);
            self.push(&uri, version, diagnostics);
        }
    }

    /// The diagnostics of an open document as it stands.
    pub(super) fn diagnostics(&mut self, uri: &str) -> Vec<Told> {
        let met = self.houses.count();
        let judged = self.judge(uri, false);
        let flawed = self.houses.count() != met;
        let Some(document) = self.documents.get_mut(uri) else { return Vec::new() };
        document.stale = false;
        let hold = !self.client.pulls || self.client.refreshes_diagnostics;
        let diagnostics = match (document.kind, judged, &document.letter) {
            (Kind::Draft(_), Err(why), _) => vec![not_judged(&why)],
            (Kind::Draft(_), Ok(()), Some(letter)) => {
                let shown = of_letter(document, letter, &self.client, hold);
                document.shown = shown.places;
                if shown.held {
                    self.wait_for_quiet();
                }
                shown.diagnostics
            }
            (Kind::Draft(_), Ok(()), None) => Vec::new(),
            (Kind::Config | Kind::Rules, ..) => self.toml_diagnostics(uri),
        };
        if flawed {
            self.publish_flaws();
        }
        diagnostics
    }

    fn push(&mut self, uri: &str, version: Option<i32>, diagnostics: Vec<Told>) {
        let params = Publish { uri, version, diagnostics };
        self.writer.notify("textDocument/publishDiagnostics", &params);
    }

    /// The flaws of an open TOML file: of a config as it stands in the editor, of rules as they were saved.
    fn toml_diagnostics(&mut self, uri: &str) -> Vec<Told> {
        let Some(document) = self.documents.get(uri) else { return Vec::new() };
        let Some(path) = document.path.clone() else { return Vec::new() };
        let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
        let settings = self.workspace.settings_of(&path).clone();
        let house = self.houses.of(&folder, &settings);
        let read = |path: &Path| match self.documents.values().find(|open| open.path.as_deref() == Some(path)) {
            Some(open) => Ok(open.text.clone()),
            None => std::fs::read_to_string(path),
        };
        let live: Vec<Flaw> = match document.kind {
            Kind::Config => match Config::load_with(&path, &read) {
                Ok(config) => house.map(|house| config.unknown_names(&house.book)).unwrap_or_default(),
                Err(flaws) => flaws,
            },
            _ => Vec::new(),
        };
        let all = self.houses.flaws();
        let saved = all.get(&path).into_iter().flatten().copied();
        let mut flaws: Vec<&Flaw> = live.iter().filter(|flaw| absolute(&flaw.file) == path).collect();
        // Flaws of a text that has changed since stand somewhere else by now.
        flaws.extend(saved.filter(|flaw| *flaw.text == *document.text && !live.contains(flaw)));
        flaws.into_iter().map(|flaw| of_flaw(flaw, &self.client)).collect()
    }

    /// Tells the flaws of files that are not open, and takes back those that are mended.
    pub(super) fn publish_flaws(&mut self) {
        let mut flawed = Vec::new();
        for (path, flaws) in self.houses.flaws() {
            let is_open = self.documents.values().any(|open| open.path.as_deref() == Some(&path));
            if path.is_file() && !is_open {
                flawed.push((path, flaws.into_iter().map(|flaw| of_flaw(flaw, &self.client)).collect::<Vec<_>>()));
            }
        }
        let told = std::mem::take(&mut self.workspace.flawed);
        for path in told {
            if !flawed.iter().any(|(still, _)| *still == path) {
                self.push(&uri::of_path(&path), None, Vec::new());
            }
        }
        for (path, diagnostics) in flawed {
            self.push(&uri::of_path(&path), None, diagnostics);
            self.workspace.flawed.push(path);
        }
    }

    /// Nothing has happened for a while: what was held back is shown.
    pub(super) fn quiet(&mut self) {
        if self.quiet_at.take().is_none() {
            return;
        }
        for document in self.documents.values_mut() {
            document.stale |= document.caret.take().is_some();
        }
        self.refresh_diagnostics();
    }
}

fn absolute(file: &str) -> PathBuf {
    std::path::absolute(file).unwrap_or_else(|_| PathBuf::from(file))
}

//! In: folders of the workspace, settings, watched files. Out: what holds for each document. Refuses to read settings from anywhere but the
//! editor: what a house has set stands in its `partwell.toml`.

use std::path::{Path, PathBuf};

use gen_lsp_types as lsp;
use serde_json::{Value, json};

use super::{
    commands::Question,
    server::Server,
    settings::{SECTION, Settings},
    uri,
};

/// What was told about the workspace.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    pub(super) folders: Vec<PathBuf>,
    /// For all documents that lie in no folder with settings of its own.
    settings: Settings,
    by_folder: Vec<(PathBuf, Settings)>,
    /// Files that are not open and whose flaws the client was told.
    pub(super) flawed: Vec<PathBuf>,
}

impl Workspace {
    /// The settings for a path: those of the innermost folder.
    pub(super) fn settings_of(&self, path: &Path) -> &Settings {
        let holding = self.by_folder.iter().filter(|(folder, _)| path.starts_with(folder));
        let innermost = holding.max_by_key(|(folder, _)| folder.components().count());
        innermost.map_or(&self.settings, |(_, settings)| settings)
    }

    /// Where documents that are no files would lie: in the first folder of the workspace.
    pub(super) fn folder(&self) -> PathBuf {
        self.folders.first().cloned().or_else(|| std::env::current_dir().ok()).unwrap_or_default()
    }
}

impl Server {
    /// Asks for what can only be asked for now.
    pub(super) fn initialized(&mut self) {
        let mut registrations = Vec::new();
        let mut register = |method: &str, options: Option<Value>| {
            registrations.push(lsp::Registration {
                id: format!("{SECTION}-{method}"),
                method: method.to_owned(),
                register_options: options,
            });
        };
        if self.client.registers_configuration {
            register("workspace/didChangeConfiguration", Some(json!({ "section": SECTION })));
        }
        if self.client.registers_watchers {
            // Of rules nothing is known but that they are TOML: `rules-folders` may name any folder.
            let watchers = json!({ "watchers": [{ "globPattern": "**/*.toml" }] });
            register("workspace/didChangeWatchedFiles", Some(watchers));
        }
        if !registrations.is_empty() {
            self.ask("client/registerCapability", &lsp::RegistrationParams { registrations }, Question::Nothing);
        }
        self.ask_for_settings();
    }

    /// Asks for the settings, once for all and once for each folder.
    pub(super) fn ask_for_settings(&mut self) {
        if !self.client.asks_configuration {
            return;
        }
        let scopes =
            std::iter::once(None).chain(self.workspace.folders.iter().map(|folder| Some(uri::of_path(folder))));
        let item = |scope: Option<String>| lsp::ConfigurationItem {
            scope_uri: scope.map(Into::into),
            section: Some(SECTION.to_owned()),
        };
        let params = lsp::ConfigurationParams { items: scopes.map(item).collect() };
        self.ask("workspace/configuration", &params, Question::Settings(self.workspace.folders.clone()));
    }

    /// Takes the settings that were asked for.
    pub(super) fn take_settings(&mut self, folders: &[PathBuf], answer: &Value) {
        let answers = answer.as_array().map_or(&[][..], Vec::as_slice);
        // An editor in which nothing is set says nothing; what it said at its start stands then.
        if answers.iter().all(Value::is_null) {
            return;
        }
        let mut problems = Vec::new();
        let mut read = |value: Option<&Value>, folder: Option<&PathBuf>| {
            let (settings, found) = Settings::read(value.unwrap_or(&Value::Null), folder);
            problems.extend(found);
            settings
        };
        let settings = read(answers.first(), folders.first());
        let rest = folders.iter().zip(answers.iter().skip(1));
        let by_folder: Vec<_> = rest
            .map(|(folder, value)| (folder.canonicalize().unwrap_or(folder.clone()), read(Some(value), Some(folder))))
            .collect();
        self.set(settings, by_folder, problems);
    }

    /// Takes settings that hold for all documents.
    pub(super) fn set_all(&mut self, value: &Value) {
        let (settings, problems) = Settings::read(value, self.workspace.folders.first());
        self.set(settings, Vec::new(), problems);
    }

    fn set(&mut self, settings: Settings, by_folder: Vec<(PathBuf, Settings)>, mut problems: Vec<String>) {
        problems.sort();
        problems.dedup();
        for problem in problems {
            self.tell(lsp::MessageType::Warning, &problem);
        }
        if (&settings, &by_folder) == (&self.workspace.settings, &self.workspace.by_folder) {
            return;
        }
        self.workspace.settings = settings;
        self.workspace.by_folder = by_folder;
        self.judge_again();
    }

    pub(super) fn did_change_configuration(&mut self, params: &lsp::DidChangeConfigurationParams) {
        if self.client.asks_configuration {
            self.ask_for_settings();
        } else if params.settings.get(SECTION).is_some() {
            self.set_all(&params.settings);
        }
    }

    pub(super) fn did_change_watched_files(&mut self, params: &lsp::DidChangeWatchedFilesParams) {
        let of_ours = |event: &lsp::FileEvent| uri::extension(event.uri.as_ref()) == Some("toml");
        if params.changes.iter().any(of_ours) {
            self.reload();
        }
    }

    pub(super) fn did_change_folders(&mut self, params: &lsp::DidChangeWorkspaceFoldersParams) {
        let paths = |folders: &[lsp::WorkspaceFolder]| -> Vec<PathBuf> {
            folders.iter().filter_map(|folder| uri::path(folder.uri.as_ref())).collect()
        };
        let gone = paths(&params.event.removed);
        self.workspace.folders.retain(|folder| !gone.contains(folder));
        self.workspace.folders.extend(paths(&params.event.added));
        self.ask_for_settings();
    }

    /// Reads configs and rules anew.
    pub(super) fn reload(&mut self) {
        self.houses.reload();
        self.judge_again();
        self.publish_flaws();
    }

    /// Judges all documents anew, when they are asked for.
    fn judge_again(&mut self) {
        for document in self.documents.values_mut() {
            document.letter = None;
            document.stale = true;
        }
        self.refresh_diagnostics();
        if self.client.refreshes_lenses && !self.documents.is_empty() {
            self.ask("workspace/codeLens/refresh", &Value::Null, Question::Nothing);
        }
    }

    /// Has a client that pulls ask again.
    pub(super) fn refresh_diagnostics(&mut self) {
        if self.client.pulls && self.client.refreshes_diagnostics && !self.documents.is_empty() {
            self.ask("workspace/diagnostic/refresh", &Value::Null, Question::Nothing);
        }
    }
}

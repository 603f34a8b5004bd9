//! In: commands that the user gives through the editor, and the editor's answers. Out: a rule explained, a reason set, a checklist told.
//! Refuses to change a document by itself: the editor applies edits.

use std::path::PathBuf;

use gen_lsp_types as lsp;
use lsp_server::Response;
use serde_json::{Value, json};

use super::{
    actions::{self, EXPLAIN, SET_REASON, Wanted, word},
    explain,
    outline::{self, CHECKLIST},
    server::{Failure, Server},
    sync::Judged,
};
use crate::{config::house::House, rule::Reason};

/// What the client was asked, and what its answer is for.
#[derive(Debug)]
pub(super) enum Question {
    /// The answer changes nothing.
    Nothing,
    /// The settings, for all and for these folders.
    Settings(Vec<PathBuf>),
    /// Which reason the letter at this address has.
    Reason(String),
}

impl Server {
    pub(super) fn answered(&mut self, response: Response) {
        let question = self.questions.remove(&response.id);
        match (question, response.response_result) {
            (Some(Question::Settings(folders)), Ok(answer)) => self.take_settings(&folders, &answer),
            (Some(Question::Reason(uri)), Ok(answer)) => {
                let chosen = answer.get("title").and_then(Value::as_str).and_then(|title| title.parse().ok());
                if let Some(reason) = chosen
                    && let Err(failure) = self.set_reason(&uri, reason)
                {
                    self.tell(lsp::MessageType::Warning, &failure.message);
                }
            }
            (Some(Question::Settings(_) | Question::Reason(_) | Question::Nothing) | None, _) => {}
        }
    }

    pub(super) fn execute(&mut self, params: &lsp::ExecuteCommandParams) -> Result<Value, Failure> {
        let arguments = params.arguments.as_deref().unwrap_or_default();
        let argument = |number: usize| arguments.get(number).and_then(Value::as_str);
        let first = argument(0).ok_or_else(|| Failure::params("an argument is missing"))?;
        match params.command.as_str() {
            EXPLAIN => self.explain(first, argument(1).unwrap_or("en")),
            SET_REASON => match argument(1) {
                Some(written) => {
                    let reason = written
                        .parse()
                        .map_err(|unknown: crate::rule::UnknownReason| Failure::params(unknown.to_string()))?;
                    self.set_reason(first, reason)
                }
                None => self.ask_for_reason(first),
            },
            CHECKLIST => self.checklist(first, arguments.get(1) == Some(&json!(true))),
            other => Err(Failure::params(format!("there is no command `{other}`"))),
        }
    }

    /// The explanation of a rule of whichever house has it.
    pub(super) fn explanation(&mut self, rule: &str, language: &str) -> Option<String> {
        let own = self.documents.values().filter_map(|document| document.letter.as_ref());
        let own = own.map(|letter| &letter.house).find(|house| house.book.rule(rule).is_some());
        match own {
            Some(house) => explain::page(house, rule, language),
            None => explain::page(&House::load(None, &[]).ok()?, rule, language),
        }
    }

    /// Shows the explanation of a rule in the way that the client can; the answer is the text.
    fn explain(&mut self, rule: &str, language: &str) -> Result<Value, Failure> {
        let page =
            self.explanation(rule, language).ok_or_else(|| Failure::params(format!("there is no rule `{rule}`")))?;
        if self.client.reads_content && self.client.shows_documents {
            let params = json!({ "uri": explain::uri(rule, language), "takeFocus": true });
            self.ask("window/showDocument", &params, Question::Nothing);
        } else {
            self.tell(lsp::MessageType::Info, page.trim());
        }
        Ok(json!(page))
    }

    fn set_reason(&mut self, uri: &str, reason: Reason) -> Result<Value, Failure> {
        if !self.client.applies_edits {
            return Err(Failure::params("this editor takes no edits from commands"));
        }
        let Judged { document, letter, client } =
            self.letter(uri)?.ok_or_else(|| Failure::params(format!("{uri} cannot be judged")))?;
        let edits = actions::edits(document, letter, &Wanted::Reason(reason)).ok_or_else(|| {
            Failure::params(
                "a page of HTML cannot say its reason; `reason` in partwell.toml or in the editor's settings does",
            )
        })?;
        let label = word(letter, "editor-reason").replace("{reason}", reason.name());
        let edit = actions::workspace_edit(document, client, edits);
        let params = lsp::ApplyWorkspaceEditParams { label: Some(label), edit, metadata: None };
        self.ask("workspace/applyEdit", &params, Question::Nothing);
        Ok(Value::Null)
    }

    fn ask_for_reason(&mut self, uri: &str) -> Result<Value, Failure> {
        let Judged { letter, .. } =
            self.letter(uri)?.ok_or_else(|| Failure::params(format!("{uri} cannot be judged")))?;
        let message = outline::reason(letter);
        let titles: Vec<Value> = Reason::ALL.iter().map(|reason| json!({ "title": reason.name() })).collect();
        let params = json!({ "type": lsp::MessageType::Info, "message": message, "actions": titles });
        self.ask("window/showMessageRequest", &params, Question::Reason(uri.to_owned()));
        Ok(Value::Null)
    }

    /// Tells which elements the letter has; the answer is the list, for clients that show it themselves and want it silent.
    fn checklist(&mut self, uri: &str, silent: bool) -> Result<Value, Failure> {
        let Judged { letter, .. } =
            self.letter(uri)?.ok_or_else(|| Failure::params(format!("{uri} cannot be judged")))?;
        let line = outline::checklist(letter).unwrap_or_else(|| word(letter, "other-letter"));
        let message = format!("{line}\n{}", outline::reason(letter));
        let element = |(name, there): &(String, bool)| {
            let title = letter.texts().map_or(name.as_str(), |texts| texts.element(name));
            json!({ "element": name, "title": title, "there": there })
        };
        let list: Vec<Value> = letter.verdict.checklist.iter().map(element).collect();
        let answer = json!({ "reason": letter.verdict.reason, "letter": letter.verdict.letter, "elements": list });
        if !silent {
            self.tell(lsp::MessageType::Info, &message);
        }
        Ok(answer)
    }
}

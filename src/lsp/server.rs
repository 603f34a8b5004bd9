//! The life of the server. In: messages in their order. Out: each request answered once, each change of a document answered with its
//! diagnostics. Refuses to work before it is initialized and after it was shut down, and to do what was cancelled.

use std::{
    collections::{BTreeMap, VecDeque},
    io::Write,
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    client::Client,
    commands::Question,
    document::Document,
    houses::Houses,
    requests,
    wire::{Incoming, Writer},
    workspace::Workspace,
};
use crate::report::look::locale;

/// After so long without a change the word at the caret is taken for finished.
const QUIET: Duration = Duration::from_secs(1);

/// The server.
pub(super) struct Server {
    pub(super) writer: Writer,
    pub(super) client: Client,
    pub(super) documents: BTreeMap<String, Document>,
    pub(super) houses: Houses,
    pub(super) workspace: Workspace,
    /// What the client was asked, until it answers.
    pub(super) questions: BTreeMap<RequestId, Question>,
    /// When a diagnostic that is held back is shown.
    pub(super) quiet_at: Option<Instant>,
    life: Life,
    queue: VecDeque<Incoming>,
    asked: i32,
    /// The client was told that a version did not follow the one before it.
    pub(super) told_of_versions: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    Fresh,
    Initialized,
    ShutDown,
}

/// Why a request is not fulfilled.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) code: ErrorCode,
    pub(super) message: String,
}

impl Failure {
    pub(super) fn params(message: impl Into<String>) -> Failure {
        Failure { code: ErrorCode::InvalidParams, message: message.into() }
    }
}

impl Server {
    pub(super) fn new(output: impl Write + 'static) -> Server {
        Server {
            writer: Writer::new(output),
            client: Client::new(&Value::Null),
            documents: BTreeMap::new(),
            houses: Houses::default(),
            workspace: Workspace::default(),
            questions: BTreeMap::new(),
            quiet_at: None,
            life: Life::Fresh,
            queue: VecDeque::new(),
            asked: 0,
            told_of_versions: false,
        }
    }

    /// Works until the client goes; whether it took its leave before.
    pub(super) fn run(mut self, messages: &Receiver<Incoming>) -> bool {
        while !self.writer.closed {
            self.queue.extend(messages.try_iter());
            if self.queue.is_empty() {
                // Before anything is waited for, all that has changed is answered.
                self.publish();
                match self.wait(messages) {
                    Ok(incoming) => self.queue.push_back(incoming),
                    Err(RecvTimeoutError::Timeout) => self.quiet(),
                    Err(RecvTimeoutError::Disconnected) => break,
                }
                continue;
            }
            match self.queue.pop_front() {
                Some(Incoming::Message(Message::Request(request))) => self.request(request),
                Some(Incoming::Message(Message::Notification(it))) if it.method == "exit" => break,
                Some(Incoming::Message(Message::Notification(it))) => self.notification(it),
                Some(Incoming::Message(Message::Response(response))) => self.answered(response),
                Some(Incoming::Malformed { id, code, message }) => self.writer.fail(id.as_ref(), code, &message),
                None => {}
            }
        }
        self.life == Life::ShutDown
    }

    fn wait(&self, messages: &Receiver<Incoming>) -> Result<Incoming, RecvTimeoutError> {
        match self.quiet_at {
            Some(at) => messages.recv_timeout(at.saturating_duration_since(Instant::now())),
            None => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    pub(super) fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        if self.take_cancellation(&id) {
            return self.writer.fail(Some(&id), ErrorCode::RequestCanceled, "cancelled by the client");
        }
        match (self.life, method.as_str()) {
            (Life::Fresh, "initialize") => self.initialize(&id, &params),
            (Life::Fresh, _) => self.writer.fail(Some(&id), ErrorCode::ServerNotInitialized, "not initialized yet"),
            (Life::Initialized, "initialize") => {
                self.writer.fail(Some(&id), ErrorCode::InvalidRequest, "initialized before");
            }
            (Life::Initialized, "shutdown") => {
                self.life = Life::ShutDown;
                self.writer.respond(&id, &Value::Null);
            }
            (Life::Initialized, _) => requests::fulfil(self, &id, &method, params),
            (Life::ShutDown, _) => self.writer.fail(Some(&id), ErrorCode::InvalidRequest, "shut down"),
        }
    }

    /// Whether the request was cancelled while it waited.
    fn take_cancellation(&mut self, id: &RequestId) -> bool {
        let cancels = |incoming: &Incoming| match incoming {
            Incoming::Message(Message::Notification(it)) if it.method == "$/cancelRequest" => {
                let told = it.params.get("id").cloned().unwrap_or_default();
                serde_json::from_value::<RequestId>(told).is_ok_and(|told| told == *id)
            }
            _ => false,
        };
        let at = self.queue.iter().position(cancels);
        at.and_then(|at| self.queue.remove(at)).is_some()
    }

    fn initialize(&mut self, id: &RequestId, params: &Value) {
        self.client = Client::new(params);
        self.client.locale = self.client.locale.take().or_else(locale);
        self.workspace.folders = self.client.folders.clone();
        self.life = Life::Initialized;
        self.writer.respond(id, &requests::capabilities(&self.client));
        if let Some(options) = params.get("initializationOptions") {
            self.set_all(options);
        }
    }

    pub(super) fn notification(&mut self, notification: Notification) {
        if self.life != Life::Initialized {
            return;
        }
        let Notification { method, params } = notification;
        match method.as_str() {
            "initialized" => self.initialized(),
            "textDocument/didOpen" => self.take(&method, params, Server::did_open),
            "textDocument/didChange" => self.take(&method, params, Server::did_change),
            "textDocument/didClose" => self.take(&method, params, Server::did_close),
            "textDocument/didSave" => self.take(&method, params, |server, params| server.did_save(&params)),
            "workspace/didChangeConfiguration" => {
                self.take(&method, params, |server, params| server.did_change_configuration(&params));
            }
            "workspace/didChangeWatchedFiles" => {
                self.take(&method, params, |server, params| server.did_change_watched_files(&params));
            }
            "workspace/didChangeWorkspaceFolders" => {
                self.take(&method, params, |server, params| server.did_change_folders(&params));
            }
            // Of what is unknown nothing is asked.
            _ => {}
        }
    }

    fn take<P: DeserializeOwned>(&mut self, method: &str, params: Value, handler: fn(&mut Server, P)) {
        match serde_json::from_value(params) {
            Ok(params) => handler(self, params),
            // A notification has no answer, and its fault should be known nevertheless.
            Err(error) => self.log(&format!("{method}: {error}")),
        }
    }

    /// Tells whoever looks into the log of the client.
    pub(super) fn log(&mut self, message: &str) {
        let params =
            gen_lsp_types::LogMessageParams { kind: gen_lsp_types::MessageType::Error, message: message.to_owned() };
        self.writer.notify("window/logMessage", &params);
    }

    /// Tells the user.
    pub(super) fn tell(&mut self, kind: gen_lsp_types::MessageType, message: &str) {
        let params = gen_lsp_types::ShowMessageParams { kind, message: message.to_owned() };
        self.writer.notify("window/showMessage", &params);
    }

    /// Asks the client something.
    pub(super) fn ask(&mut self, method: &str, params: &impl Serialize, question: Question) {
        self.asked += 1;
        let id = RequestId::from(self.asked);
        self.writer.request(&id, method, params);
        self.questions.insert(id, question);
    }

    /// A diagnostic is held back: it is shown when nothing happens for a while.
    pub(super) fn wait_for_quiet(&mut self) {
        self.quiet_at = Some(Instant::now() + QUIET);
    }
}

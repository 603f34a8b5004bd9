//! An editor of few words: it writes messages to a server that runs on a thread of its own, and reads what comes back.

use std::{
    io::{BufRead, BufReader, PipeReader, PipeWriter, Read, Write, pipe},
    path::Path,
    sync::mpsc::{Receiver, channel},
    thread::{self, JoinHandle},
    time::Duration,
};

use serde_json::{Value, json};

pub struct Client {
    input: Option<PipeWriter>,
    messages: Receiver<Value>,
    server: JoinHandle<bool>,
    requests: i32,
    /// What was not waited for.
    pub others: Vec<Value>,
}

impl Client {
    /// Starts a server and says nothing yet.
    pub fn silent() -> Client {
        let (their_input, input) = pipe().unwrap();
        let (output, their_output) = pipe().unwrap();
        let server = thread::spawn(move || partwell::lsp::serve(their_input, their_output));
        let (sender, messages) = channel();
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                sender.send(message).unwrap();
            }
        });
        Client { input: Some(input), messages, server, requests: 0, others: Vec::new() }
    }

    /// Starts and initializes a server.
    pub fn new(capabilities: Value, options: Value, folders: &[&Path]) -> (Client, Value) {
        let mut client = Client::silent();
        let folders: Vec<Value> = folders.iter().map(|path| json!({ "uri": uri(path), "name": "x" })).collect();
        let answer = client.request(
            "initialize",
            json!({
                "processId": null, "rootUri": null, "locale": "en-GB", "capabilities": capabilities,
                "initializationOptions": options, "workspaceFolders": folders,
            }),
        );
        client.notify("initialized", json!({}));
        (client, answer["result"]["capabilities"].clone())
    }

    pub fn raw(&mut self, bytes: &[u8]) {
        self.input.as_mut().unwrap().write_all(bytes).unwrap();
    }

    pub fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Asks, and waits for the answer; what else comes is kept.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        self.wait(|message| message["id"] == id && message.get("method").is_none())
    }

    pub fn ask(&mut self, method: &str, params: Value) -> i32 {
        self.requests += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.requests, "method": method, "params": params }));
        self.requests
    }

    /// Waits for a message.
    pub fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.others.iter().position(&wanted) {
            return self.others.remove(at);
        }
        loop {
            let message = self.messages.recv_timeout(Duration::from_secs(300)).expect("the server answers");
            if wanted(&message) {
                return message;
            }
            self.others.push(message);
        }
    }

    /// Waits for a notification or a request of the server.
    pub fn wait_for(&mut self, method: &str) -> Value {
        self.wait(|message| message["method"] == method)
    }

    /// Waits for the diagnostics of a version of a document.
    pub fn diagnostics(&mut self, uri: &str, version: i32) -> Vec<Value> {
        let published = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["version"] == version
        });
        published["params"]["diagnostics"].as_array().unwrap().clone()
    }

    pub fn open(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    pub fn change(&mut self, uri: &str, version: i32, changes: Value) {
        let params = json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": changes });
        self.notify("textDocument/didChange", params);
    }

    /// Everything that the server has to say by now: it answers in order.
    pub fn settle(&mut self) {
        let answer = self.request("x/settle", json!(null));
        assert_eq!(answer["error"]["code"], -32601, "{answer}");
    }

    /// Takes leave, or goes without a word; what the server thinks of it.
    pub fn leave(mut self, politely: bool) -> bool {
        if politely {
            assert_eq!(self.request("shutdown", json!(null))["result"], Value::Null);
            self.notify("exit", json!(null));
        }
        self.input = None;
        self.server.join().unwrap()
    }
}

fn read(output: &mut BufReader<PipeReader>) -> Option<Value> {
    let mut line = String::new();
    output.read_line(&mut line).ok()?;
    let len: usize = line.strip_prefix("Content-Length: ")?.trim().parse().unwrap();
    output.read_line(&mut line).unwrap();
    let mut body = vec![0; len];
    output.read_exact(&mut body).unwrap();
    Some(serde_json::from_slice(&body).unwrap())
}

pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// What a diagnostic is about and where, in short.
pub fn short(diagnostic: &Value) -> String {
    let (start, end) = (&diagnostic["range"]["start"], &diagnostic["range"]["end"]);
    let rule = diagnostic["code"].as_str().unwrap_or("-");
    format!("{rule} {}:{}-{}:{}", start["line"], start["character"], end["line"], end["character"])
}

/// Applies the edits of a workspace edit to an ASCII text with `\n` line ends.
pub fn applied(text: &str, edit: &Value) -> String {
    let edits = edit["documentChanges"][0]["edits"].as_array();
    let edits = edits.or_else(|| edit["changes"].as_object()?.values().next()?.as_array()).unwrap();
    let offset = |place: &Value| {
        let line = usize::try_from(place["line"].as_u64().unwrap()).unwrap();
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        start + usize::try_from(place["character"].as_u64().unwrap()).unwrap()
    };
    let mut applied = text.to_owned();
    for edit in edits.iter().rev() {
        let range = offset(&edit["range"]["start"])..offset(&edit["range"]["end"]);
        applied.replace_range(range, edit["newText"].as_str().unwrap());
    }
    applied
}

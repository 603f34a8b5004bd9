//! The base protocol. In: a stream of messages, each behind a header with its length. Out: requests, notifications and responses, or what
//! is wrong with one; messages written, each serialised once. Refuses to end at a bad message: the next one is looked for.
//!
//! The shapes are those of `lsp-server`. Its own reader ends the connection at the first malformed message, and its writer takes each
//! message through a tree of JSON and another thread, which a keystroke would have to wait for.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    sync::mpsc::{Receiver, channel},
    thread,
};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::Serialize;
use serde_json::{Value, json};

/// Longer messages are passed over, in bytes.
const LONGEST: u64 = 256 << 20;
/// Longer lines are no headers.
const LONGEST_HEADER: u64 = 8 << 10;

/// What came from the client.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A message.
    Message(Message),
    /// Something that is none; answered with an error.
    Malformed { id: Option<RequestId>, code: ErrorCode, message: String },
}

/// Reads messages on a thread of its own, so that a client that is writing never waits for one that is judged.
pub(super) fn read(input: impl Read + Send + 'static) -> Receiver<Incoming> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut input = BufReader::with_capacity(64 << 10, input);
        // Nobody listens any more once the server has ended.
        while let Ok(Some(incoming)) = next(&mut input) {
            if sender.send(incoming).is_err() {
                break;
            }
        }
    });
    receiver
}

/// The next message; none at the end of the stream.
fn next(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let Some(len) = header(input)? else { return Ok(None) };
    let malformed = |code, message: String| Ok(Some(Incoming::Malformed { id: None, code, message }));
    let len = match len {
        Ok(len) => len,
        Err(message) => return malformed(ErrorCode::ParseError, message),
    };
    if len > LONGEST {
        io::copy(&mut input.take(len), &mut io::sink())?;
        return malformed(ErrorCode::InvalidRequest, format!("a message of {len} bytes is too long"));
    }
    let mut bytes = Vec::new();
    input.take(len).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < len {
        return Ok(None);
    }
    match serde_json::from_slice(&bytes) {
        Ok(value) => Ok(Some(message(value))),
        Err(error) => malformed(ErrorCode::ParseError, format!("this is not JSON: {error}")),
    }
}

/// The length that a header tells, or what is wrong with it; none at the end of the stream. A line that belongs to no header is
/// passed over.
fn header(input: &mut impl BufRead) -> io::Result<Option<Result<u64, String>>> {
    let mut len = None;
    let mut line = Vec::new();
    let mut seen = false;
    loop {
        line.clear();
        if input.take(LONGEST_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(line.trim_ascii());
        if text.is_empty() {
            match len {
                Some(len) => return Ok(Some(len)),
                None if seen => return Ok(Some(Err("a header without `Content-Length`".to_owned()))),
                None => continue,
            }
        }
        seen = true;
        if let Some((name, value)) = text.split_once(':')
            && name.trim().eq_ignore_ascii_case("content-length")
        {
            len = Some(value.trim().parse().map_err(|_| format!("`{}` is no length", value.trim())));
        }
    }
}

/// Takes a message out of its JSON; nothing is copied.
fn message(value: Value) -> Incoming {
    let Value::Object(mut object) = value else {
        return invalid(None, "a message is an object; batches are not taken");
    };
    let told_id = object.remove("id").filter(|id| !id.is_null());
    let has_id = told_id.is_some();
    let id = told_id.and_then(|id| serde_json::from_value::<RequestId>(id).ok());
    let params = object.remove("params").unwrap_or_default();
    match (object.remove("method"), id) {
        (Some(Value::String(method)), Some(id)) => Incoming::Message(Request { id, method, params }.into()),
        (Some(Value::String(_)), None) if has_id => invalid(None, "`id` is a number of 32 bits or a string"),
        (Some(Value::String(method)), None) => Incoming::Message(Notification { method, params }.into()),
        (Some(_), id) => invalid(id, "`method` is a string"),
        (None, Some(id)) if object.contains_key("result") || object.contains_key("error") => {
            let result = object.remove("error").map_or_else(
                || Ok(object.remove("result").unwrap_or_default()),
                |error| Err(serde_json::from_value(error).unwrap_or(unreadable())),
            );
            Incoming::Message(Response { id, response_result: result }.into())
        }
        (None, id) => invalid(id, "a message has a `method`, or a `result` or an `error`"),
    }
}

fn unreadable() -> lsp_server::ResponseError {
    lsp_server::ResponseError { code: ErrorCode::UnknownErrorCode as i32, message: String::new(), data: None }
}

fn invalid(id: Option<RequestId>, message: &str) -> Incoming {
    Incoming::Malformed { id, code: ErrorCode::InvalidRequest, message: message.to_owned() }
}

/// Writes messages to the client.
pub(super) struct Writer {
    out: Box<dyn Write>,
    body: Vec<u8>,
    /// The client has gone; what is written then goes nowhere.
    pub(super) closed: bool,
}

impl Writer {
    pub(super) fn new(out: impl Write + 'static) -> Writer {
        Writer { out: Box::new(out), body: Vec::new(), closed: false }
    }

    pub(super) fn notify(&mut self, method: &str, params: &impl Serialize) {
        self.write(&Outgoing { jsonrpc: VERSION, id: None, method, params });
    }

    pub(super) fn request(&mut self, id: &RequestId, method: &str, params: &impl Serialize) {
        self.write(&Outgoing { jsonrpc: VERSION, id: Some(id), method, params });
    }

    pub(super) fn respond(&mut self, id: &RequestId, result: &impl Serialize) {
        self.write(&OutgoingResponse { jsonrpc: VERSION, id, result });
    }

    pub(super) fn fail(&mut self, id: Option<&RequestId>, code: ErrorCode, message: &str) {
        self.write(&json!({ "jsonrpc": VERSION, "id": id, "error": { "code": code as i32, "message": message } }));
    }

    fn write(&mut self, message: &impl Serialize) {
        self.body.clear();
        serde_json::to_writer(&mut self.body, message)
            .expect("the shapes have no keys but strings, and a vector takes all that is written");
        // Standard output would write what stands before the last line end by itself, and wake the client for the header alone.
        self.body.push(b'\n');
        let head = format!("Content-Length: {}\r\n\r\n", self.body.len());
        self.body.splice(..0, head.into_bytes());
        let written = self.out.write_all(&self.body).and_then(|()| self.out.flush());
        self.closed |= written.is_err();
        // One long list of diagnostics is no reason to hold its memory for good.
        self.body.shrink_to(64 << 10);
    }
}

const VERSION: &str = "2.0";

/// A request, or without an id a notification.
#[derive(Serialize)]
struct Outgoing<'a, P> {
    jsonrpc: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a RequestId>,
    method: &'a str,
    params: &'a P,
}

#[derive(Serialize)]
struct OutgoingResponse<'a, R> {
    jsonrpc: &'static str,
    id: &'a RequestId,
    result: &'a R,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(stream: &str) -> Vec<String> {
        let mut input = stream.as_bytes();
        let mut found = Vec::new();
        while let Some(incoming) = next(&mut input).unwrap() {
            found.push(match incoming {
                Incoming::Message(Message::Request(request)) => format!("request {} {}", request.id, request.method),
                Incoming::Message(Message::Notification(it)) => format!("notification {} {}", it.method, it.params),
                Incoming::Message(Message::Response(response)) => format!("response {}", response.id),
                Incoming::Malformed { id, code, .. } => format!("malformed {id:?} {code:?}"),
            });
        }
        found
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn a_bad_message_does_not_spoil_the_next() {
        let good = framed(r#"{"jsonrpc":"2.0","id":"a","method":"m"}"#);
        for (bad, said) in [
            (framed("{\"id\":"), "malformed None ParseError"),
            (framed("[1]"), "malformed None InvalidRequest"),
            (framed(r#"{"id":7,"method":8}"#), "malformed Some(RequestId(I32(7))) InvalidRequest"),
            (framed(r#"{"id":3000000000,"method":"m"}"#), "malformed None InvalidRequest"),
            (framed(r#"{"id":1.5,"method":"m"}"#), "malformed None InvalidRequest"),
            (framed("{}"), "malformed None InvalidRequest"),
            ("Content-Length: x\r\n\r\n".to_owned(), "malformed None ParseError"),
            ("Content-Length: -1\r\n\r\n".to_owned(), "malformed None ParseError"),
            ("Content-Type: x\r\n\r\n".to_owned(), "malformed None ParseError"),
            (framed("\u{e9}").replace("\u{e9}", "x\r"), "malformed None ParseError"),
        ] {
            assert_eq!(all(&format!("{bad}{good}")), [said, "request \"a\" m"], "{bad}");
        }
        assert_eq!(all(&format!("\r\n\ncontent-length:2\n\n{{}}{good}")).len(), 2, "other line ends and letters");
        assert_eq!(all("Content-Length: 300000000000\r\n\r\n{}"), ["malformed None InvalidRequest"]);
        assert!(all("Content-Length: 10\r\n\r\n{}").is_empty(), "the stream ends within a message");
    }

    #[test]
    fn messages_are_told_apart() {
        let stream = [
            r#"{"id":1,"method":"m","params":[1]}"#,
            r#"{"method":"n","params":{"a":null}}"#,
            r#"{"id":1,"result":null}"#,
            r#"{"id":2,"error":{"code":1,"message":""}}"#,
            r#"{"id":null,"method":"n"}"#,
        ];
        let stream: String = stream.into_iter().map(framed).collect();
        assert_eq!(
            all(&stream),
            ["request 1 m", "notification n {\"a\":null}", "response 1", "response 2", "notification n null"]
        );
    }
}

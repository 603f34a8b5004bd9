//! In: what happens. Out: one line of JSON on standard error for each event. Refuses to write any word of a message: only its
//! envelope, rules, lines, its language and size, and what an override says.

use std::{
    io::{self, Write as _},
    time::{SystemTime, UNIX_EPOCH},
};

use serde::Serialize;

use crate::report::json;

/// One event.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(super) enum Event<'a> {
    /// The milter listens.
    Listening { address: &'a str, version: &'a str },
    /// The metrics can be asked for.
    Metrics { address: &'a str },
    /// A mail was judged.
    Message(Box<MessageEvent<'a>>),
    /// A connection broke, or what came was not the protocol.
    Connection { error: String },
    /// Connections cannot be taken.
    Accept { error: String },
    /// The settings were read anew.
    Reloaded,
    /// The settings have a flaw; the old ones stay.
    ReloadFailed { file: &'a str, line: usize, message: &'a str },
    /// The milter stops; so many mails are still being judged.
    Stopping { busy: usize },
    /// The milter has stopped; so many mails were left, whose senders try again.
    Stopped { left: usize },
}

/// What is said about one mail.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct MessageEvent<'a> {
    pub(super) queue_id: &'a str,
    pub(super) sender: &'a str,
    pub(super) recipients: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) login: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client: Option<String>,
    /// Bytes.
    pub(super) size: usize,
    /// Only its beginning was judged.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) cut: bool,
    /// What was done with it.
    pub(super) action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) letter: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) language: Option<&'a str>,
    #[serde(skip_serializing_if = "<[RuleEvent]>::is_empty")]
    pub(super) rules: &'a [RuleEvent<'a>],
    /// Rules that the mail itself suppresses.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(super) suppressed: &'a [String],
    #[serde(rename = "override", skip_serializing_if = "Option::is_none")]
    pub(super) override_reason: Option<&'a str>,
    /// Why it could not be judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) failure: Option<&'static str>,
    /// How long judging took.
    pub(super) microseconds: u64,
}

/// A rule that found something.
#[derive(Debug, Serialize)]
pub(super) struct RuleEvent<'a> {
    pub(super) rule: &'a str,
    pub(super) severity: crate::diagnostic::Severity,
    pub(super) line: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[derive(Serialize)]
struct Line<'a> {
    /// Seconds since 1970.
    time: f64,
    #[serde(flatten)]
    event: &'a Event<'a>,
}

/// Writes an event. A log that is closed stops no mail; one that is full holds it up until somebody reads on.
pub(super) fn write(event: &Event<'_>) {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let time = (time.as_secs_f64() * 1000.0).round() / 1000.0;
    let _ = io::stderr().lock().write_all(json::to_line(&Line { time, event }).as_bytes());
}

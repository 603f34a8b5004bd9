//! In: a mail that has come in whole, and the house. Out: what the mail server is told to do with it, and what is logged. Refuses
//! to judge by itself (`mail` does), and to say any word of the mail.

use std::{
    fmt::Write as _,
    net::IpAddr,
    sync::{Arc, mpsc},
    thread,
    time::Instant,
};

use super::{
    log::{self, Event, MessageEvent, RuleEvent},
    message::{Message, TAG},
    metrics::{self, Metrics},
    wire::Reply,
};
use crate::{
    config::{
        house::House,
        milter::{Mode, OnFailure},
    },
    diagnostic::Severity,
    mail::{Finding, Gate, own_fields::OVERRIDE},
};

/// So many rules are named in a reply or in a header.
const NAMED: usize = 8;

/// What judging a mail has come to.
#[derive(Debug)]
enum Outcome {
    Judged {
        is_termination: bool,
        language: String,
        findings: Vec<Finding>,
        /// Rules that the mail itself suppresses.
        suppressed: Vec<String>,
    },
    /// The bytes are no mail that a person could read: it is no letter either, and passes.
    Unreadable,
    /// Judging took too long.
    TimeLimit,
    /// A fault of this program.
    Crash,
}

/// Judges a mail, logs and counts it, and says what is to be done.
pub(super) fn decide(
    mut message: Message,
    client: Option<IpAddr>,
    house: &Arc<House>,
    metrics: &Metrics,
) -> Vec<Reply> {
    let (mode, overridable) = house.config.milter.mode(&message.sender, &message.recipients);
    let begun = Instant::now();
    let cut = message.is_cut();
    let outcome = (mode != Mode::Off).then(|| judge(message.take_bytes(), house, overridable));
    let microseconds = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    let policy = Policy { mode, overridable, on_failure: house.config.milter.on_failure() };
    let (action, replies) = act(outcome.as_ref(), policy, &message);
    let failure = match outcome {
        Some(Outcome::Unreadable) => Some("unreadable"),
        Some(Outcome::TimeLimit) => Some("time-limit"),
        Some(Outcome::Crash) => Some("crash"),
        _ => None,
    };
    let (letter, language, findings, suppressed) = match &outcome {
        Some(Outcome::Judged { is_termination, language, findings, suppressed }) => {
            (Some(letter_name(*is_termination)), Some(language.as_str()), findings.as_slice(), suppressed.as_slice())
        }
        _ => (None, None, &[][..], &[][..]),
    };
    let rules: Vec<RuleEvent<'_>> = findings
        .iter()
        .map(|finding| RuleEvent { rule: &finding.rule, severity: finding.severity, line: finding.line })
        .collect();
    let event = MessageEvent {
        queue_id: &message.queue_id,
        sender: &message.sender,
        recipients: message.recipients.len(),
        login: message.login.as_deref(),
        client: client.map(|client| client.to_string()),
        size: message.size,
        cut,
        action,
        letter,
        language,
        rules: &rules,
        suppressed,
        override_reason: message.override_reason.as_deref(),
        failure,
        microseconds,
    };
    count(&event, metrics);
    log::write(&Event::Message(Box::new(event)));
    replies
}

fn count(event: &MessageEvent<'_>, metrics: &Metrics) {
    metrics.count(metrics::MESSAGES, event.action);
    metrics.add(metrics::SECONDS, "", event.microseconds);
    if event.letter == Some(letter_name(true)) {
        metrics.count(metrics::LETTERS, "");
    }
    if event.action == "override" {
        metrics.count(metrics::OVERRIDES, "");
    }
    if let Some(why) = event.failure {
        metrics.count(metrics::FAILURES, why);
    }
    for rule in event.rules {
        metrics.count(metrics::RULES, rule.rule);
    }
}

fn letter_name(is_termination: bool) -> &'static str {
    if is_termination { "termination" } else { "other" }
}

/// Judges on a thread of its own, so that the mail server is answered in time whatever the mail is like.
fn judge(bytes: Vec<u8>, house: &Arc<House>, suppressions: bool) -> Outcome {
    let (sender, receiver) = mpsc::channel();
    let (held, limit) = (Arc::clone(house), house.config.milter.time_limit());
    let work = move || {
        let gate = Gate { house: &held, fail_on: None, messages: None, suppressions };
        let outcome = gate.judge("<message>", bytes).map_or(Outcome::Unreadable, |judged| Outcome::Judged {
            is_termination: judged.is_termination(),
            findings: judged.findings(),
            suppressed: judged.checked.verdict.suppressed.into_iter().map(|one| one.diagnostic.rule).collect(),
            language: judged.checked.verdict.language,
        });
        // Nobody waits any longer when the limit is over.
        let _ = sender.send(outcome);
    };
    if thread::Builder::new().name("judge".to_owned()).spawn(work).is_err() {
        return Outcome::Crash;
    }
    receiver.recv_timeout(limit).unwrap_or_else(|error| match error {
        mpsc::RecvTimeoutError::Timeout => Outcome::TimeLimit,
        mpsc::RecvTimeoutError::Disconnected => Outcome::Crash,
    })
}

/// What the house wants done with a mail.
#[derive(Debug, Clone, Copy)]
struct Policy {
    mode: Mode,
    overridable: bool,
    on_failure: OnFailure,
}

/// What is done, by its name, and how the mail server is told.
fn act(outcome: Option<&Outcome>, policy: Policy, message: &Message) -> (&'static str, Vec<Reply>) {
    let Policy { mode, overridable, on_failure } = policy;
    let overrides = overridable && message.override_reason.is_some();
    let fields = |tag: Option<String>| -> Vec<Reply> {
        let dropped = message.fields_to_drop(tag.is_some());
        let drops = dropped.into_iter().map(|(name, number)| Reply::DropHeader { name, number });
        drops.chain(tag.map(|value| Reply::AddHeader { name: TAG, value })).collect()
    };
    let pass = |tag: Option<String>| [fields(tag), vec![Reply::Accept]].concat();
    match outcome {
        None => ("off", pass(None)),
        Some(Outcome::TimeLimit | Outcome::Crash) if on_failure == OnFailure::Tempfail => {
            ("tempfail", vec![Reply::Tempfail])
        }
        Some(Outcome::TimeLimit | Outcome::Crash | Outcome::Unreadable) => {
            ("accept", pass((mode == Mode::Tag).then(|| "letter=unknown".to_owned())))
        }
        Some(Outcome::Judged { is_termination, findings, .. }) => {
            let tag = tag(*is_termination, findings, overrides);
            match mode {
                _ if findings.is_empty() || overrides => {
                    let action = if findings.is_empty() { "accept" } else { "override" };
                    (action, pass((mode == Mode::Tag).then_some(tag)))
                }
                // Where the mode is off nothing was judged.
                Mode::Off | Mode::Tag => ("tag", pass(Some(tag))),
                Mode::Hold => {
                    let why = Reply::Quarantine(format!("partwell: {}", named(findings)));
                    ("hold", [fields(Some(tag)), vec![why, Reply::Accept]].concat())
                }
                Mode::Reject => ("reject", vec![Reply::Refuse(refusal(findings, overridable))]),
            }
        }
    }
}

/// The value of the tag: `letter=termination; errors=1; warnings=2; rules=blame:12,missing-thanks:20`.
fn tag(is_termination: bool, findings: &[Finding], overrides: bool) -> String {
    let mut tag = format!("letter={}", letter_name(is_termination));
    if is_termination || !findings.is_empty() {
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        let _ = write!(tag, "; errors={}; warnings={}", count(Severity::Error), count(Severity::Warning));
    }
    if !findings.is_empty() {
        let rules = findings.iter().take(NAMED).map(|finding| format!("{}:{}", finding.rule, finding.line));
        let _ = write!(tag, "; rules={}", rules.collect::<Vec<_>>().join(","));
        if overrides {
            tag.push_str("; override=yes");
        }
    }
    tag
}

/// Rules and lines: `blame (line 12), missing-thanks (line 20)`.
fn named(findings: &[Finding]) -> String {
    let rules = findings.iter().take(NAMED).map(|finding| format!("{} (line {})", finding.rule, finding.line));
    let mut named = rules.collect::<Vec<_>>().join(", ");
    if findings.len() > NAMED {
        let _ = write!(named, " and {} more", findings.len() - NAMED);
    }
    named
}

/// The reply to the sender's mail program: 550, security or policy (RFC 3463: 5.7.1).
fn refusal(findings: &[Finding], overridable: bool) -> String {
    let mut line = format!("550 5.7.1 partwell: not sent: {}", named(findings));
    if overridable {
        let _ = write!(line, ". To send it all the same, say why in a header {OVERRIDE}");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(rule: &str, severity: Severity, line: usize) -> Finding {
        Finding { rule: rule.to_owned(), severity, line }
    }

    fn judged(findings: Vec<Finding>) -> Outcome {
        Outcome::Judged { is_termination: true, language: "en".to_owned(), findings, suppressed: Vec::new() }
    }

    fn message(reason: &str) -> Message {
        let mut message = Message::default();
        message.header(b"Partwell-Override", reason.as_bytes(), true, 1000);
        message.header(b"X-Partwell", b" letter=other", true, 1000);
        message
    }

    fn drop_header(name: &str) -> Reply {
        Reply::DropHeader { name: name.to_owned(), number: 1 }
    }

    #[test]
    fn each_mode_does_its_own() {
        let found = judged(vec![finding("blame", Severity::Warning, 12), finding("opinion", Severity::Error, 3)]);
        let done = |mode, overrides| {
            let policy = Policy { mode, overridable: true, on_failure: OnFailure::Tempfail };
            act(Some(&found), policy, &message(if overrides { "agreed" } else { "" }))
        };
        let own = drop_header("Partwell-Override");
        let tag = |more: &str| Reply::AddHeader {
            name: "X-Partwell",
            value: format!("letter=termination; errors=1; warnings=1; rules=blame:12,opinion:3{more}"),
        };
        assert_eq!(
            done(Mode::Tag, false),
            ("tag", vec![own.clone(), drop_header("X-Partwell"), tag(""), Reply::Accept])
        );
        let why = Reply::Quarantine("partwell: blame (line 12), opinion (line 3)".to_owned());
        assert_eq!(
            done(Mode::Hold, false),
            ("hold", vec![own.clone(), drop_header("X-Partwell"), tag(""), why, Reply::Accept])
        );
        let (action, replies) = done(Mode::Reject, false);
        assert_eq!(action, "reject");
        assert!(
            matches!(&replies[..], [Reply::Refuse(line)] if line.starts_with("550 5.7.1 partwell: not sent: blame (line 12), opinion (line 3). ")),
            "{replies:?}"
        );
        assert_eq!(done(Mode::Reject, true), ("override", vec![own.clone(), Reply::Accept]));
        assert_eq!(
            done(Mode::Tag, true),
            ("override", vec![own, drop_header("X-Partwell"), tag("; override=yes"), Reply::Accept])
        );
    }

    #[test]
    fn what_has_no_fault_passes_without_partwells_own_fields() {
        let done = |outcome: Option<&Outcome>, mode| {
            act(outcome, Policy { mode, overridable: true, on_failure: OnFailure::Tempfail }, &message("agreed"))
        };
        let pass = vec![drop_header("Partwell-Override"), Reply::Accept];
        assert_eq!(done(Some(&judged(vec![])), Mode::Reject), ("accept", pass.clone()));
        assert_eq!(done(Some(&Outcome::Unreadable), Mode::Hold), ("accept", pass.clone()));
        assert_eq!(done(None, Mode::Off), ("off", pass));
    }

    #[test]
    fn who_fails_open_and_who_fails_closed() {
        let done = |outcome, on_failure| {
            act(Some(&outcome), Policy { mode: Mode::Reject, overridable: true, on_failure }, &Message::default())
        };
        assert_eq!(done(Outcome::TimeLimit, OnFailure::Tempfail), ("tempfail", vec![Reply::Tempfail]));
        assert_eq!(done(Outcome::Crash, OnFailure::Accept), ("accept", vec![Reply::Accept]));
    }

    #[test]
    fn replies_and_headers_stay_short() {
        let many = vec![finding("competitor-referral", Severity::Error, 10_000); 500];
        let line = refusal(&many, true);
        assert!(line.len() < 512 && tag(true, &many, true).len() < 512, "{line}");
        assert!(line.contains(" and 492 more") && !refusal(&many, false).contains("Override"), "{line}");
    }
}

//! What the gates on the way of a mail share. In: a message as it is handed over, and the house's config and rules. Out: what is
//! said about it that counts in a gate, and which of its header fields are partwell's own. Refuses to send, to stop and to log:
//! `partwell sendmail` and `partwell milter` do.

pub mod own_fields;

use std::{path::Path, sync::Arc};

use crate::{
    config::house::{House, UnknownDeclared},
    diagnostic::{LetterKind, Severity},
    engine::{self, Context},
    flaw::Flaw,
    report::Checked,
    source::{self, Format, LineIndex, ReadError, Source},
};

/// The rule that a gate names where a message declares a reason that nobody knows.
pub const UNKNOWN_REASON: &str = "unknown-reason";

/// What decides what counts in a gate.
#[derive(Debug, Clone, Copy)]
pub struct Gate<'a> {
    /// The config and the rules.
    pub house: &'a House,
    /// The least severity that counts; that of the config, or else a warning, where nothing is said.
    pub fail_on: Option<Severity>,
    /// The language of messages; the letter's own when it is none.
    pub messages: Option<&'a str>,
    /// Whether what the message itself suppresses (`Partwell-Allow`) is suppressed.
    pub suppressions: bool,
}

/// A message that was read and judged.
#[derive(Debug)]
pub struct Judged {
    /// The message and its verdict, without the diagnostics that do not count.
    pub checked: Checked,
    /// A reason in its header that is none.
    pub unknown_reason: Option<Flaw>,
}

/// What counts against a message, without any of its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: String,
    /// How much it weighs.
    pub severity: Severity,
    /// The line of the message as it was handed over, its header included, from 1.
    pub line: usize,
}

impl Gate<'_> {
    /// Reads and judges a message. Its reason and its language are those that its header declares, else those of the config.
    ///
    /// # Errors
    /// When the message is no text at all.
    pub fn judge(&self, name: &str, mut message: Vec<u8>) -> Result<Judged, ReadError> {
        // Of a mail that is too large to be read the beginning is judged: it would pass unseen otherwise.
        message.truncate(source::MAX_LEN);
        let mut source = source::read(name, message, Format::Mail)?;
        if !self.suppressions {
            source.declared.suppressions.clear();
        }
        let told = Context { messages: self.messages.map(str::to_owned), ..Context::default() };
        // A message on its way lies nowhere.
        let (context, declared) = self.house.context(&told, &mut source, Path::new(""));
        let mut verdict = engine::check_source(&source, &self.house.book, &context);
        let fail_on = self.fail_on.or(self.house.config.fail_on).unwrap_or(Severity::Warning);
        verdict.diagnostics.retain(|diagnostic| diagnostic.severity >= fail_on);
        let unknown_reason = declared.err().map(|unknown| flaw(&source, *unknown));
        Ok(Judged { checked: Checked { source, verdict }, unknown_reason })
    }
}

impl Judged {
    /// Whether the message ends a customer relationship.
    #[must_use]
    pub fn is_termination(&self) -> bool {
        self.checked.verdict.letter == LetterKind::Termination
    }

    /// Whether anything counts against the message.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        self.unknown_reason.is_some() || !self.checked.verdict.diagnostics.is_empty()
    }

    /// All that counts against the message, in the order of the message.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        // Lines are counted over the whole message, attachments and all.
        if !self.has_findings() {
            return Vec::new();
        }
        let source = &self.checked.source;
        let lines = LineIndex::of(source);
        let line = |at: usize| lines.line_column(at).0;
        let unknown = self.unknown_reason.iter().map(|flaw| Finding {
            rule: UNKNOWN_REASON.to_owned(),
            severity: Severity::Error,
            line: line(flaw.at.start),
        });
        let diagnostics = self.checked.verdict.diagnostics.iter().map(|diagnostic| Finding {
            rule: diagnostic.rule.clone(),
            severity: diagnostic.severity,
            line: line(diagnostic.place(source).start),
        });
        unknown.chain(diagnostics).collect()
    }
}

fn flaw(source: &Source, unknown: UnknownDeclared) -> Flaw {
    let UnknownDeclared { at, message, help } = unknown;
    // A header stands in front of all that may be in another charset.
    let text = source.bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    Flaw { file: source.name.clone(), text: Arc::from(text), at, message, help }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "Dear Ms Hartnell,\r\n\r\nYou failed to pay three invoices. From 30 June we will no longer work for \
                        you.\r\n\r\nYours sincerely,\r\nA. Bell\r\n";

    fn findings(header: &str, fail_on: Severity) -> Vec<(String, usize)> {
        let house = House::load(None, &[]).unwrap();
        let gate = Gate { house: &house, fail_on: Some(fail_on), messages: None, suppressions: true };
        let judged = gate.judge("<message>", format!("{header}\r\n{BODY}").into_bytes()).unwrap();
        judged.findings().into_iter().map(|finding| (finding.rule, finding.line)).collect()
    }

    #[test]
    fn findings_name_rules_and_lines_of_the_message() {
        let found = findings("From: a@example.com\r\nSubject: Our work\r\n", Severity::Warning);
        assert!(found.contains(&("blame".to_owned(), 6)), "{found:?}");
    }

    #[test]
    fn what_stands_outside_of_the_text_has_its_own_line() {
        let found = findings(
            "From: a@example.com\r\nTo: b@example.org\r\nSubject: x\r\nPartwell-Allow: blame\r\n",
            Severity::Error,
        );
        assert!(found.contains(&("suppression-without-reason".to_owned(), 4)), "{found:?}");
    }

    #[test]
    fn only_what_is_severe_enough_counts() {
        let header = "Subject: Our work\r\nPartwell-Reason: non-payment\r\n";
        let (all, some) = (findings(header, Severity::Note), findings(header, Severity::Error));
        assert!(some.len() < all.len(), "{some:?} {all:?}");
    }

    #[test]
    fn a_reason_that_is_none_counts_at_its_line() {
        let found = findings("Subject: Our work\r\nPartwell-Reason: non-paymnt\r\n", Severity::Error);
        assert_eq!(found.first(), Some(&(UNKNOWN_REASON.to_owned(), 2)));
    }
}

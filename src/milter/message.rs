//! In: what a mail server tells about one mail, piece by piece. Out: the mail as bytes, and what is to be known of its header.
//! Refuses to keep more bytes than it is allowed.

use crate::mail::own_fields::{self, OVERRIDE, is_own};

/// The header field that says what was found.
pub(super) const TAG: &str = "X-Partwell";

/// A mail on its way in.
#[derive(Debug, Default)]
pub(super) struct Message {
    /// Its number in the mail server's queue.
    pub(super) queue_id: String,
    /// Who logged in to send it.
    pub(super) login: Option<String>,
    /// Without angle brackets.
    pub(super) sender: String,
    /// Without angle brackets.
    pub(super) recipients: Vec<String>,
    /// How many bytes it has, kept or not.
    pub(super) size: usize,
    /// Why it is to pass all the same, as its sender says.
    pub(super) override_reason: Option<String>,
    /// The fields of the header that are partwell's own, and its tags: each name as first written, and how many there are.
    fields: Vec<(String, u32)>,
    bytes: Vec<u8>,
    in_body: bool,
}

impl Message {
    /// A mail that begins.
    pub(super) fn new(sender: String, login: Option<String>) -> Message {
        Message { login, sender, ..Message::default() }
    }

    /// Takes a header field in.
    pub(super) fn header(&mut self, name: &[u8], value: &[u8], leading_space: bool, max: usize) {
        if is_own(name) || name.eq_ignore_ascii_case(TAG.as_bytes()) {
            let name = String::from_utf8_lossy(name).into_owned();
            match self.fields.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                Some((_, count)) => *count += 1,
                None => self.fields.push((name, 1)),
            }
        }
        if self.override_reason.is_none() && name.eq_ignore_ascii_case(OVERRIDE.as_bytes()) {
            self.override_reason = own_fields::override_reason(value);
        }
        let space: &[u8] = if leading_space { b"" } else { b" " };
        for piece in [name, b":", space, value, b"\r\n"] {
            self.keep(piece, max);
        }
    }

    /// Takes bytes of the body in.
    pub(super) fn body(&mut self, bytes: &[u8], max: usize) {
        if !self.in_body {
            self.in_body = true;
            self.keep(b"\r\n", max);
        }
        self.keep(bytes, max);
    }

    fn keep(&mut self, bytes: &[u8], max: usize) {
        self.size += bytes.len();
        let room = max.saturating_sub(self.bytes.len()).min(bytes.len());
        self.bytes.extend_from_slice(&bytes[..room]);
    }

    /// Whether some of its bytes were not kept.
    pub(super) fn is_cut(&self) -> bool {
        self.bytes.len() < self.size
    }

    /// The bytes that were kept.
    pub(super) fn take_bytes(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// The fields that are to be taken out: partwell's own always, and tags that somebody else has written where they would be
    /// taken for this milter's. Each with its number among those of its name, the last first, so that the numbers hold.
    pub(super) fn fields_to_drop(&self, tags_too: bool) -> Vec<(String, u32)> {
        let goes = |name: &str| tags_too || !name.eq_ignore_ascii_case(TAG);
        let fields = self.fields.iter().filter(|(name, _)| goes(name));
        fields.flat_map(|(name, count)| (1..=*count).rev().map(move |number| (name.clone(), number))).collect()
    }
}

/// An address as the envelope has it, without its angle brackets.
pub(super) fn bare(address: &[u8]) -> String {
    let address = String::from_utf8_lossy(address);
    let address = address.trim();
    address.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(address).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_put_together_as_it_was_sent() {
        let mut message = Message::default();
        message.header(b"Subject", b" =?utf-8?q?a?=\n\tb", true, 1000);
        message.header(b"X", b"y", false, 1000);
        message.body(b"Dear\r\n", 1000);
        message.body(b"you", 1000);
        assert!(!message.is_cut());
        assert_eq!(message.take_bytes(), b"Subject: =?utf-8?q?a?=\n\tb\r\nX: y\r\n\r\nDear\r\nyou");
    }

    #[test]
    fn no_more_is_kept_than_allowed() {
        let mut message = Message::default();
        message.header(b"A", b" b", true, 10);
        message.body(b"0123456789", 10);
        assert!(message.is_cut());
        assert_eq!((message.size, message.take_bytes()), (18, b"A: b\r\n\r\n01".to_vec()));
    }

    #[test]
    fn own_fields_are_counted_and_tags_only_where_asked_for() {
        let mut message = Message::default();
        for name in ["Partwell-Reason", "x-partwell", "PARTWELL-reason", "Partwell-Override", "Partwell", "X-Partwell"]
        {
            message.header(name.as_bytes(), b" why", true, 1000);
        }
        let dropped = |tags_too| {
            message
                .fields_to_drop(tags_too)
                .into_iter()
                .map(|(name, number)| format!("{name} {number}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(dropped(false), ["Partwell-Reason 2", "Partwell-Reason 1", "Partwell-Override 1"]);
        assert_eq!(dropped(true).len(), 5);
        assert_eq!(message.override_reason.as_deref(), Some("why"));
    }

    #[test]
    fn angle_brackets_go() {
        for (written, address) in [("<a@b.example>", "a@b.example"), ("<>", ""), ("a@b.example", "a@b.example")] {
            assert_eq!(bare(written.as_bytes()), address);
        }
    }
}

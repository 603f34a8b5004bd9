//! In: the bytes of a message. Out: where its header has fields that are partwell's own (`Partwell-Reason`, `Partwell-Override`),
//! and the message without them. Refuses to change any other byte.

use std::ops::Range;

use crate::source;

/// All fields whose names begin so are partwell's own and leave the house with no message.
const PREFIX: &[u8] = b"partwell-";

/// The field by which a sender lets a message pass that was stopped; its value says why.
pub const OVERRIDE: &str = "Partwell-Override";

/// The longest reason that is taken over into a log, in characters.
const LONGEST_REASON: usize = 200;

/// Whether a header field of this name is partwell's own.
#[must_use]
pub fn is_own(name: &[u8]) -> bool {
    name.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

/// What an override header says, decoded, on one line; none where it says nothing: whoever overrides has to say why.
#[must_use]
pub fn override_reason(value: &[u8]) -> Option<String> {
    let value = source::header_text(value);
    let words: Vec<&str> = value.split_whitespace().collect();
    let reason: String = words.join(" ").chars().filter(|c| !c.is_control()).take(LONGEST_REASON).collect();
    (!reason.is_empty()).then_some(reason)
}

/// A message and partwell's own fields in its header.
#[derive(Debug)]
pub struct OwnFields<'a> {
    message: &'a [u8],
    /// Each whole field, with its line ends.
    fields: Vec<Range<usize>>,
}

impl<'a> OwnFields<'a> {
    /// Finds the fields in the header of a message; the header ends at the first line that is empty or no field.
    #[must_use]
    pub fn of(message: &'a [u8]) -> OwnFields<'a> {
        let fields = source::header_fields(message);
        let own = fields.into_iter().filter(|(name, _)| is_own(&message[name.clone()]));
        let fields = own.map(|(name, value)| name.start..value.end).collect();
        OwnFields { message, fields }
    }

    /// The message without these fields, in pieces.
    pub fn rest(&self) -> impl Iterator<Item = &'a [u8]> {
        let starts = std::iter::once(0).chain(self.fields.iter().map(|field| field.end));
        let ends = self.fields.iter().map(|field| field.start).chain([self.message.len()]);
        starts.zip(ends).map(|(start, end)| &self.message[start..end])
    }

    /// Why the message is to pass all the same, if its header says so.
    #[must_use]
    pub fn override_reason(&self) -> Option<String> {
        self.fields.iter().find_map(|field| {
            let field = &self.message[field.clone()];
            let colon = field.iter().position(|byte| *byte == b':')?;
            let named = field[..colon].trim_ascii().eq_ignore_ascii_case(OVERRIDE.as_bytes());
            override_reason(&field[colon + 1..]).filter(|_| named)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(message: &[u8]) -> String {
        String::from_utf8(OwnFields::of(message).rest().collect::<Vec<_>>().concat()).unwrap()
    }

    #[test]
    fn own_fields_go_and_all_else_stays() {
        let message = b"From a@b Mon\r\nPartwell-Reason: scope\r\nA: b\r\n partwell-x: c\r\nPARTWELL-Override: we\r\n\tmust\r\nC: d\r\n\r\nPartwell-Reason: body\r\n";
        assert_eq!(rest(message), "From a@b Mon\r\nA: b\r\n partwell-x: c\r\nC: d\r\n\r\nPartwell-Reason: body\r\n");
        assert_eq!(OwnFields::of(message).override_reason().as_deref(), Some("we must"));
    }

    #[test]
    fn what_is_no_header_is_left_alone() {
        for message in [
            "",
            "\n",
            "Dear X,\nPartwell-Reason: x\n",
            "A: b\nDear X\nPartwell-Reason: x\n",
            "A: b",
            "A: b\n \nPartwell-R: x",
            // A line whose beginning is no name ends the header, as it does where the mail is read.
            "A: b\nDear Ms Hartnell: hello\nPartwell-Override: x\n\n",
        ] {
            assert_eq!(rest(message.as_bytes()), message);
        }
        assert_eq!(rest(b"Partwell-Reason: scope"), "");
    }

    #[test]
    fn an_override_needs_a_reason() {
        let reason = |value: &str| override_reason(value.as_bytes());
        assert_eq!(reason(" \r\n\t"), None);
        assert_eq!(reason(" agreed\r\n with\x1b[2J legal"), Some("agreed with[2J legal".to_owned()));
        assert_eq!(reason(&"x".repeat(999)).map(|reason| reason.len()), Some(LONGEST_REASON));
        assert_eq!(
            reason(" =?utf-8?Q?Gespr=C3=A4ch_mit_Frau_M=C3=BCller?="),
            Some("Gespräch mit Frau Müller".to_owned())
        );
        assert_eq!(reason(" =?utf-8?Q??="), None);
        let message = b"Partwell-Override:\nPartwell-Override-Code: x\n\n";
        assert_eq!(OwnFields::of(message).override_reason(), None);
    }
}

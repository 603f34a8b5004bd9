//! In: the body of a mail part as it travels. Out: its bytes, and a map to the bytes of the file. Base64 is mapped by whole
//! groups and quoted-printable by whole escapes, so that what is cut out of the file can be decoded. Refuses nothing: what is
//! not of the encoding is kept (quoted-printable) or passed over (base64).

use std::ops::Range;

use super::{Remark, map::Map};

/// How a body travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transfer {
    /// As it is.
    Plain,
    QuotedPrintable,
    Base64,
}

impl Transfer {
    /// The value of `Content-Transfer-Encoding`; whatever is not known travels as it is.
    pub(super) fn named(name: &str) -> Transfer {
        // Some programs put a comment or a semicolon behind it.
        match name.split(['(', ';']).next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "quoted-printable" => Transfer::QuotedPrintable,
            "base64" => Transfer::Base64,
            _ => Transfer::Plain,
        }
    }

    /// What a person should know about this way of travelling, as the mail names it, and about a body that came by it.
    pub(super) fn note(self, name: &str, body: &[u8]) -> Option<Remark> {
        match self {
            Transfer::Plain => {
                let name = name.split(['(', ';']).next().unwrap_or_default().trim();
                let known = ["", "7bit", "8bit", "binary"].iter().any(|known| known.eq_ignore_ascii_case(name));
                (!known).then(|| Remark::about("unknown-transfer", name.escape_default().to_string()))
            }
            Transfer::QuotedPrintable => {
                let stray = |at: usize| escaped(&body[at..]).is_none() && soft_break(&body[at..]).is_none();
                let damaged = body.iter().enumerate().any(|(at, byte)| *byte == b'=' && stray(at));
                damaged.then(|| Remark::new("escapes-damaged"))
            }
            Transfer::Base64 => {
                let digits = body.iter().filter(|byte| base64_value(**byte).is_some()).count();
                (digits % 4 == 1 || body.iter().any(|&byte| is_odd(byte))).then(|| Remark::new("base64-damaged"))
            }
        }
    }

    /// Decodes a stretch of the file.
    pub(super) fn decode(self, file: &[u8], range: Range<usize>) -> (Vec<u8>, Map) {
        let body = &file[range.clone()];
        match self {
            Transfer::Plain => (body.to_vec(), Map::copied(body.len(), range.start)),
            Transfer::QuotedPrintable => quoted_printable(body, range.start),
            Transfer::Base64 => base64(body, range.start),
        }
    }
}

fn quoted_printable(body: &[u8], start: usize) -> (Vec<u8>, Map) {
    let (mut bytes, mut map) = (Vec::with_capacity(body.len()), Map::default());
    let mut at = 0;
    while at < body.len() {
        if body[at] != b'=' {
            let len = body[at..].iter().position(|&byte| byte == b'=').unwrap_or(body.len() - at);
            bytes.extend_from_slice(&body[at..at + len]);
            map.copy(len, start + at);
            at += len;
        } else if let Some(byte) = escaped(&body[at..]) {
            bytes.push(byte);
            map.units(1, 3, 1, start + at);
            at += 3;
        } else if let Some(len) = soft_break(&body[at..]) {
            at += len;
        } else {
            bytes.push(b'=');
            map.copy(1, start + at);
            at += 1;
        }
    }
    (bytes, map)
}

/// The byte that `=XX` at the beginning stands for.
pub(super) fn escaped(text: &[u8]) -> Option<u8> {
    let digit = |at: usize| {
        text.get(at).and_then(|&byte| char::from(byte).to_digit(16)).and_then(|digit| u8::try_from(digit).ok())
    };
    Some(digit(1)? << 4 | digit(2)?)
}

/// The length of `=`, blanks and a line end: a line end that is none.
fn soft_break(text: &[u8]) -> Option<usize> {
    // Lines have at most 76 characters; a bound keeps hostile blanks from being walked again and again.
    let blanks = text[1..].iter().take(100).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    match &text[1 + blanks..] {
        [b'\r', b'\n', ..] => Some(blanks + 3),
        [b'\n', ..] => Some(blanks + 2),
        [] => Some(blanks + 1),
        _ => None,
    }
}

/// Groups of four characters make three bytes; line ends may stand anywhere.
pub(super) fn base64(body: &[u8], start: usize) -> (Vec<u8>, Map) {
    let (mut bytes, mut map) = (Vec::with_capacity(body.len() / 4 * 3), Map::default());
    let mut group = Group::default();
    let last_odd = body.iter().rposition(|&byte| is_odd(byte)).unwrap_or(0);
    for (at, &byte) in body.iter().enumerate() {
        if let Some(value) = base64_value(byte) {
            group.add(value, start + at);
            if group.len == 4 {
                group.flush(&mut bytes, &mut map);
            }
        } else if byte == b'=' && group.len > 0 {
            group.end = start + at + 1;
            // The second of two signs belongs to the group as well.
            if group.len == 3 || body.get(at + 1) != Some(&b'=') {
                group.flush(&mut bytes, &mut map);
                if at < last_odd {
                    // Behind the end stands something else, such as the footer of a mailing list.
                    break;
                }
            }
        }
    }
    group.flush(&mut bytes, &mut map);
    (bytes, map)
}

#[derive(Default)]
struct Group {
    bits: u32,
    len: usize,
    start: usize,
    end: usize,
}

impl Group {
    fn add(&mut self, value: u8, at: usize) {
        if self.len == 0 {
            self.start = at;
        }
        self.bits = self.bits << 6 | u32::from(value);
        self.len += 1;
        self.end = at + 1;
    }

    fn flush(&mut self, bytes: &mut Vec<u8>, map: &mut Map) {
        let [_, made @ ..] = (self.bits << (6 * (4 - self.len))).to_be_bytes();
        let made = &made[..self.len.saturating_sub(1)];
        bytes.extend_from_slice(made);
        map.units(made.len(), self.end - self.start, 1, self.start);
        *self = Group::default();
    }
}

/// Whether the byte has no business in base64.
fn is_odd(byte: u8) -> bool {
    base64_value(byte).is_none() && byte != b'=' && !byte.is_ascii_whitespace()
}

fn base64_value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_printable_escapes_and_soft_breaks() {
        let file = b"XXpr=\r\nzed=C5=BC \t=\nend =zz=3d=";
        let (bytes, map) = Transfer::QuotedPrintable.decode(file, 2..file.len());
        assert_eq!(bytes, "przed\u{17c} \tend =zz=".as_bytes());
        assert_eq!(&file[map.to_source(1..3)], b"r=\r\nz");
        assert_eq!(&file[map.to_source(5..7)], b"=C5=BC");
        assert_eq!(map.text_len(), bytes.len());
    }

    #[test]
    fn base64_groups() {
        let file = b"SGVsbG8s\r\nIHdv\r\ncmxkIQ==";
        let (bytes, map) = Transfer::Base64.decode(file, 0..file.len());
        assert_eq!(bytes, b"Hello, world!");
        assert_eq!(&file[map.to_source(5..7)], b"bG8s\r\nIHdv");
        assert_eq!(&file[map.to_source(12..13)], b"IQ==");
        for range in [0..1, 2..9, 4..5, 3..13] {
            let cut = &file[map.to_source(range.clone())];
            let (part, _) = base64(cut, 0);
            assert!(part.windows(range.len()).any(|window| window == &bytes[range.clone()]));
        }
        assert_eq!(base64(b"S", 0).0, b"");
        assert_eq!(base64(b"SG V\ns=", 0).0, b"Hel");
    }
}

//! In: edits of the text of a header field. Out: an edit of its value: spliced in where both are ASCII, else the value encoded
//! anew as encoded words, folded. Refuses values that are longer than any subject.

use std::{fmt::Write as _, ops::Range};

use encoding_rs::UTF_8;

use super::{
    Edit, EditError, FileEdit,
    transfer::{digits, line_end},
};
use crate::source::charset;

/// The longest encoded word (RFC 2047).
const WORD: usize = 75;
/// The longest line.
const LINE: usize = 76;
/// Values beyond this are read in part only.
const MAX_VALUE: usize = 8 << 10;

/// The edit of the file that makes these edits of the text of the value that stands at `place`.
pub(super) fn edit(file: &[u8], place: Range<usize>, text: &str, edits: &[Edit]) -> Result<FileEdit, EditError> {
    if place.len() > MAX_VALUE {
        return Err(EditError::Markup);
    }
    let mut new = text.to_owned();
    for edit in edits.iter().rev() {
        new.replace_range(edit.range.clone(), &edit.text);
    }
    let new = new.split_whitespace().collect::<Vec<_>>().join(" ");
    let value = &file[place.clone()];
    let before = file[..place.start].iter().rev().take_while(|&&byte| byte != b'\n').count();
    let line_end = line_end(file);
    let bytes = if new.is_ascii() && !new.contains("=?") {
        folded(&new, before, line_end)
    } else {
        let (label, base64) = style_of(value).unwrap_or(("utf-8".to_owned(), false));
        encoded_words(&new, &label, base64, before, line_end)
    };
    Ok(FileEdit { range: place, bytes: bytes.into_bytes(), encoding: UTF_8 })
}

/// Charset and kind of the first encoded word.
fn style_of(value: &[u8]) -> Option<(String, bool)> {
    let value = std::str::from_utf8(value).ok()?;
    let mut word = value.split_once("=?")?.1.splitn(3, '?');
    let label = word.next()?.split('*').next()?.to_owned();
    let base64 = word.next()?.eq_ignore_ascii_case("b");
    charset::named(&label).map(|_| (label, base64))
}

fn folded(text: &str, before: usize, line_end: &str) -> String {
    let mut out = String::new();
    let mut column = before;
    for word in text.split(' ') {
        if !out.is_empty() {
            if column + 1 + word.len() > LINE {
                out.push_str(line_end);
                column = 0;
            }
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += word.len();
    }
    out
}

fn encoded_words(text: &str, label: &str, base64: bool, before: usize, line_end: &str) -> String {
    let encoding = charset::named(label).unwrap_or(UTF_8);
    // A header may be in any charset, so what this one lacks is no obstacle.
    let fits = encoding.output_encoding() == encoding && !encoding.encode(text).2;
    let (encoding, label) = if fits { (encoding, label) } else { (UTF_8, "utf-8") };
    let kind = if base64 { 'B' } else { 'Q' };
    let frame = label.len() + "=??Q??=".len();
    let mut out = String::new();
    let mut column = before;
    let mut bytes = Vec::new();
    let mut flush = |bytes: &mut Vec<u8>| {
        let data = if base64 { in_base64(bytes) } else { in_q(bytes) };
        let len = frame + data.len();
        if !out.is_empty() || column + len > LINE && column > LINE / 2 {
            out.push_str(line_end);
            out.push(' ');
        }
        column = 1 + len;
        let _ = write!(out, "=?{label}?{kind}?{data}?=");
        bytes.clear();
    };
    for character in text.chars() {
        let next = encoding.encode(character.encode_utf8(&mut [0; 4])).0.into_owned();
        let longer = [bytes.as_slice(), &next].concat();
        let len = if base64 { longer.len().div_ceil(3) * 4 } else { in_q(&longer).len() };
        // The first word shares its line with the name of the field.
        if frame + len > WORD - before.min(WORD / 3) {
            flush(&mut bytes);
        }
        bytes.extend(next);
    }
    flush(&mut bytes);
    out
}

fn in_base64(bytes: &[u8]) -> String {
    bytes.chunks(3).flat_map(digits).map(char::from).collect()
}

fn in_q(bytes: &[u8]) -> String {
    let mut out = String::new();
    for &byte in bytes {
        match byte {
            b' ' => out.push('_'),
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'!' | b'*' | b'+' | b'-' | b'/' => out.push(char::from(byte)),
            _ => _ = write!(out, "={byte:02X}"),
        }
    }
    out
}

//! In: edits of the bytes of a body. Out: edits of the file, encoded for travel as the rest of the body is. Bodies in base64 are
//! encoded anew from the first edit on, for all that follows moves; quoted-printable keeps its lines short.

use std::{fmt::Write as _, ops::Range};

use encoding_rs::UTF_8;

use super::{FileEdit, body::Body};
use crate::source::{leaf::Leaf, transfer::Transfer};

/// The longest line of an encoded body.
const WIDTH: usize = 76;

/// The edits of the file; those of the bytes are in order and do not overlap.
pub(super) fn edits(file: &[u8], leaf: &Leaf, body: &Body, changes: &[(Range<usize>, Vec<u8>)]) -> Vec<FileEdit> {
    let place = leaf.place.clone();
    let each = changes.iter();
    match leaf.transfer {
        Transfer::Plain => {
            let encoding = body.written_in();
            let moved = |range: &Range<usize>| range.start + place.start..range.end + place.start;
            each.map(|(range, bytes)| FileEdit { range: moved(range), bytes: bytes.clone(), encoding }).collect()
        }
        Transfer::QuotedPrintable => each
            .map(|(range, bytes)| {
                let range = body.below.to_source(range.clone());
                let bytes = quoted_printable(file, &place, &range, bytes);
                FileEdit { range, bytes, encoding: UTF_8 }
            })
            .collect(),
        Transfer::Base64 => vec![base64(file, &place, body, changes)],
    }
}

fn quoted_printable(file: &[u8], place: &Range<usize>, range: &Range<usize>, bytes: &[u8]) -> Vec<u8> {
    let line_end = line_end(&file[place.clone()]);
    let before = &file[place.start..range.start];
    let after = &file[range.end..place.end];
    let rest = after.iter().take(WIDTH + 1).position(|&byte| byte == b'\r' || byte == b'\n');
    let rest = rest.unwrap_or(after.len().min(WIDTH));
    let mut column = before.iter().rev().take_while(|&&byte| byte != b'\n').count();
    let mut out = String::new();
    let soft_break = |out: &mut String, column: &mut usize| {
        out.push('=');
        out.push_str(line_end);
        *column = 0;
    };
    for (at, &byte) in bytes.iter().enumerate() {
        if byte == b'\n' || byte == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
            out.push(char::from(byte));
            column = 0;
            continue;
        }
        let ends_line = match bytes.get(at + 1) {
            Some(next) => matches!(next, b'\r' | b'\n'),
            None => rest == 0,
        };
        let literal = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || matches!(byte, b' ' | b'\t') && !ends_line;
        let len = if literal { 1 } else { 3 };
        if column + len >= WIDTH {
            soft_break(&mut out, &mut column);
        }
        if literal {
            out.push(char::from(byte));
        } else {
            write!(out, "={byte:02X}").expect("a string takes all that is written");
        }
        column += len;
    }
    // What only takes from a line makes it no longer; taking away its end does.
    let longer = !bytes.is_empty() || file[range.clone()].contains(&b'\n');
    if column + rest > WIDTH && rest > 0 && longer {
        soft_break(&mut out, &mut column);
    }
    out.into_bytes()
}

/// All edits as one, from the group in which the first begins to the end of the body.
fn base64(file: &[u8], place: &Range<usize>, body: &Body, changes: &[(Range<usize>, Vec<u8>)]) -> FileEdit {
    let len = body.bytes.len();
    let first = changes.first().map_or(len, |(range, _)| range.start);
    let first = first - first % 3;
    let mut bytes = Vec::new();
    let mut at = first;
    for (range, new) in changes {
        bytes.extend_from_slice(&body.bytes[at..range.start]);
        bytes.extend_from_slice(new);
        at = range.end;
    }
    bytes.extend_from_slice(&body.bytes[at..]);
    let start = body.below.to_source(first..len).start;
    let end = body.below.to_source(first..len).end.max(start);
    let encoded = &file[place.clone()];
    let width =
        encoded.iter().position(|byte| matches!(byte, b'\r' | b'\n')).filter(|&width| width >= 4).unwrap_or(WIDTH);
    let mut column = file[place.start..start].iter().rev().take_while(|&&byte| byte != b'\n').count();
    let mut out = Vec::with_capacity(bytes.len() / 2 * 3);
    for group in bytes.chunks(3) {
        for digit in digits(group) {
            if column >= width {
                out.extend_from_slice(line_end(encoded).as_bytes());
                column = 0;
            }
            out.push(digit);
            column += 1;
        }
    }
    FileEdit { range: start..end, bytes: out, encoding: UTF_8 }
}

/// One to three bytes as four characters of base64.
pub(super) fn digits(group: &[u8]) -> [u8; 4] {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let byte = |at: usize| usize::from(group.get(at).copied().unwrap_or_default());
    let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    std::array::from_fn(|digit| if digit > group.len() { b'=' } else { DIGITS[bits >> (18 - 6 * digit) & 63] })
}

/// How the lines of a stretch of the file end.
pub(super) fn line_end(stretch: &[u8]) -> &'static str {
    let feed = stretch.iter().position(|&byte| byte == b'\n');
    // Mail has both characters unless it was saved with the line feed alone.
    if feed.is_some_and(|at| at == 0 || stretch[at - 1] != b'\r') { "\n" } else { "\r\n" }
}

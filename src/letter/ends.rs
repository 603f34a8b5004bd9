//! In: a text, and where a token begins in it. Out: where the token ends. Refuses to say what it means.

use unicode_normalization::char::is_combining_mark;

use super::fold::{is_apostrophe, is_ignorable};

/// Longest part of an e-mail address on each side of the `@`, in bytes: keeps the search for one short.
const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 255;

pub(super) fn char_at(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

/// A character that makes a word together with letters.
pub(super) fn is_word_char(letter: char) -> bool {
    if letter.is_ascii() { letter.is_ascii_alphanumeric() } else { letter.is_alphanumeric() }
}

/// The end of a run of one mark.
pub(super) fn run_end(text: &str, at: usize, mark: char) -> usize {
    text.len() - text[at..].trim_start_matches(mark).len()
}

/// The end of a word of plain letters, if what stands behind it cannot belong to a word, an address or an amount: most words are such.
pub(super) fn plain_word_end(text: &[u8], at: usize) -> Option<usize> {
    let end = at + text[at..].iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(text.len() - at);
    let blank = |at: usize| matches!(text.get(at), None | Some(b' ' | b'\n' | b'\r'));
    let plain = match text.get(end) {
        Some(b',' | b';' | b'!' | b'?' | b')' | b'"') => true,
        Some(b'.') => blank(end + 1),
        _ => blank(end),
    };
    plain.then_some(end)
}

/// The end of the word that begins at `at`.
pub(super) fn word_end(text: &str, start: usize) -> usize {
    let mut at = start;
    let mut piece = 0;
    loop {
        let plain = text.as_bytes()[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        at += plain;
        piece += plain;
        let Some(letter) = char_at(text, at) else { break };
        let next = at + letter.len_utf8();
        if is_word_char(letter) {
            piece += 1;
        } else if letter == '*' {
            // A curse with its vowels struck out is one word.
            let end = run_end(text, at, '*');
            let letters = |side: Option<char>| side.is_some_and(char::is_alphabetic);
            if end - at > 6 || !letters(char_at(text, end)) {
                break;
            }
            at = end;
            continue;
        } else if letter == '.' {
            // "e.g.", "т.д.": single letters with dots between them are one word.
            let mut behind = text[next..].chars();
            let single = behind.next().is_some_and(char::is_alphabetic) && !behind.next().is_some_and(is_word_char);
            if piece != 1 || !single {
                break;
            }
            piece = 0;
        } else if is_apostrophe(letter) || letter == '_' {
            if !char_at(text, next).is_some_and(is_word_char) {
                break;
            }
        } else if letter.is_ascii() || !(is_ignorable(letter) || is_combining_mark(letter)) {
            break;
        }
        at = next;
    }
    at
}

/// The end of the number that begins at `start`: digits, separators between digits, and letters tied to it.
pub(super) fn number_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    if let Some(end) = hyphenated_date_end(bytes, start) {
        return end;
    }
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = start;
    let mut separators = 0;
    while let Some(letter) = char_at(text, at) {
        let next = at + letter.len_utf8();
        let separates = matches!(letter, '.' | ',' | ':' | '/' | '\'' | '’') && digit(next);
        if separates {
            separators += 1;
        } else if !letter.is_numeric() {
            break;
        }
        at = next;
    }
    // "14th", "5pm"; but not the word for "year" tied to a whole date.
    if separators < 2 {
        at += text[at..].find(|letter: char| !letter.is_alphabetic()).unwrap_or(text.len() - at);
    }
    at
}

/// The end of `2026-12-31` or `31-12-2026`.
fn hyphenated_date_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    let mut lengths = [0usize; 3];
    for (i, length) in lengths.iter_mut().enumerate() {
        if i > 0 {
            (bytes.get(at) == Some(&b'-')).then_some(())?;
            at += 1;
        }
        while *length < 5 && bytes.get(at).is_some_and(u8::is_ascii_digit) {
            *length += 1;
            at += 1;
        }
    }
    matches!(lengths, [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 2 | 4]).then_some(at)
}

/// The end of an e-mail address or a URL that begins at `at`.
pub(super) fn address_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text.as_bytes()[at..];
    let starts = |with: &str| rest.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with.as_bytes()));
    let may_start = rest.first().is_some_and(|first| b"hwmHWM".contains(first));
    if may_start && ["http://", "https://", "www.", "mailto:"].into_iter().any(starts) {
        let end = text[at..].find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '»' | '”' | '“'));
        let stretch = &text[at..end.map_or(text.len(), |end| at + end)];
        let kept = stretch.trim_end_matches(|c: char| ".,;:!?)]}'’*_…".contains(c));
        return Some(at + kept.len());
    }
    let in_local = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-');
    let local = rest.iter().take(LONGEST_LOCAL + 1).position(|&byte| !in_local(byte))?;
    if local == 0 || rest[local] != b'@' {
        return None;
    }
    let domain = &rest[local + 1..];
    let length =
        domain.iter().take(LONGEST_DOMAIN).take_while(|b| b.is_ascii_alphanumeric() || b".-".contains(b)).count();
    let length = length - domain[..length].iter().rev().take_while(|b| b".-".contains(b)).count();
    domain[..length].contains(&b'.').then_some(at + local + 1 + length)
}

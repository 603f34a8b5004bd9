//! In: the lines of a letter. Out: which of them are somebody else's words: lines behind `>`, and what stands below the header
//! of an earlier mail. Refuses to guess from the words of others.

use super::lines::Line;
use super::phrase::glob_end;
use super::{Forms, PartKind};

/// Longest line (bytes) that can be the header of an earlier mail.
const LONGEST_HEADER: usize = 300;
/// Lines over which such a header may reach.
const HEADER_LINES: usize = 4;

/// Marks the quoted lines.
pub(super) fn mark(text: &str, lines: &mut [Line], forms: &Forms) {
    for line in lines.iter_mut().filter(|line| line.is_open()) {
        if text[line.range.clone()].starts_with('>') {
            line.kind = Some(PartKind::Quoted);
        }
    }
    let mut at = 0;
    while at < lines.len() {
        if let Some(length) = header(text, &lines[at..], forms) {
            let behind = at + length;
            let by_signs = lines.get(behind).is_some_and(is_quoted);
            // Without signs at its lines the earlier mail reaches to the end.
            let end = if by_signs { behind } else { lines.len() };
            for line in lines[at..end].iter_mut().filter(|line| !line.skipped) {
                line.kind = Some(PartKind::Quoted);
                line.starts = false;
            }
            at = end;
        } else {
            at += 1;
        }
    }
}

fn is_quoted(line: &Line) -> bool {
    line.kind == Some(PartKind::Quoted)
}

/// How many lines the header has that begins with the first of these lines.
fn header(text: &str, lines: &[Line], forms: &Forms) -> Option<usize> {
    let first = lines.first().filter(|line| line.is_open() && line.range.len() <= LONGEST_HEADER)?;
    let written = &text[first.range.clone()];
    if !written.ends_with(':') && !written.starts_with(|c: char| forms.header_letters.contains(&c)) {
        return None;
    }
    // Rules across the page may have words in them: "-----Original Message-----" is a line like others.
    let folded = |line: &Line| forms.fold_word(text[line.range.clone()].replace('*', "").trim());
    let mut joined = folded(first);
    // What a header ends with stands in one of these lines, or it is none.
    let within = &text[first.range.start..lines[lines.len().min(HEADER_LINES) - 1].range.end];
    let may_end = |pieces: &[String]| !pieces[pieces.len() - 1].ends_with(':') || within.contains(':');
    let fits: Vec<&Vec<String>> = forms
        .reply_headers
        .iter()
        .filter(|pieces| joined.starts_with(pieces[0].as_str()) && may_end(pieces.as_slice()))
        .collect();
    if fits.is_empty() {
        return None;
    }
    for length in 1..=HEADER_LINES {
        if fits.iter().any(|pieces| is_header(pieces, &joined, lines.get(length).is_some_and(is_quoted))) {
            return Some(length);
        }
        let next = lines
            .get(length)
            .filter(|line| line.is_open() && !line.after_blank && line.range.len() <= LONGEST_HEADER)?;
        joined.push('\n');
        joined.push_str(&folded(next));
    }
    None
}

/// Whether the joined lines are such a header. "On Friday you wrote: ..." alone is none: a date, an address or a quoted line must
/// bear it out.
fn is_header(pieces: &[String], joined: &str, before_quoted: bool) -> bool {
    let Some((end, last)) = glob_end(pieces, joined) else { return false };
    let ends_line = joined[end..].is_empty() || joined[end..].starts_with('\n');
    if pieces.len() == 1 {
        return ends_line || !joined.starts_with(char::is_alphanumeric);
    }
    let begins_line = joined[..last].ends_with('\n');
    let borne_out = before_quoted || begins_line || joined[..end].contains(|c: char| c.is_ascii_digit() || c == '@');
    (ends_line || begins_line) && borne_out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::lines;

    #[test]
    fn earlier_mail_is_found() {
        let forms = "language = 'en'\nname = 'English'\n[parts]\nreply-headers = ['on * wrote:', '-----original message-----', 'from: * sent:', '* wrote:']";
        let forms = Forms::parse(forms).unwrap();
        for (text, quoted) in [
            ("Hi\n\nOn 3 Apr 2025, at 23:51, Stella <s@x.org> wrote:\nThis is useless.\n\nReally.", "..QQQ"),
            (
                "Hi\n\nOn Mon, 3 Apr 2025 at 23:51, Stella Brandt <s@x.org>\nwrote:\n\n> Useless.\n\nNo, it is not.",
                "..QQQ.",
            ),
            ("On Friday you wrote:\nthat we are late.", ".."),
            ("On Friday you wrote:\n> You are late.\nWe are not.", "QQ."),
            ("Bye\n-----Original Message-----\nFrom: A", ".QQ"),
            ("Bye\nFrom: A B\nSent: Monday\nHello", ".QQQ"),
            ("Ben Rudge wrote:\n> no\nyes\n> no\nyes", "QQ.Q."),
            ("From: what we saw you sent: nothing", "."),
        ] {
            let mut lines = lines::of(text, &[]);
            mark(text, &mut lines, &forms);
            let found: String = lines.iter().map(|line| if is_quoted(line) { 'Q' } else { '.' }).collect();
            assert_eq!(found.trim_start_matches('.'), quoted.trim_start_matches('.'), "{text}");
        }
    }
}

//! In: a text, the marks of its format, the forms of a language. Out: the parts of the letter, in order, not overlapping. Refuses
//! to look into sentences: lines, their length and how they begin and end decide.

use std::ops::Range;

use super::lines::{self, Line};
use super::{Forms, PartKind, closing, opening, quoted};
use crate::source::Mark;

/// The parts of a letter.
pub(super) fn find(text: &str, marks: &[Mark], forms: &Forms) -> Vec<(PartKind, Range<usize>)> {
    let mut lines = lines::of(text, marks);
    quoted::mark(text, &mut lines, forms);
    mark_block_below_dashes(text, &mut lines, forms);
    opening::mark(text, &mut lines, forms);
    mark_list_items(text, &mut lines, forms);
    closing::mark(text, &mut lines, forms);
    group(&lines)
}

/// What stands under a line of two dashes is a signature, and perhaps a disclaimer.
fn mark_block_below_dashes(text: &str, lines: &mut [Line], forms: &Forms) {
    let dashes = |line: &Line| line.is_open() && matches!(&text[line.range.clone()], "--" | "—");
    let Some(at) = lines.iter().rposition(dashes) else { return };
    lines[at].skipped = true;
    let mut kind = PartKind::Signature;
    for line in lines[at + 1..].iter_mut().filter(|line| line.is_open()) {
        if line.after_blank && lines::begins(text, &line.range, forms, &forms.disclaimers) {
            kind = PartKind::Disclaimer;
        }
        line.kind = Some(kind);
    }
}

/// Marks lines that begin with a bullet, and those that go on with such an item. The bullet is left out.
fn mark_list_items(text: &str, lines: &mut [Line], forms: &Forms) {
    let mut in_list = false;
    let mut invites = true;
    for line in lines {
        if !line.is_open() {
            in_list = line.kind == Some(PartKind::ListItem);
            invites = true;
            continue;
        }
        let written = &text[line.range.clone()];
        let may_begin = line.after_blank || in_list || invites;
        if let Some(bullet) = bullet(written, may_begin, forms.ordinal_dot) {
            line.range.start += bullet;
            line.kind = Some(PartKind::ListItem);
            line.starts = true;
            in_list = true;
        } else if in_list && !line.after_blank && !line.starts {
            line.kind = Some(PartKind::ListItem);
        } else {
            in_list = false;
        }
        invites = written.ends_with([':', ';']);
    }
}

/// The length of the bullet with which a line begins, white space behind it included. Signs that may also stand inside wrapped
/// text count only where a list may begin.
fn bullet(line: &str, may_begin: bool, ordinal_dot: bool) -> Option<usize> {
    let (sign, rest) = line.split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let length = line.len() - rest.len();
    let fits = match sign {
        "-" | "*" | "•" | "·" | "‣" | "◦" | "▪" | "●" | "○" | "■" | "✓" | "✔" => true,
        "–" | "—" | "+" | "o" => may_begin,
        _ => {
            let inner = sign.strip_prefix('(').unwrap_or(sign);
            let closed = inner.strip_suffix(')');
            let body = closed.or_else(|| inner.strip_suffix('.')).unwrap_or_default();
            let number = (1..=3).contains(&body.len()) && body.bytes().all(|b| b.is_ascii_digit());
            let letter = closed.is_some() && body.chars().count() == 1 && body.chars().all(char::is_alphabetic);
            // "31. decembra" begins a sentence where dots make ordinals.
            let ordinal = ordinal_dot && closed.is_none() && rest.starts_with(char::is_lowercase);
            may_begin && (number || letter) && !ordinal
        }
    };
    (fits && !rest.is_empty()).then_some(length)
}

/// Puts lines of one kind together.
fn group(lines: &[Line]) -> Vec<(PartKind, Range<usize>)> {
    let mut parts: Vec<(PartKind, Range<usize>)> = Vec::new();
    let mut goes_on = false;
    for line in lines {
        if line.skipped || line.range.is_empty() {
            goes_on = false;
            continue;
        }
        let kind = line.kind.unwrap_or(PartKind::Body);
        match parts.last_mut() {
            Some((last, range))
                if goes_on && *last == kind && !line.starts && !(kind.is_prose() && line.after_blank) =>
            {
                range.end = line.range.end;
            }
            _ => parts.push((kind, line.range.clone())),
        }
        goes_on = true;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MarkKind;

    /// One letter for each part.
    fn shape(text: &str, marks: &[Mark]) -> String {
        let forms = Forms::parse(include_str!("../../rules/en/letter.toml")).unwrap();
        let letter = |kind| match kind {
            PartKind::Subject => 'T',
            PartKind::Heading => 'H',
            PartKind::Salutation => 'G',
            PartKind::Body => 'B',
            PartKind::ListItem => 'L',
            PartKind::SignOff => 'S',
            PartKind::Signature => 'N',
            PartKind::Postscript => 'P',
            PartKind::Quoted => 'Q',
            PartKind::Disclaimer => 'D',
        };
        find(text, marks, &forms).into_iter().map(|(kind, _)| letter(kind)).collect()
    }

    #[test]
    fn letters_have_their_parts() {
        for (text, wanted) in [
            ("Dear Ms Hart,\n\nWe stop.\n\nYours sincerely,\nTom Lee", "GBSN"),
            ("Acme Ltd\n1 High St\n\n3 May 2025\n\nDear Sir\n\nWe stop.\n\nYours faithfully\nTom", "HGBSN"),
            ("Subject: The end\n\nHi Tom,\nwe stop on Friday.\n\nBest,\nAnn", "TGBSN"),
            ("hi mrs Patel, hope your well. we stop today. Bev", "GBN"),
            ("hi tom, we stop on friday and that is it. take care xx Bev", "GBSN"),
            ("Greg,\n\nI'm off.\n\nRoss", "GBN"),
            ("Alan\n\nwe are done here, sorry.\n\nMick", "GBN"),
            ("We stop today.\n\nWe will send the files.", "BB"),
            ("We stop today.", "B"),
            ("Hi,\n\nUntil then:\n- one\n- two\n  goes on\n\n1. three\n(b) four\n\nBye,\nAnn", "GBLLLLSN"),
            ("Hi Tom,\n\nWe stop.\n\nBest wishes,\nAnn\n\nPS Bring the key.\n\nPPS And the cat.", "GBSNPP"),
            ("Hi Tom,\n\nWe stop.\n\nP.S. Bring the key.\n\nAnn Lee", "GBPN"),
            ("Hi Tom,\n\nNo.\n\nBest,\nAnn\n\nOn 3 May 2025, Tom <t@x.org> wrote:\n> Yes?\n> Please.", "GBSNQ"),
            ("Hi Tom,\n\n> Yes?\n\nNo.\n\n> Really?\n\nYes.\n\nAnn", "GQBQBN"),
            ("Hi Tom,\n\nWe stop.\n\nAnn\n-- \nAnn Lee\nAcme\n\nThis email is confidential.", "GBNND"),
            (
                "Hi Tom,\n\nWe stop.\n\nRegards,\nAnn\n\nThis email and any attachments are confidential. If you are not the addressee, delete it.",
                "GBSND",
            ),
            ("Hi Tom,\n\nThis email is to say that we stop.\n\nBest,\nAnn", "GBSN"),
            ("Hi Tom,\n\nThanks for everything.\n\nPlease return the key by Friday.\n\nAnn", "GBBN"),
            ("Hi Tom,\n\nWe stop.\n\nThanks for the opportunity,\nFfion", "GBSN"),
            ("Hi Tom,\n\nWe stop.\n\nThank you again,\n\nKind regards\n\nAnn", "GBBSN"),
            ("Hi Tom,\n\nWe stop.\n\nGood luck with it all.", "GBB"),
            ("Dear Anna, Bob and Cleo,\n\nWe stop.\n\nYours, Archie Dunn", "GBSN"),
            ("Dear Mr. Smith,\nDear Tom,\n\nWe stop.", "GB"),
            ("Hello, Tom, we are stopping on Friday, as we said.", "GB"),
            ("Hi,\n\nWe stop today.\n\n- Tom", "GBN"),
            ("", ""),
            (" \n\n \n", ""),
        ] {
            assert_eq!(shape(text, &[]), wanted, "{text}");
        }
    }

    #[test]
    fn marks_of_the_format_win() {
        let text = "The end\n\nHi Tom,\n\nWe stop.\n\n- one\n- two\n\ncode\n\nHe said no.\n\nAnn";
        let mark = |words: &str, kind| {
            let start = text.find(words).unwrap();
            Mark { range: start..start + words.len(), kind }
        };
        let marks = [
            mark("The end", MarkKind::Subject),
            mark("one", MarkKind::ListItem),
            mark("two", MarkKind::ListItem),
            mark("code", MarkKind::Skipped),
            mark("He said no.", MarkKind::Quoted),
            mark("Ann", MarkKind::Signature),
        ];
        assert_eq!(shape(text, &marks), "TGBLLQN");
    }
}

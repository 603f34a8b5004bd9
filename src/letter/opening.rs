//! In: the lines of a letter. Out: its subject line, heading and salutation. Refuses to look beyond the first lines.

use std::ops::Range;

use super::lines::{Line, Look};
use super::{Forms, PartKind, TokenKind, Written};

/// Lines among which the greeting is looked for.
const FIRST_LINES: usize = 25;
/// Longest line of a heading in bytes.
const LONGEST_HEADING: usize = 120;

/// Marks subject, heading and salutation.
pub(super) fn mark(text: &str, lines: &mut Vec<Line>, forms: &Forms) {
    mark_subject(text, lines, forms);
    let open: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].is_open()).take(FIRST_LINES).collect();
    if let Some((nth, end)) = greeting(text, lines, &open, forms) {
        for &at in &open[..nth] {
            lines[at].kind = Some(PartKind::Heading);
        }
        cut(text, lines, open[nth], end, PartKind::Salutation);
        for &at in open[nth + 1..].iter().take(2) {
            // "Dear Mr Smith,", and in the next line "Dear Tom,".
            let next = lines[at].clone();
            let greets = || greets(text, &next, &Look::at(text, next.range.clone(), forms), forms);
            if lines[at - 1].kind == Some(PartKind::Salutation) && greets() == Some(next.range.end) {
                lines[at].kind = Some(PartKind::Salutation);
            }
        }
        return;
    }
    let heading = heading_without_greeting(text, lines, &open, forms);
    for &at in &open[..heading] {
        lines[at].kind = Some(PartKind::Heading);
    }
    if let Some(&at) = open.get(heading)
        && is_bare_name(text, lines, at, forms)
    {
        lines[at].kind = Some(PartKind::Salutation);
    }
}

/// Gives the line this kind up to `end`; what stands behind it becomes a line of its own.
fn cut(text: &str, lines: &mut Vec<Line>, at: usize, end: usize, kind: PartKind) {
    let rest = text[end..lines[at].range.end].trim_start().len();
    lines[at].kind = Some(kind);
    if rest > 0 {
        let range = lines[at].range.end - rest..lines[at].range.end;
        lines[at].range.end = end;
        lines.insert(at + 1, Line { range, after_blank: false, starts: true, kind: None, skipped: false });
    }
}

/// "Subject: ..." in one of the first lines: what stands behind the label.
fn mark_subject(text: &str, lines: &mut [Line], forms: &Forms) {
    for line in lines.iter_mut().filter(|line| line.is_open()).take(10) {
        let written = &text[line.range.clone()];
        let Some((label, value)) = written.split_once(':').filter(|(label, _)| label.len() <= 40) else { continue };
        if forms.subject_labels.has(&forms.fold_word(label.trim())) {
            line.range.start += written.len() - value.trim_start().len();
            line.starts = true;
            if line.range.is_empty() {
                line.skipped = true;
            } else {
                line.kind = Some(PartKind::Subject);
                return;
            }
        }
    }
}

/// Which of the open lines greets, and where the greeting ends.
fn greeting(text: &str, lines: &[Line], open: &[usize], forms: &Forms) -> Option<(usize, usize)> {
    for (nth, &at) in open.iter().enumerate() {
        let line = &lines[at];
        let look = Look::at(text, line.range.clone(), forms);
        if let Some(end) = greets(text, line, &look, forms)
            && (nth == 0 || line.after_blank || line.starts || end == line.range.end)
        {
            return Some((nth, end));
        }
        if line.range.len() > LONGEST_HEADING || (look.is_prose() && look.ends_with(&['.', '!', '?'])) {
            return None;
        }
    }
    None
}

/// Where the greeting ends with which the line begins.
fn greets(text: &str, line: &Line, look: &Look, forms: &Forms) -> Option<usize> {
    let count = look.count();
    let Some(length) = look.phrase(&forms.salutations, 0) else {
        // "Павел, здравствуйте!"
        let at_end = (1..count.min(5)).any(|from| look.phrase(&forms.salutations, from) == Some(count - from));
        return (at_end && !look.long && count <= 6).then_some(line.range.end);
    };
    let first_mark = mark_behind(text, look, 0);
    if !look.long && count <= 10 && look.ends_with(&[',', '!', ':']) {
        return Some(line.range.end);
    }
    let Some(mark) = first_mark else {
        return (!look.long && count <= 8 && !look.ends_with(&['?'])).then_some(line.range.end);
    };
    let words_before = look.words().take_while(|token| token.range.end <= mark.start).count();
    if words_before > 8 || (&text[mark.clone()] == "." && words_before > 4) {
        return None;
    }
    // "Hello, Tom, we are ...": the name stands behind the comma.
    let rest = Look::at(text, mark.end..line.range.end, forms);
    let named = rest.words().next().is_some_and(|token| token.written != Written::Lower);
    if words_before == length && named {
        let next = mark_behind(text, &rest, 0);
        let end = next.map_or(line.range.end, |next| next.end);
        if rest.words().filter(|token| token.range.end <= end).count() <= 3 && !(rest.long && end == line.range.end) {
            return Some(end);
        }
    }
    Some(mark.end)
}

/// The first mark that can end a greeting.
fn mark_behind(text: &str, look: &Look, from: usize) -> Option<Range<usize>> {
    let ends = |at: usize| {
        let token = &look.tokens[at];
        let abbreviated =
            || at > 0 && look.tokens[at - 1].written != Written::Lower && look.tokens[at - 1].range.len() <= 4;
        match &text[token.range.clone()] {
            "," | "!" | ":" | ";" | "–" | "—" => true,
            "-" => token.ends_clause,
            "." => !abbreviated(),
            _ => false,
        }
    };
    (from..look.tokens.len())
        .find(|&at| look.tokens[at].kind == TokenKind::Punct && ends(at))
        .map(|at| look.tokens[at].range.clone())
}

/// How many of the first open lines are an address block or a date, where nobody is greeted.
fn heading_without_greeting(text: &str, lines: &[Line], open: &[usize], forms: &Forms) -> usize {
    let mut heading = 0;
    let mut start = 0;
    while start < open.len() {
        let next = open[start + 1..].iter().position(|&at| lines[at].after_blank).map(|more| start + 1 + more);
        // The last block is never a heading: a letter needs a body.
        let Some(end) = next else { break };
        let block = &open[start..end];
        let looks: Vec<Look> = block.iter().map(|&at| Look::at(text, lines[at].range.clone(), forms)).collect();
        let short = looks.iter().all(|look| look.count() <= 8 && !look.ends_with(&['.', '!', '?', ':', ',', ';']));
        let digits = block.iter().any(|&at| text[lines[at].range.clone()].contains(|c: char| c.is_ascii_digit()));
        let capitals = looks.iter().all(|look| 2 * look.capitals() >= look.count());
        if !(short && capitals && (digits || block.len() > 1)) {
            break;
        }
        heading = end;
        start = end;
    }
    heading
}

/// "Greg,", "Alan", "Puan Aminah yang dihormati,": a first line that can only be an address.
fn is_bare_name(text: &str, lines: &[Line], at: usize, forms: &Forms) -> bool {
    let line = &lines[at];
    let look = Look::at(text, line.range.clone(), forms);
    let count = look.count();
    let Some(next) = lines.get(at + 1) else { return false };
    let no_mark_inside = || !look.tokens.iter().any(|token| matches!(&text[token.range.clone()], "." | "?" | "!"));
    if look.long || count == 0 {
        false
    } else if look.ends_with(&[',']) {
        count <= 8
    } else if look.ends_with(&['!']) {
        count <= 5 && next.after_blank && 2 * look.capitals() > count
    } else {
        count <= 3 && next.after_blank && no_mark_inside() && look.words().all(|token| token.written != Written::Lower)
    }
}

//! In: the last own lines of a letter. Out: where its sign-off and its signature stand. Refuses to be sure of a name: it goes
//! by short lines, capitals and the sign-offs of the language.

use std::ops::Range;

use super::lines::{Line, Look, boundary_at};
use super::{Forms, PartKind, TokenKind, Written};

/// Most lines of a signature below its sign-off.
const LONGEST_SIGNATURE: usize = 15;
/// Most words of the line of a sign-off.
const LONGEST_SIGN_OFF: usize = 8;

/// What is to be marked: a cut of one line, and the lines behind it.
#[derive(Debug)]
pub(super) struct Closing {
    /// The line in which the closing begins.
    line: usize,
    /// What stands where from its start; what stands before stays what it was.
    pieces: Vec<(PartKind, Range<usize>)>,
    /// The lines behind it, all of the signature.
    below: Vec<usize>,
}

impl Closing {
    /// Marks the lines.
    pub fn apply(self, lines: &mut Vec<Line>) {
        for &at in &self.below {
            lines[at].kind = Some(PartKind::Signature);
        }
        let line = lines[self.line].clone();
        let begins = self.pieces.first().map_or(line.range.end, |(_, range)| range.start);
        let mut put = Vec::new();
        if begins > line.range.start {
            put.push(Line { range: line.range.start..begins, ..line.clone() });
        }
        for (kind, range) in self.pieces {
            let first = put.is_empty();
            let starts = line.starts || !first;
            put.push(Line { range, kind: Some(kind), starts, after_blank: line.after_blank && first, skipped: false });
        }
        lines.splice(self.line..=self.line, put);
    }
}

/// Finds the closing among these lines.
pub(super) fn find(text: &str, lines: &[Line], last: &[usize], forms: &Forms, first_is_body: bool) -> Option<Closing> {
    let finder = Finder { text, lines, last, forms, lowest: usize::from(first_is_body) };
    finder.by_sign_off().or_else(|| finder.by_names()).or_else(|| finder.inline())
}

struct Finder<'a> {
    text: &'a str,
    lines: &'a [Line],
    last: &'a [usize],
    forms: &'a Forms,
    /// The first of the last lines that can belong to the closing.
    lowest: usize,
}

/// How much a line looks like a sign-off.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    /// A short line with a comma above a name.
    Shape,
    /// It begins with a sign-off.
    Begins,
    /// It is a sign-off, or ends as one does.
    Sure,
}

impl Finder<'_> {
    fn line(&self, nth: usize) -> &Line {
        &self.lines[self.last[nth]]
    }

    fn look(&self, nth: usize) -> Look {
        Look::at(self.text, self.line(nth).range.clone(), self.forms)
    }

    /// The last line that is the surest sign-off, all that follows being a signature.
    fn by_sign_off(&self) -> Option<Closing> {
        let mut best: Option<(Strength, usize, Option<usize>)> = None;
        let from = self.lowest.max(self.last.len().saturating_sub(LONGEST_SIGNATURE + 1));
        for nth in (from..self.last.len()).rev() {
            let look = self.look(nth);
            if let Some((strength, cut)) = self.sign_off(nth, &look)
                && best.as_ref().is_none_or(|(known, ..)| strength > *known)
            {
                best = Some((strength, nth, cut));
            }
            if look.is_prose() || self.line(nth).kind.is_some() {
                break;
            }
        }
        let (_, nth, cut) = best?;
        let line = self.line(nth).range.clone();
        let mut pieces = vec![(PartKind::SignOff, line.start..cut.unwrap_or(line.end))];
        if let Some(cut) = cut {
            pieces.push((PartKind::Signature, self.trimmed(cut..line.end)));
        }
        Some(Closing { line: self.last[nth], pieces, below: self.last[nth + 1..].to_vec() })
    }

    /// Whether the line is a sign-off, and where it ends if a name follows in the same line.
    fn sign_off(&self, nth: usize, look: &Look) -> Option<(Strength, Option<usize>)> {
        let count = look.count();
        let line = self.line(nth);
        if look.long
            || count == 0
            || count > LONGEST_SIGN_OFF
            || look.ends_with(&['?', ':', ';'])
            || line.kind.is_some()
        {
            return None;
        }
        let comma = look.ends_with(&[',']);
        let Some(length) = look.phrase(&self.forms.sign_offs, 0) else {
            let below = nth + 1 < self.last.len() && nth + 7 > self.last.len();
            let shape = comma && below && count <= 6 && (line.after_blank || self.stopped_above(nth));
            return shape.then_some((Strength::Shape, None));
        };
        if let Some(cut) = self.name_behind(look, length) {
            return Some((Strength::Sure, Some(cut)));
        }
        match (comma || count == length, look.ends_with(&['.'])) {
            (true, _) => Some((Strength::Sure, None)),
            // "All the best for the move." is a sentence.
            (false, true) => None,
            (false, false) => Some((Strength::Begins, None)),
        }
    }

    /// "Yours, Archie Dunn": where the sign-off ends before a name.
    fn name_behind(&self, look: &Look, length: usize) -> Option<usize> {
        let phrase_end = look.words().nth(length - 1)?.range.end;
        let comma = look.tokens.iter().find(|token| token.range.start >= phrase_end)?;
        let rest: Vec<_> = look.words().skip(length).collect();
        let named = (1..=4).contains(&rest.len()) && rest.iter().all(|token| token.written != Written::Lower);
        (named && &self.text[comma.range.clone()] == ",").then_some(comma.range.end)
    }

    fn stopped_above(&self, nth: usize) -> bool {
        nth > 0 && self.text[self.line(nth - 1).range.clone()].ends_with(['.', '!', '?', '…'])
    }

    /// "... in good health. xx Bev": sign-off and name at the end of the last line of prose.
    fn inline(&self) -> Option<Closing> {
        let nth = self.last.len().checked_sub(1)?;
        let line = self.line(nth).range.clone();
        let tail_start = boundary_at(self.text, line.end.saturating_sub(80).max(line.start));
        let tail = &self.text[tail_start..line.end];
        let stop = tail.rmatch_indices(['.', '!', '?', '…', ')']).find(|(at, mark)| {
            let behind = &tail[at + mark.len()..];
            behind.starts_with(char::is_whitespace) && !self.is_initial(&tail[..*at])
        });
        let from = stop.map(|(at, mark)| tail_start + at + mark.len());
        let kisses = self.kisses(line.clone());
        let from = kisses.or(from)?;
        let rest = self.trimmed(from..line.end);
        let look = Look::at(self.text, rest.clone(), self.forms);
        let count = look.count();
        if count == 0 || count > 6 || look.ends_with(&['.', '!', '?', '…', ':', ';']) {
            return None;
        }
        let phrase = if kisses.is_some() { Some(1) } else { look.phrase(&self.forms.sign_offs, 0) };
        let names =
            |from: usize| look.words().skip(from).all(|token| token.written != Written::Lower || token.range.len() < 3);
        let mut pieces = Vec::new();
        if let Some(length) = phrase {
            let behind = look.words().nth(length).map(|token| token.range.start);
            pieces.push((PartKind::SignOff, self.trimmed(rest.start..behind.unwrap_or(rest.end))));
            if let Some(behind) = behind {
                (count - length <= 3).then_some(())?;
                pieces.push((PartKind::Signature, behind..rest.end));
            }
        } else if count <= 4 && names(0) && look.words().next().is_some_and(|token| token.written != Written::Lower) {
            pieces.push((PartKind::Signature, rest));
        }
        (!pieces.is_empty()).then(|| Closing { line: self.last[nth], pieces, below: Vec::new() })
    }

    /// Whether the text ends with an initial or an abbreviation, so that a dot behind it stops nothing.
    fn is_initial(&self, before: &str) -> bool {
        let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        word.chars().count() == 1 || self.forms.abbreviations.has(&self.forms.fold_word(word))
    }

    /// Where "xx" stands among the last words of the line.
    fn kisses(&self, line: Range<usize>) -> Option<usize> {
        let written = &self.text[line.clone()];
        let mut words = written.rsplit(char::is_whitespace).take(3);
        let word =
            words.find(|word| (1..5).contains(&word.len()) && word.bytes().all(|b| b.eq_ignore_ascii_case(&b'x')))?;
        let at = word.as_ptr().addr() - written.as_ptr().addr();
        (at > 0 && written[..at].split_whitespace().nth(4).is_some()).then_some(line.start + at)
    }

    /// Short last lines that look like names.
    fn by_names(&self) -> Option<Closing> {
        let mut start = None;
        let mut sure = false;
        for nth in (self.lowest..self.last.len()).rev().take(6) {
            let Some(strong) = self.is_name(nth) else { break };
            let line = self.line(nth);
            sure |= strong;
            let block = line.after_blank || line.starts;
            let small = self.text[line.range.clone()].starts_with(char::is_lowercase);
            if (block || (nth > 0 && self.may_end_block(nth - 1))) && (strong || !small) {
                start = Some(nth);
            }
            if block {
                break;
            }
        }
        let nth = start.filter(|_| sure)?;
        let pieces = vec![(PartKind::Signature, self.line(nth).range.clone())];
        Some(Closing { line: self.last[nth], pieces, below: self.last[nth + 1..].to_vec() })
    }

    /// Whether a signature may follow this line in the next.
    fn may_end_block(&self, nth: usize) -> bool {
        let written = &self.text[self.line(nth).range.clone()];
        written.ends_with(['.', '!', '?', '…', ',', ')']) || written.len() < 50
    }

    /// Whether the line looks like a name, a firm, an address; `true` where it hardly can be anything else.
    fn is_name(&self, nth: usize) -> Option<bool> {
        let line = self.line(nth);
        let look = self.look(nth);
        let count = look.count();
        let words = || look.words().filter(|token| token.kind == TokenKind::Word);
        let large = || words().filter(|token| token.written != Written::Lower).count();
        let long = || words().filter(|token| token.written == Written::Lower && token.range.len() > 3).count();
        let alone = count == 1 && words().count() == 1;
        if look.long || count == 0 || count > 6 || line.kind.is_some() {
            return None;
        }
        let digits = words().count() < count;
        if look.ends_with(&['!', '?', '…', ':', ';']) || self.has_stop(&look, digits) {
            return None;
        }
        // What stands alone and unfinished below a finished sentence.
        let sole = count <= 3 && nth + 1 == self.last.len() && self.stopped_above(nth);
        match (large(), long()) {
            (0, _) if alone => Some(true),
            (0, _) => (digits || self.is_bracketed(line) || (count <= 3 && !line.after_blank)).then_some(false),
            (1, 0) => Some(true),
            (1, small) => (small < 3).then_some(sole),
            (large, small) => (large >= small).then_some(true),
        }
    }

    /// Whether the line holds the end of a sentence: a dot behind a word that is no abbreviation, a colon that no number follows.
    fn has_stop(&self, look: &Look, digits: bool) -> bool {
        look.tokens.windows(2).any(|pair| match &self.text[pair[1].range.clone()] {
            "!" | "?" => true,
            ":" => !digits,
            "." => pair[0].written != Written::Caps && self.text[pair[0].range.clone()].chars().count() > 4,
            _ => false,
        })
    }

    fn is_bracketed(&self, line: &Line) -> bool {
        self.text[line.range.clone()].starts_with(['[', '<', '{', '('])
    }

    fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let kept = self.text[range.clone()].trim_start();
        let start = range.end - kept.len();
        start..start + kept.trim_end().len()
    }
}

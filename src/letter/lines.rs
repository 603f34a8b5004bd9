//! In: a text and the marks of its format. Out: its lines without blank ones, cut where a mark begins or ends, and a closer look
//! at one of them. Refuses to say what part of a letter a line is, but for what the marks say.

use std::ops::Range;

use super::phrase::Phrases;
use super::{Forms, PartKind, Token, TokenKind, Written, tokens};
use crate::source::{Mark, MarkKind};

/// A line that is not blank, or the piece of one that a mark covers.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Bytes of the text, without white space around them.
    pub range: Range<usize>,
    /// A blank line or the start of the text stands before it.
    pub after_blank: bool,
    /// A part begins here in any case.
    pub starts: bool,
    /// What it is, where that is known.
    pub kind: Option<PartKind>,
    /// It belongs to no part.
    pub skipped: bool,
}

impl Line {
    /// Whether it is the writer's own and nothing is known of it yet.
    pub const fn is_open(&self) -> bool {
        self.kind.is_none() && !self.skipped
    }
}

/// The lines of a text.
pub(super) fn of(text: &str, marks: &[Mark]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut marks = marks.iter().enumerate().filter(|(_, mark)| is_sound(text, mark)).peekable();
    let mut last_mark = None;
    let (mut at, mut after_blank) = (0, true);
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        let mut from = at;
        let mut blank = true;
        while from < end {
            while marks.next_if(|(_, mark)| mark.range.end <= from).is_some() {}
            let next = marks.peek().copied();
            let mark = next.filter(|(_, mark)| mark.range.start <= from);
            let to = match (mark, next) {
                (Some((_, inside)), _) => inside.range.end.min(end),
                (None, Some((_, next))) => next.range.start.min(end),
                (None, None) => end,
            };
            let mut piece = line_of(text, from..to, after_blank && blank);
            piece.starts = mark.map(|(i, _)| i) != last_mark;
            if let Some((i, mark)) = mark {
                last_mark = Some(i);
                set_mark(&mut piece, mark.kind);
            } else {
                last_mark = None;
                piece.skipped = is_bullet_before(text, to, end, next.map(|(_, mark)| mark), &piece);
            }
            if !piece.range.is_empty() {
                blank = false;
                lines.push(piece);
            }
            from = to;
        }
        after_blank = blank;
        at = end;
    }
    lines
}

/// A mark that can be used: of this text, between characters.
fn is_sound(text: &str, mark: &Mark) -> bool {
    mark.range.start < mark.range.end && text.get(mark.range.clone()).is_some()
}

fn line_of(text: &str, range: Range<usize>, after_blank: bool) -> Line {
    let trimmed = text[range.clone()].trim_start();
    let start = range.end - trimmed.len();
    let range = start..start + trimmed.trim_end().len();
    let skipped = is_rule(&text[range.clone()]);
    Line { range, after_blank, starts: false, kind: None, skipped }
}

const fn set_mark(line: &mut Line, mark: MarkKind) {
    match mark {
        MarkKind::Subject => line.kind = Some(PartKind::Subject),
        MarkKind::Quoted => line.kind = Some(PartKind::Quoted),
        MarkKind::Signature => line.kind = Some(PartKind::Signature),
        MarkKind::ListItem => line.kind = Some(PartKind::ListItem),
        MarkKind::Heading => line.after_blank = true,
        MarkKind::Skipped => line.skipped = true,
    }
}

/// Whether the piece is the bullet of the list item whose mark begins right behind it, or a rule across the page.
fn is_bullet_before(text: &str, to: usize, end: usize, next: Option<&Mark>, piece: &Line) -> bool {
    let item = next.is_some_and(|mark| mark.kind == MarkKind::ListItem && mark.range.start == to && to < end);
    piece.skipped || (item && text[piece.range.clone()].chars().count() <= 4)
}

/// A line drawn across the page.
fn is_rule(line: &str) -> bool {
    line.len() > 2 && line.chars().all(|c| matches!(c, '-' | '_' | '*' | '=' | '~' | '#' | '–' | '—' | ' '))
}

/// The boundary between characters at this byte or the last one before it.
pub(super) fn boundary_at(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Whether a line begins with one of these phrases.
pub(super) fn begins(text: &str, line: &Range<usize>, forms: &Forms, phrases: &Phrases<()>) -> bool {
    let words = |count| tokens::first_words(text, clipped(text, line), forms, count);
    // Most lines are told from all of them by their first word.
    if !words(1).first().is_some_and(|first| phrases.has_first(first)) {
        return false;
    }
    let words = words(LONGEST_PHRASE);
    phrases.at(0, |i| words.get(i).map(String::as_str)).is_some()
}

/// What [`Look`] sees of a line.
fn clipped(text: &str, line: &Range<usize>) -> Range<usize> {
    line.start..boundary_at(text, line.end.min(line.start + LOOK))
}

/// So many words are looked at to find a phrase.
const LONGEST_PHRASE: usize = 12;

/// Longest stretch of a line at which [`Look`] looks, in bytes.
const LOOK: usize = 240;

/// A closer look at the beginning of a line.
pub(super) struct Look {
    pub tokens: Vec<Token>,
    folded: String,
    /// The line goes on behind what is looked at.
    pub long: bool,
    last: char,
}

impl Look {
    pub fn at(text: &str, range: Range<usize>, forms: &Forms) -> Self {
        let clipped = clipped(text, &range);
        let (mut tokens, mut folded) = (Vec::with_capacity(clipped.len() / 4), String::with_capacity(clipped.len()));
        tokens::scan(text, clipped.clone(), forms, &mut tokens, &mut folded);
        let last = text[range.clone()].chars().next_back().unwrap_or(' ');
        Self { tokens, folded, long: clipped.end < range.end, last }
    }

    /// The words and numbers in it.
    pub fn words(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().filter(|token| token.is_word())
    }

    /// How many words it has.
    pub fn count(&self) -> usize {
        self.words().count()
    }

    /// The folded form of a token.
    pub fn word(&self, token: &Token) -> &str {
        &self.folded[token.folded.clone()]
    }

    /// How many words the phrase has with which it begins at the given word.
    pub fn phrase(&self, phrases: &Phrases<()>, from: usize) -> Option<usize> {
        let words: Vec<&str> = self.words().skip(from).take(LONGEST_PHRASE).map(|token| self.word(token)).collect();
        phrases.at(0, |i| words.get(i).copied()).map(|(length, ())| length)
    }

    /// Whether its last character is one of these.
    pub fn ends_with(&self, marks: &[char]) -> bool {
        marks.contains(&self.last)
    }

    /// Whether words and short words make up a sentence rather than a name or an address.
    pub fn is_prose(&self) -> bool {
        let count = self.count();
        let stopped = self.ends_with(&['.', '!', '?', '…']) && count > 4;
        self.long || count > 14 || ((stopped || count > 8) && 2 * self.capitals() < count)
    }

    /// How many words begin with a capital or a digit.
    pub fn capitals(&self) -> usize {
        self.words().filter(|token| token.kind == TokenKind::Number || token.written != Written::Lower).count()
    }
}

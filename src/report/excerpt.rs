//! In: a text and the stretches of it that a diagnostic marks. Out: the few lines that show them, made safe and cut to the width
//! of the terminal, in the form that codespan-reporting draws. Refuses to show a line as a whole that would not fit.

use std::ops::Range;

use codespan_reporting::files::{Error, Files, Location};
use unicode_width::UnicodeWidthChar;

use super::{Look, safe};

/// A text of which excerpts are shown, and how its places are named.
pub(super) struct View<'a> {
    name: String,
    text: &'a str,
    starts: Vec<usize>,
    place: Box<dyn Fn(usize) -> (usize, usize) + 'a>,
}

impl<'a> View<'a> {
    /// `place` leads a byte of the text to the line and column that the user knows.
    pub(super) fn new(name: String, text: &'a str, place: impl Fn(usize) -> (usize, usize) + 'a) -> View<'a> {
        let mut starts = vec![0];
        let bytes = text.as_bytes();
        // A lone carriage return ends a line too, as it does for the line numbers of `source`.
        let ends = |at: &usize| bytes[*at] == b'\n' || bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
        starts.extend((0..bytes.len()).filter(ends).map(|at| at + 1));
        View { name, text, starts, place: Box::new(place) }
    }

    fn line_of(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at) - 1
    }

    /// The bytes of a line, without its end.
    fn line(&self, index: usize) -> Range<usize> {
        let start = self.starts[index];
        let end = self.starts.get(index + 1).copied().unwrap_or(self.text.len());
        start..start + self.text[start..end].trim_end_matches(['\n', '\r']).len()
    }

    /// The stretches of single lines that make up a range: at most [`MOST_LINES`] of them, the last among them.
    fn pieces(&self, range: &Range<usize>) -> Vec<(usize, Range<usize>)> {
        let boundary =
            |at: usize| (0..=at.min(self.text.len())).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
        let start = boundary(range.start);
        let end = boundary(range.end).max(start);
        let (first, last) = (self.line_of(start), self.line_of(end));
        let mut pieces = Vec::new();
        for index in first..=last {
            // Lines between the first few and the last are passed over unseen: a range may hold thousands of them.
            if index >= first + MOST_LINES - 1 && index < last.saturating_sub(1) {
                continue;
            }
            let line = self.line(index);
            let (from, to) = (start.clamp(line.start, line.end), end.clamp(line.start, line.end));
            let part = &self.text[from..to];
            let from = from + (part.len() - part.trim_start().len()).min(part.len());
            let part = part.trim();
            if !part.is_empty() {
                pieces.push((index, from..from + part.len()));
            }
        }
        if pieces.len() > MOST_LINES {
            pieces.drain(MOST_LINES - 1..pieces.len() - 1);
        }
        if pieces.is_empty() {
            let line = self.line(first);
            let at = start.clamp(line.start, line.end);
            pieces.push((first, at..at));
        }
        pieces
    }
}

/// A stretch that goes over more lines than this is shown by its beginning and its end.
const MOST_LINES: usize = 4;

/// The least that a marked stretch takes of a line with many, in columns; those for which a line has no room are not shown.
const NARROWEST: usize = 12;

/// What is left free at the right of a line for the gutter with the line number.
const GUTTER: usize = 8;

/// The lines that show some stretches of a view.
pub(super) struct Excerpt {
    name: String,
    text: String,
    lines: Vec<Line>,
    place: (usize, usize),
}

struct Line {
    index: usize,
    number: usize,
    range: Range<usize>,
}

impl Excerpt {
    /// Cuts out the lines on which the ranges (bytes of the view's text) lie. The first range names the place. Gives for each
    /// range its stretches in the excerpt, one a line.
    pub(super) fn new(view: &View<'_>, ranges: &[Range<usize>], look: Look) -> (Excerpt, Vec<Vec<Range<usize>>>) {
        let mut marks: Vec<(usize, usize, Range<usize>)> = Vec::new();
        for (label, range) in ranges.iter().enumerate() {
            marks.extend(view.pieces(range).into_iter().map(|(index, piece)| (index, label, piece)));
        }
        marks.sort_by_key(|(index, label, piece)| (*index, piece.start, *label));
        let place = (view.place)(ranges.first().map_or(0, |range| range.start));
        let mut excerpt = Excerpt { name: view.name.clone(), text: String::new(), lines: Vec::new(), place };
        let mut shown = vec![Vec::new(); ranges.len()];
        let width = look.width.saturating_sub(GUTTER);
        for on_line in marks.chunk_by(|a, b| a.0 == b.0) {
            let index = on_line[0].0;
            // The renderer draws a single line between two marked ones instead of a sign for left-out lines.
            if excerpt.lines.last().is_some_and(|last| last.index + 2 == index) {
                excerpt.add(view, index - 1, &[], width, look);
            }
            let mut room = (width / NARROWEST).max(1).min(on_line.len());
            // The first range is always shown.
            room -= usize::from(on_line.iter().skip(room).any(|(_, label, _)| *label == 0));
            let others = on_line.iter().skip(room).filter(|(_, label, _)| *label == 0);
            let on_line: Vec<_> = on_line.iter().take(room).chain(others).collect();
            let pieces: Vec<_> = on_line.iter().map(|(_, _, piece)| piece.clone()).collect();
            let drawn = excerpt.add(view, index, &pieces, width, look);
            for ((_, label, _), piece) in on_line.iter().zip(drawn) {
                shown[*label].push(piece);
            }
        }
        (excerpt, shown)
    }

    fn add(
        &mut self,
        view: &View<'_>,
        index: usize,
        marks: &[Range<usize>],
        width: usize,
        look: Look,
    ) -> Vec<Range<usize>> {
        let line = view.line(index);
        let relative: Vec<_> = marks.iter().map(|mark| mark.start - line.start..mark.end - line.start).collect();
        let start = self.text.len();
        let drawn = draw(&view.text[line.clone()], &relative, width, look, &mut self.text);
        let range = start..self.text.len();
        self.text.push('\n');
        self.lines.push(Line { index, number: (view.place)(line.start).0, range });
        drawn
    }

    fn at(&self, index: usize) -> Result<&Line, Error> {
        self.lines
            .iter()
            .find(|line| line.index == index)
            .ok_or(Error::LineTooLarge { given: index, max: self.lines.len() })
    }
}

/// Appends the line to `out`, safe and cut around the marks, and says where the marks are in `out`.
fn draw(line: &str, marks: &[Range<usize>], width: usize, look: Look, out: &mut String) -> Vec<Range<usize>> {
    let kept = kept(line, marks, width, look);
    let dots = look.pick("…", "...");
    let mut drawn = vec![(None, None); marks.len()];
    let note = |at: usize, position: usize, drawn: &mut Vec<(Option<usize>, Option<usize>)>| {
        for (mark, (start, end)) in marks.iter().zip(drawn) {
            if mark.start == at && start.is_none() {
                *start = Some(position);
            }
            if mark.end == at && end.is_none() {
                *end = Some(position);
            }
        }
    };
    let mut last = 0;
    for stretch in kept {
        if stretch.start > last {
            out.push_str(dots);
        }
        for (at, c) in line[stretch.clone()].char_indices() {
            note(stretch.start + at, out.len(), &mut drawn);
            match c {
                // A byte order mark is seen by nobody.
                '\u{feff}' if stretch.start + at == 0 => {}
                '\t' => out.push_str("  "),
                c => match safe::stand_in(c, look.unicode) {
                    Some(stand_in) => out.push_str(&stand_in),
                    None => out.push(c),
                },
            }
        }
        note(stretch.end, out.len(), &mut drawn);
        last = stretch.end;
    }
    if last < line.len() {
        out.push_str(dots);
    }
    let end = out.len();
    drawn.into_iter().map(|(start, stop)| start.unwrap_or(end)..stop.unwrap_or(end)).collect()
}

/// Which stretches of a line are shown: the marks (of very long ones the beginning and the end) and as much around them as fits.
fn kept(line: &str, marks: &[Range<usize>], width: usize, look: Look) -> Vec<Range<usize>> {
    if line.len() <= width * 4 && columns(line, look) <= width {
        return all(line.len());
    }
    if marks.is_empty() {
        return all(reach(line, 0, width.saturating_sub(3), look));
    }
    let share = (width / marks.len()).max(12);
    let mut kept: Vec<Range<usize>> = Vec::new();
    for mark in marks {
        let head = reach(line, mark.start, share * 2 / 3, look);
        let tail = reach_back(line, mark.end, share / 4, look);
        if tail <= head || head >= mark.end {
            kept.push(mark.clone());
        } else {
            kept.push(mark.start..head);
            kept.push(tail..mark.end);
        }
    }
    for _ in 0..3 {
        kept = merged(kept);
        let used: usize = kept.iter().map(|stretch| columns(&line[stretch.clone()], look) + 3).sum();
        let each = width.saturating_sub(used) / (2 * kept.len());
        if each == 0 {
            break;
        }
        for stretch in &mut kept {
            stretch.start = word_start(line, reach_back(line, stretch.start, each, look), stretch.start);
            stretch.end = word_end(line, reach(line, stretch.end, each, look), stretch.end);
        }
    }
    merged(kept)
}

/// The one stretch from the start of a line to `end`.
fn all(end: usize) -> Vec<Range<usize>> {
    std::iter::once(0..end).collect()
}

fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

fn column(c: char, look: Look) -> usize {
    match c {
        '\t' => 2,
        c => {
            safe::stand_in(c, look.unicode).map_or_else(|| c.width().unwrap_or(0), |stand_in| stand_in.chars().count())
        }
    }
}

fn columns(text: &str, look: Look) -> usize {
    text.chars().map(|c| column(c, look)).sum()
}

/// The furthest byte behind `from` that is not more than `width` columns away.
fn reach(line: &str, from: usize, width: usize, look: Look) -> usize {
    let mut left = width;
    for (at, c) in line[from..].char_indices() {
        match left.checked_sub(column(c, look).max(usize::from(at > width * 8))) {
            Some(rest) => left = rest,
            None => return from + at,
        }
    }
    line.len()
}

/// The furthest byte before `from` that is not more than `width` columns away.
fn reach_back(line: &str, from: usize, width: usize, look: Look) -> usize {
    let mut left = width;
    for (at, c) in line[..from].char_indices().rev() {
        match left.checked_sub(column(c, look).max(usize::from(from - at > width * 8))) {
            Some(rest) => left = rest,
            None => return at + c.len_utf8(),
        }
    }
    0
}

/// The first start of a word at or behind `at`, but not behind `limit`; `at` where there is none.
fn word_start(line: &str, at: usize, limit: usize) -> usize {
    if at == 0 || at >= limit {
        return at;
    }
    line[at..limit].find(' ').map_or(at, |space| at + space + 1)
}

/// The last end of a word at or before `at`, but not before `limit`; `at` where there is none.
fn word_end(line: &str, at: usize, limit: usize) -> usize {
    if at == line.len() || at <= limit {
        return at;
    }
    line[limit..at].rfind(' ').map_or(at, |space| limit + space)
}

impl<'a> Files<'a> for Excerpt {
    type FileId = ();
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, (): ()) -> Result<&'a str, Error> {
        Ok(&self.name)
    }

    fn source(&'a self, (): ()) -> Result<&'a str, Error> {
        Ok(&self.text)
    }

    fn line_index(&'a self, (): (), byte: usize) -> Result<usize, Error> {
        let after = self.lines.partition_point(|line| line.range.start <= byte);
        self.lines.get(after.saturating_sub(1)).map(|line| line.index).ok_or(Error::FileMissing)
    }

    fn line_number(&'a self, (): (), index: usize) -> Result<usize, Error> {
        self.at(index).map(|line| line.number)
    }

    fn line_range(&'a self, (): (), index: usize) -> Result<Range<usize>, Error> {
        self.at(index).map(|line| line.range.clone())
    }

    /// The place that the user knows; the columns of a cut line would say nothing.
    fn location(&'a self, (): (), _: usize) -> Result<Location, Error> {
        Ok(Location { line_number: self.place.0, column_number: self.place.1 })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::single_range_in_vec_init, reason = "one stretch is a list too")]

    use super::*;

    const LOOK: Look = Look { width: 48, unicode: true };

    fn drawn(line: &str, marks: &[Range<usize>]) -> String {
        let mut out = String::new();
        let places = draw(line, marks, 40, LOOK, &mut out);
        let mut shown = out.clone();
        for place in places.into_iter().rev() {
            shown.insert(place.end, '»');
            shown.insert(place.start, '«');
        }
        shown
    }

    #[test]
    fn short_lines_are_shown_whole() {
        assert_eq!(drawn("You failed to pay.", &[0..13]), "«You failed to» pay.");
        assert_eq!(drawn("a\tb\u{202e}c", &[2..6]), "a  «b<U+202E>»c");
        assert_eq!(drawn("", &[0..0]), "«»");
    }

    #[test]
    fn long_lines_are_cut_around_the_marks() {
        let line = format!("{}you failed to pay{}", "before ".repeat(20_000), " after".repeat(20_000));
        let start = line.find("you").unwrap();
        let shown = drawn(&line, std::slice::from_ref(&(start..start + 13)));
        assert_eq!(shown, "…before «you failed to» pay after…");
        let unbroken = "x".repeat(100_000);
        let shown = drawn(&unbroken, std::slice::from_ref(&(50_000..50_004)));
        assert!(shown.contains("«xxxx»") && shown.chars().count() <= 44, "{shown}");
    }

    #[test]
    fn long_marks_show_their_beginning_and_their_end() {
        let line = format!("Well, {}done.", "you never paid ".repeat(50));
        let shown = drawn(&line, std::slice::from_ref(&(6..line.len())));
        assert!(shown.contains("«you never paid") && shown.ends_with("done.»") && shown.contains('…'), "{shown}");
        assert!(shown.chars().count() <= 46, "{shown}");
    }

    #[test]
    fn ranges_over_several_lines_become_one_stretch_a_line() {
        let text = "Dear you\n  have failed\n\nto pay\r\nx";
        let view = View::new("n".into(), text, |_| (1, 1));
        let pieces: Vec<_> = view.pieces(&(5..30)).into_iter().map(|(index, range)| (index, &text[range])).collect();
        assert_eq!(pieces, [(0, "you"), (1, "have failed"), (3, "to pay")]);
        assert_eq!(view.pieces(&(23..23)), [(2, 23..23)]);
        assert_eq!(view.pieces(&(999..1000)), [(4, 33..33)]);
    }
}

//! In: a text, its lines, places in bytes or as the client counts them. Out: the other of the two. UTF-16 exists nowhere else. Refuses no
//! place: one behind the end of a line is its end, one behind the last line the end of the text, one within a character its start.

use std::ops::Range;

use gen_lsp_types as lsp;

/// What the client counts in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16,
    Utf32,
}

impl Encoding {
    /// The first that the client offers of those that cost least here; UTF-16, which every client knows, where it offers none.
    pub(super) fn negotiated(offered: &[&str]) -> Encoding {
        if offered.contains(&"utf-8") {
            Encoding::Utf8
        } else if offered.contains(&"utf-32") && !offered.contains(&"utf-16") {
            Encoding::Utf32
        } else {
            Encoding::Utf16
        }
    }

    pub(super) fn kind(self) -> lsp::PositionEncodingKind {
        match self {
            Encoding::Utf8 => lsp::PositionEncodingKind::UTF8,
            Encoding::Utf16 => lsp::PositionEncodingKind::UTF16,
            Encoding::Utf32 => lsp::PositionEncodingKind::UTF32,
        }
    }

    /// How many units a stretch of whole characters has.
    fn count(self, text: &[u8]) -> usize {
        let begins = |byte: &u8| usize::from(byte & 0xC0 != 0x80);
        match self {
            Encoding::Utf8 => text.len(),
            // Characters of four bytes in UTF-8 are the ones of two units in UTF-16.
            Encoding::Utf16 => text.iter().map(|byte| begins(byte) + usize::from(*byte >= 0xF0)).sum(),
            Encoding::Utf32 => text.iter().map(begins).sum(),
        }
    }

    /// How many bytes of a line so many units are.
    fn bytes(self, line: &str, units: usize) -> usize {
        let mut left = units;
        let mut from = 0;
        // A long line is counted by the block first.
        while let Some(block) = line.get(from..).filter(|rest| rest.len() > BLOCK) {
            let end = (1..=BLOCK).rev().find(|at| block.is_char_boundary(*at)).unwrap_or(BLOCK);
            let width = self.count(&block.as_bytes()[..end]);
            if width > left {
                break;
            }
            left -= width;
            from += end;
        }
        for (at, character) in line[from..].char_indices() {
            let width = match self {
                Encoding::Utf8 => character.len_utf8(),
                Encoding::Utf16 => character.len_utf16(),
                Encoding::Utf32 => 1,
            };
            if left < width {
                return from + at;
            }
            left -= width;
        }
        line.len()
    }
}

/// So many bytes of a long line are counted at once.
const BLOCK: usize = 1024;

/// Where the lines of a text begin: they end with `\n`, `\r\n` or `\r`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    pub(super) fn new(text: &str) -> Lines {
        let mut starts = vec![0];
        starts.extend(starts_in(text.as_bytes(), 0..text.len()));
        Lines { starts }
    }

    /// Keeps up with a change: `range` of the old text was replaced by `len` bytes, which stand in the text by now.
    pub(super) fn replaced(&mut self, text: &str, range: &Range<usize>, len: usize) {
        let bytes = text.as_bytes();
        // A `\r` in front of the change may have got or lost its `\n`, and so may a `\r` at its end.
        let from = range.start.saturating_sub(1);
        let first = self.starts.partition_point(|start| *start <= from);
        let behind = self.starts.partition_point(|start| *start <= range.end + 1);
        let to = (range.start + len + 1).min(bytes.len());
        let tail = self.starts.split_off(behind.max(first));
        self.starts.truncate(first);
        self.starts.extend(starts_in(bytes, from..to));
        let last = self.starts.last().copied().unwrap_or(0);
        let moved = tail.into_iter().map(|start| start - range.end + range.start + len);
        self.starts.extend(moved.skip_while(|start| *start <= last));
    }

    /// The number of the line in which a byte stands.
    fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset) - 1
    }

    /// A line without its end.
    pub(super) fn range(&self, text: &str, line: usize) -> Range<usize> {
        let start = self.starts.get(line).copied().unwrap_or(text.len());
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        let content = &text[start..end];
        start..start + content.trim_end_matches(['\r', '\n']).len()
    }

    /// The byte at a place that the client names.
    pub(super) fn offset(&self, text: &str, position: lsp::Position, encoding: Encoding) -> usize {
        let Some(line) = usize::try_from(position.line).ok().filter(|line| *line < self.starts.len()) else {
            return text.len();
        };
        let range = self.range(text, line);
        range.start + encoding.bytes(&text[range], position.character as usize)
    }

    /// The bytes of a range that the client names; a range that is turned round is read the right way.
    pub(super) fn bytes(&self, text: &str, range: lsp::Range, encoding: Encoding) -> Range<usize> {
        let (start, end) = (self.offset(text, range.start, encoding), self.offset(text, range.end, encoding));
        start.min(end)..start.max(end)
    }
}

/// The starts of lines whose ends stand in this stretch.
fn starts_in(bytes: &[u8], range: Range<usize>) -> impl Iterator<Item = usize> {
    range.filter_map(|at| match bytes[at] {
        b'\n' => Some(at + 1),
        b'\r' if bytes.get(at + 1) != Some(&b'\n') => Some(at + 1),
        _ => None,
    })
}

/// Turns bytes into places. Asked in the order of the text it counts no character twice, however long a line is.
pub(super) struct Places<'t> {
    text: &'t str,
    lines: &'t Lines,
    encoding: Encoding,
    /// The line, the byte and the units of the last answer.
    last: (usize, usize, usize),
}

impl<'t> Places<'t> {
    pub(super) fn new(text: &'t str, lines: &'t Lines, encoding: Encoding) -> Places<'t> {
        Places { text, lines, encoding, last: (0, 0, 0) }
    }

    pub(super) fn position(&mut self, offset: usize) -> lsp::Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.lines.line(offset);
        let (from, units) = match self.last {
            (last_line, last, units) if last_line == line && last <= offset => (last, units),
            _ => (self.lines.starts[line], 0),
        };
        let units = units + self.encoding.count(&self.text.as_bytes()[from..offset]);
        self.last = (line, offset, units);
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        lsp::Position { line: number(line), character: number(units) }
    }

    pub(super) fn range(&mut self, range: Range<usize>) -> lsp::Range {
        let start = self.position(range.start);
        lsp::Range { start, end: self.position(range.end) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str, line: u32, character: u32, encoding: Encoding) -> usize {
        Lines::new(text).offset(text, lsp::Position { line, character }, encoding)
    }

    #[test]
    fn places_behind_an_end_or_within_a_character() {
        let text = "aж🙂b\r\nc\rd\n";
        for (encoding, columns) in
            [(Encoding::Utf8, [0, 1, 3, 7, 8]), (Encoding::Utf16, [0, 1, 2, 4, 5]), (Encoding::Utf32, [0, 1, 2, 3, 4])]
        {
            let lines = Lines::new(text);
            let mut places = Places::new(text, &lines, encoding);
            for (offset, column) in [0, 1, 3, 7, 8].into_iter().zip(columns) {
                assert_eq!(places.position(offset), lsp::Position { line: 0, character: column }, "{encoding:?}");
                assert_eq!(at(text, 0, column, encoding), offset);
            }
            assert_eq!(at(text, 0, 99, encoding), 8, "the line's end is in front of its line end");
            assert_eq!(at(text, 1, 99, encoding), text.find("\rd").unwrap());
            assert_eq!(at(text, 3, 0, encoding), text.len());
            assert_eq!(at(text, u32::MAX, u32::MAX, encoding), text.len());
        }
        assert_eq!(at(text, 0, 3, Encoding::Utf16), 3, "within a pair of surrogates");
        assert_eq!(at(text, 0, 2, Encoding::Utf8), 1, "within a character of two bytes");
    }

    #[test]
    fn the_cheapest_encoding_is_taken() {
        assert_eq!(Encoding::negotiated(&[]), Encoding::Utf16);
        assert_eq!(Encoding::negotiated(&["utf-16", "utf-8"]), Encoding::Utf8);
        assert_eq!(Encoding::negotiated(&["utf-32", "utf-16"]), Encoding::Utf16);
        assert_eq!(Encoding::negotiated(&["utf-32"]), Encoding::Utf32);
    }

    proptest! {
        #[test]
        fn lines_kept_up_equal_lines_found(text in "[a\n\rж]{0,20}", from in 0usize..40, len in 0usize..10, new in "[b\r\n🙂]{0,5}") {
            let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
            let range = boundary(from)..boundary(from + len);
            let mut lines = Lines::new(&text);
            let mut changed = text.clone();
            changed.replace_range(range.clone(), &new);
            lines.replaced(&changed, &range, new.len());
            prop_assert_eq!(lines, Lines::new(&changed));
        }
    }
}

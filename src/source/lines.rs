//! In: the bytes of a file. Out: for any byte offset the line and the column that an editor shows. Refuses to decode: columns
//! are characters where the file is UTF-8 and bytes where it is not.

use memchr::memchr2_iter;

use super::{Origin, Source};

/// Where the lines of a file begin, and how many characters stand before each place.
#[derive(Debug, Clone)]
pub struct LineIndex<'a> {
    bytes: &'a [u8],
    /// The offset at which each line begins; the first is 0.
    starts: Vec<usize>,
    /// Characters before each block of [`BLOCK`] bytes, so that a file of a single line is not counted anew each time.
    counts: Vec<usize>,
    utf8: bool,
    origin: Origin,
}

/// Bytes between two stored counts.
const BLOCK: usize = 256;

impl<'a> LineIndex<'a> {
    /// Finds the lines: they end with `\n`, `\r\n` or `\r`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> LineIndex<'a> {
        let utf8 = std::str::from_utf8(bytes).is_ok();
        let mut starts = vec![0];
        let ends_line = |at: &usize| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
        starts.extend(memchr2_iter(b'\n', b'\r', bytes).filter(ends_line).map(|at| at + 1));
        let mut counts = Vec::with_capacity(bytes.len() / BLOCK + 2);
        let mut count = 0;
        for block in bytes.chunks(BLOCK) {
            counts.push(count);
            count += characters(block, utf8);
        }
        counts.push(count);
        LineIndex { bytes, starts, counts, utf8, origin: Origin::default() }
    }

    /// Finds the lines of a draft. Offsets and lines are those of its file: of the archive where it is a mail taken out of one.
    #[must_use]
    pub fn of(source: &'a Source) -> LineIndex<'a> {
        LineIndex { origin: source.origin.unwrap_or_default(), ..LineIndex::new(&source.bytes) }
    }

    /// Line and column of a byte offset, both counted from 1. A byte order mark takes no column; an offset behind the end is
    /// taken as the end.
    #[must_use]
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = offset.saturating_sub(self.origin.offset).min(self.bytes.len());
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self.starts[line - 1];
        let mark = usize::from(line == 1 && offset > 0 && self.utf8 && self.bytes.starts_with(b"\xEF\xBB\xBF"));
        (self.origin.line + line, self.characters_before(offset) - self.characters_before(start) - mark + 1)
    }

    /// How many lines there are; the empty line behind a last line end counts.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    fn characters_before(&self, offset: usize) -> usize {
        let block = offset / BLOCK;
        let Some(&count) = self.counts.get(block) else {
            return *self.counts.last().expect("one count is always pushed");
        };
        let rest = self.bytes.get(block * BLOCK..offset).unwrap_or_default();
        count + characters(rest, self.utf8)
    }
}

/// How many characters begin in these bytes.
fn characters(bytes: &[u8], utf8: bool) -> usize {
    if utf8 { bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() } else { bytes.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_line_ends_and_characters() {
        let text = "aé\r\nб\rc\n\nd";
        let index = LineIndex::new(text.as_bytes());
        let at = |needle: &str| index.line_column(text.find(needle).unwrap());
        assert_eq!(at("a"), (1, 1));
        assert_eq!(at("\r\n"), (1, 3));
        assert_eq!(at("б"), (2, 1));
        assert_eq!(at("c"), (3, 1));
        assert_eq!(at("d"), (5, 1));
        assert_eq!(index.line_column(999), (5, 2));
        assert_eq!(index.line_count(), 5);
    }

    #[test]
    fn bytes_where_not_utf8_and_no_column_for_a_bom() {
        assert_eq!(LineIndex::new(b"\xCF\xF0\xE8 x").line_column(4), (1, 5));
        assert_eq!(LineIndex::new(b"\xEF\xBB\xBFab\nc").line_column(4), (1, 2));
        assert_eq!(LineIndex::new(b"\xEF\xBB\xBFab\nc").line_column(6), (2, 1));
        assert_eq!(LineIndex::new(b"").line_column(0), (1, 1));
    }

    #[test]
    fn long_lines_agree_with_plain_counting() {
        let text = "жаба x".repeat(300);
        let index = LineIndex::new(text.as_bytes());
        for (number, (offset, _)) in text.char_indices().enumerate() {
            assert_eq!(index.line_column(offset), (1, number + 1));
        }
        for len in [255, 256, 257, 512] {
            assert_eq!(LineIndex::new(&vec![b'x'; len]).line_column(len), (1, len + 1));
        }
    }
}

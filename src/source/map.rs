//! In: pieces of decoded text, each with the bytes it was made from. Out: a [`Map`] that leads any stretch of the text back
//! to the smallest stretch of bytes that covers it. Layers (line ends over charset over transfer encoding) are built one by
//! one and put together with [`Map::over`]. Refuses to know any encoding: those who decode say what came from where.

use std::ops::Range;

/// Leads stretches of the decoded text back to bytes of the source: sorted runs, found by binary search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Map {
    /// In the order of the text, without gaps; sources never go backwards.
    runs: Vec<Run>,
    /// Bytes of the text.
    len: usize,
}

/// `count` units that stand one after another on both sides, each of `text_unit` bytes made from `source_unit` bytes.
///
/// A plain UTF-8 file is one run of units 1 to 1; a word of Cyrillic in windows-1251 is a run of 2 to 1; an entity is one unit
/// by itself. Text that stands nowhere in the source (a paragraph break, a bullet) has source units of no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    text: usize,
    source: usize,
    count: usize,
    text_unit: usize,
    source_unit: usize,
}

impl Run {
    fn text_end(&self) -> usize {
        self.text + self.count * self.text_unit
    }

    fn source_end(&self) -> usize {
        self.source + self.count * self.source_unit
    }

    /// The source of the unit in which this byte of the text lies.
    fn unit_at(&self, text: usize) -> Range<usize> {
        let start = self.source + (text - self.text) / self.text_unit * self.source_unit;
        start..start + self.source_unit
    }
}

impl Map {
    /// The bytes of the source from which this stretch of the text was made, and no more than needed to decode it. An empty
    /// stretch gives an empty stretch: behind the text before it, or in front of the text after it where the former was put
    /// in by the reader of the format. What lies behind the end of the text is taken as its end.
    #[must_use]
    pub fn to_source(&self, range: Range<usize>) -> Range<usize> {
        let start = range.start.min(self.len);
        let end = range.end.min(self.len);
        if start >= end {
            let place = self.place(start);
            return place..place;
        }
        let mut first = self.run_at(start);
        let mut last = self.run_at(end - 1);
        let (mut from, mut to) = (start, end - 1);
        // Runs without a source never stand side by side, so one step leads to a run with one.
        if first < last && self.runs[first].source_unit == 0 {
            first += 1;
            from = self.runs[first].text;
        }
        if first < last && self.runs[last].source_unit == 0 {
            last -= 1;
            to = self.runs[last].text_end() - 1;
        }
        let start = self.runs[first].unit_at(from).start;
        start..self.runs[last].unit_at(to).end.max(start)
    }

    /// Whether this stretch stands in the source byte for byte. ASCII can then be written in its place as it is, but for what
    /// the format gives a meaning (`&` and `<` in HTML, `=` in quoted-printable); other text only where the file is UTF-8.
    #[must_use]
    pub fn is_verbatim(&self, range: Range<usize>) -> bool {
        if self.len == 0 {
            return true;
        }
        let run = &self.runs[self.run_at(range.start.min(self.len - 1))];
        run.text_unit == 1 && run.source_unit == 1 && range.end <= run.text_end()
    }

    /// How many bytes of text the map covers.
    #[must_use]
    pub fn text_len(&self) -> usize {
        self.len
    }

    /// A map of text that was copied as it stands.
    pub(super) fn copied(len: usize, source: usize) -> Map {
        let mut map = Map::default();
        map.copy(len, source);
        map
    }

    /// Adds text that was copied as it stands.
    pub(super) fn copy(&mut self, len: usize, source: usize) {
        self.units(1, 1, len, source);
    }

    /// Adds text that was made as a whole from these bytes.
    pub(super) fn made_from(&mut self, len: usize, source: Range<usize>) {
        self.units(len, source.len(), 1, source.start);
    }

    /// Adds text that the source does not have; `source` says where it would stand.
    pub(super) fn put_in(&mut self, len: usize, source: usize) {
        self.units(len, 0, 1, source);
    }

    /// Adds `count` units of text, each made from `source_unit` bytes.
    pub(super) fn units(&mut self, text_unit: usize, source_unit: usize, count: usize, source: usize) {
        if text_unit == 0 || count == 0 {
            return;
        }
        let text = self.len;
        self.len += text_unit * count;
        if let Some(last) = self.runs.last_mut() {
            let same_units = last.text_unit == text_unit && last.source_unit == source_unit;
            if source_unit > 0 && same_units && last.source_end() == source {
                last.count += count;
                return;
            }
            // Several characters out of one unit of the source (of one base64 group) are told apart by nobody.
            if last.count == 1
                && count == 1
                && last.source_unit == source_unit
                && (source_unit == 0 || last.source == source)
            {
                last.text_unit += text_unit;
                return;
            }
        }
        self.runs.push(Run { text, source, count, text_unit, source_unit });
    }

    /// Adds all of another map behind this one.
    pub(super) fn append(&mut self, other: &Map) {
        for run in &other.runs {
            self.units(run.text_unit, run.source_unit, run.count, run.source);
        }
    }

    /// Moves all sources by so many bytes, as for a part that was cut out of a file.
    pub(super) fn shifted(mut self, by: usize) -> Map {
        for run in &mut self.runs {
            run.source += by;
        }
        self
    }

    /// Puts this layer over another: the sources of this map are the text of `below`.
    pub(super) fn over(&self, below: &Map) -> Map {
        let mut map = Map::default();
        for run in &self.runs {
            if run.source_unit == 0 {
                map.put_in(run.count * run.text_unit, below.place(run.source.min(below.len)));
            } else if run.text_unit == 1 && run.source_unit == 1 {
                below.slice(run.source..run.source_end(), &mut map);
            } else {
                for unit in 0..run.count {
                    let source = run.source + unit * run.source_unit;
                    let source = below.to_source(source..source + run.source_unit);
                    map.units(run.text_unit, source.len(), 1, source.start);
                }
            }
        }
        map
    }

    /// Adds the runs of a stretch of this map to another.
    fn slice(&self, range: Range<usize>, to: &mut Map) {
        if range.is_empty() || range.end > self.len {
            return;
        }
        let mut at = range.start;
        for run in &self.runs[self.run_at(at)..] {
            if at >= range.end {
                break;
            }
            let end = run.text_end().min(range.end);
            // Only whole units can be counted; a cut one counts with all of its source.
            while at < end {
                let unit = run.unit_at(at);
                let into = (at - run.text) % run.text_unit;
                let whole = (end - at) / run.text_unit;
                if into == 0 && whole > 0 {
                    to.units(run.text_unit, run.source_unit, whole, unit.start);
                    at += whole * run.text_unit;
                } else {
                    let len = (run.text_unit - into).min(end - at);
                    to.units(len, run.source_unit, 1, unit.start);
                    at += len;
                }
            }
        }
    }

    /// Where something would be put into the source to stand at this place of the text.
    fn place(&self, text: usize) -> usize {
        let Some(last) = self.runs.last() else { return 0 };
        if text >= self.len {
            return last.source_end();
        }
        let index = self.run_at(text);
        let run = &self.runs[index];
        match index.checked_sub(1).map(|before| &self.runs[before]) {
            Some(before) if text == run.text && before.source_unit > 0 => before.source_end(),
            _ => run.unit_at(text).start,
        }
    }

    /// The run in which a byte of the text lies; the byte must exist.
    fn run_at(&self, text: usize) -> usize {
        self.runs.partition_point(|run| run.text <= text) - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copied_text_is_one_run() {
        let mut map = Map::copied(10, 3);
        map.copy(10, 13);
        assert_eq!(map.runs.len(), 1);
        assert_eq!(map.to_source(2..12), 5..15);
        assert_eq!(map.to_source(20..20), 23..23);
        assert!(map.is_verbatim(0..20));
    }

    #[test]
    fn empty_stretches_cling_to_real_text() {
        let mut map = Map::default();
        map.copy(3, 3); // <p>abc</p><p>def
        map.put_in(2, 13);
        map.copy(3, 13);
        assert_eq!(map.to_source(3..3), 6..6);
        assert_eq!(map.to_source(5..5), 13..13);
        assert_eq!(map.to_source(2..5), 5..6);
        assert_eq!(map.to_source(3..6), 13..14);
        assert_eq!(Map::default().to_source(3..9), 0..0);
    }

    #[test]
    fn layers_keep_to_whole_units() {
        let mut base64 = Map::default();
        base64.units(3, 4, 4, 100);
        let mut cyrillic = Map::default();
        cyrillic.units(2, 1, 12, 0);
        let map = cyrillic.over(&base64);
        assert_eq!(map.to_source(0..2), 100..104);
        assert_eq!(map.to_source(4..8), 100..108);
        assert_eq!(map.to_source(22..24), 112..116);
        assert_eq!(map.runs.len(), 4);
        assert_eq!(Map::copied(12, 0).over(&base64).runs.len(), 1);
    }
}

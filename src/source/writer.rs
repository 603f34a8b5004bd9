//! In: what the readers of Markdown and HTML come by: words, breaks, elements that open and close. Out: a [`Piece`] in plain
//! text conventions, white space collapsed, with marks. Refuses to know tags: which element means what, its users say.

use std::ops::Range;

use super::{Mark, MarkKind, piece::Piece, suppression};

/// Writes the text that a person would see.
#[derive(Debug, Default)]
pub(super) struct Writer {
    piece: Piece,
    /// Line ends to be written before the next word, at most 2.
    breaks: usize,
    /// From what these line ends were made, where the source has something for them.
    break_source: Option<Range<usize>>,
    /// White space since the last word.
    space: Option<Range<usize>>,
    /// A list item was opened whose bullet is not yet written.
    bullet: bool,
    /// The elements with a mark that are open, each with a number of its own.
    open: Vec<(usize, MarkKind)>,
    /// The number of an element whose mark goes on to the end of the document.
    rest: Option<(usize, MarkKind)>,
    /// The number of the element to which the last mark belongs.
    marked: Option<usize>,
    numbers: usize,
}

impl Writer {
    /// What was written.
    pub(super) fn finish(self) -> Piece {
        self.piece
    }

    /// Opens an element about which something is to be said.
    pub(super) fn open(&mut self, kind: MarkKind) {
        self.numbers += 1;
        self.open.push((self.numbers, kind));
    }

    /// All that follows is this, however its elements are nested.
    pub(super) fn open_rest(&mut self, kind: MarkKind) {
        self.numbers += 1;
        self.rest = self.rest.or(Some((self.numbers, kind)));
    }

    /// Closes the element that was opened last.
    pub(super) fn close(&mut self) {
        self.open.pop();
    }

    /// The inside of a comment, which nobody sees and which may be for partwell.
    pub(super) fn comment(&mut self, content: &str, at: usize) {
        let found = suppression::in_comment(content, at, self.piece.text.len());
        self.piece.declared.suppressions.extend(found);
    }

    /// A paragraph ends or begins here.
    pub(super) fn paragraph(&mut self) {
        self.break_lines(2);
    }

    /// A list item begins here, on a line of its own.
    pub(super) fn item(&mut self, first: bool) {
        if first {
            self.paragraph();
        } else if !self.bullet {
            self.breaks = 1;
            self.space = None;
        }
        self.bullet = true;
    }

    /// A line end that stands in the source. Two of them make a paragraph.
    pub(super) fn line_break(&mut self, source: Range<usize>) {
        self.space = None;
        if self.bullet || self.piece.text.is_empty() {
            return;
        }
        self.breaks = (self.breaks + 1).min(2);
        let start = self.break_source.as_ref().map_or(source.start, |before| before.start);
        self.break_source = Some(start..source.end);
    }

    /// Text in which white space means no more than a gap between words.
    pub(super) fn collapsed(&mut self, text: &str, at: usize) {
        let mut at = at;
        for word in text.split_inclusive(collapses) {
            let bare = word.trim_end_matches(collapses);
            if !bare.is_empty() {
                self.word(bare, at..at + bare.len());
            }
            if bare.len() < word.len() {
                let start = self.space.as_ref().map_or(at + bare.len(), |before| before.start);
                self.space = Some(start..at + word.len());
            }
            at += word.len();
        }
    }

    /// A word, or any text that must be kept as it is.
    pub(super) fn word(&mut self, text: &str, source: Range<usize>) {
        // A paragraph of nothing but no-break spaces is an empty one.
        let at_line_start = self.breaks > 0 || self.bullet || self.piece.text.is_empty();
        if text.is_empty() || at_line_start && text.chars().all(char::is_whitespace) {
            return;
        }
        self.write_gap(source.start);
        self.mark();
        if text.len() == source.len() {
            self.piece.copy(text, source.start);
        } else {
            self.piece.made_from(text, source);
        }
        if self.marked.is_some() {
            let end = self.piece.text.len();
            self.piece.marks.last_mut().expect("something is marked").range.end = end;
        }
    }

    fn break_lines(&mut self, count: usize) {
        self.space = None;
        if !self.bullet && self.breaks < count {
            self.breaks = count;
        }
    }

    /// Writes the line ends, the bullet or the space that stand before a word.
    fn write_gap(&mut self, at: usize) {
        let space = self.space.take();
        let source = self.break_source.take();
        if self.breaks > 0 && !self.piece.text.is_empty() {
            let ends = &"\n\n"[..self.breaks];
            match source {
                Some(source) => self.piece.made_from(ends, source),
                None => self.piece.put_in(ends, at),
            }
        } else if let Some(space) = space.filter(|_| !self.piece.text.is_empty() && !self.bullet) {
            self.piece.made_from(" ", space);
        }
        self.breaks = 0;
        if std::mem::take(&mut self.bullet) {
            self.piece.put_in("- ", at);
        }
    }

    /// Begins a mark where the word to come belongs to another element than the one before.
    fn mark(&mut self) {
        // Whatever is inside of quoted mail is quoted mail; elsewhere the innermost element counts.
        let outermost = self.open.iter().find(|(_, kind)| !matches!(kind, MarkKind::Heading | MarkKind::ListItem));
        let element = self.rest.as_ref().or(outermost).or(self.open.last()).copied();
        if element.map(|(number, _)| number) == self.marked {
            return;
        }
        self.marked = element.map(|(number, _)| number);
        if let Some((_, kind)) = element {
            let start = self.piece.text.len();
            self.piece.marks.push(Mark { range: start..start, kind });
        }
    }
}

/// White space that HTML collapses; the no-break space is a character like any other.
fn collapses(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0C')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_and_marks() {
        let mut writer = Writer::default();
        writer.collapsed("  a \n b", 0);
        writer.paragraph();
        writer.item(true);
        writer.open(MarkKind::ListItem);
        writer.collapsed("c", 10);
        writer.close();
        writer.item(false);
        writer.open(MarkKind::Quoted);
        writer.open(MarkKind::ListItem);
        writer.collapsed(" d", 20);
        writer.line_break(22..26);
        writer.word("\u{A0}", 26..32);
        writer.collapsed("e", 32);
        let piece = writer.finish();
        assert_eq!(piece.text, "a b\n\n- c\n- d\ne");
        let marks: Vec<_> = piece.marks.iter().map(|mark| (&piece.text[mark.range.clone()], mark.kind)).collect();
        assert_eq!(marks, [("c", MarkKind::ListItem), ("d\ne", MarkKind::Quoted)]);
        assert_eq!(piece.map.to_source(1..2), 3..6);
        assert_eq!(piece.map.to_source(12..13), 22..26);
    }
}

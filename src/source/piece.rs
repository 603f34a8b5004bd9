//! In: decoded text with line ends of any kind. Out: a [`Piece`], the common currency of the readers in this folder: text, map
//! and marks, to be laid over the layers below and put behind one another.

use std::ops::Range;

use super::{Declared, Mail, Mark, Remark, charset::Decoded, leaf::Leaf, map::Map};

/// Text on its way to becoming a source.
#[derive(Debug, Clone, Default)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) map: Map,
    pub(super) marks: Vec<Mark>,
    pub(super) declared: Declared,
    pub(super) notes: Vec<Remark>,
    /// The bodies that can be edited, in order.
    pub(super) leaves: Vec<Leaf>,
    /// What the readers of mail come by besides text.
    pub(super) mail: Mail,
}

impl Piece {
    /// The text of these bytes, with `\n` as its only line end.
    pub(super) fn from_decoded(decoded: Decoded) -> Piece {
        let notes = decoded.note().into_iter().collect();
        if !decoded.text.contains('\r') {
            return Piece { text: decoded.text, map: decoded.map, notes, ..Piece::default() };
        }
        let mut piece = Piece { notes, ..Piece::default() };
        let mut at = 0;
        for line in decoded.text.split_inclusive('\r') {
            // A line feed that belongs to the carriage return before it was taken along with it.
            let taken = usize::from(at > 0 && line.starts_with('\n'));
            let body = line[taken..].trim_end_matches('\r');
            piece.copy(body, at + taken);
            let end = at + line.len();
            if line.ends_with('\r') {
                let feed = usize::from(decoded.text[end..].starts_with('\n'));
                piece.made_from("\n", end - 1..end + feed);
            }
            at = end;
        }
        piece.map = piece.map.over(&decoded.map);
        piece
    }

    /// Adds text that stands like this in the layer below, from `at` on.
    pub(super) fn copy(&mut self, text: &str, at: usize) {
        self.text.push_str(text);
        self.map.copy(text.len(), at);
    }

    /// Adds text that stands for this stretch of the layer below.
    pub(super) fn made_from(&mut self, text: &str, range: Range<usize>) {
        self.text.push_str(text);
        self.map.made_from(text.len(), range);
    }

    /// Adds text that the layer below does not have.
    pub(super) fn put_in(&mut self, text: &str, at: usize) {
        self.text.push_str(text);
        self.map.put_in(text.len(), at);
    }

    /// Lays this piece over the layer from which it was made.
    pub(super) fn over(mut self, below: &Map) -> Piece {
        self.map = self.map.over(below);
        for declared in [&mut self.declared.reason, &mut self.declared.language].into_iter().flatten() {
            declared.1 = below.to_source(declared.1.clone());
        }
        for attachment in &mut self.mail.attachments {
            attachment.range = below.to_source(attachment.range.clone());
        }
        for suppression in &mut self.declared.suppressions {
            suppression.place = below.to_source(suppression.place.clone());
        }
        self
    }

    /// Adds another piece as paragraphs of its own.
    pub(super) fn append(&mut self, mut other: Piece) {
        self.notes.append(&mut other.notes);
        self.mail.attachments.append(&mut other.mail.attachments);
        self.mail.signed |= other.mail.signed;
        self.mail.unread |= other.mail.unread;
        let mut suppressions = other.declared.suppressions;
        if other.text.trim().is_empty() {
            for suppression in &mut suppressions {
                suppression.text_at = self.text.len();
            }
            self.declared.suppressions.extend(suppressions);
            return;
        }
        if !self.text.is_empty() {
            let place = other.map.to_source(0..0).start;
            self.put_in("\n\n", place);
        }
        let shift = self.text.len();
        for suppression in &mut suppressions {
            suppression.text_at += shift;
        }
        self.declared.suppressions.extend(suppressions);
        self.text.push_str(&other.text);
        self.map.append(&other.map);
        let shifted = |range: &Range<usize>| range.start + shift..range.end + shift;
        let leaf = |leaf: Leaf| Leaf { text: shifted(&leaf.text), ..leaf };
        self.leaves.extend(other.leaves.into_iter().map(leaf));
        let mark = |mark: &Mark| Mark { range: shifted(&mark.range), kind: mark.kind };
        self.marks.extend(other.marks.iter().map(mark));
        for mut alternative in other.mail.alternatives {
            alternative.shown = shifted(&alternative.shown);
            alternative.other = shifted(&alternative.other);
            alternative.marks = alternative.marks.iter().map(mark).collect();
            self.mail.alternatives.push(alternative);
        }
        for mut recipient in other.mail.recipients {
            recipient.range = shifted(&recipient.range);
            self.mail.recipients.push(recipient);
        }
    }
}

//! In: the bytes of an Internet message. Out: its subject and the text that its reader sees first, mapped to the bytes through
//! charset and transfer encoding; who gets it and what is attached. Broken MIME is read as far as it goes, with a note. Refuses to
//! read what has no header at all as a mail: it is then plain text.

use std::ops::Range;

use super::{
    MarkKind, ReadError, Remark,
    header::Header,
    leaf::Form,
    part::Part,
    piece::Piece,
    recipients,
    suppression::{self, Scope, Suppression},
};

/// Reads a mail.
pub(super) fn read(file: &[u8]) -> Result<Piece, ReadError> {
    let header = Header::read(file, 0..file.len());
    if header.is_empty() {
        let mut piece = super::whole(file, None, Form::Text)?;
        piece.notes.push(Remark::new("mail-without-header"));
        return Ok(piece);
    }
    let mut piece = message(file, 0..file.len(), 0);
    let declared = |name: &str| header.range(name).filter(|range| !range.is_empty()).zip(header.value(name));
    let owned = |(range, value): (Range<usize>, std::borrow::Cow<'_, str>)| (value.into_owned(), range);
    piece.declared.reason = declared("Partwell-Reason").map(owned);
    piece.declared.language = declared("Content-Language").map(owned);
    piece.mail.message_id = declared("Message-ID").map(|(_, id)| id.split_whitespace().collect());
    piece.mail.from = recipients::addresses(&header, "from");
    piece.declared.suppressions = header.texts("Partwell-Allow").flat_map(|field| allowed(&field)).collect();
    // One note of a kind is enough, however many parts give cause for it.
    piece.notes.sort();
    piece.notes.dedup();
    Ok(piece)
}

/// What a header field `Partwell-Allow` suppresses.
fn allowed(field: &Piece) -> Vec<Suppression> {
    let mut found = suppression::in_list(&field.text, 0, 0, Scope::Letter);
    for suppression in &mut found {
        suppression.place = field.map.to_source(suppression.place.clone());
    }
    found
}

/// Header and body of a message that stands in this stretch of the file. Of one that is nested only the subject is read of its header.
pub(super) fn message(file: &[u8], range: Range<usize>, depth: usize) -> Piece {
    let header = Header::read(file, range.clone());
    let mut piece = if depth == 0 { recipients::read(&header) } else { header.text("Subject").unwrap_or_default() };
    if depth > 0 && piece.text.trim().is_empty() {
        piece = Piece::default();
    }
    if header.cut_short {
        piece.notes.push(Remark::new("header-without-end"));
    }
    let mut body = Part::new(file, &header, range.end, "text/plain").read(depth);
    // A text beside what was not read is the letter.
    body.mail.unread &= body.text.trim().is_empty();
    piece.append(body);
    piece
}

impl Piece {
    /// Leaves out what was said about stretches: all of it is this.
    pub(super) fn all_of_it(mut self, kind: MarkKind) -> Piece {
        self.marks.clear();
        self.mail.alternatives.clear();
        if !self.text.is_empty() {
            self.marks.push(super::Mark { range: 0..self.text.len(), kind });
        }
        self
    }
}

//! In: a MIME part. Out: the text in it, decoded; of `multipart/alternative` both versions, of `related` the root, of `signed` what
//! is signed. Attachments are named and left out, forwarded messages are quoted mail. Refuses to decrypt and to verify.

use std::ops::Range;

use super::{
    Alternative, Attachment, MarkKind, Remark, charset, formed,
    header::{Header, Parameters},
    html,
    leaf::{Form, Leaf},
    mail, mime,
    piece::Piece,
    transfer::Transfer,
};

/// Parts nested deeper than this are left out, so that hostile nesting takes no more than linear time.
const MAX_DEPTH: usize = 12;

/// A part, and what its header says about it.
pub(super) struct Part<'a> {
    file: &'a [u8],
    header: Range<usize>,
    body: Range<usize>,
    content: Parameters,
    content_id: String,
    transfer: Transfer,
    transfer_name: String,
    /// The name under which it is attached.
    name: Option<String>,
    attached: bool,
}

impl<'a> Part<'a> {
    pub(super) fn new(file: &'a [u8], header: &Header<'_>, end: usize, default_type: &str) -> Part<'a> {
        let value = |name: &str| header.value(name).unwrap_or_default();
        let mut content = Parameters::parse(&value("Content-Type"));
        if !content.main.contains('/') {
            default_type.clone_into(&mut content.main);
        }
        let disposition = Parameters::parse(&value("Content-Disposition"));
        let name = disposition.get("filename").or(content.get("name")).map(decoded_name);
        let transfer_name = value("Content-Transfer-Encoding").into_owned();
        Part {
            file,
            header: header.start..header.body,
            body: header.body..end,
            content_id: value("Content-ID").trim().to_owned(),
            transfer: Transfer::named(&transfer_name),
            transfer_name,
            attached: disposition.main == "attachment" || name.is_some(),
            name,
            content,
        }
    }

    pub(super) fn read(&self, depth: usize) -> Piece {
        match self.content.main.as_str() {
            main if main.starts_with("multipart/") => self.multipart(depth),
            "message/rfc822" | "message/global" => self.forwarded(depth),
            "text/html" | "application/xhtml+xml" => self.text(true),
            // What says something unheard of is most often plain text.
            "text/plain" | "text" | "text/" => self.text(false),
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
                let mut piece = unread("mail-wrapped");
                piece.mail.signed = true;
                piece
            }
            "application/ms-tnef" => unread("mail-tnef"),
            // The key of an encrypted mail says no more than that.
            "application/pgp-encrypted" => Piece::default(),
            _ => self.named(),
        }
    }

    /// Nothing but the name of what is attached.
    fn named(&self) -> Piece {
        let mut piece = Piece::default();
        if self.attached
            || !self.content.main.starts_with("application/pgp-") && !self.content.main.contains("pkcs7-signature")
        {
            let name = self.name.clone().unwrap_or_else(|| self.content.main.clone());
            piece.mail.attachments.push(Attachment { name, range: self.header.clone() });
        }
        piece
    }

    fn multipart(&self, depth: usize) -> Piece {
        if depth >= MAX_DEPTH {
            return too_deep();
        }
        let mut piece = Piece::default();
        let boundary = self.content.get("boundary").unwrap_or_default();
        let split = mime::split(self.file, self.body.clone(), boundary.as_bytes());
        if split.parts.is_empty() {
            piece.notes.push(Remark::new("multipart-without-parts"));
            piece.append(self.text(false));
            return piece;
        }
        if !split.closed {
            piece.notes.push(Remark::new("boundary-missing"));
        }
        let default_type = if self.content.main == "multipart/digest" { "message/rfc822" } else { "text/plain" };
        let parts = split.parts.into_iter().map(|range| {
            let header = Header::read(self.file, range.clone());
            Part::new(self.file, &header, range.end, default_type)
        });
        let parts: Vec<Part<'_>> = parts.collect();
        let read = |part: &Part<'_>| {
            let outlooks = part.content.main == "application/ms-tnef";
            if part.attached && !outlooks { part.named() } else { part.read(depth + 1) }
        };
        match self.content.main.as_str() {
            "multipart/alternative" => piece.append(both(&parts, read)),
            "multipart/related" => {
                let start = self.content.get("start").unwrap_or_default();
                let root = parts.iter().position(|part| !start.is_empty() && part.content_id == start).unwrap_or(0);
                for (index, part) in parts.iter().enumerate() {
                    piece.append(if index == root { part.read(depth + 1) } else { part.named() });
                }
            }
            "multipart/signed" => {
                piece.mail.signed = true;
                parts.first().into_iter().for_each(|part| piece.append(read(part)));
            }
            "multipart/encrypted" => piece = unread("mail-encrypted"),
            _ => parts.iter().for_each(|part| piece.append(read(part))),
        }
        piece
    }

    /// The message of somebody else: all of it is quoted, and what is attached to it is theirs.
    fn forwarded(&self, depth: usize) -> Piece {
        if depth >= MAX_DEPTH {
            return too_deep();
        }
        let mut piece = if self.transfer == Transfer::Plain {
            mail::message(self.file, self.body.clone(), depth + 1)
        } else {
            let (bytes, below) = self.transfer.decode(self.file, self.body.clone());
            mail::message(&bytes, 0..bytes.len(), depth + 1).over(&below)
        };
        piece.mail.attachments.clear();
        piece.mail.signed = false;
        piece.mail.unread = false;
        // Somebody else's words are not ours to edit.
        piece.leaves.clear();
        piece.all_of_it(MarkKind::Quoted)
    }

    fn text(&self, is_html: bool) -> Piece {
        let (bytes, below) = self.transfer.decode(self.file, self.body.clone());
        // Who calls his text ASCII has not thought about it; what is not ASCII in it says itself what it is.
        let told = self.content.get("charset").filter(|label| !label.eq_ignore_ascii_case("us-ascii"));
        let encoding = told.and_then(charset::named);
        let encoding = if is_html { encoding.or_else(|| html::declared_encoding(&bytes)) } else { encoding };
        let mut piece = Piece::from_decoded(charset::decode(&bytes, encoding));
        piece.notes.extend(self.transfer.note(&self.transfer_name, &self.file[self.body.clone()]));
        if let Some(label) = told.filter(|label| charset::named(label).is_none()) {
            piece.notes.push(charset::unknown(label));
        }
        let says =
            |name: &str, value: &str| self.content.get(name).is_some_and(|said| said.eq_ignore_ascii_case(value));
        let form = if is_html {
            Form::Html
        } else if says("format", "flowed") {
            Form::Flowed { delete_space: says("delsp", "yes") }
        } else {
            Form::Plain
        };
        let mut piece = formed(piece, form).over(&below);
        // A comment in the body would reach the customer; in mail only headers suppress.
        piece.declared.suppressions.clear();
        let (text, place, transfer) = (0..piece.text.len(), self.body.clone(), self.transfer);
        let eight_bit = ["8bit", "binary"].iter().any(|name| self.transfer_name.trim().eq_ignore_ascii_case(name));
        let ascii = bytes.is_ascii() && (told.is_none() && !is_html || self.transfer == Transfer::Plain && !eight_bit);
        piece.leaves = vec![Leaf { text, place, transfer, told: encoding, form, ascii }];
        piece
    }
}

/// The name of a file may be an encoded word, against the standard and all the same.
fn decoded_name(written: &str) -> String {
    super::encoded_word::unstructured(written.as_bytes(), 0..written.len()).text
}

fn unread(note: &'static str) -> Piece {
    let mut piece = Piece { notes: vec![Remark::new(note)], ..Piece::default() };
    piece.mail.unread = true;
    piece
}

fn too_deep() -> Piece {
    unread("nested-too-deep")
}

/// Both versions of what is said twice, in the order of the file. Programs show the richest that they understand, so that HTML is
/// the one to be judged; the plain text is left out by a mark, and kept to be compared.
fn both(parts: &[Part<'_>], read: impl Fn(&Part<'_>) -> Piece) -> Piece {
    let mut pieces: Vec<(bool, Piece)> =
        parts.iter().map(|part| (part.content.main == "text/plain", read(part))).collect();
    let says =
        |plain: bool| move |(is_plain, piece): &(bool, Piece)| *is_plain == plain && !piece.text.trim().is_empty();
    // Of two of a kind the later is the better one, if it says anything.
    let (plain, rich) = (pieces.iter().rposition(says(true)), pieces.iter().rposition(says(false)));
    let mut whole = Piece::default();
    let mut ranges = [0..0, 0..0];
    let mut marks = Vec::new();
    for (index, (_, piece)) in pieces.iter_mut().enumerate() {
        let mut piece = std::mem::take(piece);
        if Some(index) != plain && Some(index) != rich {
            // What is attached to it counts, its text does not.
            piece.text.clear();
        } else if Some(index) == plain && rich.is_some() {
            marks = std::mem::take(&mut piece.marks);
            piece = piece.all_of_it(MarkKind::Skipped);
        }
        let gap = if whole.text.is_empty() { 0 } else { 2 };
        let start = whole.text.len() + gap;
        let range = start..start + piece.text.len();
        if Some(index) == rich {
            ranges[0] = range;
        } else if Some(index) == plain {
            marks = marks
                .into_iter()
                .map(|mark: super::Mark| super::Mark {
                    range: mark.range.start + start..mark.range.end + start,
                    ..mark
                })
                .collect();
            ranges[1] = range;
        }
        whole.append(piece);
    }
    if plain.is_some() && rich.is_some() {
        let [shown, other] = ranges;
        whole.mail.alternatives.push(Alternative { shown, other, marks });
    }
    whole
}

//! In: the bytes of an Internet message. Out: its subject and the text that its reader sees first, mapped to the bytes through
//! charset and transfer encoding. Attachments are left out, forwarded messages are quoted mail. Broken MIME is read as far as
//! it goes, with a note. Refuses to read what has no header at all as a mail: it is then plain text.

use std::ops::Range;

use super::{
    Mark, MarkKind, ReadError, charset, formed,
    header::{Header, Parameters},
    html,
    leaf::{Form, Leaf, Twin},
    mime,
    piece::Piece,
    transfer::Transfer,
};

/// Parts nested deeper than this are left out, so that hostile nesting takes no more than linear time.
const MAX_DEPTH: usize = 12;

/// Reads a mail.
pub(super) fn read(file: &[u8]) -> Result<Piece, ReadError> {
    let header = Header::read(file, 0..file.len());
    if header.is_empty() {
        let mut piece = super::whole(file, None, Form::Text)?;
        piece.notes.push("This mail has no header; it was read as plain text.".to_owned());
        return Ok(piece);
    }
    let mut piece = message(file, 0..file.len(), 0);
    let declared = |name: &str| header.range(name).filter(|range| !range.is_empty()).zip(header.value(name));
    let owned = |(range, value): (Range<usize>, std::borrow::Cow<'_, str>)| (value.into_owned(), range);
    piece.declared.reason = declared("Partwell-Reason").map(owned);
    piece.declared.language = declared("Content-Language").map(owned);
    // One note of a kind is enough, however many parts give cause for it.
    piece.notes.sort();
    piece.notes.dedup();
    Ok(piece)
}

/// Subject and body of a message that stands in this stretch of the file.
fn message(file: &[u8], range: Range<usize>, depth: usize) -> Piece {
    let header = Header::read(file, range.clone());
    let mut piece = header.text("Subject").unwrap_or_default();
    if piece.text.trim().is_empty() {
        piece = Piece::default();
    } else {
        piece.marks.push(Mark { range: 0..piece.text.len(), kind: MarkKind::Subject });
        let place = header.range("Subject").expect("its text was read just now");
        let (text, form) = (0..piece.text.len(), Form::Header);
        let leaf = Leaf { text, place, transfer: Transfer::Plain, told: None, form, ascii: false, signed: false };
        piece.leaves.push(leaf);
    }
    if header.cut_short {
        piece.notes.push("The header ends without an empty line behind it.".to_owned());
    }
    let part = Part::new(file, &header, range.end, "text/plain");
    piece.append(part.read(depth));
    piece
}

/// A part, and what its header says about it.
struct Part<'a> {
    file: &'a [u8],
    body: Range<usize>,
    content: Parameters,
    transfer: Transfer,
    attached: bool,
    /// Its header says that lines may hold more than ASCII.
    eight_bit: bool,
}

impl<'a> Part<'a> {
    fn new(file: &'a [u8], header: &Header<'_>, end: usize, default_type: &str) -> Part<'a> {
        let mut content = Parameters::parse(&header.value("Content-Type").unwrap_or_default());
        if !content.main.contains('/') {
            default_type.clone_into(&mut content.main);
        }
        let disposition = Parameters::parse(&header.value("Content-Disposition").unwrap_or_default());
        let attached =
            disposition.main == "attachment" || disposition.get("filename").or(content.get("name")).is_some();
        let transfer = header.value("Content-Transfer-Encoding").unwrap_or_default();
        let eight_bit = ["8bit", "binary"].iter().any(|name| transfer.trim().eq_ignore_ascii_case(name));
        let transfer = Transfer::named(&transfer);
        Part { file, body: header.body..end, content, transfer, attached, eight_bit }
    }

    fn read(&self, depth: usize) -> Piece {
        match self.content.main.as_str() {
            main if main.starts_with("multipart/") => self.multipart(depth),
            "message/rfc822" | "message/global" => self.forwarded(depth),
            "text/html" => self.text(true),
            // What says something unheard of is most often plain text.
            "text/plain" | "text" | "text/" => self.text(false),
            _ => Piece::default(),
        }
    }

    fn multipart(&self, depth: usize) -> Piece {
        if depth >= MAX_DEPTH {
            return too_deep();
        }
        let mut piece = Piece::default();
        let boundary = self.content.get("boundary").unwrap_or_default();
        let split = mime::split(self.file, self.body.clone(), boundary.as_bytes());
        if !split.closed {
            piece.notes.push("A multipart body does not end with its boundary.".to_owned());
        }
        if split.parts.is_empty() {
            piece.append(self.text(false));
            return piece;
        }
        let default_type = if self.content.main == "multipart/digest" { "message/rfc822" } else { "text/plain" };
        let parts = split.parts.into_iter().map(|range| {
            let header = Header::read(self.file, range.clone());
            Part::new(self.file, &header, range.end, default_type)
        });
        let shown = parts.filter(|part| !part.attached);
        if self.content.main == "multipart/alternative" {
            piece.append(best(shown.map(|part| (part.content.main == "text/plain", part.read(depth + 1)))));
        } else {
            shown.for_each(|part| piece.append(part.read(depth + 1)));
        }
        if self.content.main == "multipart/signed" {
            piece.leaves.iter_mut().for_each(|leaf| leaf.signed = true);
        }
        piece
    }

    /// The message of somebody else: all of it is quoted.
    fn forwarded(&self, depth: usize) -> Piece {
        if depth >= MAX_DEPTH {
            return too_deep();
        }
        let mut piece = if self.transfer == Transfer::Plain {
            message(self.file, self.body.clone(), depth + 1)
        } else {
            let (bytes, below) = self.transfer.decode(self.file, self.body.clone());
            message(&bytes, 0..bytes.len(), depth + 1).over(&below)
        };
        // Somebody else's words are not ours to edit.
        piece.leaves.clear();
        piece.twins.clear();
        piece.marks = vec![Mark { range: 0..piece.text.len(), kind: MarkKind::Quoted }];
        piece
    }

    fn text(&self, is_html: bool) -> Piece {
        let (bytes, below) = self.transfer.decode(self.file, self.body.clone());
        // Who calls his text ASCII has not thought about it; what is not ASCII in it says itself what it is.
        let told = self.content.get("charset").filter(|label| !label.eq_ignore_ascii_case("us-ascii"));
        let encoding = told.and_then(charset::named);
        let encoding = if is_html { encoding.or_else(|| html::declared_encoding(&bytes)) } else { encoding };
        let mut piece = Piece::from_decoded(charset::decode(&bytes, encoding));
        if let Some(label) = told.filter(|label| charset::named(label).is_none()) {
            piece.notes.push(format!("The character encoding \"{}\" is not known.", label.escape_default()));
        }
        let says =
            |name: &str, value: &str| self.content.get(name).is_some_and(|said| said.eq_ignore_ascii_case(value));
        let form = match is_html {
            true => Some(Form::Html),
            false if says("format", "flowed") => Some(Form::Flowed { delete_space: says("delsp", "yes") }),
            false => None,
        };
        let ascii =
            bytes.is_ascii() && (told.is_none() && !is_html || self.transfer == Transfer::Plain && !self.eight_bit);
        if let Some(form) = form {
            piece = formed(piece, form);
        }
        let mut piece = piece.over(&below);
        let (text, place, transfer) = (0..piece.text.len(), self.body.clone(), self.transfer);
        let form = form.unwrap_or(Form::Plain);
        piece.leaves = vec![Leaf { text, place, transfer, told: encoding, form, ascii, signed: false }];
        piece
    }
}

fn too_deep() -> Piece {
    Piece { notes: vec!["Parts are nested too deep; the innermost were left out.".to_owned()], ..Piece::default() }
}

/// Of alternatives the plain text, unless it is no more than "Your program cannot show this mail".
fn best(alternatives: impl Iterator<Item = (bool, Piece)>) -> Piece {
    let words = |piece: &Piece| piece.text.split_whitespace().count();
    let (mut plain, mut rich) = (Piece::default(), Piece::default());
    let mut passed_over = Vec::new();
    for (is_plain, piece) in alternatives {
        let place = if is_plain { &mut plain } else { &mut rich };
        // Of two of a kind the later is the better one, if it says anything.
        if !piece.text.trim().is_empty() {
            passed_over.push(std::mem::replace(place, piece));
        }
    }
    let plain_is_best = words(&plain) > 0 && words(&plain) * 3 >= words(&rich);
    let (mut best, other) = if plain_is_best { (plain, rich) } else { (rich, plain) };
    passed_over.push(other);
    for other in passed_over {
        let of = 0..best.text.len();
        let twin = |leaf: Leaf| Twin { of: of.clone(), text: other.text[leaf.text.clone()].to_owned(), leaf };
        best.twins.extend(other.leaves.into_iter().map(twin));
    }
    best
}

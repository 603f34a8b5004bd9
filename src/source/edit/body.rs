//! In: a body as the file carries it. Out: its layers, each with the map to the one below: text, characters, bytes, file; and
//! characters encoded as bytes of its charset. Refuses to put in what its charset does not have.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::{Edit, EditError};
use crate::source::{
    charset, formed,
    leaf::{Form, Leaf},
    map::Map,
    piece::Piece,
};

/// The layers of a body.
#[derive(Debug, Clone)]
pub(super) struct Body {
    /// From the text to the characters.
    pub(super) map: Map,
    /// The characters, with their markup, with `\n` line ends.
    pub(super) raw: String,
    /// From the characters to the bytes.
    raw_map: Map,
    /// The bytes, as they are before they are made fit for travel.
    pub(super) bytes: Vec<u8>,
    /// From the bytes to the file.
    pub(super) below: Map,
    pub(super) encoding: &'static Encoding,
    line_end: &'static str,
    /// The widest line, where the lines were broken by hand.
    pub(super) width: Option<usize>,
}

impl Body {
    pub(super) fn new(file: &[u8], leaf: &Leaf) -> Body {
        let (bytes, below) = leaf.transfer.decode(file, leaf.place.clone());
        let decoded = charset::decode(&bytes, leaf.told);
        let encoding = decoded.encoding;
        let line_end = if decoded.text.contains("\r\n") { "\r\n" } else { "\n" };
        let Piece { text: raw, map: raw_map, .. } = Piece::from_decoded(decoded);
        let map = Map::copied(raw.len(), 0);
        let map = formed(Piece { text: raw.clone(), map, ..Piece::default() }, leaf.form).map;
        let width = broken_at(&raw);
        Body { map, raw, raw_map, bytes, below, encoding, line_end, width }
    }

    /// A replacement of characters as one of bytes.
    pub(super) fn encoded(&self, cut: &Edit, leaf: &Leaf) -> Result<(std::ops::Range<usize>, Vec<u8>), EditError> {
        let text = cut.text.replace('\n', self.line_end);
        let missing =
            |character: char, charset: &str| Err(EditError::NotInCharset { character, charset: charset.to_owned() });
        let bytes = if self.encoding == UTF_16LE {
            text.encode_utf16().flat_map(u16::to_le_bytes).collect()
        } else if self.encoding == UTF_16BE {
            text.encode_utf16().flat_map(u16::to_be_bytes).collect()
        } else {
            let (bytes, _, failed) = self.encoding.encode(&text);
            // In HTML the encoder has put a numeric reference in its place.
            if failed && leaf.form != Form::Html {
                let lacking = |c: &char| self.encoding.encode(c.encode_utf8(&mut [0; 4])).2;
                return missing(text.chars().find(lacking).unwrap_or_default(), self.encoding.name());
            }
            bytes.into_owned()
        };
        if leaf.ascii && !bytes.is_ascii() {
            return missing(text.chars().find(|c| !c.is_ascii()).unwrap_or_default(), "US-ASCII");
        }
        Ok((self.raw_map.to_source(cut.range.clone()), bytes))
    }

    /// In what the edits of the file are text.
    pub(super) fn written_in(&self) -> &'static Encoding {
        if self.encoding.is_ascii_compatible() || self.encoding == UTF_16LE || self.encoding == UTF_16BE {
            self.encoding
        } else {
            UTF_8
        }
    }
}

/// The widest line, if the paragraphs are broken into lines of a common width.
fn broken_at(raw: &str) -> Option<usize> {
    let mut widest = 0;
    let mut broken = 0;
    let mut lines = raw.lines().peekable();
    while let Some(line) = lines.next() {
        let len = line.chars().count();
        widest = widest.max(len);
        // A line that is not the last of its paragraph and is filled: the next one goes on.
        broken += usize::from(len > 40 && lines.peek().is_some_and(|next| !next.trim().is_empty()));
    }
    (broken >= 2 && widest <= 100).then_some(widest)
}

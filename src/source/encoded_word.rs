//! In: the value of an unstructured header field. Out: its text, folding undone and the encoded words of RFC 2047 decoded, with
//! a map to the bytes. Refuses nothing: what is no encoded word is text.

use std::ops::Range;

use super::{
    Remark, charset,
    map::Map,
    piece::Piece,
    transfer::{base64, escaped},
};

/// The text of a field; its map leads to the file.
pub(super) fn unstructured(file: &[u8], range: Range<usize>) -> Piece {
    let mut text = FieldText::default();
    let mut at = range.start;
    while at < range.end {
        let rest = &file[at..range.end];
        if let Some(word) = Word::at_start(rest) {
            text.word(&word, at);
            at += word.len;
            // White space between two encoded words is none.
            let blank = file[at..range.end].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            if blank > 0 && Word::at_start(&file[at + blank..range.end]).is_some() {
                at += blank;
            }
        } else {
            if rest.starts_with(b"=?") {
                text.piece.notes.push(Remark::new("encoded-word-damaged"));
            }
            let len = rest[1..].windows(2).position(|pair| pair == b"=?").map_or(rest.len(), |len| len + 1);
            text.literal(rest[..len].as_ref(), at);
            at += len;
        }
    }
    text.flush();
    text.piece
}

/// Collects the words of a field; those of one charset are decoded together, for a character may begin in one and end in the next.
#[derive(Default)]
struct FieldText {
    piece: Piece,
    charset: String,
    bytes: Vec<u8>,
    map: Map,
}

impl FieldText {
    fn word(&mut self, word: &Word<'_>, at: usize) {
        if !self.charset.eq_ignore_ascii_case(word.charset) {
            self.flush();
            word.charset.clone_into(&mut self.charset);
        }
        let start = at + word.data_at;
        if word.base64 {
            let (bytes, map) = base64(word.data, start);
            self.bytes.extend(bytes);
            self.map.append(&map);
            return;
        }
        let mut index = 0;
        while index < word.data.len() {
            let code = if word.data[index] == b'=' { escaped(&word.data[index..]) } else { None };
            let (byte, len) = match (code, word.data[index]) {
                (Some(byte), _) => (byte, 3),
                (None, b'_') => (b' ', 1),
                (None, byte) => (byte, 1),
            };
            self.bytes.push(byte);
            self.map.units(1, len, 1, start + index);
            index += len;
        }
    }

    /// Text outside of encoded words, its folding undone.
    fn literal(&mut self, bytes: &[u8], at: usize) {
        self.flush();
        let decoded = charset::decode(bytes, None);
        self.piece.notes.extend(decoded.note().map(|_| Remark::new("header-not-ascii")));
        let mut piece = Piece::default();
        let mut from = 0;
        for line in decoded.text.split_inclusive('\n') {
            let bare = line.trim_end_matches(['\r', '\n']);
            piece.copy(bare, from);
            from += line.len();
        }
        let piece = piece.over(&decoded.map.shifted(at));
        self.piece.text.push_str(&piece.text);
        self.piece.map.append(&piece.map);
    }

    fn flush(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        let below = std::mem::take(&mut self.map);
        let label = std::mem::take(&mut self.charset);
        let known = charset::named(&label);
        if known.is_none() && !label.is_empty() {
            self.piece.notes.push(charset::unknown(&label));
        }
        let decoded = charset::decode(&bytes, known);
        let piece = Piece { text: decoded.text, map: decoded.map, ..Piece::default() }.over(&below);
        self.piece.text.push_str(&piece.text);
        self.piece.map.append(&piece.map);
    }
}

/// `=?charset?Q?data?=`
struct Word<'a> {
    charset: &'a str,
    base64: bool,
    data: &'a [u8],
    data_at: usize,
    len: usize,
}

impl<'a> Word<'a> {
    fn at_start(text: &'a [u8]) -> Option<Word<'a>> {
        let inner = text.strip_prefix(b"=?")?;
        let charset_len = inner.iter().take(80).position(|&byte| byte == b'?')?;
        let charset = std::str::from_utf8(&inner[..charset_len]).ok()?.split('*').next()?;
        let base64 = match inner.get(charset_len + 1..charset_len + 3)? {
            [b'B' | b'b', b'?'] => true,
            [b'Q' | b'q', b'?'] => false,
            _ => return None,
        };
        let data_at = 2 + charset_len + 3;
        // The standard allows 75 characters; senders are freer, but a bound keeps the search short.
        let len = text[data_at..].windows(2).take(2000).position(|pair| pair == b"?=")?;
        Some(Word { charset, base64, data: &text[data_at..data_at + len], data_at, len: data_at + len + 2 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(value: &str) -> (String, Vec<String>) {
        let file = format!("Subject: {value}\r\n\r\n");
        let piece = unstructured(file.as_bytes(), 9..file.len() - 4);
        let cuts = piece
            .text
            .char_indices()
            .map(|(at, c)| file[piece.map.to_source(at..at + c.len_utf8())].to_owned())
            .collect();
        (piece.text, cuts)
    }

    #[test]
    fn subjects() {
        assert_eq!(subject("Your account").0, "Your account");
        assert_eq!(subject("Your\r\n account").0, "Your account");
        let (text, cuts) = subject("=?utf-8?Q?Za=C5=BC=C3=B3?=\r\n =?utf-8?q?_x?= y");
        assert_eq!(text, "Zażó x y");
        assert_eq!(cuts[2], "=C5=BC");
        assert_eq!(cuts[4], "_");
        assert_eq!(subject("=?utf-8?B?0J/RgNC40LI=?= =?utf-8?B?0LXRgg==?=").0, "Привет");
        assert_eq!(subject("=?utf-8?B?0A==?= =?utf-8?B?nw==?=").0, "П");
        assert_eq!(subject("=?koi8-r?Q?=F0?= =?nonsense?Q?a?=").0, "Пa");
        assert_eq!(subject("a =?b =?utf-8?X?q?=").0, "a =?b =?utf-8?X?q?=");
        assert_eq!(subject("сырой заголовок").0, "сырой заголовок");
    }
}

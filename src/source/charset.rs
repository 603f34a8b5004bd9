//! In: bytes in some character encoding, told or not. Out: the text as UTF-8, and a map back to the bytes. Refuses nothing:
//! what does not fit becomes U+FFFD and is counted.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

use super::{Remark, map::Map};

/// Text out of bytes.
#[derive(Debug, Clone)]
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) map: Map,
    pub(super) encoding: &'static Encoding,
    /// Nobody told the encoding, and the bytes are not UTF-8.
    pub(super) guessed: bool,
    /// There were bytes that the encoding does not know.
    pub(super) flawed: bool,
}

impl Decoded {
    /// What a person should know about the decoding, if anything.
    pub(super) fn note(&self) -> Option<Remark> {
        let name = self.encoding.name();
        match (self.guessed, self.flawed) {
            (true, _) => Some(Remark::about("guessed-encoding", name)),
            (false, true) => Some(Remark::about("flawed-encoding", name)),
            (false, false) => None,
        }
    }
}

/// The encoding of this name, if it is one that can be read.
pub(super) fn named(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.trim().as_bytes()).filter(|&encoding| encoding != REPLACEMENT)
}

/// The note on an encoding that cannot be read.
pub(super) fn unknown(label: &str) -> Remark {
    Remark::about("unknown-encoding", label.escape_default().to_string())
}

/// Decodes: a byte order mark outweighs what was told, and that outweighs a guess.
pub(super) fn decode(bytes: &[u8], told: Option<&'static Encoding>) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let mut decoded = decode_as(&bytes[mark..], encoding);
        decoded.map = decoded.map.shifted(mark);
        return decoded;
    }
    // What says that it is UTF-8 and is not at all was called so by a program that did not ask.
    if let Some(encoding) = told.filter(|&told| told != UTF_8 || guess(bytes) == UTF_8) {
        // A text of an editor, which has decoded it, still tells what it was in; and what is UTF-8 by chance is no text in anything else.
        let decoded_before = encoding.is_single_byte() && !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok();
        return decode_as(bytes, if decoded_before { UTF_8 } else { encoding });
    }
    let encoding = guess(bytes);
    let mut decoded = decode_as(bytes, encoding);
    decoded.guessed = encoding != UTF_8;
    decoded
}

/// UTF-8 where it is UTF-8 or nearly so, otherwise what the letters' frequencies speak for.
fn guess(bytes: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let (mut fitting, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        fitting += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    // One stray byte in a page of UTF-8 does not make it another encoding.
    if fitting >= broken * 8 {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

fn decode_as(bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut map = Map::default();
    let flawed = if encoding == UTF_8 {
        utf8(bytes, &mut text, &mut map)
    } else if encoding == UTF_16LE || encoding == UTF_16BE {
        utf16(bytes, encoding == UTF_16BE, &mut text, &mut map)
    } else if encoding.is_single_byte() {
        single_byte(bytes, encoding, &mut text, &mut map)
    } else {
        multi_byte(bytes, encoding, &mut text, &mut map)
    };
    Decoded { text, map, encoding, guessed: false, flawed }
}

fn utf8(bytes: &[u8], text: &mut String, map: &mut Map) -> bool {
    if let Ok(sound) = std::str::from_utf8(bytes) {
        text.push_str(sound);
        map.copy(sound.len(), 0);
        return false;
    }
    let mut at = 0;
    let mut flawed = false;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        map.copy(chunk.valid().len(), at);
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            put(text, map, char::REPLACEMENT_CHARACTER, at, chunk.invalid().len());
            at += chunk.invalid().len();
            flawed = true;
        }
    }
    flawed
}

fn utf16(bytes: &[u8], big_endian: bool, text: &mut String, map: &mut Map) -> bool {
    let units = bytes.chunks_exact(2).map(|pair| {
        let pair = [pair[0], pair[1]];
        if big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
    });
    let mut at = 0;
    let mut flawed = false;
    for unit in char::decode_utf16(units) {
        flawed |= unit.is_err();
        let character = unit.unwrap_or(char::REPLACEMENT_CHARACTER);
        let len = character.len_utf16() * 2;
        put(text, map, character, at, len);
        at += len;
    }
    if at < bytes.len() {
        put(text, map, char::REPLACEMENT_CHARACTER, at, bytes.len() - at);
        flawed = true;
    }
    flawed
}

fn single_byte(bytes: &[u8], encoding: &'static Encoding, text: &mut String, map: &mut Map) -> bool {
    let table: Vec<char> = (0..=u8::MAX)
        .map(|byte| {
            let byte = [byte];
            let (decoded, _) = encoding.decode_without_bom_handling(&byte);
            decoded.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
        })
        .collect();
    let mut flawed = false;
    for (at, &byte) in bytes.iter().enumerate() {
        let character = table[usize::from(byte)];
        flawed |= character == char::REPLACEMENT_CHARACTER;
        put(text, map, character, at, 1);
    }
    flawed
}

/// Feeds the decoder byte by byte; what comes out was made from the bytes since something last came out.
fn multi_byte(bytes: &[u8], encoding: &'static Encoding, text: &mut String, map: &mut Map) -> bool {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut flawed = false;
    let mut from = 0;
    for at in 0..=bytes.len() {
        let last = at == bytes.len();
        let next = if last { &[][..] } else { &bytes[at..=at] };
        let mut made = [0; 32];
        let (_, _, written, wrong) = decoder.decode_to_utf8(next, &mut made, last);
        flawed |= wrong;
        let to = if last { at } else { at + 1 };
        let made = String::from_utf8_lossy(&made[..written]);
        // The decoder may give out late: several characters at once share their bytes.
        if !made.is_empty() {
            text.push_str(&made);
            map.made_from(made.len(), from..to);
            from = to;
        }
    }
    flawed
}

fn put(text: &mut String, map: &mut Map, character: char, at: usize, len: usize) {
    text.push(character);
    if character.len_utf8() == len {
        map.copy(len, at);
    } else {
        map.made_from(character.len_utf8(), at..at + len);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character, cut out of the bytes by the map, decodes to itself.
    fn proves(bytes: &[u8], told: Option<&'static Encoding>, expected: &str) {
        let decoded = decode(bytes, told);
        assert_eq!(decoded.text, expected);
        for (at, character) in decoded.text.char_indices() {
            let cut = &bytes[decoded.map.to_source(at..at + character.len_utf8())];
            let (back, _) = decoded.encoding.decode_without_bom_handling(cut);
            assert_eq!(back, character.to_string(), "{}", decoded.encoding.name());
        }
    }

    #[test]
    fn told_encodings() {
        for (label, text) in [
            ("windows-1251", "Уважаемая Ирина, спасибо."),
            ("koi8-r", "Мы прекращаем работу — с 1 мая"),
            ("iso-8859-2", "Żałujemy, że kończymy współpracę"),
            ("windows-1250", "Poštovani, hvala čitavo vrijeme"),
            ("shift_jis", "拝啓 abc カタ"),
            ("gb18030", "尊敬的客户 abc €"),
            ("euc-kr", "안녕하세요 hi"),
            ("big5", "親愛的客戶"),
        ] {
            let encoding = named(label).unwrap();
            let (bytes, _, failed) = encoding.encode(text);
            assert!(!failed || label == "koi8-r");
            proves(&bytes, Some(encoding), &encoding.decode_without_bom_handling(&bytes).0);
        }
    }

    #[test]
    fn byte_order_marks() {
        let text = "Hi, Ирина 🙂\n";
        let le: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        proves(&le, None, text);
        proves(&be, Some(UTF_8), text);
        proves(format!("\u{FEFF}{text}").as_bytes(), None, text);
    }

    #[test]
    fn guesses() {
        let russian = "Уважаемая Ирина Петровна, благодарим вас за годы совместной работы. К сожалению, мы вынуждены прекратить договор.";
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
        proves(&bytes, None, russian);
        assert!(decode(&bytes, None).note().unwrap().what.contains("windows-1251"));
        let stray = b"\xC5\xBB\xC5\xBB\xC5\xBB\xC5\xBB\xC5\xBB\xC5\xBB\xC5\xBB\xC5\xBB\xFF x";
        assert_eq!(decode(stray, None).encoding, UTF_8);
        assert!(decode(stray, None).flawed);
    }

    #[test]
    fn broken_input() {
        for encoding in
            [UTF_8, UTF_16LE, named("gb18030").unwrap(), named("iso-2022-jp").unwrap(), named("shift_jis").unwrap()]
        {
            for bytes in [&b"\xD8"[..], b"\x00\xD8a", b"\x81", b"\x1b$B", b"\x81\x30\x81", b"a\xFF\xFF"] {
                let decoded = decode(bytes, Some(encoding));
                assert_eq!(decoded.map.text_len(), decoded.text.len());
            }
        }
    }
}

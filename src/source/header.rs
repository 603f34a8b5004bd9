//! In: the header block of a mail or of a part. Out: its fields, the text of unstructured ones, and the parameters of
//! structured ones. Refuses to understand addresses and dates.

use std::{borrow::Cow, ops::Range};

use super::{charset, encoded_word::unstructured, piece::Piece, transfer::escaped as escape};

/// How many bytes of an unstructured field are read: more is no subject.
const MAX_TEXT: usize = 8 << 10;

/// The fields of a header block, in order.
#[derive(Debug, Default)]
pub(super) struct Header<'a> {
    file: &'a [u8],
    fields: Vec<(Range<usize>, Range<usize>)>,
    /// Where the block begins.
    pub(super) start: usize,
    /// Where the body begins.
    pub(super) body: usize,
    /// The block ended with a line that is neither a field nor empty.
    pub(super) cut_short: bool,
}

impl<'a> Header<'a> {
    /// Reads the fields from the beginning of this stretch of the file.
    pub(super) fn read(file: &'a [u8], range: Range<usize>) -> Header<'a> {
        let mut header = Header { file, start: range.start, body: range.end, ..Header::default() };
        let mut at = range.start;
        while at < range.end {
            let end = line_end(file, at..range.end);
            let line = &file[at..end];
            if line.trim_ascii_end().is_empty() {
                header.body = end;
                return header;
            }
            if matches!(line[0], b' ' | b'\t') && !header.fields.is_empty() {
                header.fields.last_mut().expect("checked just now").1.end = end;
            } else if let Some(colon) = field_name_len(line) {
                header.fields.push((at..at + colon, at + colon + 1..end));
            } else if !(at == range.start && line.starts_with(b"From ")) {
                // Mailbox files begin each mail with a line "From somebody"; anything else is no header.
                header.body = at;
                header.cut_short = true;
                return header;
            }
            at = end;
        }
        header
    }

    /// Whether there is no field at all.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Where the name of each field stands, and its value with the line end.
    pub(super) fn fields(self) -> Vec<(Range<usize>, Range<usize>)> {
        self.fields
    }

    /// Where the value of the first field of this name stands, without white space around it.
    pub(super) fn range(&self, name: &str) -> Option<Range<usize>> {
        let named = |range: &Range<usize>| self.file[range.clone()].trim_ascii().eq_ignore_ascii_case(name.as_bytes());
        let (_, value) = self.fields.iter().find(|(field, _)| named(field))?;
        let bytes = &self.file[value.clone()];
        let start = value.start + (bytes.len() - bytes.trim_ascii_start().len());
        Some(start..start + bytes.trim_ascii().len())
    }

    /// The value of a field as it stands.
    pub(super) fn value(&self, name: &str) -> Option<Cow<'a, str>> {
        self.range(name).map(|range| String::from_utf8_lossy(&self.file[range]))
    }

    /// The fields of these names (in small letters), in the order of the file: the name, and where the value stands.
    pub(super) fn named(&self, names: &[&'static str]) -> impl Iterator<Item = (&'static str, Range<usize>)> {
        self.fields.iter().filter_map(|(field, value)| {
            let field = self.file[field.clone()].trim_ascii();
            let name = names.iter().find(|name| field.eq_ignore_ascii_case(name.as_bytes()))?;
            Some((*name, value.clone()))
        })
    }

    /// The texts of all fields of this name, which are unstructured.
    pub(super) fn texts(&self, name: &str) -> impl Iterator<Item = Piece> {
        let named = |range: &Range<usize>| self.file[range.clone()].trim_ascii().eq_ignore_ascii_case(name.as_bytes());
        let values = self.fields.iter().filter(move |(field, _)| named(field)).map(|(_, value)| value);
        values.map(|value| unstructured(self.file, value.start..value.end.min(value.start + MAX_TEXT)))
    }

    /// The text of an unstructured field.
    pub(super) fn text(&self, name: &str) -> Option<Piece> {
        self.range(name).map(|range| self.decoded(range))
    }

    /// The text of the value that stands here.
    pub(super) fn decoded(&self, value: Range<usize>) -> Piece {
        let bytes = &self.file[value.clone()];
        let start = value.start + (bytes.len() - bytes.trim_ascii_start().len());
        let end = (start + bytes.trim_ascii().len()).min(start + MAX_TEXT);
        unstructured(self.file, start..end)
    }
}

/// Where the line that begins here ends, its line end taken in.
pub(super) fn line_end(file: &[u8], range: Range<usize>) -> usize {
    file[range.clone()].iter().position(|&byte| byte == b'\n').map_or(range.end, |len| range.start + len + 1)
}

fn field_name_len(line: &[u8]) -> Option<usize> {
    let colon = line.iter().take(200).position(|&byte| byte == b':')?;
    let name = line[..colon].trim_ascii_end();
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some(colon)
}

/// A value with parameters: `text/plain; charset="utf-8"`.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    /// What stands in front of them, in small letters.
    pub(super) main: String,
    all: Vec<(String, String)>,
}

impl Parameters {
    pub(super) fn parse(value: &str) -> Parameters {
        let mut pieces = split_outside_quotes(value).into_iter();
        let main = pieces.next().unwrap_or_default().trim().to_ascii_lowercase();
        let mut all = Vec::new();
        // RFC 2231: long values come in numbered pieces, those with a star behind them escaped, and the first names a charset.
        let mut numbered: Vec<(String, u32, bool, String)> = Vec::new();
        for piece in pieces {
            let Some((name, value)) = piece.split_once('=') else { continue };
            let name = name.trim().to_ascii_lowercase();
            let value = unquoted(value.trim());
            match name.split_once('*') {
                Some((name, number)) => {
                    let escaped = number.ends_with('*') || number.is_empty();
                    let number = number.trim_end_matches('*').parse().unwrap_or(0);
                    numbered.push((name.to_owned(), number, escaped, value));
                }
                None => all.push((name, value)),
            }
        }
        numbered.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        for pieces in numbered.chunk_by(|a, b| a.0 == b.0) {
            // The long form says more than the plain one that some programs put beside it.
            all.insert(0, (pieces[0].0.clone(), rfc_2231(pieces)));
        }
        Parameters { main, all }
    }

    /// The value of a parameter, named in small letters.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The text of a value in pieces: `utf-8'en'%D0%9F` and what follows it.
fn rfc_2231(pieces: &[(String, u32, bool, String)]) -> String {
    let mut charset = None;
    let mut bytes = Vec::new();
    for (index, (_, _, escaped, value)) in pieces.iter().enumerate() {
        let mut rest = value.as_str();
        if index == 0
            && *escaped
            && let Some((label, behind)) = value.split_once('\'')
        {
            charset = charset::named(label);
            rest = behind.split_once('\'').map_or(behind, |(_, text)| text);
        }
        while let Some(first) = rest.chars().next() {
            match rest.as_bytes() {
                [b'%', ..] if *escaped && escape(rest.as_bytes()).is_some() => {
                    bytes.extend(escape(rest.as_bytes()));
                    rest = &rest[3..];
                }
                _ => {
                    bytes.extend_from_slice(first.encode_utf8(&mut [0; 4]).as_bytes());
                    rest = &rest[first.len_utf8()..];
                }
            }
        }
    }
    charset::decode(&bytes, charset).text
}

fn split_outside_quotes(value: &str) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    value
        .split(|c| {
            let splits = c == ';' && !quoted;
            quoted ^= c == '"' && !escaped;
            escaped = c == '\\' && quoted && !escaped;
            splits
        })
        // A hostile header could have as many parameters as it likes.
        .take(64)
        .collect()
}

fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else {
        return value.split(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default().to_owned();
    };
    let mut text = String::new();
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => break,
            '\\' => text.extend(characters.next()),
            '\r' | '\n' => {}
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields() {
        let file = b"From x@y Mon\nSubject : a\n\tb \nX-Long:\n  c\n\nbody";
        let header = Header::read(file, 0..file.len());
        assert_eq!(header.value("subject").as_deref(), Some("a\n\tb"));
        assert_eq!(header.value("x-long").as_deref(), Some("c"));
        assert_eq!(header.value("to"), None);
        assert_eq!(&file[header.body..], b"body");
        let short = Header::read(b"A: b\nDear X,\n", 0..13);
        assert_eq!((short.body, short.cut_short), (5, true));
    }

    #[test]
    fn parameters() {
        let parsed = Parameters::parse(
            "Multipart/Mixed; boundary=\"a;\\\"b\" ; charset=utf-8 (x); n*1=r; n*0=\"q%41\"; f=plain; f*=utf-8'en'z%C4%85; \
             k*0*=koi8-r''%F0%; k*1=%F1",
        );
        assert_eq!(parsed.main, "multipart/mixed");
        assert_eq!(parsed.get("boundary"), Some("a;\"b"));
        assert_eq!(parsed.get("charset"), Some("utf-8"));
        assert_eq!(parsed.get("n"), Some("q%41r"));
        assert_eq!(parsed.get("f"), Some("zą"));
        assert_eq!(parsed.get("k"), Some("П%%F1"));
    }
}

//! In: the bytes of a file, of standard input or of an editor's buffer. Out: the decoded text that a person reads, and a map
//! that leads every stretch of it back to the bytes. Refuses to judge: what a paragraph or a signature is, `letter` says.

mod armor;
mod charset;
mod edit;
mod encoded_word;
mod flowed;
mod front_matter;
mod header;
mod html;
mod html_entity;
mod html_kind;
mod leaf;
mod lines;
mod mail;
mod map;
mod mark;
mod markdown;
pub mod mbox;
mod mime;
mod part;
mod piece;
mod recipients;
mod remark;
mod suppression;
mod text;
mod transfer;
mod writer;

use std::{error::Error, fmt, ops::Range};

pub use edit::{EditError, Editor, FileEdit, applied};
pub use lines::LineIndex;
pub use map::Map;
pub use mark::{Edit, Mark, MarkKind};
pub use remark::Remark;
pub use suppression::{Scope, Suppression, WORDS as SUPPRESSION_WORDS};

use leaf::{Form, Leaf};
use piece::Piece;
use transfer::Transfer;

/// A draft as it stands on disk, and the text in it.
#[derive(Debug, Clone)]
pub struct Source {
    /// How the draft is called in reports: its path as given, or `<stdin>`.
    pub name: String,
    /// The bytes as they stand on disk.
    pub bytes: Vec<u8>,
    /// What kind of document the bytes are.
    pub format: Format,
    /// The decoded text: plain text conventions (paragraphs apart by a blank line, list items with `- ` in front, `\n` line ends).
    pub text: String,
    /// Leads stretches of `text` back to `bytes`.
    pub map: Map,
    /// What the format itself says about stretches of `text`, in order, not overlapping.
    pub marks: Vec<Mark>,
    /// What the draft says about itself in front matter or in headers.
    pub declared: Declared,
    /// Flaws of the document that did not keep it from being read.
    pub notes: Vec<Remark>,
    /// The bodies of text that can be edited, in order.
    leaves: Vec<Leaf>,
    /// What a mail says besides its text; none for other documents.
    pub mail: Option<Mail>,
    /// Where the bytes begin in the archive from which they were taken; none for a draft by itself.
    pub origin: Option<Origin>,
}

/// What a mail says besides its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mail {
    /// The value of `Message-ID:`, with its angle brackets.
    pub message_id: Option<String>,
    /// The addresses of `From:`, in small letters.
    pub from: Vec<String>,
    /// Who gets it, in the order of the header.
    pub recipients: Vec<Recipient>,
    /// What comes with it and is not read.
    pub attachments: Vec<Attachment>,
    /// It is signed, all of it or a part: to change a byte would break the signature.
    pub signed: bool,
    /// Its body could not be read: it is encrypted, or in a format that only one program knows.
    pub unread: bool,
    /// The same said in two formats (`multipart/alternative`).
    pub alternatives: Vec<Alternative>,
}

/// Somebody who gets a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The address in small letters.
    pub address: String,
    /// Bytes of [`Source::text`]: the name and the address. Empty where the mail has no other recipient.
    pub range: Range<usize>,
    /// Where the header names them.
    pub field: Field,
}

/// A field of a mail's header that names recipients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The mail is written to them.
    To,
    /// They get a copy, and all know it.
    Cc,
    /// They get a copy, and nobody else knows it.
    Bcc,
}

/// A part of a mail that is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The name of the file, or the type of the part where it has none.
    pub name: String,
    /// Bytes of the source: the header of the part.
    pub range: Range<usize>,
}

/// A text that stands in a mail twice, as plain text and as HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// Bytes of [`Source::text`]: the version that most programs show.
    pub shown: Range<usize>,
    /// Bytes of [`Source::text`]: the other one, which [`Source::marks`] leave out.
    pub other: Range<usize>,
    /// What the format says about stretches of the other.
    pub marks: Vec<Mark>,
}

/// Where a mail begins in its archive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Origin {
    /// Bytes of the archive before it.
    pub offset: usize,
    /// Lines of the archive before it.
    pub line: usize,
}

/// The kinds of document that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Plain text, perhaps with front matter.
    Text,
    /// Markdown, perhaps with front matter.
    Markdown,
    /// An HTML page or fragment.
    Html,
    /// An Internet message (`.eml`, RFC 5322 with MIME).
    Mail,
}

/// What a draft says about itself. Values are as written; who uses them checks them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// `reason:` of the front matter or the header `Partwell-Reason:`, and where its value stands (bytes of the source).
    pub reason: Option<(String, Range<usize>)>,
    /// `lang:` (or `language:`) of the front matter, or the header `Content-Language:`.
    pub language: Option<(String, Range<usize>)>,
    /// Comments, `allow:` of the front matter, or headers `Partwell-Allow:`.
    pub suppressions: Vec<Suppression>,
}

/// Why a draft could not be read. The fault is with the draft, and each message says what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// There is a NUL byte at this offset: a Word file, a PDF or a picture, or UTF-16 without a byte order mark.
    NotText {
        /// The offset of the NUL byte.
        offset: usize,
    },
    /// In no encoding do the bytes make a text that a person could read.
    NoEncoding,
    /// More bytes than any letter has.
    TooLarge {
        /// How many bytes there are.
        len: usize,
    },
}

/// Where the header of a message has its fields: each one's name, and its value with the line end.
#[must_use]
pub fn header_fields(message: &[u8]) -> Vec<(Range<usize>, Range<usize>)> {
    header::Header::read(message, 0..message.len()).fields()
}

/// The text of an unstructured header value, decoded (RFC 2047).
#[must_use]
pub fn header_text(value: &[u8]) -> String {
    encoded_word::unstructured(value, 0..value.len()).text
}

/// The largest file that is read, in bytes. Mails with large attachments stay below it.
pub const MAX_LEN: usize = 256 << 20;

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::NotText { offset } => write!(
                f,
                "this is not text: there is a NUL byte at offset {offset}; save the letter as plain text (UTF-8), Markdown, HTML or .eml"
            ),
            ReadError::NoEncoding => {
                write!(f, "this is no text in any character encoding known here; save the letter as UTF-8")
            }
            ReadError::TooLarge { len } => {
                write!(
                    f,
                    "this is too large for a letter: {len} bytes, and at most {MAX_LEN} are read; leave out its attachments"
                )
            }
        }
    }
}

impl Error for ReadError {}

impl Format {
    /// What a file with this extension (without the dot, in any case) is. Without an extension, as on standard input, HTML is
    /// known by its first tag; anything else is plain text. A mail has to be called one: letters may begin with "From:".
    #[must_use]
    pub fn of(extension: Option<&str>, bytes: &[u8]) -> Format {
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("md" | "markdown") => Format::Markdown,
            Some("html" | "htm" | "xhtml") => Format::Html,
            Some("eml" | "mail") => Format::Mail,
            Some(_) => Format::Text,
            None => {
                let start = bytes.trim_ascii_start().get(..14).unwrap_or_default().to_ascii_lowercase();
                if start.starts_with(b"<!doctype html") || start.starts_with(b"<html") {
                    Format::Html
                } else {
                    Format::Text
                }
            }
        }
    }
}

/// Reads a draft. Never panics, and takes time that grows with the number of bytes.
///
/// # Errors
/// When the bytes are not text at all; see [`ReadError`]. Lesser flaws end up in [`Source::notes`].
pub fn read(name: &str, bytes: Vec<u8>, format: Format) -> Result<Source, ReadError> {
    if bytes.len() > MAX_LEN {
        return Err(ReadError::TooLarge { len: bytes.len() });
    }
    let piece = match format {
        Format::Text => whole(&bytes, None, Form::Text)?,
        Format::Markdown => whole(&bytes, None, Form::Markdown)?,
        Format::Html => whole(&bytes, html::declared_encoding(&bytes), Form::Html)?,
        Format::Mail => mail::read(&bytes)?,
    };
    Ok(Source::new(name, bytes, format, piece))
}

/// A file that is one body of text.
fn whole(bytes: &[u8], told: Option<&'static encoding_rs::Encoding>, form: Form) -> Result<Piece, ReadError> {
    let mut piece = formed(decoded(bytes, told)?, form);
    let (text, place) = (0..piece.text.len(), 0..bytes.len());
    piece.leaves = vec![Leaf { text, place, transfer: Transfer::Plain, told, form, ascii: false }];
    Ok(piece)
}

/// The text that a person reads out of the characters of a body.
fn formed(below: Piece, form: Form) -> Piece {
    match form {
        Form::Text => text::read(below),
        Form::Markdown => markdown::read(below),
        Form::Html => html::read(below),
        Form::Plain => armor::open(below),
        Form::Flowed { delete_space } => armor::open(flowed::unfold(below, delete_space)),
        Form::Header => below,
    }
}

/// Reads a mail that was taken out of an archive.
///
/// # Errors
/// As [`read`] does.
pub fn read_archived(archive: &str, message: mbox::Message) -> Result<Source, ReadError> {
    let mbox::Message { bytes, origin, quoted } = message;
    if bytes.len() > MAX_LEN {
        return Err(ReadError::TooLarge { len: bytes.len() });
    }
    let piece = if quoted {
        let (unquoted, map) = mbox::unquote(&bytes);
        mail::read(&unquoted)?.over(&map)
    } else {
        mail::read(&bytes)?
    };
    Ok(Source { origin: Some(origin), ..Source::new(archive, bytes, Format::Mail, piece) })
}

impl Source {
    fn new(name: &str, bytes: Vec<u8>, format: Format, piece: Piece) -> Source {
        let Piece { text, map, marks, declared, notes, leaves, mail } = piece;
        let mail = (format == Format::Mail).then_some(mail);
        Source { name: name.to_owned(), bytes, format, text, map, marks, declared, notes, leaves, mail, origin: None }
    }

    /// Where a stretch of the text stands in the file: as [`Map::to_source`], but counted from the beginning of the archive where
    /// the mail was taken out of one.
    #[must_use]
    pub fn in_file(&self, range: Range<usize>) -> Range<usize> {
        self.of_archive(self.map.to_source(range))
    }

    /// Likewise a stretch of the draft's own bytes.
    #[must_use]
    pub fn of_archive(&self, range: Range<usize>) -> Range<usize> {
        let offset = self.origin.map_or(0, |origin| origin.offset);
        range.start + offset..range.end + offset
    }

    /// What to call the draft where its parts are not shown: its name, and the Message-ID of a mail in an archive.
    #[must_use]
    pub fn title(&self) -> String {
        let id = self.mail.as_ref().and_then(|mail| mail.message_id.as_deref());
        match id.filter(|_| self.origin.is_some()) {
            Some(id) => format!("{} {id}", self.name),
            None => self.name.clone(),
        }
    }
}

/// The text of a whole file.
fn decoded(bytes: &[u8], told: Option<&'static encoding_rs::Encoding>) -> Result<Piece, ReadError> {
    let decoded = charset::decode(bytes, told);
    if let Some(at) = decoded.text.find('\0') {
        return Err(ReadError::NotText { offset: decoded.map.to_source(at..at + 1).start });
    }
    // The bytes with which odd characters begin, among others: in most texts there are so few that no character need be looked at.
    let may_begin_odd = |byte: &u8| (*byte < b' ' && !byte.is_ascii_whitespace()) || matches!(byte, 0x7F | 0xC2 | 0xEF);
    let bytes = decoded.text.as_bytes();
    // Counted in bytes, as many at once as the processor can.
    let few = |some: &[u8]| usize::from(some.iter().map(|byte| u8::from(may_begin_odd(byte))).sum::<u8>());
    if bytes.chunks(usize::from(u8::MAX)).map(few).sum::<usize>() * 10 > bytes.len() / 4 {
        let is_odd = |c: &char| *c == char::REPLACEMENT_CHARACTER || c.is_control() && !c.is_ascii_whitespace();
        if decoded.text.chars().filter(is_odd).count() * 10 > decoded.text.chars().count() {
            return Err(ReadError::NoEncoding);
        }
    }
    Ok(Piece::from_decoded(decoded))
}

#[cfg(test)]
mod tests;

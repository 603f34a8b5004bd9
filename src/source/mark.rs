//! Stretches of the text that a format carries: what it says about them, and what is to stand in their place.

use std::ops::Range;

/// A stretch of the text about which the format says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Bytes of the text of the source.
    pub range: Range<usize>,
    /// What is said.
    pub kind: MarkKind,
}

/// What a format can say about a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MarkKind {
    /// The subject of a mail or of the front matter; a paragraph of its own at the start of the text.
    Subject,
    /// Somebody else's words: a `blockquote`, a `gmail_quote`, a forwarded message.
    Quoted,
    /// A signature block.
    Signature,
    /// A heading.
    Heading,
    /// One item of a list, its bullet left out.
    ListItem,
    /// Not prose: code blocks, tables of figures.
    Skipped,
}

/// A replacement of a stretch of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced (bytes of the text); empty to put something in.
    pub range: Range<usize>,
    /// What is put there.
    pub text: String,
}

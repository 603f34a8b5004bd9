//! What a format says about stretches of the text that it carries.

use std::ops::Range;

/// A stretch of the text about which the format says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Bytes of [`Source::text`].
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

//! In: what the readers know of a body of text: where it stands in the file and how it was brought there. Out: a [`Leaf`], by which
//! an edit of the text finds its way back into the file. Refuses to encode anything.

use std::ops::Range;

use encoding_rs::Encoding;

use super::transfer::Transfer;

/// A body of text and how the file carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf {
    /// Bytes of the text.
    pub(super) text: Range<usize>,
    /// Bytes of the file.
    pub(super) place: Range<usize>,
    pub(super) transfer: Transfer,
    /// The charset that was told for it, if any.
    pub(super) told: Option<&'static Encoding>,
    pub(super) form: Form,
    /// Its bytes may only be ASCII: a mail that says nothing of 8-bit text, or a text without a charset.
    pub(super) ascii: bool,
}

/// What stands between the characters of a body and its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Nothing.
    Plain,
    /// Nothing but front matter.
    Text,
    Markdown,
    Html,
    /// `format=flowed`, perhaps with `delsp=yes`.
    Flowed {
        delete_space: bool,
    },
    /// The value of an unstructured header field.
    Header,
}

//! In: bytes of a file. Out: the place as reports name it. Refuses to know what stands there.

use std::{borrow::Cow, ops::Range};

use crate::{
    diagnostic::Diagnostic,
    source::{LineIndex, Source},
};

/// A stretch of a file. Lines and columns count from 1, columns in characters; the end is behind the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
}

impl Place {
    pub(super) fn new(range: Range<usize>, lines: &LineIndex<'_>) -> Place {
        let (line, column) = lines.line_column(range.start);
        let (end_line, end_column) = lines.line_column(range.end);
        Place { start: range.start, end: range.end, line, column, end_line, end_column }
    }
}

impl Diagnostic {
    /// Where it stands in the file (bytes of it).
    #[must_use]
    pub fn place(&self, source: &Source) -> Range<usize> {
        match &self.outside {
            Some(outside) => source.of_archive(outside.clone()),
            None => source.in_file(self.range.clone()),
        }
    }
}

/// A path as tooling compares it with those of a repository: with slashes, and without `./` in front.
pub(super) fn slashed(path: &str) -> Cow<'_, str> {
    let path = if cfg!(windows) { Cow::Owned(path.replace('\\', "/")) } else { Cow::Borrowed(path) };
    match path.strip_prefix("./") {
        Some(rest) => Cow::Owned(rest.to_owned()),
        None => path,
    }
}

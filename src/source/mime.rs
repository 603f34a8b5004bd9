//! In: the body of a multipart. Out: where its parts stand. Refuses to look into them.

use std::ops::Range;

use super::header::line_end;

/// The parts of a multipart body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Split {
    /// Each from its header to the line end before the next boundary, that left out.
    pub(super) parts: Vec<Range<usize>>,
    /// The closing boundary was found.
    pub(super) closed: bool,
}

/// Splits a stretch of the file at the lines that are boundaries.
pub(super) fn split(file: &[u8], range: Range<usize>, boundary: &[u8]) -> Split {
    let mut split = Split::default();
    if boundary.is_empty() {
        return split;
    }
    let mut open: Option<usize> = None;
    let mut at = range.start;
    while at < range.end {
        let end = line_end(file, at..range.end);
        let found =
            file[at..end].strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary)).map(<[u8]>::trim_ascii);
        if let Some(rest @ (b"" | b"--")) = found {
            if let Some(start) = open {
                split.parts.push(start..without_line_end(file, start..at));
            }
            if rest == b"--" {
                split.closed = true;
                return split;
            }
            open = Some(end);
        }
        at = end;
    }
    if let Some(start) = open.filter(|&start| start < range.end) {
        split.parts.push(start..range.end);
    }
    split
}

/// The line end before a boundary belongs to the boundary.
fn without_line_end(file: &[u8], range: Range<usize>) -> usize {
    let part = &file[range.clone()];
    let part = part.strip_suffix(b"\n").map_or(part, |part| part.strip_suffix(b"\r").unwrap_or(part));
    range.start + part.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let file = b"preamble\r\n--b\r\none\r\n--b \r\n\r\ntwo\n--bb\n\n--b--\nepilogue";
        let split = split(file, 0..file.len(), b"b");
        let parts: Vec<_> = split.parts.iter().map(|range| &file[range.clone()]).collect();
        assert_eq!(parts, [&b"one"[..], b"\r\ntwo\n--bb\n"]);
        assert!(split.closed);
    }

    #[test]
    fn broken() {
        for (file, part) in [(&b"--b\nx"[..], 4..5), (b"--b\n--b\n", 4..4)] {
            let split = split(file, 0..file.len(), b"b");
            assert_eq!((split.parts.as_slice(), split.closed), (std::slice::from_ref(&part), false));
        }
        assert!(split(b"text", 0..4, b"").parts.is_empty());
    }
}

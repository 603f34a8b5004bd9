//! In: a draft and a reason. Out: the edit that makes the draft declare it: in front matter, in a mail in its header. Refuses pages of HTML,
//! which have a place for neither.

use std::ops::Range;

use super::letter::Letter;
use crate::{
    rule::Reason,
    source::{Format, Source},
};

/// What is replaced in the editor's text, and by what.
pub(super) fn edit(text: &str, letter: &Letter, reason: Reason) -> Option<(Range<usize>, String)> {
    edit_of(text, &letter.source, reason)
}

fn edit_of(text: &str, source: &Source, reason: Reason) -> Option<(Range<usize>, String)> {
    if let Some((_, at)) = &source.declared.reason {
        return Some((at.clone(), reason.name().to_owned()));
    }
    let end = line_end(text);
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    // Where the letter begins behind a first line of this kind, that line opens front matter.
    let behind = source.map.to_source(0..0).start > 0 || source.text.is_empty();
    match (source.format, first.trim_end()) {
        (Format::Html, _) => None,
        (Format::Mail, _) if has_header(text) => {
            // The line `From somebody` of a mailbox stands in front of the header.
            let at = if first.starts_with("From ") { first.len() } else { 0 };
            Some((at..at, format!("Partwell-Reason: {reason}{end}")))
        }
        (_, "---") if behind => Some((first.len()..first.len(), format!("reason: {reason}{end}"))),
        (_, "+++") if behind => Some((first.len()..first.len(), format!("reason = \"{reason}\"{end}"))),
        _ => Some((0..0, format!("---{end}reason: {reason}{end}---{end}"))),
    }
}

/// Whether a mail has a header: what has none is read as plain text.
pub(super) fn has_header(text: &str) -> bool {
    let line = text.lines().find(|line| !line.starts_with("From ")).unwrap_or_default();
    line.split_once(':')
        .is_some_and(|(name, _)| !name.is_empty() && name.trim_end().bytes().all(|b| b.is_ascii_graphic()))
}

/// How the lines of a text end.
pub(super) fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source;

    #[test]
    fn the_reason_is_declared_and_changed() {
        for (format, text) in [
            (Format::Text, "Dear X,\n"),
            (Format::Text, ""),
            (Format::Text, "---\nsubject: Bye\n---\nDear X,\n"),
            (Format::Text, "---\n---\nDear X,\n"),
            (Format::Text, "---\nDear X,\n---\n"),
            (Format::Markdown, "+++\r\nlang = \"en\"\r\n+++\r\nDear X,\r\n"),
            (Format::Mail, "Subject: Bye\n\nDear X,\n"),
            (Format::Mail, "From x Mon\nSubject: Bye\n\nDear X,\n"),
            (Format::Mail, "Dear X,\n\nBye."),
        ] {
            let mut text = text.to_owned();
            for reason in [Reason::NonPayment, Reason::Abusive] {
                let source = source::read("x", text.clone().into_bytes(), format).unwrap();
                let (range, new) = edit_of(&text, &source, reason).unwrap();
                text.replace_range(range, &new);
                let read = source::read("x", text.clone().into_bytes(), format).unwrap();
                assert_eq!(read.declared.reason.unwrap().0, reason.name(), "{text}");
                assert_eq!(text.contains('\r'), format == Format::Markdown);
            }
            assert_eq!(text.matches("eason").count(), 1, "{text}");
        }
        let page = source::read("x", b"<p>Dear X</p>".to_vec(), Format::Html).unwrap();
        assert_eq!(edit_of("<p>Dear X</p>", &page, Reason::Scope), None);
    }
}

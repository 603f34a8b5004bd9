//! In: decoded Markdown with `\n` line ends, perhaps with front matter. Out: its text without the markup, with headings, list
//! items and quotations marked. Leaves out code blocks, tables, images and comments. Refuses to judge headings.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{MarkKind, html, piece::Piece, text::with_front_matter, writer::Writer};

/// Reads a Markdown draft.
pub(super) fn read(below: Piece) -> Piece {
    with_front_matter(below, |body, at| {
        let mut reader = Reader { text: body, at, ..Reader::default() };
        for (event, range) in
            Parser::new_ext(body, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES).into_offset_iter()
        {
            reader.event(event, range);
        }
        reader.writer.finish()
    })
}

#[derive(Default)]
struct Reader<'a> {
    text: &'a str,
    /// Where `text` stands in the layer below.
    at: usize,
    writer: Writer,
    /// For each open list whether it has an item already.
    lists: Vec<bool>,
    /// How many open elements are left out.
    skipped: usize,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, range),
            Event::End(tag) => self.end(tag),
            _ if self.skipped > 0 => {}
            Event::Text(text) => self.put(&text, range),
            Event::Code(text) => {
                // The range takes in the backticks.
                let inner =
                    self.text[range.clone()].find(&*text).map(|at| range.start + at..range.start + at + text.len());
                self.put(&text, inner.unwrap_or(range));
            }
            Event::SoftBreak | Event::HardBreak => self.writer.line_break(self.at + range.start..self.at + range.end),
            Event::InlineHtml(tag) if html::is_line_break(&tag) => {
                self.writer.line_break(self.at + range.start..self.at + range.end);
            }
            Event::InlineHtml(tag) => {
                if let Some(content) = tag.strip_prefix("<!--").and_then(|tag| tag.strip_suffix("-->")) {
                    self.writer.comment(content, self.at + range.start + "<!--".len());
                }
            }
            Event::Rule => self.writer.paragraph(),
            _ => {}
        }
    }

    /// Text as it stands, or an entity.
    fn put(&mut self, text: &str, range: Range<usize>) {
        let source = self.at + range.start..self.at + range.end;
        if self.text.get(range) == Some(text) {
            self.writer.collapsed(text, source.start);
        } else {
            self.writer.word(text, source);
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::CodeBlock(_) | Tag::Table(_) | Tag::Image { .. } | Tag::MetadataBlock(_) => self.skipped += 1,
            _ if self.skipped > 0 => {}
            Tag::HtmlBlock => {
                self.writer.paragraph();
                html::write(&self.text[range.clone()], self.at + range.start, &mut self.writer);
                self.writer.paragraph();
            }
            Tag::Paragraph => self.writer.paragraph(),
            Tag::Heading { .. } => self.open(MarkKind::Heading),
            Tag::BlockQuote(_) => self.open(MarkKind::Quoted),
            Tag::List(_) => self.lists.push(false),
            Tag::Item => {
                let nested = self.lists.len() > 1;
                let first = self.lists.last_mut().is_some_and(|has_item| !std::mem::replace(has_item, true));
                self.writer.item(first && !nested);
                self.writer.open(MarkKind::ListItem);
            }
            _ => {}
        }
    }

    fn open(&mut self, kind: MarkKind) {
        self.writer.paragraph();
        self.writer.open(kind);
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock | TagEnd::Table | TagEnd::Image | TagEnd::MetadataBlock(_) => {
                self.skipped -= 1;
                if tag != TagEnd::Image {
                    self.writer.paragraph();
                }
            }
            _ if self.skipped > 0 => {}
            TagEnd::Paragraph => self.writer.paragraph(),
            TagEnd::Heading(_) | TagEnd::BlockQuote(_) => {
                self.writer.close();
                self.writer.paragraph();
            }
            TagEnd::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.writer.paragraph();
                }
            }
            TagEnd::Item => self.writer.close(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, Source, read};
    use super::*;

    fn source(text: &str) -> Source {
        read("x.md", text.as_bytes().to_vec(), Format::Markdown).unwrap()
    }

    fn raw<'a>(source: &'a Source, needle: &str) -> &'a str {
        let at = source.text.find(needle).unwrap();
        std::str::from_utf8(&source.bytes[source.map.to_source(at..at + needle.len())]).unwrap()
    }

    #[test]
    fn a_letter() {
        let source = source(
            "---\nsubject: Goodbye\n---\n# Your account\r\n\r\nDear **Ms Hartnell**, you &amp; we\\*\nhave a [plan](http://x).\n\n\
             - one\n- *two*\n  - deep\n\n> quoted\n> words\n\n```\ncode\n```\n<!-- no -->\n\nBye `now`.\n",
        );
        assert_eq!(
            source.text,
            "Goodbye\n\nYour account\n\nDear Ms Hartnell, you & we*\nhave a plan.\n\n- one\n- two\n- deep\n\nquoted\nwords\n\nBye now."
        );
        let marks: Vec<_> = source.marks.iter().map(|mark| (&source.text[mark.range.clone()], mark.kind)).collect();
        assert_eq!(
            marks,
            [
                ("Goodbye", MarkKind::Subject),
                ("Your account", MarkKind::Heading),
                ("one", MarkKind::ListItem),
                ("two", MarkKind::ListItem),
                ("deep", MarkKind::ListItem),
                ("quoted\nwords", MarkKind::Quoted),
            ]
        );
        assert_eq!(raw(&source, "&"), "&amp;");
        assert_eq!(raw(&source, "Ms Hartnell, you"), "Ms Hartnell**, you");
        assert_eq!(raw(&source, "now"), "now");
        assert_eq!(raw(&source, "we*"), "we\\*");
        assert_eq!(raw(&source, "Goodbye"), "Goodbye");
    }
}

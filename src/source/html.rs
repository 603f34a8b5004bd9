//! In: decoded HTML with `\n` line ends. Out: the text that a person sees, with quoted mail, signatures, headings and list items
//! marked. Leaves out the head, scripts, styles and what is hidden. Refuses to lay out: tables and boxes are paragraphs.

use std::ops::Range;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use super::{MarkKind, charset, html_entity, html_kind::Kind, piece::Piece, writer::Writer};

/// Elements deeper than this are not told apart.
const MAX_DEPTH: usize = 400;

/// Reads an HTML draft.
pub(super) fn read(below: Piece) -> Piece {
    let mut writer = Writer::default();
    write(&below.text, 0, &mut writer);
    let mut piece = writer.finish();
    piece.notes = below.notes;
    piece.over(&below.map)
}

/// Writes the visible text of a page or a fragment that stands at `at` in the layer below.
pub(super) fn write(text: &str, at: usize, writer: &mut Writer) {
    let mut emitter = DefaultEmitter::new_with_span();
    emitter.naively_switch_states(true);
    let mut reader = Reader { text, at, writer, open: Vec::new(), skipped: 0, pre: 0, lists: Vec::new() };
    for token in Tokenizer::new_with_emitter(text, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => reader.start(&tag),
            Token::EndTag(tag) => reader.end(&tag.name),
            Token::String(string) => reader.string(string.span.start..string.span.end),
            Token::Comment(comment) => reader.comment(comment.span.start..comment.span.end),
            _ => {}
        }
    }
    while !reader.open.is_empty() {
        reader.close();
    }
}

/// Whether this tag ends a line.
pub(super) fn is_line_break(tag: &str) -> bool {
    let name = tag.trim_start_matches('<').trim_end_matches(['>', '/', ' ']);
    name.eq_ignore_ascii_case("br")
}

/// The encoding that a `meta` element near the beginning of a page names.
pub(super) fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(4096)].to_ascii_lowercase();
    let meta = head.windows(5).position(|window| window == b"<meta")?;
    let at = head[meta..].windows(7).position(|window| window == b"charset")? + meta + 7;
    let rest = head[at..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
    let len =
        rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b"-_:.".contains(byte)).unwrap_or(rest.len());
    let encoding = charset::named(std::str::from_utf8(&rest[..len]).ok()?)?;
    // Whoever could read this line as single bytes did not read UTF-16.
    if encoding == UTF_16LE || encoding == UTF_16BE { Some(UTF_8) } else { Some(encoding) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    writer: &'a mut Writer,
    open: Vec<Element>,
    /// How many open elements are not shown.
    skipped: usize,
    /// How many open elements keep their white space.
    pre: usize,
    /// For each open list whether it has an item already.
    lists: Vec<bool>,
}

struct Element {
    name: Vec<u8>,
    kind: Kind,
}

impl Reader<'_> {
    fn start(&mut self, tag: &StartTag<usize>) {
        let name: &[u8] = &tag.name;
        if name == b"br" {
            if self.skipped == 0 {
                self.writer.line_break(self.at + tag.span.start..self.at + tag.span.end);
            }
            return;
        }
        let attribute = |key: &[u8]| tag.attributes.get(key).map(|value| String::from_utf8_lossy(value).into_owned());
        let kind = Kind::of(name, attribute);
        if kind.block {
            self.close_implied(name);
            self.writer.paragraph();
        }
        if kind.rest {
            // Outlook puts the mail that is answered behind this element, not into it.
            self.writer.open_rest(MarkKind::Quoted);
        }
        if kind.void {
            return;
        }
        if self.open.len() < MAX_DEPTH {
            self.enter(Element { name: name.to_vec(), kind });
        }
    }

    fn enter(&mut self, element: Element) {
        let kind = element.kind;
        self.skipped += usize::from(kind.skipped);
        self.pre += usize::from(kind.pre);
        if kind.list {
            self.lists.push(false);
        }
        if kind.item && self.skipped == 0 {
            let nested = self.lists.len() > 1;
            let first = self.lists.last_mut().is_none_or(|has_item| !std::mem::replace(has_item, true));
            self.writer.item(first && !nested);
        }
        if let Some(mark) = kind.mark {
            self.writer.open(mark);
        }
        self.open.push(element);
    }

    fn close(&mut self) {
        let Some(Element { kind, .. }) = self.open.pop() else { return };
        self.skipped -= usize::from(kind.skipped);
        self.pre -= usize::from(kind.pre);
        if kind.list {
            self.lists.pop();
        }
        if kind.mark.is_some() {
            self.writer.close();
        }
        if kind.block {
            self.writer.paragraph();
        }
    }

    /// Closes what may be left open in HTML: a paragraph when a block begins, an item when the next one does.
    fn close_implied(&mut self, name: &[u8]) {
        if name == b"li" {
            let item = self.open.iter().rposition(|element| element.kind.item || element.kind.list);
            if let Some(item) = item.filter(|&item| self.open[item].kind.item) {
                self.close_to(item);
            }
        } else if self.open.last().is_some_and(|element| element.name == b"p") {
            self.close();
        }
    }

    fn close_to(&mut self, index: usize) {
        while self.open.len() > index {
            self.close();
        }
    }

    fn end(&mut self, name: &[u8]) {
        let in_table = matches!(name, b"td" | b"th" | b"tr" | b"tbody" | b"table");
        for index in (0..self.open.len()).rev() {
            let element = &self.open[index];
            if element.name == name {
                self.close_to(index);
                return;
            }
            // The end tag of something outside of the cell does not close the cell.
            if !in_table && matches!(element.name.as_slice(), b"td" | b"th" | b"table") {
                break;
            }
        }
        if name == b"p" || name == b"div" {
            self.writer.paragraph();
        }
    }

    /// Text between tags. The span also covers entities, which are found anew, each by itself.
    fn string(&mut self, span: Range<usize>) {
        let Some(text) = self.text.get(span.clone()).filter(|_| self.skipped == 0) else { return };
        let mut at = span.start;
        let mut rest = text;
        while let Some(found) = rest.find('&') {
            self.plain(&rest[..found], at);
            at += found;
            rest = &rest[found..];
            let len = html_entity::len(rest);
            let decoded = html_entity::decode(&rest[..len]);
            if decoded == rest[..len] {
                self.plain(&rest[..len], at);
            } else {
                self.writer.word(&decoded, self.at + at..self.at + at + len);
            }
            at += len;
            rest = &rest[len..];
        }
        self.plain(rest, at);
    }

    fn comment(&mut self, span: Range<usize>) {
        let written = self.text.get(span.clone()).unwrap_or_default();
        if let Some(content) = written.strip_prefix("<!--") {
            let content = content.strip_suffix("-->").unwrap_or(content);
            self.writer.comment(content, self.at + span.start + "<!--".len());
        }
    }

    fn plain(&mut self, text: &str, at: usize) {
        if self.pre == 0 {
            self.writer.collapsed(text, self.at + at);
            return;
        }
        let mut at = self.at + at;
        for line in text.split_inclusive('\n') {
            self.writer.collapsed(line.trim_end_matches('\n'), at);
            at += line.len();
            if line.ends_with('\n') {
                self.writer.line_break(at - 1..at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, MarkKind, Source, read};

    fn source(text: &str) -> Source {
        read("x.html", text.as_bytes().to_vec(), Format::Html).unwrap()
    }

    fn raw<'a>(source: &'a Source, needle: &str) -> &'a str {
        let at = source.text.find(needle).unwrap();
        std::str::from_utf8(&source.bytes[source.map.to_source(at..at + needle.len())]).unwrap()
    }

    fn marked(source: &Source) -> Vec<(&str, MarkKind)> {
        source.marks.iter().map(|mark| (&source.text[mark.range.clone()], mark.kind)).collect()
    }

    #[test]
    fn a_page() {
        let source = source(
            "<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head>\r\n<body><h1>Hi</h1>\r\n<p>Dear  <b>Ms\r\n Li</b>,\
             <p>caf&eacute; &amp; x&#8217;s &copy &bogus;<br>line<script>x()</script>\n<ul><li>one<li><p>two</p></ul>\
             <table><tr><td>cell</td></tr></table><!-- no --><div style='display: none'>pre</div><p>&nbsp;</p>end",
        );
        assert_eq!(
            source.text,
            "Hi\n\nDear Ms Li,\n\ncaf\u{e9} & x\u{2019}s \u{a9} &bogus;\nline\n\n- one\n- two\n\ncell\n\nend"
        );
        assert_eq!(
            marked(&source),
            [("Hi", MarkKind::Heading), ("one", MarkKind::ListItem), ("two", MarkKind::ListItem)]
        );
        assert_eq!(raw(&source, "\u{e9}"), "&eacute;");
        assert_eq!(raw(&source, "& x\u{2019}s"), "&amp; x&#8217;s");
        assert_eq!(raw(&source, "Dear Ms Li"), "Dear  <b>Ms\r\n Li");
        assert_eq!(raw(&source, "\nline"), "<br>line");
        assert_eq!(raw(&source, "end"), "end");
    }

    #[test]
    fn quotes_and_signatures() {
        let source = source(
            "<p>Bye<div class=\"gmail_signature x\">Ann</div></p><div class=gmail_quote><div>old</div><ul><li>it</ul></div><p>mine\
             <blockquote>q</blockquote><div id=divRplyFwdMsg>From: x</div><div>rest</div>",
        );
        assert_eq!(
            marked(&source),
            [
                ("Ann", MarkKind::Signature),
                ("old\n\n- it", MarkKind::Quoted),
                ("q", MarkKind::Quoted),
                ("From: x\n\nrest", MarkKind::Quoted)
            ]
        );
    }

    #[test]
    fn comments_that_suppress() {
        let text = "<head><!-- partwell-allow: blame; told -- so --></head><p>One <!--x--><b>two</b> \
                    <!--partwell-allow-next-line: opinion;\nagreed-->three<!-- partwell-allow: open";
        let source = source(text);
        assert_eq!(source.text, "One two three");
        let found: Vec<_> = source
            .declared
            .suppressions
            .iter()
            .map(|one| (&text[one.place.clone()], one.reason.as_str(), one.text_at))
            .collect();
        assert_eq!(found, [("blame", "told -- so", 0), ("opinion", "agreed", 7), ("open", "", 13)]);
    }

    #[test]
    fn told_encoding() {
        let (bytes, _, _) = encoding_rs::WINDOWS_1251
            .encode("<meta http-equiv=x content='text/html; charset=windows-1251'><p>\u{41f}\u{440}\u{438}");
        let source = read("x", bytes.to_vec(), Format::Html).unwrap();
        assert_eq!(source.text, "\u{41f}\u{440}\u{438}");
        assert_eq!(source.map.to_source(2..4), bytes.len() - 2..bytes.len() - 1);
    }

    #[test]
    fn hostile_nesting_is_quick() {
        let text = "<div><b><td>".repeat(20_000) + &"</div>".repeat(20_000) + &"<li><p>&#x".repeat(20_000);
        assert!(!source(&text).text.is_empty());
    }
}

//! In: an edit of the text of a page. Out: an edit of its HTML. Tags inside of what is replaced stay, but for pairs that would be
//! left empty; a paragraph that is put in looks like the one beside it. Refuses nothing: what went wrong shows when it is read.

use super::{Edit, body::Body};

/// The edit of the characters that makes this edit of the text.
pub(super) fn cut(body: &Body, edit: &Edit) -> Edit {
    let raw = body.raw.as_str();
    let range = body.map.to_source(edit.range.clone());
    if edit.range.is_empty() {
        if let Some(text) = edit.text.strip_prefix("\n\n") {
            return paragraph_behind(raw, range.start, text);
        }
        if let Some(text) = edit.text.strip_suffix("\n\n") {
            return paragraph_before(raw, range.start, text);
        }
    }
    let mut range = range;
    let mut kept = kept_tags(&raw[range.clone()]);
    // What opens inside and closes right behind goes too, and so does what opens right before.
    while let Some(open) = kept.last().filter(|tag| !tag.closes)
        && let Some(close) = Tag::at_start(&raw[range.end..]).filter(|tag| tag.closes && tag.is(open.name))
    {
        range.end += close.text.len();
        kept.pop();
    }
    while let Some(close) = kept.first().filter(|tag| tag.closes)
        && let Some(open) = Tag::at_end(&raw[..range.start]).filter(|tag| !tag.closes && tag.is(close.name))
    {
        range.start -= open.text.len();
        kept.remove(0);
    }
    if edit.text.is_empty() && kept.is_empty() {
        while let Some(wider) = emptied(raw, &range) {
            range = wider;
        }
    }
    let kept: String = kept.iter().map(|tag| tag.text).collect();
    Edit { range, text: escaped(&edit.text) + &kept }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "<br>")
}

fn paragraph_behind(raw: &str, at: usize, text: &str) -> Edit {
    // Behind the end tags that follow, up to the last that closes a paragraph or a list.
    let (mut place, mut end) = (None, at);
    while let Some(tag) = Tag::at_start(raw[end..].trim_start()) {
        let skipped = raw[end..].len() - raw[end..].trim_start().len();
        if !tag.closes || !(tag.is_block() || tag.is_inline()) {
            break;
        }
        end += skipped + tag.text.len();
        if tag.is_block() {
            place = Some(end);
        }
    }
    let text = escaped(text);
    match place {
        Some(place) => {
            let open = last_paragraph(&raw[..at]).unwrap_or("<p>");
            Edit { range: place..place, text: format!("\n{open}{text}</p>") }
        }
        None => Edit { range: at..at, text: format!("<br><br>{text}") },
    }
}

fn paragraph_before(raw: &str, at: usize, text: &str) -> Edit {
    let text = escaped(text);
    let mut before = raw[..at].trim_end();
    while let Some(tag) = Tag::at_end(before).filter(|tag| !tag.closes) {
        let start = before.len() - tag.text.len();
        if tag.is("p") {
            return Edit { range: start..start, text: format!("{}{text}</p>\n", tag.text) };
        }
        if !tag.is_inline() {
            break;
        }
        before = raw[..start].trim_end();
    }
    Edit { range: at..at, text: format!("{text}<br><br>") }
}

/// The start tag of the last paragraph, if it has no name of its own.
fn last_paragraph(before: &str) -> Option<&str> {
    let start = before.rfind("<p").or_else(|| before.rfind("<P"))?;
    let tag = Tag::at_start(&before[start..])?;
    (tag.is("p") && !tag.text.contains(" id=")).then_some(tag.text)
}

/// The element around the stretch if nothing else is in it.
fn emptied(raw: &str, range: &std::ops::Range<usize>) -> Option<std::ops::Range<usize>> {
    let before = raw[..range.start].trim_end();
    let after = raw[range.end..].trim_start();
    let open = Tag::at_end(before).filter(|tag| !tag.closes)?;
    let close = Tag::at_start(after).filter(|tag| tag.closes)?;
    let known = open.is_block() && !matches!(open.name.to_ascii_lowercase().as_str(), "ul" | "ol") || open.is_inline();
    let end = raw.len() - after.len() + close.text.len();
    (known && open.is(close.name)).then(|| before.len() - open.text.len()..end)
}

/// The tags and comments in a stretch, without line breaks and pairs that hold nothing but text.
fn kept_tags(stretch: &str) -> Vec<Tag<'_>> {
    let mut kept: Vec<Tag<'_>> = Vec::new();
    let mut rest = stretch;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let Some(tag) = Tag::at_start(rest) else {
            rest = &rest[1..];
            continue;
        };
        rest = &rest[tag.text.len()..];
        let pair = kept.last().is_some_and(|open| !open.closes && open.is(tag.name));
        if tag.closes && pair {
            kept.pop();
        } else if !tag.is("br") {
            kept.push(tag);
        }
    }
    kept
}

#[derive(Debug, Clone, Copy)]
struct Tag<'a> {
    /// From `<` to `>`.
    text: &'a str,
    /// Empty for a comment.
    name: &'a str,
    closes: bool,
}

impl<'a> Tag<'a> {
    fn at_start(text: &'a str) -> Option<Tag<'a>> {
        let inner = text.strip_prefix('<')?;
        if inner.starts_with("!--") {
            let end = text.find("-->")? + 3;
            return Some(Tag { text: &text[..end], name: "", closes: false });
        }
        let closes = inner.starts_with('/');
        let inner = inner.trim_start_matches('/');
        let name = &inner[..inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len())];
        let mut quote = None;
        // The end is the first `>` outside of a quoted value.
        let end = text.char_indices().find(|&(_, c)| match (quote, c) {
            (None, '"' | '\'') => {
                quote = Some(c);
                false
            }
            (Some(open), c) if open == c => {
                quote = None;
                false
            }
            (quote, c) => quote.is_none() && c == '>',
        });
        let end = end.filter(|_| name.starts_with(|c: char| c.is_ascii_alphabetic()))?.0;
        Some(Tag { text: &text[..=end], name, closes })
    }

    fn at_end(text: &'a str) -> Option<Tag<'a>> {
        let start = text.ends_with('>').then(|| text.rfind('<')).flatten()?;
        Tag::at_start(&text[start..]).filter(|tag| tag.text.len() == text.len() - start)
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Holds a paragraph and nothing beside it.
    fn is_block(&self) -> bool {
        matches!(
            self.name.to_ascii_lowercase().as_str(),
            "p" | "li" | "ul" | "ol" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
        )
    }

    fn is_inline(&self) -> bool {
        matches!(
            self.name.to_ascii_lowercase().as_str(),
            "a" | "b" | "strong" | "i" | "em" | "u" | "s" | "span" | "font" | "small" | "big" | "mark"
        )
    }
}

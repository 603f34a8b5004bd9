//! In: an edit of the text of a Markdown draft. Out: an edit of its Markdown. Emphasis and links go with the words that they are
//! of, an item goes with its bullet. Refuses nothing: what went wrong shows when it is read.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::{Edit, body::Body};

/// The edit of the characters that makes this edit of the text.
pub(super) fn cut(body: &Body, edit: &Edit) -> Edit {
    let raw = body.raw.as_str();
    let range = body.map.to_source(edit.range.clone());
    if edit.range.is_empty() && edit.text.starts_with("\n\n") {
        // Behind the markup that ends the paragraph.
        let end = raw[range.start..].find('\n').map_or(raw.len(), |len| range.start + len);
        return Edit { range: end..end, text: escaped(&edit.text) };
    }
    if edit.range.is_empty() && edit.text.ends_with("\n\n") {
        let start = raw[..range.start].rfind('\n').map_or(0, |at| at + 1);
        return Edit { range: start..start, text: escaped(&edit.text) };
    }
    let mut range = if edit.range.is_empty() { range } else { with_markup(raw, range) };
    if edit.text.is_empty() {
        range = with_lines(raw, range);
    }
    Edit { range, text: escaped(&edit.text) }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '`' | '<' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The stretch with the markup of all elements whose text lies inside of it.
fn with_markup(raw: &str, range: Range<usize>) -> Range<usize> {
    // Inline markup never leaves its block, so it is enough to read from the last blank line on.
    let from = raw[..range.start].rfind("\n\n").map_or(0, |at| at + 2);
    let to = raw[range.end..].find("\n\n").map_or(raw.len(), |at| range.end + at);
    let mut wide = range.clone();
    let mut open: Vec<(Range<usize>, Option<Range<usize>>)> = Vec::new();
    for (event, place) in Parser::new_ext(&raw[from..to], Options::ENABLE_STRIKETHROUGH).into_offset_iter() {
        let place = from + place.start..from + place.end;
        match event {
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. }) => {
                open.push((place, None));
            }
            Event::Start(_) => open.push((0..0, None)),
            Event::End(_) => {
                let Some((element, text)) = open.pop() else { continue };
                let inside = text.is_some_and(|text| range.start <= text.start && text.end <= range.end);
                if inside && !element.is_empty() {
                    wide = wide.start.min(element.start)..wide.end.max(element.end);
                }
            }
            Event::Text(_) | Event::Code(_) => {
                for (_, text) in &mut open {
                    let start = text.as_ref().map_or(place.start, |text| text.start);
                    *text = Some(start..place.end);
                }
            }
            _ => {}
        }
    }
    wide
}

/// A stretch that is taken out, with what would be left of its lines: white space, a bullet, an empty line.
fn with_lines(raw: &str, range: Range<usize>) -> Range<usize> {
    let start = raw[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = raw[range.end..].find('\n').map_or(raw.len(), |len| range.end + len);
    let before = raw[start..range.start].trim();
    let bullet = matches!(before, "" | "-" | "*" | "+")
        || before.strip_suffix(['.', ')']).is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()));
    if !bullet || !raw[range.end..end].trim().is_empty() {
        return range;
    }
    let rest = &raw[end..];
    let blank = rest.len() - rest.trim_start_matches('\n').len();
    // Of the empty lines on both sides one side is enough; of an item only its own line goes.
    let taken = if before.is_empty() || raw[..start].trim().is_empty() { blank } else { blank.min(1) };
    start..end + taken
}

//! In: a checked draft. Out: its parts with their lines, and its elements as they were heard, for people. Refuses to name faults.

use std::{fmt::Write as _, ops::Range};

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::{Checked, Look, safe, text::shortened};
use crate::{diagnostic::LetterKind, rule::Texts, source::LineIndex};

const STRONG: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// The outline of one draft, in the words of the reader's language.
#[must_use]
pub fn text(checked: &Checked, texts: Option<&Texts>, look: Look) -> String {
    let (source, verdict) = (&checked.source, &checked.verdict);
    let texts = texts.unwrap_or_else(|| Texts::fallback());
    let lines = LineIndex::of(source);
    let line = |at: usize| lines.line_column(at).0;
    let kind = match verdict.letter {
        LetterKind::Termination => texts.ui("outline-ends"),
        LetterKind::Other => texts.ui("outline-ends-not"),
    };
    let mut out = format!("{STRONG}{}{STRONG:#}: {}, {kind}", safe::line(&source.name, look.unicode), verdict.language);
    if let Some(reason) = &verdict.reason {
        let _ = write!(out, ", {}", texts.ui_about("outline-reason", reason));
    }
    out.push('\n');
    let mut rows = Vec::new();
    for (kind, range) in &verdict.parts {
        let place = source.in_file(range.clone());
        let (first, last) = (line(place.start), line(place.end));
        let place = if first == last { first.to_string() } else { format!("{first}-{last}") };
        rows.push((place, texts.part(*kind), source.text[range.clone()].to_owned()));
    }
    table(&mut out, texts.ui("outline-parts"), &rows, look);
    rows.clear();
    for (element, ranges) in &verdict.elements {
        let title = texts.element(element);
        if ranges.is_empty() {
            rows.push(("-".to_owned(), title.to_owned(), String::new()));
        }
        for range in ranges {
            let Range { start, .. } = source.in_file(range.clone());
            let (line, column) = lines.line_column(start);
            rows.push((format!("{line}:{column}"), title.to_owned(), source.text[range.clone()].to_owned()));
        }
    }
    table(&mut out, texts.ui("outline-elements"), &rows, look);
    let attachments = source.mail.iter().flat_map(|mail| &mail.attachments);
    rows = attachments.map(|one| (line(one.range.start).to_string(), one.name.clone(), String::new())).collect();
    if !rows.is_empty() {
        table(&mut out, texts.ui("outline-attachments"), &rows, look);
    }
    out
}

fn table(out: &mut String, title: &str, rows: &[(String, String, String)], look: Look) {
    let places = rows.iter().map(|(place, ..)| place.len()).max().unwrap_or(0);
    let names = rows.iter().map(|(_, name, _)| name.width()).max().unwrap_or(0);
    let _ = writeln!(out, "{STRONG}{title}{STRONG:#}");
    for (place, name, words) in rows {
        let pad = " ".repeat(names - name.width());
        let words = shortened(words, look.width.saturating_sub(places + names + 6), look);
        let _ = writeln!(
            out,
            "{}",
            format!("  {DIM}{place:>places$}{DIM:#}  {}{pad}  {words}", safe::line(name, look.unicode)).trim_end()
        );
    }
}

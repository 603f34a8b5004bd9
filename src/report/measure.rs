//! In: a measured run, what changed against a stored one, what is past a budget. Out: tables for people, one JSON object for
//! programs. Refuses to count anything anew.

use std::{collections::BTreeMap, fmt::Write as _};

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::{Look, safe, text::shortened};
use crate::{
    diagnostic::Severity,
    measure::{Comparison, Difference, Figures, Past, Run, Scores, Share},
};

const STRONG: Style = Style::new().bold();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();

/// All that `partwell rules measure` has to say, for programs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report<'a> {
    /// The run, as it is stored.
    #[serde(flatten)]
    pub run: &'a Run,
    /// What changed against a stored run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<&'a Comparison>,
    /// What is past the budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub past_budget: Option<&'a [Past]>,
}

/// A run: how often each rule fires, and how right that is where letters are labelled.
#[must_use]
pub fn run(run: &Run, look: Look) -> String {
    let mut out = format!("{STRONG}{}", number(run.letters.len(), "letter"));
    let _ = write!(out, ", {} judged", run.judged());
    if run.unknown() > 0 {
        let _ = write!(out, ", {} in an unknown language", run.unknown());
    }
    let _ = writeln!(out, "; {}{STRONG:#}\n", number(run.sentences, "sentence"));
    out.push_str(&firings(run, look));
    if !run.scores.is_empty() {
        out.push('\n');
        out.push_str(&scores(&run.scores, look));
    }
    out
}

fn firings(run: &Run, look: Look) -> String {
    let right = run.scores.get("all");
    let mut rows = Vec::new();
    for (rule, count) in &run.rules {
        let figures = right.and_then(|scores| scores.rules.get(rule));
        if count.firings + count.likely == 0 && figures.is_none() {
            continue;
        }
        let mut row = vec![
            rule.clone(),
            count.firings.to_string(),
            format!("{:.2}", count.per_thousand),
            count.likely.to_string(),
        ];
        if right.is_some() {
            let of = |get: fn(&Figures) -> f64| figures.map_or_else(|| "-".to_owned(), |figures| shown(get(figures)));
            row.extend([of(|figures| figures.precision), of(|figures| figures.recall), of(|figures| figures.f1)]);
            row.push(figures.map_or_else(|| "-".to_owned(), |figures| figures.labelled.to_string()));
        }
        rows.push(row);
    }
    if rows.is_empty() {
        return "no rule fired\n".to_owned();
    }
    let mut head = vec!["rule", "firings", "per 1000", "likely"];
    if right.is_some() {
        head.extend(["precision", "recall", "f1", "labelled"]);
    }
    table(&head, &rows, look)
}

fn scores(scores: &BTreeMap<String, Scores>, look: Look) -> String {
    let head = [
        "labelled",
        "letters",
        "precision",
        "recall",
        "f1",
        "loose",
        "missing",
        "over",
        "gate",
        "language",
        "clean",
        "quiet",
    ];
    let f1 = |figures: Option<Figures>| figures.map_or_else(|| "-".to_owned(), |figures| shown(figures.f1));
    let part =
        |share: Option<Share>| share.map_or_else(|| "-".to_owned(), |share| format!("{}/{}", share.right, share.of));
    // The row of all languages comes last.
    let (all, languages): (Vec<_>, Vec<_>) = scores.iter().partition(|(language, _)| *language == "all");
    let row = |(language, scores): (&String, &Scores)| {
        let span = |get: fn(&Figures) -> f64| scores.span.map_or_else(|| "-".to_owned(), |span| shown(get(&span)));
        vec![
            language.clone(),
            scores.letters.to_string(),
            span(|span| span.precision),
            span(|span| span.recall),
            span(|span| span.f1),
            f1(scores.span_loose),
            f1(scores.missing),
            f1(scores.over_justification),
            f1(scores.gate),
            part(scores.language),
            part(scores.clean),
            part(scores.quiet),
        ]
    };
    let rows: Vec<Vec<String>> = languages.into_iter().chain(all).map(row).collect();
    table(&head, &rows, look)
}

/// What changed against a stored run.
#[must_use]
pub fn comparison(comparison: &Comparison, name: &str, look: Look) -> String {
    let mut out = format!(
        "\n{STRONG}against {}{STRONG:#}: {} in both",
        safe::line(name, look.unicode),
        number(comparison.letters, "letter")
    );
    for (count, which) in [(comparison.only_before, "only there"), (comparison.only_now, "only here")] {
        if count > 0 {
            let _ = write!(out, ", {count} {which}");
        }
    }
    out.push('\n');
    let crossed = comparison.now_judged.len() + comparison.no_longer_judged.len();
    if comparison.rules.is_empty() && comparison.scores.is_empty() && crossed == 0 {
        out.push_str("nothing changed\n");
        return out;
    }
    let rows: Vec<Vec<String>> = comparison
        .rules
        .iter()
        .map(|(rule, change)| {
            let counts = [change.before, change.now, change.gained, change.lost].map(|count| count.to_string());
            std::iter::once(rule.clone()).chain(counts).collect()
        })
        .collect();
    if !rows.is_empty() {
        let _ = write!(out, "\n{}", table(&["rule", "before", "now", "gained", "lost"], &rows, look));
    }
    let figure = |(language, figures): (&String, &BTreeMap<String, (f64, f64)>)| {
        let row =
            |(name, (old, new)): (&String, &(f64, f64))| vec![format!("{language}.{name}"), shown(*old), shown(*new)];
        figures.iter().map(row).collect::<Vec<_>>()
    };
    let rows: Vec<Vec<String>> = comparison.scores.iter().flat_map(figure).collect();
    if !rows.is_empty() {
        let _ = write!(out, "\n{}", table(&["figure", "before", "now"], &rows, look));
    }
    out.push('\n');
    for (sign, letters, what) in [
        ('+', &comparison.now_judged, "now taken for a letter that ends a relationship"),
        ('-', &comparison.no_longer_judged, "no longer taken for a letter that ends a relationship"),
    ] {
        for letter in letters {
            let _ = writeln!(out, "{sign} {}: {what}", safe::line(letter, look.unicode));
        }
    }
    comparison.gained.iter().for_each(|gained| difference(&mut out, '+', gained, look));
    comparison.lost.iter().for_each(|lost| difference(&mut out, '-', lost, look));
    out
}

/// One line: `+ blame, right  letters.jsonl#7: You failed to pay`. Green is what makes the rules better.
fn difference(out: &mut String, sign: char, difference: &Difference, look: Look) {
    let firing = &difference.firing;
    let better = firing.right.map(|right| right == (sign == '+'));
    let style = better.map_or(Style::new(), |better| if better { GOOD } else { BAD });
    let right = firing.right.map_or("", |right| if right { ", right" } else { ", wrong" });
    let note = if firing.severity == Severity::Note { ", note" } else { "" };
    let head = format!("{sign} {}{note}{right}  {}", firing.rule, difference.letter);
    let head = safe::line(&head, look.unicode);
    let words = shortened(&firing.words, look.width.saturating_sub(head.width() + 2).max(20), look);
    let colon = if words.is_empty() { "" } else { ": " };
    let _ = writeln!(out, "{style}{head}{style:#}{colon}{words}");
}

/// What is past the budget, one a line; or that nothing is.
#[must_use]
pub fn budget(past: &[Past], look: Look) -> String {
    let mut out = String::from("\n");
    for past in past {
        let (name, bound) = match past.figure.strip_prefix("max-per-thousand.") {
            Some(rule) => (format!("{rule} per 1000 sentences"), "at most"),
            None => (past.figure.trim_start_matches("min.").to_owned(), "at least"),
        };
        let measured =
            past.measured.map_or_else(|| "was not measured".to_owned(), |figure| format!("is {}", shown(figure)));
        let _ = writeln!(
            out,
            "{BAD}past the budget{BAD:#}: {} {measured}, {bound} {} is asked for",
            safe::line(&name, look.unicode),
            shown(past.budget)
        );
    }
    if past.is_empty() {
        let _ = writeln!(out, "{GOOD}within the budget{GOOD:#}");
    }
    out
}

/// The first column on the left, the others on the right.
fn table(head: &[&str], rows: &[Vec<String>], look: Look) -> String {
    let head: Vec<String> = head.iter().map(|title| (*title).to_owned()).collect();
    let cell = |row: &Vec<String>, column: usize| safe::line(&row[column], look.unicode).into_owned();
    let widths: Vec<usize> = (0..head.len())
        .map(|column| rows.iter().chain([&head]).map(|row| cell(row, column).width()).max().unwrap_or(0))
        .collect();
    let mut out = String::new();
    for (index, row) in std::iter::once(&head).chain(rows).enumerate() {
        let style = if index == 0 { STRONG } else { Style::new() };
        let _ = write!(out, "{style}");
        for (column, width) in widths.iter().enumerate() {
            let cell = cell(row, column);
            let pad = " ".repeat(width - cell.width());
            let _ = if column == 0 { write!(out, "{cell}{pad}") } else { write!(out, "  {pad}{cell}") };
        }
        let _ = writeln!(out, "{style:#}");
    }
    out
}

fn shown(figure: f64) -> String {
    format!("{figure:.3}")
}

fn number(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

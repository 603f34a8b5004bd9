//! In: rules and their texts. Out: a list of rules, the explanation of one, the result of trying their examples, for people. Refuses
//! to know which rules hold.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::{Look, json, safe};
use crate::rule::{Rule, RuleBook, RuleKind, Texts};

const STRONG: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const MARKED: Style = AnsiColor::Yellow.on_default().underline();

/// So many examples of each kind are shown: enough to see what is meant.
const EXAMPLES: usize = 5;

/// What is listed of a rule.
#[must_use]
pub fn shape<'a>(rule: &'a Rule, texts: Option<&'a Texts>) -> json::Rule<'a> {
    json::Rule {
        id: &rule.id,
        kind: kind(rule.kind),
        severity: rule.severity,
        enabled: rule.enabled,
        title: texts.and_then(|texts| texts.rule(&rule.id)).map_or("", |text| &text.title),
        cues: &rule.cues,
        sources: texts.map_or(&rule.sources, |texts| texts.sources(rule)),
    }
}

fn kind(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Forbid => "forbid",
        RuleKind::Require => "require",
        RuleKind::Limit => "limit",
    }
}

/// All rules, one a line, in the words of the reader's language.
#[must_use]
pub fn list(rules: &[json::Rule<'_>], texts: Option<&Texts>, look: Look) -> String {
    let texts = texts.unwrap_or_else(|| Texts::fallback());
    let state = |rule: &json::Rule| if rule.enabled { texts.severity(rule.severity) } else { texts.ui("off") };
    let width = |of: &dyn Fn(&json::Rule) -> usize| rules.iter().map(of).max().unwrap_or(0);
    let widths = [
        width(&|rule| rule.id.width()),
        width(&|rule| texts.ui(rule.kind).width()),
        width(&|rule| state(rule).width()),
    ];
    let mut out = String::new();
    for rule in rules {
        let cells = [rule.id, texts.ui(rule.kind), state(rule)];
        for (index, (cell, width)) in cells.into_iter().zip(widths).enumerate() {
            let style = if index == 0 { STRONG } else { Style::new() };
            let pad = " ".repeat(width - cell.width() + 2);
            let _ = write!(out, "{style}{}{style:#}{pad}", safe::line(cell, look.unicode));
        }
        let _ = writeln!(out, "{}", safe::line(rule.title, look.unicode));
    }
    out
}

/// The result of `rules test`.
#[must_use]
pub fn tested(ran: usize, failed: usize, unused: usize) -> String {
    let plural = |number: usize, one: &str| if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") };
    let failed = if failed == 0 { "all hold".to_owned() } else { plural(failed, "flaw") };
    let unused =
        if unused == 0 { String::new() } else { format!("; {} that no example needs", plural(unused, "pattern")) };
    format!("{STRONG}{} tried: {failed}{unused}{STRONG:#}\n", plural(ran, "example"))
}

/// All that is known of a rule.
#[must_use]
pub fn explained(rule: &Rule, book: &RuleBook, language: &str, look: Look) -> String {
    let texts = book.texts(language);
    let words = texts.unwrap_or_else(|| Texts::fallback());
    let state = if rule.enabled { words.severity(rule.severity) } else { words.ui("off") };
    let mut page = Page { out: String::new(), look };
    let _ = writeln!(
        page.out,
        "{STRONG}{}{STRONG:#} {DIM}({}, {state}){DIM:#}",
        safe::line(&rule.id, look.unicode),
        words.ui(kind(rule.kind))
    );
    if let Some(text) = texts.and_then(|texts| texts.rule(&rule.id)) {
        page.paragraph(&text.title, "");
        page.section(words.ui("explain-says"), std::slice::from_ref(&text.message));
        page.section(words.ui("explain-why"), std::slice::from_ref(&text.why));
        page.section(words.ui("explain-help"), &text.help);
        page.section(words.ui("explain-insert"), &text.insert);
    }
    let wanted = matches!(rule.kind, RuleKind::Require);
    let examples: Vec<_> = rule.cues.iter().map(|cue| book.examples(language, cue)).collect();
    let (heard, not_heard) =
        if wanted { ("explain-counts", "explain-counts-not") } else { ("explain-found", "explain-found-not") };
    page.examples(words.ui(heard), examples.iter().map(|(bad, _)| bad));
    page.examples(words.ui(not_heard), examples.iter().map(|(_, good)| good));
    page.section(words.ui("explain-sources"), words.sources(rule));
    let (switch, setting) = if rule.enabled { ("explain-off", "false") } else { ("explain-on", "true") };
    let _ = writeln!(
        page.out,
        "\n{STRONG}{}{STRONG:#}\n  [rules.{}]\n  enabled = {setting}",
        words.ui_about(switch, "partwell.toml"),
        safe::line(&rule.id, look.unicode),
    );
    page.out
}

struct Page {
    out: String,
    look: Look,
}

impl Page {
    fn paragraph(&mut self, text: &str, first: &str) {
        let text = safe::block(text.trim(), self.look.unicode);
        let options = textwrap::Options::new(self.look.width)
            .initial_indent(first)
            .subsequent_indent(if first.is_empty() { "" } else { "    " });
        let _ = writeln!(self.out, "{}", textwrap::fill(&text, options));
    }

    fn section(&mut self, title: &str, texts: &[String]) {
        let mut texts = texts.iter().filter(|text| !text.trim().is_empty()).peekable();
        if texts.peek().is_some() {
            let _ = writeln!(self.out, "\n{STRONG}{title}{STRONG:#}");
            texts.for_each(|text| self.paragraph(text, "  - "));
        }
    }

    /// A few examples of each cue, in turns; the stretch that is found is marked.
    fn examples<'a>(&mut self, title: &str, cues: impl Iterator<Item = &'a Vec<String>>) {
        let cues: Vec<&Vec<String>> = cues.collect();
        let longest = cues.iter().map(|examples| examples.len()).max().unwrap_or(0);
        let chosen: Vec<&String> =
            (0..longest).flat_map(|turn| cues.iter().filter_map(move |cue| cue.get(turn))).take(EXAMPLES).collect();
        if chosen.is_empty() {
            return;
        }
        let _ = writeln!(self.out, "\n{STRONG}{title}{STRONG:#}");
        for example in chosen {
            let from = self.out.len();
            self.paragraph(&example.replace('|', " / "), "  - ");
            let marked =
                self.out.split_off(from).replace('«', &format!("{MARKED}«")).replace('»', &format!("»{MARKED:#}"));
            self.out.push_str(&marked);
        }
    }
}

//! In: rules and their texts. Out: a list of rules, the explanation of one, the result of trying their examples, for people. Refuses
//! to know which rules hold.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::{Look, json, safe};
use crate::{
    diagnostic::Severity,
    rule::{Rule, RuleBook, RuleKind, Texts},
};

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
        sources: &rule.sources,
    }
}

fn kind(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Forbid => "forbid",
        RuleKind::Require => "require",
        RuleKind::Limit => "limit",
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// All rules, one a line.
#[must_use]
pub fn list(rules: &[json::Rule<'_>], look: Look) -> String {
    let ids = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for rule in rules {
        let state = if rule.enabled { severity(rule.severity) } else { "off" };
        let (id, title) = (safe::line(rule.id, look.unicode), safe::line(rule.title, look.unicode));
        let _ = writeln!(out, "{STRONG}{id:<ids$}{STRONG:#}  {:<7}  {state:<7}  {title}", rule.kind);
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
    let state = if rule.enabled { severity(rule.severity) } else { "switched off" };
    let mut page = Page { out: String::new(), look };
    let _ = writeln!(
        page.out,
        "{STRONG}{}{STRONG:#} {DIM}({}, {state}){DIM:#}",
        safe::line(&rule.id, look.unicode),
        kind(rule.kind)
    );
    if let Some(text) = texts.and_then(|texts| texts.rule(&rule.id)) {
        page.paragraph(&text.title, "");
        page.section("Says", std::slice::from_ref(&text.message));
        page.section("Why", std::slice::from_ref(&text.why));
        page.section("Help", &text.help);
        page.section("Ready sentences", &text.insert);
    }
    let wanted = matches!(rule.kind, RuleKind::Require);
    let examples: Vec<_> = rule.cues.iter().map(|cue| book.examples(language, cue)).collect();
    let (heard, not_heard) = if wanted { ("Counts", "Does not count") } else { ("Found", "Not found") };
    page.examples(heard, examples.iter().map(|(bad, _)| bad));
    page.examples(not_heard, examples.iter().map(|(_, good)| good));
    page.section("Source of the advice", &rule.sources);
    let off = if rule.enabled { ("Switch it off", "enabled = false") } else { ("Switch it on", "enabled = true") };
    let _ = writeln!(
        page.out,
        "\n{STRONG}{}{STRONG:#}, in partwell.toml\n  [rules.{}]\n  {}",
        off.0,
        safe::line(&rule.id, look.unicode),
        off.1
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

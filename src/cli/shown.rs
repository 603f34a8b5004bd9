//! In: checked drafts, one after another, and a format. Out: the report in that format, what can be written at once as it comes.
//! Refuses to judge, and to know how a format looks: `report` does.

use anstream::adapter::strip_str;

use super::{args::Format, screen::Screen};
use crate::{
    diagnostic::{LetterKind, Severity},
    report::{Checked, Look, Tally, github, gitlab, json, junit, sarif, text},
    rule::{RuleBook, Texts},
};

/// The part of the report that one file makes. It is made beside those of other files.
pub(super) enum Shown {
    Text(String),
    Line(String),
    Json(json::File),
    Sarif(sarif::File),
    Gitlab(Vec<gitlab::Issue>),
    Junit(junit::Suite),
}

impl Shown {
    pub(super) fn new(checked: &Checked, format: Format, book: &RuleBook, fail_on: Severity, look: Look) -> Shown {
        match format {
            // Most mails of an archive end nothing, and nobody wants to read that of each.
            Format::Text if checked.source.origin.is_some() && checked.verdict.letter == LetterKind::Other => {
                Shown::Text(String::new())
            }
            Format::Text => Shown::Text(text::draft(checked, book.texts(&checked.verdict.messages), look)),
            Format::Json => Shown::Json(json::File::new(checked)),
            Format::Jsonl => Shown::Line(json::to_line(&json::File::new(checked))),
            Format::Sarif => Shown::Sarif(sarif::File::new(checked, book)),
            Format::Github => Shown::Line(github::draft(checked)),
            Format::Gitlab => Shown::Gitlab(gitlab::Issue::of(checked)),
            Format::Junit => Shown::Junit(junit::Suite::new(checked, fail_on)),
        }
    }
}

/// Puts the parts together.
#[derive(Default)]
pub(super) struct Sheets {
    json: Vec<json::File>,
    sarif: Vec<sarif::File>,
    gitlab: Vec<gitlab::Issue>,
    junit: Vec<junit::Suite>,
    failures: Vec<String>,
}

impl Sheets {
    /// Takes the part of one file, or writes it.
    pub(super) fn add(&mut self, shown: Shown, screen: &mut Screen) {
        match shown {
            Shown::Text(report) if report.is_empty() => {}
            Shown::Text(report) => screen.report(&report),
            Shown::Line(line) => screen.data(&line),
            Shown::Json(file) => self.json.push(file),
            Shown::Sarif(file) => self.sarif.push(file),
            Shown::Gitlab(issues) => self.gitlab.extend(issues),
            Shown::Junit(suite) => self.junit.push(suite),
        }
    }

    /// Takes what kept a file from being checked; nothing where it was told of another file before.
    pub(super) fn fail(&mut self, problem: &str) {
        if !problem.is_empty() {
            let plain = strip_str(problem).to_string();
            self.failures.push(plain.strip_prefix("error: ").unwrap_or(&plain).to_owned());
        }
    }

    /// Writes what is left.
    pub(super) fn finish(mut self, format: Format, tally: Tally, words: &Texts, screen: &mut Screen) {
        match format {
            Format::Text => screen.report(&text::count(tally, words)),
            Format::Json => screen.data(&json::to_line(&json::Report::new(self.json))),
            Format::Jsonl => {}
            Format::Sarif => screen.data(&json::to_line(&sarif::Log::new(self.sarif, &self.failures))),
            Format::Github => self.failures.iter().for_each(|problem| screen.data(&github::failure(problem))),
            Format::Gitlab => screen.data(&json::to_line(&self.gitlab)),
            Format::Junit => {
                self.junit.extend(self.failures.iter().map(|problem| junit::Suite::broken(problem)));
                screen.data(&junit::report(&self.junit));
            }
        }
    }
}

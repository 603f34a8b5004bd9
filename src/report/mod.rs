//! In: verdicts with their sources, and flaws of a user's TOML files. Out: text for people ([`text`]), JSON for programs
//! ([`json`]), and what tooling reads: [`sarif`], [`github`], [`gitlab`], [`junit`]. Refuses to judge, to open files and to print: a report is a string.

pub mod draft;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod junit;
pub mod look;
pub mod measure;
pub mod outline;
pub mod rules;
pub mod sarif;
pub mod text;

mod excerpt;
pub(crate) mod fingerprint;
mod place;
pub(crate) mod safe;
#[cfg(test)]
mod tests;

pub use look::Look;
pub use safe::{block, line};

use crate::{diagnostic::Verdict, source::Source};

/// A text and under it wordings or advice, one a line.
fn with_help(text: &str, help: &[String]) -> String {
    let mut told = text.to_owned();
    for help in help {
        told.push_str("\n- ");
        told.push_str(help);
    }
    told
}

/// A draft and what is said about it.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The draft.
    pub source: Source,
    /// What is said about it.
    pub verdict: Verdict,
}

/// What a whole run has seen: for the last line of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Letters that were judged.
    pub letters: usize,
    /// Texts that were read and are no such letters.
    pub others: usize,
    /// Diagnostics of severity error.
    pub errors: usize,
    /// Diagnostics of severity warning.
    pub warnings: usize,
    /// Diagnostics of severity note.
    pub notes: usize,
    /// Files that could not be checked.
    pub failures: usize,
    /// Diagnostics that the drafts themselves suppress.
    pub suppressed: usize,
    /// Diagnostics that the baseline knows.
    pub known: usize,
}

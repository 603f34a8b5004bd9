//! What is said about a letter: diagnostics, with the ways to mend them. All ranges are bytes of the decoded text.

use std::{collections::BTreeMap, ops::Range};

use serde::{Deserialize, Serialize};

pub use crate::source::Edit;

use crate::letter::PartKind;

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Likely, not certain: shown less loudly.
    Note,
    /// Must be looked at before sending.
    Warning,
    /// Must not be sent.
    Error,
}

/// One thing that is wrong with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule's id: `blame`, `missing-thanks`.
    pub rule: String,
    /// How much it weighs.
    pub severity: Severity,
    /// One sentence for the writer of the letter.
    pub message: String,
    /// The stretch that is at fault; empty where something should be put in.
    pub range: Range<usize>,
    /// Where it stands in the file (bytes of it), if that is no part of the text: in a comment, in a header. `range` is then the
    /// nearest place of the text.
    pub outside: Option<Range<usize>>,
    /// Other places that belong to it, each with what it is (empty where the message says it for all).
    pub related: Vec<(Range<usize>, String)>,
    /// Wordings to use instead, or what to do.
    pub help: Vec<String>,
    /// Where the advice comes from, in one line.
    pub source: String,
    /// Ways to mend it.
    pub fixes: Vec<Fix>,
}

/// A diagnostic that the draft itself suppresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// What would have been said.
    pub diagnostic: Diagnostic,
    /// Why it is suppressed, in the words of whoever did it.
    pub reason: String,
    /// Where the suppression stands in the file (bytes of it).
    pub by: Range<usize>,
}

/// A way to mend a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does: "Thank the customer".
    pub title: String,
    /// Whether a person must look at it.
    pub applicability: Applicability,
    /// The tone of the sentence that it puts in, if it puts in one.
    pub wording: Option<Wording>,
    /// In order, not overlapping.
    pub edits: Vec<Edit>,
}

/// The tone of a ready sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Wording {
    /// Plain and businesslike.
    #[default]
    Neutral,
    /// With feeling.
    Warm,
    /// As short as can be.
    Minimal,
}

impl Wording {
    /// In the order in which ready sentences stand in `texts.toml`.
    pub const ALL: [Wording; 3] = [Wording::Neutral, Wording::Warm, Wording::Minimal];

    /// Its name: `neutral`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Wording::Neutral => "neutral",
            Wording::Warm => "warm",
            Wording::Minimal => "minimal",
        }
    }
}

/// Whether a fix may be applied unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// The meaning stays as it is.
    Safe,
    /// A person must read it.
    Suggested,
}

/// Whether a text ends a customer relationship.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LetterKind {
    /// It does.
    Termination,
    /// It does not: a reminder, a resignation, a customer's own cancellation.
    #[default]
    Other,
}

/// All that is said about one letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The language's code: `en`.
    pub language: String,
    /// The code of the language of its messages.
    pub messages: String,
    /// What kind of text it is.
    pub letter: LetterKind,
    /// The reason that holds for it, where one was told.
    pub reason: Option<String>,
    /// Ordered by place.
    pub diagnostics: Vec<Diagnostic>,
    /// What the draft itself suppresses, ordered by place.
    pub suppressed: Vec<Suppressed>,
    /// Where each element stands: by name (`thanks`), every element that the rules know, empty where it is missing.
    pub elements: BTreeMap<String, Vec<Range<usize>>>,
    /// The elements that this letter needs and lacks, or has: name and whether it is there, in the order of a letter. For the checklist; an element that is not asked for is left out.
    pub checklist: Vec<(String, bool)>,
    /// The letter's parts.
    pub parts: Vec<(PartKind, Range<usize>)>,
    /// The letter's sentences.
    pub sentences: Vec<Range<usize>>,
}

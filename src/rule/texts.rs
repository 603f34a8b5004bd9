//! What is said to the reader in one language: `rules/LANG/texts.toml`. One text serves report, `explain` and editor.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The texts of a language.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Texts {
    pub(super) rule: BTreeMap<String, RuleText>,
    pub(super) element: BTreeMap<String, String>,
    pub(super) part: BTreeMap<String, String>,
    pub(super) ui: BTreeMap<String, String>,
}

/// What is said about a rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RuleText {
    /// Its name for people: "Blame".
    pub title: String,
    /// The diagnostic's message, one sentence.
    pub message: String,
    /// Why the advice holds.
    pub why: String,
    /// What to do or to write instead.
    pub help: Vec<String>,
    /// Ready sentences to put in: neutral, warm, minimal.
    pub insert: Vec<String>,
    /// The rule's sources in this language; none where the rule's own are in it.
    pub sources: Vec<String>,
}

impl Texts {
    /// The texts of a rule.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&RuleText> {
        self.rule.get(id)
    }

    /// Puts the texts of another file over these.
    pub(super) fn merge(&mut self, other: Texts) {
        self.rule.extend(other.rule);
        self.element.extend(other.element);
        self.part.extend(other.part);
        self.ui.extend(other.ui);
    }
}

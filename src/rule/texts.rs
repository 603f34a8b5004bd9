//! What is said to the reader in one language: `rules/LANG/texts.toml`. One text serves report, `explain` and editor.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The texts of a language.
#[derive(Debug, Clone, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Texts {
    pub(super) rule: BTreeMap<String, RuleText>,
    pub(super) element: BTreeMap<String, String>,
    pub(super) part: BTreeMap<String, String>,
    pub(super) ui: BTreeMap<String, String>,
    fix: BTreeMap<String, String>,
    mend: MendWords,
}

/// The words that fixes of a language go by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MendWords {
    /// Words and phrases that only make a decision sound uncertain: without them the sentence is whole.
    pub hedges: Vec<String>,
    /// Words that lean on the word in front of them: a hedge with one of these behind it stays.
    pub enclitics: Vec<String>,
    /// Words that keep their capitals in a sentence that was shouted, as they are to be written: `VAT`, `I`, `Monday`.
    pub capitals: Vec<String>,
}

/// What is said about a rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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
    /// Ready sentences to take the place of one at fault: neutral, warm, minimal.
    pub rewrite: Vec<String>,
}

impl Texts {
    /// The texts of a rule.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&RuleText> {
        self.rule.get(id)
    }

    /// The keys of the words of the report.
    pub fn ui_keys(&self) -> impl Iterator<Item = &str> {
        self.ui.keys().map(String::as_str)
    }

    /// What a fix of this kind does (`rewrite`, `strike` ...), with the words that it puts in.
    #[must_use]
    pub fn fix(&self, kind: &str, words: &str) -> String {
        self.fix.get(kind).map_or_else(|| words.to_owned(), |title| title.replace("{text}", words))
    }

    /// The words that fixes go by.
    #[must_use]
    pub fn mend_words(&self) -> &MendWords {
        &self.mend
    }

    /// Puts the texts of another file over these.
    pub(super) fn merge(&mut self, other: Texts) {
        for (id, mut text) in other.rule {
            // Who rewords a rule has not said that its advice comes from elsewhere.
            if let Some(before) = self.rule.get_mut(&id).filter(|_| text.sources.is_empty()) {
                text.sources = std::mem::take(&mut before.sources);
            }
            self.rule.insert(id, text);
        }
        self.element.extend(other.element);
        self.part.extend(other.part);
        self.ui.extend(other.ui);
        self.fix.extend(other.fix);
        self.mend.hedges.extend(other.mend.hedges);
        self.mend.enclitics.extend(other.mend.enclitics);
        self.mend.capitals.extend(other.mend.capitals);
    }
}

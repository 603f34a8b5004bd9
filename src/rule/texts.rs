//! What is said to the reader in one language: `rules/LANG/texts.toml`. One text serves report, `explain` and editor.

use std::{collections::BTreeMap, sync::OnceLock};

use serde::Deserialize;

use super::{policy::Rule, shipped};
use crate::{diagnostic::Severity, letter::PartKind};

/// The texts of a language.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Texts {
    rule: BTreeMap<String, RuleText>,
    element: BTreeMap<String, String>,
    part: BTreeMap<String, String>,
    ui: BTreeMap<String, String>,
}

/// What is said about a rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
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
    /// The texts that stand in for those that a language lacks: the shipped English ones.
    ///
    /// # Panics
    /// Never: the shipped files are tried by the tests.
    #[must_use]
    pub fn fallback() -> &'static Texts {
        static FALLBACK: OnceLock<Texts> = OnceLock::new();
        FALLBACK.get_or_init(|| {
            let file = shipped::files("en").into_iter().find(|file| file.stem() == "texts");
            file.and_then(|file| file.parse().ok()).expect("the shipped packs hold together")
        })
    }

    /// The texts of a rule.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&RuleText> {
        self.rule.get(id)
    }

    /// The name of an element; in English where the language has none, and its id where there is none at all.
    #[must_use]
    pub fn element<'t>(&'t self, name: &'t str) -> &'t str {
        self.element.get(name).or_else(|| Texts::fallback().element.get(name)).map_or(name, String::as_str)
    }

    /// The name of a part of a letter; in English where the language has none.
    #[must_use]
    pub fn part(&self, kind: PartKind) -> String {
        let id =
            toml::Value::try_from(kind).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
        self.part.get(&id).or_else(|| Texts::fallback().part.get(&id)).cloned().unwrap_or(id)
    }

    /// Words of the report; in English where the language has none, and their own key where there are none at all.
    #[must_use]
    pub fn ui<'t>(&'t self, key: &'t str) -> &'t str {
        self.ui.get(key).or_else(|| Texts::fallback().ui.get(key)).map_or(key, String::as_str)
    }

    /// Words of the report with something put in for `{what}`.
    #[must_use]
    pub fn ui_about(&self, key: &str, what: &str) -> String {
        self.ui(key).replace("{what}", what)
    }

    /// Words of the report with a number put in for `{n}`. `KEY-1` are the words for one, where a language needs them; one with more
    /// forms words its numbers so that they stand alone ("errors: 2").
    #[must_use]
    pub fn ui_number(&self, key: &str, number: usize) -> String {
        let texts = if self.ui.contains_key(key) { self } else { Texts::fallback() };
        let exact = texts.ui.get(&format!("{key}-{number}"));
        exact.map_or_else(|| texts.ui(key), String::as_str).replace("{n}", &number.to_string())
    }

    /// The name of a severity.
    #[must_use]
    pub fn severity(&self, severity: Severity) -> &str {
        self.ui(match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        })
    }

    /// The sources of a rule in this language; the rule's own where there are none.
    #[must_use]
    pub fn sources<'t>(&'t self, rule: &'t Rule) -> &'t [String] {
        let own = self.rule(&rule.id).map(|text| text.sources.as_slice()).filter(|sources| !sources.is_empty());
        own.unwrap_or(&rule.sources)
    }

    /// Puts the texts of another file over these.
    pub(super) fn merge(&mut self, other: Texts) {
        self.rule.extend(other.rule);
        self.element.extend(other.element);
        self.part.extend(other.part);
        self.ui.extend(other.ui);
    }
}

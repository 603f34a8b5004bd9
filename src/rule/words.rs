//! The words of the report in a language, from its texts; what a language lacks is said in English. Refuses to lay them out.

use std::sync::OnceLock;

use super::{
    policy::Rule,
    shipped::{self, Prepared},
    texts::Texts,
};
use crate::{diagnostic::Severity, letter::PartKind};

impl Texts {
    /// The texts that stand in for those that a language lacks: the shipped English ones.
    ///
    /// # Panics
    /// Never: the shipped files are tried by the tests.
    #[must_use]
    pub fn fallback() -> &'static Texts {
        static FALLBACK: OnceLock<Texts> = OnceLock::new();
        FALLBACK.get_or_init(|| {
            let english = shipped::PACKS.iter().find(|language| language.name == "en");
            english.map(Prepared::texts).expect("English is shipped")
        })
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
        let for_one = (number == 1).then(|| texts.ui.get(&format!("{key}-1"))).flatten();
        for_one.map_or_else(|| texts.ui(key), String::as_str).replace("{n}", &number.to_string())
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
}

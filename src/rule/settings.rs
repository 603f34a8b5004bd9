//! What a house changes about the rules; read from `partwell.toml` by [`crate::config`].

use std::{collections::BTreeMap, path::PathBuf};

use crate::diagnostic::Severity;

/// Changes to the shipped rules, and additions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// By rule id.
    pub rules: BTreeMap<String, RuleSettings>,
    /// Words added to classes of the lexicon: by language, then by class.
    pub words: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Folders with rules and packs of one's own, in the shipped form; later ones win.
    pub folders: Vec<PathBuf>,
}

/// Changes to one rule.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RuleSettings {
    /// Switches the rule off or on.
    pub enabled: Option<bool>,
    /// Replaces the severity.
    pub severity: Option<Severity>,
    /// Replaces the limit of a `limit` rule.
    pub max: Option<f32>,
}

//! The shape of a `partwell.toml`, for the JSON Schema that editors read. `keys` reads the file by hand, for better errors; a test
//! holds the two together. Refuses to be read into.
#![expect(dead_code, reason = "only the schema is made of it")]

use std::{collections::BTreeMap, path::PathBuf};

use schemars::JsonSchema;

use crate::{diagnostic::Severity, rule::Reason};

/// What a house has set: the context of its letters, limits, and changes to the rules. The nearest file above a draft holds.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ConfigFile {
    /// Another file that this one goes on from, as seen from here; what is said here wins.
    extends: Option<PathBuf>,
    /// The reason of all letters that have no other.
    reason: Option<Reason>,
    /// The language of all drafts that declare no other: `en`, `ru`, `pl`, `bs`, `sr`, `ms` or one of your own.
    language: Option<String>,
    /// From which severity on a check fails; `warning` where nothing is said.
    fail_on: Option<Severity>,
    /// The largest draft that is read: bytes, or `"500k"`, `"10 MB"`.
    max_size: Option<Size>,
    /// Folders with rules and language packs of your own, as seen from this file; later ones win.
    rules_folders: Option<Vec<PathBuf>>,
    /// Changes to rules, by their id.
    rules: Option<BTreeMap<String, RuleTable>>,
    /// Words added to word classes: by language, then by class.
    words: Option<BTreeMap<String, BTreeMap<String, Vec<String>>>>,
    /// What holds for drafts whose path matches; later entries win.
    paths: Option<Vec<PathTable>>,
}

/// Changes to one rule.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RuleTable {
    /// Switches the rule off or on.
    enabled: Option<bool>,
    /// Replaces the severity.
    severity: Option<Severity>,
    /// Replaces the limit of a rule that counts, such as `over-justification`.
    #[schemars(range(min = 0.0))]
    max: Option<f32>,
}

/// What holds for the drafts whose path matches.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PathTable {
    /// Paths as seen from this file: `templates/abuse/**`, `*.pl.txt`; a name without a slash matches in every folder.
    r#match: String,
    /// Their reason.
    reason: Option<Reason>,
    /// Their language.
    language: Option<String>,
}

/// A size in bytes.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Size {
    Bytes(u64),
    Written(String),
}

//! The shape of a `partwell.toml`, for the JSON Schema that editors read. `keys` reads the file by hand, for better errors; a test
//! holds the two together. Refuses to be read into.
#![expect(dead_code, reason = "only the schema is made of it")]

use std::{collections::BTreeMap, path::PathBuf};

use schemars::JsonSchema;

use super::milter::{Judged, Mode, OnFailure};
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
    /// What `partwell milter` does with mails at fault, and its limits.
    milter: Option<MilterTable>,
}

/// What `partwell milter` does with mails at fault, and its limits.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct MilterTable {
    /// What is done with a mail at fault; `tag` where nothing is said.
    mode: Option<Mode>,
    /// Which mails are judged; those that go out where nothing is said.
    judge: Option<Judged>,
    /// Addresses (`::1`) and networks (`192.168.1.0/24`) whose mails go out; this machine where nothing is said.
    networks: Option<Vec<String>>,
    /// Whether a sender may let a mail pass that is at fault, by saying why in a header `Partwell-Override`.
    r#override: Option<bool>,
    /// What is done with a mail that could not be judged.
    on_failure: Option<OnFailure>,
    /// How much of a mail is read: bytes, or `"500k"`, `"10 MB"`.
    max_size: Option<Size>,
    /// How many seconds judging one mail may take.
    time_limit: Option<std::num::NonZeroU16>,
    /// How many connections are served side by side; others wait.
    max_connections: Option<std::num::NonZeroU16>,
    /// What holds for some senders or recipients; later entries win.
    policies: Option<Vec<PolicyTable>>,
}

/// What holds for some senders, some recipients, or some senders' mails to some recipients.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct PolicyTable {
    /// Addresses of senders, with `*` for any characters.
    sender: Option<Vec<String>>,
    /// Domains of recipients, with `*` for any characters.
    recipient_domain: Option<Vec<String>>,
    /// What is done with a mail at fault.
    mode: Option<Mode>,
    /// Whether its sender may let it pass all the same.
    r#override: Option<bool>,
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

//! In: the words of the command line, for commands that write something to start from. Out: what was asked for. Refuses to act on it.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::args::reason;
use crate::rule::Reason;

/// Writes a letter to start from, by reason and language
///
/// The letter says what such a letter needs and no more; what only you know stands in square brackets, and `partwell check` names
/// each of them until it is filled in. It declares its reason, so that a later check knows it: after abuse nobody is recommended.
/// The wordings come from `drafts.toml` of the language; a folder of your own rules can replace them block by block.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  partwell draft --reason capacity
  partwell draft --reason abusive --lang pl -o list.eml

Exit codes: 0 written, 2 the file exists, or an option or a config is at fault.")]
pub(super) struct Draft {
    /// Why the letter is written
    #[arg(long, value_name = "REASON", value_parser = reason())]
    pub(super) reason: Reason,
    /// The language of the letter [default: the config's, else the locale's, else en]
    #[arg(long, value_name = "LANG")]
    pub(super) lang: Option<String>,
    /// What to write [default: what the extension of FILE says, else txt]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) format: Option<DraftFormat>,
    /// Writes to this file instead of standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,
    /// Overwrites FILE if it exists
    #[arg(long, requires = "output")]
    pub(super) force: bool,
    /// Uses this file instead of the nearest partwell.toml
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) config: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DraftFormat {
    /// Plain text with front matter
    Txt,
    /// Markdown with front matter
    Md,
    /// A mail that a mail program opens as unsent
    Eml,
}

/// Sets a folder up: a partwell.toml with comments, and a rule of your own to go on from
///
/// Nothing that exists is overwritten.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  partwell init
  partwell init --lang pl letters/

Exit codes: 0 written, 2 something of it exists, or could not be written.")]
pub(super) struct Init {
    /// The folder
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(super) folder: PathBuf,
    /// The language of the sample rule [default: the locale's if there are rules for it, else en]
    #[arg(long, value_name = "LANG")]
    pub(super) lang: Option<String>,
}

/// Writes a rule of your own to go on from: the rule, its cue with examples, its texts
///
/// They are put into the last folder of `rules-folders` in partwell.toml, or of --rules, and hold at once.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  partwell rules new fax-number
  partwell rules new --lang pl --lang en old-brand

Exit codes: 0 written, 2 there is such a rule, or the config is at fault.")]
pub(super) struct RulesNew {
    /// The rule's id: small letters, digits and hyphens
    #[arg(value_name = "RULE", value_parser = rule_id)]
    pub(super) rule: String,
    /// A language that it is to hear (may be given several times) [default: the config's, else the locale's, else en]
    #[arg(long, value_name = "LANG")]
    pub(super) lang: Vec<String>,
    /// Uses this file instead of the nearest partwell.toml
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) config: Option<PathBuf>,
}

/// Prints a JSON Schema, for editors and for programs that read reports
///
/// With DIR all of them are written there, as config.schema.json, rule.schema.json and so on; older ones are replaced. An editor with
/// Taplo completes and checks a TOML file that names its schema in a first line `#:schema schema/rule.schema.json`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  partwell rules schema --of config > config.schema.json
  partwell rules schema house-rules/schema

Exit codes: 0 written, 2 could not be written.")]
#[group(id = "which", required = true, multiple = false, args = ["of", "folder"])]
pub(super) struct RulesSchema {
    /// Of what
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) of: Option<SchemaOf>,
    /// Writes all schemas into this folder
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) folder: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// partwell.toml
    Config,
    /// A rule: RULE.toml
    Rule,
    /// A cue: LANG/CUE.toml
    Cue,
    /// Word classes: LANG/lexicon.toml
    Lexicon,
    /// What is said to the reader: LANG/texts.toml
    Texts,
    /// Letters to start from: LANG/drafts.toml
    Drafts,
    /// The report of `partwell check --format json`
    Report,
}

/// Prints the manual page, or writes those of all commands into a folder
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  partwell man | man -l -
  partwell man ~/.local/share/man/man1

Exit codes: 0 written, 2 could not be written.")]
pub(super) struct Man {
    /// The folder; older pages are replaced
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) folder: Option<PathBuf>,
}

fn rule_id(written: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let sound = written.starts_with(|c: char| c.is_ascii_lowercase())
        && written.chars().all(fits)
        && !written.ends_with('-')
        && written.len() <= 60;
    if sound { Ok(written.to_owned()) } else { Err("an id is small letters, digits and hyphens: old-brand".to_owned()) }
}

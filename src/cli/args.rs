//! In: the words of the command line. Out: what was asked for. Refuses to act on it.

use std::path::PathBuf;

use clap::{
    Args, Parser, Subcommand, ValueEnum, ValueHint, builder::PossibleValuesParser, builder::TypedValueParser as _,
};

use super::starting::{Draft, Init, Man, RulesNew, RulesSchema};
use crate::{
    config::size,
    diagnostic::{LetterKind, Severity, Wording},
    rule::Reason,
};

/// A linter for letters and e-mails in which a business parts with a customer.
///
/// It reads a draft, says where the tone would hurt and what the letter lacks, and offers better words. Nothing leaves your machine.
#[derive(Debug, Parser)]
#[command(name = "partwell", version, propagate_version = false, disable_help_subcommand = true, max_term_width = 100)]
#[command(after_help = "Examples:
  partwell check letter.txt
  partwell check --reason abusive drafts/
  partwell explain blame

Exit codes: 0 nothing to mend, 1 something to mend, 2 the work could not be done.")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) common: Common,
}

/// What every command understands.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Adds a folder of rules and language packs of your own (may be given several times; the last wins)
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Options for all commands")]
    pub(super) rules: Vec<PathBuf>,
    /// When to use colours; `auto` is on a terminal, and minds the variables `NO_COLOR` and `CLICOLOR_FORCE`
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "WHEN",
        help_heading = "Options for all commands"
    )]
    pub(super) color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Check(Check),
    Fix(Fix),
    Baseline(Baseline),
    Explain(Explain),
    Draft(Draft),
    Init(Init),
    /// Lists the rules, tries out their examples, measures them on letters, learns from letters, adds a rule, prints schemas
    #[command(subcommand)]
    Rules(Rules),
    Outline(Outline),
    /// Serves an editor: diagnostics, fixes and explanations while you type
    ///
    /// Speaks the language server protocol on standard input and output. The clone's folder `editors/` has what each editor needs.
    #[command(after_help = "Example, in Neovim:
  vim.lsp.start({ name = \"partwell\", cmd = { \"partwell\", \"lsp\" } })

Exit codes: 0 the editor took its leave, 1 it went without, 2 it was started on a terminal.")]
    Lsp {
        /// What many editors add; there is no other way to talk to it
        #[arg(long, hide = true)]
        stdio: bool,
    },
    Man(Man),
    #[cfg(unix)]
    Sendmail(super::sendmail::Sendmail),
    #[cfg(unix)]
    Milter(super::milter::Milter),
    /// Prints a script that completes partwell's command line in your shell
    #[command(after_help = "Example:
  partwell completions bash > ~/.local/share/bash-completion/completions/partwell")]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

/// Checks drafts, and says what to mend
///
/// A PATH is a file, an archive of mails (mbox), a folder (all .txt, .md, .markdown, .html, .htm, .eml and .mbox files and all Maildirs
/// below it, but for those that .gitignore leaves out) or `-` for standard input. With no PATH, standard input is read if it is not a terminal.
///
/// Why a letter is written changes what is proper in it. The reason is taken from --reason, else from the draft itself (`reason:` in
/// front matter, a header `Partwell-Reason:`), else from the nearest partwell.toml above the draft; so is the language, which is
/// recognised where nobody tells it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  partwell check letter.txt
  partwell check --reason non-payment --format json letter.eml
  partwell check --fail-on error drafts/
  partwell check ~/Maildir archive.mbox
  partwell check --format sarif drafts/ > partwell.sarif
  pbpaste | partwell check -

Exit codes: 0 nothing at or above --fail-on, 1 something, 2 a file, an option or a config was at fault (the other files are
still checked).")]
pub(super) struct Check {
    /// Files, folders, or `-` for standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) context: ContextArgs,
    /// How to report
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(super) format: Format,
    /// The severity from which on the exit code is 1 [default: warning]
    #[arg(long, value_name = "SEVERITY", value_parser = severity())]
    pub(super) fail_on: Option<Severity>,
    /// Judges every text as a letter that ends a customer relationship (or, with `other`, none)
    #[arg(long, value_name = "KIND", value_parser = kind())]
    pub(super) assume: Option<LetterKind>,
    /// Reports only what this file, written by `partwell baseline`, does not know yet
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) baseline: Option<PathBuf>,
}

/// Writes down what is wrong today, so that only what is new is reported
///
/// For a folder of templates that is cleaned up bit by bit. `partwell check --baseline FILE` then reports nothing that FILE knows. A
/// fault is known by its file, its rule and its sentence: edits elsewhere in the draft do not bring it back. When it is mended,
/// `check` says which entries are no longer needed; run `baseline` again to drop them.
///
/// Paths are written as seen from the folder in which FILE lies, so that FILE can be committed and used from anywhere.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  partwell baseline templates/
  partwell check --baseline partwell-baseline.json templates/
  partwell baseline -o templates/known.json --reason capacity templates/

Exit codes: 0 written, 2 a file, an option or a config was at fault (then nothing is written).")]
pub(super) struct Baseline {
    /// Files, folders, or `-` for standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,
    /// Where to write it [default: partwell-baseline.json]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,
    #[command(flatten)]
    pub(super) context: ContextArgs,
    /// Judges every text as a letter that ends a customer relationship (or, with `other`, none)
    #[arg(long, value_name = "KIND", value_parser = kind())]
    pub(super) assume: Option<LetterKind>,
}

/// Mends drafts
///
/// A PATH is what it is for `check`; files are written in place, the draft of standard input to standard output. Charset, line ends,
/// byte order mark, headers and transfer encoding stay as they are, and so does every byte outside of the changes.
///
/// Without options only what is safe is done: the meaning of the letter stays as it is. With --suggested sentences at fault are
/// reworded or struck out, and what is missing is put in; read the letter afterwards. Facts that you have to fill in stand in
/// square brackets, and `check` reports them as placeholders. A change that would bring another fault is not made.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  partwell fix letter.txt
  partwell fix --suggested --wording warm letter.eml
  partwell fix --diff --suggested drafts/ | less
  partwell fix --interactive letter.md
  partwell fix - < letter.txt > mended.txt

Exit codes: 0 nothing is left at or above --fail-on, 1 something is left (with --diff: something
would change), 2 a file, an option or a config was at fault (the other files are still mended).")]
pub(super) struct Fix {
    /// Files, folders, or `-` for standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,
    /// Makes the changes too that a person should read
    #[arg(long)]
    pub(super) suggested: bool,
    /// The tone of the sentences that are put in
    #[arg(long, value_name = "WORDING", value_parser = wording(), default_value = "neutral", requires = "suggested")]
    pub(super) wording: Wording,
    /// Shows the changes as a unified diff, and changes nothing
    #[arg(long)]
    pub(super) diff: bool,
    /// Goes through the faults one by one and lets you choose
    #[arg(long, short, conflicts_with_all = ["diff", "suggested"])]
    pub(super) interactive: bool,
    #[command(flatten)]
    pub(super) context: ContextArgs,
    /// The severity from which on what is left makes the exit code 1 [default: warning]
    #[arg(long, value_name = "SEVERITY", value_parser = severity())]
    pub(super) fail_on: Option<Severity>,
    /// Judges every text as a letter that ends a customer relationship (or, with `other`, none)
    #[arg(long, value_name = "KIND", value_parser = kind())]
    pub(super) assume: Option<LetterKind>,
}

/// Where the context of a draft comes from.
#[derive(Debug, Default, Args)]
pub(super) struct ContextArgs {
    /// Why the letter is written
    #[arg(long, value_name = "REASON", value_parser = reason())]
    pub(super) reason: Option<Reason>,
    /// The language of the draft (en, ru ...) [default: recognised from the text]
    #[arg(long, value_name = "LANG")]
    pub(super) lang: Option<String>,
    /// The language of messages and advice [default: the locale's (`LC_ALL`, `LC_MESSAGES`, `LANG`) if there are texts for it, else the draft's]
    #[arg(long, value_name = "LANG")]
    pub(super) message_lang: Option<String>,
    /// Uses this file instead of the nearest partwell.toml
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) config: Option<PathBuf>,
    /// The largest draft that is read: 500k, 10MB [default: 10MB]
    #[arg(long, value_name = "BYTES", value_parser = size::parse)]
    pub(super) max_size: Option<u64>,
    /// What to call standard input in the report; its extension tells the format, its folder which partwell.toml holds
    #[arg(long, value_name = "NAME", value_hint = ValueHint::FilePath)]
    pub(super) stdin_name: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people, with excerpts of the draft
    Text,
    /// One object for all files
    Json,
    /// One object a file, each on a line
    Jsonl,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// Code Quality of GitLab
    Gitlab,
    /// `JUnit` XML, for any CI server
    Junit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Explains a rule: what it finds, why, where the advice comes from, and how to switch it off
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  partwell explain missing-thanks
  partwell explain --lang ru blame

Exit codes: 0 explained, 2 there is no such rule.")]
pub(super) struct Explain {
    /// The rule's id, as it stands in brackets in a report
    #[arg(value_name = "RULE")]
    pub(super) rule: String,
    /// The language of the explanation and its examples [default: en]
    #[arg(long, value_name = "LANG")]
    pub(super) lang: Option<String>,
    /// Uses this file instead of the nearest partwell.toml
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Rules {
    /// Lists all rules as they hold in this folder
    #[command(after_help = "Exit codes: 0 listed, 2 the config or the rules are at fault.")]
    List {
        /// How to list
        #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
        format: ListFormat,
        /// The language of the titles [default: en]
        #[arg(long, value_name = "LANG")]
        lang: Option<String>,
        /// Uses this file instead of the nearest partwell.toml
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        config: Option<PathBuf>,
    },
    /// Tries out the examples of the rules, and names patterns that no example needs
    #[command(after_help = "Examples:
  partwell rules test
  partwell rules test house-rules/

Exit codes: 0 all examples hold, 1 one does not, 2 the config is at fault.")]
    Test {
        /// A folder of rules and language packs [default: the rules that hold in this folder]
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        path: Option<PathBuf>,
        /// Uses this file instead of the nearest partwell.toml
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        config: Option<PathBuf>,
    },
    Measure(super::measure::Measure),
    Learn(super::learn::Learn),
    New(RulesNew),
    Schema(RulesSchema),
}

/// Shows the parts and the elements of a letter as partwell sees them
#[derive(Debug, Args)]
#[command(after_help = "Example:
  partwell outline letter.txt

Exit codes: 0 shown, 2 the file, an option or a config was at fault.")]
pub(super) struct Outline {
    /// A file, or `-` for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) context: ContextArgs,
    /// How to show it
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(super) format: ListFormat,
}

pub(super) fn severity() -> impl clap::builder::TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(["error", "warning", "note"]).map(|name| match name.as_str() {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => Severity::Note,
    })
}

fn wording() -> impl clap::builder::TypedValueParser<Value = Wording> {
    PossibleValuesParser::new(Wording::ALL.map(Wording::name)).map(|name| {
        Wording::ALL.into_iter().find(|wording| wording.name() == name).expect("each possible value is a wording")
    })
}

pub(super) fn kind() -> impl clap::builder::TypedValueParser<Value = LetterKind> {
    PossibleValuesParser::new(["termination", "other"])
        .map(|name| if name == "other" { LetterKind::Other } else { LetterKind::Termination })
}

pub(super) fn reason() -> impl clap::builder::TypedValueParser<Value = Reason> {
    PossibleValuesParser::new(Reason::ALL.map(Reason::name))
        .map(|name| name.parse::<Reason>().map_err(|_| name).expect("each possible value is a reason"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}

//! In: a `partwell.toml` and the files that it extends. Out: what a house has set: the context of its letters, limits, and
//! changes to the rules. Refuses unknown keys and bad values, all of them at once, each with its place.

pub mod house;
mod keys;
pub mod milter;
mod reader;
mod shape;
pub mod size;

pub use crate::nearest;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use globset::GlobMatcher;

use crate::{
    diagnostic::Severity,
    flaw::Flaw,
    rule::{Reason, RuleBook, RuleKind, Settings},
};

pub use shape::ConfigFile;

/// The name of the file.
pub const FILE_NAME: &str = "partwell.toml";

/// What a house has set.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The reason of all letters that have no other.
    pub reason: Option<Reason>,
    /// The language of all drafts that declare no other.
    pub language: Option<String>,
    /// From which severity on a check fails.
    pub fail_on: Option<Severity>,
    /// The largest draft that is read, in bytes.
    pub max_size: Option<u64>,
    /// What a milter does with mails at fault.
    pub milter: milter::MilterConfig,
    /// The house's own domains and addresses, in small letters.
    pub own_domains: Vec<String>,
    /// Changes to the rules.
    pub settings: Settings,
    /// The per-path table; later entries win.
    paths: Vec<PathContext>,
    /// Names that only a rule book can prove, with the flaw that each is if it cannot.
    named: Vec<(Named, Flaw)>,
}

/// What holds for the drafts whose path matches.
#[derive(Debug, Clone)]
struct PathContext {
    folder: PathBuf,
    glob: GlobMatcher,
    reason: Option<Reason>,
    language: Option<String>,
}

/// A name in a config that a rule book has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Named {
    Rule(String),
    Limit(String),
    Language(String),
    Class { language: String, name: String },
}

/// Gives the text of a file.
pub type ReadText<'r> = dyn Fn(&Path) -> std::io::Result<String> + 'r;

/// How many files may extend one another.
const DEEPEST: usize = 16;

impl Config {
    /// Reads the file and what it extends; what the file itself says wins.
    ///
    /// # Errors
    /// All flaws of the files, in order.
    pub fn load(path: &Path) -> Result<Config, Vec<Flaw>> {
        Self::load_with(path, &|path| std::fs::read_to_string(path))
    }

    /// Like [`Config::load`], with the texts of the files from elsewhere: an editor's buffers.
    ///
    /// # Errors
    /// All flaws of the files, in order.
    pub fn load_with(path: &Path, read: &ReadText<'_>) -> Result<Config, Vec<Flaw>> {
        Self::load_chain(path, read, &mut Vec::new())
    }

    fn load_chain(path: &Path, read_text: &ReadText<'_>, chain: &mut Vec<PathBuf>) -> Result<Config, Vec<Flaw>> {
        let shown = shown(path);
        let text = read_text(path).map_err(|error| {
            vec![Flaw {
                file: shown.clone(),
                text: Arc::from(""),
                at: 0..0,
                message: format!("cannot be read: {error}"),
                help: String::new(),
            }]
        })?;
        let identity = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = identity.parent().unwrap_or(Path::new("/")).to_owned();
        chain.push(identity);
        let read = keys::read(shown, &text, &folder);
        let mut flaws = read.flaws;
        let mut config = read.config;
        if let Some((base, mut flaw)) = read.extends {
            if chain.len() >= DEEPEST || base.canonicalize().is_ok_and(|base| chain.contains(&base)) {
                flaw.message = "these files extend one another in a circle".into();
                flaw.help = "take `extends` out of one of them".into();
                flaws.push(flaw);
            } else if base.is_file() {
                match Self::load_chain(&base, read_text, chain) {
                    Ok(base) => config = config.over(base),
                    Err(more) => flaws.extend(more),
                }
            } else {
                flaws.push(flaw);
            }
        }
        if flaws.is_empty() { Ok(config) } else { Err(flaws) }
    }

    /// This config on top of a base.
    fn over(self, mut base: Config) -> Config {
        for (id, upper) in self.settings.rules {
            let rule = base.settings.rules.entry(id).or_default();
            rule.enabled = upper.enabled.or(rule.enabled);
            rule.severity = upper.severity.or(rule.severity);
            rule.max = upper.max.or(rule.max);
        }
        for (language, classes) in self.settings.words {
            let known = base.settings.words.entry(language).or_default();
            for (class, words) in classes {
                known.entry(class).or_default().extend(words);
            }
        }
        base.own_domains.extend(self.own_domains);
        base.settings.folders.extend(self.settings.folders);
        base.paths.extend(self.paths);
        base.named.extend(self.named);
        Config {
            reason: self.reason.or(base.reason),
            language: self.language.or(base.language),
            fail_on: self.fail_on.or(base.fail_on),
            max_size: self.max_size.or(base.max_size),
            milter: self.milter.over(base.milter),
            ..base
        }
    }

    /// What the config says of the draft at this path (absolute): its reason and its language.
    #[must_use]
    pub fn for_path(&self, path: &Path) -> (Option<Reason>, Option<&str>) {
        let matching = || {
            self.paths
                .iter()
                .rev()
                .filter(|entry| path.strip_prefix(&entry.folder).is_ok_and(|rest| entry.glob.is_match(rest)))
        };
        let reason = matching().find_map(|entry| entry.reason).or(self.reason);
        let language = matching().find_map(|entry| entry.language.as_deref()).or(self.language.as_deref());
        (reason, language)
    }

    /// Names in the config that the rule book, made from its settings, does not know.
    #[must_use]
    pub fn unknown_names(&self, book: &RuleBook) -> Vec<Flaw> {
        let ids: Vec<&str> = book.rules().iter().map(|rule| rule.id.as_str()).collect();
        let languages = book.languages();
        let mut flaws = Vec::new();
        for (named, flaw) in &self.named {
            let (unknown, help) = match named {
                Named::Rule(id) => (book.rule(id).is_none(), nearest::did_you_mean(id, &ids)),
                Named::Limit(id) => {
                    let limit = book.rule(id).is_none_or(|rule| matches!(rule.kind, RuleKind::Limit));
                    (!limit, "take `max` out; only rules that count have it".to_owned())
                }
                Named::Class { language, name } => {
                    let classes: Vec<&str> =
                        book.pack(language).map(|pack| pack.cues.classes().collect()).unwrap_or_default();
                    let known = classes.is_empty() || classes.contains(&name.as_str());
                    (!known, nearest::did_you_mean(name, &classes))
                }
                Named::Language(code) => (!languages.contains(&code.as_str()), nearest::did_you_mean(code, &languages)),
            };
            if unknown {
                flaws.push(Flaw { help, ..flaw.clone() });
            }
        }
        flaws
    }
}

/// The config that holds for drafts in a folder: the nearest one upwards.
#[must_use]
pub fn find(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(FILE_NAME)).find(|path| path.is_file())
}

/// A path as the user knows it: relative to the working directory where it lies below it.
pub(crate) fn shown(path: &Path) -> String {
    let below = std::env::current_dir().ok().and_then(|folder| path.strip_prefix(folder).ok().map(Path::to_owned));
    below.as_deref().unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests;

//! In: a config file, or none, and folders of rules. Out: a [`House`]: the config and the rule book that hold together, and what it says of
//! one draft. Refuses to look for the file.

use std::{
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Config, nearest::did_you_mean};
use crate::{
    engine::Context,
    flaw::Flaw,
    rule::{Reason, RuleBook},
    source::{Remark, Source},
};

/// The config and the rules that hold for some drafts.
#[derive(Debug)]
pub struct House {
    /// What the house has set.
    pub config: Config,
    /// The rules, with the changes of the config.
    pub book: RuleBook,
}

/// A reason in front matter or in a header that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownDeclared {
    /// Where the value stands, in bytes of the source.
    pub at: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

impl House {
    /// Reads the config, if there is one, and makes the rule book.
    ///
    /// # Errors
    /// All flaws of the config or of the rules.
    pub fn load(file: Option<&Path>, rules: &[PathBuf]) -> Result<House, Vec<Flaw>> {
        Self::of(file.map(Config::load).transpose()?.unwrap_or_default(), rules)
    }

    /// Makes the rule book of a config.
    ///
    /// # Errors
    /// All flaws of the rules.
    pub fn of(mut config: Config, rules: &[PathBuf]) -> Result<House, Vec<Flaw>> {
        for folder in rules {
            if !folder.is_dir() {
                return Err(vec![Flaw {
                    file: "--rules".to_owned(),
                    text: Arc::from(""),
                    at: 0..0,
                    message: format!("there is no folder `{}`", folder.display()),
                    help: String::new(),
                }]);
            }
            config.settings.folders.push(folder.clone());
        }
        let book = RuleBook::new(&config.settings)?;
        let mut flaws = config.unknown_names(&book);
        flaws.extend(book.own_flaws());
        if flaws.is_empty() { Ok(House { config, book }) } else { Err(flaws) }
    }

    /// The context of a draft at a path (absolute). What was told outweighs what the draft declares, and that what the config says of
    /// its path. A language that the draft declares and for which there are no rules is passed over, with a note in the source: mail
    /// and web pages declare languages for others than partwell.
    ///
    /// # Errors
    /// Where the draft declares a reason that is none; the context is then as if it declared no reason.
    pub fn context(
        &self,
        told: &Context,
        source: &mut Source,
        path: &Path,
    ) -> (Context, Result<(), Box<UnknownDeclared>>) {
        let (from_path, language_of_path) = self.config.for_path(path);
        let (declared, flaw) = match declared_reason(source).filter(|_| told.reason.is_none()) {
            Some(Ok(reason)) => (Some(reason), Ok(())),
            Some(Err(flaw)) => (None, Err(Box::new(flaw))),
            None => (None, Ok(())),
        };
        let language = match &told.language {
            Some(language) => Some(language.clone()),
            None => self.declared_language(source).or_else(|| language_of_path.map(str::to_owned)),
        };
        let own_domains = self.config.own_domains.clone();
        let context = Context { reason: told.reason.or(declared).or(from_path), language, own_domains, ..told.clone() };
        (context, flaw)
    }

    /// The language that the draft declares, if there are rules for it: `en` of `en-GB`.
    fn declared_language(&self, source: &mut Source) -> Option<String> {
        let (written, _) = source.declared.language.as_ref()?;
        let first = written.split(',').next().unwrap_or_default().trim();
        let code = first.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        if self.book.languages().contains(&code.as_str()) {
            return Some(code);
        }
        let remark = Remark::about("declared-language", first);
        source.notes.push(remark);
        None
    }
}

fn declared_reason(source: &Source) -> Option<Result<Reason, UnknownDeclared>> {
    let (written, at) = source.declared.reason.as_ref()?;
    Some(written.parse().map_err(|_| UnknownDeclared {
        at: at.clone(),
        message: format!("the draft declares `{}`, which is no reason that is known", written.trim()),
        help: did_you_mean(written.trim(), &Reason::ALL.map(Reason::name)),
    }))
}

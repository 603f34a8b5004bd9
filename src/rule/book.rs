//! The rule book: shipped rules and packs, changed and enlarged by a house's settings.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::OnceLock,
};

use super::{
    drafts::Drafts,
    pack::{Pack, Trial},
    policy::{Gate, Odds, Policy, Rule, RuleKind},
    settings::Settings,
    shipped::{self, Prepared},
    texts::Texts,
};
use crate::{
    cue::{CueId, CueSet, ExampleReport, examples_in},
    flaw::{Flaw, TomlFile},
    letter::{Forms, language::Recogniser},
};

/// All rules, and the packs of all languages, each made ready when it is met.
#[derive(Debug)]
pub struct RuleBook {
    policy: Policy,
    languages: BTreeMap<String, Language>,
    recogniser: OnceLock<Recogniser>,
}

#[derive(Debug, Default)]
struct Language {
    shipped: Option<&'static Prepared>,
    /// A house's own files and words.
    files: Vec<TomlFile>,
    words: BTreeMap<String, Vec<String>>,
    /// What is said to the reader: later files over earlier ones.
    texts: OnceLock<Texts>,
    pack: OnceLock<Pack>,
}

impl Language {
    /// Whether a house has changed anything.
    fn is_own(&self) -> bool {
        !self.files.is_empty() || !self.words.is_empty()
    }

    /// All files, a house's own behind the shipped ones.
    fn files(&self) -> Vec<TomlFile> {
        let shipped = self.shipped.map(|shipped| shipped::files(shipped.name)).unwrap_or_default();
        shipped.into_iter().chain(self.files.iter().cloned()).collect()
    }

    fn compile(&self) -> Result<Trial, Vec<Flaw>> {
        Trial::compile(&self.files(), &self.words)
    }
}

impl RuleBook {
    /// The rules as they are shipped.
    ///
    /// # Panics
    /// Never: the shipped files are tried when partwell is built.
    #[must_use]
    pub fn shipped() -> Self {
        Self::new(&Settings::default()).expect("the shipped rules hold together")
    }

    /// The shipped rules with the packs of these languages alone: others are not recognised.
    #[must_use]
    pub fn of_languages(names: &[&str]) -> Self {
        let mut book = Self::shipped();
        book.languages.retain(|name, _| names.contains(&name.as_str()));
        book
    }

    /// The shipped rules, changed and enlarged by settings.
    ///
    /// # Errors
    /// Every flaw of the settings' words and of the files in their folders; whether the examples behave, [`RuleBook::own_flaws`] says.
    pub fn new(settings: &Settings) -> Result<Self, Vec<Flaw>> {
        let mut flaws = Vec::new();
        let mut rule_files = Vec::new();
        let with_name = |shipped: &'static Prepared| {
            (shipped.name.to_owned(), Language { shipped: Some(shipped), ..Language::default() })
        };
        let mut languages: BTreeMap<String, Language> = shipped::PACKS.iter().map(with_name).collect();
        for folder in &settings.folders {
            read_folder(folder, &mut rule_files, &mut languages, &mut flaws);
        }
        for (language, words) in &settings.words {
            if let Some(found) = languages.get_mut(language) {
                found.words.clone_from(words);
            }
        }
        let mut policy = shipped::policy();
        policy.read(&rule_files, &mut flaws);
        let mut book = RuleBook { policy, languages, recogniser: OnceLock::new() };
        book.apply(settings);
        for language in book.languages.values().filter(|language| language.is_own()) {
            match language.compile() {
                Ok(trial) => _ = language.pack.set(trial.into_pack()),
                Err(found) => flaws.extend(found),
            }
        }
        if flaws.is_empty() { Ok(book) } else { Err(flaws) }
    }

    fn apply(&mut self, settings: &Settings) {
        for rule in &mut self.policy.rules {
            let Some(change) = settings.rules.get(&rule.id) else { continue };
            rule.enabled = change.enabled.unwrap_or(rule.enabled);
            rule.severity = change.severity.unwrap_or(rule.severity);
            rule.max = change.max.or(rule.max);
        }
    }

    /// The examples in the house's own files that do not behave: with one of these a file is not to be used.
    #[must_use]
    pub fn own_flaws(&self) -> Vec<Flaw> {
        let own = self.languages.values().filter(|language| !language.files.is_empty());
        own.flat_map(|language| {
            let names: BTreeSet<&str> = language.files.iter().map(|file| file.name.as_str()).collect();
            let mut flaws = self.tried(language).flaws;
            flaws.retain(|flaw| names.contains(flaw.file.as_str()));
            flaws
        })
        .collect()
    }

    /// All rules in their order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.policy.rules
    }

    /// The rule of this id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.policy.rules.iter().find(|rule| rule.id == id)
    }

    /// What makes a text a termination letter.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.policy.gate
    }

    /// How likely a fault is in a sentence.
    #[must_use]
    pub fn odds(&self) -> &Odds {
        &self.policy.odds
    }

    /// The codes of the languages, in alphabetical order.
    #[must_use]
    pub fn languages(&self) -> Vec<&str> {
        self.languages.keys().map(String::as_str).collect()
    }

    /// What the letter model needs for a language.
    #[must_use]
    pub fn forms(&self, language: &str) -> Option<&Forms> {
        self.pack(language).map(|pack| &pack.forms)
    }

    /// What is said to the reader in a language.
    ///
    /// # Panics
    /// Never: shipped files are tried when partwell is built, a house's own by [`RuleBook::new`].
    #[must_use]
    pub fn texts(&self, language: &str) -> Option<&Texts> {
        let language = self.languages.get(language)?;
        Some(language.texts.get_or_init(|| {
            let mut texts = language.shipped.map(Prepared::texts).unwrap_or_default();
            for file in language.files.iter().filter(|file| file.stem() == "texts") {
                texts.merge(file.parse().expect("it was read when the book was made"));
            }
            texts
        }))
    }

    /// Letters to start from in a language, read when they are asked for.
    ///
    /// # Panics
    /// Never: shipped files are tried when partwell is built, a house's own by [`RuleBook::new`].
    #[must_use]
    pub fn drafts(&self, language: &str) -> Option<Drafts> {
        let language = self.languages.get(language)?;
        let mut drafts = Drafts::default();
        for file in language.files().iter().filter(|file| file.stem() == "drafts") {
            drafts.merge(file.parse().expect("it was read when the book was made"));
        }
        Some(drafts)
    }

    /// Recognises the languages of the book.
    #[must_use]
    pub fn recogniser(&self) -> &Recogniser {
        self.recogniser.get_or_init(|| {
            let as_shipped = self.languages.len() == shipped::PACKS.len()
                && self.languages.values().all(|language| language.files.is_empty());
            if as_shipped {
                return shipped::recogniser();
            }
            Recogniser::new(self.languages.keys().filter_map(|name| Some((name.as_str(), self.forms(name)?))))
        })
    }

    /// The pack of a language, made ready when it is first asked for.
    #[must_use]
    pub fn pack(&self, language: &str) -> Option<&Pack> {
        let language = self.languages.get(language)?;
        Some(language.pack.get_or_init(|| language.shipped.map(Prepared::pack).unwrap_or_default()))
    }

    /// The examples of a cue as a reader sees them: bad ones with the faulty stretch in `«»`, and good ones.
    #[must_use]
    pub fn examples(&self, language: &str, cue: &str) -> (Vec<String>, Vec<String>) {
        let files = self.languages.get(language).map(Language::files).unwrap_or_default();
        files.iter().rfind(|file| file.stem() == cue).map(examples_in).unwrap_or_default()
    }

    /// The cues that `forbid` rules claim stretches with.
    fn rivals(&self, cues: &CueSet) -> BTreeSet<CueId> {
        let forbid =
            self.policy.rules.iter().filter(|rule| rule.kind == RuleKind::Forbid && rule.when.reason.is_empty());
        forbid.flat_map(|rule| &rule.cues).filter_map(|cue| cues.id(cue)).collect()
    }

    /// Tries the examples of all packs, or of one language.
    #[must_use]
    pub fn try_examples(&self, language: Option<&str>) -> ExampleReport {
        let mut all = ExampleReport::default();
        for (_, own) in self.languages.iter().filter(|(name, _)| language.is_none_or(|language| language == *name)) {
            let report = self.tried(own);
            all.ran += report.ran;
            all.flaws.extend(report.flaws);
            all.unused.extend(report.unused);
        }
        all
    }

    fn tried(&self, language: &Language) -> ExampleReport {
        match language.compile() {
            Ok(trial) => trial.try_examples(&self.rivals(trial.cues())),
            Err(flaws) => ExampleReport { flaws, ..ExampleReport::default() },
        }
    }
}

/// Adds a house's folder: rules in it, and packs in its folders.
fn read_folder(
    folder: &Path,
    rules: &mut Vec<TomlFile>,
    languages: &mut BTreeMap<String, Language>,
    flaws: &mut Vec<Flaw>,
) {
    let unreadable = |error: &std::io::Error| {
        let file = TomlFile { name: folder.display().to_string(), text: "".into() };
        file.flaw(
            0..0,
            format!("the folder of rules cannot be read: {error}"),
            "see `rules-folders` in partwell.toml, or `--rules`",
        )
    };
    let mut paths = match fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>())
    {
        Ok(paths) => paths,
        Err(error) => return flaws.push(unreadable(&error)),
    };
    paths.sort();
    for path in paths {
        if path.is_dir() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let files = match toml_files(&path) {
                Ok(files) => files,
                Err(error) => {
                    flaws.push(unreadable(&error));
                    continue;
                }
            };
            if files.is_empty() {
                continue;
            }
            languages.entry(name).or_default().files.extend(files);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            match fs::read_to_string(&path) {
                Ok(text) => rules.push(TomlFile { name: path.display().to_string(), text: text.into() }),
                Err(error) => flaws.push(unreadable(&error)),
            }
        }
    }
}

fn toml_files(folder: &Path) -> std::io::Result<Vec<TomlFile>> {
    let mut paths: Vec<_> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    let read = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path)?;
        Ok(TomlFile { name: path.display().to_string(), text: text.into() })
    };
    paths.iter().map(read).collect()
}

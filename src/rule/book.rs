//! The rule book: shipped rules and packs, changed and enlarged by a house's settings.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::OnceLock,
};

use super::{
    drafts::Drafts,
    pack::Pack,
    policy::{Gate, Rule, RuleKind},
    settings::Settings,
    shipped,
    texts::Texts,
};
use crate::{
    cue::{CueId, ExampleReport},
    flaw::{Flaw, TomlFile},
    letter::{Forms, language::Recogniser},
};

/// All rules, and the packs of all languages, each compiled when it is met.
#[derive(Debug)]
pub struct RuleBook {
    rules: Vec<Rule>,
    gate: Gate,
    languages: BTreeMap<String, Language>,
    recogniser: OnceLock<Recogniser>,
}

#[derive(Debug)]
struct Language {
    files: Vec<TomlFile>,
    words: BTreeMap<String, Vec<String>>,
    /// What the letter model needs, on its own: to recognise a language no pack need be compiled.
    forms: OnceLock<Forms>,
    /// What is said to the reader: later files over earlier ones.
    texts: OnceLock<Texts>,
    pack: OnceLock<Pack>,
}

impl Language {
    fn new(files: Vec<TomlFile>) -> Self {
        Language {
            files,
            words: BTreeMap::new(),
            forms: OnceLock::new(),
            texts: OnceLock::new(),
            pack: OnceLock::new(),
        }
    }
}

impl RuleBook {
    /// The rules as they are shipped.
    ///
    /// # Panics
    /// Never: the shipped files are tried by the tests.
    #[must_use]
    pub fn shipped() -> Self {
        Self::new(&Settings::default()).expect("the shipped rules hold together")
    }

    /// The shipped rules, changed and enlarged by settings.
    ///
    /// # Errors
    /// Every flaw of the settings' words and of the files in their folders; whether the examples behave, [`RuleBook::own_flaws`] says.
    pub fn new(settings: &Settings) -> Result<Self, Vec<Flaw>> {
        let mut flaws = Vec::new();
        let mut rule_files = shipped::files("");
        let mut languages: BTreeMap<String, Language> = BTreeMap::new();
        for name in shipped::languages() {
            let files = shipped::files(&name);
            languages.insert(name, Language::new(files));
        }
        let mut touched = BTreeSet::new();
        for folder in &settings.folders {
            read_folder(folder, &mut rule_files, &mut languages, &mut touched, &mut flaws);
        }
        for (language, words) in &settings.words {
            if let Some(found) = languages.get_mut(language) {
                found.words.clone_from(words);
                touched.insert(language.clone());
            }
        }
        let (rules, gate) = read_rules(&rule_files, &mut flaws);
        let mut book = RuleBook { rules, gate, languages, recogniser: OnceLock::new() };
        book.apply(settings);
        for name in &touched {
            book.load(name, &mut flaws);
        }
        if flaws.is_empty() { Ok(book) } else { Err(flaws) }
    }

    fn apply(&mut self, settings: &Settings) {
        for rule in &mut self.rules {
            let Some(change) = settings.rules.get(&rule.id) else { continue };
            rule.enabled = change.enabled.unwrap_or(rule.enabled);
            rule.severity = change.severity.unwrap_or(rule.severity);
            rule.max = change.max.or(rule.max);
        }
    }

    /// Compiles a language that a house has changed.
    fn load(&self, name: &str, flaws: &mut Vec<Flaw>) {
        let language = &self.languages[name];
        match Pack::compile(&language.files, &language.words) {
            Ok(pack) => _ = language.pack.set(pack),
            Err(found) => flaws.extend(found),
        }
    }

    /// The examples in the house's own files that do not behave: with one of these a file is not to be used.
    #[must_use]
    pub fn own_flaws(&self) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        for (name, language) in &self.languages {
            let shipped: BTreeSet<String> = shipped::files(name).into_iter().map(|file| file.name).collect();
            if language.files.iter().all(|file| shipped.contains(&file.name)) {
                continue;
            }
            if let Some(pack) = self.pack(name) {
                let tried = pack.try_examples(&self.rivals(pack));
                flaws.extend(tried.flaws.into_iter().filter(|flaw| !shipped.contains(&flaw.file)));
            }
        }
        flaws
    }

    /// All rules in their order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of this id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// What makes a text a termination letter.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// The codes of the languages, in alphabetical order.
    #[must_use]
    pub fn languages(&self) -> Vec<&str> {
        self.languages.keys().map(String::as_str).collect()
    }

    /// What the letter model needs for a language.
    ///
    /// # Panics
    /// Never: shipped files are tried by the tests, a house's own by [`RuleBook::new`].
    #[must_use]
    pub fn forms(&self, language: &str) -> Option<&Forms> {
        let language = self.languages.get(language)?;
        Some(language.forms.get_or_init(|| {
            let file = language.files.iter().rfind(|file| file.stem() == "letter");
            file.map_or_else(Forms::default, |file| Forms::parse(&file.text).expect("the shipped packs hold together"))
        }))
    }

    /// What is said to the reader in a language.
    ///
    /// # Panics
    /// Never: shipped files are tried by the tests, a house's own by [`RuleBook::new`].
    #[must_use]
    pub fn texts(&self, language: &str) -> Option<&Texts> {
        let language = self.languages.get(language)?;
        Some(language.texts.get_or_init(|| {
            let mut texts = Texts::default();
            for file in language.files.iter().filter(|file| file.stem() == "texts") {
                texts.merge(file.parse().expect("the shipped packs hold together"));
            }
            texts
        }))
    }

    /// Letters to start from in a language, read when they are asked for.
    ///
    /// # Panics
    /// Never: shipped files are tried by the tests, a house's own by [`RuleBook::new`].
    #[must_use]
    pub fn drafts(&self, language: &str) -> Option<Drafts> {
        let language = self.languages.get(language)?;
        let mut drafts = Drafts::default();
        for file in language.files.iter().filter(|file| file.stem() == "drafts") {
            drafts.merge(file.parse().expect("the shipped packs hold together"));
        }
        Some(drafts)
    }

    /// Recognises the languages of the book.
    #[must_use]
    pub fn recogniser(&self) -> &Recogniser {
        self.recogniser.get_or_init(|| {
            Recogniser::new(self.languages.keys().filter_map(|name| Some((name.as_str(), self.forms(name)?))))
        })
    }

    /// The pack of a language, compiled when it is first asked for.
    ///
    /// # Panics
    /// Never: shipped packs are tried by the tests, a house's own by [`RuleBook::new`].
    #[must_use]
    pub fn pack(&self, language: &str) -> Option<&Pack> {
        let language = self.languages.get(language)?;
        Some(
            language.pack.get_or_init(|| {
                Pack::compile(&language.files, &language.words).expect("the shipped packs hold together")
            }),
        )
    }

    /// The cues that `forbid` rules claim stretches with.
    fn rivals(&self, pack: &Pack) -> BTreeSet<CueId> {
        let forbid = self.rules.iter().filter(|rule| rule.kind == RuleKind::Forbid && rule.when.reason.is_empty());
        forbid.flat_map(|rule| &rule.cues).filter_map(|cue| pack.cues.id(cue)).collect()
    }

    /// Tries the examples of all packs, or of one language.
    #[must_use]
    pub fn try_examples(&self, language: Option<&str>) -> ExampleReport {
        let mut all = ExampleReport::default();
        let names = self.languages.keys().filter(|name| language.is_none_or(|language| language == *name));
        for pack in names.filter_map(|name| self.pack(name)) {
            let report = pack.try_examples(&self.rivals(pack));
            all.ran += report.ran;
            all.flaws.extend(report.flaws);
            all.unused.extend(report.unused);
        }
        all
    }
}

fn read_rules(files: &[TomlFile], flaws: &mut Vec<Flaw>) -> (Vec<Rule>, Gate) {
    let mut gate = Gate::default();
    let mut rules: BTreeMap<String, Rule> = BTreeMap::new();
    for file in files {
        if file.stem() == "gate" {
            match file.parse() {
                Ok(found) => gate = found,
                Err(flaw) => flaws.push(flaw),
            }
        } else {
            match Rule::read(file) {
                Ok(rule) => _ = rules.insert(rule.id.clone(), rule),
                Err(flaw) => flaws.push(flaw),
            }
        }
    }
    let mut rules: Vec<Rule> = rules.into_values().collect();
    rules.sort_by(|a, b| a.order.cmp(&b.order).then_with(|| a.id.cmp(&b.id)));
    (rules, gate)
}

/// Adds a house's folder: rules in it, and packs in its folders.
fn read_folder(
    folder: &Path,
    rules: &mut Vec<TomlFile>,
    languages: &mut BTreeMap<String, Language>,
    touched: &mut BTreeSet<String>,
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
            touched.insert(name.clone());
            languages.entry(name).or_insert_with(|| Language::new(Vec::new())).files.extend(files);
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

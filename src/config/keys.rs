//! In: the text of one `partwell.toml`. Out: what its keys say, and its flaws. Refuses to open files.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use globset::GlobBuilder;
use toml::de::DeTable;

use super::{
    Config, Named, PathContext, milter,
    nearest::did_you_mean,
    reader::{Item, Reader, parse},
    size,
};
use crate::{
    cue::parse_pattern,
    flaw::Flaw,
    rule::{Reason, RuleSettings},
};

const KEYS: &[&str] = &[
    "extends",
    "fail-on",
    "language",
    "max-size",
    "milter",
    "own-domains",
    "paths",
    "reason",
    "rules",
    "rules-folders",
    "words",
];
const RULE_KEYS: &[&str] = &["enabled", "max", "severity"];
const PATH_KEYS: &[&str] = &["language", "match", "reason"];
const SEVERITIES: &[&str] = &["error", "warning", "note"];

/// What one file says.
pub(super) struct Read {
    pub(super) config: Config,
    /// The file that it extends, and the flaw that this is if there is none.
    pub(super) extends: Option<(PathBuf, Flaw)>,
    pub(super) flaws: Vec<Flaw>,
}

/// Reads the text of a file that lies in `folder`.
pub(super) fn read(file: String, text: &str, folder: &Path) -> Read {
    let mut reader = Reader::new(file, Arc::from(text));
    let document = parse(text, &mut reader);
    let mut config = Config::default();
    let mut extends = None;
    for item in reader.items(document.get_ref(), Some(KEYS)) {
        match item.key {
            "extends" => {
                if let Some(path) = reader.string(&item, "extends = \"../partwell.toml\"") {
                    let base = folder.join(path);
                    let message = format!("there is no file `{path}` to extend");
                    let flaw =
                        reader.place(item.at.clone(), message, "write its path as seen from this file".to_owned());
                    extends = Some((base, flaw));
                }
            }
            "reason" => config.reason = reason(&mut reader, &item),
            "language" => config.language = language(&mut reader, &item, &mut config.named),
            "fail-on" => config.fail_on = reader.one_of(&item, SEVERITIES),
            "max-size" => config.max_size = max_size(&mut reader, &item),
            "milter" => config.milter = milter::read(&mut reader, &item),
            "own-domains" => config.own_domains = own_domains(&mut reader, &item),
            "rules-folders" => folders(&mut reader, &item, folder, &mut config),
            "rules" => rules(&mut reader, &item, &mut config),
            "words" => words(&mut reader, &item, &mut config),
            "paths" => {
                for (table, at) in reader.tables(&item, "[[paths]]") {
                    if let Some(entry) = path_context(&mut reader, table, at, folder, &mut config) {
                        config.paths.push(entry);
                    }
                }
            }
            other => unreachable!("`{other}` is listed in KEYS"),
        }
    }
    Read { config, extends, flaws: reader.into_flaws() }
}

fn reason(reader: &mut Reader, item: &Item<'_>) -> Option<Reason> {
    let written = reader.string(item, "reason = \"capacity\"")?;
    let reason = written.parse().ok();
    if reason.is_none() {
        reader.flaw(
            item.at.clone(),
            format!("`{written}` is no reason that is known"),
            did_you_mean(written, &Reason::ALL.map(Reason::name)),
        );
    }
    reason
}

fn language(reader: &mut Reader, item: &Item<'_>, named: &mut Vec<(Named, Flaw)>) -> Option<String> {
    let code = reader.string(item, "language = \"en\"")?.to_owned();
    let flaw = reader.place(item.at.clone(), format!("there are no rules for the language `{code}`"), String::new());
    named.push((Named::Language(code.clone()), flaw));
    Some(code)
}

pub(super) fn max_size(reader: &mut Reader, item: &Item<'_>) -> Option<u64> {
    let written = match item.value.as_integer() {
        Some(number) => number.to_string(),
        None => reader.string(item, "max-size = \"10 MB\"")?.to_owned(),
    };
    size::parse(&written).map_err(|problem| reader.flaw(item.at.clone(), problem, "")).ok()
}

fn own_domains(reader: &mut Reader, item: &Item<'_>) -> Vec<String> {
    let mut domains = Vec::new();
    for (written, at) in reader.strings(item, "own-domains = [\"acme.example\"]") {
        let domain = written.trim().trim_start_matches("*.").trim_start_matches('@').to_lowercase();
        if domain.contains('.') && !domain.contains(|c: char| c.is_whitespace() || matches!(c, '/' | ':' | '*' | ',')) {
            domains.push(domain);
        } else {
            let message = format!("`{written}` is no domain and no address");
            reader.flaw(at, message, "write `own-domains = [\"acme.example\", \"ann@post.example\"]`");
        }
    }
    domains
}

fn folders(reader: &mut Reader, item: &Item<'_>, folder: &Path, config: &mut Config) {
    for (path, at) in reader.strings(item, "rules-folders = [\"rules\"]") {
        let full = folder.join(&path);
        if full.is_dir() {
            config.settings.folders.push(full);
        } else {
            reader.flaw(at, format!("there is no folder `{path}`"), "write its path as seen from this file");
        }
    }
}

fn rules(reader: &mut Reader, item: &Item<'_>, config: &mut Config) {
    let Some(table) = reader.table(item, "[rules.missing-goodwill]") else { return };
    for item in reader.items(table, None) {
        let Some(table) = reader.table(&item, &format!("{} = {{ enabled = false }}", item.key)) else { continue };
        let id = item.key.to_owned();
        let flaw = reader.place(item.key_at.clone(), format!("there is no rule `{id}`"), String::new());
        config.named.push((Named::Rule(id.clone()), flaw));
        let mut settings = RuleSettings::default();
        for item in reader.items(table, Some(RULE_KEYS)) {
            match item.key {
                "enabled" => settings.enabled = reader.boolean(&item, "enabled = false"),
                "severity" => settings.severity = reader.one_of(&item, SEVERITIES),
                _ => {
                    settings.max = reader.number(&item, "max = 4");
                    let flaw = reader.place(
                        item.key_at.clone(),
                        format!("the rule `{id}` has no limit to change"),
                        String::new(),
                    );
                    config.named.push((Named::Limit(id.clone()), flaw));
                }
            }
        }
        config.settings.rules.insert(id, settings);
    }
}

fn words(reader: &mut Reader, item: &Item<'_>, config: &mut Config) {
    let Some(table) = reader.table(item, "[words.en]") else { return };
    for language in reader.items(table, None) {
        let Some(table) = reader.table(&language, &format!("[words.{}]", language.key)) else { continue };
        let message = format!("there are no rules for the language `{}`", language.key);
        let flaw = reader.place(language.key_at.clone(), message, String::new());
        config.named.push((Named::Language(language.key.to_owned()), flaw));
        let classes = config.settings.words.entry(language.key.to_owned()).or_default();
        for class in reader.items(table, None) {
            let message = format!("no word class of `{}` is called `{}`", language.key, class.key);
            let flaw = reader.place(class.key_at.clone(), message, String::new());
            let named = Named::Class { language: language.key.to_owned(), name: class.key.to_owned() };
            config.named.push((named, flaw));
            let list = reader.strings(&class, &format!("{} = [\"one\", \"two words\"]", class.key));
            for (word, at) in &list {
                check_pattern(reader, word, at);
            }
            classes.insert(class.key.to_owned(), list.into_iter().map(|(word, _)| word).collect());
        }
    }
}

/// Words are patterns; their errors are shown at their very place.
fn check_pattern(reader: &mut Reader, word: &str, at: &std::ops::Range<usize>) {
    // In front of a word of a signed class `!` turns the sign round and is no part of the pattern.
    let sign = usize::from(word.starts_with('!') && word.len() > 1 && !word.starts_with("! "));
    if let Err(error) = parse_pattern(&word[sign..]) {
        let place = reader.within(word, at, error.at.start + sign..error.at.end + sign);
        reader.flaw(place, error.message, error.help);
    }
}

fn path_context(
    reader: &mut Reader,
    table: &DeTable<'_>,
    at: std::ops::Range<usize>,
    folder: &Path,
    config: &mut Config,
) -> Option<PathContext> {
    let mut glob = None;
    let (mut told_reason, mut told_language) = (None, None);
    let mut has_match = false;
    for item in reader.items(table, Some(PATH_KEYS)) {
        match item.key {
            "reason" => told_reason = reason(reader, &item),
            "language" => told_language = language(reader, &item, &mut config.named),
            _ => {
                has_match = true;
                glob = reader.string(&item, "match = \"abuse/*.eml\"").and_then(|written| {
                    matcher(written)
                        .map_err(|problem| reader.flaw(item.at.clone(), problem, "`*` is any name, `**` any folders"))
                        .ok()
                });
            }
        }
    }
    if !has_match {
        reader.flaw(at, "this entry says for no path what holds there", "add `match = \"abuse/*.eml\"`");
    }
    Some(PathContext { folder: folder.to_owned(), glob: glob?, reason: told_reason, language: told_language })
}

/// A glob as in .gitignore: without a slash it matches at any depth, with one at its end all that lies below.
fn matcher(written: &str) -> Result<globset::GlobMatcher, String> {
    let mut glob = written.trim_start_matches("./").trim_start_matches('/').to_owned();
    if let Some(folder) = glob.strip_suffix('/') {
        glob = format!("{folder}/**");
    } else if !glob.contains('/') {
        glob = format!("**/{glob}");
    }
    let built = GlobBuilder::new(&glob).literal_separator(true).build();
    built
        .map(|glob| glob.compile_matcher())
        .map_err(|error| format!("`{written}` is no pattern of paths: {}", error.kind()))
}

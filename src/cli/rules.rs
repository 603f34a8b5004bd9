//! `partwell rules list` and `partwell rules test`. In: a folder of rules, or the rules that hold here. Out: a list, or the flaws of
//! their examples. Refuses to mend them.

use std::path::{Path, PathBuf};

use super::{
    Outcome,
    args::{Common, ListFormat},
    explain::house_here,
    screen::Screen,
};
use crate::{
    config::{self, Config},
    cue::ExampleReport,
    diagnostic::Severity,
    flaw::Flaw,
    report::{Look, json, rules, text},
    rule::RuleBook,
};

pub(super) fn list(
    format: ListFormat,
    lang: Option<&str>,
    config: Option<&PathBuf>,
    common: &Common,
    screen: &mut Screen,
) -> Outcome {
    let (house, pack) = match house_here(lang, config, common, screen.look()) {
        Ok(found) => found,
        Err(problem) => {
            screen.error(&problem);
            return Outcome::Failed;
        }
    };
    let texts = house.book.texts(&pack);
    let shapes: Vec<json::Rule<'_>> = house.book.rules().iter().map(|rule| rules::shape(rule, texts)).collect();
    match format {
        ListFormat::Text => screen.report(&rules::list(&shapes, texts, screen.look())),
        ListFormat::Json => screen.data(&json::to_line(&shapes)),
    }
    Outcome::Clean
}

pub(super) fn test(path: Option<&Path>, config: Option<&PathBuf>, common: &Common, screen: &mut Screen) -> Outcome {
    let look = screen.look();
    let report = match path {
        Some(path) if !path.is_dir() => {
            Err(text::problem(&format!("there is no folder `{}`", path.display()), &[], look))
        }
        _ => tried(path, config, common).map_err(|flaws| shown(&flaws, Severity::Error, look)),
    };
    let report = match report {
        Ok(report) => report,
        Err(problem) => {
            screen.error(&problem);
            return Outcome::Failed;
        }
    };
    screen.report(&shown(&report.flaws, Severity::Error, look));
    screen.report(&shown(&report.unused, Severity::Note, look));
    screen.report(&rules::tested(report.ran, report.flaws.len(), report.unused.len()));
    if report.flaws.is_empty() { Outcome::Clean } else { Outcome::Found }
}

fn shown(flaws: &[Flaw], severity: Severity, look: Look) -> String {
    flaws.iter().map(|flaw| text::flaw(flaw, severity, look)).collect()
}

/// Tries the rules that hold here, or what lies in a folder on top of the shipped rules; then of what is found elsewhere nothing is
/// said. An error are the flaws of a config.
fn tried(path: Option<&Path>, config: Option<&PathBuf>, common: &Common) -> Result<ExampleReport, Vec<Flaw>> {
    let file = match (config, path) {
        (Some(file), _) => Some(file.clone()),
        // A folder is tried in the same way wherever one stands.
        (None, Some(_)) => None,
        (None, None) => std::path::absolute(".").ok().and_then(|folder| config::find(&folder)),
    };
    let config = file.as_deref().map(Config::load).transpose()?.unwrap_or_default();
    let mut settings = config.settings;
    settings.folders.extend(common.rules.iter().cloned());
    let Some(path) = path else {
        return Ok(RuleBook::new(&settings).map_or_else(flawed, |book| book.try_examples(None)));
    };
    let (folder, languages) = languages_in(path);
    settings.folders.push(folder);
    let mut all = ExampleReport::default();
    match RuleBook::new(&settings) {
        Ok(book) => {
            for language in &languages {
                let report = book.try_examples(Some(language));
                all.ran += report.ran;
                all.flaws.extend(report.flaws);
                all.unused.extend(report.unused);
            }
        }
        Err(flaws) => all.flaws = flaws,
    }
    let here = |flaw: &Flaw| Path::new(&flaw.file).starts_with(path);
    all.unused.retain(here);
    // A flaw elsewhere is told where it is all that there is: nothing could be tried then.
    if all.flaws.iter().any(here) {
        all.flaws.retain(here);
    }
    Ok(all)
}

/// The folder of rules, and the languages in it: a folder of one language is known by its `letter.toml` or by standing in for a
/// shipped one.
fn languages_in(path: &Path) -> (PathBuf, Vec<String>) {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let shipped = RuleBook::shipped();
    if let Some(language) =
        name(path).filter(|name| path.join("letter.toml").is_file() || shipped.languages().contains(&name.as_str()))
    {
        return (path.parent().unwrap_or(Path::new("")).to_owned(), vec![language]);
    }
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let mut languages: Vec<String> =
        entries.map(|entry| entry.path()).filter(|path| path.is_dir()).filter_map(|path| name(&path)).collect();
    languages.sort();
    (path.to_owned(), languages)
}

/// A report of nothing but flaws: of rules that could not be compiled.
fn flawed(flaws: Vec<Flaw>) -> ExampleReport {
    ExampleReport { flaws, ..ExampleReport::default() }
}

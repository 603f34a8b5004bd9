//! The rule files inside the binary.

use crate::flaw::TomlFile;

/// Path under `rules/` and text of each shipped file, in the order of the paths.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The shipped files of a folder under `rules/`: a language, or `""` for the rules themselves.
pub(super) fn files(folder: &str) -> Vec<TomlFile> {
    let inside = |path: &str| path.rsplit_once('/').map_or(("", path), |split| split).0 == folder;
    let of = |(path, text): &(&str, &'static str)| TomlFile { name: format!("rules/{path}"), text: (*text).into() };
    FILES.iter().filter(|(path, _)| inside(path)).map(of).collect()
}

/// The shipped languages.
pub(super) fn languages() -> Vec<String> {
    let mut languages: Vec<String> =
        FILES.iter().filter_map(|(path, _)| path.split_once('/')).map(|(folder, _)| folder.to_owned()).collect();
    languages.dedup();
    languages
}

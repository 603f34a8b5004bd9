//! In: where a draft lies. Out: the config and the rule book that hold there. Refuses to read a config or to build a rule book twice.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

pub(super) use crate::config::house::House;
use crate::{config, flaw::Flaw};

/// Finds houses, each once.
pub(super) struct Houses {
    /// The config that was asked for, instead of the nearest.
    told: Option<PathBuf>,
    /// Folders of rules that were asked for besides those of the config.
    rules: Vec<PathBuf>,
    /// By folder as it was written: the same, absolute and without links.
    folders: HashMap<PathBuf, PathBuf>,
    /// By folder of a draft: the config file that holds there.
    files: HashMap<PathBuf, Option<PathBuf>>,
    by_file: HashMap<Option<PathBuf>, Found>,
}

/// What was found: a house, or nothing where flaws kept it from being one. The flaws themselves are handed out once.
type Found = Option<Arc<House>>;

/// Why there is no house.
pub(super) enum NoHouse {
    /// The flaws of its config or of its rules.
    Flawed(Vec<Flaw>),
    /// The same flaws were handed out before.
    Known,
}

impl Houses {
    pub(super) fn new(told: Option<PathBuf>, rules: Vec<PathBuf>) -> Houses {
        Houses { told, rules, folders: HashMap::new(), files: HashMap::new(), by_file: HashMap::new() }
    }

    /// The folder of a file, absolute and without links.
    pub(super) fn folder_of(&mut self, file: &Path) -> io::Result<PathBuf> {
        let written = file.parent().unwrap_or(Path::new("/"));
        if let Some(folder) = self.folders.get(written) {
            return Ok(folder.clone());
        }
        let folder = std::path::absolute(file)?.parent().unwrap_or(Path::new("/")).canonicalize()?;
        self.folders.insert(written.to_owned(), folder.clone());
        Ok(folder)
    }

    /// The house of the drafts in a folder (absolute).
    pub(super) fn of_folder(&mut self, folder: &Path) -> Result<Arc<House>, NoHouse> {
        let file = match &self.told {
            Some(told) => Some(told.clone()),
            None => self.files.entry(folder.to_owned()).or_insert_with(|| config::find(folder)).clone(),
        };
        if let Some(found) = self.by_file.get(&file) {
            return found.clone().ok_or(NoHouse::Known);
        }
        let house = House::load(file.as_deref(), &self.rules).map(Arc::new);
        self.by_file.insert(file, house.as_ref().ok().cloned());
        house.map_err(NoHouse::Flawed)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_house_is_found_once_and_its_flaws_are_told_once() {
        let folder = tempfile::tempdir().unwrap();
        for sub in ["good/a", "good/b", "bad/a"] {
            fs::create_dir_all(folder.path().join(sub)).unwrap();
        }
        fs::write(folder.path().join("good/partwell.toml"), "reason = \"scope\"").unwrap();
        fs::write(folder.path().join("bad/partwell.toml"), "reasn = \"scope\"").unwrap();
        let mut houses = Houses::new(None, vec![]);
        let mut at = |path: &str| houses.of_folder(&folder.path().join(path));
        let (Ok(one), Ok(other)) = (at("good/a"), at("good/b")) else { panic!("both folders have a house") };
        assert!(Arc::ptr_eq(&one, &other));
        assert!(matches!(at("bad/a"), Err(NoHouse::Flawed(flaws)) if flaws.len() == 1));
        assert!(matches!(at("bad"), Err(NoHouse::Known)));
    }
}

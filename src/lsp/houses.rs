//! In: where a document lies and what the editor has set. Out: the house that holds there, and the flaws that keep one from being used.
//! Refuses to forget a house that was sound when its files become flawed: letters are judged by it until they are mended.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    rc::Rc,
};

use super::settings::Settings;
use crate::{
    config::{self, house::House},
    flaw::Flaw,
};

/// All houses that were met.
#[derive(Debug, Default)]
pub(super) struct Houses {
    /// By folder: the config file that holds there.
    files: HashMap<PathBuf, Option<PathBuf>>,
    met: BTreeMap<Key, Met>,
}

/// What a house is made of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    file: Option<PathBuf>,
    rules: Vec<PathBuf>,
}

#[derive(Debug, Default)]
struct Met {
    house: Option<Rc<House>>,
    flaws: Vec<Flaw>,
}

impl Houses {
    /// The house of the documents in a folder; none where it never was sound.
    pub(super) fn of(&mut self, folder: &Path, settings: &Settings) -> Option<Rc<House>> {
        let file = match &settings.config {
            Some(told) => Some(told.clone()),
            None => match self.files.get(folder) {
                Some(known) => known.clone(),
                None => self.files.entry(folder.to_owned()).or_insert(config::find(folder)).clone(),
            },
        };
        let key = Key { file, rules: settings.rules.clone() };
        let met = self.met.entry(key).or_insert_with_key(|key| Met::default().again(key));
        met.house.clone()
    }

    /// How many houses were met.
    pub(super) fn count(&self) -> usize {
        self.met.len()
    }

    /// Reads all files anew.
    pub(super) fn reload(&mut self) {
        self.files.clear();
        // Where the file of a house is gone, another house holds, which is met when it is asked for.
        self.met.retain(|key, _| key.file.as_ref().is_none_or(|file| file.is_file()));
        for (key, met) in &mut self.met {
            *met = std::mem::take(met).again(key);
        }
    }

    /// What keeps houses from being used, by file.
    pub(super) fn flaws(&self) -> BTreeMap<PathBuf, Vec<&Flaw>> {
        let mut flaws: BTreeMap<PathBuf, Vec<&Flaw>> = BTreeMap::new();
        for flaw in self.met.values().flat_map(|met| &met.flaws) {
            let file = std::path::absolute(&flaw.file).unwrap_or_else(|_| PathBuf::from(&flaw.file));
            let known = flaws.entry(file).or_default();
            // Two houses may have a file in common.
            if !known.contains(&flaw) {
                known.push(flaw);
            }
        }
        flaws
    }
}

impl Met {
    /// Reads the files; a house that they no longer make stands as it was.
    fn again(self, key: &Key) -> Met {
        match House::load(key.file.as_deref(), &key.rules) {
            Ok(house) => Met { house: Some(Rc::new(house)), flaws: Vec::new() },
            Err(flaws) => Met { house: self.house, flaws },
        }
    }
}

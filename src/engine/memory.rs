//! What is remembered of a draft from one check to the next: a draft that is being written changes one paragraph at a time. In: the parts
//! of a letter. Out: what was found out about them at the last check. Refuses to keep what a check did not ask for.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::{
    letter::{Known, PartId, language::Fit},
    weights::Sums,
};

/// What the last check of a draft has found out. It is for one draft and one rule book; a check with it says what a check without it says.
#[derive(Debug, Default)]
pub struct Memory {
    /// The letter's parts, by the language with whose forms they were taken apart.
    parts: BTreeMap<String, Known>,
    fits: Found<Fit>,
    sums: Found<Vec<Sums>>,
}

/// What was found out about parts: at the last check, and as far as this one has asked.
#[derive(Debug)]
struct Found<T> {
    last: FxHashMap<PartId, T>,
    now: FxHashMap<PartId, T>,
}

impl<T> Default for Found<T> {
    fn default() -> Self {
        Found { last: FxHashMap::default(), now: FxHashMap::default() }
    }
}

impl<T> Found<T> {
    fn begin(&mut self) {
        self.last = std::mem::take(&mut self.now);
    }

    fn get(&mut self, id: PartId, find_out: impl FnOnce() -> T) -> &T {
        let last = &mut self.last;
        self.now.entry(id).or_insert_with(|| last.remove(&id).unwrap_or_else(find_out))
    }
}

impl Memory {
    /// A check begins.
    pub(super) fn begin(&mut self) {
        self.parts.values_mut().for_each(Known::begin);
        self.fits.begin();
        self.sums.begin();
    }

    /// The parts of the letter taken apart with the forms of a language.
    pub(super) fn parts(&mut self, language: &str) -> &mut Known {
        self.parts.entry(language.to_owned()).or_default()
    }

    /// How well languages fit a part.
    pub(super) fn fit(&mut self, id: PartId, find_out: impl FnOnce() -> Fit) -> &Fit {
        self.fits.get(id, find_out)
    }

    /// What the words of a part's sentences weigh.
    pub(super) fn sums(&mut self, id: PartId, find_out: impl FnOnce() -> Vec<Sums>) -> &[Sums] {
        self.sums.get(id, find_out)
    }
}

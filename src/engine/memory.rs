//! What is remembered of a draft from one check to the next: a draft that is being written changes one paragraph at a time. In: the parts
//! of a letter. Out: what was found out about them at the last check. Refuses to keep what a check did not ask for.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::letter::{Known, PartId, language::Fit};

/// What the last check of a draft has found out. It is for one draft and one rule book; a check with it says what a check without it says.
#[derive(Debug, Default)]
pub struct Memory {
    /// The letter's parts, by the language with whose forms they were taken apart.
    parts: BTreeMap<String, Known>,
    /// How well languages fit a part: at the last check, and as far as this one has asked.
    last: FxHashMap<PartId, Fit>,
    now: FxHashMap<PartId, Fit>,
}

impl Memory {
    /// A check begins.
    pub(super) fn begin(&mut self) {
        self.parts.values_mut().for_each(Known::begin);
        self.last = std::mem::take(&mut self.now);
    }

    /// The parts of the letter taken apart with the forms of a language.
    pub(super) fn parts(&mut self, language: &str) -> &mut Known {
        self.parts.entry(language.to_owned()).or_default()
    }

    /// How well languages fit a part.
    pub(super) fn fit(&mut self, id: PartId, find_out: impl FnOnce() -> Fit) -> &Fit {
        let last = &mut self.last;
        self.now.entry(id).or_insert_with(|| last.remove(&id).unwrap_or_else(find_out))
    }
}

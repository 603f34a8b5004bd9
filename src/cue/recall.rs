//! What sentences say that were met before: a letter that is being written changes one sentence at a time, and letters
//! of one house share many. In: what the words of a sentence bring, and its marks. Out: what it says, if a sentence was met in which all
//! that is the same: names, numbers and unknown words may be others. Refuses to grow without end.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{findings::PartSaid, network::PatternId, said::Said};
use crate::{flat::short, letter::PartId};

/// A place of a pattern: tokens of the sentence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub pattern: PatternId,
    pub start: u16,
    pub end: u16,
}

/// Sentences with what they say, and parts.
///
/// They are kept in two generations: when the young one is full it becomes the old one, and what was in that and was not asked for
/// since is forgotten. What is in use stays, so that no keystroke in a long letter pays for all of it.
#[derive(Debug, Default)]
pub(super) struct Recall {
    young: Generation,
    old: Generation,
    /// All that tells the sentence at hand from others.
    key: Vec<u32>,
}

#[derive(Debug, Default)]
struct Generation {
    known: FxHashMap<Box<[u32]>, Said>,
    parts: FxHashMap<PartId, Arc<PartSaid>>,
    /// The size of what is known, in bytes.
    size: usize,
}

/// When so many bytes are known, a generation is full: more than what a letter of a hundred pages needs.
const ENOUGH: usize = 2 << 20;

/// In the key: a quotation mark.
const QUOTE: u32 = u32::MAX;

impl Recall {
    /// Makes ready for the next sentence.
    pub(super) fn begin(&mut self) {
        self.key.clear();
    }

    /// Adds a token of the sentence: the number of what its word brings, and what else is asked of it.
    pub(super) fn add(&mut self, gift: usize, flags: [bool; 4]) {
        self.key.push(flags.iter().fold(short(gift), |bits, flag| bits << 1 | u32::from(*flag)));
    }

    /// Adds a quotation mark.
    pub(super) fn add_quote(&mut self) {
        self.key.push(QUOTE);
    }

    /// Forgets all sentences: what words bring has other numbers from now on.
    pub(super) fn forget(&mut self) {
        self.young.known.clear();
        self.old.known.clear();
    }

    /// What a part says by itself.
    pub(super) fn part(&mut self, id: PartId) -> Option<Arc<PartSaid>> {
        if let Some(said) = self.young.parts.get(&id) {
            return Some(said.clone());
        }
        let said = self.old.parts.remove(&id)?;
        self.keep_part(id, said.clone());
        Some(said)
    }

    /// Remembers what a part says by itself.
    pub(super) fn keep_part(&mut self, id: PartId, said: Arc<PartSaid>) {
        self.make_room();
        self.young.size += said.size();
        self.young.parts.insert(id, said);
    }

    /// What a sentence like this says.
    pub(super) fn of(&mut self) -> Option<&Said> {
        if !self.old.known.is_empty()
            && let Some((key, said)) = self.old.known.remove_entry(self.key.as_slice())
        {
            self.remember(key, said);
        }
        self.young.known.get(self.key.as_slice())
    }

    /// Remembers what the sentence at hand says.
    pub(super) fn keep(&mut self, said: Said) {
        self.remember(self.key.as_slice().into(), said);
    }

    fn remember(&mut self, key: Box<[u32]>, said: Said) {
        self.make_room();
        self.young.size += size_of_val(&*key) + said.size();
        self.young.known.insert(key, said);
    }

    fn make_room(&mut self) {
        if self.young.size > ENOUGH {
            self.old = std::mem::take(&mut self.young);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_use_stays_and_the_rest_is_forgotten() {
        let mut recall = Recall::default();
        let mut met = |words: &[usize]| {
            recall.begin();
            for word in words {
                recall.add(*word, [false; 4]);
            }
            let found = recall.of().map(|said| said.places[0].pattern);
            if found.is_none() {
                let places = Box::new([Place { pattern: 7, start: 0, end: 1 }]);
                recall.keep(Said { places, ..Said::default() });
            }
            (found, recall.young.size + recall.old.size)
        };
        let mut long = vec![3; 120];
        let size_of_long = long.len() * size_of::<u32>();
        met(&[1, 2]);
        met(&[1, 2, 4]);
        for number in 0..3 * ENOUGH / size_of_long {
            long[0] = number;
            let (found, _) = met(&long);
            assert_eq!(found, None);
            let (found, size) = met(&[1, 2]);
            assert_eq!(found, Some(7), "{number}");
            assert!(size < 2 * ENOUGH + 4 * size_of_long, "{size}");
        }
        assert_eq!(met(&[1, 2, 4]).0, None);
    }
}

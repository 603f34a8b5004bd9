//! What was found in sentences that were met before: a letter that is being written changes one sentence at a time, and letters
//! of one house share many. In: what the words of a sentence bring, and its marks. Out: its places, if a sentence was met in which all
//! that is the same: names, numbers and unknown words may be others. Refuses to grow without end.

use rustc_hash::FxHashMap;

use super::{flat::short, network::PatternId};

/// A place of a pattern: tokens of the sentence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub pattern: PatternId,
    pub start: u16,
    pub end: u16,
}

/// Sentences with what was found in them.
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
    known: FxHashMap<Box<[u32]>, Box<[Place]>>,
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
        self.young = Generation::default();
        self.old = Generation::default();
    }

    /// What was found in a sentence like this.
    pub(super) fn of(&mut self) -> Option<&[Place]> {
        if !self.young.known.contains_key(self.key.as_slice()) {
            let (key, places) = self.old.known.remove_entry(self.key.as_slice())?;
            self.remember(key, places);
        }
        self.young.known.get(self.key.as_slice()).map(|places| &**places)
    }

    /// Remembers what was found in the sentence that was asked for last.
    pub(super) fn keep(&mut self, places: &[Place]) {
        self.remember(self.key.as_slice().into(), places.into());
    }

    fn remember(&mut self, key: Box<[u32]>, places: Box<[Place]>) {
        if self.young.size > ENOUGH {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.size += size_of_val(&*key) + size_of_val(&*places);
        self.young.known.insert(key, places);
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
            let found = recall.of().map(|places| places[0].pattern);
            if found.is_none() {
                recall.keep(&[Place { pattern: 7, start: 0, end: 1 }]);
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

//! What was found in sentences that were met before: a letter that is being written changes one sentence at a time, and letters
//! of one house share many. In: a sentence. Out: its places, if the very same sentence was met. Refuses to grow without end.

use rustc_hash::FxHashMap;

use super::network::PatternId;
use crate::letter::{Letter, Sentence};

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
    key: Vec<u8>,
}

#[derive(Debug, Default)]
struct Generation {
    known: FxHashMap<Box<[u8]>, Box<[Place]>>,
    /// The size of what is known, in bytes.
    size: usize,
}

/// When so many bytes are known, a generation is full: more than what a letter of a hundred pages needs.
const ENOUGH: usize = 2 << 20;

impl Recall {
    /// What was found in a sentence like this.
    pub(super) fn of(&mut self, letter: &Letter, sentence: &Sentence) -> Option<&[Place]> {
        self.key.clear();
        let mut before = None;
        for token in &letter.tokens[sentence.tokens.clone()] {
            self.key.extend_from_slice(letter.folded[token.folded.clone()].as_bytes());
            let piece = before.is_some_and(|(range, _)| range == &token.range);
            let new_clause = before.is_some_and(|(_, clause)| clause != token.clause);
            let flags = [token.bare, token.negated, token.ends_clause, piece, new_clause];
            let flags = flags.iter().fold(0, |bits, flag| bits << 1 | u8::from(*flag));
            // No byte of a text is as high as these.
            self.key.extend([0xF8 | token.kind as u8, token.written as u8, flags]);
            before = Some((&token.range, token.clause));
        }
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

    fn remember(&mut self, key: Box<[u8]>, places: Box<[Place]>) {
        if self.young.size > ENOUGH {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.size += key.len() + size_of_val(&*places);
        self.young.known.insert(key, places);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::{Forms, PartKind};

    #[test]
    fn what_is_in_use_stays_and_the_rest_is_forgotten() {
        let forms = Forms::parse("language = 'en'\nname = 'English'").unwrap();
        let mut recall = Recall::default();
        let mut met = |text: &str| {
            let letter = Letter::fragment(text, PartKind::Body, &forms);
            let found = recall.of(&letter, &letter.sentences[0]).map(|places| places[0].pattern);
            if found.is_none() {
                recall.keep(&[Place { pattern: 7, start: 0, end: 1 }]);
            }
            (found, recall.young.size + recall.old.size)
        };
        let long = "word ".repeat(120);
        met("We are in use.");
        met("We are met once.");
        for number in 0..3 * ENOUGH / long.len() {
            let (found, _) = met(&format!("{number} {long}"));
            assert_eq!(found, None);
            let (found, size) = met("We are in use.");
            assert_eq!(found, Some(7), "{number}");
            assert!(size < 2 * ENOUGH + 4 * long.len(), "{size}");
        }
        assert_eq!(met("We are met once.").0, None);
    }
}

//! What sentences say that were met before: a letter that is being written changes one sentence at a time, and letters of one house
//! share many. In: a sentence. Out: what it says, if the very same sentence was met. Refuses to grow without end.

use rustc_hash::FxHashMap;

use super::{findings::PartSaid, network::PatternId, said::Said};
use crate::letter::{Letter, PartId, Sentence};

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
    key: Vec<u8>,
}

#[derive(Debug, Default)]
struct Generation {
    known: FxHashMap<Box<[u8]>, Said>,
    parts: FxHashMap<PartId, PartSaid>,
    /// The size of what is known, in bytes.
    size: usize,
}

/// When so many bytes are known, a generation is full: more than what a letter of a hundred pages needs.
const ENOUGH: usize = 2 << 20;

impl Recall {
    /// What a sentence like this says.
    pub(super) fn of(&mut self, letter: &Letter, sentence: &Sentence) -> Option<&Said> {
        self.key.clear();
        let mut before = None;
        for token in &letter.tokens[sentence.tokens.clone()] {
            self.key.extend_from_slice(letter.folded[token.folded.clone()].as_bytes());
            let piece = before.is_some_and(|(range, _)| range == &token.range);
            let new_clause = before.is_some_and(|(_, clause)| clause != token.clause);
            let flags = [token.bare, token.negated, token.ends_clause, piece, new_clause];
            let flags = flags.iter().fold(token.head as u8, |bits, flag| bits << 1 | u8::from(*flag));
            // No byte of a text is as high as these.
            self.key.extend([0xF8 | token.kind as u8, token.written as u8, flags]);
            before = Some((&token.range, token.clause));
        }
        if !self.young.known.contains_key(self.key.as_slice()) {
            let (key, said) = self.old.known.remove_entry(self.key.as_slice())?;
            self.remember(key, said);
        }
        self.young.known.get(self.key.as_slice())
    }

    /// Remembers what the sentence says that was asked for last.
    pub(super) fn keep(&mut self, said: Said) {
        self.remember(self.key.as_slice().into(), said);
    }

    /// What was found in a part.
    pub(super) fn part(&mut self, id: PartId) -> Option<&PartSaid> {
        if !self.young.parts.contains_key(&id) {
            let said = self.old.parts.remove(&id)?;
            self.keep_part(id, said);
        }
        self.young.parts.get(&id)
    }

    /// Remembers what was found in a part.
    pub(super) fn keep_part(&mut self, id: PartId, said: PartSaid) {
        self.make_room();
        self.young.size += said.size();
        self.young.parts.insert(id, said);
    }

    /// Remembers the sentences that another one knows.
    pub(super) fn absorb(&mut self, other: Recall) {
        for (key, said) in other.old.known.into_iter().chain(other.young.known) {
            self.remember(key, said);
        }
    }

    fn remember(&mut self, key: Box<[u8]>, said: Said) {
        self.make_room();
        self.young.size += key.len() + said.size();
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
    use crate::letter::{Forms, PartKind};

    #[test]
    fn what_is_in_use_stays_and_the_rest_is_forgotten() {
        let forms = Forms::parse("language = 'en'\nname = 'English'").unwrap();
        let mut recall = Recall::default();
        let mut met = |text: &str| {
            let letter = Letter::fragment(text, PartKind::Body, &forms);
            let found = recall.of(&letter, &letter.sentences[0]).map(|said| said.places[0].pattern);
            if found.is_none() {
                let places = Box::new([Place { pattern: 7, start: 0, end: 1 }]);
                recall.keep(Said { places, ..Said::default() });
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

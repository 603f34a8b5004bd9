//! What was found in sentences that were met before: a letter that is being written changes one sentence at a time, and letters
//! of one house share many. In: a sentence. Out: its places, if the very same sentence was met. Refuses to grow without end.

use rustc_hash::FxHashMap;

use super::compile::PatternId;
use crate::letter::{Letter, Sentence};

/// A place of a pattern: tokens of the sentence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub pattern: PatternId,
    pub start: u16,
    pub end: u16,
}

/// Sentences with what was found in them.
#[derive(Debug, Default)]
pub(super) struct Recall {
    known: FxHashMap<Box<[u8]>, Box<[Place]>>,
    /// All that tells the sentence at hand from others.
    key: Vec<u8>,
    /// The size of what is known, in bytes.
    size: usize,
}

/// When so many bytes are known, all are forgotten.
const ENOUGH: usize = 1 << 20;

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
        self.known.get(self.key.as_slice()).map(|places| &**places)
    }

    /// Remembers what was found in the sentence that was asked for last.
    pub(super) fn keep(&mut self, places: &[Place]) {
        if self.size > ENOUGH {
            self.known.clear();
            self.size = 0;
        }
        self.size += self.key.len() + size_of_val(places);
        self.known.insert(self.key.as_slice().into(), places.into());
    }
}

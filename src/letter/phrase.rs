//! In: phrases of a `letter.toml`. Out: which of them stands at a place in a row of folded words. Refuses gaps and
//! alternatives: those are for cues.

use std::{cmp::Reverse, collections::BTreeMap};

use serde::{Deserialize, Serialize};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, little_endian::U32};

use crate::flat::{Dictionary, Lists, short};

/// Phrases, each with what it means.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Serialize", deserialize = "T: Deserialize<'de>, 'de: 'static"))]
pub(super) struct Phrases<T> {
    /// All their words, numbered.
    words: Dictionary,
    /// For each word the phrases that begin with it, the longest first.
    by_first: Lists<Phrase>,
    /// For each phrase its other words.
    rests: Lists<U32>,
    meanings: Vec<T>,
}

#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Phrase {
    rest: U32,
    meaning: U32,
}

impl<T> Default for Phrases<T> {
    fn default() -> Self {
        Self { words: Dictionary::default(), by_first: Lists::default(), rests: Lists::default(), meanings: Vec::new() }
    }
}

impl<T: Copy + PartialEq> Phrases<T> {
    /// These phrases, as words; an empty one is ignored.
    pub fn new(phrases: Vec<(Vec<String>, T)>) -> Self {
        let mut made = Self::default();
        let words = phrases.iter().flat_map(|(words, _)| words);
        let mut numbers: BTreeMap<String, u32> = words.map(|word| (word.clone(), 0)).collect();
        numbers.values_mut().zip(0..).for_each(|(number, next)| *number = next);
        made.words = Dictionary::new(&numbers);
        let mut by_first = vec![Vec::new(); numbers.len()];
        for (words, meaning) in phrases {
            let phrase: Vec<U32> = words.iter().map(|word| U32::new(numbers[word])).collect();
            let Some((first, rest)) = phrase.split_first() else { continue };
            let known = made.meanings.iter().position(|known| *known == meaning);
            let meaning = known.unwrap_or_else(|| {
                made.meanings.push(meaning);
                made.meanings.len() - 1
            });
            let phrase = Phrase { rest: short(made.rests.push(rest)).into(), meaning: short(meaning).into() };
            by_first[first.get() as usize].push((Reverse(rest.len()), phrase));
        }
        for mut phrases in by_first {
            phrases.sort_by_key(|(length, _)| *length);
            made.by_first.push(&phrases.into_iter().map(|(_, phrase)| phrase).collect::<Vec<_>>());
        }
        made
    }

    /// The phrases that begin with this word.
    fn of(&self, word: &str) -> &[Phrase] {
        self.words.get(word).map_or(&[], |number| self.by_first.get(number as usize))
    }

    /// Whether a phrase begins with this word.
    pub fn has_first(&self, word: &str) -> bool {
        !self.of(word).is_empty()
    }

    /// The longest phrase that begins at `at`: how many words it has and what it means. `word` gives the word of an index.
    pub fn at<'a>(&self, at: usize, word: impl Fn(usize) -> Option<&'a str>) -> Option<(usize, T)> {
        let rest = |phrase: &Phrase| self.rests.get(phrase.rest.get() as usize);
        let number = |at: usize| self.words.get(word(at)?);
        let fits = |phrase: &&Phrase| (at + 1..).zip(rest(phrase)).all(|(at, want)| number(at) == Some(want.get()));
        let found = self.of(word(at)?).iter().find(fits)?;
        Some((rest(found).len() + 1, self.meanings[found.meaning.get() as usize]))
    }
}

/// A pattern with `*` for any text, as its literal pieces; the first is empty where the pattern begins with `*`.
pub(super) fn glob_pieces(pattern: &str) -> Vec<String> {
    pattern.split('*').map(|piece| piece.trim().to_owned()).collect()
}

/// Where the first match of the pieces ends in the text and where its last piece begins. The first piece is anchored.
pub(super) fn glob_end(pieces: &[String], text: &str) -> Option<(usize, usize)> {
    let (first, rest) = pieces.split_first()?;
    if !text.starts_with(first.as_str()) {
        return None;
    }
    let mut place = (0, first.len());
    for piece in rest {
        let found = place.1 + text[place.1..].find(piece.as_str())?;
        place = (found, found + piece.len());
    }
    Some((place.1, place.0))
}

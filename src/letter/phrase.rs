//! In: phrases of a `letter.toml`. Out: which of them stands at a place in a row of folded words. Refuses gaps and
//! alternatives: those are for cues.

use rustc_hash::FxHashMap;

/// Phrases by their first word; each phrase with what it means.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Phrases<T> {
    by_first: FxHashMap<String, Vec<(Vec<String>, T)>>,
}

impl<T> Default for Phrases<T> {
    fn default() -> Self {
        Self { by_first: FxHashMap::default() }
    }
}

impl<T: Copy> Phrases<T> {
    /// Adds a phrase; an empty one is ignored.
    pub fn add(&mut self, words: Vec<String>, meaning: T) {
        let mut words = words.into_iter();
        let Some(first) = words.next() else { return };
        let phrases = self.by_first.entry(first).or_default();
        phrases.push((words.collect(), meaning));
        phrases.sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len()));
    }

    /// Whether a phrase begins with this word.
    pub fn has_first(&self, word: &str) -> bool {
        self.by_first.contains_key(word)
    }

    /// The longest phrase that begins at `at`: how many words it has and what it means. `word` gives the word of an index.
    pub fn at<'a>(&self, at: usize, word: impl Fn(usize) -> Option<&'a str>) -> Option<(usize, T)> {
        let phrases = self.by_first.get(word(at)?)?;
        let fits = |rest: &[String]| rest.iter().enumerate().all(|(i, want)| word(at + 1 + i) == Some(want.as_str()));
        phrases.iter().find(|(rest, _)| fits(rest)).map(|(rest, meaning)| (rest.len() + 1, *meaning))
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

//! Parts that were taken apart before: a letter that is being written changes one of them at a time. In: a part. Out: its tokens and
//! sentences, if the very same part was in the letter at the last look. Refuses to keep what a look did not ask for.

use std::{
    hash::Hasher,
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
};

use rustc_hash::{FxHashMap, FxHasher};

use super::{Letter, PartKind, Token, sentences::Typing};

/// The number of a part that is known. Parts of one number have the same text and the same tokens, wherever they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartId(u64);

/// The parts of a letter at the last look, and those of the look at hand.
#[derive(Debug, Default)]
pub struct Known {
    last: FxHashMap<u64, Apart>,
    now: FxHashMap<u64, Apart>,
}

/// A part taken apart: places are counted from its beginning.
#[derive(Debug)]
struct Apart {
    id: PartId,
    kind: PartKind,
    typing: Typing,
    text: Box<str>,
    tokens: Box<[Token]>,
    folded: Box<str>,
    sentences: Box<[Range<usize>]>,
}

impl Known {
    /// A look begins: what the last one did not ask for is forgotten.
    pub fn begin(&mut self) {
        self.last = std::mem::take(&mut self.now);
    }

    /// Adds a part to the letter as it was taken apart before; false where it was not.
    pub(super) fn add(
        &mut self,
        letter: &mut Letter,
        (kind, text): (PartKind, &str),
        at: usize,
        typing: Typing,
    ) -> bool {
        let key = key(kind, text);
        let is_it = |apart: &Apart| apart.kind == kind && apart.typing == typing && *apart.text == *text;
        if !self.now.get(&key).is_some_and(is_it) {
            if !self.last.get(&key).is_some_and(is_it) {
                return false;
            }
            self.now.extend(self.last.remove_entry(&key));
        }
        self.now[&key].put(letter, at);
        true
    }

    /// Keeps the last part of a letter, which was not known.
    pub(super) fn keep(&mut self, letter: &mut Letter, text: &str, typing: Typing) {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = PartId(NEXT.fetch_add(1, Ordering::Relaxed));
        let Some(part) = letter.parts.last_mut() else { return };
        part.id = Some(id);
        let sentences = &letter.sentences[part.sentences.clone()];
        let from = sentences.first().map_or(letter.tokens.len(), |sentence| sentence.tokens.start);
        let tokens = &letter.tokens[from..];
        let folded = tokens.first().map_or(letter.folded.len(), |token| token.folded.start);
        let apart = Apart {
            id,
            kind: part.kind,
            typing,
            text: text[part.range.clone()].into(),
            tokens: tokens.iter().map(|token| token.moved((part.range.start, 0), (folded, 0))).collect(),
            folded: letter.folded[folded..].into(),
            sentences: sentences.iter().map(|it| it.tokens.start - from..it.tokens.end - from).collect(),
        };
        self.now.insert(key(apart.kind, &apart.text), apart);
    }
}

impl Apart {
    /// Adds the part to a letter.
    fn put(&self, letter: &mut Letter, at: usize) {
        let (first, from, folded) = (letter.sentences.len(), letter.tokens.len(), letter.folded.len());
        letter.tokens.extend(self.tokens.iter().map(|token| token.moved((0, at), (0, folded))));
        letter.folded.push_str(&self.folded);
        for sentence in &self.sentences {
            let tokens = sentence.start + from..sentence.end + from;
            letter.add_sentence(tokens);
        }
        letter.add_part_of(self.kind, at..at + self.text.len(), first, Some(self.id));
    }
}

fn key(kind: PartKind, text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.write_u8(kind as u8);
    hasher.finish()
}

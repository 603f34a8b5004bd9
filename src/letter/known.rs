//! Parts that were taken apart before: a letter that is being written changes one of them at a time. In: a part. Out: its tokens and
//! sentences, if the very same part was in the letter at the last look. Refuses to keep what a look did not ask for.

use std::{
    hash::Hasher,
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
};

use rustc_hash::{FxHashMap, FxHasher};

use super::{
    Letter, PartKind, Token,
    sentences::Typing,
    stretches::{Begins, Stretch},
};

/// The number of a part that is known. Parts of one number have the same text and the same tokens, wherever they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartId(u64);

/// So many bytes a sentence takes, and a token.
const USUAL_SENTENCE: usize = 60;
const USUAL_TOKEN: usize = 5;

/// The parts of a letter at the last look, and those of the look at hand.
#[derive(Debug, Default)]
pub struct Known {
    parts: FxHashMap<u64, Apart>,
    /// How many looks there were.
    looks: usize,
    /// How many sentences, tokens and bytes of folded words the last letter had: the next has about as many.
    size: (usize, usize, usize),
}

/// A stretch of a part taken apart: places are counted from its beginning.
#[derive(Debug)]
struct Apart {
    id: PartId,
    /// The number of the last look that has asked for it.
    asked: usize,
    kind: PartKind,
    begins: Begins,
    /// How a text is typed in which it is taken apart like this.
    small_letters: bool,
    widths: Range<usize>,
    text: Box<str>,
    tokens: Box<[Token]>,
    folded: Box<str>,
    sentences: Box<[Range<usize>]>,
}

impl Known {
    /// A look begins: what the last one did not ask for is forgotten.
    pub fn begin(&mut self) {
        let last = self.looks;
        self.parts.retain(|_, apart| apart.asked == last);
        self.looks += 1;
    }

    /// An empty letter with room for as much as the last had, or for what such a text usually has.
    pub(super) fn room(&self, text: &str) -> Letter {
        let usual = (text.len() / USUAL_SENTENCE, text.len() / USUAL_TOKEN, text.len());
        let (sentences, tokens, folded) = if self.parts.is_empty() { usual } else { self.size };
        Letter {
            parts: Vec::with_capacity(self.parts.len()),
            sentences: Vec::with_capacity(sentences),
            tokens: Vec::with_capacity(tokens),
            folded: String::with_capacity(folded),
        }
    }

    /// Takes the size of a letter, with some room for what is typed next.
    pub(super) fn measure(&mut self, letter: &Letter) {
        let more = |size: usize| size + size / 64;
        self.size = (more(letter.sentences.len()), more(letter.tokens.len()), more(letter.folded.len()));
    }

    /// Adds a stretch of a part to the letter as it was taken apart before; false where it was not.
    pub(super) fn add(
        &mut self,
        letter: &mut Letter,
        (kind, stretch): (PartKind, &Stretch),
        text: &str,
        typing: Typing,
    ) -> bool {
        let text = &text[stretch.range.clone()];
        let is_typed =
            |apart: &Apart| apart.small_letters == typing.small_letters && apart.widths.contains(&typing.width);
        let is_it = |apart: &&mut Apart| {
            (apart.kind, apart.begins) == (kind, stretch.begins) && is_typed(apart) && *apart.text == *text
        };
        let Some(apart) = self.parts.get_mut(&key((kind, stretch.begins), text)).filter(is_it) else { return false };
        apart.asked = self.looks;
        apart.put(letter, stretch.range.start);
        true
    }

    /// Keeps the last stretch of a letter, which was not known.
    pub(super) fn keep(
        &mut self,
        letter: &mut Letter,
        (text, begins): (&str, Begins),
        typing: Typing,
        widths: Range<usize>,
    ) {
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
            asked: self.looks,
            kind: part.kind,
            begins,
            small_letters: typing.small_letters,
            widths,
            text: text[part.range.clone()].into(),
            tokens: tokens.iter().map(|token| token.moved((part.range.start, 0), (folded, 0))).collect(),
            folded: letter.folded[folded..].into(),
            sentences: sentences.iter().map(|it| it.tokens.start - from..it.tokens.end - from).collect(),
        };
        self.parts.insert(key((apart.kind, begins), &apart.text), apart);
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
        let stretch = Stretch { range: at..at + self.text.len(), begins: self.begins };
        letter.add_part_of(self.kind, stretch, first, Some(self.id));
    }
}

fn key((kind, begins): (PartKind, Begins), text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.write_u8(kind as u8);
    hasher.write_u8(begins as u8);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::letter::Forms;

    proptest! {
        /// Lines of all lengths beside words that may or may not have had their place in them.
        #[test]
        fn a_letter_with_a_memory_is_taken_apart_as_one_without(
            texts in prop::collection::vec(prop::collection::vec("[A-Z]?[a-z]{1,4}|[A-Z][a-z]{20,30}|[a-z]{9}[.]|\n|\n\n|> x\n", 30..60), 4)
        ) {
            let forms = Forms::parse("language = 'en'\nname = 'English'").expect("forms");
            let mut known = Known::default();
            for text in texts.iter().map(|words| words.join(" ")) {
                // The same parts in a text whose lines are wrapped to another width.
                for line in ["", "\n\nThis line is as long as that, perhaps, or longer", "\n\nThis line is the longest, or else one that is longer still is"] {
                    let text = format!("{text}{line}");
                    known.begin();
                    let letter = Letter::parse_again(&text, &[], &forms, &mut known);
                    let fresh = Letter::parse(&text, &[], &forms);
                    prop_assert_eq!(&letter.sentences, &fresh.sentences, "{}", text);
                    prop_assert_eq!(&letter.tokens, &fresh.tokens, "{}", text);
                    prop_assert_eq!(&letter.folded, &fresh.folded, "{}", text);
                }
            }
        }
    }
}

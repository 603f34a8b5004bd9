//! The words that were met, with all that they bring to a sentence: in this letter or before. In: a token. Out: the symbols that it gives
//! rise to, the operations that it makes possible. Refuses to grow without end.

use rustc_hash::FxHashMap;

use super::{bits, chart::Symbol, mask::Mask, network::Network, vocabulary::Vocabulary};
use crate::{
    flat::short,
    letter::{Letter, Token, TokenKind, Written},
};

/// The words that were met.
#[derive(Debug)]
pub(super) struct Words {
    /// For each word what it brings; for many the same.
    known: FxHashMap<Box<[u8]>, usize>,
    /// What words of these groups bring.
    gifts: FxHashMap<Box<[u32]>, usize>,
    /// The row of the word at hand: its symbols as blocks of bits. Most blocks of most words are empty.
    row: Vec<u64>,
    /// For each gift its row by runs of 64 blocks.
    runs: Vec<Run>,
    /// The blocks of all rows that are not empty.
    blocks: Vec<u64>,
    /// For all gifts, one after another, their lists in the vocabulary.
    lists: Vec<usize>,
    /// For each gift where its own end.
    ends: Vec<usize>,
    /// All that tells the word at hand from others, and its groups.
    key: Vec<u8>,
    groups: Vec<u32>,
}

/// Of 64 blocks as bits those that are not empty, and where the first of these stands.
pub(super) type Run = (u64, u32);

/// Longer words, in bytes of their key, are hardly met twice.
const LONGEST_KEPT: usize = 64;
/// When so many words or gifts are known, they are forgotten.
const ENOUGH_WORDS: usize = 16_384;
const ENOUGH_GIFTS: usize = 4096;

impl Words {
    pub(super) fn new(network: &Network) -> Self {
        Words {
            known: FxHashMap::default(),
            gifts: FxHashMap::default(),
            row: vec![0; network.symbols().div_ceil(64)],
            runs: Vec::new(),
            blocks: Vec::new(),
            lists: Vec::new(),
            ends: Vec::new(),
            key: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// Forgets words if there are many; true if the numbers of gifts were forgotten with them.
    pub(super) fn make_room(&mut self) -> bool {
        let many = self.gifts.len() > ENOUGH_GIFTS;
        if many || self.known.len() > ENOUGH_WORDS {
            self.known.clear();
        }
        if many {
            self.gifts.clear();
            self.runs.clear();
            self.blocks.clear();
            self.lists.clear();
            self.ends.clear();
        }
        many
    }

    /// The number of what a token's word brings.
    pub(super) fn gift(&mut self, network: &Network, letter: &Letter, token: &Token) -> usize {
        let word = &letter.folded[token.folded.clone()];
        let flags = u8::from(token.bare) | u8::from(token.negated) << 1 | (token.kind as u8) << 2;
        self.key.clear();
        self.key.extend_from_slice(word.as_bytes());
        // No byte of a text is as high as the first of these.
        self.key.extend([0xF8 | token.written as u8, flags]);
        if let Some(gift) = self.known.get(self.key.as_slice()) {
            return *gift;
        }
        self.groups.clear();
        network.vocabulary.look_up(word, token.bare, |group| self.groups.push(group));
        self.groups.extend(classes(word, token).filter_map(|class| network.vocabulary.class(class)));
        self.groups.sort_unstable();
        self.groups.dedup();
        self.groups.push(token.negated.into());
        let gift = match self.gifts.get(self.groups.as_slice()) {
            Some(gift) => *gift,
            None => self.new_gift(network, token),
        };
        if self.key.len() <= LONGEST_KEPT {
            self.known.insert(self.key.as_slice().into(), gift);
        }
        gift
    }

    fn new_gift(&mut self, network: &Network, token: &Token) -> usize {
        let groups = self.groups.split_last().map_or(&[][..], |(_, groups)| groups);
        for list in groups.iter().flat_map(|group| Vocabulary::lists(*group, token.negated)) {
            if !network.triggers.get(list).is_empty() {
                self.lists.push(list);
            }
            for symbol in network.vocabulary.symbols(list) {
                bits::insert(&mut self.row, symbol);
            }
        }
        for run in self.row.chunks_mut(64) {
            let first = short(self.blocks.len());
            let mut filled = 0;
            for (nth, block) in run.iter_mut().enumerate().filter(|(_, block)| **block != 0) {
                filled |= 1 << nth;
                self.blocks.push(std::mem::take(block));
            }
            self.runs.push((filled, first));
        }
        self.ends.push(self.lists.len());
        let gift = self.ends.len() - 1;
        self.gifts.insert(self.groups.as_slice().into(), gift);
        gift
    }

    /// Adds a gift to what may be in a sentence, as bits; gives the place of the gift's row.
    pub(super) fn bring(&self, network: &Network, gift: usize, to: &mut Brought) -> usize {
        let runs = self.row.len().div_ceil(64);
        let place = gift * runs;
        for (all, &(filled, first)) in to.symbols.chunks_mut(64).zip(&self.runs[place..place + runs]) {
            let mut left = filled;
            for block in &self.blocks[first as usize..] {
                if left == 0 {
                    break;
                }
                all[left.trailing_zeros() as usize & 63] |= block;
                left &= left - 1;
            }
        }
        let lists = gift.checked_sub(1).map_or(0, |before| self.ends[before]);
        for &list in &self.lists[lists..self.ends[gift]] {
            to.bring(network, list);
        }
        place
    }

    /// The runs of the rows of a sentence's words, by the places of the rows: the first of all words, then the second of all, and so on.
    pub(super) fn runs(&self, sentence: &[usize], to: &mut Vec<Run>) {
        to.clear();
        for run in 0..self.row.len().div_ceil(64) {
            to.extend(sentence.iter().map(|place| self.runs[place + run]));
        }
    }

    /// The positions of the words that give a symbol, of a sentence of so many words with these runs.
    pub(super) fn giving(&self, symbol: Symbol, words: usize, runs: &[Run]) -> Mask {
        let (run, nth, bit) = (symbol as usize / 4096, symbol / 64 % 64, symbol % 64);
        let gives = |&(filled, first): &Run| {
            let before = (filled & ((1 << nth) - 1)).count_ones();
            filled >> nth & 1 != 0 && self.blocks[(first + before) as usize] >> bit & 1 != 0
        };
        Mask::of_those(&runs[run * words..(run + 1) * words], gives)
    }
}

/// What the words of a sentence bring, as bits.
#[derive(Debug)]
pub(super) struct Brought {
    /// The symbols that may have edges.
    pub symbols: Vec<u64>,
    /// The operations that may be possible.
    pub operations: Vec<u64>,
}

impl Brought {
    pub(super) fn new(network: &Network) -> Self {
        let bits = |count: usize| vec![0; count.div_ceil(64)];
        let operations = bits(network.operations.len());
        Brought { symbols: bits(network.symbols()), operations }
    }

    pub(super) fn clear(&mut self) {
        self.symbols.fill(0);
        self.operations.fill(0);
    }

    /// Adds the operations of a list of the vocabulary's symbols.
    fn bring(&mut self, network: &Network, list: usize) {
        let operations = &mut *self.operations;
        for operation in network.triggers.get(list) {
            bits::insert(operations, operation.get());
        }
    }

    /// Adds all that a token class brings.
    pub(super) fn bring_class(&mut self, network: &Network, class: &str) {
        for list in network.vocabulary.class(class).into_iter().flat_map(|group| Vocabulary::lists(group, false)) {
            for symbol in network.vocabulary.symbols(list) {
                bits::insert(&mut self.symbols, symbol);
            }
            self.bring(network, list);
        }
    }
}

/// The token classes of a word that need no lexicon. That of names is more than a word: a name has a capital, but not all such words are names.
fn classes(word: &str, token: &Token) -> impl Iterator<Item = &'static str> {
    let is_word = token.kind == TokenKind::Word;
    let number = token.kind == TokenKind::Number;
    let capital = is_word && token.written != Written::Lower;
    [
        ("word", is_word),
        ("caps", is_word && token.written == Written::Caps),
        ("capital", capital && word.chars().nth(1).is_some()),
        ("name", capital && word.len() > 1),
        ("number", number),
        ("year", number && is_year(word)),
        ("ordinal", number && word.ends_with(|c: char| c.is_alphabetic() || c == '.')),
        ("clock", number && is_clock(word)),
        ("numeric-date", number && is_date(word)),
    ]
    .into_iter()
    .filter_map(|(class, holds)| holds.then_some(class))
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse().is_ok_and(|year: u16| (1900..2100).contains(&year))
}

fn is_clock(word: &str) -> bool {
    let letters = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':' || c == '.');
    matches!(letters, "am" | "pm" | "h") || (letters.is_empty() && word.len() <= 5 && word.contains(':'))
}

fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.trim_end_matches('.').split(['.', '/', '-']).collect();
    (2..=3).contains(&parts.len())
        && word.contains(['.', '/', '-'])
        && parts.iter().all(|part| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
        && (parts.len() == 3 || (word.ends_with('.') && parts.iter().all(|part| part.len() <= 2)))
}

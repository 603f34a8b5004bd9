//! The words that were met, with all that they bring to a sentence: in this letter or before. In: a token. Out: the symbols that it gives
//! rise to, the features that it shows, the operations that it makes possible. Refuses to grow without end.

use rustc_hash::FxHashMap;

use super::{bits, chart::Symbol, flat::short, mask::Mask, network::Network};
use crate::letter::{Letter, Token, TokenKind, Written};

/// The words that were met.
#[derive(Debug)]
pub(super) struct Words {
    /// For each word what it brings; for many the same.
    known: FxHashMap<Box<[u8]>, usize>,
    /// What words of these groups and classes bring.
    gifts: FxHashMap<Box<[u32]>, usize>,
    /// The row of the word at hand: blocks of bits, symbols, and behind them features. Most blocks of most words are empty.
    row: Vec<u64>,
    /// Where in a row the features begin.
    features: usize,
    /// For each gift its row by runs of 64 blocks: as bits those that are not empty, and where the first of these stands.
    runs: Vec<(u64, u32)>,
    /// The blocks of all rows that are not empty.
    blocks: Vec<u64>,
    /// For all gifts, one after another, the operations that they make possible.
    operations: Vec<u32>,
    /// For each gift where its own end.
    ends: Vec<usize>,
    /// All that tells the word at hand from others, and its groups and classes.
    key: Vec<u8>,
    groups: Vec<u32>,
}

/// Longer words, in bytes of their key, are hardly met twice.
const LONGEST_KEPT: usize = 64;
/// When so many words or gifts are known, they are forgotten.
const ENOUGH_WORDS: usize = 16_384;
const ENOUGH_GIFTS: usize = 4096;

impl Words {
    pub(super) fn new(network: &Network) -> Self {
        let features = network.triggers.len().div_ceil(64);
        let length = features + network.features.div_ceil(64);
        Words {
            known: FxHashMap::default(),
            gifts: FxHashMap::default(),
            row: vec![0; length],
            features,
            runs: Vec::new(),
            blocks: Vec::new(),
            operations: Vec::new(),
            ends: Vec::new(),
            key: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// The length of a row of bits, and where in it the features begin, in blocks of 64.
    pub(super) fn row(&self) -> (usize, usize) {
        (self.row.len(), self.features)
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
            self.operations.clear();
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
        self.groups.sort_unstable();
        self.groups.dedup();
        let classes = classes(word, token).fold(0, |bits, (number, _)| bits | 1 << number);
        self.groups.push(classes << 1 | u32::from(token.negated));
        let gift = match self.gifts.get(self.groups.as_slice()) {
            Some(gift) => *gift,
            None => self.new_gift(network, word, token),
        };
        if self.key.len() <= LONGEST_KEPT {
            self.known.insert(self.key.as_slice().into(), gift);
        }
        gift
    }

    fn new_gift(&mut self, network: &Network, word: &str, token: &Token) -> usize {
        let (symbols, features) = self.row.split_at_mut(self.features);
        let groups = self.groups.split_last().map_or(&[][..], |(_, groups)| groups);
        let given = groups.iter().flat_map(|group| network.vocabulary.given(*group, token.negated));
        for symbol in given.chain(classes(word, token).filter_map(|(_, class)| network.builtins.get(class))) {
            if bits::insert(symbols, symbol) {
                self.operations.extend(network.triggers.get(symbol as usize).iter().map(|operation| operation.get()));
                for feature in network.shows.get(symbol as usize) {
                    bits::insert(features, feature.get());
                }
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
        self.ends.push(self.operations.len());
        let gift = self.ends.len() - 1;
        self.gifts.insert(self.groups.as_slice().into(), gift);
        gift
    }

    /// Adds a gift to the bits of a sentence, and to what may be possible in it; gives the place of the gift's row.
    pub(super) fn bring(&self, gift: usize, all: &mut [u64], possible: &mut [u64]) -> usize {
        let runs = self.row.len().div_ceil(64);
        let place = gift * runs;
        for (all, &(filled, first)) in all.chunks_mut(64).zip(&self.runs[place..place + runs]) {
            let mut left = filled;
            for block in &self.blocks[first as usize..] {
                if left == 0 {
                    break;
                }
                all[left.trailing_zeros() as usize & 63] |= block;
                left &= left - 1;
            }
        }
        let operations = gift.checked_sub(1).map_or(0, |before| self.ends[before]);
        for &operation in &self.operations[operations..self.ends[gift]] {
            bits::insert(possible, operation);
        }
        place
    }

    /// The positions of the words of a sentence that give a symbol; the words by the places of the rows of what they bring.
    pub(super) fn giving(&self, symbol: Symbol, sentence: &[usize]) -> Mask {
        let (run, nth, bit) = (symbol as usize / 4096, symbol / 64 % 64, symbol % 64);
        Mask::of_bits(sentence, |&place| {
            let (filled, first) = self.runs[place + run];
            if filled >> nth & 1 == 0 {
                return 0;
            }
            let before = (filled & ((1 << nth) - 1)).count_ones();
            self.blocks[(first + before) as usize] >> bit & 1
        })
    }
}

/// The token classes that need no lexicon, numbered. That of names is more than a word: a name has a capital, but not all such words are names.
fn classes(word: &str, token: &Token) -> impl Iterator<Item = (usize, &'static str)> {
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
    .enumerate()
    .filter_map(|(number, (class, holds))| holds.then_some((number, class)))
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

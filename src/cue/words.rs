//! The words that were met, with all that they bring to a sentence: in this letter or before. In: a token. Out: the symbols that it gives
//! rise to, the operations that it makes possible. Refuses to grow without end.

use rustc_hash::FxHashMap;

use super::{bits, chart::Symbol, mask::Mask, network::Network, vocabulary::Vocabulary};
use crate::letter::{Letter, Token, TokenKind, Written};

/// The words that were met.
#[derive(Debug)]
pub(super) struct Words {
    /// For each word what it brings; for many the same.
    known: FxHashMap<Box<[u8]>, usize>,
    /// What words of these groups bring.
    gifts: FxHashMap<Box<[u32]>, usize>,
    /// For each gift a row of bits: its symbols.
    rows: Vec<u64>,
    /// The length of a row.
    length: usize,
    /// For all gifts, one after another, the blocks of their rows that are not empty, and their lists in the vocabulary.
    blocks: Vec<u32>,
    lists: Vec<usize>,
    /// For each gift where its own end.
    ends: Vec<(usize, usize)>,
    /// All that tells the word at hand from others, and its groups.
    key: Vec<u8>,
    groups: Vec<u32>,
}

/// Longer words, in bytes of their key, are hardly met twice.
const LONGEST_KEPT: usize = 64;
/// When so many words or gifts are known, they are forgotten.
const ENOUGH_WORDS: usize = 16_384;
const ENOUGH_GIFTS: usize = 4096;
/// So many gifts a letter brings.
const USUAL_GIFTS: usize = 160;

impl Words {
    pub(super) fn new(network: &Network) -> Self {
        let length = network.symbols().div_ceil(64);
        Words {
            known: FxHashMap::default(),
            gifts: FxHashMap::default(),
            rows: Vec::with_capacity(length * USUAL_GIFTS),
            length,
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
            self.rows.clear();
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
        let from = self.rows.len();
        self.rows.resize(from + self.length, 0);
        let row = &mut self.rows[from..];
        let groups = self.groups.split_last().map_or(&[][..], |(_, groups)| groups);
        for list in groups.iter().flat_map(|group| Vocabulary::lists(*group, token.negated)) {
            if !network.triggers.get(list).is_empty() {
                self.lists.push(list);
            }
            for symbol in network.vocabulary.symbols(list) {
                let block = &mut row[symbol as usize / 64];
                if *block == 0 {
                    self.blocks.push(symbol / 64);
                }
                *block |= 1 << (symbol % 64);
            }
        }
        self.ends.push((self.blocks.len(), self.lists.len()));
        let gift = self.ends.len() - 1;
        self.gifts.insert(self.groups.as_slice().into(), gift);
        gift
    }

    /// Adds a gift to what may be in a sentence, as bits; gives the place of the gift's row.
    pub(super) fn bring(&self, network: &Network, gift: usize, to: &mut Brought) -> usize {
        let place = gift * self.length;
        let (blocks, lists) = gift.checked_sub(1).map_or((0, 0), |before| self.ends[before]);
        let row = &self.rows[place..place + self.length];
        for &block in &self.blocks[blocks..self.ends[gift].0] {
            to.symbols[block as usize] |= row[block as usize];
        }
        for &list in &self.lists[lists..self.ends[gift].1] {
            to.bring(network, list);
        }
        place
    }

    /// The positions of the words of a sentence that give a symbol; the words by the places of the rows of what they bring.
    pub(super) fn giving(&self, symbol: Symbol, sentence: &[usize]) -> Mask {
        let (rows, bit) = (&self.rows[symbol as usize / 64..], symbol % 64);
        Mask::of_bits(sentence, |&place| rows[place] >> bit & 1)
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

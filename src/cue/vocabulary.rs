//! Which symbols a word gives rise to. In: a folded word. Out: the symbols of all tests that it passes: whole words, beginnings,
//! endings, insides.

use std::collections::BTreeMap;

use fst::{Map, MapBuilder, raw};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, little_endian::U32};

use super::{
    chart::Symbol,
    flat::{Lists, Table},
};

/// Whether a symbol minds that its word is negated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Need {
    Any,
    /// Only where the word is not negated.
    Plain,
    /// Only where it is.
    Negated,
}

impl Need {
    pub(super) fn allows(self, negated: bool) -> bool {
        match self {
            Need::Any => true,
            Need::Plain => !negated,
            Need::Negated => negated,
        }
    }

    pub(super) fn flipped(self) -> Self {
        match self {
            Need::Any => Need::Any,
            Need::Plain => Need::Negated,
            Need::Negated => Need::Plain,
        }
    }

    /// As it is kept in tables.
    pub(super) fn number(self) -> u8 {
        self as u8
    }

    pub(super) fn from_number(number: u8) -> Self {
        match number {
            0 => Need::Any,
            1 => Need::Plain,
            _ => Need::Negated,
        }
    }
}

/// A symbol that a word gives rise to, and whether it minds negation.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned,
)]
#[repr(C)]
pub(super) struct Grant {
    symbol: U32,
    need: u8,
}

impl Grant {
    pub(super) fn new(symbol: Symbol, need: Need) -> Self {
        Grant { symbol: symbol.into(), need: need.number() }
    }

    pub(super) fn symbol(self) -> Symbol {
        self.symbol.get()
    }

    pub(super) fn need(self) -> Need {
        Need::from_number(self.need)
    }
}

/// A test on one word.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Test {
    pub text: String,
    pub open_start: bool,
    pub open_end: bool,
}

/// The tests of a pack while it is compiled.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    whole: BTreeMap<Vec<u8>, Vec<Grant>>,
    beginnings: BTreeMap<Vec<u8>, Vec<Grant>>,
    /// Written backwards.
    endings: BTreeMap<Vec<u8>, Vec<Grant>>,
    insides: BTreeMap<String, Vec<Grant>>,
}

impl Words {
    pub(super) fn add(&mut self, test: &Test, grant: Grant) {
        let text = || test.text.clone().into_bytes();
        let grants = match (test.open_start, test.open_end) {
            (false, false) => self.whole.entry(text()).or_default(),
            (false, true) => self.beginnings.entry(text()).or_default(),
            (true, false) => self.endings.entry(text().into_iter().rev().collect()).or_default(),
            (true, true) => self.insides.entry(test.text.clone()).or_default(),
        };
        if !grants.contains(&grant) {
            grants.push(grant);
        }
    }

    /// The tables in which words are looked up.
    pub(super) fn finish(self) -> Vocabulary {
        let mut grants = Lists::default();
        let mut known: FxHashMap<Vec<Grant>, u64> = FxHashMap::default();
        // The forms of one word are mostly granted the same.
        let mut list = |own: Vec<Grant>| {
            *known.entry(own).or_insert_with_key(|own| u64::try_from(grants.push(own)).expect("fewer lists than that"))
        };
        let mut map = |words: BTreeMap<Vec<u8>, Vec<Grant>>| {
            let mut builder = MapBuilder::memory();
            for (word, own) in words {
                builder.insert(word, list(own)).expect("a BTreeMap is in order");
            }
            WordMap(builder.into_map().map_data(Table::Made).expect("the data are the same"))
        };
        let (whole, beginnings, endings) = (map(self.whole), map(self.beginnings), map(self.endings));
        let insides = self.insides.into_iter().map(|(text, own)| (text, list(own))).collect();
        Vocabulary { whole, beginnings, endings, insides, grants }
    }
}

/// Looks words up.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Vocabulary {
    whole: WordMap,
    beginnings: WordMap,
    endings: WordMap,
    insides: Vec<(String, u64)>,
    grants: Lists<Grant>,
}

/// From a word to the number of a list.
#[derive(Clone)]
struct WordMap(Map<Bytes>);

/// The bytes of a map.
type Bytes = Table<u8>;

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl Default for WordMap {
    fn default() -> Self {
        Words::default().finish().whole
    }
}

impl std::fmt::Debug for WordMap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} words", self.0.len())
    }
}

impl Serialize for WordMap {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0.as_fst().as_bytes())
    }
}

impl<'de: 'static> Deserialize<'de> for WordMap {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Table::deserialize(deserializer)?;
        Map::new(bytes).map(WordMap).map_err(serde::de::Error::custom)
    }
}

impl WordMap {
    /// Calls `found` with the list of every entry with which the bytes begin.
    fn prefixes(&self, bytes: impl Iterator<Item = u8>, mut found: impl FnMut(u64)) {
        let fst = self.0.as_fst();
        if fst.is_empty() {
            return;
        }
        let (mut node, mut sum) = (fst.root(), raw::Output::zero());
        for byte in bytes {
            let Some(next) = node.find_input(byte) else { return };
            let transition = node.transition(next);
            sum = sum.cat(transition.out);
            node = fst.node(transition.addr);
            if node.is_final() {
                found(sum.cat(node.final_output()).value());
            }
        }
    }
}

impl Vocabulary {
    /// Adds what the word is granted.
    pub(super) fn look_up(&self, word: &str, grants: &mut Vec<Grant>) {
        let mut add = |list: u64| {
            grants.extend_from_slice(self.grants.get(usize::try_from(list).expect("a list of these tables")));
        };
        if let Some(list) = self.whole.0.get(word) {
            add(list);
        }
        self.beginnings.prefixes(word.bytes(), &mut add);
        self.endings.prefixes(word.bytes().rev(), &mut add);
        for (_, list) in self.insides.iter().filter(|(inside, _)| word.contains(inside.as_str())) {
            add(*list);
        }
    }
}

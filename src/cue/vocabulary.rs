//! Which symbols a word gives rise to. In: a folded word. Out: the symbols of all tests that it passes: whole words, beginnings,
//! endings, insides.

use std::collections::BTreeMap;

use fst::{Map, MapBuilder, raw};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use zerocopy::little_endian::U32;

use super::chart::Symbol;
use crate::flat::{Lists, Table};

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
    pub(super) const fn number(self) -> u8 {
        self as u8
    }

    pub(super) const fn from_number(number: u8) -> Self {
        match number {
            0 => Need::Any,
            1 => Need::Plain,
            _ => Need::Negated,
        }
    }
}

/// A symbol that a word gives rise to, and whether it minds negation.
pub(super) type Grant = (Symbol, Need);

/// A test on one word.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Test {
    pub text: String,
    pub open_start: bool,
    pub open_end: bool,
}

/// The tests of a pack while it is compiled.
#[derive(Debug, Clone, Default)]
pub(super) struct Tests {
    whole: BTreeMap<Vec<u8>, Vec<Grant>>,
    beginnings: BTreeMap<Vec<u8>, Vec<Grant>>,
    /// Written backwards.
    endings: BTreeMap<Vec<u8>, Vec<Grant>>,
    insides: BTreeMap<String, Vec<Grant>>,
}

impl Tests {
    pub(super) fn add(&mut self, test: &Test, grant: Grant) {
        let bytes = || test.text.clone().into_bytes();
        let grants = match (test.open_start, test.open_end) {
            (false, false) => self.whole.entry(bytes()).or_default(),
            (false, true) => self.beginnings.entry(bytes()).or_default(),
            (true, false) => self.endings.entry(bytes().into_iter().rev().collect()).or_default(),
            (true, true) => self.insides.entry(test.text.clone()).or_default(),
        };
        if !grants.contains(&grant) {
            grants.push(grant);
        }
    }

    fn maps(self, group: &mut impl FnMut(Vec<Grant>) -> u64) -> Maps {
        let mut map = |words: BTreeMap<Vec<u8>, Vec<Grant>>| {
            let mut builder = MapBuilder::memory();
            for (word, own) in words {
                builder.insert(word, group(own)).expect("a BTreeMap is in order");
            }
            WordMap(builder.into_map().map_data(Table::Made).expect("the data are the same"))
        };
        let (whole, beginnings, endings) = (map(self.whole), map(self.beginnings), map(self.endings));
        Maps {
            whole,
            beginnings,
            endings,
            insides: self.insides.into_iter().map(|(text, own)| (text, group(own))).collect(),
        }
    }
}

const NEEDS: [Need; 3] = [Need::Any, Need::Plain, Need::Negated];

/// Number of a group: words with the same grants.
pub(super) type Group = u32;

/// Looks words up.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Vocabulary {
    exact: Maps,
    /// The same words without their diacritics, for words typed so.
    bare: Maps,
    /// The groups of the token classes that the pack uses.
    classes: BTreeMap<String, Group>,
    /// For each group three lists of symbols: whether the word is negated or not, only if it is not, only if it is.
    symbols: Lists<U32>,
}

/// From words to the numbers of their groups.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
struct Maps {
    whole: WordMap,
    beginnings: WordMap,
    /// Written backwards.
    endings: WordMap,
    insides: Vec<(String, u64)>,
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
        WordMap(Map::default().map_data(Table::Made).expect("the data are the same"))
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

impl Maps {
    /// Calls `found` with the groups of the word.
    fn look_up(&self, word: &str, found: &mut impl FnMut(u64)) {
        if let Some(group) = self.whole.0.get(word) {
            found(group);
        }
        self.beginnings.prefixes(word.bytes(), &mut *found);
        self.endings.prefixes(word.bytes().rev(), &mut *found);
        for (_, group) in self.insides.iter().filter(|(inside, _)| word.contains(inside.as_str())) {
            found(*group);
        }
    }
}

impl Vocabulary {
    /// The tables for these tests, for those without diacritics, and for the symbols of token classes.
    pub(super) fn new(exact: Tests, bare: Tests, classes: &BTreeMap<String, Symbol>) -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        let mut known: FxHashMap<Vec<Grant>, u64> = FxHashMap::default();
        let symbols = &mut vocabulary.symbols;
        // The forms of one word are mostly granted the same.
        let mut group = |mut own: Vec<Grant>| {
            own.sort_unstable();
            *known.entry(own).or_insert_with_key(|own| {
                for need in NEEDS {
                    let those = own.iter().filter(|grant| grant.1 == need).map(|grant| U32::new(grant.0));
                    symbols.push(&those.collect::<Vec<_>>());
                }
                u64::try_from(symbols.len() / NEEDS.len() - 1).expect("fewer groups than that")
            })
        };
        vocabulary.exact = exact.maps(&mut group);
        vocabulary.bare = bare.maps(&mut group);
        let mut class =
            |symbol: Symbol| Group::try_from(group(vec![(symbol, Need::Any)])).expect("fewer groups than that");
        vocabulary.classes = classes.iter().map(|(name, symbol)| (name.clone(), class(*symbol))).collect();
        vocabulary
    }

    /// Calls `found` with the groups of a word; `bare`, also as a word typed without its diacritics.
    pub(super) fn look_up(&self, word: &str, bare: bool, mut found: impl FnMut(Group)) {
        let mut found = |group| found(Group::try_from(group).expect("a group of these tables"));
        self.exact.look_up(word, &mut found);
        if bare {
            self.bare.look_up(word, &mut found);
        }
    }

    /// The group of a token class, if the pack uses it.
    pub(super) fn class(&self, name: &str) -> Option<Group> {
        self.classes.get(name).copied()
    }

    /// The lists of a group where the word is negated, or is not.
    pub(super) fn lists(group: Group, negated: bool) -> [usize; 2] {
        let need = if negated { Need::Negated } else { Need::Plain };
        [Need::Any, need].map(|need| group as usize * NEEDS.len() + usize::from(need.number()))
    }

    /// How many lists there are.
    pub(super) fn all_lists(&self) -> usize {
        self.symbols.len()
    }

    /// The symbols of a list.
    pub(super) fn symbols(&self, list: usize) -> impl Iterator<Item = Symbol> {
        self.symbols.get(list).iter().map(|symbol| symbol.get())
    }
}

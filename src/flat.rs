//! Tables that lie close together in memory, for what is asked millions of times: made by the compiler, or lying ready in a
//! prepared pack, where they are used as they stand in the binary.

use std::{collections::BTreeMap, fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    little_endian::{U16, U32},
};

/// What a table can hold: a record of fixed size without alignment, the same on every machine.
pub(crate) trait Record: FromBytes + IntoBytes + Immutable + KnownLayout + Unaligned + Copy + 'static {}

impl<T: FromBytes + IntoBytes + Immutable + KnownLayout + Unaligned + Copy + 'static> Record for T {}

/// A table of records.
#[derive(Clone)]
pub(crate) enum Table<T: 'static> {
    Made(Vec<T>),
    Lying(&'static [T]),
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table::Made(Vec::new())
    }
}

impl<T> fmt::Debug for Table<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} records", self.len())
    }
}

impl<T> Deref for Table<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Table::Made(records) => records,
            Table::Lying(records) => records,
        }
    }
}

impl<T> From<Vec<T>> for Table<T> {
    fn from(records: Vec<T>) -> Self {
        Table::Made(records)
    }
}

impl<T: Record> Table<T> {
    /// Adds a record.
    pub(crate) fn push(&mut self, record: T) {
        self.extend(&[record]);
    }

    /// Adds records.
    pub(crate) fn extend(&mut self, records: &[T]) {
        match self {
            Table::Made(own) => own.extend_from_slice(records),
            Table::Lying(lying) => *self = Table::Made([lying, records].concat()),
        }
    }
}

impl<T: Record> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.as_bytes())
    }
}

impl<'de: 'static, T: Record> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&'de [u8]>::deserialize(deserializer)?;
        <[T]>::ref_from_bytes(bytes).map(Table::Lying).map_err(|_| D::Error::custom("a table with half a record"))
    }
}

/// Lists of records, one after another.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Record", deserialize = "T: Record, 'de: 'static"))]
pub(crate) struct Lists<T: 'static> {
    items: Table<T>,
    ends: Table<U32>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Lists { items: Table::default(), ends: Table::default() }
    }
}

impl<T: Record> Lists<T> {
    /// Adds a list; gives its number.
    pub(crate) fn push(&mut self, list: &[T]) -> usize {
        self.items.extend(list);
        self.ends.push(short(self.items.len()).into());
        self.ends.len() - 1
    }

    /// How many lists there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The list of this number.
    pub(crate) fn get(&self, list: usize) -> &[T] {
        let start = list.checked_sub(1).map_or(0, |before| self.ends[before].get());
        &self.items[start as usize..self.ends[list].get() as usize]
    }
}

impl Lists<u8> {
    /// The text of this number, for lists that are texts.
    pub(crate) fn text(&self, list: usize) -> &str {
        str::from_utf8(self.get(list)).expect("all of them are texts")
    }
}

/// A number as it is kept in tables.
pub(crate) fn short(number: usize) -> u32 {
    u32::try_from(number).expect("fewer records than that")
}

/// Words with a number each, in a hash table.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Dictionary {
    /// A power of two of them, no more than half in use; a word stands at the place of its hash, or behind it.
    slots: Table<Slot>,
    /// The words, one after another.
    letters: Table<u8>,
}

/// A word of a dictionary; an empty one is a free place.
#[derive(Debug, Clone, Copy, Default, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Slot {
    start: U32,
    length: U16,
    number: U32,
}

impl Dictionary {
    /// The dictionary of these words. One without letters is left out, and one so long that it cannot be met.
    pub(crate) fn new(words: &BTreeMap<String, u32>) -> Self {
        let mut slots = vec![Slot::default(); (words.len() * 2).next_power_of_two()];
        let mut letters = Vec::new();
        for (word, &number) in words {
            let Ok(length) = u16::try_from(word.len()) else { continue };
            let mut at = place(word, slots.len());
            while slots[at].length != 0 {
                at = (at + 1) & (slots.len() - 1);
            }
            slots[at] = Slot { start: short(letters.len()).into(), length: length.into(), number: number.into() };
            letters.extend_from_slice(word.as_bytes());
        }
        Dictionary { slots: slots.into(), letters: letters.into() }
    }

    /// The dictionary of words that need no numbers.
    pub(crate) fn of(words: impl Iterator<Item = String>) -> Self {
        Dictionary::new(&words.map(|word| (word, 0)).collect())
    }

    /// Whether it has a word.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.get(word).is_some()
    }

    /// The number of a word.
    pub(crate) fn get(&self, word: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let mut at = place(word, self.slots.len());
        loop {
            let Slot { start, length, number } = self.slots[at];
            let length = usize::from(length.get());
            if length == 0 {
                return None;
            }
            let start = start.get() as usize;
            if length == word.len() && self.letters[start..start + length] == *word.as_bytes() {
                return Some(number.get());
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
}

/// The place of a word's hash among so many, a power of two: of its first eight bytes, its last eight and its length, the same on every
/// machine.
fn place(word: &str, places: usize) -> usize {
    let bytes = word.as_bytes();
    let eight = |chunk: Option<&[u8; 8]>| Some(u64::from_le_bytes(*chunk?));
    let four = |chunk: Option<&[u8; 4]>| Some(u64::from(u32::from_le_bytes(*chunk?)));
    let both = eight(bytes.first_chunk()).zip(eight(bytes.last_chunk()));
    let both = both.or_else(|| four(bytes.first_chunk()).zip(four(bytes.last_chunk())));
    let all = || bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    let (first, last) = both.unwrap_or_else(|| (all(), 0));
    let mixed = (first ^ last.rotate_left(29) ^ bytes.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from((mixed >> 32) & (places as u64 - 1)).expect("less than a size")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_where_they_were_put() {
        let words: BTreeMap<String, u32> = (0..1000).map(|number| (format!("w{number}"), number)).collect();
        let dictionary = Dictionary::new(&words);
        for (word, number) in &words {
            assert_eq!(dictionary.get(word), Some(*number));
        }
        for other in ["", "w", "w1000", "x1"] {
            assert_eq!(dictionary.get(other), None);
        }
        assert_eq!(Dictionary::default().get("w1"), None);
    }
}

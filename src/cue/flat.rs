//! Tables that lie close together in memory, for what is asked millions of times: made by the compiler, or lying ready in a
//! prepared pack, where they are used as they stand in the binary.

use std::{fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, little_endian::U32};

/// What a table can hold: a record of fixed size without alignment, the same on every machine.
pub(super) trait Record: FromBytes + IntoBytes + Immutable + KnownLayout + Unaligned + Copy + 'static {}

impl<T: FromBytes + IntoBytes + Immutable + KnownLayout + Unaligned + Copy + 'static> Record for T {}

/// A table of records.
#[derive(Clone)]
pub(super) enum Table<T: 'static> {
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
    pub(super) fn push(&mut self, record: T) {
        self.extend(&[record]);
    }

    /// Adds records.
    pub(super) fn extend(&mut self, records: &[T]) {
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
pub(super) struct Lists<T: 'static> {
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
    pub(super) fn push(&mut self, list: &[T]) -> usize {
        self.items.extend(list);
        self.ends.push(short(self.items.len()).into());
        self.ends.len() - 1
    }

    /// How many lists there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The list of this number.
    pub(super) fn get(&self, list: usize) -> &[T] {
        let start = list.checked_sub(1).map_or(0, |before| self.ends[before].get());
        &self.items[start as usize..self.ends[list].get() as usize]
    }
}

/// A number as it is kept in tables.
pub(super) fn short(number: usize) -> u32 {
    u32::try_from(number).expect("fewer records than that")
}

/// A set of small numbers that is emptied in the time that it took to fill it.
#[derive(Debug, Clone, Default)]
pub(super) struct Set {
    bits: Vec<u64>,
    members: Vec<u32>,
}

impl Set {
    /// A set of numbers below `limit`.
    pub(super) fn new(limit: usize) -> Self {
        Set { bits: vec![0; limit / 64 + 1], members: Vec::new() }
    }

    pub(super) fn contains(&self, number: u32) -> bool {
        self.bits[number as usize / 64] & (1 << (number % 64)) != 0
    }

    /// True when the number is new.
    pub(super) fn insert(&mut self, number: u32) -> bool {
        let bits = &mut self.bits[number as usize / 64];
        let new = *bits & (1 << (number % 64)) == 0;
        if new {
            *bits |= 1 << (number % 64);
            self.members.push(number);
        }
        new
    }

    pub(super) fn clear(&mut self) {
        for number in self.members.drain(..) {
            self.bits[number as usize / 64] = 0;
        }
    }
}

//! Small tables that lie close together in memory, for what is asked millions of times.

/// Lists of small things, one after another.
#[derive(Debug, Clone)]
pub(super) struct Lists<T> {
    items: Vec<T>,
    ends: Vec<u32>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Lists { items: Vec::new(), ends: Vec::new() }
    }
}

impl<T: Copy> Lists<T> {
    pub(super) fn push(&mut self, list: &[T]) {
        self.items.extend_from_slice(list);
        self.ends.push(u32::try_from(self.items.len()).expect("fewer items than that"));
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, list: usize) -> &[T] {
        let start = list.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.items[start as usize..self.ends[list] as usize]
    }
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

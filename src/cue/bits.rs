//! Sets of small numbers, one bit each, in blocks of 64.

use std::ops::Range;

/// Whether a number is in the set.
pub(super) fn has(bits: &[u64], number: u32) -> bool {
    bits[number as usize / 64] & (1 << (number % 64)) != 0
}

/// Adds a number; true when it is new.
pub(super) fn insert(bits: &mut [u64], number: u32) -> bool {
    let block = &mut bits[number as usize / 64];
    let new = *block & (1 << (number % 64)) == 0;
    *block |= 1 << (number % 64);
    new
}

/// The members of a set of bits that are in a range, one after another.
pub(super) struct Members {
    block: usize,
    /// What is left of the block.
    left: Option<u64>,
    end: usize,
}

impl Members {
    pub(super) fn new(range: Range<usize>) -> Self {
        Members {
            block: range.start / 64,
            left: (!range.is_empty()).then(|| u64::MAX << (range.start % 64)),
            end: range.end,
        }
    }

    /// The next member. The set must be the same each time.
    pub(super) fn next(&mut self, bits: &[u64]) -> Option<usize> {
        let mut left = self.left?;
        left &= bits[self.block];
        while left == 0 {
            self.block += 1;
            if self.block * 64 >= self.end {
                self.left = None;
                return None;
            }
            left = bits[self.block];
        }
        self.left = Some(left & (left - 1));
        Some(self.block * 64 + left.trailing_zeros() as usize).filter(|member| *member < self.end)
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
        has(&self.bits, number)
    }

    /// True when the number is new.
    pub(super) fn insert(&mut self, number: u32) -> bool {
        let new = insert(&mut self.bits, number);
        if new {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_a_range() {
        let mut bits = [0; 4];
        for number in [0, 5, 63, 64, 130, 200] {
            assert!(insert(&mut bits, number) && has(&bits, number) && !insert(&mut bits, number));
        }
        for (range, wanted) in [
            (0..256, vec![0, 5, 63, 64, 130, 200]),
            (1..64, vec![5, 63]),
            (64..130, vec![64]),
            (65..130, vec![]),
            (131..201, vec![200]),
            (5..5, vec![]),
            (256..256, vec![]),
        ] {
            let mut members = Members::new(range.clone());
            let found: Vec<usize> = std::iter::from_fn(|| members.next(&bits)).collect();
            assert_eq!(found, wanted, "{range:?}");
        }
    }
}

//! Sets of positions of a sentence, one bit each: what is done with them is done for all positions at once.

use crate::letter::LONGEST_SENTENCE;

/// A set of positions: of a sentence's tokens, and of its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mask(u128);

const _: () = assert!(LONGEST_SENTENCE < 128, "the end of a sentence is a position too");

impl Mask {
    /// The set of one position.
    pub(super) const fn one(at: usize) -> Self {
        Mask(1 << at)
    }

    /// The positions below `limit`.
    pub(super) const fn below(limit: usize) -> Self {
        Mask(if limit < 128 { (1 << limit) - 1 } else { u128::MAX })
    }

    /// The positions below `limit` for which something holds.
    pub(super) fn of(limit: usize, holds: impl Fn(usize) -> bool) -> Self {
        Mask((0..limit).filter(|at| holds(*at)).fold(0, |bits, at| bits | 1 << at))
    }

    /// The positions of the things for which something holds.
    pub(super) fn of_those<T>(things: &[T], holds: impl Fn(&T) -> bool) -> Self {
        // In halves, for shifts of more than 64 bits are slow.
        let half = |things: &[T]| {
            let those = things.iter().enumerate().filter(|(_, thing)| holds(thing));
            those.fold(0_u64, |bits, (at, _)| bits | 1 << at)
        };
        let (low, high) = things.split_at(things.len().min(64));
        Mask(u128::from(half(low)) | u128::from(half(high)) << 64)
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) const fn contains(self, at: usize) -> bool {
        self.0 >> at & 1 != 0
    }

    /// The lowest.
    pub(super) fn first(self) -> Option<usize> {
        (self.0 != 0).then(|| self.0.trailing_zeros() as usize)
    }

    /// The positions, the lowest first.
    pub(super) fn iter(self) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(self), |rest| Some(Mask(rest.0 & rest.0.wrapping_sub(1)))).map_while(Mask::first)
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Mask(self.0 & other.0)
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Mask(self.0 | other.0)
    }

    pub(super) const fn minus(self, other: Self) -> Self {
        Mask(self.0 & !other.0)
    }

    /// Each position's next.
    pub(super) const fn next(self) -> Self {
        Mask(self.0 << 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_positions() {
        let mask = Mask::of(127, |at| [0, 63, 64, 126].contains(&at));
        assert_eq!(mask.next().iter().collect::<Vec<_>>(), [1, 64, 65, 127]);
        assert_eq!(mask.minus(Mask::one(63)).and(Mask::below(126)).iter().collect::<Vec<_>>(), [0, 64]);
        assert!(mask.or(Mask::one(5)).contains(5) && !mask.contains(5));
        assert_eq!((mask.first(), Mask::default().first()), (Some(0), None));
    }
}

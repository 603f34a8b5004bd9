//! Sets of positions of a sentence, one bit each: what is done with them is done for all positions at once.

/// A set of numbers below 64 for each of its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mask<const N: usize>([u64; N]);

impl<const N: usize> Default for Mask<N> {
    fn default() -> Self {
        Mask([0; N])
    }
}

impl<const N: usize> Mask<N> {
    /// The set of one number.
    pub(super) fn one(at: usize) -> Self {
        let mut mask = Mask::default();
        mask.insert(at);
        mask
    }

    /// The numbers below `limit` for which something holds.
    pub(super) fn of(limit: usize, holds: impl Fn(usize) -> bool) -> Self {
        let mut mask = Mask::default();
        (0..limit).filter(|at| holds(*at)).for_each(|at| mask.insert(at));
        mask
    }

    pub(super) fn insert(&mut self, at: usize) {
        self.0[at / 64] |= 1 << (at % 64);
    }

    pub(super) fn contains(self, at: usize) -> bool {
        self.0[at / 64] & (1 << (at % 64)) != 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == [0; N]
    }

    /// The lowest.
    pub(super) fn first(self) -> Option<usize> {
        let word = self.0.iter().position(|word| *word != 0)?;
        Some(word * 64 + self.0[word].trailing_zeros() as usize)
    }

    pub(super) fn iter(self) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(self), |rest| Some(rest.minus(Mask::one(rest.first()?)))).map_while(Mask::first)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Mask(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }

    pub(super) fn or(self, other: Self) -> Self {
        Mask(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Mask(std::array::from_fn(|word| self.0[word] & !other.0[word]))
    }

    /// Each number and one.
    pub(super) fn next(self) -> Self {
        let carried = |word: usize| word.checked_sub(1).map_or(0, |before| self.0[before] >> 63);
        Mask(std::array::from_fn(|word| self.0[word] << 1 | carried(word)))
    }

    /// The same set in another size; numbers that do not fit are left out.
    pub(super) fn resized<const M: usize>(self) -> Mask<M> {
        Mask(std::array::from_fn(|word| self.0.get(word).copied().unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_go_over_the_borders_of_their_words() {
        let mask: Mask<3> = Mask::of(150, |at| [0, 63, 127, 149].contains(&at));
        assert_eq!(mask.next().iter().collect::<Vec<_>>(), [1, 64, 128, 150]);
        assert_eq!(mask.resized::<1>().iter().collect::<Vec<_>>(), [0, 63]);
        assert_eq!(mask.minus(Mask::one(63)).and(Mask::of(128, |_| true)).iter().collect::<Vec<_>>(), [0, 127]);
        assert!(mask.or(Mask::one(5)).contains(5) && !mask.contains(5));
        assert_eq!((mask.first(), Mask::<3>::default().first()), (Some(0), None));
    }
}

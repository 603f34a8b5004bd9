//! The chart of one sentence: which symbols (words, classes, token classes) reach from where to where. Patterns run over it.

use super::{bits::Set, mask::Mask};
use crate::{
    flat::short,
    letter::{Letter, Token, TokenKind},
};

/// A thing that a pattern can ask for: a word test, a word class, a token class.
pub(super) type Symbol = u32;

/// A stretch of the chart: positions of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub start: u16,
    pub end: u16,
}

impl Spot {
    pub(super) fn new(start: usize, end: usize) -> Self {
        let short = |at: usize| u16::try_from(at).expect("sentences are short");
        Spot { start: short(start), end: short(end) }
    }

    pub(super) fn overlaps(self, other: Spot) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// What was found in a sentence: an edge leads from a token over one or several of them. The edges of a symbol are looked for when
/// something asks for them.
#[derive(Debug, Default)]
pub(super) struct Chart {
    /// Index of each position's token in the letter. Quotation marks have no position.
    tokens: Vec<usize>,
    negated: Mask,
    frame: Frame,
    /// The symbols whose edges were looked for, and for each of them the positions of its edges over one token.
    known: Vec<Symbol>,
    single: Vec<Mask>,
    /// For each symbol its place among them, counted from 1; 0 where its edges were not looked for.
    places: Vec<u32>,
    /// The edges over several tokens.
    long: Vec<(Symbol, Spot)>,
    /// The symbols in `long`.
    with_long: Set,
}

/// A sentence as sets of its positions, the end of it among them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Frame {
    /// Those with a token.
    pub tokens: Mask,
    /// Those whose token does not end its clause.
    pub stays: Mask,
    /// By what is asked of a position: bit 0, that it is the start; bit 1, that it is at the end; bit 2, that it begins no new clause.
    pub when: [Mask; 8],
}

impl Frame {
    fn new(letter: &Letter, tokens: &[usize]) -> Self {
        let of = |at: usize| -> &Token { &letter.tokens[tokens[at]] };
        let length = tokens.len();
        let closing = (0..length).rev().take_while(|&at| is_closing(letter, of(at))).last().unwrap_or(length);
        let (start, at_end) = (Mask::one(0), Mask::below(length + 1).minus(Mask::below(closing)));
        let goes_on = Mask::of(length, |at| at == 0 || of(at).clause == of(at - 1).clause);
        let mut when = [Mask::below(length + 1), start, at_end, start.and(at_end)].repeat(2);
        when[4..].iter_mut().for_each(|mask| *mask = mask.and(goes_on));
        Frame {
            tokens: Mask::below(length),
            stays: Mask::of(length, |at| !of(at).ends_clause),
            when: when.try_into().expect("twice four"),
        }
    }
}

impl Chart {
    pub(super) fn new(symbols: usize) -> Self {
        Chart { places: vec![0; symbols], with_long: Set::new(symbols), ..Chart::default() }
    }

    /// Makes room for the next sentence: these tokens of the letter.
    pub(super) fn begin(&mut self, letter: &Letter, tokens: std::ops::Range<usize>) {
        for symbol in self.known.drain(..) {
            self.places[symbol as usize] = 0;
        }
        self.single.clear();
        self.long.clear();
        self.with_long.clear();
        self.tokens.clear();
        self.tokens.extend(tokens.filter(|&index| letter.tokens[index].kind != TokenKind::Quote));
        self.negated = Mask::of(self.tokens.len(), |at| letter.tokens[self.tokens[at]].negated);
        self.frame = Frame::new(letter, &self.tokens);
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The index of the token at a position.
    pub(super) fn token(&self, at: usize) -> usize {
        self.tokens[at]
    }

    pub(super) fn negated(&self, at: usize) -> bool {
        self.negated.contains(at)
    }

    /// The sentence as sets of its positions.
    pub(super) fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Takes note that the edges of a symbol are looked for; true when they were not before.
    pub(super) fn know(&mut self, symbol: Symbol) -> bool {
        let place = &mut self.places[symbol as usize];
        if *place != 0 {
            return false;
        }
        self.known.push(symbol);
        self.single.push(Mask::default());
        *place = short(self.known.len());
        true
    }

    /// The positions at which a known symbol has edges over one token.
    fn single(&self, symbol: Symbol) -> Mask {
        self.single[self.places[symbol as usize] as usize - 1]
    }

    /// Sets the positions at which a known symbol has edges over one token.
    pub(super) fn set(&mut self, symbol: Symbol, positions: Mask) {
        self.single[self.places[symbol as usize] as usize - 1] = positions;
    }

    /// Adds an edge of a symbol that is known.
    pub(super) fn add(&mut self, symbol: Symbol, spot: Spot) {
        if spot.end == spot.start + 1 {
            self.set(symbol, self.single(symbol).or(Mask::one(spot.start.into())));
        } else if self.with_long.insert(symbol) || !self.long.contains(&(symbol, spot)) {
            self.long.push((symbol, spot));
        }
    }

    /// Adds the edges of one known symbol to those of another.
    pub(super) fn copy(&mut self, from: Symbol, to: Symbol) {
        let single = self.single(from);
        self.set(to, self.single(to).or(single));
        if self.with_long.contains(from) {
            let spots: Vec<Spot> = self.long_edges(from).collect();
            for spot in spots {
                self.add(to, spot);
            }
        }
    }

    /// Of these positions those at which edges of a known symbol begin, and where the edges end.
    pub(super) fn step(&self, symbol: Symbol, from: Mask) -> (Mask, Mask) {
        let mut starts = self.single(symbol).and(from);
        let mut ends = starts.next();
        if self.with_long.contains(symbol) {
            for spot in self.long_edges(symbol).filter(|spot| from.contains(spot.start.into())) {
                starts = starts.or(Mask::one(spot.start.into()));
                ends = ends.or(Mask::one(spot.end.into()));
            }
        }
        (starts, ends)
    }

    fn long_edges(&self, symbol: Symbol) -> impl Iterator<Item = Spot> {
        self.long.iter().filter(move |(own, _)| *own == symbol).map(|(_, spot)| *spot)
    }

    /// All edges of a known symbol.
    pub(super) fn spots(&self, symbol: Symbol) -> impl Iterator<Item = Spot> {
        let long = self.with_long.contains(symbol).then(|| self.long_edges(symbol));
        self.single(symbol).iter().map(|at| Spot::new(at, at + 1)).chain(long.into_iter().flatten())
    }
}

/// Whether a token is a mark with which a sentence may close.
pub(super) fn is_closing(letter: &Letter, token: &Token) -> bool {
    token.kind == TokenKind::Punct
        && matches!(&letter.folded[token.folded.clone()], "." | "!" | "?" | "..." | "…" | "," | ";" | ":" | ")")
}

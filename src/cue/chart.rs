//! The chart of one sentence: which symbols (words, classes, token classes) reach from where to where. Patterns run over it.

use super::{flat::Set, mask::Mask};
use crate::letter::{LONGEST_SENTENCE, Letter, Token, TokenKind};

/// A thing that a pattern can ask for: a word test, a word class, a token class.
pub(super) type Symbol = u32;

/// A stretch of the chart: positions of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub start: u16,
    pub end: u16,
}

impl Spot {
    pub(super) fn overlaps(self, other: Spot) -> bool {
        self.start < other.end && other.start < self.end
    }
}

#[derive(Debug, Default)]
pub(super) struct Chart {
    /// Index of each position's token in the letter. Quotation marks have no position.
    tokens: Vec<usize>,
    /// For each position its edges: symbol and the position behind it.
    edges: Vec<Vec<(Symbol, u16)>>,
    clause_starts: Vec<bool>,
    ends_clause: Vec<bool>,
    negated: Vec<bool>,
    /// From this position on there is only closing punctuation.
    closing: usize,
    /// The symbols of this sentence.
    present: Set,
    /// For each symbol of this sentence which of `positions` is its own.
    own: Vec<u32>,
    /// Where the edges of each symbol of this sentence begin.
    positions: Vec<Mask<LONG>>,
    /// For each of `positions` whether one of the edges takes several tokens.
    several: Vec<bool>,
    frame: Frame<LONG>,
}

/// A sentence as sets of its positions, the end of it among them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Frame<const N: usize> {
    /// Those with a token.
    pub tokens: Mask<N>,
    /// Those whose token does not end its clause.
    pub stays: Mask<N>,
    /// By the number of a place (bit 0: only at the start, bit 1: only at the end).
    pub places: [Mask<N>; 4],
    /// Likewise; with bit 2 only those that begin no new clause.
    pub when: [Mask<N>; 8],
}

/// The size of a set of positions of the longest sentence, and its end.
pub(super) const LONG: usize = LONGEST_SENTENCE / 64 + 1;

impl<const N: usize> Frame<N> {
    fn resized<const M: usize>(&self) -> Frame<M> {
        Frame {
            tokens: self.tokens.resized(),
            stays: self.stays.resized(),
            places: self.places.map(Mask::resized),
            when: self.when.map(Mask::resized),
        }
    }
}

impl Chart {
    pub(super) fn new(symbols: usize) -> Self {
        Chart { present: Set::new(symbols), own: vec![0; symbols], ..Chart::default() }
    }

    /// Makes room for the next sentence: these tokens of the letter.
    pub(super) fn begin(&mut self, letter: &Letter, tokens: std::ops::Range<usize>) {
        self.present.clear();
        self.positions.clear();
        self.several.clear();
        self.tokens.clear();
        self.tokens.extend(tokens.filter(|&index| letter.tokens[index].kind != TokenKind::Quote));
        let length = self.tokens.len();
        for list in self.edges.iter_mut().take(length) {
            list.clear();
        }
        if self.edges.len() < length {
            self.edges.resize_with(length, Vec::new);
        }
        let of = |index: &usize| -> &Token { &letter.tokens[*index] };
        self.ends_clause.clear();
        self.ends_clause.extend(self.tokens.iter().map(|index| of(index).ends_clause));
        self.negated.clear();
        self.negated.extend(self.tokens.iter().map(|index| of(index).negated));
        self.clause_starts.clear();
        self.clause_starts
            .extend((0..length).map(|at| at > 0 && of(&self.tokens[at]).clause != of(&self.tokens[at - 1]).clause));
        self.closing =
            (0..length).rev().take_while(|&at| is_closing(letter, of(&self.tokens[at]))).last().unwrap_or(length);
        self.framed();
    }

    fn framed(&mut self) {
        let length = self.tokens.len();
        let all = Mask::of(length + 1, |_| true);
        let at_end = Mask::of(length + 1, |at| self.is_end(at));
        let goes_on = Mask::of(length, |at| at == 0 || !self.clause_starts[at]);
        let places = [all, Mask::one(0), at_end, Mask::one(0).and(at_end)];
        self.frame = Frame {
            tokens: Mask::of(length, |_| true),
            stays: Mask::of(length, |at| !self.ends_clause[at]),
            places,
            when: std::array::from_fn(|when| if when < 4 { places[when] } else { places[when - 4].and(goes_on) }),
        };
    }

    /// The sentence as sets of a size that holds its positions.
    pub(super) fn frame<const N: usize>(&self) -> Frame<N> {
        self.frame.resized()
    }

    /// Of these positions those at which edges of a symbol begin, and where the edges end.
    pub(super) fn step<const N: usize>(&self, symbol: Symbol, from: Mask<N>) -> (Mask<N>, Mask<N>) {
        if !self.has(symbol) {
            return (Mask::default(), Mask::default());
        }
        let own = self.own[symbol as usize] as usize;
        let starts = self.positions[own].resized().and(from);
        if !self.several[own] {
            return (starts, starts.next());
        }
        let mut ends = Mask::default();
        for at in starts.iter() {
            let here = self.edges[at].iter().filter(|(found, _)| *found == symbol);
            here.for_each(|(_, end)| ends.insert(usize::from(*end)));
        }
        (starts, ends)
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The index of the token at a position.
    pub(super) fn token(&self, at: usize) -> usize {
        self.tokens[at]
    }

    pub(super) fn negated(&self, at: usize) -> bool {
        self.negated[at]
    }

    fn is_end(&self, at: usize) -> bool {
        at >= self.closing
    }

    pub(super) fn has(&self, symbol: Symbol) -> bool {
        self.present.contains(symbol)
    }

    /// Adds an edge; true when it is the symbol's first in this sentence.
    pub(super) fn add(&mut self, symbol: Symbol, spot: Spot) -> bool {
        let at = usize::from(spot.start);
        let first = self.present.insert(symbol);
        if first {
            self.own[symbol as usize] = u32::try_from(self.positions.len()).expect("fewer symbols than that");
            self.positions.push(Mask::default());
            self.several.push(false);
        }
        let own = self.own[symbol as usize] as usize;
        self.several[own] |= spot.end > spot.start + 1;
        let positions = &mut self.positions[own];
        let edges = &mut self.edges[at];
        if !positions.contains(at) || !edges.contains(&(symbol, spot.end)) {
            positions.insert(at);
            edges.push((symbol, spot.end));
        }
        first
    }

    /// Where the edges of a symbol that begin here end.
    pub(super) fn ends(&self, at: usize, symbol: Symbol) -> impl Iterator<Item = usize> {
        let here = self.has(symbol) && self.positions[self.own[symbol as usize] as usize].contains(at);
        let edges: &[(Symbol, u16)] = if here { &self.edges[at] } else { &[] };
        edges.iter().filter(move |(found, _)| *found == symbol).map(|&(_, end)| usize::from(end))
    }

    /// All edges of a symbol.
    pub(super) fn spots(&self, symbol: Symbol) -> impl Iterator<Item = Spot> {
        let starts =
            if self.has(symbol) { self.positions[self.own[symbol as usize] as usize] } else { Mask::default() };
        starts.iter().flat_map(move |at| {
            let start = u16::try_from(at).expect("sentences are short");
            self.ends(at, symbol).map(move |end| Spot { start, end: u16::try_from(end).expect("sentences are short") })
        })
    }
}

fn is_closing(letter: &Letter, token: &Token) -> bool {
    token.kind == TokenKind::Punct
        && matches!(&letter.folded[token.folded.clone()], "." | "!" | "?" | "..." | "…" | "," | ";" | ":" | ")")
}

//! The chart of one sentence: which symbols (words, classes, token classes) reach from where to where. Patterns run over it.

use super::flat::Set;
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
    positions: Vec<Positions>,
}

/// A set of positions of a sentence.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Positions([u64; LONGEST_SENTENCE / 64]);

impl Positions {
    pub(super) fn is_empty(self) -> bool {
        self.0 == [0; LONGEST_SENTENCE / 64]
    }

    pub(super) fn contains(self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|bits| bits & (1 << (at % 64)) != 0)
    }

    /// The lowest; 0 for an empty set.
    pub(super) fn first(self) -> usize {
        let block = self.0.iter().position(|bits| *bits != 0).unwrap_or(0);
        block * 64 + (self.0[block].trailing_zeros() as usize) % 64
    }

    fn iter(self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(block, bits)| {
            let next = |rest: &u64| Some(rest & (rest - 1)).filter(|rest| *rest != 0);
            let first = Some(bits).filter(|bits| *bits != 0);
            std::iter::successors(first, next).map(move |rest| block * 64 + rest.trailing_zeros() as usize)
        })
    }

    fn add(&mut self, at: usize) {
        self.0[at / 64] |= 1 << (at % 64);
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
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The index of the token at a position.
    pub(super) fn token(&self, at: usize) -> usize {
        self.tokens[at]
    }

    pub(super) fn clause_starts(&self, at: usize) -> bool {
        self.clause_starts[at]
    }

    pub(super) fn ends_clause(&self, at: usize) -> bool {
        self.ends_clause[at]
    }

    pub(super) fn negated(&self, at: usize) -> bool {
        self.negated[at]
    }

    pub(super) fn is_end(&self, at: usize) -> bool {
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
            self.positions.push(Positions::default());
        }
        let positions = &mut self.positions[self.own[symbol as usize] as usize];
        let edges = &mut self.edges[at];
        if !positions.contains(at) || !edges.contains(&(symbol, spot.end)) {
            positions.add(at);
            edges.push((symbol, spot.end));
        }
        first
    }

    /// All edges that begin here.
    pub(super) fn edges(&self, at: usize) -> &[(Symbol, u16)] {
        &self.edges[at]
    }

    /// Where edges of any of these symbols begin.
    pub(super) fn positions(&self, symbols: impl Iterator<Item = Symbol>) -> Positions {
        let mut all = Positions::default();
        for symbol in symbols.filter(|symbol| self.has(*symbol)) {
            let own = self.positions[self.own[symbol as usize] as usize];
            all.0.iter_mut().zip(own.0).for_each(|(bits, more)| *bits |= more);
        }
        all
    }

    /// Where the edges of a symbol that begin here end.
    pub(super) fn ends(&self, at: usize, symbol: Symbol) -> impl Iterator<Item = usize> {
        let here = self.has(symbol) && self.positions[self.own[symbol as usize] as usize].contains(at);
        let edges: &[(Symbol, u16)] = if here { &self.edges[at] } else { &[] };
        edges.iter().filter(move |(found, _)| *found == symbol).map(|&(_, end)| usize::from(end))
    }

    /// All edges of a symbol.
    pub(super) fn spots(&self, symbol: Symbol) -> impl Iterator<Item = Spot> {
        let starts = self.positions(std::iter::once(symbol));
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

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
    /// For each of `positions` whether an edge is longer than a token.
    long: Vec<bool>,
    frame: Option<Frame>,
}

/// A short sentence as sets of its positions, one bit each, the end among them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// Those with a token.
    pub tokens: u64,
    /// By the number of a place (bit 0: only at the start, bit 1: only at the end).
    pub places: [u64; 4],
    /// Those that begin no new clause.
    pub goes_on: u64,
    /// Those whose token does not end its clause.
    pub stays: u64,
}

/// The most tokens of a sentence with a frame.
const FRAMED: usize = 63;

/// A set of positions of a sentence.
#[derive(Debug, Clone, Copy, Default)]
struct Positions([u64; LONGEST_SENTENCE / 64]);

impl Positions {
    fn contains(self, at: usize) -> bool {
        self.0[at / 64] & (1 << (at % 64)) != 0
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
        self.long.clear();
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
        self.frame = (length <= FRAMED).then(|| self.framed());
    }

    fn framed(&self) -> Frame {
        let length = self.tokens.len();
        let bits =
            |holds: &dyn Fn(usize) -> bool| (0..=length).filter(|at| holds(*at)).fold(0, |bits, at| bits | 1 << at);
        let at_end = bits(&|at| self.is_end(at));
        Frame {
            tokens: (1 << length) - 1,
            places: [u64::MAX, 1, at_end, 1 & at_end],
            goes_on: bits(&|at| at == 0 || at == length || !self.clause_starts[at]),
            stays: bits(&|at| at == length || !self.ends_clause[at]),
        }
    }

    /// The sets of positions of this sentence, unless it is too long for them.
    pub(super) fn frame(&self) -> Option<&Frame> {
        self.frame.as_ref()
    }

    /// The positions in which edges of a symbol end that begin in one of these; for sentences with a frame.
    pub(super) fn ends_of(&self, symbol: Symbol, from: u64) -> u64 {
        if !self.has(symbol) {
            return 0;
        }
        let own = self.own[symbol as usize] as usize;
        let starts = self.positions[own].0[0] & from;
        if !self.long[own] {
            return starts << 1;
        }
        let (mut rest, mut ends) = (starts, 0);
        while rest != 0 {
            let here = &self.edges[rest.trailing_zeros() as usize];
            ends |= here.iter().filter(|(found, _)| *found == symbol).fold(0, |ends, (_, end)| ends | 1 << end);
            rest &= rest - 1;
        }
        ends
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
            self.long.push(false);
        }
        let own = self.own[symbol as usize] as usize;
        self.long[own] |= spot.end > spot.start + 1;
        let positions = &mut self.positions[own];
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

    /// Where the edges of a symbol that begin here end.
    pub(super) fn ends(&self, at: usize, symbol: Symbol) -> impl Iterator<Item = usize> {
        let here = self.has(symbol) && self.positions[self.own[symbol as usize] as usize].contains(at);
        let edges: &[(Symbol, u16)] = if here { &self.edges[at] } else { &[] };
        edges.iter().filter(move |(found, _)| *found == symbol).map(|&(_, end)| usize::from(end))
    }

    /// All edges of a symbol.
    pub(super) fn spots(&self, symbol: Symbol) -> impl Iterator<Item = Spot> {
        let starts =
            if self.has(symbol) { self.positions[self.own[symbol as usize] as usize] } else { Positions::default() };
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

//! What runs over a sentence: the vocabulary, the operations in their order, the automata; as tables that are used as they lie. In: what
//! `compile` has put together. Out: which operation makes what, and what it needs. Refuses to run anything: `find` does.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, little_endian::U32};

use super::{
    bits,
    chart::Symbol,
    nfa::{Automata, AutomatonId},
    vocabulary::{Need, Vocabulary},
};

use crate::flat::{Lists, Table, short};

/// Number of a pattern: equal patterns of a pack are one.
pub(super) type PatternId = u32;

/// Everything that runs over a sentence.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Network {
    pub vocabulary: Vocabulary,
    pub builtins: Builtins,
    /// First what makes edges, by the symbol whose edges they are; then the patterns that are looked for in every sentence; then those
    /// that are looked for where another was found.
    pub operations: Table<Operation>,
    pub automata: Automata,
    /// For each symbol where its operations end; they begin where those of the symbol before end.
    pub(super) makers: Table<U32>,
    /// Where the patterns that are looked for where another was found begin among the operations.
    pub(super) asked_from: u32,
    /// For each pattern its operation.
    pub(super) finders: Table<U32>,
    /// For each pattern those to look for where it was found.
    pub followers: Lists<U32>,
    /// For each list of the vocabulary's symbols the operations that may become possible by them.
    pub(super) triggers: Lists<U32>,
    /// What operations need, one after another: symbols, or sets of which one symbol is enough ([`SET`]); or what is excepted.
    pub(super) needs: Table<U32>,
    pub(super) sets: Lists<U32>,
    pub patterns: usize,
}

/// What is needed is not the symbol of this number, but one symbol of the set of this number.
pub(super) const SET: u32 = 1 << 31;

/// Symbols of the token classes that are more than a word, as far as the pack uses them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Builtins {
    pub name: Option<Symbol>,
    pub quoted: Option<Symbol>,
}

/// Makes edges or finds patterns; as it is kept in tables.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Operation {
    kind: u8,
    need: u8,
    /// Where in the network's needs its own begin and end.
    needs: [U32; 2],
    /// Symbols, an automaton or a pattern: [`Operation::work`] knows.
    a: U32,
    b: U32,
}

/// What an operation does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Work {
    /// A pattern of a class: makes edges.
    Edges { automaton: AutomatonId, to: Symbol, need: Need },
    /// The edges of another symbol.
    Copy { from: Symbol, to: Symbol },
    /// The edges of `from` that overlap none of the symbols that it excepts.
    Except { from: Symbol, to: Symbol },
    /// A pattern of cues.
    Pattern { automaton: AutomatonId, id: PatternId },
    /// A pattern that is one symbol.
    Single { symbol: Symbol, id: PatternId },
}

impl Operation {
    pub(super) fn new(needs: &Range<usize>, work: Work) -> Self {
        let (kind, need, a, b) = match work {
            Work::Edges { automaton, to, need } => (0, need.number(), automaton, to),
            Work::Copy { from, to } => (1, 0, from, to),
            Work::Except { from, to } => (2, 0, from, to),
            Work::Pattern { automaton, id } => (3, 0, automaton, id),
            Work::Single { symbol, id } => (4, 0, symbol, id),
        };
        let needs = [short(needs.start).into(), short(needs.end).into()];
        Operation { kind, need, needs, a: a.into(), b: b.into() }
    }

    /// The symbol whose edges it makes, if it makes edges.
    pub(super) fn makes(&self) -> Symbol {
        self.b.get()
    }

    pub(super) fn work(&self) -> Work {
        let (a, b) = (self.a.get(), self.b.get());
        match self.kind {
            0 => Work::Edges { automaton: a, to: b, need: Need::from_number(self.need) },
            1 => Work::Copy { from: a, to: b },
            2 => Work::Except { from: a, to: b },
            3 => Work::Pattern { automaton: a, id: b },
            _ => Work::Single { symbol: a, id: b },
        }
    }
}

impl Network {
    /// Whether a sentence in which these symbols, as bits, may have edges has all without which an operation finds nothing.
    pub(super) fn may_run(&self, operation: &Operation, symbols: &[u64]) -> bool {
        self.needs(operation).all(|need| {
            if need & SET == 0 {
                return bits::has(symbols, need);
            }
            self.sets.get((need ^ SET) as usize).iter().any(|symbol| bits::has(symbols, symbol.get()))
        })
    }

    /// What an operation needs, or the symbols that it excepts.
    pub(super) fn needs(&self, operation: &Operation) -> impl Iterator<Item = u32> {
        let [start, end] = operation.needs.map(|at| at.get() as usize);
        self.needs[start..end].iter().map(|need| need.get())
    }

    /// How many symbols there are.
    pub(super) fn symbols(&self) -> usize {
        self.makers.len()
    }

    /// The operations that make the edges of a symbol.
    pub(super) fn makers(&self, symbol: Symbol) -> Range<usize> {
        let end = |symbol: usize| self.makers[symbol].get() as usize;
        (symbol as usize).checked_sub(1).map_or(0, end)..end(symbol as usize)
    }

    /// The operations that make edges.
    pub(super) fn all_makers(&self) -> Range<usize> {
        0..self.makers.last().map_or(0, |end| end.get() as usize)
    }

    /// The operations that look for patterns in every sentence.
    pub(super) fn sought(&self) -> Range<usize> {
        self.all_makers().end..self.asked_from as usize
    }

    /// The operation that looks for a pattern.
    pub(super) fn finder(&self, pattern: PatternId) -> &Operation {
        &self.operations[self.finders[pattern as usize].get() as usize]
    }
}

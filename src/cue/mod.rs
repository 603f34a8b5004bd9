//! The pattern language: how a pack says what can be heard in a letter, and the hearing itself. In: the TOML of a language's cues and
//! lexicon; a letter. Out: hits: which cue was heard where, and how surely. Refuses to judge: whether a cue is a fault or a
//! virtue, `rule` and `engine` say.
//!
//! `pattern` reads a pattern, `compile` and `layout` turn patterns and classes into a `network` of small automata, `find`, `chart` and `nfa`
//! run it over a sentence, `set` holds the cues of a pack, `assemble` puts them together, `said` and `places` say what a sentence says by itself, `findings` what a part does, `hear` asks the rest of the letter, `weigh` adds up what was heard, `example` tries a pack on its own examples.
//! A word is looked up once; an automaton runs only over sentences that hold one word of each kind it needs; and it enters each of its
//! states once a token. So time grows with the text alone.

mod assemble;
mod bits;
mod chart;
mod compile;
mod derive;
mod example;
mod file;
mod find;
mod findings;
mod hear;
mod layout;
mod mask;
mod network;
mod nfa;
mod pattern;
mod places;
mod recall;
mod said;
mod set;
#[cfg(test)]
mod tests;
mod vocabulary;
mod weigh;
mod words;

pub use derive::Tables;
pub use example::{ExampleReport, Plain, examples_in};
pub(crate) use file::{ClassFile, CueFile};
pub use hear::Hit;
pub use pattern::{SyntaxError, parse as parse_pattern};
pub use set::{Compiled, CueFiles, CueId, CueSet};

//! The cues of one language, ready to hear, and the files that they are compiled from. Refuses to compile them: `assemble` does.

use std::{collections::BTreeMap, sync::OnceLock};

use regex::Regex;
use serde::{Deserialize, Serialize};
use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    little_endian::{U16, U32},
};

use super::{
    example::Example,
    file::{Extent, Scope, UnlessIn},
    find::Memories,
    network::{Network, PatternId},
};
use crate::{
    flat::{Lists, Table, short},
    flaw::{Flaw, TomlFile},
    letter::{Head, PartKind},
};

/// Number of a cue within its set.
pub type CueId = usize;

/// The files of one language's cues.
#[derive(Debug, Clone, Default)]
pub struct CueFiles {
    /// `lexicon*.toml`
    pub lexicons: Vec<TomlFile>,
    /// `derive.toml`
    pub derive: Option<TomlFile>,
    /// One file a cue.
    pub cues: Vec<TomlFile>,
    /// Words that a house adds to classes.
    pub words: BTreeMap<String, Vec<String>>,
}

/// The cues of one language, ready to hear. Can be written down and read again in little time: most of it is used as it lies.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct CueSet {
    pub(super) cues: Vec<Cue>,
    /// The cues in an order in which each comes after those that it asks for.
    pub(super) order: Vec<CueId>,
    pub(super) network: Network,
    /// For each pattern the entries that begin with it.
    pub(super) users: Lists<User>,
    /// As bits: the patterns for which entries ask beyond the sentence.
    pub(super) asked_across: Vec<u64>,
    /// The names of the lexicon's classes, in alphabetical order.
    pub(super) classes: Lists<u8>,
    #[serde(skip)]
    pub(super) memories: Memories,
}

/// An entry of a cue, and which of its patterns it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct User {
    pub cue: U16,
    pub entry: U16,
    pub place: U16,
}

/// What files were compiled to, and what is needed to try their examples.
#[derive(Debug, Default)]
pub struct Compiled {
    /// The cues.
    pub cues: CueSet,
    pub(super) examples: Vec<Example>,
    pub(super) sources: Vec<PatternSource>,
}

/// A pattern where it stands in its file, for `rules test`.
#[derive(Debug, Clone)]
pub(super) struct PatternSource {
    pub id: PatternId,
    pub cue: CueId,
    /// Whether it takes back what others hear (`none`, `unless`).
    pub silences: bool,
    pub flaw: Flaw,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Cue {
    pub name: String,
    pub note: f32,
    pub warning: f32,
    pub entries: Vec<Entry>,
    /// Which entries are not heard sentence by sentence.
    pub across: Vec<usize>,
    /// Wordings to use instead, for entries that have none of their own.
    pub suggest: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Entry {
    pub form: Form,
    pub any: Conditions,
    pub none: Conditions,
    pub unless: Conditions,
    pub scope: Scope,
    pub unless_in: UnlessIn,
    pub near: Vec<CueId>,
    pub heads: Vec<Head>,
    pub parts: Parts,
    pub weight: f32,
    pub extent: Extent,
    pub suggest: Vec<String>,
}

impl Entry {
    /// Whether it is heard in stretches of several sentences, or in other stretches than sentences.
    pub(super) fn is_across(&self) -> bool {
        match self.form {
            Form::Patterns(_) => false,
            Form::All(_) => !self.scope.in_sentence(),
            Form::Regex { .. } => true,
        }
    }

    /// Whether more than its own sentence decides if it is heard.
    pub(super) fn asks_others(&self) -> bool {
        let asks = |conditions: &Conditions, in_sentence: bool| {
            let cue = |condition: Condition| matches!(condition, Condition::Cue(_));
            !conditions.is_empty() && (!in_sentence || conditions.iter().any(cue))
        };
        let in_sentence = self.scope.in_sentence();
        !self.near.is_empty()
            || asks(&self.any, in_sentence)
            || asks(&self.none, in_sentence)
            || asks(&self.unless, self.unless_in.in_sentence())
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Form {
    /// Which patterns these are only the compiler asks.
    Patterns(#[serde(skip)] Vec<PatternId>),
    All(Vec<PatternId>),
    Regex {
        regex: Rare,
        literals: Vec<String>,
    },
}

/// A regular expression that is compiled when it is first wanted.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Rare {
    written: String,
    #[serde(skip)]
    compiled: OnceLock<Regex>,
}

impl Rare {
    pub(super) fn new(written: &str) -> Result<Self, regex::Error> {
        Ok(Rare { written: written.to_owned(), compiled: OnceLock::from(Regex::new(written)?) })
    }

    pub(super) fn regex(&self) -> &Regex {
        self.compiled.get_or_init(|| Regex::new(&self.written).expect("it was tried when the pack was compiled"))
    }
}

/// What an entry asks for besides.
#[derive(Debug, Clone, Copy)]
pub(super) enum Condition {
    Pattern(PatternId),
    Cue(CueId),
}

/// Some conditions.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Conditions(Table<Asked>);

/// A condition as it is kept in tables.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Asked {
    is_cue: u8,
    number: U32,
}

impl Conditions {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Condition> {
        self.0.iter().map(|asked| match (asked.is_cue, asked.number.get()) {
            (0, pattern) => Condition::Pattern(pattern),
            (_, cue) => Condition::Cue(cue as CueId),
        })
    }
}

impl FromIterator<Condition> for Conditions {
    fn from_iter<I: IntoIterator<Item = Condition>>(conditions: I) -> Self {
        let asked = |condition| match condition {
            Condition::Pattern(pattern) => Asked { is_cue: 0, number: pattern.into() },
            Condition::Cue(cue) => Asked { is_cue: 1, number: short(cue).into() },
        };
        Conditions(conditions.into_iter().map(asked).collect::<Vec<_>>().into())
    }
}

/// Kinds of parts, as bits.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Parts(u16);

impl Parts {
    pub(super) fn of(kinds: &[PartKind]) -> Self {
        Parts(kinds.iter().fold(0, |bits, kind| bits | 1 << *kind as u16))
    }

    pub(super) fn has(self, kind: PartKind) -> bool {
        self.0 >> kind as u16 & 1 != 0
    }
}

impl CueSet {
    /// The names of the cues, in the order of their ids.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.cues.iter().map(|cue| cue.name.as_str())
    }

    /// The names of the word classes, in alphabetical order.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        (0..self.classes.len()).map(|class| self.classes.text(class))
    }

    /// The name of a cue.
    #[must_use]
    pub fn name(&self, cue: CueId) -> &str {
        &self.cues[cue].name
    }

    /// How many entries a cue has.
    #[must_use]
    pub fn entries(&self, cue: CueId) -> usize {
        self.cues[cue].entries.len()
    }

    /// The cue of this name.
    #[must_use]
    pub fn id(&self, name: &str) -> Option<CueId> {
        self.cues.iter().position(|cue| cue.name == name)
    }

    /// The wordings that the entry of a hit offers.
    #[must_use]
    pub fn suggestions(&self, cue: CueId, entry: usize) -> &[String] {
        let cue = &self.cues[cue];
        let own = &cue.entries[entry].suggest;
        if own.is_empty() { &cue.suggest } else { own }
    }
}

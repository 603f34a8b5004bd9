//! The cues of one language, ready to hear, and the files that they are compiled from. Refuses to compile them: `assemble` does.

use std::{collections::BTreeMap, sync::OnceLock};

use regex::Regex;
use serde::{Deserialize, Serialize};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, little_endian::U16};

use super::{
    example::Example,
    file::{Extent, Scope, UnlessIn},
    find::Memories,
    flat::Lists,
    network::{Network, PatternId},
};
use crate::{
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
    /// The names of the lexicon's classes.
    pub(super) classes: Vec<String>,
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
pub(super) struct Cue {
    pub name: String,
    pub note: f32,
    pub warning: f32,
    pub entries: Vec<Entry>,
    /// Which entries are not heard sentence by sentence.
    pub across: Vec<usize>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    pub form: Form,
    pub any: Vec<Condition>,
    pub none: Vec<Condition>,
    pub unless: Vec<Condition>,
    pub scope: Scope,
    pub unless_in: UnlessIn,
    pub near: Vec<CueId>,
    pub heads: Vec<Head>,
    pub parts: Vec<PartKind>,
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
        let asks = |conditions: &[Condition], in_sentence: bool| {
            let cue = |condition: &Condition| matches!(condition, Condition::Cue(_));
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
    Patterns(Vec<PatternId>),
    All(Vec<PatternId>),
    Regex { regex: Rare, literals: Vec<String> },
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

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum Condition {
    Pattern(PatternId),
    Cue(CueId),
}

impl CueSet {
    /// The names of the cues, in the order of their ids.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.cues.iter().map(|cue| cue.name.as_str())
    }

    /// The names of the word classes, in alphabetical order.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        self.classes.iter().map(String::as_str)
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
        &self.cues[cue].entries[entry].suggest
    }
}

//! The shape of the TOML of cues and of the lexicon: what an author writes, with the place of each pattern.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::letter::{Head, PartKind};

/// `rules/LANG/CUE.toml`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CueFile {
    /// The name of the cue, which is that of the file.
    #[schemars(with = "String")]
    pub cue: Spanned<String>,
    /// From this weight in a clause on it is heard as a note.
    #[serde(default = "one")]
    pub note: f32,
    /// From this weight in a clause on it is heard for sure.
    #[serde(default = "two")]
    pub warning: f32,
    /// Wordings to use instead, for entries that have none of their own.
    #[serde(default)]
    pub suggest: Vec<String>,
    /// Examples on which the whole cue must keep silent.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub good: Vec<Spanned<String>>,
    /// Ways to say it.
    #[serde(default)]
    #[schemars(with = "Vec<EntryFile>")]
    pub entry: Vec<Spanned<EntryFile>>,
}

/// One `[[entry]]`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct EntryFile {
    /// One of these patterns must be heard; each place where one is, is a hit.
    #[schemars(with = "Vec<String>")]
    pub patterns: Vec<Spanned<String>>,
    /// Instead of `patterns`: each of these must be heard in the scope, in any order.
    #[schemars(with = "Vec<String>")]
    pub all: Vec<Spanned<String>>,
    /// Besides, at least one of these must be heard in the scope; `@thanks` is another cue.
    #[schemars(with = "Vec<String>")]
    pub any: Vec<Spanned<String>>,
    /// None of these may be heard in the scope.
    #[schemars(with = "Vec<String>")]
    pub none: Vec<Spanned<String>>,
    /// None of these may be heard in the hit's clauses, or in what `unless-in` names.
    #[schemars(with = "Vec<String>")]
    pub unless: Vec<Spanned<String>>,
    /// Where `all`, `any` and `none` look.
    pub scope: Scope,
    /// Where `unless` looks.
    pub unless_in: UnlessIn,
    /// One of these cues must be heard in the same or a neighbouring sentence.
    #[schemars(with = "Vec<String>")]
    pub near: Vec<Spanned<String>>,
    /// The hit must stand in a clause with one of these heads.
    pub head: Vec<Head>,
    /// The parts of the letter in which it is heard; by default all that are judged.
    #[serde(rename = "in")]
    pub parts: Vec<PartKind>,
    /// How much it counts, 0.5 to 5; by default 2.
    pub weight: Option<f32>,
    /// What is marked.
    pub span: Extent,
    /// Wordings to use instead.
    pub suggest: Vec<String>,
    /// Instead of `patterns`: a regular expression over the text as written. Rare.
    #[schemars(with = "Option<String>")]
    pub regex: Option<Spanned<String>>,
    /// The regular expression is tried only where one of these stands.
    pub literals: Vec<String>,
    /// Examples that must be heard, the stretch in `«»`.
    #[schemars(with = "Vec<String>")]
    pub bad: Vec<Spanned<String>>,
    /// Examples on which the cue must keep silent, near misses among them.
    #[schemars(with = "Vec<String>")]
    pub good: Vec<Spanned<String>>,
}

/// Where `all`, `any` and `none` look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Scope {
    #[default]
    Clause,
    Sentence,
    Pair,
    Letter,
}

impl Scope {
    /// Whether what it reaches is in the sentence.
    pub(super) const fn in_sentence(self) -> bool {
        matches!(self, Scope::Clause | Scope::Sentence)
    }
}

/// Where `unless` looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum UnlessIn {
    #[default]
    Clause,
    Sentence,
    Pair,
    Letter,
    Before,
}

impl UnlessIn {
    /// The scope that reaches as far; none where it reaches only what stands before.
    pub(super) const fn scope(self) -> Option<Scope> {
        match self {
            UnlessIn::Clause => Some(Scope::Clause),
            UnlessIn::Sentence => Some(Scope::Sentence),
            UnlessIn::Pair => Some(Scope::Pair),
            UnlessIn::Letter => Some(Scope::Letter),
            UnlessIn::Before => None,
        }
    }

    /// Whether what it reaches is in the sentence.
    pub(super) fn in_sentence(self) -> bool {
        self.scope().is_none_or(Scope::in_sentence)
    }
}

/// What is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Extent {
    #[default]
    Stretch,
    Clause,
    Sentence,
}

/// `rules/LANG/lexicon*.toml`: classes by name.
pub(crate) type LexiconFile = BTreeMap<String, Spanned<ClassFile>>;

/// A word class.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ClassFile {
    /// Minds negation: a plain entry is heard only where it is not negated, `!entry` only where it is.
    pub signed: bool,
    /// The derivation table for words that name none of their own.
    pub derive: Option<String>,
    /// Words, phrases and patterns of the class.
    #[schemars(with = "Vec<String>")]
    pub words: Vec<Spanned<String>>,
    /// A place where one of these is heard is not one of the class.
    #[schemars(with = "Vec<String>")]
    pub except: Vec<Spanned<String>>,
}

impl ClassFile {
    pub(super) fn source(&self) -> ClassSource {
        let texts = |list: &[Spanned<String>]| list.iter().map(|entry| entry.get_ref().clone()).collect();
        ClassSource {
            signed: self.signed,
            derive: self.derive.clone(),
            words: texts(&self.words),
            except: texts(&self.except),
        }
    }
}

fn one() -> f32 {
    1.0
}

fn two() -> f32 {
    2.0
}

/// A class as it stands in the lexicon.
#[derive(Debug, Clone, Default)]
pub(super) struct ClassSource {
    pub signed: bool,
    pub derive: Option<String>,
    /// Patterns; errors name them by their number.
    pub words: Vec<String>,
    pub except: Vec<String>,
}

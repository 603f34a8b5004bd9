//! The shape of the TOML of cues and of the lexicon: what an author writes, with the place of each pattern.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::compile::ClassSource;
use crate::letter::{Head, PartKind};

/// `rules/LANG/CUE.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CueFile {
    pub cue: Spanned<String>,
    #[serde(default = "one")]
    pub note: f32,
    #[serde(default = "two")]
    pub warning: f32,
    #[serde(default)]
    pub suggest: Vec<String>,
    #[serde(default)]
    pub good: Vec<Spanned<String>>,
    #[serde(default)]
    pub entry: Vec<Spanned<EntryFile>>,
}

/// One `[[entry]]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct EntryFile {
    pub patterns: Vec<Spanned<String>>,
    pub all: Vec<Spanned<String>>,
    pub any: Vec<Spanned<String>>,
    pub none: Vec<Spanned<String>>,
    pub unless: Vec<Spanned<String>>,
    pub scope: Scope,
    pub unless_in: UnlessIn,
    pub near: Vec<Spanned<String>>,
    pub head: Vec<Head>,
    #[serde(rename = "in")]
    pub parts: Vec<PartKind>,
    pub weight: Option<f32>,
    pub span: Extent,
    pub suggest: Vec<String>,
    pub regex: Option<Spanned<String>>,
    pub literals: Vec<String>,
    pub bad: Vec<Spanned<String>>,
    pub good: Vec<Spanned<String>>,
}

/// Where `all`, `any` and `none` look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Scope {
    #[default]
    Clause,
    Sentence,
    Pair,
    Letter,
}

/// Where `unless` looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum UnlessIn {
    #[default]
    Clause,
    Sentence,
    Pair,
    Letter,
    Before,
}

/// What is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Extent {
    #[default]
    Stretch,
    Clause,
    Sentence,
}

/// `rules/LANG/lexicon*.toml`: classes by name.
pub(super) type LexiconFile = BTreeMap<String, Spanned<ClassFile>>;

/// A word class.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ClassFile {
    pub signed: bool,
    pub derive: Option<String>,
    pub words: Vec<Spanned<String>>,
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

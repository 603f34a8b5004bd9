//! Which symbols a word gives rise to. In: a folded word. Out: the symbols of all tests that it passes: whole words, beginnings,
//! endings, insides.

use rustc_hash::FxHashMap;

use super::chart::Symbol;

/// Whether a symbol minds that its word is negated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Need {
    Any,
    /// Only where the word is not negated.
    Plain,
    /// Only where it is.
    Negated,
}

impl Need {
    pub(super) fn allows(self, negated: bool) -> bool {
        match self {
            Need::Any => true,
            Need::Plain => !negated,
            Need::Negated => negated,
        }
    }

    pub(super) fn flipped(self) -> Self {
        match self {
            Need::Any => Need::Any,
            Need::Plain => Need::Negated,
            Need::Negated => Need::Plain,
        }
    }
}

/// A symbol, and whether it minds negation.
pub(super) type Grant = (Symbol, Need);

/// A test on one word.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Test {
    pub text: String,
    pub open_start: bool,
    pub open_end: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    whole: FxHashMap<Box<str>, Vec<Grant>>,
    beginnings: Affixes,
    endings: Affixes,
    insides: Vec<(Box<str>, Grant)>,
}

/// Beginnings or endings of words, by their text; the lengths (in bytes) tell which are worth a look.
#[derive(Debug, Clone, Default)]
struct Affixes {
    grants: FxHashMap<Box<str>, Vec<Grant>>,
    lengths: Vec<usize>,
}

impl Affixes {
    fn add(&mut self, text: &str, grant: Grant) {
        if let Err(at) = self.lengths.binary_search(&text.len()) {
            self.lengths.insert(at, text.len());
        }
        push(self.grants.entry(text.into()).or_default(), grant);
    }
}

fn push(grants: &mut Vec<Grant>, grant: Grant) {
    if !grants.contains(&grant) {
        grants.push(grant);
    }
}

impl Vocabulary {
    pub(super) fn add(&mut self, test: &Test, grant: Grant) {
        let Test { text, open_start, open_end } = test;
        match (open_start, open_end) {
            (false, false) => push(self.whole.entry(text.as_str().into()).or_default(), grant),
            (false, true) => self.beginnings.add(text, grant),
            (true, false) => self.endings.add(text, grant),
            (true, true) => self.insides.push((text.as_str().into(), grant)),
        }
    }

    /// Adds what the word is granted.
    pub(super) fn look_up(&self, word: &str, grants: &mut Vec<Grant>) {
        grants.extend(self.whole.get(word).into_iter().flatten());
        for &length in self.beginnings.lengths.iter().take_while(|length| **length <= word.len()) {
            if let Some(found) = word.get(..length).and_then(|part| self.beginnings.grants.get(part)) {
                grants.extend(found);
            }
        }
        for &length in self.endings.lengths.iter().take_while(|length| **length <= word.len()) {
            if let Some(found) = word.get(word.len() - length..).and_then(|part| self.endings.grants.get(part)) {
                grants.extend(found);
            }
        }
        grants.extend(self.insides.iter().filter(|(inside, _)| word.contains(&**inside)).map(|(_, grant)| *grant));
    }
}

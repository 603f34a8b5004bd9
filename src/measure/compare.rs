//! In: a stored run and a new one. Out: what the rules gained and lost between them, on the letters that both have. Refuses to call a
//! change good or bad where no labels say so.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde::Serialize;

use super::{
    budget::rounded,
    run::{Firing, Measured, Run},
    score::Scores,
};
use crate::diagnostic::{LetterKind, Severity};

/// What changed between two runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Comparison {
    /// How many letters both runs have.
    pub letters: usize,
    /// How many letters only the stored run has.
    pub only_before: usize,
    /// How many letters only the new run has.
    pub only_now: usize,
    /// The scores that changed at the third decimal, by language and figure: before and now. None where the runs differ in letters.
    pub scores: BTreeMap<String, BTreeMap<String, (f64, f64)>>,
    /// How often each rule fired on the common letters, of those rules for which something changed.
    pub rules: BTreeMap<String, Change>,
    /// Letters that were not taken for ones that end a customer relationship, and now are.
    pub now_judged: Vec<String>,
    /// Letters that were, and no longer are.
    pub no_longer_judged: Vec<String>,
    /// What was not flagged before.
    pub gained: Vec<Difference>,
    /// What is no longer flagged.
    pub lost: Vec<Difference>,
}

/// How a rule's firings changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Firings of the stored run.
    pub before: usize,
    /// Firings of the new run.
    pub now: usize,
    /// Those that were not there.
    pub gained: usize,
    /// Those that are no longer there.
    pub lost: usize,
}

/// A firing that only one of two runs has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The letter.
    pub letter: String,
    /// What was flagged in it.
    #[serde(flatten)]
    pub firing: Firing,
}

impl Comparison {
    /// Compares a new run with a stored one.
    #[must_use]
    pub fn new(before: &Run, now: &Run) -> Comparison {
        // An id may stand for several letters, one mail in two archives for example: they are met in their order.
        let mut stored: HashMap<&str, VecDeque<&Measured>> = HashMap::new();
        for letter in &before.letters {
            stored.entry(letter.id.as_str()).or_default().push_back(letter);
        }
        let mut comparison = Comparison::default();
        for letter in &now.letters {
            match stored.get_mut(letter.id.as_str()).and_then(VecDeque::pop_front) {
                Some(old) => comparison.add(old, letter),
                None => comparison.only_now += 1,
            }
        }
        comparison.only_before = before.letters.len().saturating_sub(comparison.letters);
        comparison.rules.retain(|_, change| change.gained + change.lost > 0);
        // Figures of other letters are no figures of other rules.
        let same_letters = comparison.only_before + comparison.only_now == 0;
        for (language, scores) in now.scores.iter().filter(|_| same_letters) {
            let stored = before.scores.get(language).map(Scores::named).unwrap_or_default();
            let old = |name: &str| stored.iter().find(|(known, _)| known == name).map(|(_, figure)| *figure);
            let changed: BTreeMap<String, (f64, f64)> = scores
                .named()
                .into_iter()
                .filter_map(|(name, new)| Some((old(&name)?, name, new)))
                .filter(|(old, _, new)| (rounded(*old) - rounded(*new)).abs() > 0.5)
                .map(|(old, name, new)| (name, (old, new)))
                .collect();
            if !changed.is_empty() {
                comparison.scores.insert(language.clone(), changed);
            }
        }
        comparison
    }

    fn add(&mut self, before: &Measured, now: &Measured) {
        self.letters += 1;
        match (before.letter, now.letter) {
            (LetterKind::Other, LetterKind::Termination) => self.now_judged.push(now.id.clone()),
            (LetterKind::Termination, LetterKind::Other) => self.no_longer_judged.push(now.id.clone()),
            _ => {}
        }
        let mut lost: Vec<&Firing> = before.firings.iter().collect();
        let mut gained: Vec<&Firing> = now.firings.iter().collect();
        for firing in lost.iter().chain(&gained) {
            self.rules.entry(firing.rule.clone()).or_default();
        }
        // The same words first, then stretches that have become longer or shorter.
        pair_off(&mut lost, &mut gained, |old, new| old.words == new.words);
        pair_off(&mut lost, &mut gained, |old, new| old.start < new.end && new.start < old.end);
        for (firings, into) in [(&before.firings, true), (&now.firings, false)] {
            for firing in firings {
                let change = self.rules.entry(firing.rule.clone()).or_default();
                *(if into { &mut change.before } else { &mut change.now }) += 1;
            }
        }
        for firing in &gained {
            self.rules.entry(firing.rule.clone()).or_default().gained += 1;
        }
        for firing in &lost {
            self.rules.entry(firing.rule.clone()).or_default().lost += 1;
        }
        let difference = |firing: &Firing| Difference { letter: now.id.clone(), firing: firing.clone() };
        self.gained.extend(gained.into_iter().map(difference));
        self.lost.extend(lost.into_iter().map(difference));
    }
}

/// Takes out of both lists what is in both: the same rule, as sure as before, and the same place.
fn pair_off(lost: &mut Vec<&Firing>, gained: &mut Vec<&Firing>, same_place: impl Fn(&Firing, &Firing) -> bool) {
    let is_note = |firing: &Firing| firing.severity == Severity::Note;
    lost.retain(|old| {
        let twin =
            gained.iter().position(|new| old.rule == new.rule && is_note(old) == is_note(new) && same_place(old, new));
        twin.map(|at| gained.remove(at)).is_none()
    });
}

//! In: what was said about labelled letters. Out: how right it was, in the figures of `docs/hearing.md`. Refuses to weigh one figure
//! against another.
//!
//! - *Span*: a firing of a `forbid` rule is right when it overlaps a labelled quote by at least half of the shorter of the two and is one
//!   of the quote's rules (strict), or any `forbid` rule (loose). Notes are left out. A firing on a stretch that is labelled by a `limit` rule
//!   alone is not counted.
//! - *Missing*: by letter, elements said to be missing against those that are; notes count.
//! - *Over-justification*: by letter, a `limit` rule fired or not.
//! - *Gate*: taken for a letter that ends a relationship, against its kind. *Language*: recognised rightly.
//! - *Clean*: letters without fault that got no warning and no error. *Quiet*: other mail that got nothing.

use std::{collections::BTreeMap, ops::Range};

use serde::{Deserialize, Serialize};

use super::{
    label::Labelled,
    run::{Firing, Measured, kind, share},
};
use crate::{
    diagnostic::{LetterKind, Severity},
    rule::{RuleBook, RuleKind},
};

/// How right the rules were on the labelled letters of one language, or of all. What could not be measured is `None`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Scores {
    /// How many labelled letters.
    pub letters: usize,
    /// Stretches, with the right rule.
    pub span: Option<Figures>,
    /// Stretches, with any rule.
    pub span_loose: Option<Figures>,
    /// Missing elements.
    pub missing: Option<Figures>,
    /// Letters that argue their case at length.
    pub over_justification: Option<Figures>,
    /// Letters that end a customer relationship.
    pub gate: Option<Figures>,
    /// Languages recognised.
    pub language: Option<Share>,
    /// Letters without fault that were left alone.
    pub clean: Option<Share>,
    /// Other mail that was left alone.
    pub quiet: Option<Share>,
    /// By rule: the stretches or the elements that it is there for.
    pub rules: BTreeMap<String, Figures>,
}

impl Scores {
    /// Each figure that could be measured, with its name in a budget: `span.f1`, `quiet`.
    #[must_use]
    pub fn named(&self) -> Vec<(String, f64)> {
        let mut all = Vec::new();
        for (name, figures) in [
            ("span", self.span),
            ("span-loose", self.span_loose),
            ("missing", self.missing),
            ("over-justification", self.over_justification),
            ("gate", self.gate),
        ] {
            let Some(Figures { precision, recall, f1, .. }) = figures else { continue };
            for (part, figure) in [("precision", precision), ("recall", recall), ("f1", f1)] {
                all.push((format!("{name}.{part}"), figure));
            }
        }
        for (name, share) in [("language", self.language), ("clean", self.clean), ("quiet", self.quiet)] {
            all.extend(share.map(|share| (name.to_owned(), share.share)));
        }
        all
    }
}

/// How right a rule was.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// The share of what was found that is right; 1 where nothing was found.
    pub precision: f64,
    /// The share of what is labelled that was found; 1 where nothing is labelled.
    pub recall: f64,
    /// The harmonic mean of both.
    pub f1: f64,
    /// How much is labelled.
    pub labelled: usize,
}

/// A part of a number of letters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// How many of them.
    pub right: usize,
    /// Of how many.
    pub of: usize,
    /// The one divided by the other.
    pub share: f64,
}

/// What precision and recall are made of.
#[derive(Debug, Clone, Copy, Default)]
struct Ratio {
    right: usize,
    found: usize,
    met: usize,
    labelled: usize,
}

impl Ratio {
    /// Something that may be found and may be labelled.
    fn both(&mut self, found: bool, labelled: bool) {
        let right = usize::from(found && labelled);
        self.right += right;
        self.met += right;
        self.found += usize::from(found);
        self.labelled += usize::from(labelled);
    }

    fn found(&mut self, right: bool) {
        self.right += usize::from(right);
        self.found += 1;
    }

    fn labelled(&mut self, met: bool) {
        self.met += usize::from(met);
        self.labelled += 1;
    }

    fn figures(&self) -> Option<Figures> {
        let of = |part, whole| if whole == 0 { 1.0 } else { share(part, whole) };
        let (precision, recall) = (of(self.right, self.found), of(self.met, self.labelled));
        let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
        (self.found + self.labelled > 0).then_some(Figures { precision, recall, f1, labelled: self.labelled })
    }
}

/// The counts behind the scores.
#[derive(Debug, Default)]
pub(super) struct Tally {
    letters: usize,
    span: Ratio,
    loose: Ratio,
    missing: Ratio,
    over: Ratio,
    gate: Ratio,
    language: usize,
    clean: (usize, usize),
    quiet: (usize, usize),
    rules: BTreeMap<String, Ratio>,
}

impl Tally {
    pub(super) fn add(&mut self, measured: &Measured, labels: &Labelled, book: &RuleBook) {
        let ends = |kind| kind == LetterKind::Termination;
        self.letters += 1;
        self.gate.both(ends(measured.letter), ends(labels.kind));
        self.language += usize::from(measured.language == labels.language);
        if !ends(labels.kind) {
            self.quiet.0 += usize::from(measured.firings.is_empty());
            self.quiet.1 += 1;
            return;
        }
        if labels.clean {
            self.clean.0 += usize::from(measured.firings.iter().all(|firing| firing.severity == Severity::Note));
            self.clean.1 += 1;
        }
        self.add_spans(measured, labels, book);
        for rule in book.rules().iter().filter(|rule| rule.kind == RuleKind::Require) {
            let said = measured.firings.iter().any(|firing| firing.rule == rule.id);
            let lacking = rule.element.as_ref().is_some_and(|element| labels.missing.contains(element));
            self.missing.both(said, lacking);
            self.rules.entry(rule.id.clone()).or_default().both(said, lacking);
        }
        for rule in book.rules().iter().filter(|rule| rule.kind == RuleKind::Limit) {
            let fired = measured.firings.iter().any(|firing| firing.rule == rule.id);
            self.rules.entry(rule.id.clone()).or_default().both(fired, labels.over_justifies);
        }
        let fired = measured.firings.iter().any(|firing| kind(firing, book) == Some(RuleKind::Limit));
        self.over.both(fired, labels.over_justifies);
    }

    fn add_spans(&mut self, measured: &Measured, labels: &Labelled, book: &RuleBook) {
        let counted = |firing: &&Firing| is_loud(firing) && kind(firing, book) == Some(RuleKind::Forbid);
        let firings: Vec<&Firing> = measured.firings.iter().filter(counted).collect();
        for firing in &firings {
            let Some(right) = is_right(firing, labels, book) else { continue };
            self.span.found(right);
            self.rules.entry(firing.rule.clone()).or_default().found(right);
            self.loose.found(labels.spans.iter().any(|(range, _)| overlap(&firing.range(), range)));
        }
        for (range, rules) in &labels.spans {
            if of_limits(rules, book) {
                continue;
            }
            let there: Vec<&&Firing> = firings.iter().filter(|firing| overlap(&firing.range(), range)).collect();
            let met = there.iter().any(|firing| rules.contains(&firing.rule));
            self.span.labelled(met);
            self.loose.labelled(!there.is_empty());
            // A stretch counts for the rule that its label names first.
            if book.rule(&rules[0]).is_some_and(|rule| rule.kind == RuleKind::Forbid) {
                self.rules.entry(rules[0].clone()).or_default().labelled(met);
            }
        }
    }

    pub(super) fn scores(&self) -> Scores {
        let part = |(right, of): (usize, usize)| (of > 0).then(|| Share { right, of, share: share(right, of) });
        Scores {
            letters: self.letters,
            span: self.span.figures(),
            span_loose: self.loose.figures(),
            missing: self.missing.figures(),
            over_justification: self.over.figures(),
            gate: self.gate.figures(),
            language: part((self.language, self.letters)),
            clean: part(self.clean),
            quiet: part(self.quiet),
            rules: self.rules.iter().filter_map(|(rule, ratio)| Some((rule.clone(), ratio.figures()?))).collect(),
        }
    }
}

/// Whether the labels agree with a firing; `None` where they do not say.
pub(super) fn is_right(firing: &Firing, labels: &Labelled, book: &RuleBook) -> Option<bool> {
    if labels.kind == LetterKind::Other {
        return Some(false);
    }
    let rule = book.rule(&firing.rule)?;
    match rule.kind {
        RuleKind::Limit => Some(labels.over_justifies),
        RuleKind::Require => rule.element.as_ref().map(|element| labels.missing.contains(element)),
        RuleKind::Forbid => {
            let here: Vec<&Vec<String>> = labels
                .spans
                .iter()
                .filter(|(range, _)| overlap(&firing.range(), range))
                .map(|(_, rules)| rules)
                .collect();
            let item_of_a_list = !here.is_empty() && here.iter().all(|rules| of_limits(rules, book));
            (!item_of_a_list).then(|| here.iter().any(|rules| rules.contains(&firing.rule)))
        }
    }
}

fn is_loud(firing: &Firing) -> bool {
    firing.severity > Severity::Note
}

/// Whether none of the rules of a label is one that forbids.
fn of_limits(rules: &[String], book: &RuleBook) -> bool {
    rules.iter().all(|id| book.rule(id).is_some_and(|rule| rule.kind == RuleKind::Limit))
}

/// Whether two stretches have at least half of the shorter of them in common.
pub(super) fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    let common = one.end.min(other.end).saturating_sub(one.start.max(other.start));
    common > 0 && 2 * common >= one.len().min(other.len())
}

//! What words weigh, learned from labelled letters. In: letters with their labels, and the rules that hear them. Out: the text of a file
//! `weights.toml`, the same for the same letters. Refuses to learn of rules that `odds.toml` does not weigh.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    ops::Range,
};

use rayon::prelude::*;

use super::{label::Labelled, score::overlap, softmax::Problem};
use crate::{
    letter::Letter,
    rule::{Pack, Rule, RuleBook, RuleKind},
    weights::{INNOCENT, START, features, of_cue},
};

/// A feature of fewer sentences teaches nothing.
const FEWEST: usize = 2;
/// A weight that is smaller is left out.
const LEAST: f64 = 0.05;
/// How dear weights are: of the prices tried the one with which letters that were left out were heard best.
const PRICE: f64 = 100.0;

/// A sentence: its features, and the rule that should flag it.
type Sample = (BTreeSet<String>, Option<String>);

/// The text of the file of weights. Letters in a language of which the book has no pack teach nothing.
#[must_use]
pub fn learn(letters: &[(&Labelled, &RuleBook)]) -> String {
    let samples: Vec<Sample> = letters
        .par_iter()
        .flat_map_iter(|(labels, book)| {
            book.pack(&labels.language).map(|pack| samples(labels, pack, book)).unwrap_or_default()
        })
        .collect();
    let mut tables: Vec<&str> = samples.iter().filter_map(|(_, rule)| rule.as_deref()).collect();
    tables.sort_unstable();
    tables.dedup();
    tables.insert(0, INNOCENT);
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    samples.iter().flat_map(|(features, _)| features).for_each(|feature| *met.entry(feature).or_default() += 1);
    met.retain(|_, times| *times >= FEWEST);
    let numbers: BTreeMap<&str, u32> = met.keys().copied().zip(0..).collect();
    let class = |rule: &Option<String>| tables.iter().position(|table| Some(*table) == rule.as_deref()).unwrap_or(0);
    let known =
        |features: &BTreeSet<String>| features.iter().filter_map(|it| numbers.get(it.as_str()).copied()).collect();
    let problem = Problem {
        // What is rare says more where it is met.
        units: met.values().map(|times| (number(samples.len() + 1) / number(times + 1)).ln() + 1.0).collect(),
        samples: samples.iter().map(|(features, rule)| (known(features), class(rule))).collect(),
        classes: tables.len(),
        price: PRICE,
    };
    let solved = problem.solve();
    let names = met.keys().copied().chain([START]);
    let rows: Vec<(&str, &[f64])> = names.zip(solved.chunks(tables.len())).collect();
    written(&tables, &rows, letters.len(), samples.len())
}

/// The sentences of a letter's prose.
fn samples(labels: &Labelled, pack: &Pack, book: &RuleBook) -> Vec<Sample> {
    let letter = Letter::parse(&labels.text, &[], &pack.forms);
    let mut cues: Vec<BTreeSet<String>> = vec![BTreeSet::new(); letter.sentences.len()];
    // What the rules hear whose words are weighed was written with letters such as these before one's eyes: it would teach too much.
    let learned = book.rules().iter().filter(|rule| is_learned(rule, book));
    let own: BTreeSet<&str> = learned.flat_map(|rule| &rule.cues).map(String::as_str).collect();
    for hit in pack.cues.hear(&labels.text, &letter).iter().filter(|hit| hit.sure) {
        let cue = pack.cues.name(hit.cue);
        if !own.contains(cue) {
            cues[hit.sentence].insert(of_cue(cue));
        }
    }
    let mut samples = Vec::new();
    for (sentence, mut all) in letter.sentences.iter().zip(cues) {
        if letter.parts[sentence.part].kind.is_prose() {
            features(&letter, sentence.tokens.clone(), |feature| _ = all.insert(feature.name.to_owned()));
            samples.push((all, fault(labels, &sentence.range, book)));
        }
    }
    samples
}

/// The rule that should flag a sentence: of the labels that stand in it the first that is learned.
fn fault(labels: &Labelled, sentence: &Range<usize>, book: &RuleBook) -> Option<String> {
    let learned = |id: &&String| book.rule(id).is_some_and(|rule| is_learned(rule, book));
    let here = labels.spans.iter().filter(|(range, _)| overlap(range, sentence));
    here.filter_map(|(_, rules)| rules.first()).find(learned).cloned()
}

/// Whether it is learned what speaks for a rule: where odds weigh it, and it holds whatever the reason is.
fn is_learned(rule: &Rule, book: &RuleBook) -> bool {
    rule.kind == RuleKind::Forbid && rule.when.reason.is_empty() && book.odds().sure.contains_key(&rule.id)
}

fn written(tables: &[&str], rows: &[(&str, &[f64])], letters: usize, sentences: usize) -> String {
    let mut out = format!(
        "# What the features of a sentence weigh for each rule: natural logarithms of odds (docs/hearing.md).\n\
         # Learned by `partwell rules learn` from {letters} labelled letters with {sentences} sentences; not written by hand.\n"
    );
    for (table, name) in tables.iter().enumerate() {
        let _ = writeln!(out, "\n[{name}]");
        let mut heaviest: Vec<(&str, f64)> = rows
            .iter()
            .map(|(feature, weights)| (*feature, weights[table]))
            .filter(|(_, it)| it.abs() >= LEAST)
            .collect();
        heaviest.sort_by(|(one, a), (other, b)| b.total_cmp(a).then(one.cmp(other)));
        for (feature, weight) in heaviest {
            // A string of JSON is one of TOML.
            let key = serde_json::to_string(feature).expect("any text can be written as JSON");
            let _ = writeln!(out, "{key} = {weight:.2}");
        }
    }
    out
}

#[expect(clippy::cast_precision_loss, reason = "nobody labels so many sentences")]
fn number(count: usize) -> f64 {
    count as f64
}

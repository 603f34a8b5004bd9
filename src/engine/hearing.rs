//! What is heard in a letter that may be in more than one language. In: a text, its language if it is told. Out: the letter and
//! what was heard in it. A paragraph that is clearly in another language of the rule book is heard with that language's pack.

use std::collections::BTreeMap;

use super::Memory;
use crate::{
    cue::Hit,
    letter::{
        Forms, Letter, PartKind,
        language::{Fit, Recogniser, words},
    },
    rule::{Pack, RuleBook},
    source::{Mark, MarkKind},
    weights::{Sums, Weights},
};

/// A hit with what its pack knows of it.
#[derive(Debug, Clone)]
pub(super) struct Heard<'b> {
    /// The language in which it was heard.
    pub language: &'b str,
    pub hit: Hit,
    /// Wordings to use instead.
    pub suggest: &'b [String],
}

/// What was heard, by the name of the cue, for two packs number them differently; in the order of the text.
pub(super) type ByCue<'b> = BTreeMap<&'b str, Vec<Heard<'b>>>;

/// What was heard in a letter.
#[derive(Debug, Default)]
pub(super) struct Hearing<'b> {
    pub cues: ByCue<'b>,
    /// The parts in other languages than the letter's, by their index.
    foreign: BTreeMap<usize, &'b str>,
}

/// What the words of a letter say.
pub(super) struct Leanings<'b> {
    /// By what they are weighed.
    pub weights: &'b Weights,
    /// Of each sentence that stands in the letter's prose and in its own language.
    pub sentences: Vec<Option<Sums>>,
}

impl Leanings<'_> {
    /// What the words say of the stretch alone in which something was heard.
    pub(super) fn of_stretch(&self, letter: &Letter, hit: &Hit) -> Sums {
        let sentence = &letter.sentences[hit.sentence];
        let tokens = &letter.tokens[sentence.tokens.clone()];
        let first = tokens.partition_point(|token| token.range.end <= hit.range.start);
        let behind = tokens.partition_point(|token| token.range.start < hit.range.end);
        self.weights.weigh(letter, sentence.tokens.start + first..sentence.tokens.start + behind.max(first))
    }
}

/// How much of a text is looked at to recognise its language, in bytes.
const LOOKED_AT: usize = 8000;
/// The fewest words of a paragraph by which another language is recognised.
const FEWEST: i32 = 6;

/// The language of a text, or none when no language of the rule book fits.
pub(super) fn language<'b>(text: &str, marks: &[Mark], book: &'b RuleBook) -> Option<&'b str> {
    let recogniser = book.recogniser();
    recogniser.best(&recogniser.fit(own(text, marks).into_iter().flat_map(words)))
}

/// The writer's own words, as far as they are looked at.
fn own<'t>(text: &'t str, marks: &[Mark]) -> Vec<&'t str> {
    let mut stretches = Vec::new();
    let (mut at, mut left) = (0, LOOKED_AT);
    let others = marks.iter().filter(|mark| matches!(mark.kind, MarkKind::Quoted | MarkKind::Skipped));
    for range in others.map(|mark| mark.range.clone()).chain(std::iter::once(text.len()..text.len())) {
        let mut end = range.start.min(at + left);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        stretches.extend(text.get(at..end));
        left -= end.saturating_sub(at).min(left);
        at = range.end.max(at);
    }
    stretches
}

/// Takes a text apart.
pub(super) fn parse(
    (text, marks): (&str, &[Mark]),
    language: &str,
    forms: &Forms,
    memory: Option<&mut Memory>,
) -> Letter {
    match memory {
        Some(memory) => Letter::parse_again(text, marks, forms, memory.parts(language)),
        None => Letter::parse(text, marks, forms),
    }
}

/// Hears a letter in its language, and its paragraphs in other languages in theirs unless the language was told.
pub(super) fn hear<'b>(
    (text, marks): (&str, &[Mark]),
    letter: &Letter,
    (language, told): (&'b str, bool),
    book: &'b RuleBook,
    mut memory: Option<&mut Memory>,
) -> Hearing<'b> {
    let foreign =
        if told { BTreeMap::new() } else { foreign_parts(text, letter, language, book, memory.as_deref_mut()) };
    let mut heard = ByCue::new();
    if let Some(pack) = book.pack(language) {
        let is_own = |hit: &Hit| foreign.is_empty() || !foreign.contains_key(&letter.sentences[hit.sentence].part);
        for (cue, hits) in pack.cues.hear_by_cue(text, letter).into_iter().enumerate() {
            let own = hits.into_iter().filter(is_own).map(|hit| with_pack(hit, pack, language));
            let own: Vec<Heard> = own.collect();
            if !own.is_empty() {
                heard.insert(pack.cues.name(cue), own);
            }
        }
    }
    let mut others: Vec<&str> = foreign.values().copied().collect();
    others.sort_unstable();
    others.dedup();
    for other in others {
        let Some(pack) = book.pack(other) else { continue };
        let again = parse((text, marks), other, &pack.forms, memory.as_deref_mut());
        for mut hit in pack.cues.hear(text, &again) {
            // The sentence of the first reading in which the hit stands.
            let sentence = letter.sentences.partition_point(|sentence| sentence.range.end <= hit.range.start);
            let part = letter.sentences.get(sentence).map(|sentence| sentence.part);
            if part.is_some_and(|part| foreign.get(&part) == Some(&other)) {
                hit.sentence = sentence;
                heard.entry(pack.cues.name(hit.cue)).or_default().push(with_pack(hit, pack, other));
            }
        }
    }
    if !foreign.is_empty() {
        for hits in heard.values_mut() {
            hits.sort_by_key(|heard| (heard.hit.range.start, heard.hit.range.end));
        }
    }
    Hearing { cues: heard, foreign }
}

impl<'b> Hearing<'b> {
    /// What the words of the letter say.
    pub(super) fn leanings(&self, letter: &Letter, pack: &'b Pack, mut memory: Option<&mut Memory>) -> Leanings<'b> {
        let weights = &pack.weights;
        let mut sums: Vec<Option<Sums>> = vec![None; letter.sentences.len()];
        for (index, part) in letter.parts.iter().enumerate() {
            if !part.kind.is_prose() || self.foreign.contains_key(&index) {
                continue;
            }
            let weigh = || {
                letter.sentences[part.sentences.clone()]
                    .iter()
                    .map(|it| weights.weigh(letter, it.tokens.clone()))
                    .collect()
            };
            let of_part = &mut sums[part.sentences.clone()];
            match (part.id, memory.as_deref_mut()) {
                (Some(id), Some(memory)) => {
                    of_part.iter_mut().zip(memory.sums(id, weigh)).for_each(|(to, from)| *to = Some(*from));
                }
                _ => of_part.iter_mut().zip::<Vec<Sums>>(weigh()).for_each(|(to, from)| *to = Some(from)),
            }
        }
        for (cue, hits) in &self.cues {
            let Some(feature) = weights.cue(cue) else { continue };
            let mut last = None;
            for hit in hits.iter().map(|heard| &heard.hit).filter(|hit| hit.sure) {
                // Once in a sentence.
                if last.replace(hit.sentence) != Some(hit.sentence)
                    && let Some(sums) = &mut sums[hit.sentence]
                {
                    weights.add(feature, sums);
                }
            }
        }
        Leanings { weights, sentences: sums }
    }
}

fn with_pack<'b>(hit: Hit, pack: &'b Pack, language: &'b str) -> Heard<'b> {
    Heard { language, suggest: pack.cues.suggestions(hit.cue, hit.entry), hit }
}

/// The paragraphs that are clearly in another language than the letter, by the index of the part.
fn foreign_parts<'b>(
    text: &str,
    letter: &Letter,
    language: &str,
    book: &'b RuleBook,
    mut memory: Option<&mut Memory>,
) -> BTreeMap<usize, &'b str> {
    let mut foreign = BTreeMap::new();
    let recogniser = book.recogniser();
    for (first, stretches) in letter.whole_parts() {
        let kind = stretches[0].kind;
        if !matches!(kind, PartKind::Subject | PartKind::Body | PartKind::ListItem | PartKind::Postscript) {
            continue;
        }
        let mut all = Fit::default();
        for part in stretches {
            let fit = || recogniser.fit(words(&text[part.range.clone()]));
            match (part.id, memory.as_deref_mut()) {
                (Some(id), Some(memory)) => all.add(memory.fit(id, fit)),
                _ => all.add(&fit()),
            }
        }
        if let Some(name) = clearly_in(&all, language, recogniser) {
            foreign.extend((first..first + stretches.len()).map(|index| (index, name)));
        }
    }
    foreign
}

/// The language in which a paragraph clearly is, if it is another than the letter's.
fn clearly_in<'b>(fit: &Fit, language: &str, recogniser: &'b Recogniser) -> Option<&'b str> {
    let best = recogniser.best(fit).filter(|_| fit.words() >= FEWEST)?;
    (best != language && recogniser.is_clearly(fit, best, language)).then_some(best)
}

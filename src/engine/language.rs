//! Which language a text is in, from its most frequent short words and from letters that hardly any other language has.

use rustc_hash::FxHashMap;

use crate::{
    rule::RuleBook,
    source::{Mark, MarkKind},
};

/// How much of the text is looked at, in bytes.
const LOOKED_AT: usize = 8000;
/// The share of words (in hundredths) that must be frequent words of the language.
const SHARE: usize = 12;

/// The code of the language of a text, or none when no language of the rule book fits.
#[must_use]
pub fn recognise<'b>(text: &str, marks: &[Mark], book: &'b RuleBook) -> Option<&'b str> {
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    let mut words = 0;
    for word in own_words(text, marks) {
        *counts.entry(word.to_lowercase()).or_default() += 1;
        words += 1;
    }
    let scored = book.languages().into_iter().filter_map(|name| {
        let recognise = book.forms(name)?.recognise();
        let frequent: usize = recognise.words.iter().filter_map(|word| counts.get(word)).sum();
        let against: usize = recognise.against.iter().filter_map(|word| counts.get(word)).sum();
        let lettered = counts.iter().filter(|(word, _)| word.chars().any(|letter| recognise.letters.contains(letter)));
        let lettered: usize = lettered.map(|(_, count)| count).sum();
        Some(((frequent + 2 * lettered).saturating_sub(3 * against), name))
    });
    // Of equals the first in the alphabet, whatever the order of the book.
    let best = scored.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.filter(|(score, _)| score * 100 >= words * SHARE && *score > 0).map(|(_, name)| name)
}

/// The words of the text that are the writer's own, up to a limit.
fn own_words<'t>(text: &'t str, marks: &'t [Mark]) -> impl Iterator<Item = &'t str> {
    let quoted = |at: usize| marks.iter().any(|mark| mark.kind == MarkKind::Quoted && mark.range.contains(&at));
    let mut at = 0;
    let lines = text.split_inclusive('\n').filter(move |line| {
        let from = at;
        at += line.len();
        from < LOOKED_AT && !line.trim_start().starts_with('>') && !quoted(from)
    });
    lines
        .flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '\''))
        .filter(|word| word.chars().any(char::is_alphabetic))
}

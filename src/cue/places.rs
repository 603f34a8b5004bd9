//! Where patterns were found, in a letter or in one of its sentences. In: what an entry asks for, and where. Out: whether it is there.
//! Refuses to know other cues: `hear` does.

use std::ops::Range;

use super::{
    bits,
    file::{Scope, UnlessIn},
    network::PatternId,
    recall::Place,
    set::Entry,
};
use crate::{flat::short, letter::Letter};

/// Where a pattern was found: tokens of the letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub pattern: PatternId,
    pub sentence: u32,
    pub start: u32,
    pub end: u32,
}

impl Found {
    /// A place of a sentence that begins with this token.
    pub(super) fn new(place: Place, sentence: usize, from: usize) -> Self {
        let token = |at: u16| short(from) + u32::from(at);
        Found { pattern: place.pattern, sentence: short(sentence), start: token(place.start), end: token(place.end) }
    }

    pub(super) fn candidate(&self) -> Candidate {
        Candidate { sentence: self.sentence as usize, tokens: self.tokens(), range: None }
    }

    fn tokens(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Where an entry may be heard: tokens of the letter, and bytes of the text where they are not those of the tokens.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub sentence: usize,
    pub tokens: Range<usize>,
    pub range: Option<Range<usize>>,
}

/// Places by pattern.
pub(super) struct Places<'l> {
    letter: &'l Letter,
    /// Sorted.
    found: &'l [Found],
    /// The patterns that were found, as bits.
    patterns: &'l [u64],
}

impl<'l> Places<'l> {
    /// The places are sorted, the bits those of their patterns.
    pub(super) fn new(letter: &'l Letter, found: &'l [Found], patterns: &'l [u64]) -> Self {
        Places { letter, found, patterns }
    }

    /// All places, those of one pattern together.
    pub(super) fn by_pattern(&self) -> impl Iterator<Item = &'l [Found]> {
        self.found.chunk_by(|one, next| one.pattern == next.pattern)
    }

    /// Those of one pattern.
    pub(super) fn of(&self, pattern: PatternId) -> &'l [Found] {
        if !bits::has(self.patterns, pattern) {
            return &[];
        }
        let from = self.found.partition_point(|place| place.pattern < pattern);
        let to = self.found.partition_point(|place| place.pattern <= pattern);
        &self.found[from..to]
    }

    /// The places of a pattern in a sentence and those that the scope reaches besides.
    fn around(&self, scope: Scope, pattern: PatternId, sentence: usize) -> &'l [Found] {
        let places = self.of(pattern);
        let (from, to) = match scope {
            Scope::Clause | Scope::Sentence => (sentence, sentence),
            Scope::Pair => (sentence.saturating_sub(1), sentence + 1),
            Scope::Letter => return places,
        };
        let from = places.partition_point(|place| (place.sentence as usize) < from);
        let to = places.partition_point(|place| place.sentence as usize <= to);
        &places[from..to]
    }

    /// Whether a pattern was found where the scope reaches.
    pub(super) fn meets(&self, scope: Scope, pattern: PatternId, hit: &Candidate) -> bool {
        if scope == Scope::Letter {
            return bits::has(self.patterns, pattern);
        }
        let mut places = self.around(scope, pattern, hit.sentence).iter();
        places.any(|place| scope != Scope::Clause || self.clauses_meet(&place.tokens(), &hit.tokens))
    }

    /// Whether a pattern was found where it takes a hit back.
    pub(super) fn takes_back(&self, reach: UnlessIn, pattern: PatternId, hit: &Candidate) -> bool {
        if let Some(scope) = reach.scope() {
            return self.meets(scope, pattern, hit);
        }
        let mut before = self.around(Scope::Sentence, pattern, hit.sentence).iter();
        before.any(|place| place.end as usize <= hit.tokens.start)
    }

    /// Each of the patterns in the scope, in any order: of several such places in one scope the narrowest.
    pub(super) fn all(&self, entry: &Entry, first: &[Found], others: &[PatternId], candidates: &mut Vec<Candidate>) {
        let mut best: Vec<Candidate> = Vec::new();
        for place in first {
            let mut taken = vec![*place];
            let complete = others.iter().all(|other| {
                let free = self.around(entry.scope, *other, place.sentence as usize).iter().filter(|candidate| {
                    (entry.scope != Scope::Clause || self.clauses_meet(&place.tokens(), &candidate.tokens()))
                        && !taken.iter().any(|taken| taken.start < candidate.end && candidate.start < taken.end)
                });
                let distance = |candidate: &&Found| candidate.start.abs_diff(place.start);
                // Over the whole letter any place will do: it is not marked.
                let nearest =
                    if entry.scope == Scope::Letter { free.take(1).next() } else { free.min_by_key(distance) };
                nearest.map(|nearest| taken.push(*nearest)).is_some()
            });
            if !complete {
                continue;
            }
            // In a wider scope than the sentence only what stands in the first one's sentence is marked.
            let near = taken.iter().filter(|taken| taken.sentence == place.sentence);
            let start = near.clone().map(|taken| taken.start).min().unwrap_or(place.start);
            let end = near.map(|taken| taken.end).max().unwrap_or(place.end);
            let hit =
                Candidate { sentence: place.sentence as usize, tokens: start as usize..end as usize, range: None };
            // Places come in the order of the text, so that those of one scope stand together.
            match best.last_mut().filter(|other| self.same_scope(entry.scope, other, &hit)) {
                Some(other) if other.tokens.len() > hit.tokens.len() => *other = hit,
                Some(_) => {}
                None => best.push(hit),
            }
        }
        candidates.extend(best);
    }

    fn same_scope(&self, scope: Scope, a: &Candidate, b: &Candidate) -> bool {
        a.sentence == b.sentence
            && (scope != Scope::Clause || self.clause(a.tokens.start) == self.clause(b.tokens.start))
    }

    fn clause(&self, token: usize) -> u16 {
        self.letter.tokens[token].clause
    }

    /// Whether two stretches of one sentence have a clause in common.
    fn clauses_meet(&self, a: &Range<usize>, b: &Range<usize>) -> bool {
        self.clause(a.start) <= self.clause(b.end - 1) && self.clause(b.start) <= self.clause(a.end - 1)
    }
}

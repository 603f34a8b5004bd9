//! From where entries are heard to hits. In: stretches in which entries are heard. Out: the bytes to mark, and the weights of distinct
//! stretches of a clause added up. Refuses to ask what the rest of the letter says: `hear` does.

use std::{cmp::Ordering, ops::Range};

use super::{
    file::Extent,
    hear::Hit,
    places::Candidate,
    set::{Cue, CueId, CueSet, Entry},
};
use crate::letter::{Letter, TokenKind};

/// Where an entry was heard, before the weights of a clause are added up.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    entry: usize,
    pub sentence: usize,
    /// The number of the clause in which it begins.
    clause: u16,
    range: Range<usize>,
    weight: f32,
}

impl Raw {
    /// The heaviest come first; of equals the longest.
    pub(super) fn order(&self, other: &Raw) -> Ordering {
        let heavier = other.weight.total_cmp(&self.weight).then(other.range.len().cmp(&self.range.len()));
        heavier.then(self.range.start.cmp(&other.range.start)).then(self.entry.cmp(&other.entry))
    }

    /// The same where sentences and bytes are counted from somewhere else.
    pub(super) fn moved(&self, from: Origin, to: Origin) -> Raw {
        Raw { sentence: self.sentence - from.0 + to.0, range: shifted(&self.range, from.1, to.1), ..self.clone() }
    }
}

/// From where sentences and bytes are counted.
pub(super) type Origin = (usize, usize);

/// A hit where sentences and bytes are counted from somewhere else.
pub(super) fn moved(hit: &Hit, from: Origin, to: Origin) -> Hit {
    Hit { sentence: hit.sentence - from.0 + to.0, range: shifted(&hit.range, from.1, to.1), ..*hit }
}

fn shifted(range: &Range<usize>, from: usize, to: usize) -> Range<usize> {
    range.start - from + to..range.end - from + to
}

/// Weighs what was heard in a letter.
#[derive(Clone, Copy)]
pub(super) struct Scales<'l> {
    pub set: &'l CueSet,
    pub letter: &'l Letter,
}

impl Scales<'_> {
    /// Whether an entry may be heard in this part of the letter and this kind of clause.
    pub(super) fn stands(self, entry: &Entry, hit: &Candidate) -> bool {
        let part = self.letter.sentences[hit.sentence].part;
        entry.parts.has(self.letter.parts[part].kind)
            && (entry.heads.is_empty() || entry.heads.contains(&self.letter.tokens[hit.tokens.start].head))
    }

    /// What is to be weighed where an entry is heard.
    pub(super) fn raw(self, number: usize, entry: &Entry, hit: &Candidate) -> Raw {
        let range = self.marked(entry, hit);
        let clause = self.letter.tokens[hit.tokens.start].clause;
        Raw { entry: number, sentence: hit.sentence, clause, range, weight: entry.weight }
    }

    /// The bytes that are marked where an entry is heard.
    pub(super) fn marked(self, entry: &Entry, hit: &Candidate) -> Range<usize> {
        hit.range.clone().unwrap_or_else(|| self.bytes(entry.extent, hit))
    }

    /// The bytes of the extent of a stretch. A quotation mark at an edge belongs to them when its partner does.
    pub(super) fn bytes(self, extent: Extent, hit: &Candidate) -> Range<usize> {
        let all = &self.letter.tokens;
        let tokens = self.extent(extent, hit.sentence, &hit.tokens);
        let part = || self.part(hit.sentence);
        let quote =
            |index: usize| all.get(index).is_some_and(|it| it.kind == TokenKind::Quote) && part().contains(&index);
        let mut range = all[tokens.start].range.start..all[tokens.end - 1].range.end;
        let before = tokens.start.checked_sub(1).filter(|&index| quote(index));
        let after = Some(tokens.end).filter(|&index| quote(index));
        if before.is_none() && after.is_none() {
            return range;
        }
        let odd = tokens.clone().filter(|&index| quote(index)).count() % 2 == 1;
        match (before, after) {
            (Some(before), Some(after)) if !odd && all[before].range.end == range.start => {
                range = all[before].range.start..all[after].range.end;
            }
            (Some(before), None) if odd => range.start = all[before].range.start,
            (_, Some(after)) if odd => range.end = all[after].range.end,
            _ => {}
        }
        range
    }

    /// The tokens of the part of a sentence.
    fn part(self, sentence: usize) -> Range<usize> {
        let sentences = &self.letter.sentences;
        let of = &self.letter.parts[sentences[sentence].part].sentences;
        sentences[of.start].tokens.start..sentences[of.end - 1].tokens.end
    }

    /// The tokens to mark.
    fn extent(self, extent: Extent, sentence: usize, tokens: &Range<usize>) -> Range<usize> {
        let all = &self.letter.tokens;
        let whole = self.letter.sentences[sentence].tokens.clone();
        let marked = match extent {
            Extent::Stretch => return tokens.clone(),
            Extent::Sentence => whole,
            Extent::Clause => {
                let first = all[tokens.start].clause;
                let last = all[tokens.end - 1].clause;
                let start = whole.clone().find(|&index| all[index].clause >= first).unwrap_or(tokens.start);
                let end = whole.rev().find(|&index| all[index].clause <= last).unwrap_or(tokens.end - 1) + 1;
                start.min(tokens.start)..end.max(tokens.end)
            }
        };
        let outer = |index: &usize| all[*index].kind == TokenKind::Punct && !tokens.contains(index);
        let start = marked.clone().find(|index| !outer(index)).unwrap_or(tokens.start);
        let end = marked.rev().find(|index| !outer(index)).unwrap_or(tokens.end - 1) + 1;
        start..end
    }

    /// Adds up the weights of distinct stretches in each clause of a sentence. The heaviest come first.
    pub(super) fn weigh<'r>(self, cue: CueId, raw: impl IntoIterator<Item = &'r Raw>, hits: &mut Vec<Hit>) {
        let Cue { note, warning, .. } = &self.set.cues[cue];
        let mut add = |hit: Hit| {
            if hit.weight >= *note {
                hits.push(Hit { sure: hit.weight >= *warning, ..hit });
            }
        };
        let alone = |Raw { entry, sentence, range, weight, .. }: &Raw| Hit {
            cue,
            entry: *entry,
            sentence: *sentence,
            range: range.clone(),
            weight: *weight,
            sure: false,
        };
        let mut raw = raw.into_iter();
        let (first, second) = (raw.next(), raw.next());
        // Mostly there is one.
        if let (Some(only), None) = (first, second) {
            add(alone(only));
            return;
        }
        let mut clauses: Vec<(u16, Hit, Vec<Range<usize>>)> = Vec::new();
        for of in first.into_iter().chain(second).chain(raw) {
            let Raw { clause, range, weight, .. } = of;
            let apart = |stretch: &Range<usize>| range.end <= stretch.start || stretch.end <= range.start;
            let joined =
                clauses.iter_mut().find(|(other, _, stretches)| other == clause || !stretches.iter().all(apart));
            if let Some((_, sum, stretches)) = joined {
                if stretches.iter().all(apart) {
                    sum.weight += weight;
                    sum.range = sum.range.start.min(range.start)..sum.range.end.max(range.end);
                    stretches.push(range.clone());
                }
            } else {
                clauses.push((*clause, alone(of), vec![range.clone()]));
            }
        }
        for (_, hit, _) in clauses {
            add(hit);
        }
    }
}

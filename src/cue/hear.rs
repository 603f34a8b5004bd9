//! What is heard in a letter. In: a letter. Out: hits, in the order of the text. First every pattern is looked for, sentence by
//! sentence; then each entry weighs where its patterns were found against what it asks for besides.

use std::ops::Range;

use super::{
    compile::PatternId,
    file::{Extent, Scope, UnlessIn},
    find::Found,
    set::{Condition, CueId, CueSet, Entry, Form, Rare},
};
use crate::letter::{Letter, TokenKind};

/// A cue was heard.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Which cue.
    pub cue: CueId,
    /// By which of its entries (the heaviest, where several were heard in one clause).
    pub entry: usize,
    /// Index of the sentence in the letter.
    pub sentence: usize,
    /// Bytes of the text.
    pub range: Range<usize>,
    /// The sum of the weights in the clause.
    pub weight: f32,
    /// Whether the weight reaches the cue's threshold for a warning.
    pub sure: bool,
}

/// Where an entry was heard, before the weights of a clause are added up.
#[derive(Debug, Clone)]
struct Raw {
    entry: usize,
    sentence: usize,
    /// Tokens of the letter.
    tokens: Range<usize>,
    range: Range<usize>,
    weight: f32,
}

impl CueSet {
    /// Hears the letter whose text this is.
    #[must_use]
    pub fn hear(&self, text: &str, letter: &Letter) -> Vec<Hit> {
        let found = self.find(letter);
        let mut hearing = Hearing { set: self, text, letter, found: &found, hits: vec![Vec::new(); self.cues.len()] };
        let mut candidates: Vec<Vec<usize>> = vec![Vec::new(); self.cues.len()];
        let mut last = None;
        for place in &found {
            if last.replace(place.pattern) != Some(place.pattern) {
                for user in self.users.get(place.pattern as usize) {
                    candidates[usize::from(user.cue.get())].push(usize::from(user.entry.get()));
                }
            }
        }
        for &cue in &self.order {
            let entries = &mut candidates[cue];
            let regexes =
                self.cues[cue].entries.iter().enumerate().filter(|(_, entry)| matches!(entry.form, Form::Regex { .. }));
            entries.extend(regexes.map(|(number, _)| number));
            entries.sort_unstable();
            entries.dedup();
            let mut raw = Vec::new();
            for &number in entries.iter() {
                hearing.entry(number, &self.cues[cue].entries[number], &mut raw);
            }
            hearing.hits[cue] = hearing.weigh(cue, raw);
        }
        let mut hits: Vec<Hit> = hearing.hits.into_iter().flatten().collect();
        hits.sort_by_key(|hit| (hit.range.start, hit.range.end, hit.cue));
        hits
    }
}

/// Weighs what was found.
struct Hearing<'l> {
    set: &'l CueSet,
    text: &'l str,
    letter: &'l Letter,
    found: &'l [Found],
    hits: Vec<Vec<Hit>>,
}

impl Hearing<'_> {
    fn places(&self, pattern: PatternId) -> &[Found] {
        let from = self.found.partition_point(|place| place.pattern < pattern);
        let to = self.found.partition_point(|place| place.pattern <= pattern);
        &self.found[from..to]
    }

    fn entry(&self, number: usize, entry: &Entry, raw: &mut Vec<Raw>) {
        let mut candidates = Vec::new();
        match &entry.form {
            Form::Patterns(patterns) => {
                let places = patterns.iter().flat_map(|pattern| self.places(*pattern));
                candidates.extend(places.map(|place| {
                    self.raw(number, entry, place.sentence as usize, place.start as usize..place.end as usize)
                }));
            }
            Form::All(patterns) => self.all(number, entry, patterns, &mut candidates),
            Form::Regex { regex, literals } => self.regex(number, entry, regex, literals, &mut candidates),
        }
        raw.extend(candidates.into_iter().filter(|hit| self.holds(entry, hit)));
    }

    fn raw(&self, number: usize, entry: &Entry, sentence: usize, tokens: Range<usize>) -> Raw {
        let extent = self.extent(entry.extent, sentence, &tokens);
        let range = self.range(&extent);
        Raw { entry: number, sentence, tokens, range, weight: entry.weight }
    }

    /// The tokens to mark.
    fn extent(&self, extent: Extent, sentence: usize, tokens: &Range<usize>) -> Range<usize> {
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

    /// The bytes of a run of tokens. A quotation mark at an edge belongs to it when its partner does.
    fn range(&self, tokens: &Range<usize>) -> Range<usize> {
        let all = &self.letter.tokens;
        let quote = |index: usize| all.get(index).is_some_and(|token| token.kind == TokenKind::Quote);
        let odd = tokens.clone().filter(|&index| quote(index)).count() % 2 == 1;
        let mut range = all[tokens.start].range.start..all[tokens.end - 1].range.end;
        let before = tokens.start.checked_sub(1).filter(|&index| quote(index));
        let after = Some(tokens.end).filter(|&index| quote(index));
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

    /// Each of the patterns in the scope, in any order: of several such places in one scope the narrowest.
    fn all(&self, number: usize, entry: &Entry, patterns: &[PatternId], candidates: &mut Vec<Raw>) {
        let Some((first, others)) = patterns.split_first() else { return };
        let mut best: Vec<Raw> = Vec::new();
        for place in self.places(*first) {
            let mut taken = vec![*place];
            let complete = others.iter().all(|other| {
                let free = self.around(entry.scope, *other, place.sentence as usize).iter().filter(|candidate| {
                    (entry.scope != Scope::Clause || self.clauses_meet(&tokens(place), &tokens(candidate)))
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
            let hit = self.raw(number, entry, place.sentence as usize, start as usize..end as usize);
            // Places come in the order of the text, so that those of one scope stand together.
            match best.last_mut().filter(|other| self.same_scope(entry.scope, other, &hit)) {
                Some(other) if other.tokens.len() > hit.tokens.len() => *other = hit,
                Some(_) => {}
                None => best.push(hit),
            }
        }
        candidates.extend(best);
    }

    fn same_scope(&self, scope: Scope, a: &Raw, b: &Raw) -> bool {
        match scope {
            Scope::Clause => a.sentence == b.sentence && self.clause(a.tokens.start) == self.clause(b.tokens.start),
            Scope::Sentence | Scope::Pair | Scope::Letter => a.sentence == b.sentence,
        }
    }

    fn clause(&self, token: usize) -> u16 {
        self.letter.tokens[token].clause
    }

    /// Whether two stretches of one sentence have a clause in common.
    fn clauses_meet(&self, a: &Range<usize>, b: &Range<usize>) -> bool {
        self.clause(a.start) <= self.clause(b.end - 1) && self.clause(b.start) <= self.clause(a.end - 1)
    }

    fn regex(&self, number: usize, entry: &Entry, regex: &Rare, literals: &[String], candidates: &mut Vec<Raw>) {
        for part in &self.letter.parts {
            let text = &self.text[part.range.clone()];
            if !entry.parts.contains(&part.kind) || !literals.iter().any(|literal| text.contains(literal.as_str())) {
                continue;
            }
            for found in regex.regex().find_iter(text) {
                let range = part.range.start + found.start()..part.range.start + found.end();
                let sentence = part.sentences.clone().find(|&index| {
                    let sentence = &self.letter.sentences[index].range;
                    sentence.start < range.end && range.start < sentence.end
                });
                let Some(sentence) = sentence else { continue };
                let tokens = self.letter.sentences[sentence].tokens.clone();
                let inside = |index: &usize| {
                    self.letter.tokens[*index].range.end > range.start
                        && self.letter.tokens[*index].range.start < range.end
                };
                let Some(first) = tokens.clone().find(inside) else { continue };
                let last = tokens.rev().find(inside).unwrap_or(first);
                candidates.push(Raw { entry: number, sentence, tokens: first..last + 1, range, weight: entry.weight });
            }
        }
    }

    /// Whether all that the entry asks for besides holds.
    fn holds(&self, entry: &Entry, hit: &Raw) -> bool {
        let part = self.letter.sentences[hit.sentence].part;
        let head = self.letter.tokens[hit.tokens.start].head;
        entry.parts.contains(&self.letter.parts[part].kind)
            && (entry.heads.is_empty() || entry.heads.contains(&head))
            && (entry.near.is_empty() || entry.near.iter().any(|cue| self.near(*cue, hit.sentence)))
            && (entry.any.is_empty() || entry.any.iter().any(|condition| self.meets(entry.scope, *condition, hit)))
            && !entry.none.iter().any(|condition| self.meets(entry.scope, *condition, hit))
            && !entry.unless.iter().any(|condition| self.takes_back(entry.unless_in, *condition, hit))
    }

    fn near(&self, cue: CueId, sentence: usize) -> bool {
        !self.heard_in(cue, sentence.saturating_sub(1), sentence + 1).is_empty()
    }

    /// The hits of a cue in a run of sentences.
    fn heard_in(&self, cue: CueId, first: usize, last: usize) -> &[Hit] {
        let hits = &self.hits[cue];
        let from = hits.partition_point(|hit| hit.sentence < first);
        let to = hits.partition_point(|hit| hit.sentence <= last);
        &hits[from..to]
    }

    fn takes_back(&self, scope: UnlessIn, condition: Condition, hit: &Raw) -> bool {
        match scope {
            UnlessIn::Clause => self.meets(Scope::Clause, condition, hit),
            UnlessIn::Sentence => self.meets(Scope::Sentence, condition, hit),
            UnlessIn::Pair => self.meets(Scope::Pair, condition, hit),
            UnlessIn::Letter => self.meets(Scope::Letter, condition, hit),
            UnlessIn::Before => match condition {
                Condition::Pattern(pattern) => self
                    .around(Scope::Sentence, pattern, hit.sentence)
                    .iter()
                    .any(|place| place.end as usize <= hit.tokens.start),
                Condition::Cue(cue) => self
                    .heard_in(cue, hit.sentence, hit.sentence)
                    .iter()
                    .any(|other| other.range.end <= hit.range.start),
            },
        }
    }

    /// The places of a pattern in a sentence and those that the scope reaches besides.
    fn around(&self, scope: Scope, pattern: PatternId, sentence: usize) -> &[Found] {
        let places = self.places(pattern);
        let (from, to) = match scope {
            Scope::Clause | Scope::Sentence => (sentence, sentence),
            Scope::Pair => (sentence.saturating_sub(1), sentence + 1),
            Scope::Letter => return places,
        };
        let from = places.partition_point(|place| (place.sentence as usize) < from);
        let to = places.partition_point(|place| place.sentence as usize <= to);
        &places[from..to]
    }

    fn meets(&self, scope: Scope, condition: Condition, hit: &Raw) -> bool {
        match condition {
            Condition::Pattern(pattern) => self
                .around(scope, pattern, hit.sentence)
                .iter()
                .any(|place| scope != Scope::Clause || self.clauses_meet(&tokens(place), &hit.tokens)),
            Condition::Cue(cue) => {
                let same = self.heard_in(cue, hit.sentence, hit.sentence);
                match scope {
                    Scope::Clause => {
                        let clauses = self.range(&self.extent(Extent::Clause, hit.sentence, &hit.tokens));
                        same.iter().any(|other| other.range.start < clauses.end && clauses.start < other.range.end)
                    }
                    Scope::Sentence => !same.is_empty(),
                    Scope::Pair => self.near(cue, hit.sentence),
                    Scope::Letter => !self.hits[cue].is_empty(),
                }
            }
        }
    }

    /// Adds up the weights of distinct stretches in each clause.
    fn weigh(&self, cue: CueId, mut raw: Vec<Raw>) -> Vec<Hit> {
        let thresholds = &self.set.cues[cue];
        raw.sort_by(|a, b| {
            let heavier = b.weight.total_cmp(&a.weight).then(b.range.len().cmp(&a.range.len()));
            a.sentence.cmp(&b.sentence).then(heavier).then(a.range.start.cmp(&b.range.start))
        });
        let mut hits = Vec::new();
        for sentence in raw.chunk_by(|a, b| a.sentence == b.sentence) {
            hits.extend(self.weigh_sentence(cue, sentence));
        }
        hits.retain(|hit| hit.weight >= thresholds.note);
        for hit in &mut hits {
            hit.sure = hit.weight >= thresholds.warning;
        }
        hits.sort_by_key(|hit| (hit.range.start, hit.range.end));
        hits
    }

    /// The heaviest come first.
    fn weigh_sentence(&self, cue: CueId, raw: &[Raw]) -> impl Iterator<Item = Hit> {
        let mut clauses: Vec<(u16, Hit, Vec<Range<usize>>)> = Vec::new();
        for hit in raw {
            let clause = self.clause(hit.tokens.start);
            let apart = |stretch: &Range<usize>| hit.range.end <= stretch.start || stretch.end <= hit.range.start;
            let joined =
                clauses.iter_mut().find(|(other, _, stretches)| *other == clause || !stretches.iter().all(apart));
            if let Some((_, sum, stretches)) = joined {
                if stretches.iter().all(apart) {
                    sum.weight += hit.weight;
                    sum.range = sum.range.start.min(hit.range.start)..sum.range.end.max(hit.range.end);
                    stretches.push(hit.range.clone());
                }
            } else {
                let range = hit.range.clone();
                let sum = Hit {
                    cue,
                    entry: hit.entry,
                    sentence: hit.sentence,
                    range: range.clone(),
                    weight: hit.weight,
                    sure: false,
                };
                clauses.push((clause, sum, vec![range]));
            }
        }
        clauses.into_iter().map(|(_, hit, _)| hit)
    }
}

fn tokens(found: &Found) -> Range<usize> {
    found.start as usize..found.end as usize
}

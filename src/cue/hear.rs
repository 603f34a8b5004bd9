//! What is heard in a letter. In: a letter. Out: hits, in the order of the text. First every pattern is looked for, sentence by
//! sentence; then each entry weighs where its patterns were found against what it asks for besides.

use std::ops::Range;

use super::{
    bits,
    file::{Extent, Scope, UnlessIn},
    find::Found,
    network::PatternId,
    set::{Condition, Cue, CueId, CueSet, Entry, Form, Rare},
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

/// Where an entry may be heard: tokens of the letter, and bytes of the text where they are not those of the tokens.
#[derive(Debug, Clone)]
struct Candidate {
    sentence: usize,
    tokens: Range<usize>,
    range: Option<Range<usize>>,
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
        let mut patterns = vec![0; self.network.patterns.div_ceil(64)];
        for place in &found {
            bits::insert(&mut patterns, place.pattern);
        }
        let hits = vec![Vec::new(); self.cues.len()];
        let mut hearing = Hearing { set: self, text, letter, found: &found, patterns, hits };
        let mut heard: Vec<Vec<Heard>> = vec![Vec::new(); self.cues.len()];
        for places in found.chunk_by(|one, next| one.pattern == next.pattern) {
            for user in self.users.get(places[0].pattern as usize) {
                let order = (user.entry.get(), user.place.get());
                heard[usize::from(user.cue.get())].push(Heard { order, places });
            }
        }
        for &cue in &self.order {
            let Cue { entries, regexes, .. } = &self.cues[cue];
            if heard[cue].is_empty() && regexes.is_empty() {
                continue;
            }
            heard[cue].sort_unstable_by_key(|heard| heard.order);
            let begun = heard[cue].iter().map(|heard| usize::from(heard.order.0));
            let mut numbers: Vec<usize> = begun.chain(regexes.iter().copied()).collect();
            numbers.sort_unstable();
            numbers.dedup();
            let mut raw = Vec::new();
            let mut heard = heard[cue].iter().peekable();
            for number in numbers {
                let own = std::iter::from_fn(|| heard.next_if(|heard| usize::from(heard.order.0) == number));
                hearing.entry(number, &entries[number], own.map(|heard| heard.places), &mut raw);
            }
            hearing.hits[cue] = hearing.weigh(cue, raw);
        }
        let mut hits: Vec<Hit> = hearing.hits.into_iter().flatten().collect();
        hits.sort_by_key(|hit| (hit.range.start, hit.range.end, hit.cue));
        hits
    }
}

/// Where one of the patterns was found with which an entry begins.
#[derive(Debug, Clone)]
struct Heard<'f> {
    /// The number of the entry, and the pattern's within it.
    order: (u16, u16),
    places: &'f [Found],
}

/// Weighs what was found.
struct Hearing<'l> {
    set: &'l CueSet,
    text: &'l str,
    letter: &'l Letter,
    found: &'l [Found],
    /// The patterns that were found, as bits.
    patterns: Vec<u64>,
    hits: Vec<Vec<Hit>>,
}

impl Hearing<'_> {
    fn places(&self, pattern: PatternId) -> &[Found] {
        if !bits::has(&self.patterns, pattern) {
            return &[];
        }
        let from = self.found.partition_point(|place| place.pattern < pattern);
        let to = self.found.partition_point(|place| place.pattern <= pattern);
        &self.found[from..to]
    }

    /// An entry, and where the patterns with which it begins were found.
    fn entry<'f>(&self, number: usize, entry: &Entry, heard: impl Iterator<Item = &'f [Found]>, raw: &mut Vec<Raw>) {
        let mut candidates = Vec::new();
        match &entry.form {
            Form::Patterns(_) => candidates.extend(heard.flatten().map(|place| Candidate {
                sentence: place.sentence as usize,
                tokens: tokens(place),
                range: None,
            })),
            Form::All(patterns) => heard.for_each(|first| self.all(entry, first, &patterns[1..], &mut candidates)),
            Form::Regex { regex, literals } => self.regex(entry, regex, literals, &mut candidates),
        }
        raw.extend(candidates.into_iter().filter(|hit| self.holds(entry, hit)).map(|hit| Raw {
            entry: number,
            sentence: hit.sentence,
            range: self.marked(entry, &hit),
            tokens: hit.tokens,
            weight: entry.weight,
        }));
    }

    /// The bytes that are marked where an entry is heard.
    fn marked(&self, entry: &Entry, hit: &Candidate) -> Range<usize> {
        let extent = || self.range(&self.extent(entry.extent, hit.sentence, &hit.tokens));
        hit.range.clone().unwrap_or_else(extent)
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
    fn all(&self, entry: &Entry, first: &[Found], others: &[PatternId], candidates: &mut Vec<Candidate>) {
        let mut best: Vec<Candidate> = Vec::new();
        for place in first {
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

    fn regex(&self, entry: &Entry, regex: &Rare, literals: &[String], candidates: &mut Vec<Candidate>) {
        // Most letters have none of them.
        let literals: Vec<&String> = literals.iter().filter(|literal| self.text.contains(literal.as_str())).collect();
        if literals.is_empty() {
            return;
        }
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
                candidates.push(Candidate { sentence, tokens: first..last + 1, range: Some(range) });
            }
        }
    }

    /// Whether all that the entry asks for besides holds.
    fn holds(&self, entry: &Entry, hit: &Candidate) -> bool {
        let part = self.letter.sentences[hit.sentence].part;
        let head = self.letter.tokens[hit.tokens.start].head;
        entry.parts.contains(&self.letter.parts[part].kind)
            && (entry.heads.is_empty() || entry.heads.contains(&head))
            && (entry.near.is_empty() || entry.near.iter().any(|cue| self.near(*cue, hit.sentence)))
            && (entry.any.is_empty() || entry.any.iter().any(|condition| self.meets(entry.scope, *condition, hit)))
            && !entry.none.iter().any(|condition| self.meets(entry.scope, *condition, hit))
            && !entry.unless.iter().any(|condition| self.takes_back(entry, *condition, hit))
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

    fn takes_back(&self, entry: &Entry, condition: Condition, hit: &Candidate) -> bool {
        match entry.unless_in {
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
                    .any(|other| other.range.end <= self.marked(entry, hit).start),
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

    fn meets(&self, scope: Scope, condition: Condition, hit: &Candidate) -> bool {
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

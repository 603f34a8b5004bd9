//! What is heard in a letter. In: a letter. Out: hits, in the order of the text. First it is found what each sentence says by itself; then
//! each entry weighs that against what it asks of the rest of the letter.

use std::ops::Range;

use super::{
    file::{Extent, Scope},
    findings::{Findings, Match},
    places::{Candidate, Places},
    said::Stretch,
    set::{Condition, Cue, CueId, CueSet, Entry, Form},
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
        let Findings { mut found, stretches, matches } = self.find(text, letter);
        found.sort_unstable();
        let patterns = self.patterns_of(&found);
        let mut said: Vec<Vec<(usize, Stretch)>> = vec![Vec::new(); self.cues.len()];
        for (sentence, stretch) in stretches {
            said[usize::from(stretch.cue)].push((sentence, stretch));
        }
        let hits = vec![Vec::new(); self.cues.len()];
        let places = Places::new(letter, &found, &patterns);
        let mut hearing = Hearing { set: self, letter, places, matches, hits };
        for &cue in &self.order {
            let Cue { entries, across, .. } = &self.cues[cue];
            let mut raw = Vec::new();
            for (sentence, stretch) in &said[cue] {
                hearing.stretch(*sentence, stretch, entries, &mut raw);
            }
            for &number in across {
                hearing.across((cue, number), &entries[number], &mut raw);
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
    letter: &'l Letter,
    places: Places<'l>,
    matches: Vec<(usize, Match)>,
    hits: Vec<Vec<Hit>>,
}

impl Hearing<'_> {
    /// What a sentence says by itself, if the rest of the letter lets it.
    fn stretch(&self, sentence: usize, stretch: &Stretch, entries: &[Entry], raw: &mut Vec<Raw>) {
        let number = usize::from(stretch.entry);
        let entry = &entries[number];
        let from = self.letter.sentences[sentence].tokens.start;
        let tokens = from + usize::from(stretch.start)..from + usize::from(stretch.end);
        let hit = Candidate { sentence, tokens, range: None };
        if self.holds(entry, &hit, Some(stretch.any)) {
            raw.push(self.raw(number, entry, hit));
        }
    }

    /// An entry that is not heard sentence by sentence.
    fn across(&self, (cue, number): (CueId, usize), entry: &Entry, raw: &mut Vec<Raw>) {
        let mut candidates = Vec::new();
        match &entry.form {
            Form::All(all) => self.places.all(entry, self.places.of(all[0]), &all[1..], &mut candidates),
            Form::Regex { .. } => {
                let own = |found: &Match| (usize::from(found.cue), usize::from(found.entry)) == (cue, number);
                let matches = self.matches.iter().filter(|(_, found)| own(found));
                candidates.extend(matches.filter_map(|(part, found)| self.matched(*part, &found.range)));
            }
            Form::Patterns(_) => {}
        }
        let hits = candidates.into_iter().filter(|hit| self.holds(entry, hit, None));
        raw.extend(hits.map(|hit| self.raw(number, entry, hit)));
    }

    fn raw(&self, entry: usize, of: &Entry, hit: Candidate) -> Raw {
        let range = self.marked(of, &hit);
        Raw { entry, sentence: hit.sentence, range, tokens: hit.tokens, weight: of.weight }
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

    fn clause(&self, token: usize) -> u16 {
        self.letter.tokens[token].clause
    }

    /// Where in the letter a regular expression matches that matches in a part.
    fn matched(&self, part: usize, range: &Range<usize>) -> Option<Candidate> {
        let part = &self.letter.parts[part];
        let range = part.range.start + range.start..part.range.start + range.end;
        let inside = |other: &Range<usize>| other.end > range.start && other.start < range.end;
        let sentence = part.sentences.clone().find(|&index| inside(&self.letter.sentences[index].range))?;
        let mut tokens = self.letter.sentences[sentence].tokens.clone();
        let first = tokens.find(|&index| inside(&self.letter.tokens[index].range))?;
        let last = tokens.rfind(|&index| inside(&self.letter.tokens[index].range)).unwrap_or(first);
        Some(Candidate { sentence, tokens: first..last + 1, range: Some(range) })
    }

    /// Whether all that the entry asks for besides holds. `any`: the sentence has been asked, and has said whether what the entry wants any
    /// of is there; what is left is asked of the rest of the letter.
    fn holds(&self, entry: &Entry, hit: &Candidate, any: Option<bool>) -> bool {
        let part = self.letter.sentences[hit.sentence].part;
        let open = |in_sentence: bool, condition: &Condition| {
            any.is_none() || !in_sentence || matches!(condition, Condition::Cue(_))
        };
        let besides = |condition: &&Condition| open(entry.scope.in_sentence(), condition);
        let unless = |condition: &&Condition| open(entry.unless_in.in_sentence(), condition);
        let meets = |condition: &Condition| self.meets(entry.scope, *condition, hit);
        entry.parts.contains(&self.letter.parts[part].kind)
            && (entry.heads.is_empty() || entry.heads.contains(&self.places.head(hit)))
            && (entry.near.is_empty() || entry.near.iter().any(|cue| self.near(*cue, hit.sentence)))
            && (any.unwrap_or(entry.any.is_empty()) || entry.any.iter().filter(besides).any(meets))
            && !entry.none.iter().filter(besides).any(meets)
            && !entry.unless.iter().filter(unless).any(|condition| self.takes_back(entry, *condition, hit))
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
        let cue = match condition {
            Condition::Pattern(pattern) => return self.places.takes_back(entry.unless_in, pattern, hit),
            Condition::Cue(cue) => cue,
        };
        if let Some(scope) = entry.unless_in.scope() {
            return self.meets_cue(scope, cue, hit);
        }
        let heard = self.heard_in(cue, hit.sentence, hit.sentence);
        heard.iter().any(|other| other.range.end <= self.marked(entry, hit).start)
    }

    fn meets(&self, scope: Scope, condition: Condition, hit: &Candidate) -> bool {
        match condition {
            Condition::Pattern(pattern) => self.places.meets(scope, pattern, hit),
            Condition::Cue(cue) => self.meets_cue(scope, cue, hit),
        }
    }

    fn meets_cue(&self, scope: Scope, cue: CueId, hit: &Candidate) -> bool {
        let same = || self.heard_in(cue, hit.sentence, hit.sentence);
        match scope {
            Scope::Clause => {
                let clauses = self.range(&self.extent(Extent::Clause, hit.sentence, &hit.tokens));
                same().iter().any(|other| other.range.start < clauses.end && clauses.start < other.range.end)
            }
            Scope::Sentence => !same().is_empty(),
            Scope::Pair => self.near(cue, hit.sentence),
            Scope::Letter => !self.hits[cue].is_empty(),
        }
    }

    /// Adds up the weights of distinct stretches in each clause.
    fn weigh(&self, cue: CueId, mut raw: Vec<Raw>) -> Vec<Hit> {
        let thresholds = &self.set.cues[cue];
        raw.sort_by(|a, b| {
            let heavier = b.weight.total_cmp(&a.weight).then(b.range.len().cmp(&a.range.len()));
            let order = heavier.then(a.range.start.cmp(&b.range.start)).then(a.entry.cmp(&b.entry));
            a.sentence.cmp(&b.sentence).then(order)
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

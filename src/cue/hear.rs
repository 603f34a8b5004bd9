//! What is heard in a letter. In: a letter. Out: hits, in the order of the text. First it is found what each part says by itself; then
//! each entry that asks for more weighs that against the rest of the letter.

use std::ops::Range;

use super::{
    file::{Extent, Scope},
    findings::Match,
    places::{Candidate, Found, Places},
    said::Stretch,
    set::{Condition, Cue, CueId, CueSet, Entry, Form},
    weigh::{Raw, Scales},
};
use crate::letter::Letter;

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

impl CueSet {
    /// Hears the letter whose text this is.
    #[must_use]
    pub fn hear(&self, text: &str, letter: &Letter) -> Vec<Hit> {
        let mut hits: Vec<Hit> = self.hear_by_cue(text, letter).into_iter().flatten().collect();
        hits.sort_by_key(|hit| (hit.range.start, hit.range.end, hit.cue));
        hits
    }

    /// The hits of each cue, in the order of the text.
    #[must_use]
    pub fn hear_by_cue(&self, text: &str, letter: &Letter) -> Vec<Vec<Hit>> {
        let parts = self.find(text, letter);
        let mut found: Vec<Found> = Vec::with_capacity(parts.iter().map(|said| said.places.len()).sum());
        let mut open: Vec<Vec<(usize, Stretch)>> = vec![Vec::new(); self.cues.len()];
        let mut final_hits: Vec<Vec<Hit>> = vec![Vec::new(); self.cues.len()];
        let mut matches = Vec::new();
        for (number, (part, said)) in letter.parts.iter().zip(&parts).enumerate() {
            let first = part.sentences.start;
            found.extend(said.places.iter().map(|(sentence, place)| {
                let sentence = first + *sentence as usize;
                Found::new(*place, sentence, letter.sentences[sentence].tokens.start)
            }));
            for (sentence, stretch) in &said.open {
                open[usize::from(stretch.cue)].push((first + *sentence as usize, *stretch));
            }
            for hit in &said.hits {
                let range = hit.range.start + part.range.start..hit.range.end + part.range.start;
                final_hits[hit.cue].push(Hit { sentence: hit.sentence + first, range, ..*hit });
            }
            matches.extend(said.matches.iter().map(|found| (number, found)));
        }
        found.sort_unstable();
        let patterns = self.patterns_of(&found);
        let places = Places::new(letter, &found, &patterns);
        let scales = Scales { set: self, letter };
        let hits = vec![Vec::new(); self.cues.len()];
        let mut hearing = Hearing { scales, letter, places, matches, hits };
        for &cue in &self.order {
            let Cue { entries, across, .. } = &self.cues[cue];
            let mut raw = Vec::new();
            for (sentence, stretch) in &open[cue] {
                hearing.stretch(*sentence, stretch, entries, &mut raw);
            }
            for &number in across {
                hearing.across((cue, number), &entries[number], &mut raw);
            }
            // Only now others may ask for them: an entry that asks for its own cue hears nothing.
            let mut hits = std::mem::take(&mut final_hits[cue]);
            hits.extend(scales.weigh(cue, raw));
            hits.sort_by_key(|hit| (hit.range.start, hit.range.end));
            hearing.hits[cue] = hits;
        }
        hearing.hits
    }
}

/// Asks the rest of the letter.
struct Hearing<'l> {
    scales: Scales<'l>,
    letter: &'l Letter,
    places: Places<'l>,
    matches: Vec<(usize, &'l Match)>,
    hits: Vec<Vec<Hit>>,
}

impl Hearing<'_> {
    /// What a sentence says by itself, if the rest of the letter lets it.
    fn stretch(&self, sentence: usize, stretch: &Stretch, entries: &[Entry], raw: &mut Vec<Raw>) {
        let number = usize::from(stretch.entry);
        let hit = stretch.candidate(self.letter, sentence);
        if self.holds(&entries[number], &hit, Some(stretch.any)) {
            raw.push(self.scales.raw(number, &entries[number], hit));
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
        raw.extend(hits.map(|hit| self.scales.raw(number, entry, hit)));
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
        let open = |in_sentence: bool, condition: &Condition| {
            any.is_none() || !in_sentence || matches!(condition, Condition::Cue(_))
        };
        let besides = |condition: &Condition| open(entry.scope.in_sentence(), condition);
        let unless = |condition: &Condition| open(entry.unless_in.in_sentence(), condition);
        let meets = |condition: Condition| self.meets(entry.scope, condition, hit);
        self.scales.stands(entry, hit)
            && (entry.near.is_empty() || entry.near.iter().any(|cue| self.near(*cue, hit.sentence)))
            && (any.unwrap_or(entry.any.is_empty()) || entry.any.iter().filter(besides).any(meets))
            && !entry.none.iter().filter(besides).any(meets)
            && !entry.unless.iter().filter(unless).any(|condition| self.takes_back(entry, condition, hit))
    }

    fn near(&self, cue: CueId, sentence: usize) -> bool {
        !self.heard_in(cue, sentence.saturating_sub(1), sentence + 1).is_empty()
    }

    /// The hits of a cue in a run of sentences.
    fn heard_in(&self, cue: CueId, first: usize, last: usize) -> &[Hit] {
        let hits = &self.hits[cue];
        let from = hits.partition_point(|hit| hit.sentence < first);
        let hits = &hits[from..];
        &hits[..hits.iter().take_while(|hit| hit.sentence <= last).count()]
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
        heard.iter().any(|other| other.range.end <= self.scales.marked(entry, hit).start)
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
            Scope::Clause => match same() {
                [] => false,
                same => {
                    let clauses = self.scales.bytes(Extent::Clause, hit);
                    same.iter().any(|other| other.range.start < clauses.end && clauses.start < other.range.end)
                }
            },
            Scope::Sentence => !same().is_empty(),
            Scope::Pair => self.near(cue, hit.sentence),
            Scope::Letter => !self.hits[cue].is_empty(),
        }
    }
}

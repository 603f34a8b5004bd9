//! What is heard in a letter. In: a letter. Out: hits, in the order of the text. First it is found what each part says by itself; then
//! each entry that asks for more weighs that against the rest of the letter.

use std::{ops::Range, sync::Arc};

use super::{
    bits,
    file::{Extent, Scope},
    findings::{CueSaid, Heard, Match, PartSaid},
    places::{Candidate, Found, Places},
    set::{Condition, Cue, CueId, CueSet, Entry, Form},
    weigh::{Origin, Raw, Scales, moved},
};
use crate::{flat::short, letter::Letter};

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
        let mut said_of: Vec<(usize, &CueSaid)> = Vec::new();
        let mut matches = Vec::new();
        for (number, (part, said)) in letter.parts.iter().zip(&parts).enumerate() {
            found.extend(said.places.iter().map(|(sentence, place)| {
                let sentence = part.sentences.start + *sentence as usize;
                Found::new(*place, sentence, letter.sentences[sentence].tokens.start)
            }));
            said_of.extend(said.cues.iter().map(|cue| (number, cue)));
            matches.extend(said.matches.iter().map(|found| (number, found)));
        }
        found.sort_unstable();
        said_of.sort_by_key(|(_, said)| said.cue);
        let patterns = self.patterns_of(&found);
        let places = Places::new(letter, &found, &patterns);
        let scales = Scales { set: self, letter };
        let hits = vec![Vec::new(); self.cues.len()];
        let blocks = letter.sentences.len() / 64 + 1;
        let heard = vec![0; blocks * self.cues.len()];
        let mut hearing = Hearing { scales, letter, parts: &parts, places, matches, hits, heard, blocks };
        for &cue in &self.order {
            let first = said_of.partition_point(|(_, said)| usize::from(said.cue) < cue);
            let behind = said_of.partition_point(|(_, said)| usize::from(said.cue) <= cue);
            // Only now others may ask for them: an entry that asks for its own cue hears nothing.
            hearing.hits[cue] = hearing.cue(cue, &said_of[first..behind]);
            for hit in &hearing.hits[cue] {
                bits::insert(&mut hearing.heard[cue * blocks..], short(hit.sentence));
            }
        }
        hearing.hits
    }
}

/// Asks the rest of the letter.
struct Hearing<'l> {
    scales: Scales<'l>,
    letter: &'l Letter,
    parts: &'l [Arc<PartSaid>],
    places: Places<'l>,
    matches: Vec<(usize, &'l Match)>,
    hits: Vec<Vec<Hit>>,
    /// As bits: in which sentences each cue is heard, in so many blocks for each.
    heard: Vec<u64>,
    blocks: usize,
}

impl Hearing<'_> {
    /// The hits of a cue, of which sentences say this by themselves.
    fn cue(&self, cue: CueId, said: &[(usize, &CueSaid)]) -> Vec<Hit> {
        let Cue { entries, across, .. } = &self.scales.set.cues[cue];
        let mut besides = Vec::new();
        for &number in across {
            self.across((cue, number), &entries[number], &mut besides);
        }
        besides.sort_by(|one, other| one.sentence.cmp(&other.sentence).then(one.order(other)));
        let mut besides = besides.chunk_by(|one, other| one.sentence == other.sentence).peekable();
        let mut hits = Vec::with_capacity(said.len());
        for (part, said) in said {
            let origin = self.origin(*part);
            let sentence = origin.0 + said.sentence as usize;
            while let Some(raw) = besides.next_if(|raw| raw[0].sentence < sentence) {
                self.scales.weigh(cue, raw, &mut hits);
            }
            let besides = besides.next_if(|raw| raw[0].sentence == sentence).unwrap_or_default();
            self.sentence((cue, entries), (*part, said), besides, &mut hits);
        }
        besides.for_each(|raw| self.scales.weigh(cue, raw, &mut hits));
        hits.sort_by_key(|hit| (hit.range.start, hit.range.end));
        hits
    }

    /// What a sentence says of a cue, as far as the rest of the letter lets it, and with what is heard in it besides.
    fn sentence(
        &self,
        (cue, entries): (CueId, &[Entry]),
        (part, said): (usize, &CueSaid),
        besides: &[Raw],
        hits: &mut Vec<Hit>,
    ) {
        let (own, to) = (&self.parts[part], self.origin(part));
        let stretches = &own.stretches[said.stretches.start as usize..said.stretches.end as usize];
        let lets = |heard: &Heard| {
            heard.asks.is_none_or(|stretch| {
                let hit = stretch.candidate(self.letter, to.0 + said.sentence as usize);
                self.holds(&entries[usize::from(stretch.entry)], &hit, Some(stretch.any))
            })
        };
        if besides.is_empty() && (!said.asks || stretches.iter().all(lets)) {
            let known = &own.hits[said.hits.start as usize..said.hits.end as usize];
            hits.extend(known.iter().map(|hit| moved(hit, (0, 0), to)));
            return;
        }
        let left = stretches.iter().filter(|heard| lets(heard)).map(|heard| heard.raw.moved((0, 0), to));
        let mut raw: Vec<Raw> = left.chain(besides.iter().cloned()).collect();
        raw.sort_by(Raw::order);
        self.scales.weigh(cue, &raw, hits);
    }

    /// The first sentence of a part and its first byte.
    fn origin(&self, part: usize) -> Origin {
        let part = &self.letter.parts[part];
        (part.sentences.start, part.range.start)
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
        let hits = candidates.iter().filter(|hit| self.scales.stands(entry, hit) && self.holds(entry, hit, None));
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
        (entry.near.is_empty() || entry.near.iter().any(|cue| self.near(*cue, hit.sentence)))
            && (any.unwrap_or(entry.any.is_empty()) || entry.any.iter().filter(besides).any(meets))
            && !entry.none.iter().filter(besides).any(meets)
            && !entry.unless.iter().filter(unless).any(|condition| self.takes_back(entry, condition, hit))
    }

    fn near(&self, cue: CueId, sentence: usize) -> bool {
        (sentence.saturating_sub(1)..=sentence + 1).any(|sentence| self.is_heard_in(cue, sentence))
    }

    /// Whether a cue is heard in a sentence, or in what may stand behind the last.
    fn is_heard_in(&self, cue: CueId, sentence: usize) -> bool {
        sentence < self.letter.sentences.len() && bits::has(&self.heard[cue * self.blocks..], short(sentence))
    }

    /// The hits of a cue in a sentence.
    fn heard_in(&self, cue: CueId, sentence: usize) -> &[Hit] {
        if !self.is_heard_in(cue, sentence) {
            return &[];
        }
        let hits = &self.hits[cue];
        let hits = &hits[hits.partition_point(|hit| hit.sentence < sentence)..];
        &hits[..hits.iter().take_while(|hit| hit.sentence == sentence).count()]
    }

    fn takes_back(&self, entry: &Entry, condition: Condition, hit: &Candidate) -> bool {
        let cue = match condition {
            Condition::Pattern(pattern) => return self.places.takes_back(entry.unless_in, pattern, hit),
            Condition::Cue(cue) => cue,
        };
        if let Some(scope) = entry.unless_in.scope() {
            return self.meets_cue(scope, cue, hit);
        }
        let heard = self.heard_in(cue, hit.sentence);
        heard.iter().any(|other| other.range.end <= self.scales.marked(entry, hit).start)
    }

    fn meets(&self, scope: Scope, condition: Condition, hit: &Candidate) -> bool {
        match condition {
            Condition::Pattern(pattern) => self.places.meets(scope, pattern, hit),
            Condition::Cue(cue) => self.meets_cue(scope, cue, hit),
        }
    }

    fn meets_cue(&self, scope: Scope, cue: CueId, hit: &Candidate) -> bool {
        match scope {
            Scope::Clause => match self.heard_in(cue, hit.sentence) {
                [] => false,
                same => {
                    let clauses = self.scales.bytes(Extent::Clause, hit);
                    same.iter().any(|other| other.range.start < clauses.end && clauses.start < other.range.end)
                }
            },
            Scope::Sentence => self.is_heard_in(cue, hit.sentence),
            Scope::Pair => self.near(cue, hit.sentence),
            Scope::Letter => !self.hits[cue].is_empty(),
        }
    }
}

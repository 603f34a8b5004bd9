//! What a sentence says by itself. In: where patterns were found in it. Out: the stretches in which entries are heard as far as their own
//! sentence decides, and the places for which entries of other sentences may ask. Refuses to look beyond the sentence, so that what was
//! said once is said wherever the sentence stands; and at the heads of its clauses, by which other sentences are known as this one
//! (`recall`).

use super::{
    bits,
    places::{Candidate, Found, Places},
    recall::Place,
    set::{Condition, CueSet, Entry, Form},
};
use crate::letter::{Letter, Sentence};

/// What a sentence says.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    /// For each cue in the order of its entries.
    pub stretches: Box<[Stretch]>,
    /// Of the patterns for which entries ask beyond the sentence.
    pub places: Box<[Place]>,
}

/// A stretch of a sentence in which an entry may be heard.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub cue: u16,
    pub entry: u16,
    /// Tokens of the sentence.
    pub start: u16,
    pub end: u16,
    /// What the entry wants any of was found in the sentence, or it wants nothing.
    pub any: bool,
}

impl Stretch {
    /// Where it stands in a sentence of a letter.
    pub(super) fn candidate(&self, letter: &Letter, sentence: usize) -> Candidate {
        let from = letter.sentences[sentence].tokens.start;
        Candidate { sentence, tokens: from + usize::from(self.start)..from + usize::from(self.end), range: None }
    }
}

impl Said {
    /// In bytes.
    pub(super) fn size(&self) -> usize {
        size_of_val(&*self.stretches) + size_of_val(&*self.places)
    }
}

impl CueSet {
    /// What a sentence says in which these places were found.
    pub(super) fn said(&self, letter: &Letter, sentence: &Sentence, places: &[Place]) -> Said {
        let from = sentence.tokens.start;
        let found = |place: &Place| Found::new(*place, 0, from);
        let mut all: Vec<Found> = places.iter().map(found).collect();
        all.sort_unstable();
        let patterns = self.patterns_of(&all);
        let across = |place: &&Place| bits::has(&self.asked_across, place.pattern);
        Said {
            stretches: self.stretches(&Places::new(letter, &all, &patterns), from),
            places: places.iter().filter(across).copied().collect(),
        }
    }

    /// The patterns that were found, as bits.
    pub(super) fn patterns_of(&self, found: &[Found]) -> Vec<u64> {
        let mut patterns = vec![0; self.network.patterns.div_ceil(64)];
        for place in found {
            bits::insert(&mut patterns, place.pattern);
        }
        patterns
    }

    fn stretches(&self, places: &Places, from: usize) -> Box<[Stretch]> {
        let mut begun = Vec::new();
        for found in places.by_pattern() {
            for user in self.users.get(found[0].pattern as usize) {
                begun.push(((user.cue.get(), user.entry.get()), user.place.get(), found));
            }
        }
        begun.sort_unstable_by_key(|(entry, place, _)| (*entry, *place));
        let (mut stretches, mut candidates) = (Vec::new(), Vec::new());
        for begun in begun.chunk_by(|one, next| one.0 == next.0) {
            let (cue, number) = begun[0].0;
            let entry = &self.cues[usize::from(cue)].entries[usize::from(number)];
            let found = begun.iter().map(|(.., found)| *found);
            match &entry.form {
                Form::Patterns(_) => candidates.extend(found.flatten().map(Found::candidate)),
                Form::All(all) if !entry.is_across() => {
                    found.for_each(|first| places.all(entry, first, &all[1..], &mut candidates));
                }
                Form::All(_) | Form::Regex { .. } => {}
            }
            stretches.extend(candidates.drain(..).filter_map(|hit| {
                let any = may_hold(places, entry, &hit)?;
                let token = |at: usize| u16::try_from(at - from).expect("sentences are short");
                let (start, end) = (token(hit.tokens.start), token(hit.tokens.end));
                Some(Stretch { cue, entry: number, start, end, any })
            }));
        }
        stretches.into()
    }
}

/// Whether what an entry wants any of was found in the sentence itself; none where the sentence decides that the entry is not heard.
fn may_hold(places: &Places, entry: &Entry, hit: &Candidate) -> Option<bool> {
    let meets = |condition: Condition| match condition {
        Condition::Pattern(pattern) => entry.scope.in_sentence() && places.meets(entry.scope, pattern, hit),
        Condition::Cue(_) => false,
    };
    let takes_back = |condition: Condition| match condition {
        Condition::Pattern(pattern) => {
            entry.unless_in.in_sentence() && places.takes_back(entry.unless_in, pattern, hit)
        }
        Condition::Cue(_) => false,
    };
    let any = entry.any.is_empty() || entry.any.iter().any(meets);
    let open =
        || entry.any.iter().any(|condition| !entry.scope.in_sentence() || matches!(condition, Condition::Cue(_)));
    let possible = (any || open()) && !entry.none.iter().any(meets) && !entry.unless.iter().any(takes_back);
    possible.then_some(any)
}

//! What is found in a letter before its parts are weighed against each other. In: a letter. Out: what its sentences say by themselves, and
//! where regular expressions match. A part that was met before is not looked at again.

use std::ops::Range;

use rayon::prelude::*;

use super::{
    find::Finder,
    flat::short,
    places::Found,
    recall::Place,
    said::{Said, Stretch},
    set::{CueSet, Form},
};
use crate::letter::{Letter, Part, Sentence};

/// What is found in a letter.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// The places for which entries ask beyond the sentence.
    pub found: Vec<Found>,
    /// What each sentence says by itself, with the number of the sentence.
    pub stretches: Vec<(usize, Stretch)>,
    /// Where regular expressions match, with the number of the part.
    pub matches: Vec<(usize, Match)>,
}

/// Where the regular expression of an entry matches.
#[derive(Debug, Clone)]
pub(super) struct Match {
    pub cue: u16,
    pub entry: u16,
    /// Bytes from the beginning of the part.
    pub range: Range<usize>,
}

/// The findings of a part; its sentences are counted from its first.
#[derive(Debug)]
pub(super) struct PartSaid {
    places: Box<[(u32, Place)]>,
    stretches: Box<[(u32, Stretch)]>,
    matches: Box<[Match]>,
}

impl PartSaid {
    /// In bytes.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.places) + size_of_val(&*self.stretches) + size_of_val(&*self.matches)
    }
}

impl Findings {
    /// Adds what a sentence says.
    pub(super) fn add(&mut self, number: usize, sentence: &Sentence, said: &Said) {
        self.found.extend(said.places.iter().map(|place| Found::new(*place, number, sentence.tokens.start)));
        self.stretches.extend(said.stretches.iter().map(|stretch| (number, *stretch)));
    }

    fn add_part(&mut self, letter: &Letter, number: usize, said: &PartSaid) {
        let first = letter.parts[number].sentences.start;
        let place = |(sentence, place): &(u32, Place)| {
            let sentence = first + *sentence as usize;
            Found::new(*place, sentence, letter.sentences[sentence].tokens.start)
        };
        self.found.extend(said.places.iter().map(place));
        self.stretches.extend(said.stretches.iter().map(|(sentence, stretch)| (first + *sentence as usize, *stretch)));
        self.matches.extend(said.matches.iter().map(|found| (number, found.clone())));
    }

    /// What was found in a part; found and said are in the order of the text.
    fn of_part(&self, letter: &Letter, number: usize) -> PartSaid {
        let Part { sentences, .. } = &letter.parts[number];
        let within = |sentence: usize| short(sentence - sentences.start);
        let found = run(&self.found, |found| found.sentence as usize, sentences);
        let place = |found: &Found| {
            let sentence = found.sentence as usize;
            (within(sentence), found.place(letter.sentences[sentence].tokens.start))
        };
        let stretches = run(&self.stretches, |(sentence, _)| *sentence, sentences);
        let matches = run(&self.matches, |(part, _)| *part, &(number..number + 1));
        PartSaid {
            places: found.iter().map(place).collect(),
            stretches: stretches.iter().map(|(sentence, stretch)| (within(*sentence), *stretch)).collect(),
            matches: matches.iter().map(|(_, found)| found.clone()).collect(),
        }
    }

    fn append(&mut self, mut other: Findings) {
        self.found.append(&mut other.found);
        self.stretches.append(&mut other.stretches);
        self.matches.append(&mut other.matches);
    }
}

/// Those of sorted items whose number is in a range.
fn run<'i, T>(items: &'i [T], number: impl Fn(&T) -> usize, range: &Range<usize>) -> &'i [T] {
    let from = items.partition_point(|item| number(item) < range.start);
    let to = items.partition_point(|item| number(item) < range.end);
    &items[from..to]
}

/// Sentences of a long text are shared out by so many.
const SHARE: usize = 512;

impl CueSet {
    /// What is found in the letter whose text this is.
    pub(super) fn find(&self, text: &str, letter: &Letter) -> Findings {
        let mut finder = self.finder(letter);
        let mut findings = Findings::default();
        let mut new = Vec::new();
        for (number, part) in letter.parts.iter().enumerate() {
            let known = match part.id {
                Some(id) => finder.recall().part(id),
                None => None,
            };
            match known {
                Some(said) => findings.add_part(letter, number, said),
                None => new.push(number),
            }
        }
        let found = Findings { matches: self.matches(text, letter, &new), ..self.find_in(&mut finder, letter, &new) };
        for &number in &new {
            if let Some(id) = letter.parts[number].id {
                finder.recall().keep_part(id, found.of_part(letter, number));
            }
        }
        findings.append(found);
        self.put_back(finder);
        findings
    }

    /// What the sentences of some parts say.
    fn find_in(&self, finder: &mut Finder, letter: &Letter, parts: &[usize]) -> Findings {
        let sentences: Vec<usize> = parts.iter().flat_map(|part| letter.parts[*part].sentences.clone()).collect();
        let mut findings = Findings::default();
        let met = finder.find(&sentences, SHARE, &mut findings);
        // Sentences are looked at on their own, so that those of a long text may be shared out when many are new.
        let shares: Vec<_> = sentences[met..].par_chunks(SHARE).map(|share| self.share(letter, share)).collect();
        for share in shares {
            findings.append(share);
        }
        findings
    }

    /// What some sentences say.
    fn share(&self, letter: &Letter, sentences: &[usize]) -> Findings {
        let mut finder = self.finder(letter);
        let mut findings = Findings::default();
        finder.find(sentences, usize::MAX, &mut findings);
        self.put_back(finder);
        findings
    }

    /// Where the regular expressions match in some parts.
    fn matches(&self, text: &str, letter: &Letter, parts: &[usize]) -> Vec<(usize, Match)> {
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return Vec::new() };
        let all = &text[letter.parts[*first].range.start..letter.parts[*last].range.end];
        let mut matches = Vec::new();
        for (cue, of) in self.cues.iter().enumerate() {
            for &number in &of.across {
                let entry = &of.entries[number];
                let Form::Regex { regex, literals } = &entry.form else { continue };
                // Most letters have none of them.
                let literals: Vec<&String> = literals.iter().filter(|literal| all.contains(literal.as_str())).collect();
                if literals.is_empty() {
                    continue;
                }
                for &part in parts {
                    let Part { kind, range, .. } = &letter.parts[part];
                    let text = &text[range.clone()];
                    if entry.parts.contains(kind) && literals.iter().any(|literal| text.contains(literal.as_str())) {
                        let small = |number: usize| u16::try_from(number).expect("fewer entries than that");
                        let found = regex.regex().find_iter(text).map(|found| found.range());
                        let found = found.map(|range| Match { cue: small(cue), entry: small(number), range });
                        matches.extend(found.map(|found| (part, found)));
                    }
                }
            }
        }
        matches.sort_by_key(|(part, _)| *part);
        matches
    }
}

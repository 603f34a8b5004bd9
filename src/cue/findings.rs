//! What each part of a letter says by itself. In: a letter. Out: for each part what is heard in it whatever the others say, and what they are
//! to be asked for. A part that was met before is not looked at again.

use std::{ops::Range, sync::Arc};

use rayon::prelude::*;

use super::{
    bits,
    find::Finder,
    hear::Hit,
    recall::Place,
    said::{Said, Stretch},
    set::{Cue, CueSet, Form},
    weigh::{Raw, Scales, moved},
};
use crate::{
    flat::short,
    letter::{Letter, Part},
};

/// What is found in sentences.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// The places for which entries ask beyond the sentence, with the number of the sentence.
    places: Vec<(usize, Place)>,
    /// What each sentence says by itself, with the number of the sentence.
    stretches: Vec<(usize, Stretch)>,
}

/// Where the regular expression of an entry matches.
#[derive(Debug, Clone)]
pub(super) struct Match {
    pub cue: u16,
    pub entry: u16,
    /// Bytes from the beginning of the part.
    pub range: Range<usize>,
}

/// What a part says by itself; sentences are counted from its first, bytes from its beginning.
#[derive(Debug)]
pub(super) struct PartSaid {
    /// The places for which entries ask beyond the sentence.
    pub places: Box<[(u32, Place)]>,
    /// What may be heard, in the order of the text.
    pub cues: Box<[CueSaid]>,
    /// In which stretches, those of one cue in one sentence together.
    pub stretches: Box<[Heard]>,
    /// The hits of these stretches.
    pub hits: Box<[Hit]>,
    pub matches: Box<[Match]>,
}

/// What a sentence says of a cue.
#[derive(Debug)]
pub(super) struct CueSaid {
    pub cue: u16,
    pub sentence: u32,
    /// What is heard of it may depend on the rest of the letter.
    pub asks: bool,
    /// Numbers of stretches of the part.
    pub stretches: Range<u32>,
    /// Numbers of hits of the part: what is heard if the rest of the letter lets all of the stretches be and adds none.
    pub hits: Range<u32>,
}

/// A stretch in which an entry is heard.
#[derive(Debug)]
pub(super) struct Heard {
    pub raw: Raw,
    /// The stretch, if the rest of the letter is to be asked about it.
    pub asks: Option<Stretch>,
}

impl PartSaid {
    /// In bytes.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>()
            + size_of_val(&*self.places)
            + size_of_val(&*self.cues)
            + size_of_val(&*self.stretches)
            + size_of_val(&*self.hits)
            + size_of_val(&*self.matches)
    }
}

impl Findings {
    /// Adds what a sentence says.
    pub(super) fn add(&mut self, number: usize, said: &Said) {
        self.places.extend(said.places.iter().map(|place| (number, *place)));
        self.stretches.extend(said.stretches.iter().map(|stretch| (number, *stretch)));
    }

    fn append(&mut self, mut other: Findings) {
        self.places.append(&mut other.places);
        self.stretches.append(&mut other.stretches);
    }
}

/// Those of sorted items whose number is in a range.
fn run<'i, T>(items: &'i [T], number: impl Fn(&T) -> usize, range: &Range<usize>) -> &'i [T] {
    let from = items.partition_point(|item| number(item) < range.start);
    let to = items.partition_point(|item| number(item) < range.end);
    &items[from..to]
}

/// Which bytes follow one another in a text; some that do not may seem to. Most texts that are looked for in vain have a pair that the
/// text lacks.
struct Pairs([u64; 64]);

impl Pairs {
    fn of(text: &str) -> Self {
        let mut bits = [0; 64];
        for pair in text.as_bytes().windows(2) {
            let number = Self::number(pair);
            bits[number as usize / 64 % 64] |= 1 << (number % 64);
        }
        Pairs(bits)
    }

    fn number(pair: &[u8]) -> u32 {
        (u32::from(pair[0]) << 5 ^ u32::from(pair[1])) % 4096
    }

    /// Whether another text may stand in this one.
    fn may_be_in(&self, text: &str) -> bool {
        text.as_bytes().windows(2).all(|pair| bits::has(&self.0, Self::number(pair)))
    }
}

/// Sentences of a long text are shared out by so many.
const SHARE: usize = 512;

impl CueSet {
    /// What each part of the letter says by itself.
    pub(super) fn find(&self, text: &str, letter: &Letter) -> Vec<Arc<PartSaid>> {
        let mut finder = self.finder(letter);
        let mut recalled = |part: &Part| finder.recall().part(part.id?);
        let known: Vec<Option<Arc<PartSaid>>> = letter.parts.iter().map(&mut recalled).collect();
        let new: Vec<usize> = (0..known.len()).filter(|&number| known[number].is_none()).collect();
        let found = self.find_in(&mut finder, letter, &new);
        let matches = self.matches(text, letter, &new);
        let mut of_part = |(number, known): (usize, Option<Arc<PartSaid>>)| {
            known.unwrap_or_else(|| {
                let said = Arc::new(self.part_said(letter, number, &found, &matches));
                if let Some(id) = letter.parts[number].id {
                    finder.recall().keep_part(id, said.clone());
                }
                said
            })
        };
        let said = known.into_iter().enumerate().map(&mut of_part).collect();
        self.put_back(finder);
        said
    }

    /// What a part says in which this was found, in the order of the text.
    fn part_said(&self, letter: &Letter, number: usize, found: &Findings, matches: &[(usize, Match)]) -> PartSaid {
        let Part { sentences, range, .. } = &letter.parts[number];
        let within = |sentence: usize| short(sentence - sentences.start);
        let places = run(&found.places, |(sentence, _)| *sentence, sentences);
        let stretches = run(&found.stretches, |(sentence, _)| *sentence, sentences);
        let matches = run(matches, |(part, _)| *part, &(number..number + 1));
        let scales = Scales { set: self, letter };
        let (mut cues, mut all, mut hits) = (Vec::new(), Vec::<Heard>::new(), Vec::new());
        for said in stretches.chunk_by(|(sentence, one), (other, next)| (sentence, one.cue) == (other, next.cue)) {
            let (sentence, Stretch { cue, .. }) = said[0];
            let Cue { entries, across, .. } = &self.cues[usize::from(cue)];
            let heard = said.iter().filter_map(|(sentence, stretch)| {
                let number = usize::from(stretch.entry);
                let hit = stretch.candidate(letter, *sentence);
                let asks = entries[number].asks_others().then_some(*stretch);
                let stands = scales.stands(&entries[number], &hit);
                stands.then(|| Heard { raw: scales.raw(number, &entries[number], &hit), asks })
            });
            let from = (short(all.len()), short(hits.len()));
            all.extend(heard);
            let heard = &mut all[from.0 as usize..];
            heard.sort_by(|one, other| one.raw.order(&other.raw));
            let asks = heard.iter().any(|heard| heard.asks.is_some());
            scales.weigh(usize::from(cue), heard.iter().map(|heard| &heard.raw), &mut hits);
            let to = (short(all.len()), short(hits.len()));
            if asks || from.1 < to.1 || !across.is_empty() {
                cues.push(CueSaid {
                    cue,
                    sentence: within(sentence),
                    asks,
                    stretches: from.0..to.0,
                    hits: from.1..to.1,
                });
            }
        }
        let origin = (sentences.start, range.start);
        PartSaid {
            places: places.iter().map(|(sentence, place)| (within(*sentence), *place)).collect(),
            cues: cues.into(),
            stretches: all.into_iter().map(|it| Heard { raw: it.raw.moved(origin, (0, 0)), ..it }).collect(),
            hits: hits.iter().map(|hit| moved(hit, origin, (0, 0))).collect(),
            matches: matches.iter().map(|(_, found)| found.clone()).collect(),
        }
    }

    /// What the sentences of some parts say.
    fn find_in(&self, finder: &mut Finder, letter: &Letter, parts: &[usize]) -> Findings {
        let sentences: Vec<usize> = parts.iter().flat_map(|part| letter.parts[*part].sentences.clone()).collect();
        let mut findings = Findings::default();
        let met = finder.find(&sentences, SHARE, &mut findings);
        if met == sentences.len() {
            return findings;
        }
        // Sentences are looked at on their own, so that those of a long text may be shared out when many are new. Each share has a memory of
        // its own, which is not small: there are no more than threads, and this one goes on with its own.
        let share = (sentences.len() - met).div_ceil(rayon::current_num_threads());
        let (own, others) = sentences[met..].split_at(share);
        let find_others = || others.par_chunks(share).map(|share| self.share(letter, share)).collect();
        let (_, shares): (_, Vec<_>) = rayon::join(|| finder.find(own, usize::MAX, &mut findings), find_others);
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
        let pairs = Pairs::of(all);
        let mut matches = Vec::new();
        for (cue, of) in self.cues.iter().enumerate() {
            for &number in &of.across {
                let entry = &of.entries[number];
                let Form::Regex { regex, literals } = &entry.form else { continue };
                // Most letters have none of them.
                let here = |literal: &&String| pairs.may_be_in(literal) && all.contains(literal.as_str());
                let literals: Vec<&String> = literals.iter().filter(here).collect();
                if literals.is_empty() {
                    continue;
                }
                for &part in parts {
                    let Part { kind, range, .. } = &letter.parts[part];
                    let text = &text[range.clone()];
                    if entry.parts.has(*kind) && literals.iter().any(|literal| text.contains(literal.as_str())) {
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

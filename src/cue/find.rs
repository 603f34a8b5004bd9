//! Looks for every pattern in every sentence. In: a letter. Out: the places of the patterns. Whether they make a hit, `hear` says.

use std::{ops::Range, sync::Mutex};

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use zerocopy::little_endian::U32;

use super::{
    chart::{Chart, Spot},
    compile::{Network, PatternId, Work},
    flat::short,
    mask::Mask,
    recall::{Place, Recall},
    set::CueSet,
    vocabulary::{Group, Vocabulary},
};
use crate::letter::{Letter, Sentence, TokenKind, Written};

/// Where a pattern was found: tokens of the letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub pattern: PatternId,
    pub sentence: u32,
    pub start: u32,
    pub end: u32,
}

impl CueSet {
    /// Where the patterns are found: sorted by pattern, then by place.
    pub(super) fn find(&self, letter: &Letter) -> Vec<Found> {
        let all = 0..letter.sentences.len();
        // Sentences are looked at on their own, so that those of a very long text may be shared out.
        let mut found = if all.len() <= SHARE {
            self.find_in(letter, all)
        } else {
            let shares = (0..all.len().div_ceil(SHARE)).into_par_iter();
            shares.flat_map(|share| self.find_in(letter, share * SHARE..all.end.min((share + 1) * SHARE))).collect()
        };
        found.sort_unstable();
        found
    }

    fn find_in(&self, letter: &Letter, sentences: Range<usize>) -> Vec<Found> {
        let memory = self.memories.take().unwrap_or_else(|| Memory::new(&self.network));
        let mut finder = Finder { network: &self.network, letter, memory, places: Vec::new() };
        let mut found = Vec::new();
        for index in sentences {
            let start = short(letter.sentences[index].tokens.start);
            let places = finder.places(&letter.sentences[index]);
            found.extend(places.iter().map(|place| Found {
                pattern: place.pattern,
                sentence: short(index),
                start: start + u32::from(place.start),
                end: start + u32::from(place.end),
            }));
        }
        self.memories.put_back(finder.memory);
        found
    }

    /// The patterns that are found somewhere in the letter, whatever their entries ask for besides.
    pub(super) fn patterns_in(&self, letter: &Letter) -> Vec<PatternId> {
        let mut patterns: Vec<PatternId> = self.find(letter).into_iter().map(|found| found.pattern).collect();
        patterns.dedup();
        patterns
    }
}

/// Sentences of a long text are shared out by so many.
const SHARE: usize = 512;

/// At work on some sentences.
struct Finder<'l> {
    network: &'l Network,
    letter: &'l Letter,
    memory: Memory,
    /// What was found in the sentence at hand.
    places: Vec<Place>,
}

/// Memory that is used again from letter to letter.
#[derive(Debug)]
pub(super) struct Memory {
    chart: Chart,
    reached: Vec<Mask>,
    words: Words,
    agenda: Agenda,
    spots: Vec<Spot>,
    recall: Recall,
}

/// The groups of words that were met, in this letter or before.
#[derive(Debug, Default)]
struct Words {
    /// Places in `groups`: of words as they stand, and of words typed without diacritics.
    known: [FxHashMap<Box<str>, Range<usize>>; 2],
    groups: Vec<Group>,
}

/// When so many groups are remembered, all are forgotten.
const REMEMBERED: usize = 100_000;

impl Words {
    fn groups(&mut self, vocabulary: &Vocabulary, word: &str, bare: bool) -> &[Group] {
        if let Some(place) = self.known[usize::from(bare)].get(word) {
            return &self.groups[place.clone()];
        }
        if self.groups.len() > REMEMBERED {
            *self = Words::default();
        }
        let from = self.groups.len();
        vocabulary.look_up(word, bare, &mut self.groups);
        self.known[usize::from(bare)].insert(word.into(), from..self.groups.len());
        &self.groups[from..]
    }
}

/// The operations that may be possible in a sentence and have not run, one bit each. They stand in the order in which they run:
/// none asks for one before it.
#[derive(Debug)]
struct Agenda(Vec<u64>);

impl Agenda {
    fn ask(&mut self, operations: &[U32]) {
        for operation in operations {
            let operation = operation.get();
            self.0[operation as usize / 64] |= 1 << (operation % 64);
        }
    }

    /// Takes the first operation of a block of 64.
    fn take(&mut self, block: usize) -> Option<usize> {
        let bits = &mut self.0[block];
        let first = bits.trailing_zeros() as usize;
        *bits &= bits.wrapping_sub(1);
        (first < 64).then_some(block * 64 + first)
    }
}

/// Memories that nobody uses at the moment: as many as there were threads at once.
#[derive(Debug, Default)]
pub(super) struct Memories(Mutex<Vec<Memory>>);

impl Memories {
    fn take(&self) -> Option<Memory> {
        self.0.lock().ok()?.pop()
    }

    fn put_back(&self, memory: Memory) {
        if let Ok(mut memories) = self.0.lock() {
            memories.push(memory);
        }
    }
}

impl Memory {
    fn new(network: &Network) -> Self {
        Memory {
            chart: Chart::new(network.triggers.len()),
            reached: Vec::new(),
            words: Words::default(),
            agenda: Agenda(vec![0; network.operations.len().div_ceil(64)]),
            spots: Vec::new(),
            recall: Recall::default(),
        }
    }
}

impl Finder<'_> {
    fn places(&mut self, sentence: &Sentence) -> &[Place] {
        self.places.clear();
        if let Some(places) = self.memory.recall.of(self.letter, sentence) {
            self.places.extend_from_slice(places);
        } else {
            self.sentence(sentence.tokens.clone());
            self.memory.recall.keep(&self.places);
        }
        &self.places
    }

    fn sentence(&mut self, tokens: Range<usize>) {
        self.memory.chart.begin(self.letter, tokens.clone());
        for at in 0..self.memory.chart.len() {
            self.token(at);
        }
        self.token_classes(tokens.clone());
        for block in 0..self.memory.agenda.0.len() {
            while let Some(operation) = self.memory.agenda.take(block) {
                self.operate(operation, tokens.start);
            }
        }
    }

    fn add(&mut self, symbol: u32, spot: Spot) {
        if self.memory.chart.add(symbol, spot) {
            self.memory.agenda.ask(self.network.triggers.get(symbol as usize));
        }
    }

    /// The edges of the word at a position.
    fn token(&mut self, at: usize) {
        let Memory { chart, words, agenda, .. } = &mut self.memory;
        let token = &self.letter.tokens[chart.token(at)];
        let vocabulary = &self.network.vocabulary;
        for &group in words.groups(vocabulary, &self.letter.folded[token.folded.clone()], token.bare) {
            for (symbols, operations) in vocabulary.given(group, token.negated) {
                for symbol in symbols {
                    chart.add_single(symbol.get(), at);
                }
                agenda.ask(operations);
            }
        }
    }

    /// The edges of the token classes that need no lexicon.
    fn token_classes(&mut self, tokens: Range<usize>) {
        let builtins = &self.network.builtins;
        for at in 0..self.memory.chart.len() {
            let token = &self.letter.tokens[self.memory.chart.token(at)];
            let word = &self.letter.folded[token.folded.clone()];
            let is_word = token.kind == TokenKind::Word;
            let several = word.chars().nth(1).is_some();
            let number = token.kind == TokenKind::Number;
            for (name, holds) in [
                ("word", is_word),
                ("caps", is_word && token.written == Written::Caps),
                ("capital", is_word && several && token.written != Written::Lower),
                ("number", number),
                ("year", number && is_year(word)),
                ("ordinal", number && word.ends_with(|c: char| c.is_alphabetic() || c == '.')),
                ("clock", number && is_clock(word)),
                ("numeric-date", number && is_date(word)),
            ] {
                if holds && let Some(symbol) = builtins.get(name) {
                    self.add(symbol, Spot::new(at, at + 1));
                }
            }
        }
        if let Some(symbol) = builtins.get("name") {
            self.names(symbol);
        }
        if let Some(symbol) = builtins.get("quoted") {
            self.quoted(symbol, tokens);
        }
    }

    /// Runs of capitalised words; the first word of a sentence counts only before another.
    fn names(&mut self, symbol: u32) {
        let capital = |at: usize| {
            let index = self.memory.chart.token(at);
            let token = &self.letter.tokens[index];
            // What a contraction is taken apart into is one written word.
            let piece = index > 0 && self.letter.tokens[index - 1].range == token.range;
            token.kind == TokenKind::Word && token.written != Written::Lower && token.folded.len() > 1 && !piece
        };
        let length = self.memory.chart.len();
        let mut runs = Vec::new();
        for start in (0..length).filter(|&at| capital(at)) {
            let end =
                (start..length.min(start + 6)).take_while(|&at| capital(at)).last().map_or(start, |last| last + 1);
            if start > 0 || end > start + 1 {
                runs.extend((start + 1..=end).map(|end| (start, end)));
            }
        }
        for (start, end) in runs {
            self.add(symbol, Spot::new(start, end));
        }
    }

    /// One to four words between quotation marks.
    fn quoted(&mut self, symbol: u32, tokens: Range<usize>) {
        let marks: Vec<usize> =
            tokens.clone().filter(|&index| self.letter.tokens[index].kind == TokenKind::Quote).collect();
        for pair in marks.windows(2) {
            let inside =
                (0..self.memory.chart.len()).filter(|&at| (pair[0]..pair[1]).contains(&self.memory.chart.token(at)));
            let inside: Vec<usize> = inside.collect();
            if let (Some(&first), Some(&last)) = (inside.first(), inside.last())
                && inside.len() <= 4
            {
                self.add(symbol, Spot::new(first, last + 1));
            }
        }
    }

    /// `first` is the sentence's first token.
    fn operate(&mut self, operation: usize, first: usize) {
        let network = self.network;
        let operation = &network.operations[operation];
        if !network.may_run(operation, &self.memory.chart) {
            return;
        }
        let mut spots = std::mem::take(&mut self.memory.spots);
        spots.clear();
        match operation.work() {
            Work::Edges { automaton, to, need } => {
                network.automata.run(automaton, &self.memory.chart, &mut self.memory.reached, &mut spots);
                for &spot in &spots {
                    if need.allows(self.memory.chart.negated(spot.start.into())) {
                        self.add(to, spot);
                    }
                }
            }
            Work::Except { from, to } => {
                let exceptions: Vec<Spot> =
                    network.symbols(operation).flat_map(|symbol| self.memory.chart.spots(symbol)).collect();
                spots.extend(
                    self.memory.chart.spots(from).filter(|spot| !exceptions.iter().any(|other| other.overlaps(*spot))),
                );
                for &spot in &spots {
                    self.add(to, spot);
                }
            }
            Work::Pattern { automaton, id } => {
                network.automata.run(automaton, &self.memory.chart, &mut self.memory.reached, &mut spots);
                self.keep(id, first, &mut spots);
            }
            Work::Copy { from, to } => {
                spots.extend(self.memory.chart.spots(from));
                for &spot in &spots {
                    self.add(to, spot);
                }
            }
            Work::Single { symbol, id } => {
                spots.extend(self.memory.chart.spots(symbol));
                self.keep(id, first, &mut spots);
            }
        }
        self.memory.spots = spots;
    }

    /// Keeps the leftmost and there the longest of overlapping places.
    fn keep(&mut self, pattern: PatternId, first: usize, spots: &mut [Spot]) {
        spots.sort_unstable_by_key(|spot| (spot.start, std::cmp::Reverse(spot.end)));
        let mut free = 0;
        for spot in spots.iter().filter(|spot| spot.end > spot.start) {
            if spot.start < free {
                continue;
            }
            free = spot.end;
            let token = |at: u16| self.memory.chart.token(at.into()) - first;
            let (start, end) = (token(spot.start), token(spot.end - 1) + 1);
            let place = |at: usize| u16::try_from(at).expect("sentences are short");
            self.places.push(Place { pattern, start: place(start), end: place(end) });
        }
    }
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse().is_ok_and(|year: u16| (1900..2100).contains(&year))
}

fn is_clock(word: &str) -> bool {
    let letters = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':' || c == '.');
    matches!(letters, "am" | "pm" | "h") || (letters.is_empty() && word.len() <= 5 && word.contains(':'))
}

fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.trim_end_matches('.').split(['.', '/', '-']).collect();
    (2..=3).contains(&parts.len())
        && word.contains(['.', '/', '-'])
        && parts.iter().all(|part| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
        && (parts.len() == 3 || (word.ends_with('.') && parts.iter().all(|part| part.len() <= 2)))
}

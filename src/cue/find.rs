//! Looks for patterns in the sentences of a letter. In: sentences. Out: the places of the patterns. Whether they make a hit, `said` and `hear` say.

use std::{ops::Range, sync::Mutex};

use super::{
    bits::{self, Members, Set},
    chart::{self, Chart, Frame, Spot, Symbol},
    findings::Findings,
    mask::Mask,
    network::{Network, Operation, PatternId, Work},
    nfa::Edges,
    recall::{Place, Recall},
    set::CueSet,
    words::{Brought, Run, Words},
};
use crate::{
    flat::short,
    letter::{Letter, Sentence, Token, TokenKind, Written},
};

impl CueSet {
    /// The patterns that are found somewhere in the letter, whatever their entries ask for besides.
    pub(super) fn patterns_in(&self, letter: &Letter) -> Vec<PatternId> {
        let mut finder = self.finder(letter);
        let mut patterns = Vec::new();
        for sentence in &letter.sentences {
            finder.read(sentence);
            finder.begin();
            for pattern in 0..short(self.network.patterns) {
                finder.look_for(self.network.finder(pattern));
            }
            patterns.extend(finder.places.iter().map(|place| place.pattern));
        }
        self.put_back(finder);
        patterns.sort_unstable();
        patterns.dedup();
        patterns
    }

    /// To look at sentences of a letter; to be put back, with all that it has learnt.
    pub(super) fn finder<'l>(&'l self, letter: &'l Letter) -> Finder<'l> {
        let memory = self.memories.take().unwrap_or_else(|| Memory::new(&self.network));
        Finder { set: self, network: &self.network, letter, memory, tokens: 0..0, places: Vec::new() }
    }

    pub(super) fn put_back(&self, finder: Finder) {
        self.memories.put_back(finder.memory);
    }
}

/// At work on some sentences.
pub(super) struct Finder<'l> {
    set: &'l CueSet,
    network: &'l Network,
    letter: &'l Letter,
    memory: Memory,
    /// The tokens of the sentence at hand.
    tokens: Range<usize>,
    /// What was found in the sentence at hand.
    places: Vec<Place>,
}

/// Memory that is used again from letter to letter.
#[derive(Debug)]
pub(super) struct Memory {
    chart: Chart,
    words: Words,
    /// For each position of the sentence the number of what its word brings, and the place of its row; and the runs of all these rows.
    gifts: Vec<usize>,
    sentence: Vec<usize>,
    runs: Vec<Run>,
    brought: Brought,
    /// The patterns that were looked for in the sentence, and of them those whose followers were not yet.
    looked_for: Set,
    to_follow: Vec<PatternId>,
    recall: Recall,
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
            chart: Chart::new(network.symbols()),
            words: Words::new(network),
            gifts: Vec::new(),
            sentence: Vec::new(),
            runs: Vec::new(),
            brought: Brought::new(network),
            looked_for: Set::new(network.patterns),
            to_follow: Vec::new(),
            recall: Recall::default(),
        }
    }
}

impl Finder<'_> {
    /// Looks at sentences until so many were new; gives how many it has looked at.
    pub(super) fn find(&mut self, sentences: &[usize], most: usize, findings: &mut Findings) -> usize {
        let letter = self.letter;
        let mut new = 0;
        for (nth, &number) in sentences.iter().enumerate() {
            let sentence = &letter.sentences[number];
            self.read(sentence);
            if let Some(said) = self.memory.recall.of() {
                findings.add(number, said);
                continue;
            }
            if new == most {
                return nth;
            }
            new += 1;
            self.begin();
            self.seek();
            let said = self.set.said(letter, sentence, &self.places);
            findings.add(number, &said);
            self.memory.recall.keep(said);
        }
        sentences.len()
    }

    pub(super) fn recall(&mut self) -> &mut Recall {
        &mut self.memory.recall
    }

    /// Looks up the words of a sentence. What they bring, where clauses end and where marks stand is all that hearing asks of it.
    fn read(&mut self, of: &Sentence) {
        self.tokens = of.tokens.clone();
        let Memory { words, recall, gifts, .. } = &mut self.memory;
        if words.make_room() {
            recall.forget();
        }
        gifts.clear();
        recall.begin();
        // The token before, and the last before that has a position.
        let (mut before, mut last): (Option<&Token>, Option<&Token>) = (None, None);
        for token in &self.letter.tokens[of.tokens.clone()] {
            if token.kind == TokenKind::Quote {
                recall.add_quote();
            } else {
                let gift = words.gift(self.network, self.letter, token);
                gifts.push(gift);
                let piece = before.is_some_and(|before| before.range == token.range);
                let goes_on = last.is_none_or(|last| last.clause == token.clause);
                recall.add(gift, [piece, goes_on, token.ends_clause, chart::is_closing(self.letter, token)]);
                last = Some(token);
            }
            before = Some(token);
        }
    }

    /// Gathers what the words of the sentence bring.
    fn begin(&mut self) {
        self.places.clear();
        let Memory { chart, words, gifts, sentence, runs, brought, looked_for, to_follow, .. } = &mut self.memory;
        brought.clear();
        looked_for.clear();
        to_follow.clear();
        sentence.clear();
        chart.begin(self.letter, self.tokens.clone());
        sentence.extend(gifts.iter().map(|&gift| words.bring(self.network, gift, brought)));
        words.runs(sentence, runs);
        let mut quotes = self.tokens.clone().filter(|&index| self.letter.tokens[index].kind == TokenKind::Quote);
        if quotes.nth(1).is_some() {
            brought.bring_class(self.network, "quoted");
        }
        let mut makers = Members::new(self.network.all_makers());
        while let Some(operation) = makers.next(&brought.operations) {
            bits::insert(&mut brought.symbols, self.network.operations[operation].makes());
        }
    }

    /// Looks for the patterns that are sought everywhere, and for those that follow the ones that were found.
    fn seek(&mut self) {
        let network = self.network;
        let mut sought = Members::new(network.sought());
        while let Some(operation) = sought.next(&self.memory.brought.operations) {
            self.look_for(&network.operations[operation]);
        }
        while let Some(pattern) = self.memory.to_follow.pop() {
            for follower in network.followers.get(pattern as usize) {
                if self.memory.looked_for.insert(follower.get()) {
                    self.look_for(network.finder(follower.get()));
                }
            }
        }
    }

    /// Looks for a pattern.
    fn look_for(&mut self, operation: &Operation) {
        if !self.may_run(operation) {
            return;
        }
        let (id, mut spots) = match operation.work() {
            Work::Pattern { automaton, id } => (id, self.network.automata.run(automaton, self)),
            Work::Single { symbol, id } => (id, self.spots(symbol)),
            Work::Edges { .. } | Work::Copy { .. } | Work::Except { .. } => return,
        };
        if !spots.is_empty() {
            self.memory.to_follow.push(id);
            self.keep(id, &mut spots);
        }
    }

    /// Whether the sentence has all that an operation needs.
    fn may_run(&self, operation: &Operation) -> bool {
        self.network.may_run(operation, &self.memory.brought.symbols)
    }

    /// All edges of a symbol.
    fn spots(&mut self, symbol: Symbol) -> Vec<Spot> {
        self.know(symbol);
        self.memory.chart.spots(symbol).collect()
    }

    /// Looks for the edges of a symbol, if they were not looked for before.
    #[inline]
    fn know(&mut self, symbol: Symbol) {
        if self.memory.chart.know(symbol) {
            self.look_up(symbol);
        }
    }

    fn look_up(&mut self, symbol: Symbol) {
        let Memory { chart, words, sentence, runs, .. } = &mut self.memory;
        let network = self.network;
        if Some(symbol) == network.builtins.name {
            self.names(symbol);
        } else if Some(symbol) == network.builtins.quoted {
            self.quoted(symbol);
        } else {
            chart.set(symbol, words.giving(symbol, sentence.len(), runs));
        }
        let mut makers = Members::new(network.makers(symbol));
        while let Some(operation) = makers.next(&self.memory.brought.operations) {
            self.make(&network.operations[operation]);
        }
    }

    /// Makes the edges of an operation.
    fn make(&mut self, operation: &Operation) {
        match operation.work() {
            Work::Edges { automaton, to, need } => {
                if self.may_run(operation) {
                    for spot in self.network.automata.run(automaton, self) {
                        if need.allows(self.memory.chart.negated(spot.start.into())) {
                            self.memory.chart.add(to, spot);
                        }
                    }
                }
            }
            Work::Copy { from, to } => {
                if self.may_run(operation) {
                    self.know(from);
                    self.memory.chart.copy(from, to);
                }
            }
            Work::Except { from, to } => {
                let spots = self.spots(from);
                let except: Vec<Spot> = self.network.needs(operation).flat_map(|symbol| self.spots(symbol)).collect();
                for spot in spots.into_iter().filter(|spot| !except.iter().any(|other| other.overlaps(*spot))) {
                    self.memory.chart.add(to, spot);
                }
            }
            Work::Pattern { .. } | Work::Single { .. } => {}
        }
    }

    /// Runs of capitalised words; the first word of a sentence counts only before another.
    fn names(&mut self, symbol: Symbol) {
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
                runs.extend((start + 1..=end).map(|end| Spot::new(start, end)));
            }
        }
        for spot in runs {
            self.memory.chart.add(symbol, spot);
        }
    }

    /// One to four words between quotation marks.
    fn quoted(&mut self, symbol: Symbol) {
        let tokens = self.tokens.clone();
        let marks: Vec<usize> = tokens.filter(|&index| self.letter.tokens[index].kind == TokenKind::Quote).collect();
        for pair in marks.windows(2) {
            let chart = &mut self.memory.chart;
            let mut inside = (0..chart.len()).filter(|&at| (pair[0]..pair[1]).contains(&chart.token(at)));
            let Some(first) = inside.next() else { continue };
            let last = inside.next_back().unwrap_or(first);
            if last - first < 4 {
                chart.add(symbol, Spot::new(first, last + 1));
            }
        }
    }

    /// Keeps the leftmost and there the longest of overlapping places.
    fn keep(&mut self, pattern: PatternId, spots: &mut [Spot]) {
        spots.sort_unstable_by_key(|spot| (spot.start, std::cmp::Reverse(spot.end)));
        let mut free = 0;
        for spot in spots.iter().filter(|spot| spot.end > spot.start) {
            if spot.start < free {
                continue;
            }
            free = spot.end;
            let token = |at: u16| self.memory.chart.token(at.into()) - self.tokens.start;
            let (start, end) = (token(spot.start), token(spot.end - 1) + 1);
            let place = |at: usize| u16::try_from(at).expect("sentences are short");
            self.places.push(Place { pattern, start: place(start), end: place(end) });
        }
    }
}

impl Edges for Finder<'_> {
    fn frame(&self) -> &Frame {
        self.memory.chart.frame()
    }

    fn may_have(&self, symbol: Symbol) -> bool {
        bits::has(&self.memory.brought.symbols, symbol)
    }

    fn step(&mut self, symbol: Symbol, from: Mask) -> (Mask, Mask) {
        self.know(symbol);
        self.memory.chart.step(symbol, from)
    }
}

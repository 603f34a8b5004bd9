//! A pattern as an automaton over the symbols of a sentence's chart. In: a syntax tree whose words and classes have become
//! [`Symbol`]s. Out: the places where it is heard. Linear in the sentence: every state is entered at most once a position.

use super::chart::{Chart, Spot, Symbol};

/// A syntax tree with symbols in place of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tree {
    Symbol(Symbol),
    Seq(Vec<Tree>),
    Alt(Vec<Tree>),
    Opt(Box<Tree>),
    Plus(Box<Tree>),
    Gap { max: usize, crosses: bool },
    Start,
    End,
}

/// What leads from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// An edge of the chart with this symbol.
    Symbol(Symbol),
    /// Any one token.
    Any,
    /// No token; only at the start of the sentence.
    Start,
    /// No token; only at its end.
    End,
    /// No token.
    Free,
}

#[derive(Debug, Clone, Default)]
struct State {
    steps: Vec<(Step, u16)>,
    /// Inside a gap that stays in its clause: nothing may be taken from another clause.
    stays: bool,
}

/// The automaton of one pattern.
#[derive(Debug, Clone)]
pub(super) struct Nfa {
    states: Vec<State>,
    accept: u16,
}

impl Nfa {
    pub(super) fn new(tree: &Tree) -> Self {
        let mut nfa = Nfa { states: vec![State::default()], accept: 0 };
        nfa.accept = nfa.add(tree, 0);
        nfa
    }

    fn state(&mut self) -> u16 {
        self.states.push(State::default());
        u16::try_from(self.states.len() - 1).expect("a pattern has a few hundred states")
    }

    fn step(&mut self, from: u16, step: Step, to: u16) {
        self.states[usize::from(from)].steps.push((step, to));
    }

    /// Adds `tree` behind the state `from`; gives the state behind it.
    fn add(&mut self, tree: &Tree, from: u16) -> u16 {
        match tree {
            Tree::Symbol(symbol) => self.then(from, Step::Symbol(*symbol)),
            Tree::Start => self.then(from, Step::Start),
            Tree::End => self.then(from, Step::End),
            Tree::Seq(parts) => parts.iter().fold(from, |at, part| self.add(part, at)),
            Tree::Alt(branches) => {
                let end = self.state();
                for branch in branches {
                    let start = self.then(from, Step::Free);
                    let at = self.add(branch, start);
                    self.step(at, Step::Free, end);
                }
                end
            }
            Tree::Opt(part) => {
                let start = self.then(from, Step::Free);
                let end = self.add(part, start);
                self.step(from, Step::Free, end);
                end
            }
            Tree::Plus(part) => {
                let start = self.then(from, Step::Free);
                let end = self.add(part, start);
                self.step(end, Step::Free, start);
                self.then(end, Step::Free)
            }
            Tree::Gap { max, crosses } => {
                let end = self.state();
                self.states[usize::from(end)].stays = !crosses;
                let mut at = self.then(from, Step::Free);
                for _ in 0..*max {
                    self.states[usize::from(at)].stays = !crosses;
                    self.step(at, Step::Free, end);
                    at = self.then(at, Step::Any);
                }
                self.states[usize::from(at)].stays = !crosses;
                self.step(at, Step::Free, end);
                end
            }
        }
    }

    fn then(&mut self, from: u16, step: Step) -> u16 {
        let to = self.state();
        self.step(from, step, to);
        to
    }

    /// All places where the pattern is heard: for each end the earliest start, in order of the ends.
    pub(super) fn run(&self, chart: &Chart, scratch: &mut Scratch, found: &mut Vec<Spot>) {
        let length = chart.len();
        scratch.reset(length + 1, self.states.len());
        for at in 0..=length {
            if at < length {
                self.enter(0, at, at, chart, scratch);
            }
            let mut next = 0;
            // Entering may add states at this same position: the list grows while it is read.
            while let Some(&state) = scratch.active[at].get(next) {
                next += 1;
                let start = scratch.start(at, state);
                if state == self.accept && usize::from(start) < at {
                    found.push(Spot { start, end: u16::try_from(at).expect("sentences are short") });
                    continue;
                }
                self.leave(state, at, start.into(), chart, scratch);
            }
        }
    }

    fn leave(&self, state: u16, at: usize, start: usize, chart: &Chart, scratch: &mut Scratch) {
        let state = &self.states[usize::from(state)];
        if at >= chart.len() || (state.stays && at > 0 && chart.clause_starts(at)) {
            return;
        }
        for &(step, to) in &state.steps {
            match step {
                Step::Symbol(symbol) => {
                    for end in chart.ends(at, symbol) {
                        self.enter(to, end, start, chart, scratch);
                    }
                }
                Step::Any if !(state.stays && chart.ends_clause(at)) => self.enter(to, at + 1, start, chart, scratch),
                _ => {}
            }
        }
    }

    /// Makes a state active at a position, and all that lie behind it without taking a token.
    fn enter(&self, state: u16, at: usize, start: usize, chart: &Chart, scratch: &mut Scratch) {
        if !scratch.activate(at, state, start) {
            return;
        }
        for &(step, to) in &self.states[usize::from(state)].steps {
            match step {
                Step::Free => self.enter(to, at, start, chart, scratch),
                Step::Start if at == 0 => self.enter(to, at, start, chart, scratch),
                Step::End if chart.is_end(at) => self.enter(to, at, start, chart, scratch),
                _ => {}
            }
        }
    }
}

/// Memory that is used again from pattern to pattern.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    active: Vec<Vec<u16>>,
    /// For each position and state one more than the start of the match, 0 where the state is not active.
    starts: Vec<u16>,
    states: usize,
}

impl Scratch {
    fn reset(&mut self, positions: usize, states: usize) {
        for list in &mut self.active {
            list.clear();
        }
        if self.active.len() < positions {
            self.active.resize_with(positions, Vec::new);
        }
        self.starts.clear();
        self.starts.resize(positions * states, 0);
        self.states = states;
    }

    fn start(&self, at: usize, state: u16) -> u16 {
        self.starts[at * self.states + usize::from(state)] - 1
    }

    /// False when the state was active already: then by an earlier start, which is the one to keep.
    fn activate(&mut self, at: usize, state: u16, start: usize) -> bool {
        let slot = &mut self.starts[at * self.states + usize::from(state)];
        if *slot != 0 {
            return false;
        }
        *slot = u16::try_from(start + 1).expect("sentences are short");
        self.active[at].push(state);
        true
    }
}

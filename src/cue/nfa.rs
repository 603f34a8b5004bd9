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

/// What leads from one state to another while the automaton is made.
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

/// A state while the automaton is made.
#[derive(Debug, Clone, Default)]
struct Draft {
    steps: Vec<(Step, usize)>,
    /// Inside a gap that stays in its clause: nothing may be taken from another clause.
    stays: bool,
}

/// The automaton of one pattern. Its states are those that are reached by taking a token, and the first; what lies behind them
/// without taking one is folded into their moves.
#[derive(Debug, Clone)]
pub(super) struct Nfa {
    states: Vec<State>,
}

#[derive(Debug, Clone, Default)]
struct State {
    /// Over an edge, sorted by its symbol.
    moves: Vec<Move>,
    /// Over any one token.
    any: Vec<Move>,
    /// Where a match may end here: under each of these conditions.
    accepts: Vec<Place>,
}

/// Takes a token, or the tokens of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Move {
    /// The edge's symbol; means nothing for any one token.
    symbol: Symbol,
    to: u16,
    place: Place,
    stays: bool,
}

/// Where in the sentence something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Place {
    at_start: bool,
    at_end: bool,
}

impl Place {
    fn holds(self, at: usize, chart: &Chart) -> bool {
        (!self.at_start || at == 0) && (!self.at_end || chart.is_end(at))
    }
}

/// A step over a token, where it leads, where it holds, and whether it stays in its clause.
type DraftMove = (Step, usize, Place, bool);

#[derive(Default)]
struct Builder {
    drafts: Vec<Draft>,
}

impl Builder {
    fn state(&mut self) -> usize {
        self.drafts.push(Draft::default());
        self.drafts.len() - 1
    }

    fn step(&mut self, from: usize, step: Step, to: usize) {
        self.drafts[from].steps.push((step, to));
    }

    fn then(&mut self, from: usize, step: Step) -> usize {
        let to = self.state();
        self.step(from, step, to);
        to
    }

    /// Adds `tree` behind the state `from`; gives the state behind it.
    fn add(&mut self, tree: &Tree, from: usize) -> usize {
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
                self.drafts[end].stays = !crosses;
                let mut at = self.then(from, Step::Free);
                for _ in 0..*max {
                    self.drafts[at].stays = !crosses;
                    self.step(at, Step::Free, end);
                    at = self.then(at, Step::Any);
                }
                self.drafts[at].stays = !crosses;
                self.step(at, Step::Free, end);
                end
            }
        }
    }

    /// The moves of a state and of all that lie behind it without taking a token, and where it accepts.
    fn fold(&self, from: usize, accept: usize) -> (Vec<DraftMove>, Vec<Place>) {
        let (mut moves, mut accepts) = (Vec::new(), Vec::new());
        let mut seen = vec![(from, Place::default())];
        let mut next = 0;
        while let Some(&(state, place)) = seen.get(next) {
            next += 1;
            if state == accept && !accepts.contains(&place) {
                accepts.push(place);
            }
            let draft = &self.drafts[state];
            for &(step, to) in &draft.steps {
                let behind = match step {
                    Step::Free => place,
                    Step::Start => Place { at_start: true, ..place },
                    Step::End => Place { at_end: true, ..place },
                    Step::Symbol(_) | Step::Any => {
                        moves.push((step, to, place, draft.stays));
                        continue;
                    }
                };
                if !seen.contains(&(to, behind)) {
                    seen.push((to, behind));
                }
            }
        }
        (moves, accepts)
    }
}

impl Nfa {
    pub(super) fn new(tree: &Tree) -> Self {
        let mut builder = Builder::default();
        let first = builder.state();
        let accept = builder.add(tree, first);
        let mut numbers = vec![None; builder.drafts.len()];
        numbers[first] = Some(0);
        let mut order = vec![first];
        let mut nfa = Nfa { states: Vec::new() };
        while let Some(&draft) = order.get(nfa.states.len()) {
            let (moves, accepts) = builder.fold(draft, accept);
            let mut state = State { moves: Vec::new(), any: Vec::new(), accepts };
            for (step, to, place, stays) in moves {
                let number = *numbers[to].get_or_insert_with(|| {
                    order.push(to);
                    u16::try_from(order.len() - 1).expect("a pattern has a few hundred states")
                });
                match step {
                    Step::Symbol(symbol) => state.moves.push(Move { symbol, to: number, place, stays }),
                    _ => state.any.push(Move { symbol: 0, to: number, place, stays }),
                }
            }
            state.moves.sort_by_key(|step| step.symbol);
            nfa.states.push(state);
        }
        nfa
    }

    /// All places where the pattern is heard: for each end the earliest start, in order of the ends.
    pub(super) fn run(&self, chart: &Chart, scratch: &mut Scratch, found: &mut Vec<Spot>) {
        let (first, others) = self.states.split_first().expect("a pattern has a first state");
        // Of the many words with which a pattern may begin few are in a sentence.
        scratch.openings.clear();
        scratch.openings.extend(first.moves.iter().filter(|step| chart.has(step.symbol)));
        let starts = chart.positions(scratch.openings.iter().map(|step| step.symbol));
        if starts.is_empty() && first.any.is_empty() {
            return;
        }
        let length = chart.len();
        scratch.reset(length + 1);
        let from = if first.any.is_empty() { starts.first() } else { 0 };
        for at in from..=length {
            let mut next = 0;
            // A move over an edge goes forward: nothing is added at this position while it is read.
            while let Some(&(state, start)) = scratch.active[at].get(next) {
                next += 1;
                let state = &others[usize::from(state) - 1];
                if usize::from(start) < at && state.accepts.iter().any(|place| place.holds(at, chart)) {
                    found.push(Spot { start, end: u16::try_from(at).expect("sentences are short") });
                }
                if at < length {
                    leave(state, at, start.into(), chart, scratch);
                }
            }
            if at < length && (starts.contains(at) || !first.any.is_empty()) {
                begin(first, at, chart, scratch);
            }
        }
    }
}

/// Leaves the first state at a position.
fn begin(first: &State, at: usize, chart: &Chart, scratch: &mut Scratch) {
    let new_clause = at > 0 && chart.clause_starts(at);
    let may = |step: &Move| !(step.stays && new_clause) && step.place.holds(at, chart);
    for step in first.any.iter().filter(|step| may(step) && !(step.stays && chart.ends_clause(at))) {
        scratch.activate(at + 1, step.to, at);
    }
    let openings = std::mem::take(&mut scratch.openings);
    for step in openings.iter().filter(|step| may(step)) {
        for end in chart.ends(at, step.symbol) {
            scratch.activate(end, step.to, at);
        }
    }
    scratch.openings = openings;
}

fn leave(state: &State, at: usize, start: usize, chart: &Chart, scratch: &mut Scratch) {
    let new_clause = at > 0 && chart.clause_starts(at);
    let may = |step: &Move| !(step.stays && new_clause) && step.place.holds(at, chart);
    for step in state.any.iter().filter(|step| may(step) && !(step.stays && chart.ends_clause(at))) {
        scratch.activate(at + 1, step.to, start);
    }
    if state.moves.len() <= FEW {
        for step in state.moves.iter().filter(|step| may(step)) {
            for end in chart.ends(at, step.symbol) {
                scratch.activate(end, step.to, start);
            }
        }
        return;
    }
    // Many moves and few edges: the edges are looked up among the moves, which are sorted by their symbols.
    for &(symbol, end) in chart.edges(at) {
        let from = state.moves.partition_point(|step| step.symbol < symbol);
        for step in state.moves[from..].iter().take_while(|step| step.symbol == symbol).filter(|step| may(step)) {
            scratch.activate(end.into(), step.to, start);
        }
    }
}

/// Up to so many moves of a state are tried one by one.
const FEW: usize = 16;

/// Memory that is used again from pattern to pattern.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// For each position the active states, each with the start of its match. A pattern has few at once.
    active: Vec<Vec<(u16, u16)>>,
    /// The moves of the first state whose symbols are in the sentence.
    openings: Vec<Move>,
}

impl Scratch {
    fn reset(&mut self, positions: usize) {
        for list in self.active.iter_mut().take(positions) {
            list.clear();
        }
        if self.active.len() < positions {
            self.active.resize_with(positions, Vec::new);
        }
    }

    /// A state that is active already keeps its earlier start.
    fn activate(&mut self, at: usize, state: u16, start: usize) {
        let active = &mut self.active[at];
        match active.iter_mut().find(|(known, _)| *known == state) {
            Some((_, earliest)) => *earliest = (*earliest).min(u16::try_from(start).expect("sentences are short")),
            None => active.push((state, u16::try_from(start).expect("sentences are short"))),
        }
    }
}

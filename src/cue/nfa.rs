//! A pattern as an automaton over the symbols of a sentence's chart. In: a syntax tree whose words and classes have become
//! [`Symbol`]s. Out: the places where it is heard. Linear in the sentence: every state is entered at most once a position.

use serde::{Deserialize, Serialize};
use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    little_endian::{U16, U32},
};

use super::{
    chart::{Frame, Spot, Symbol},
    mask::Mask,
};
use crate::flat::{Lists, Table, short};

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

/// The automata of all patterns. The states of an automaton are those that are reached by taking a token, and the first; what lies
/// behind them without taking one is folded into their moves.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Automata {
    /// Lists of states, one an automaton; those that lead to one another come in their order wherever nothing is repeated.
    states: Lists<State>,
    /// The moves of all states.
    moves: Table<Move>,
}

/// A state of an automaton.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct State {
    /// Where its moves begin, and how many they are.
    moves: U32,
    count: U16,
    /// Where a match may end here: one bit for each [`Place`] by its number.
    accepts: u8,
}

/// Takes a token, or the tokens of an edge.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Move {
    /// The edge's symbol, or [`ANY`].
    symbol: U32,
    /// Number of a state within the automaton.
    to: U16,
    /// [`Place`] and [`STAYS`].
    when: u8,
}

/// In place of a symbol: any one token.
const ANY: Symbol = Symbol::MAX;

/// A move that may take nothing from another clause.
const STAYS: u8 = 4;

impl Move {
    fn symbol(self) -> Symbol {
        self.symbol.get()
    }

    fn stays(self) -> bool {
        self.when & STAYS != 0
    }
}

/// Where in the sentence something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Place {
    at_start: bool,
    at_end: bool,
}

impl Place {
    fn number(self) -> u8 {
        u8::from(self.at_start) | u8::from(self.at_end) << 1
    }
}

/// A step over a token, where it leads, where it holds, and whether it stays in its clause.
type DraftMove = (Step, usize, Place, bool);

/// The moves of a state, and where it accepts.
type Folded = (Vec<DraftMove>, Vec<Place>);

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
    fn fold(&self, from: usize, accept: usize) -> Folded {
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

    /// Folds a state and those behind it; adds each to `order` after all that lie behind it.
    fn visit(&self, state: usize, accept: usize, folded: &mut [Option<Folded>], order: &mut Vec<usize>) {
        let (moves, accepts) = self.fold(state, accept);
        let behind: Vec<usize> = moves.iter().map(|step| step.1).collect();
        folded[state] = Some((moves, accepts));
        for to in behind {
            if folded[to].is_none() {
                self.visit(to, accept, folded, order);
            }
        }
        order.push(state);
    }
}

/// What an automaton runs over: the edges of a sentence, which may be looked for only when they are asked for.
pub(super) trait Edges {
    /// The sentence as sets of its positions.
    fn frame(&self) -> &Frame;

    /// Whether a symbol may have edges in the sentence at all.
    fn may_have(&self, symbol: Symbol) -> bool;

    /// Of these positions those at which edges of a symbol begin, and where the edges end.
    fn step(&mut self, symbol: Symbol, from: Mask) -> (Mask, Mask);
}

/// Most automata have no more states than this.
const FEW: usize = 32;

/// Number of an automaton.
pub(super) type AutomatonId = u32;

impl Automata {
    /// Makes the automaton of a pattern.
    pub(super) fn add(&mut self, tree: &Tree) -> AutomatonId {
        let mut builder = Builder::default();
        let first = builder.state();
        let accept = builder.add(tree, first);
        let mut folded = vec![None; builder.drafts.len()];
        let mut order = Vec::new();
        builder.visit(first, accept, &mut folded, &mut order);
        order.reverse();
        let mut numbers = vec![0; builder.drafts.len()];
        for (number, &draft) in order.iter().enumerate() {
            numbers[draft] = u16::try_from(number).expect("a pattern has a few hundred states");
        }
        let states: Vec<State> = order
            .iter()
            .map(|&draft| {
                let (moves, accepts) = folded[draft].take().expect("a state of the order was visited");
                self.state(&moves, &accepts, &numbers)
            })
            .collect();
        short(self.states.push(&states))
    }

    fn state(&mut self, moves: &[DraftMove], accepts: &[Place], numbers: &[u16]) -> State {
        let made = |&(step, to, place, stays): &DraftMove| Move {
            symbol: if let Step::Symbol(symbol) = step { symbol } else { ANY }.into(),
            to: numbers[to].into(),
            when: place.number() | if stays { STAYS } else { 0 },
        };
        let moves: Vec<Move> = moves.iter().map(made).collect();
        let accepts = accepts.iter().fold(0, |bits, place| bits | 1 << place.number());
        let count = u16::try_from(moves.len()).expect("a state has a few thousand moves");
        let state = State { moves: short(self.moves.len()).into(), count: count.into(), accepts };
        self.moves.extend(&moves);
        state
    }

    fn moves(&self, state: State) -> &[Move] {
        let start = state.moves.get() as usize;
        &self.moves[start..start + usize::from(state.count.get())]
    }

    /// All places where the pattern is heard: for each end the earliest start, in order of the starts.
    pub(super) fn run(&self, automaton: AutomatonId, edges: &mut impl Edges) -> Vec<Spot> {
        // First from everywhere at once, for most patterns are not heard at all.
        let (mut open, mut starts) = self.ends(automaton, edges.frame().tokens, edges);
        let mut found = Vec::new();
        while !open.is_empty()
            && let Some(start) = starts.first()
        {
            starts = starts.minus(Mask::one(start));
            // Where one start is left, all that ends began there.
            let ends = if starts.is_empty() { open } else { self.ends(automaton, Mask::one(start), edges).0.and(open) };
            open = open.minus(ends);
            found.extend(ends.iter().map(|end| Spot::new(start, end)));
        }
        found
    }

    /// Where a match may end that begins in one of `starts`: all positions at once, state by state; and the starts with which something
    /// can begin.
    fn ends(&self, automaton: AutomatonId, starts: Mask, edges: &mut impl Edges) -> (Mask, Mask) {
        let states = self.states.get(automaton as usize);
        let (mut few, mut many) = ([Mask::default(); FEW], Vec::new());
        // For each state the positions at which it is active.
        let reached = if states.len() <= FEW {
            &mut few[..states.len()]
        } else {
            many.resize(states.len(), Mask::default());
            &mut many[..]
        };
        reached[0] = starts;
        let (mut ends, mut begun) = (Mask::default(), Mask::default());
        loop {
            let (mut again, mut furthest) = (false, 0);
            for (number, state) in states.iter().enumerate() {
                if number > furthest {
                    break;
                }
                let here = reached[number];
                if here.is_empty() {
                    continue;
                }
                if number > 0 && state.accepts != 0 {
                    for place in (0..4).filter(|place| state.accepts & (1 << place) != 0) {
                        ends = ends.or(here.and(edges.frame().when[place]));
                    }
                }
                for step in self.moves(*state) {
                    if step.symbol() != ANY && !edges.may_have(step.symbol()) {
                        continue;
                    }
                    let from = if step.when == 0 { here } else { here.and(edges.frame().when[usize::from(step.when)]) };
                    if from.is_empty() {
                        continue;
                    }
                    let (leaving, there) = if step.symbol() == ANY {
                        let from = from.and(if step.stays() { edges.frame().stays } else { edges.frame().tokens });
                        (from, from.next())
                    } else {
                        edges.step(step.symbol(), from)
                    };
                    if there.is_empty() {
                        continue;
                    }
                    let to = usize::from(step.to.get());
                    furthest = furthest.max(to);
                    again |= to <= number && !there.minus(reached[to]).is_empty();
                    reached[to] = reached[to].or(there);
                    if number == 0 {
                        begun = begun.or(leaving);
                    }
                }
            }
            if !again {
                return (ends, begun);
            }
        }
    }
}

//! In: the operations of a pack as they were drafted. Out: the network in which they stand in order, each with what it needs. Says for
//! each operation what must be among the words of a sentence for it to find anything: sets of symbols that words give, one of each.
//! The rarest set triggers the operation; the others are looked at before the operation runs.

use rustc_hash::FxHashMap;
use zerocopy::little_endian::U32;

use super::{
    chart::Symbol,
    compile::Draft,
    network::{Network, Operation, PatternId, SET, Work},
    nfa::Tree,
    vocabulary::Vocabulary,
};
use crate::flat::short;

/// A set that so many words in ten thousand belong to is met in nearly every sentence: it is not worth looking at.
const COMMON: u32 = 600;

/// What must be met for each symbol to have an edge: one of these symbols, given by a word.
pub(super) struct Roots {
    of: Vec<Vec<Symbol>>,
    costs: Vec<u32>,
}

impl Roots {
    /// Before any operation is known that makes edges.
    pub(super) fn new(costs: Vec<u32>) -> Self {
        Roots { of: (0..short(costs.len())).map(|symbol| vec![symbol]).collect(), costs }
    }

    /// The sets of symbols of which one each must be met, the rarest first. Operations come in the order of their levels.
    pub(super) fn needs(&mut self, draft: &Draft) -> Vec<Vec<Symbol>> {
        let mut needs = Vec::new();
        self.needed(&draft.tree, &mut needs);
        needs.sort_by_cached_key(|set| (self.cost(set), set.clone()));
        needs.dedup();
        if let (Work::Edges { to, .. } | Work::Copy { to, .. } | Work::Except { to, .. }, Some(rarest)) =
            (draft.work, needs.first())
        {
            let roots = &mut self.of[to as usize];
            roots.extend(rarest);
            roots.sort_unstable();
            roots.dedup();
        }
        needs
    }

    fn needed(&self, tree: &Tree, sets: &mut Vec<Vec<Symbol>>) {
        match tree {
            Tree::Symbol(symbol) => sets.push(self.of[*symbol as usize].clone()),
            Tree::Seq(parts) => parts.iter().for_each(|part| self.needed(part, sets)),
            Tree::Plus(part) => self.needed(part, sets),
            Tree::Alt(branches) => {
                let mut either = Vec::new();
                for branch in branches {
                    let mut own = Vec::new();
                    self.needed(branch, &mut own);
                    match own.into_iter().min_by_key(|set| self.cost(set)) {
                        Some(set) => either.extend(set),
                        None => return,
                    }
                }
                either.sort_unstable();
                either.dedup();
                sets.push(either);
            }
            Tree::Opt(_) | Tree::Gap { .. } | Tree::Start | Tree::End => {}
        }
    }

    /// How often one of the symbols is likely to be met.
    fn cost(&self, set: &[Symbol]) -> u32 {
        set.iter().map(|symbol| self.costs[*symbol as usize]).fold(0, u32::saturating_add)
    }
}

/// The network while operations are added to it.
pub(super) struct Layout {
    pub network: Network,
    pub triggers: Vec<Vec<u32>>,
    pub needs: FxHashMap<Vec<Symbol>, u32>,
    pub makers: Vec<usize>,
    pub finders: Vec<U32>,
}

impl Layout {
    /// Adds an operation; they come in the order in which the network has them.
    pub(super) fn add(&mut self, draft: &Draft, needs: &[Vec<Symbol>], roots: &Roots, sought: &[bool]) {
        let number = short(self.network.operations.len());
        let triggered = match draft.work {
            Work::Edges { to, .. } | Work::Copy { to, .. } | Work::Except { to, .. } => {
                self.makers[to as usize] = self.network.operations.len() + 1;
                true
            }
            Work::Pattern { id, .. } | Work::Single { id, .. } => {
                self.finders[id as usize] = number.into();
                sought[id as usize]
            }
        };
        if triggered {
            for &symbol in needs.first().into_iter().flatten() {
                self.triggers[symbol as usize].push(number);
            }
            if let Work::Pattern { .. } | Work::Single { .. } = draft.work {
                self.network.asked_from = number + 1;
            }
        }
        let start = self.network.needs.len();
        if let Work::Except { .. } = draft.work {
            self.network.needs.extend(&numbers(&draft.except));
        } else {
            // What needs nothing is never found: no word asks for it.
            let nothing = [Vec::new()];
            let looked_at = if needs.is_empty() { &nothing } else { &needs[usize::from(triggered)..] };
            for set in looked_at.iter().filter(|set| roots.cost(set) < COMMON) {
                let need = self.need(set);
                self.network.needs.push(need.into());
            }
        }
        let needs = start..self.network.needs.len();
        self.network.operations.push(Operation::new(&needs, draft.work));
    }

    /// The number by which an operation names a set of symbols.
    fn need(&mut self, set: &[Symbol]) -> u32 {
        if let [symbol] = set {
            return *symbol;
        }
        let sets = &mut self.network.sets;
        let new = |set: &Vec<Symbol>| SET | short(sets.push(&numbers(set)));
        *self.needs.entry(set.to_vec()).or_insert_with_key(new)
    }

    /// The network with all its operations.
    pub(super) fn finish(mut self, followers: &[Vec<PatternId>], vocabulary: Vocabulary) -> Network {
        let network = &mut self.network;
        let mut end = 0;
        for maker in self.makers {
            end = end.max(maker);
            network.makers.push(short(end).into());
        }
        network.asked_from = network.asked_from.max(short(end));
        network.finders = self.finders.into();
        for list in followers {
            network.followers.push(&numbers(list));
        }
        for list in 0..vocabulary.all_lists() {
            let triggered = vocabulary.symbols(list).flat_map(|symbol| &self.triggers[symbol as usize]);
            let mut operations: Vec<u32> = triggered.copied().collect();
            operations.sort_unstable();
            operations.dedup();
            network.triggers.push(&numbers(&operations));
        }
        network.vocabulary = vocabulary;
        self.network
    }
}

/// Numbers as they are kept in tables.
fn numbers(list: &[u32]) -> Vec<U32> {
    list.iter().copied().map(U32::new).collect()
}

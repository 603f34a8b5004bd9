//! From patterns to what runs: words become symbols of the vocabulary, classes become symbols with the operations that make their
//! edges (`classes`), patterns become automata. In: the lexicon and the patterns of a pack. Out: a [`Network`]. Refuses what `classes` refuses.

mod classes;

use std::{collections::BTreeMap, ops::Range};

use rustc_hash::FxHashMap;
use zerocopy::little_endian::U32;

use super::{
    chart::Symbol,
    derive::Tables,
    file::ClassSource,
    layout::{Layout, Roots},
    network::{Network, PatternId, Work},
    nfa::Tree,
    pattern::{self, Node, SyntaxError},
    vocabulary::{Grant, Need, Test, Tests, Vocabulary},
};
use crate::letter::Forms;

pub(super) use classes::BUILTIN;

/// What is wrong with a pattern or a class; the caller knows where it stands.
#[derive(Debug, Clone)]
pub(super) struct CompileError {
    /// The class whose entry is at fault, or none when it is the pattern that was to be compiled.
    pub class: Option<(String, Entry)>,
    pub error: SyntaxError,
}

/// An entry of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    Word(usize),
    Except(usize),
}

pub(super) struct Compiler<'a> {
    forms: &'a Forms,
    tables: &'a Tables,
    lexicon: &'a BTreeMap<String, ClassSource>,
    network: Network,
    operations: Vec<Draft>,
    words: Tests,
    /// The words without their diacritics.
    bare: Tests,
    /// Level of each symbol: 0 when the words give it, higher when operations do.
    levels: Vec<usize>,
    /// How often a word that gives the symbol is likely to be met; the rarest of a pattern triggers it.
    costs: Vec<u32>,
    tests: FxHashMap<Vec<Test>, Symbol>,
    builtins: BTreeMap<String, Symbol>,
    classes: FxHashMap<(String, bool), Symbol>,
    differences: FxHashMap<(Symbol, Vec<Symbol>), Symbol>,
    patterns: FxHashMap<String, PatternId>,
    open: Vec<String>,
}

/// An operation before all of them are put in order.
pub(super) struct Draft {
    /// One more than that of the highest symbol that it needs.
    level: usize,
    pub tree: Tree,
    pub work: Work,
    /// The symbols that it excepts.
    pub except: Vec<Symbol>,
}

type Compiled<T> = Result<T, CompileError>;

impl<'a> Compiler<'a> {
    pub(super) fn new(forms: &'a Forms, tables: &'a Tables, lexicon: &'a BTreeMap<String, ClassSource>) -> Self {
        Compiler {
            forms,
            tables,
            lexicon,
            network: Network::default(),
            operations: Vec::new(),
            words: Tests::default(),
            bare: Tests::default(),
            levels: Vec::new(),
            costs: Vec::new(),
            tests: FxHashMap::default(),
            builtins: BTreeMap::new(),
            classes: FxHashMap::default(),
            differences: FxHashMap::default(),
            patterns: FxHashMap::default(),
            open: Vec::new(),
        }
    }

    /// Compiles a pattern of a cue.
    pub(super) fn pattern(&mut self, text: &str) -> Compiled<PatternId> {
        if let Some(&id) = self.patterns.get(text) {
            return Ok(id);
        }
        let id = PatternId::try_from(self.network.patterns).expect("fewer patterns than that");
        let node = pattern::parse(text).map_err(here)?;
        let tree = self.tree(&node, None)?;
        let work = match &tree {
            Tree::Symbol(symbol) => Work::Single { symbol: *symbol, id },
            tree => Work::Pattern { automaton: self.network.automata.add(tree), id },
        };
        self.operation(tree, work);
        self.network.patterns += 1;
        self.patterns.insert(text.to_owned(), id);
        Ok(id)
    }

    /// How many patterns were compiled.
    pub(super) fn patterns(&self) -> usize {
        self.network.patterns
    }

    /// Compiles every class of the lexicon, used or not, so that its errors are seen.
    pub(super) fn all_classes(&mut self) -> Vec<CompileError> {
        let mut errors = Vec::new();
        for name in self.lexicon.keys() {
            if let Err(error) = self.class(name, false, &(0..0)) {
                errors.push(error);
            }
        }
        errors
    }

    /// Puts all together. Of the patterns some are `sought` in every sentence, the others where one was found that they follow.
    pub(super) fn finish(mut self, sought: &[bool], followers: &[Vec<PatternId>]) -> Network {
        self.operations.sort_by_key(|draft| draft.level);
        let mut roots = Roots::new(self.costs);
        let needs: Vec<Vec<Vec<Symbol>>> = self.operations.iter().map(|draft| roots.needs(draft)).collect();
        let mut order: Vec<usize> = (0..self.operations.len()).collect();
        let place = |draft: &Draft| match draft.work {
            Work::Edges { to, .. } | Work::Copy { to, .. } | Work::Except { to, .. } => (0, to),
            Work::Pattern { id, .. } | Work::Single { id, .. } => (if sought[id as usize] { 1 } else { 2 }, 0),
        };
        order.sort_by_key(|&number| place(&self.operations[number]));
        let symbols = self.levels.len();
        let mut layout = Layout {
            triggers: vec![Vec::new(); symbols],
            needs: FxHashMap::default(),
            makers: vec![0; symbols],
            finders: vec![U32::ZERO; self.network.patterns],
            network: self.network,
        };
        for number in order {
            layout.add(&self.operations[number], &needs[number], &roots, sought);
        }
        layout.finish(followers, Vocabulary::new(self.words, self.bare, &self.builtins))
    }

    fn symbol(&mut self, cost: u32) -> Symbol {
        self.levels.push(0);
        self.costs.push(cost);
        Symbol::try_from(self.levels.len() - 1).expect("fewer symbols than that")
    }

    /// The symbol that stands for any of these tests.
    fn any_of(&mut self, mut tests: Vec<Test>) -> Symbol {
        tests.sort();
        tests.dedup();
        if let Some(&symbol) = self.tests.get(&tests) {
            return symbol;
        }
        let cost = tests.iter().map(|test| self.cost(test)).sum();
        let symbol = self.symbol(cost);
        for test in &tests {
            self.grant(test, (symbol, Need::Any));
        }
        self.tests.insert(tests, symbol);
        symbol
    }

    fn grant(&mut self, test: &Test, grant: Grant) {
        if test.open_end {
            for text in self.forms.other_beginnings(&test.text) {
                self.grant_as_written(&Test { text, ..test.clone() }, grant);
            }
        }
        self.grant_as_written(test, grant);
    }

    fn grant_as_written(&mut self, test: &Test, grant: Grant) {
        self.words.add(test, grant);
        if self.forms.optional_diacritics() {
            for text in Forms::plain_forms(&test.text) {
                if text != test.text {
                    self.bare.add(&Test { text, ..test.clone() }, grant);
                }
            }
        }
    }

    /// How often a word that passes the test is likely to be met, in ten thousand words.
    fn cost(&self, test: &Test) -> u32 {
        match self.forms.frequency_rank(&test.text) {
            // By Zipf's law.
            Some(rank) => 1000 / (u32::try_from(rank).unwrap_or(u32::MAX).saturating_add(2)),
            None if test.open_start || test.open_end => 3,
            None => 1,
        }
    }

    fn raise(&mut self, symbol: Symbol, level: usize) {
        let known = &mut self.levels[symbol as usize];
        *known = (*known).max(level);
    }

    fn copy(&mut self, from: Symbol, to: Symbol) {
        let level = self.operation(Tree::Symbol(from), Work::Copy { from, to });
        self.raise(to, level);
    }

    /// The symbol for the edges of `from` that overlap none of `except`.
    fn except(&mut self, from: Symbol, except: Vec<Symbol>) -> Symbol {
        if let Some(&symbol) = self.differences.get(&(from, except.clone())) {
            return symbol;
        }
        let to = self.symbol(0);
        let level = except.iter().chain([&from]).map(|symbol| self.levels[*symbol as usize]).max().unwrap_or(0) + 1;
        self.levels[to as usize] = level;
        let work = Work::Except { from, to };
        self.operations.push(Draft { level, tree: Tree::Symbol(from), work, except: except.clone() });
        self.differences.insert((from, except), to);
        to
    }

    /// Adds an operation over a tree; gives its level.
    fn operation(&mut self, tree: Tree, work: Work) -> usize {
        let mut level = 0;
        highest(&tree, &self.levels, &mut level);
        self.operations.push(Draft { level: level + 1, tree, work, except: Vec::new() });
        level + 1
    }

    /// The tests of a node that is one word, whichever it is; none when it is more than that.
    fn single_words(&self, node: &Node, derive: Option<&str>) -> Result<Option<Vec<Test>>, SyntaxError> {
        match node {
            Node::Word { text, open_start, open_end, table, at } => {
                let test = |text: String| Test { text, open_start: *open_start, open_end: *open_end };
                let table = table.as_deref().or(if *open_start || *open_end { None } else { derive });
                if let Some(table) = table {
                    return self.derived(text, table, at).map(|forms| Some(forms.into_iter().map(test).collect()));
                }
                if *open_start || *open_end {
                    return Ok(Some(vec![test(self.forms.fold_word(text))]));
                }
                let mut words = self.words(text);
                Ok(if words.len() == 1 { words.pop().map(|word| vec![test(word)]) } else { None })
            }
            Node::Alt(branches) => {
                let mut tests = Vec::new();
                for branch in branches {
                    match self.single_words(branch, derive)? {
                        Some(found) => tests.extend(found),
                        None => return Ok(None),
                    }
                }
                Ok(Some(tests))
            }
            _ => Ok(None),
        }
    }

    /// The words that a word of a pattern stands for; a punctuation mark stands for itself.
    fn words(&self, text: &str) -> Vec<String> {
        // A piece of a contraction (`'s`) is written as `[expand]` leaves it.
        if text.starts_with('\'') {
            return vec![self.forms.fold_word(text)];
        }
        let words = self.forms.words(text);
        if words.is_empty() { vec![text.to_owned()] } else { words }
    }

    fn derived(&self, text: &str, table: &str, at: &Range<usize>) -> Result<Vec<String>, SyntaxError> {
        let forms = self.tables.forms(text, table);
        if !forms.is_empty() {
            return Ok(forms.iter().map(|form| self.forms.fold_word(form)).collect());
        }
        Err(if self.tables.has(table) {
            SyntaxError {
                at: at.clone(),
                message: format!("no rule of the table `{table}` fits `{text}`"),
                help: "add a rule for this ending or an irregular word to derive.toml".into(),
            }
        } else {
            SyntaxError {
                at: at.clone(),
                message: format!("there is no derivation table `{table}`"),
                help: format!("derive.toml has {}", self.tables.names().collect::<Vec<_>>().join(", ")),
            }
        })
    }

    /// Puts symbols in place of words. `derive` is for the first word that has no table of its own.
    fn tree(&mut self, node: &Node, derive: Option<&str>) -> Compiled<Tree> {
        if let Some(tests) = self.single_words(node, derive).map_err(here)? {
            return Ok(Tree::Symbol(self.any_of(tests)));
        }
        Ok(match node {
            Node::Word { text, .. } => {
                // A contraction or a hyphenated word.
                let words = self.words(text);
                let test = |text| vec![Test { text, open_start: false, open_end: false }];
                Tree::Seq(words.into_iter().map(|word| Tree::Symbol(self.any_of(test(word)))).collect())
            }
            Node::Seq(parts) => {
                let mut derive = derive;
                let mut trees = Vec::with_capacity(parts.len());
                for part in parts {
                    trees.push(self.tree(part, derive)?);
                    derive = None;
                }
                Tree::Seq(trees)
            }
            Node::Alt(parts) => {
                // All branches that are one word are one symbol.
                let (mut words, mut trees) = (Vec::new(), Vec::new());
                for part in parts {
                    match self.single_words(part, derive).map_err(here)? {
                        Some(tests) => words.extend(tests),
                        None => trees.push(self.tree(part, derive)?),
                    }
                }
                if !words.is_empty() {
                    trees.push(Tree::Symbol(self.any_of(words)));
                }
                Tree::Alt(trees)
            }
            Node::Opt(part) => Tree::Opt(Box::new(self.tree(part, derive)?)),
            Node::Plus(part) => Tree::Plus(Box::new(self.tree(part, derive)?)),
            Node::Class { name, flipped, minus, at } => {
                let symbol = self.class(name, *flipped, at)?;
                if minus.is_empty() {
                    return Ok(Tree::Symbol(symbol));
                }
                let except = minus.iter().map(|name| self.class(name, false, at)).collect::<Result<_, _>>()?;
                Tree::Symbol(self.except(symbol, except))
            }
            Node::Gap { max, crosses } => Tree::Gap { max: *max, crosses: *crosses },
            Node::Start => Tree::Start,
            Node::End => Tree::End,
        })
    }
}

impl CompileError {
    fn within(mut self, class: &str, entry: Entry) -> Self {
        self.class.get_or_insert((class.to_owned(), entry));
        self
    }
}

fn here(error: SyntaxError) -> CompileError {
    CompileError { class: None, error }
}

fn highest(tree: &Tree, levels: &[usize], level: &mut usize) {
    match tree {
        Tree::Symbol(symbol) => *level = (*level).max(levels[*symbol as usize]),
        Tree::Seq(parts) | Tree::Alt(parts) => parts.iter().for_each(|part| highest(part, levels, level)),
        Tree::Opt(part) | Tree::Plus(part) => highest(part, levels, level),
        Tree::Gap { .. } | Tree::Start | Tree::End => {}
    }
}

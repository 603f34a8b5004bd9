//! Word classes: in a name, and the entries of the lexicon. Out: the symbol of the class, with all that gives its edges. Refuses classes
//! that use themselves, names that nobody defined, and signs where there are none.

use std::ops::Range;

use super::{
    super::{
        chart::Symbol,
        file::ClassSource,
        network::Work,
        nfa::Tree,
        pattern::{self, Node, SyntaxError},
        vocabulary::{Need, Test},
    },
    Compiled, Compiler, Entry, here,
};

/// The names of the token classes that need no lexicon.
pub(in crate::cue) const BUILTIN: [&str; 11] =
    ["number", "year", "numeric-date", "clock", "currency", "caps", "capital", "name", "quoted", "word", "ordinal"];

const CURRENCY_SIGNS: [&str; 9] = ["£", "$", "€", "₽", "₹", "¥", "zł", "₺", "₴"];

impl Compiler<'_> {
    fn builtin(&mut self, name: &str) -> Option<Symbol> {
        let name = BUILTIN.iter().find(|known| **known == name)?;
        if let Some(symbol) = self.builtins.get(*name) {
            return Some(*symbol);
        }
        let symbol = self.symbol(match *name {
            "word" => 2000,
            "capital" => 500,
            "number" | "name" => 100,
            _ => 10,
        });
        self.builtins.insert((*name).to_owned(), symbol);
        match *name {
            "name" => self.network.builtins.name = Some(symbol),
            "quoted" => self.network.builtins.quoted = Some(symbol),
            _ => {}
        }
        if *name == "currency" {
            let signs = CURRENCY_SIGNS.iter().map(|sign| (*sign).to_owned());
            for text in signs.chain(self.forms.currency().iter().cloned()) {
                self.words.add(&Test { text, open_start: false, open_end: false }, (symbol, Need::Any));
            }
        }
        Some(symbol)
    }

    /// The symbol of a class; `{!name}` has its signs turned round.
    pub(super) fn class(&mut self, name: &str, flipped: bool, at: &Range<usize>) -> Compiled<Symbol> {
        if !flipped && let Some(symbol) = self.builtin(name) {
            return Ok(symbol);
        }
        if let Some(&symbol) = self.classes.get(&(name.to_owned(), flipped)) {
            return Ok(symbol);
        }
        let Some(source) = self.lexicon.get(name) else {
            let nearest = self.nearest(name);
            return Err(here(SyntaxError {
                at: at.clone(),
                message: format!("no word class is called `{name}`"),
                help: format!("did you mean `{nearest}`? Classes are defined in lexicon.toml"),
            }));
        };
        if flipped && !source.signed {
            return Err(here(SyntaxError {
                at: at.clone(),
                message: format!("the class `{name}` has no signs to turn round"),
                help: format!("give it `signed = true`, or write `{{{name}}}`"),
            }));
        }
        if self.open.iter().any(|open| open == name) {
            return Err(here(SyntaxError {
                at: at.clone(),
                message: format!("the class `{name}` uses itself: {} → {name}", self.open.join(" → ")),
                help: "take one of these out, or make a third class of what both need".into(),
            }));
        }
        self.open.push(name.to_owned());
        let symbol = self.new_class(name, source, flipped);
        self.open.pop();
        let symbol = symbol?;
        self.classes.insert((name.to_owned(), flipped), symbol);
        Ok(symbol)
    }

    fn nearest(&self, name: &str) -> String {
        let known = self.lexicon.keys().map(String::as_str).chain(BUILTIN);
        known
            .max_by(|a, b| strsim::jaro_winkler(a, name).total_cmp(&strsim::jaro_winkler(b, name)))
            .unwrap_or_default()
            .to_owned()
    }

    fn new_class(&mut self, name: &str, source: &ClassSource, flipped: bool) -> Compiled<Symbol> {
        let symbol = self.symbol(0);
        for (number, entry) in source.words.iter().enumerate() {
            self.class_entry(entry, source, flipped, symbol)
                .map_err(|error| error.within(name, Entry::Word(number)))?;
        }
        if source.except.is_empty() {
            return Ok(symbol);
        }
        let except = self.symbol(0);
        for (number, entry) in source.except.iter().enumerate() {
            let plain = ClassSource::default();
            self.class_entry(entry, &plain, false, except)
                .map_err(|error| error.within(name, Entry::Except(number)))?;
        }
        Ok(self.except(symbol, vec![except]))
    }

    /// Adds an entry of a class to the edges of `symbol`.
    fn class_entry(&mut self, entry: &str, source: &ClassSource, flipped: bool, symbol: Symbol) -> Compiled<()> {
        let (banged, text) = entry.strip_prefix('!').map_or((false, entry), |rest| (true, rest));
        if banged && !source.signed {
            return Err(here(SyntaxError {
                at: 0..1,
                message: "`!` in a class without signs".into(),
                help: "give the class `signed = true`, or write `\\!` for an exclamation mark".into(),
            }));
        }
        let need = match (source.signed, banged) {
            (false, _) => Need::Any,
            (true, false) => Need::Plain,
            (true, true) => Need::Negated,
        };
        let need = if flipped { need.flipped() } else { need };
        let shift = |mut error: SyntaxError| {
            error.at = error.at.start + usize::from(banged)..error.at.end + usize::from(banged);
            here(error)
        };
        let node = pattern::parse(text).map_err(shift)?;
        // A signed class inside a signed one keeps its own signs: turned round together with the outer one's.
        if let Node::Class { name, flipped: inner, minus, at } = &node
            && minus.is_empty()
            && self.lexicon.get(name).is_some_and(|class| class.signed)
        {
            let from = self.class(name, *inner != (need == Need::Negated), at)?;
            self.copy(from, symbol);
            return Ok(());
        }
        if let Some(tests) = self.single_words(&node, source.derive.as_deref()).map_err(here)? {
            for test in &tests {
                self.costs[symbol as usize] += self.cost(test);
                self.grant(test, (symbol, need));
            }
            return Ok(());
        }
        let tree = self.tree(&node, source.derive.as_deref())?;
        if let (Tree::Symbol(from), Need::Any) = (&tree, need) {
            self.copy(*from, symbol);
            return Ok(());
        }
        let work = Work::Edges { automaton: self.network.automata.add(&tree), to: symbol, need };
        let level = self.operation(tree, work);
        self.raise(symbol, level);
        Ok(())
    }
}

//! Puts the cues of a language together: reads its lexicons, compiles what each entry asks for, and finds the order in which cues are heard.
//! In: files. Out: a [`Compiled`]. Refuses files with unknown names, broken patterns and cues that ask for each other in a ring; all flaws
//! are told, not just the first.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;
use zerocopy::little_endian::U16;

use super::{
    bits,
    compile::{BUILTIN, CompileError, Compiler, Entry as ClassEntry},
    derive::Tables,
    example::Example,
    file::{ClassSource, CueFile, EntryFile, LexiconFile},
    network::PatternId,
    set::{
        Compiled, Condition, Conditions, Cue, CueFiles, CueId, CueSet, Entry, Form, Parts, PatternSource, Rare, User,
    },
};
use crate::{
    flaw::{Flaw, TomlFile},
    letter::{Forms, PartKind},
};

/// The parts in which a cue is heard when its entry names none.
const JUDGED: [PartKind; 7] = [
    PartKind::Subject,
    PartKind::Salutation,
    PartKind::Body,
    PartKind::ListItem,
    PartKind::SignOff,
    PartKind::Postscript,
    PartKind::Heading,
];

impl CueSet {
    /// Compiles the files of a language.
    ///
    /// # Errors
    /// Every flaw of the files.
    pub fn compile(files: &CueFiles, forms: &Forms) -> Result<Compiled, Vec<Flaw>> {
        let mut flaws = Vec::new();
        let tables = match files.derive.as_ref().map(TomlFile::parse::<Tables>) {
            Some(Ok(tables)) => tables,
            Some(Err(flaw)) => return Err(vec![flaw]),
            None => Tables::default(),
        };
        let lexicon = Lexicon::read(files, &mut flaws);
        let mut parsed = Vec::new();
        for file in &files.cues {
            match file.parse::<CueFile>() {
                Ok(cue) => parsed.push((file, cue)),
                Err(flaw) => flaws.push(flaw),
            }
        }
        let names: BTreeMap<&str, CueId> =
            parsed.iter().enumerate().map(|(id, (_, cue))| (cue.cue.get_ref().as_str(), id)).collect();
        let mut builder = Builder {
            compiler: Compiler::new(forms, &tables, &lexicon.classes),
            lexicon: &lexicon,
            names: &names,
            flaws,
            set: Compiled::default(),
            users: Vec::new(),
            asks: vec![BTreeSet::new(); parsed.len()],
        };
        for (id, (file, cue)) in parsed.iter().enumerate() {
            builder.cue(id, file, cue);
        }
        builder.finish(&parsed)
    }
}

/// The classes of all lexicon files, and where they stand.
struct Lexicon<'f> {
    classes: BTreeMap<String, ClassSource>,
    places: BTreeMap<String, (&'f TomlFile, super::file::ClassFile)>,
}

impl<'f> Lexicon<'f> {
    fn read(files: &'f CueFiles, flaws: &mut Vec<Flaw>) -> Self {
        let mut lexicon = Lexicon { classes: BTreeMap::new(), places: BTreeMap::new() };
        for file in &files.lexicons {
            match file.parse::<LexiconFile>() {
                Ok(classes) => {
                    for (name, class) in classes {
                        let at = class.span();
                        if BUILTIN.contains(&name.as_str()) {
                            let message = format!("`{name}` is a token class that needs no lexicon");
                            flaws.push(file.flaw(at.clone(), message, "give this class another name"));
                        }
                        let before = lexicon.places.insert(name.clone(), (file, class.into_inner()));
                        // A house may put a class of its own in place of a shipped one.
                        if let Some((other, _)) = before.filter(|(other, _)| folder(other) == folder(file)) {
                            let message = format!("the class `{name}` stands in {} already", other.name);
                            flaws.push(file.flaw(at, message, "give one of the two another name"));
                        }
                    }
                }
                Err(flaw) => flaws.push(flaw),
            }
        }
        lexicon.classes = lexicon.places.iter().map(|(name, (_, class))| (name.clone(), class.source())).collect();
        for (name, words) in &files.words {
            lexicon.classes.entry(name.clone()).or_default().words.extend(words.iter().cloned());
        }
        lexicon
    }

    /// The flaw at the place of a class's entry; an entry of a house's own words stands in no file of the pack.
    fn flaw(&self, class: &str, entry: ClassEntry, error: &super::pattern::SyntaxError) -> Option<Flaw> {
        let (file, class) = self.places.get(class)?;
        let value = match entry {
            ClassEntry::Word(number) => class.words.get(number)?,
            ClassEntry::Except(number) => class.except.get(number)?,
        };
        Some(file.flaw(file.inside(value.span(), value.get_ref(), error.at.clone()), &error.message, &error.help))
    }
}

fn folder(file: &TomlFile) -> &str {
    file.name.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder)
}

struct Builder<'a> {
    compiler: Compiler<'a>,
    lexicon: &'a Lexicon<'a>,
    names: &'a BTreeMap<&'a str, CueId>,
    flaws: Vec<Flaw>,
    set: Compiled,
    /// For each pattern the entries that begin with it.
    users: Vec<Vec<User>>,
    /// For each cue those that must be heard before it.
    asks: Vec<BTreeSet<CueId>>,
}

impl Builder<'_> {
    fn cue(&mut self, id: CueId, file: &TomlFile, cue: &CueFile) {
        let name = cue.cue.get_ref();
        let stem = file.stem();
        if stem != name {
            let message = format!("the cue `{name}` stands in a file called `{stem}.toml`");
            self.flaws.push(file.flaw(cue.cue.span(), message, format!("rename the file to `{name}.toml`")));
        }
        if self.names.get(name.as_str()) != Some(&id) {
            self.flaws.push(file.flaw(cue.cue.span(), format!("there are two cues `{name}`"), "keep one of them"));
        }
        let mut entries = Vec::new();
        for entry in &cue.entry {
            let number = entries.len();
            if let Some(made) = self.entry(id, number, file, entry) {
                entries.push(made);
            }
        }
        for (text, bad) in cue.entry.iter().flat_map(|entry| {
            let entry = entry.get_ref();
            entry.bad.iter().map(|text| (text, true)).chain(entry.good.iter().map(|text| (text, false)))
        }) {
            self.set.examples.push(Example::new(id, bad, file, text));
        }
        self.set.examples.extend(cue.good.iter().map(|text| Example::new(id, false, file, text)));
        self.counts(file, cue);
        let across = (0..entries.len()).filter(|number| entries[*number].is_across()).collect();
        let suggest = cue.suggest.clone();
        self.set.cues.cues.push(Cue {
            name: name.clone(),
            note: cue.note,
            warning: cue.warning,
            entries,
            across,
            suggest,
        });
    }

    /// No example, no rule.
    fn counts(&mut self, file: &TomlFile, cue: &CueFile) {
        let good: usize = cue.good.len() + cue.entry.iter().map(|entry| entry.get_ref().good.len()).sum::<usize>();
        if good < 2 {
            let message = format!("the cue has {good} good examples");
            self.flaws.push(file.flaw(
                cue.cue.span(),
                message,
                "write at least two, one of them a near miss: `good = [...]`",
            ));
        }
        if cue.entry.is_empty() {
            self.flaws.push(file.flaw(
                cue.cue.span(),
                "the cue has no entry",
                "add `[[entry]]` with `patterns` and `bad`",
            ));
        }
        for entry in cue.entry.iter().filter(|entry| entry.get_ref().bad.is_empty()) {
            let at = entry.span();
            let head = at.start..(at.start + "[[entry]]".len()).min(at.end);
            self.flaws.push(file.flaw(
                head,
                "the entry has no bad example",
                "write what it must hear: `bad = [\"«You failed to» pay.\"]`",
            ));
        }
    }

    fn entry(&mut self, cue: CueId, number: usize, file: &TomlFile, entry: &Spanned<EntryFile>) -> Option<Entry> {
        let at = entry.span();
        let entry = entry.get_ref();
        let forms = [!entry.patterns.is_empty(), !entry.all.is_empty(), entry.regex.is_some()];
        if forms.iter().filter(|form| **form).count() != 1 {
            let head = at.start..(at.start + "[[entry]]".len()).min(at.end);
            self.flaws.push(file.flaw(
                head,
                "an entry has either `patterns` or `all` or `regex`",
                "split it in two entries",
            ));
            return None;
        }
        let form = if let Some(regex) = &entry.regex {
            self.regex(file, regex, entry)?
        } else if entry.all.is_empty() {
            let ids: Vec<PatternId> =
                entry.patterns.iter().filter_map(|text| self.pattern(cue, file, text, false)).collect();
            for (place, &id) in ids.iter().enumerate() {
                self.uses(id, cue, number, place);
            }
            Form::Patterns(ids)
        } else {
            let ids: Vec<PatternId> =
                entry.all.iter().filter_map(|text| self.pattern(cue, file, text, false)).collect();
            self.uses(*ids.first()?, cue, number, 0);
            Form::All(ids)
        };
        let weight = entry.weight.unwrap_or(2.0);
        if !(0.5..=5.0).contains(&weight) {
            self.flaws.push(file.flaw(at, format!("a weight of {weight}"), "weights go from 0.5 to 5"));
            return None;
        }
        let near = entry.near.iter().filter_map(|name| self.ask(cue, file, name, name.get_ref())).collect();
        Some(Entry {
            form,
            any: self.conditions(cue, file, &entry.any, false),
            none: self.conditions(cue, file, &entry.none, true),
            unless: self.conditions(cue, file, &entry.unless, true),
            scope: entry.scope,
            unless_in: entry.unless_in,
            near,
            heads: entry.head.clone(),
            parts: Parts::of(if entry.parts.is_empty() { &JUDGED } else { &entry.parts }),
            weight,
            extent: entry.span,
            suggest: entry.suggest.clone(),
        })
    }

    fn regex(&mut self, file: &TomlFile, text: &Spanned<String>, entry: &EntryFile) -> Option<Form> {
        if entry.literals.is_empty() {
            self.flaws.push(file.flaw(
                text.span(),
                "a `regex` without `literals`",
                "name what every match holds: `literals = [\"[\"]`",
            ));
            return None;
        }
        match Rare::new(text.get_ref()) {
            Ok(regex) => Some(Form::Regex { regex, literals: entry.literals.clone() }),
            Err(error) => {
                let message = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
                self.flaws.push(file.flaw(text.span(), message, "see docs.rs/regex for the syntax"));
                None
            }
        }
    }

    fn uses(&mut self, id: PatternId, cue: CueId, entry: usize, place: usize) {
        let id = id as usize;
        if self.users.len() <= id {
            self.users.resize(id + 1, Vec::new());
        }
        let number = |number: usize| U16::new(u16::try_from(number).expect("fewer entries than that"));
        let user = User { cue: number(cue), entry: number(entry), place: number(place) };
        if !self.users[id].iter().any(|known| (known.cue, known.entry) == (user.cue, user.entry)) {
            self.users[id].push(user);
        }
    }

    fn conditions(&mut self, cue: CueId, file: &TomlFile, texts: &[Spanned<String>], silences: bool) -> Conditions {
        let condition = |text: &Spanned<String>| match text.get_ref().strip_prefix('@') {
            Some(name) => self.ask(cue, file, text, name).map(Condition::Cue),
            None => self.pattern(cue, file, text, silences).map(Condition::Pattern),
        };
        texts.iter().filter_map(condition).collect()
    }

    /// The cue that `cue` asks for by name.
    fn ask(&mut self, cue: CueId, file: &TomlFile, text: &Spanned<String>, name: &str) -> Option<CueId> {
        match self.names.get(name) {
            Some(&id) if id == cue => {
                let message = format!("the cue `{name}` asks for itself");
                self.flaws.push(file.flaw(text.span(), message, "name another cue, or take it out"));
                return None;
            }
            Some(&id) => {
                self.asks[cue].insert(id);
                return Some(id);
            }
            None => {}
        }
        let known = self.names.keys().copied().collect::<Vec<_>>().join(", ");
        self.flaws.push(file.flaw(text.span(), format!("no cue is called `{name}`"), format!("the cues are {known}")));
        None
    }

    fn pattern(&mut self, cue: CueId, file: &TomlFile, text: &Spanned<String>, silences: bool) -> Option<PatternId> {
        match self.compiler.pattern(text.get_ref()) {
            Ok(id) => {
                let (message, help) = if silences {
                    ("no good example needs this exception", "add a good example for it, or take it out")
                } else {
                    ("no bad example needs this pattern", "add a bad example for it, or take it out")
                };
                let flaw = file.flaw(text.span(), message, help);
                self.set.sources.push(PatternSource { id, cue, silences, flaw });
                Some(id)
            }
            Err(error) => {
                self.compile_flaw(file, text, error);
                None
            }
        }
    }

    fn compile_flaw(&mut self, file: &TomlFile, text: &Spanned<String>, error: CompileError) {
        let flaw = if let Some((class, entry)) = &error.class {
            self.lexicon.flaw(class, *entry, &error.error).unwrap_or_else(|| {
                file.flaw(
                    text.span(),
                    format!("in the words added to `{class}`: {}", error.error.message),
                    error.error.help.clone(),
                )
            })
        } else {
            let at = file.inside(text.span(), text.get_ref(), error.error.at.clone());
            file.flaw(at, error.error.message, error.error.help)
        };
        if !self.flaws.contains(&flaw) {
            self.flaws.push(flaw);
        }
    }

    fn finish(mut self, parsed: &[(&TomlFile, CueFile)]) -> Result<Compiled, Vec<Flaw>> {
        for error in self.compiler.all_classes() {
            let Some((class, entry)) = &error.class else { continue };
            if let Some(flaw) = self.lexicon.flaw(class, *entry, &error.error)
                && !self.flaws.contains(&flaw)
            {
                self.flaws.push(flaw);
            }
        }
        let mut done = vec![false; self.asks.len()];
        while self.set.cues.order.len() < self.asks.len() {
            let ready: Vec<CueId> =
                (0..done.len()).filter(|&id| !done[id] && self.asks[id].iter().all(|&other| done[other])).collect();
            if ready.is_empty() {
                let id = done.iter().position(|done| !done).expect("one is left");
                let (file, cue) = &parsed[id];
                let message = format!("the cue `{}` asks for cues that ask for it", cue.cue.get_ref());
                self.flaws.push(file.flaw(cue.cue.span(), message, "take one `near` or `@cue` of this ring out"));
                break;
            }
            for id in ready {
                done[id] = true;
                self.set.cues.order.push(id);
            }
        }
        if !self.flaws.is_empty() {
            return Err(self.flaws);
        }
        let cues = &mut self.set.cues;
        for class in self.lexicon.places.keys() {
            cues.classes.push(class.as_bytes());
        }
        let roles = Roles::of(&cues.cues, self.compiler.patterns());
        cues.network = self.compiler.finish(&roles.sought, &roles.followers);
        cues.asked_across = roles.across;
        self.users.resize(cues.network.patterns, Vec::new());
        for users in &self.users {
            cues.users.push(users);
        }
        Ok(self.set)
    }
}

/// Which patterns are looked for in every sentence, and which only where another was found.
struct Roles {
    sought: Vec<bool>,
    /// For each pattern those that the entries that begin with it ask for in the same sentence.
    followers: Vec<Vec<PatternId>>,
    /// As bits: those for which entries ask beyond the sentence.
    across: Vec<u64>,
}

impl Roles {
    fn of(cues: &[Cue], patterns: usize) -> Self {
        let across = vec![0; patterns.div_ceil(64)];
        let mut roles = Roles { sought: vec![false; patterns], followers: vec![Vec::new(); patterns], across };
        for entry in cues.iter().flat_map(|cue| &cue.entries) {
            roles.entry(entry);
        }
        for followers in &mut roles.followers {
            followers.retain(|pattern| !roles.sought[*pattern as usize]);
            followers.sort_unstable();
            followers.dedup();
        }
        roles
    }

    fn entry(&mut self, entry: &Entry) {
        let (mut begin, mut asked) = (Vec::new(), Vec::new());
        let in_sentence = entry.scope.in_sentence();
        match &entry.form {
            Form::Patterns(patterns) => begin.extend_from_slice(patterns),
            Form::All(patterns) => {
                begin.extend(patterns.first());
                asked.extend(patterns.iter().skip(1).map(|pattern| (*pattern, in_sentence)));
            }
            // A regular expression begins where no pattern was found.
            Form::Regex { .. } => {}
        }
        let regex = begin.is_empty();
        let besides = entry.any.iter().chain(entry.none.iter()).map(|condition| (condition, in_sentence));
        let takes_back = entry.unless_in.in_sentence();
        for (condition, in_sentence) in besides.chain(entry.unless.iter().map(|condition| (condition, takes_back))) {
            if let Condition::Pattern(pattern) = condition {
                asked.push((pattern, in_sentence && !regex));
            }
        }
        for pattern in &begin {
            self.sought[*pattern as usize] = true;
        }
        let beyond =
            asked.iter().filter(|(_, in_sentence)| !in_sentence || entry.is_across()).map(|(pattern, _)| pattern);
        for pattern in beyond.chain(begin.iter().filter(|_| entry.is_across())) {
            bits::insert(&mut self.across, *pattern);
        }
        for (pattern, in_sentence) in asked {
            if in_sentence {
                for first in &begin {
                    self.followers[*first as usize].push(pattern);
                }
            } else {
                self.sought[pattern as usize] = true;
            }
        }
    }
}

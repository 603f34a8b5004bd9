//! The examples of a pack are its tests. In: a compiled set of cues. Out: the examples that do not behave, and the patterns that no
//! example needs.

use std::{collections::BTreeSet, ops::Range};

use toml::Spanned;

use super::{
    file::CueFile,
    hear::Hit,
    set::{Compiled, CueId},
};
use crate::{
    flaw::{Flaw, TomlFile},
    letter::{Forms, Letter, PartKind},
};

/// An example of a cue, where it stands in its file.
#[derive(Debug, Clone)]
pub(super) struct Example {
    /// Of which cue.
    cue: CueId,
    /// Whether the cue must be heard in it.
    bad: bool,
    /// The text as written in the file.
    written: String,
    /// A flaw at its place, to be given a message.
    place: Flaw,
}

/// What trying the examples has shown.
#[derive(Debug, Clone, Default)]
pub struct ExampleReport {
    /// How many examples were tried.
    pub ran: usize,
    /// Those that do not behave.
    pub flaws: Vec<Flaw>,
    /// Patterns that no example needs.
    pub unused: Vec<Flaw>,
}

/// An example's text without its marks.
#[derive(Debug, Clone)]
pub struct Plain {
    /// What it says.
    pub text: String,
    /// The marked stretches (bytes of the text).
    pub marked: Vec<Range<usize>>,
    /// As what it is heard.
    pub part: PartKind,
}

impl Example {
    pub(super) fn new(cue: CueId, bad: bool, file: &TomlFile, text: &Spanned<String>) -> Self {
        Example { cue, bad, written: text.get_ref().clone(), place: file.flaw(text.span(), "", "") }
    }

    fn flaw(&self, message: String, help: &str) -> Flaw {
        Flaw { message, help: help.to_owned(), ..self.place.clone() }
    }

    fn plain(&self) -> Plain {
        Plain::of(&self.written, self.bad)
    }
}

impl Plain {
    /// Takes the notation from an example as it is written: `«»` marks what is flagged in a bad one, `|` breaks the line.
    #[must_use]
    pub fn of(written: &str, bad: bool) -> Plain {
        let (part, written) = part_of(written);
        let mut plain = Plain { text: String::with_capacity(written.len()), marked: Vec::new(), part };
        for (letter, next) in written.chars().zip(written.chars().skip(1).map(Some).chain([None])) {
            match letter {
                '«' if bad => plain.marked.push(plain.text.len()..plain.text.len()),
                '»' if bad => {
                    let end = plain.text.len();
                    if let Some(marked) = plain.marked.last_mut() {
                        marked.end = end;
                    }
                }
                '|' => plain.text.push('\n'),
                // The blanks around a line break belong to the notation.
                ' ' if next == Some('|') || plain.text.ends_with('\n') => {}
                _ => plain.text.push(letter),
            }
        }
        plain
    }
}

/// The examples in the file of a cue as a reader sees them: bad ones with the faulty stretch in `«»`, and good ones. Nothing for a
/// file that is no cue's.
#[must_use]
pub fn examples_in(file: &TomlFile) -> (Vec<String>, Vec<String>) {
    let Ok(cue) = file.parse::<CueFile>() else { return (Vec::new(), Vec::new()) };
    let entries = || cue.entry.iter().map(Spanned::get_ref);
    let bad = entries().flat_map(|entry| &entry.bad);
    let good = entries().flat_map(|entry| &entry.good).chain(&cue.good);
    (bad.map(|text| text.get_ref().clone()).collect(), good.map(|text| text.get_ref().clone()).collect())
}

/// `[signature] Text` is heard as that part, anything else as body.
fn part_of(written: &str) -> (PartKind, &str) {
    for (name, part) in [
        ("[subject] ", PartKind::Subject),
        ("[salutation] ", PartKind::Salutation),
        ("[sign-off] ", PartKind::SignOff),
        ("[signature] ", PartKind::Signature),
        ("[postscript] ", PartKind::Postscript),
        ("[list-item] ", PartKind::ListItem),
    ] {
        if let Some(rest) = written.strip_prefix(name) {
            return (part, rest);
        }
    }
    (PartKind::Body, written)
}

impl Compiled {
    /// Tries every example: a bad one must be heard exactly where it is marked, and no other cue of `rivals` may claim the place
    /// with more weight; a good one must not be heard.
    #[must_use]
    pub fn try_examples(&self, forms: &Forms, rivals: &BTreeSet<CueId>) -> ExampleReport {
        let mut report = ExampleReport::default();
        for example in &self.examples {
            report.ran += 1;
            let plain = example.plain();
            let letter = Letter::fragment(&plain.text, plain.part, forms);
            let hits = self.cues.hear(&plain.text, &letter);
            report.flaws.extend(self.verdict(example, &plain, &hits, rivals));
        }
        report.unused = self.unneeded(forms);
        report
    }

    fn verdict(&self, example: &Example, plain: &Plain, hits: &[Hit], rivals: &BTreeSet<CueId>) -> Option<Flaw> {
        let own: Vec<&Hit> = hits.iter().filter(|hit| hit.cue == example.cue).collect();
        let name = &self.cues.cues[example.cue].name;
        if !example.bad {
            let hit = own.first()?;
            let heard = &plain.text[hit.range.clone()];
            return Some(example.flaw(
                format!("`{name}` is heard in this good example: «{heard}»"),
                "add an `unless`, or narrow the pattern",
            ));
        }
        if plain.marked.is_empty() {
            return Some(example.flaw("nothing is marked in this bad example".into(), "put «» around what is flagged"));
        }
        let heard: Vec<Range<usize>> = own.iter().map(|hit| hit.range.clone()).collect();
        if heard != plain.marked {
            let shown: Vec<String> = heard.iter().map(|range| format!("«{}»", &plain.text[range.clone()])).collect();
            let message = if shown.is_empty() {
                format!("`{name}` is not heard in this bad example")
            } else {
                format!("`{name}` is heard as {}", shown.join(" and "))
            };
            return Some(example.flaw(message, "mend the pattern, or mark what it hears"));
        }
        let rival = hits.iter().find(|hit| {
            rivals.contains(&hit.cue)
                && rivals.contains(&example.cue)
                && hit.cue != example.cue
                && own.iter().any(|own| {
                    own.range.start < hit.range.end && hit.range.start < own.range.end && own.weight < hit.weight
                })
        })?;
        let other = &self.cues.cues[rival.cue].name;
        Some(example.flaw(
            format!("`{other}` is heard here with more weight than `{name}`"),
            "move the example, or weigh the entries",
        ))
    }

    /// The patterns that are found in no bad example of their cue, and the exceptions that are found in no good one.
    fn unneeded(&self, forms: &Forms) -> Vec<Flaw> {
        let mut needed = BTreeSet::new();
        for example in &self.examples {
            let plain = example.plain();
            let letter = Letter::fragment(&plain.text, plain.part, forms);
            needed
                .extend(self.cues.patterns_in(&letter).into_iter().map(|pattern| (pattern, example.cue, !example.bad)));
        }
        let unneeded = self.sources.iter().filter(|source| !needed.contains(&(source.id, source.cue, source.silences)));
        unneeded.map(|source| source.flaw.clone()).collect()
    }
}

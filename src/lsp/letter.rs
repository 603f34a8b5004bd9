//! In: a draft as it stands in an editor, its house, what the editor has set. Out: what is said about it, with places in bytes of the
//! editor's text. Refuses to judge by itself: that is `engine`.

use std::{ops::Range, path::Path, rc::Rc};

use super::settings::Settings;
use crate::{
    config::{
        house::{House, UnknownDeclared},
        size,
    },
    diagnostic::{Diagnostic, Verdict},
    engine::{self, Context, Memory},
    rule::Texts,
    source::{self, Format, Source},
};

/// Larger documents are not judged unless told to, in bytes.
const MAX_SIZE: u64 = 10_000_000;

/// A draft and what is said about it.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) house: Rc<House>,
    pub(super) source: Source,
    pub(super) verdict: Verdict,
    /// Whether it says how to mend what is wrong: that is worked out when it is asked for.
    pub(super) with_fixes: bool,
    /// The draft declares a reason that is none.
    pub(super) unknown: Option<Box<UnknownDeclared>>,
}

/// How a draft is to be judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'s> {
    pub(super) settings: &'s Settings,
    /// The language of the editor.
    pub(super) locale: Option<&'s str>,
    pub(super) with_fixes: bool,
}

/// What is remembered of a draft while it is being written.
#[derive(Debug, Default)]
pub(super) struct Past {
    house: Option<Rc<House>>,
    memory: Memory,
}

impl Past {
    /// The memory, as far as it is of this house.
    fn of(&mut self, house: &Rc<House>) -> &mut Memory {
        if !self.house.as_ref().is_some_and(|known| Rc::ptr_eq(known, house)) {
            *self = Past { house: Some(house.clone()), memory: Memory::default() };
        }
        &mut self.memory
    }
}

impl Letter {
    /// Reads and judges a draft. An error says in one sentence why it could not be.
    pub(super) fn new(
        (text, format): (&str, Format),
        path: &Path,
        house: Rc<House>,
        asked: &Asked<'_>,
        past: &mut Past,
    ) -> Result<Letter, String> {
        let Asked { settings, locale, with_fixes } = *asked;
        let limit = settings.max_size.or(house.config.max_size).unwrap_or(MAX_SIZE);
        if text.len() as u64 > limit {
            return Err(format!("larger than {}: not judged", size::shown(limit)));
        }
        let mut source = source::read(&path.to_string_lossy(), text.as_bytes().to_vec(), format)
            .map_err(|error| error.to_string())?;
        let messages = settings.told.messages.clone().or_else(|| locale.map(str::to_owned));
        let told = Context { messages, without_fixes: !with_fixes, ..settings.told.clone() };
        let (context, unknown) = house.context(&told, &mut source, path);
        let verdict = engine::check_again(&source, &house.book, &context, past.of(&house));
        Ok(Letter { house, source, verdict, with_fixes, unknown: unknown.err() })
    }

    /// A stretch of the letter in bytes of the editor's text.
    pub(super) fn place(&self, range: &Range<usize>) -> Range<usize> {
        self.source.map.to_source(range.clone())
    }

    /// Where a diagnostic stands in bytes of the editor's text: perhaps in a comment or a header, which are no part of the letter.
    pub(super) fn place_of(&self, diagnostic: &Diagnostic) -> Range<usize> {
        diagnostic.place(&self.source)
    }

    /// The diagnostics that touch a stretch of the editor's text.
    pub(super) fn touching(&self, range: &Range<usize>) -> impl Iterator<Item = (usize, &Diagnostic)> {
        self.verdict.diagnostics.iter().enumerate().filter(|(_, diagnostic)| touch(&self.place_of(diagnostic), range))
    }

    /// What is said to the reader.
    pub(super) fn texts(&self) -> Option<&Texts> {
        self.house.book.texts(&self.verdict.messages).or_else(|| self.house.book.texts("en"))
    }
}

/// Whether two stretches have a byte or an end in common.
pub(super) fn touch(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start <= other.end && other.start <= one.end
}

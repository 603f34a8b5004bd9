//! Hears a letter and judges it. In: a text, what its format says of it, the rule book, the context. Out: a verdict. Cannot fail and
//! cannot see out: no file, no clock, no terminal.

mod judge;
mod language;

use crate::{
    diagnostic::{LetterKind, Verdict},
    letter::Letter,
    rule::{Reason, RuleBook},
    source::Mark,
};

pub use language::recognise;

/// What is told about a letter besides its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// Why it is written.
    pub reason: Option<Reason>,
    /// The code of its language; recognised from the text when it is not told.
    pub language: Option<String>,
    /// Judge it as this kind of letter, whatever it looks like.
    pub assume: Option<LetterKind>,
}

/// The language that a verdict names when none of the shipped ones was recognised.
pub const UNKNOWN: &str = "unknown";

/// Judges a letter. A text in none of the rule book's languages is not judged.
#[must_use]
pub fn check(text: &str, marks: &[Mark], book: &RuleBook, context: &Context) -> Verdict {
    let language = context.language.as_deref().or_else(|| recognise(text, marks, book));
    let Some((language, pack)) = language.and_then(|name| Some((name, book.pack(name)?))) else {
        return Verdict {
            language: UNKNOWN.to_owned(),
            letter: LetterKind::Other,
            reason: context.reason.map(|reason| reason.to_string()),
            ..Verdict::default()
        };
    };
    let letter = Letter::parse(text, marks, &pack.forms);
    let hits = pack.cues.hear(text, &letter);
    judge::Judge::new(text, &letter, pack, book, context, hits).verdict(language)
}

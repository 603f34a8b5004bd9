//! Hears a letter and judges it. In: a text, what its format says of it, the rule book, the context. Out: a verdict. Cannot fail and
//! cannot see out: no file, no clock, no terminal.

mod hearing;
mod judge;
mod mend;

use crate::{
    diagnostic::{LetterKind, Verdict},
    letter::Letter,
    rule::{Reason, RuleBook},
    source::Mark,
};

/// What is told about a letter besides its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// Why it is written.
    pub reason: Option<Reason>,
    /// The code of its language; recognised from the text when it is not told.
    pub language: Option<String>,
    /// Judge it as this kind of letter, whatever it looks like.
    pub assume: Option<LetterKind>,
    /// The code of the language in which the reader is told; the letter's own when it is none.
    pub messages: Option<String>,
}

/// The language that a verdict names when none of the rule book's was recognised.
pub const UNKNOWN: &str = "unknown";

/// Judges a letter. A text in none of the rule book's languages is not judged.
#[must_use]
pub fn check(text: &str, marks: &[Mark], book: &RuleBook, context: &Context) -> Verdict {
    let told = context.language.as_deref();
    let language = told.or_else(|| hearing::language(text, marks, book));
    let Some((language, forms)) = language.and_then(|name| Some((name, book.forms(name)?))) else {
        return Verdict {
            language: UNKNOWN.to_owned(),
            messages: context.messages.clone().unwrap_or_else(|| "en".to_owned()),
            letter: LetterKind::Other,
            reason: context.reason.map(|reason| reason.to_string()),
            ..Verdict::default()
        };
    };
    let letter = Letter::parse(text, marks, forms);
    let heard = hearing::hear(text, &letter, marks, (language, told.is_some()), book);
    judge::Judge::new(text, &letter, language, book, context, heard).verdict()
}

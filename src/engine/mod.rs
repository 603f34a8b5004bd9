//! Hears a letter and judges it. In: a text, what its format says of it, the rule book, the context. Out: a verdict. Cannot fail and
//! cannot see out: no file, no clock, no terminal.

mod hearing;
mod judge;
mod memory;
mod mend;
mod odds;
mod recipients;
mod suppress;
mod versions;

pub use memory::Memory;
pub(crate) use suppress::covers;

use std::ops::Range;

use crate::{
    diagnostic::{Diagnostic, LetterKind, Verdict},
    rule::{Reason, Rule, RuleBook, RuleKind, Texts},
    source::{Mail, Mark, Source},
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
    /// The sender's own domains and addresses, besides that of the mail's `From:`.
    pub own_domains: Vec<String>,
    /// How to mend what is wrong is not asked yet: diagnostics come without fixes, in less time.
    pub without_fixes: bool,
}

/// The language that a verdict names when none of the rule book's was recognised.
pub const UNKNOWN: &str = "unknown";

/// Judges a draft: its text, of a mail its recipients and both its versions, plain text and HTML; and minds what it suppresses itself.
#[must_use]
pub fn check_source(source: &Source, book: &RuleBook, context: &Context) -> Verdict {
    check_draft(source, book, context, None)
}

/// Says what [`check_source`] says, in less time for a draft that differs little from the one that was checked with this memory before.
#[must_use]
pub fn check_again(source: &Source, book: &RuleBook, context: &Context, memory: &mut Memory) -> Verdict {
    memory.begin();
    check_draft(source, book, context, Some(memory))
}

fn check_draft(source: &Source, book: &RuleBook, context: &Context, memory: Option<&mut Memory>) -> Verdict {
    let verdict = match &source.mail {
        Some(mail) => check_mail((source, mail), book, context, memory),
        None => check_text((&source.text, &source.marks), book, context, memory),
    };
    suppress::mind(verdict, source, book)
}

fn check_mail(
    (source, mail): (&Source, &Mail),
    book: &RuleBook,
    context: &Context,
    memory: Option<&mut Memory>,
) -> Verdict {
    let mut verdict = versions::check_versions((source, mail), book, context, memory);
    if verdict.letter == LetterKind::Termination {
        let told = recipients::check(mail, book, context, &verdict);
        verdict.diagnostics.extend(told);
        if mail.unread {
            // What was not read may hold all that seems to be missing.
            let required = |id: &str| book.rule(id).is_some_and(|rule| rule.kind == RuleKind::Require);
            verdict.diagnostics.retain(|diagnostic| !required(&diagnostic.rule));
            verdict.checklist.clear();
        }
        verdict.diagnostics.sort_by_key(|diagnostic| (diagnostic.range.start, diagnostic.range.end));
    }
    verdict
}

/// Judges a letter. A text in none of the rule book's languages is not judged. What a draft suppresses stands outside of its text:
/// see [`check_source`].
#[must_use]
pub fn check(text: &str, marks: &[Mark], book: &RuleBook, context: &Context) -> Verdict {
    check_text((text, marks), book, context, None)
}

/// What is said to the reader of a verdict.
fn texts<'b>(book: &'b RuleBook, verdict: &Verdict) -> Option<&'b Texts> {
    book.texts(&verdict.messages).or_else(|| book.texts(&verdict.language))
}

/// What a rule says of a stretch.
fn told(rule: &Rule, texts: Option<&Texts>, range: Range<usize>) -> Diagnostic {
    let text = texts.and_then(|texts| texts.rule(&rule.id));
    let sources = texts.map_or(rule.sources.as_slice(), |texts| texts.sources(rule));
    Diagnostic {
        rule: rule.id.clone(),
        severity: rule.severity,
        message: text.map_or(&rule.id, |text| &text.message).clone(),
        range,
        outside: None,
        related: Vec::new(),
        help: text.map(|text| text.help.clone()).unwrap_or_default(),
        source: sources.first().cloned().unwrap_or_default(),
        fixes: Vec::new(),
    }
}

fn check_text(
    (text, marks): (&str, &[Mark]),
    book: &RuleBook,
    context: &Context,
    mut memory: Option<&mut Memory>,
) -> Verdict {
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
    let letter = hearing::parse((text, marks), language, forms, memory.as_deref_mut());
    let hearing = hearing::hear((text, marks), &letter, (language, told.is_some()), book, memory.as_deref_mut());
    judge::Judge::new(text, &letter, language, book, context, &hearing, memory).verdict()
}

//! A mail that says the same twice, as plain text and as HTML. In: its source. Out: one verdict: that of the version that most
//! programs show, and where the other differs, what is wrong with the other. Refuses to tell a fault of both twice.

use std::ops::Range;

use super::{Context, Memory, check_text, recipients, texts, told};
use crate::{
    diagnostic::{Diagnostic, LetterKind, Verdict},
    rule::{Fact, RuleBook, RuleKind},
    source::{Alternative, Mail, Mark, MarkKind, Source},
};

/// Judges both versions.
pub(super) fn check_versions(
    (source, mail): (&Source, &Mail),
    book: &RuleBook,
    context: &Context,
    mut memory: Option<&mut Memory>,
) -> Verdict {
    let mut shown = check_text((&source.text, &source.marks), book, context, memory.as_deref_mut());
    let differs = |one: &&Alternative| bare(&source.text[one.shown.clone()]) != bare(&source.text[one.other.clone()]);
    let Some(alternative) = mail.alternatives.iter().find(differs) else { return shown };
    let mut other = check_text((&source.text, &other_marks(source, mail)), book, context, memory);
    // The subject is of both: only what stands in the version itself counts.
    let tells = |verdict: &Verdict, range: &Range<usize>| {
        let inside = |place: &Range<usize>| range.start <= place.start && place.end <= range.end;
        verdict.letter == LetterKind::Termination
            && verdict.elements.get("decision").is_some_and(|places| places.iter().any(inside))
    };
    match (tells(&shown, &alternative.shown), tells(&other, &alternative.other)) {
        (true, false) => shown.diagnostics.extend(differing(source, alternative.other.start, book, context, &shown)),
        (false, true) => {
            let told = differing(source, alternative.shown.start, book, context, &other);
            other.diagnostics.extend(told);
            return other;
        }
        // What is lacking in both is told once.
        (one, _) if one || shown.letter == other.letter => merge(source, book, &mut shown, other),
        _ => {}
    }
    shown
}

/// The marks with which the other version is the one that is judged.
fn other_marks(source: &Source, mail: &Mail) -> Vec<Mark> {
    let of_neither = |mark: &&Mark| {
        let inside = |range: &Range<usize>| range.start <= mark.range.start && mark.range.end <= range.end;
        !mail.alternatives.iter().any(|one| inside(&one.shown) || inside(&one.other))
    };
    let mut marks: Vec<Mark> = source.marks.iter().filter(of_neither).cloned().collect();
    for one in &mail.alternatives {
        marks.push(Mark { range: one.shown.clone(), kind: MarkKind::Skipped });
        marks.extend(one.marks.iter().cloned());
    }
    marks.sort_by_key(|mark| mark.range.start);
    marks
}

/// One of the versions does not say at all what the other does: a stub, or another letter.
fn differing(source: &Source, at: usize, book: &RuleBook, context: &Context, verdict: &Verdict) -> Option<Diagnostic> {
    let rule = recipients::rule(Fact::Versions, book, context)?;
    let line = source.text[at..].lines().next().unwrap_or_default();
    Some(told(rule, texts(book, verdict), at..at + line.trim_end().len()))
}

/// Adds what is wrong with the other version alone, and says so of what is wrong with the shown one alone.
fn merge(source: &Source, book: &RuleBook, shown: &mut Verdict, other: Verdict) {
    let key = |diagnostic: &Diagnostic| {
        let forbids = book.rule(&diagnostic.rule).is_some_and(|rule| rule.kind == RuleKind::Forbid);
        (diagnostic.rule.clone(), if forbids { bare(&source.text[diagnostic.range.clone()]) } else { String::new() })
    };
    let texts = book.texts(&shown.messages);
    let say = |diagnostic: &mut Diagnostic, what: &str| {
        diagnostic.help.extend(texts.map(|texts| texts.ui(what).to_owned()).filter(|text| text != what));
    };
    let mut theirs: Vec<_> = other.diagnostics.into_iter().map(|diagnostic| (key(&diagnostic), diagnostic)).collect();
    for diagnostic in &mut shown.diagnostics {
        let own = key(diagnostic);
        match theirs.iter().position(|(key, _)| *key == own) {
            Some(same) => _ = theirs.remove(same),
            None => say(diagnostic, "html-only"),
        }
    }
    for (_, mut diagnostic) in theirs {
        say(&mut diagnostic, "text-only");
        shown.diagnostics.push(diagnostic);
    }
    shown.diagnostics.sort_by_key(|diagnostic| (diagnostic.range.start, diagnostic.range.end));
}

/// The letters and digits of a text: what is left when the format is taken away.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

//! In: a verdict and what the draft suppresses. Out: the verdict without what is suppressed for a reason, and with a diagnostic for
//! each suppression that has none, that names no rule, or that suppresses nothing. Refuses to let these be suppressed in their turn.

use std::ops::Range;

use crate::{
    diagnostic::{Diagnostic, LetterKind, Suppressed, Verdict},
    nearest::nearest,
    rule::RuleBook,
    source::{SUPPRESSION_WORDS, Scope, Source, Suppression},
};

/// The ids of the rules about suppressions.
const NO_REASON: &str = "suppression-without-reason";
const UNKNOWN: &str = "unknown-suppression";
const UNUSED: &str = "unused-suppression";

/// Takes out of a verdict what the draft suppresses. Of a text that is not judged nothing is said about its suppressions either.
pub(super) fn mind(mut verdict: Verdict, source: &Source, book: &RuleBook) -> Verdict {
    let suppressions = &source.declared.suppressions;
    if verdict.letter != LetterKind::Termination || suppressions.is_empty() {
        return verdict;
    }
    let sound: Vec<(&Suppression, Range<usize>)> = suppressions
        .iter()
        .filter(|one| !one.reason.is_empty() && book.rule(&one.rule).is_some())
        .map(|one| (one, reach(one, &source.text)))
        .collect();
    let mut used = vec![false; sound.len()];
    for diagnostic in std::mem::take(&mut verdict.diagnostics) {
        let is_for = |(one, reach): &(&Suppression, Range<usize>)| {
            one.rule == diagnostic.rule && touches(reach, &diagnostic.range)
        };
        let mut by = None;
        for (index, suppression) in sound.iter().enumerate().filter(|(_, suppression)| is_for(suppression)) {
            used[index] = true;
            by = by.or(Some(suppression.0));
        }
        match by {
            Some(one) => {
                verdict.suppressed.push(Suppressed { diagnostic, reason: one.reason.clone(), by: one.place.clone() });
            }
            None => verdict.diagnostics.push(diagnostic),
        }
    }
    let unused = sound.iter().zip(used).filter(|(_, used)| !used).map(|((one, _), _)| (UNUSED, *one));
    let flawed = suppressions.iter().filter_map(|one| match one {
        one if one.reason.is_empty() => Some((NO_REASON, one)),
        one if book.rule(&one.rule).is_none() => Some((UNKNOWN, one)),
        _ => None,
    });
    let told: Vec<Diagnostic> =
        unused.chain(flawed).filter_map(|(id, one)| diagnostic(id, one, &verdict.messages, book)).collect();
    verdict.diagnostics.extend(told);
    let place = |diagnostic: &Diagnostic| {
        (diagnostic.range.start, diagnostic.range.end, diagnostic.outside.as_ref().map(|place| place.start))
    };
    verdict.diagnostics.sort_by_key(place);
    verdict
}

/// Whether a suppression in this text is for what stands in this stretch of it.
pub(crate) fn covers(suppression: &Suppression, text: &str, range: &Range<usize>) -> bool {
    touches(&reach(suppression, text), range)
}

/// The stretch of the text that a suppression is for.
fn reach(suppression: &Suppression, text: &str) -> Range<usize> {
    match suppression.scope {
        Scope::Letter => 0..text.len(),
        Scope::NextLine => {
            let rest = &text[suppression.text_at.min(text.len())..];
            let start = text.len() - rest.trim_start().len();
            start..text[start..].find('\n').map_or(text.len(), |len| start + len)
        }
    }
}

/// Whether a diagnostic has a part in a stretch; an empty one also at its ends.
fn touches(reach: &Range<usize>, range: &Range<usize>) -> bool {
    if range.is_empty() {
        reach.start <= range.start && range.start <= reach.end
    } else {
        range.start < reach.end && reach.start < range.end
    }
}

/// What is said about a suppression, if the house wants to hear it.
fn diagnostic(id: &str, suppression: &Suppression, language: &str, book: &RuleBook) -> Option<Diagnostic> {
    let rule = book.rule(id).filter(|rule| rule.enabled)?;
    let text = book.texts(language).and_then(|texts| texts.rule(id)).cloned().unwrap_or_default();
    let known = book.rules().iter().map(|rule| rule.id.as_str()).chain(SUPPRESSION_WORDS.map(|(word, _)| word));
    let near = nearest(&suppression.rule, known);
    let filled = |text: &String| {
        let text = text.replace("{name}", &suppression.rule);
        near.map_or(text.clone(), |near| text.replace("{nearest}", near))
    };
    Some(Diagnostic {
        rule: id.to_owned(),
        severity: rule.severity,
        message: filled(&text.message),
        range: suppression.text_at..suppression.text_at,
        outside: Some(suppression.place.clone()),
        related: Vec::new(),
        help: text.help.iter().map(filled).filter(|help| !help.contains("{nearest}")).collect(),
        source: String::new(),
        fixes: Vec::new(),
    })
}

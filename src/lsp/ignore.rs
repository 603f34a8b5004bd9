//! In: a diagnostic of a draft. Out: the edit by which the draft itself suppresses it, with the reason left for the writer to fill in;
//! until there is one, nothing is suppressed. Refuses an edit that would change the letter or would not reach the diagnostic: what was
//! edited is read again before it is offered.

use std::ops::Range;

use super::{
    letter::Letter,
    reason::{has_header, line_end},
};
use crate::{
    diagnostic::Diagnostic,
    engine::covers,
    rule::Fact,
    source::{self, Format, SUPPRESSION_WORDS, Scope, Source, Suppression},
};

/// What is replaced in the editor's text, and by what.
pub(super) fn edit(
    text: &str,
    letter: &Letter,
    diagnostic: &Diagnostic,
    scope: Scope,
) -> Option<(Range<usize>, String)> {
    let rule = letter.house.book.rule(&diagnostic.rule)?;
    // What is said about a suppression cannot be suppressed, and what is missing stands on no line.
    if rule.fact == Some(Fact::Suppressions) || scope == Scope::NextLine && diagnostic.range.is_empty() {
        return None;
    }
    let source = &letter.source;
    // It stands there already, and waits for its reason.
    let waits = |one: &Suppression| {
        one.rule == diagnostic.rule && one.scope == scope && covers(one, &source.text, &diagnostic.range)
    };
    if source.declared.suppressions.iter().any(waits) {
        return None;
    }
    Draft { text, source }.edit(&diagnostic.rule, &diagnostic.range, scope)
}

/// The text of an editor, and what was read of it.
struct Draft<'a> {
    text: &'a str,
    source: &'a Source,
}

impl Draft<'_> {
    fn edit(&self, rule: &str, range: &Range<usize>, scope: Scope) -> Option<(Range<usize>, String)> {
        let (word, _) = SUPPRESSION_WORDS.iter().find(|(_, known)| *known == scope)?;
        let comment = format!("<!-- {word}: {rule};  -->");
        let end = line_end(self.text);
        let candidates = match self.source.format {
            Format::Mail if has_header(self.text) => match scope {
                Scope::Letter => vec![(self.header(), format!("Partwell-Allow: {rule}; {end}"))],
                // A comment in its body would reach the customer.
                Scope::NextLine => Vec::new(),
            },
            Format::Html => vec![(self.shown_from(range, scope), comment)],
            Format::Markdown => self.around_line(range, scope, &comment),
            Format::Text | Format::Mail => self.lines(range, scope, &format!("# {word}: {rule}; ")),
        };
        let suppresses = |(at, new): &(usize, String)| {
            let edited = [&self.text[..*at], new, &self.text[*at..]].concat();
            source::read(&self.source.name, edited.into_bytes(), self.source.format).is_ok_and(|read| {
                let reason = |source: &Source| source.declared.reason.as_ref().map(|(reason, _)| reason.clone());
                read.text == self.source.text
                    && read.marks == self.source.marks
                    && reason(&read) == reason(self.source)
                    && read.declared.suppressions.iter().any(|one| {
                        one.rule == rule
                            && one.scope == scope
                            && one.reason.is_empty()
                            && covers(one, &read.text, range)
                    })
            })
        };
        let (at, new) = candidates.into_iter().find(suppresses)?;
        Some((at..at, new))
    }

    /// Where the header of a mail begins; in a mailbox the line `From somebody` stands in front of it.
    fn header(&self) -> usize {
        let first = self.text.split_inclusive('\n').next().unwrap_or_default();
        if first.starts_with("From ") { first.len() } else { 0 }
    }

    /// Where the first character stands that is shown of the letter, or of the line of a stretch.
    fn shown_from(&self, range: &Range<usize>, scope: Scope) -> usize {
        let text = &self.source.text;
        let from = match scope {
            Scope::Letter => 0,
            Scope::NextLine => text[..range.start].rfind('\n').map_or(0, |at| at + 1),
        };
        self.source.map.to_source(from..text.len()).start
    }

    /// A comment on a line of its own: above that of the stretch; for the whole letter at its beginning, behind front matter.
    fn lines(&self, range: &Range<usize>, scope: Scope, comment: &str) -> Vec<(usize, String)> {
        let line = format!("{comment}{}", line_end(self.text));
        match scope {
            Scope::Letter => {
                let begin = self.text.len() - self.text.trim_start_matches('\u{feff}').len();
                std::iter::once(begin).chain(self.behind_front_matter()).map(|at| (at, line.clone())).collect()
            }
            Scope::NextLine => {
                let at = self.line_of(range);
                let indent = self.text[at..].len() - self.text[at..].trim_start_matches([' ', '\t']).len();
                vec![(at, format!("{}{line}", &self.text[at..at + indent]))]
            }
        }
    }

    /// In Markdown a line of its own would end a paragraph: there the comment stands at the end of the line above.
    fn around_line(&self, range: &Range<usize>, scope: Scope, comment: &str) -> Vec<(usize, String)> {
        let mut candidates = self.lines(range, scope, comment);
        let above = self.text[..self.line_of(range)].trim_end_matches(['\n', '\r']);
        let written = above.trim_end_matches([' ', '\\']);
        if scope == Scope::NextLine && !written.ends_with(['\n', '\r']) && !written.is_empty() {
            candidates.insert(0, (written.len(), format!(" {comment}")));
        }
        let block_begins =
            self.source.text[..range.start].rfind('\n').is_none_or(|at| self.source.text[..at].ends_with('\n'));
        if block_begins {
            candidates.reverse();
        }
        candidates
    }

    /// The beginning of the line on which a stretch begins.
    fn line_of(&self, range: &Range<usize>) -> usize {
        let at = self.source.map.to_source(range.clone()).start;
        self.text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1)
    }

    fn behind_front_matter(&self) -> Option<usize> {
        let mut lines = self.text.split_inclusive('\n');
        let first = lines.next()?;
        let closes: &[&str] = match first.trim_end() {
            "---" => &["---", "..."],
            "+++" => &["+++"],
            _ => return None,
        };
        let mut at = first.len();
        lines.find_map(|line| {
            at += line.len();
            closes.contains(&line.trim_end()).then_some(at)
        })
    }
}

//! In: a part of a letter. Out: its stretches: the part itself, or of a long one what stands between sentences that surely end, whatever
//! stands before and behind. Each can be taken apart by itself, and by itself be known again. Refuses to cut where more than the next
//! words would have to be asked.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::{Forms, sentences::SHORT_LINE};

/// Shorter parts (bytes) are not cut.
const LONG: usize = 1000;

/// A part, or a piece of a long one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Bytes of the text.
    pub range: Range<usize>,
    pub begins: Begins,
}

/// Where a stretch begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    /// With its part.
    Part,
    /// With a line of it.
    Line,
    /// In the middle of a line, behind as much of it as a line of its own never has.
    Middle,
}

/// The stretches of a part.
pub(super) fn of(text: &str, range: Range<usize>, forms: &Forms) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut rest = Stretch { range: range.clone(), begins: Begins::Part };
    if range.len() >= LONG {
        let part = &text[range.clone()];
        // The first word belongs to the first line, whatever stands before it.
        let mut line = range.start + part.find(char::is_alphanumeric).unwrap_or(0);
        let mut long = false;
        for (at, pair) in part.as_bytes().windows(2).enumerate() {
            let end = range.start + at + 1;
            let mark = matches!(pair[0], b'.' | b'!' | b'?');
            if pair[1] == b'\n' {
                if mark && ends(&text[rest.range.start..end - 1], &text[end + 1..range.end], forms) {
                    cut(&mut stretches, &mut rest, end, Begins::Line);
                }
                (line, long) = (end + 1, false);
            } else if mark && pair[1] == b' ' {
                long |= line < end && text[line..end].chars().nth(SHORT_LINE).is_some();
                if long && ends(&text[rest.range.start..end - 1], &text[end + 1..range.end], forms) {
                    cut(&mut stretches, &mut rest, end, Begins::Middle);
                }
            }
        }
    }
    stretches.push(rest);
    stretches
}

/// Takes the beginning of what is left for a stretch; one character stands between it and the next.
fn cut(stretches: &mut Vec<Stretch>, rest: &mut Stretch, end: usize, begins: Begins) {
    let range = end + 1..rest.range.end;
    let next = Stretch { range, begins };
    stretches.push(Stretch { range: rest.range.start..end, ..std::mem::replace(rest, next) });
}

/// Whether a sentence surely ends between a small plain word with one mark behind it and a capital.
fn ends(before: &str, behind: &str, forms: &Forms) -> bool {
    let above = before.trim_end_matches(char::is_alphabetic);
    let word = &before[above.len()..];
    let small = |first: char| first.is_lowercase() && !is_combining_mark(first);
    if !behind.starts_with(char::is_uppercase)
        || !(above.is_empty() || above.ends_with(char::is_whitespace))
        || !word.starts_with(small)
        || word.chars().nth(1).is_none()
    {
        return false;
    }
    let word = forms.fold_word(word);
    let has_dot =
        [&forms.abbreviations, &forms.before_number, &forms.postscripts].into_iter().any(|set| set.has(&word));
    !has_dot && forms.expansion(&word, 3).is_none()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::letter::{Letter, PartKind, sentences::Typing};

    fn english() -> Forms {
        Forms::parse(include_str!("../../rules/en/letter.toml")).expect("forms")
    }

    #[test]
    fn a_long_part_is_cut_where_sentences_surely_end() {
        let forms = english();
        let first = "We have worked for you and for your brother in all the years that we can think of. ";
        let text = format!("{}Ask Mr. No or approx. Ten of us! Why not? ok. We.\nSo be it.\nGood.", first.repeat(13));
        let found: Vec<&str> = of(&text, 0..text.len(), &forms).into_iter().map(|it| &text[it.range]).collect();
        assert_eq!(found[..13], [first.trim_end(); 13]);
        assert_eq!(found[13..], ["Ask Mr. No or approx. Ten of us!", "Why not? ok.", "We.\nSo be it.", "Good."]);
        assert_eq!(of(first, 0..first.len(), &forms).len(), 1);
    }

    proptest! {
        /// Sentences, lines of all lengths, and all that may and may not end them.
        #[test]
        fn stretches_make_up_the_part(words in prop::collection::vec(
            "[A-Z]?[a-z]{1,9}[,:]?|[a-z]{2,7}[.!?]{1,2}|[a-z]{2,5}[.!?] [A-Z][a-z]{2}|[a-z]{3}[.]\n[A-Z][a-z]{3,20}|\n|  \n |\"|'[a-z]{3}[.]'|[A-Z][.]|[0-9]{1,2}[.]|mr[.]|e[.]g[.]|ps[.]|can't[.]|www[.]x[.]org[.]|\\(a[.]\\)|ж{3}[.]|-",
            150..400,
        ), small in any::<bool>(), width in prop::sample::select(vec![60, 72, 90, usize::MAX - 1])) {
            let forms = english();
            let text = words.join(" ").trim().to_owned();
            let typing = Typing { small_letters: small, width };
            let (mut whole, mut pieces) = (Letter::default(), Letter::default());
            let all = Stretch { range: 0..text.len(), begins: Begins::Part };
            let widths = whole.add_stretch(&text, PartKind::Body, all, &forms, typing);
            let mut common = 0..usize::MAX;
            for stretch in of(&text, 0..text.len(), &forms) {
                let widths = pieces.add_stretch(&text, PartKind::Body, stretch, &forms, typing);
                common = common.start.max(widths.start)..common.end.min(widths.end);
            }
            let ranges = |letter: &Letter| letter.sentences.iter().map(|it| it.range.clone()).collect::<Vec<_>>();
            prop_assert_eq!(ranges(&pieces), ranges(&whole), "{}", text);
            prop_assert_eq!(pieces.tokens, whole.tokens);
            prop_assert_eq!(pieces.folded, whole.folded);
            prop_assert_eq!(common, widths);
        }
    }
}

//! In: the tokens of one part, or of a stretch of it. Out: where its sentences end. Refuses to look beyond.

use std::ops::Range;

use super::{Forms, Token, TokenKind, Written, stretches::Begins};

/// How a text is typed, which says what its line breaks and its small letters mean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Typing {
    /// It hardly uses capitals: a dot before a small letter ends a sentence.
    pub small_letters: bool,
    /// The width in characters to which its lines are wrapped; more than any line has where they are not.
    pub width: usize,
}

/// The sentences of a part.
pub(super) struct Split {
    /// Stretches of its tokens.
    pub sentences: Vec<Range<usize>>,
    /// In texts that are wrapped to these widths they are the same.
    pub widths: Range<usize>,
}

/// To so many characters lines are wrapped, if their longest has so many.
const LINES: Range<usize> = 50..101;
/// The width of a text that is not wrapped.
const UNWRAPPED: usize = usize::MAX - 1;
/// Lines shorter than this (characters) may be lines of their own.
pub(super) const SHORT_LINE: usize = 50;

/// Splits the tokens of a part, or of a stretch that begins like this, into sentences.
pub(super) fn split(
    text: &str,
    (tokens, begins): (&[Token], Begins),
    folded: &str,
    forms: &Forms,
    typing: Typing,
) -> Split {
    let mut splitter = Splitter { text, tokens, folded, forms, typing, widths: 0..usize::MAX };
    let mut sentences = Vec::new();
    let (mut start, mut at) = (0, 0);
    // None where so much stands before it in its line that the line is none of its own.
    let mut line_start = tokens.first().filter(|_| begins != Begins::Middle).map(|token| token.range.start);
    while at < tokens.len() {
        let mut end = splitter.end_at(start, at);
        let last = end.unwrap_or(at);
        let gap = splitter.gap(last);
        if let Some(newline) = gap.bytes().rposition(|byte| byte == b'\n') {
            if end.is_none() && splitter.line_is_own(line_start, at) {
                end = Some(at);
            }
            line_start = Some(tokens[last].range.end + newline + 1);
        }
        if let Some(last) = end {
            sentences.push(start..last + 1);
            start = last + 1;
        }
        at = last + 1;
    }
    if start < tokens.len() {
        sentences.push(start..tokens.len());
    }
    Split { sentences, widths: splitter.widths }
}

struct Splitter<'a> {
    text: &'a str,
    tokens: &'a [Token],
    folded: &'a str,
    forms: &'a Forms,
    typing: Typing,
    /// The widths that would have been minded as this one was.
    widths: Range<usize>,
}

impl Splitter<'_> {
    fn word(&self, at: usize) -> &str {
        &self.folded[self.tokens[at].folded.clone()]
    }

    /// What stands between a token and the next.
    fn gap(&self, at: usize) -> &str {
        match self.tokens.get(at + 1) {
            Some(next) => &self.text[self.tokens[at].range.end.min(next.range.start)..next.range.start],
            None => "",
        }
    }

    /// The last token of the sentence that the mark at `at` ends, if it ends one.
    fn end_at(&self, start: usize, at: usize) -> Option<usize> {
        let token = &self.tokens[at];
        if token.kind != TokenKind::Punct || !is_terminal(self.word(at)) {
            return None;
        }
        let mut last = at;
        let mut closed = false;
        while last + 1 < self.tokens.len() && self.gap(last).is_empty() && self.closes(last + 1) {
            last += 1;
            closed |= !is_terminal(self.word(last));
        }
        let Some(next) = self.tokens.get(last + 1) else { return Some(last) };
        let mark = self.word(at);
        let first = self.text[next.range.clone()].chars().next().unwrap_or(' ');
        if !self.gap(last).contains(char::is_whitespace) {
            return (last == at && mark == "." && self.space_forgotten(at)).then_some(last);
        }
        let strong = self.tokens[at..=last].iter().any(|t| matches!(&self.folded[t.folded.clone()], "!" | "?"));
        let small = if next.kind == TokenKind::Quote { self.small_behind(last + 1) } else { first.is_lowercase() };
        let goes_on = match mark {
            _ if strong => closed && small,
            "..." => small,
            _ => (small && !self.typing.small_letters) || (last == at && self.dot_belongs_to_word(start, at, first)),
        };
        (!goes_on).then_some(last)
    }

    /// Whether the token is a further mark at the end of a sentence: "?!", a closing quote or bracket.
    fn closes(&self, at: usize) -> bool {
        match self.tokens[at].kind {
            // A quote that is followed by a letter opens.
            TokenKind::Quote => {
                self.tokens.get(at + 1).is_none() || !self.gap(at).is_empty() || self.closes_before_mark(at)
            }
            TokenKind::Punct => is_terminal(self.word(at)) || matches!(self.word(at), ")" | "]" | "}"),
            TokenKind::Word | TokenKind::Number => false,
        }
    }

    fn closes_before_mark(&self, at: usize) -> bool {
        self.tokens.get(at + 1).is_some_and(|next| next.kind == TokenKind::Punct)
    }

    fn small_behind(&self, quote: usize) -> bool {
        let first = self.tokens.get(quote + 1).and_then(|token| self.text[token.range.clone()].chars().next());
        first.is_some_and(char::is_lowercase)
    }

    /// "We are done.Please pay": a dot between a small word and a capitalised one.
    fn space_forgotten(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).map(|before| &self.tokens[before]) else { return false };
        let after = &self.tokens[at + 1];
        before.is_word()
            && before.range.end == self.tokens[at].range.start
            && before.written == Written::Lower
            && before.range.len() > 2
            && after.kind == TokenKind::Word
            && after.written == Written::Capital
    }

    /// Whether the dot belongs to an abbreviation, an initial or the number of a list.
    fn dot_belongs_to_word(&self, start: usize, at: usize, next: char) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        let token = &self.tokens[before];
        if before < start || token.range.end != self.tokens[at].range.start {
            return false;
        }
        let word = self.word(before);
        match token.kind {
            TokenKind::Number => {
                let digits = word.len() <= 3 && word.bytes().all(|b| b.is_ascii_digit());
                // "31. 12. 2025." and "31. marta" where ordinals have dots.
                let ordinal = next.is_lowercase() || (digits && word.len() <= 2 && next.is_ascii_digit());
                (before == start && digits) || (self.forms.ordinal_dot && ordinal)
            }
            TokenKind::Word => {
                let initial = token.written == Written::Capital && word.chars().nth(1).is_none();
                // "PS. The keys ...": the label belongs to its sentence.
                let label = before == start && self.forms.postscripts.has(&word.replace('.', ""));
                label
                    || self.forms.abbreviations.has(word)
                    || (self.forms.before_number.has(word) && (next.is_numeric() || "<[{#".contains(next)))
                    || (initial && next.is_uppercase() && !self.forms.one_letter.has(word))
            }
            TokenKind::Punct | TokenKind::Quote => false,
        }
    }

    /// Whether the line that ends with this token is a line of its own and not one of wrapped text.
    fn line_is_own(&mut self, line_start: Option<usize>, at: usize) -> bool {
        let token = &self.tokens[at];
        let next = &self.tokens[at + 1];
        let word = self.word(at);
        if word == ":" {
            return true;
        }
        let last_word = self.forms.clauses.at(0, |i| (i == 0).then_some(word)).is_some();
        if word == "," || (last_word && token.kind == TokenKind::Word) {
            return false;
        }
        let first = self.text[next.range.clone()].chars().next().unwrap_or(' ');
        if first.is_lowercase() && !self.typing.small_letters {
            return false;
        }
        let Some(line_start) = line_start else { return false };
        let length = self.text[line_start.min(token.range.end)..token.range.end].chars().count();
        let behind = self.text[next.range.clone()].chars().count();
        if length >= SHORT_LINE {
            return false;
        }
        // Where the next word had its place in the line, the line was ended on purpose.
        let place = length + 1 + behind;
        let has_place = place < self.typing.width;
        if has_place {
            self.widths.start = self.widths.start.max(place + 1);
        } else {
            self.widths.end = self.widths.end.min(place + 1);
        }
        has_place
    }
}

fn is_terminal(mark: &str) -> bool {
    matches!(mark, "." | "!" | "?" | "...")
}

impl Typing {
    /// Looks at a text, quoted lines left out.
    pub fn of(text: &str, forms: &Forms) -> Self {
        let own = || text.lines().filter(|line| !line.trim_start().starts_with('>'));
        let mut longest = 0;
        for line in own().filter(|line| line.len() >= LINES.start) {
            longest = line.chars().count().max(longest);
            if longest >= LINES.end {
                break;
            }
        }
        let small = behind_dots(text, forms, char::is_lowercase).count();
        // Capitals behind dots are many: no more are looked at than are needed to outweigh the small letters.
        let large = || behind_dots(text, forms, |c| !c.is_lowercase()).take(small / 2 + 1).count();
        let begins_small = || own().flat_map(str::chars).find(|c| c.is_alphabetic()).is_some_and(char::is_lowercase);
        let small_letters = small > 0 && small >= 2 * large() && (small > 1 || begins_small());
        Self { small_letters, width: if LINES.contains(&longest) { longest } else { UNWRAPPED } }
    }
}

/// The letters of one kind that stand behind dots that may end a sentence, quoted lines left out.
fn behind_dots(text: &str, forms: &Forms, kind: impl Fn(char) -> bool) -> impl Iterator<Item = char> {
    let (mut line, mut seen) = (0, 0);
    text.match_indices('.').filter_map(move |(dot, _)| {
        let behind = text[dot + 1..].strip_prefix(' ')?;
        let next = behind.chars().take_while(|c| *c != '\n').find(|c| !c.is_whitespace())?;
        if !next.is_alphabetic() || !kind(next) || belongs_to_word(&text[..dot], forms) {
            return None;
        }
        line = text[seen..dot].rfind('\n').map_or(line, |end| seen + end + 1);
        seen = dot;
        (!text[line..].trim_start().starts_with('>')).then_some(next)
    })
}

/// Whether a dot behind this text is likely to belong to its last word.
fn belongs_to_word(before: &str, forms: &Forms) -> bool {
    // Abbreviations are short: what is longer than this is none.
    let tail = before.char_indices().rev().take(12).take_while(|(_, c)| !c.is_whitespace()).last();
    let Some((from, _)) = tail else { return true };
    let word = forms.fold_word(before[from..].trim_start_matches(|c: char| !c.is_alphanumeric()));
    word.chars().nth(1).is_none()
        || word.ends_with('.')
        || word.chars().any(char::is_numeric)
        || forms.abbreviations.has(&word)
        || forms.before_number.has(&word)
}

#[cfg(test)]
mod tests {
    use crate::letter::{Forms, Letter};

    fn sentences(forms: &Forms, text: &str) -> Vec<String> {
        let letter = Letter::parse(text, &[], forms);
        letter.sentences.iter().map(|sentence| text[sentence.range.clone()].replace('\n', " ")).collect()
    }

    #[test]
    fn sentences_end_where_they_do() {
        let forms = Forms::parse(include_str!("../../rules/en/letter.toml")).unwrap();
        for expected in [
            "We are done.|It is over.",
            "Mr. Smith and Dr. No left.|So did J. R. Smith.",
            "It weighs 3.5 tons.|We said so.",
            "The answer is no.|We told you.",
            "See invoice no. 12 of May.|Pay it.",
            "\u{201c}We are done.\u{201d}|He left.",
            "\"Why?\" you ask.|Because.",
            "You (and others.)|We",
            "Well... it is over.|Well...|It is over.",
            "Stop!!!|We mean it?!|Yes.",
            "It was you, e.g. on Monday.|We, i.e. The Firm, left.",
            "It is between you and I.|We know.",
            "We are done.Please pay.",
            "ok. we see him",
            "This is Acme Ltd. of Leeds.|Good.",
            "We wish you, Grace and the team well\u{2026}|Bye.",
        ] {
            let text = expected.replace('|', " ");
            let wanted: Vec<&str> = expected.split('|').collect();
            let body = format!("Dear Tom,\n\n{text}");
            let found = sentences(&forms, &body);
            match expected {
                "ok. we see him" => assert_eq!(found[1..], ["ok. we see him"], "one dot does not make a chatty text"),
                "We are done.Please pay." => assert_eq!(found[1..], ["We are done.", "Please pay."]),
                _ => assert_eq!(found[1..], wanted),
            }
        }
        assert_eq!(sentences(&forms, "ok. see you then. bye. done now"), ["ok.", "see you then.", "bye.", "done now"]);
    }

    #[test]
    fn lines_end_sentences_where_they_are_lines_of_their_own() {
        let forms = Forms::parse("language = 'en'\nname = 'English'").unwrap();
        let wide = "This is a line of a paragraph that was wrapped at some seventy-two";
        for (text, count) in [
            ("We stop on Friday\nYour keys are at the desk\nCall us any time you like", 3),
            ("What happens now:\nyou get the files", 2),
            ("We stop all the work on your two sites,\nAnna and I will both come for the keys", 1),
            (&*format!("{wide}\ncolumns and goes on to say that we stop\nworking for you."), 1),
            (&*format!("{wide}\nShort line\nAnother one"), 2),
        ] {
            assert_eq!(sentences(&forms, &format!("Tom,\n\n{text}")).len(), 1 + count, "{text}");
        }
    }

    #[test]
    fn ordinal_dots_end_nothing() {
        let forms = Forms::parse(
            "language = 'sr'\nname = 'Srpski'\n[sentences]\nordinal-dot = true\nabbreviations = ['d.o.o']",
        )
        .unwrap();
        let text = "od 1. novembra 2026. prestajemo da radimo. javi se. hvala";
        assert_eq!(sentences(&forms, text).len(), 3);
        assert_eq!(sentences(&forms, "Od 1. novembra 2026. Prestajemo.").len(), 2);
    }
}

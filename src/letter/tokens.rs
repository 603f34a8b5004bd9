//! In: a stretch of text. Out: its words, numbers and marks in folded form, with their places. Refuses to say where a
//! sentence ends.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::ends::{address_end, char_at, is_word_char, number_end, plain_word_end, run_end, word_end};
use super::fold::{is_apostrophe, is_ignorable};
use super::{Forms, Head, Token, TokenKind, Written};

/// Appends the tokens of `range` and their folded words.
pub(super) fn scan(text: &str, range: Range<usize>, forms: &Forms, out: &mut Vec<Token>, folded: &mut String) {
    let text = &text[..range.end];
    let mut scanner = Scanner { text, forms, out, folded, start: range.start };
    let mut at = range.start;
    while at < text.len() {
        at = scanner.step(at);
    }
}

/// The first folded words of `range`, so many or some more.
pub(super) fn first_words(text: &str, range: Range<usize>, forms: &Forms, count: usize) -> Vec<String> {
    let text = &text[..range.end];
    let (mut out, mut folded) = (Vec::new(), String::new());
    let mut scanner = Scanner { text, forms, out: &mut out, folded: &mut folded, start: range.start };
    let mut at = range.start;
    while at < text.len() && scanner.out.iter().filter(|token| token.is_word()).count() < count {
        at = scanner.step(at);
    }
    out.iter().filter(|token| token.is_word()).map(|token| folded[token.folded.clone()].to_owned()).collect()
}

struct Scanner<'a> {
    text: &'a str,
    forms: &'a Forms,
    out: &'a mut Vec<Token>,
    folded: &'a mut String,
    start: usize,
}

impl Scanner<'_> {
    /// Takes one token (or what is between tokens) at `at`; gives where it ends.
    fn step(&mut self, at: usize) -> usize {
        match self.text.as_bytes()[at] {
            b' ' | b'\n' => return at + 1,
            b'A'..=b'Z' | b'a'..=b'z' => {
                if let Some(end) = plain_word_end(self.text.as_bytes(), at) {
                    let from = self.folded.len();
                    self.forms.folding.fold_plain_into(&self.text[at..end], self.folded);
                    self.push_folded(at..end, from);
                    return end;
                }
            }
            _ => {}
        }
        let Some(first) = char_at(self.text, at) else { return self.text.len() };
        let next = at + first.len_utf8();
        if first.is_whitespace() || (!first.is_ascii() && (is_ignorable(first) || is_combining_mark(first))) {
            return next;
        }
        if let Some(end) = address_end(self.text, at) {
            self.push_word(at..end);
            return end;
        }
        if first.is_numeric() {
            let (end, from) = (number_end(self.text, at), self.folded.len());
            let number = &self.text[at..end];
            if number.is_ascii() {
                self.push(at..end, TokenKind::Number, number);
                self.folded[from..].make_ascii_lowercase();
            } else {
                self.push(at..end, TokenKind::Number, &number.to_lowercase());
            }
            return end;
        }
        if is_word_char(first) {
            let end = self.currency_end(at).unwrap_or_else(|| word_end(self.text, at));
            self.push_word(at..end);
            return end;
        }
        self.mark(at, first)
    }

    /// Where the name of a currency ends that stands tight before its amount: `RM2,000`.
    fn currency_end(&self, at: usize) -> Option<usize> {
        let rest = &self.text[at..];
        let length = rest.bytes().take_while(u8::is_ascii_uppercase).count();
        let tight = (1..=4).contains(&length) && rest[length..].starts_with(|next: char| next.is_ascii_digit());
        (tight && self.forms.currency().contains(&rest[..length].to_ascii_lowercase())).then_some(at + length)
    }

    /// Takes a mark that is neither letter nor digit.
    fn mark(&mut self, at: usize, mark: char) -> usize {
        let next = at + mark.len_utf8();
        let before = self.text[self.start..at].chars().next_back();
        let after = char_at(self.text, next);
        let touches = |side: Option<char>| side.is_some_and(is_word_char);
        let tight = touches(before) && touches(after);
        let blank = |side: Option<char>| side.is_none_or(char::is_whitespace);
        let spaced = blank(before) || blank(after);
        let (kind, folded, ends_clause, end) = match mark {
            '-' | '\u{2010}' | '\u{2011}' if tight => return next,
            '-' | '\u{2010}' | '\u{2011}' => {
                let end = run_end(self.text, at, '-').max(next);
                (TokenKind::Punct, "-", end - at > 1 || (!touches(before) && !touches(after)), end)
            }
            '–' | '‒' | '−' => (TokenKind::Punct, "-", !tight, next),
            '—' | '―' => (TokenKind::Punct, "-", true, next),
            '…' => (TokenKind::Punct, "...", false, run_end(self.text, at, '…')),
            '.' => match run_end(self.text, at, '.') {
                end if end - at > 1 => (TokenKind::Punct, "...", false, end),
                _ => (TokenKind::Punct, ".", false, next),
            },
            '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '＂' => (TokenKind::Quote, "\"", false, next),
            '‚' | '‹' | '›' => (TokenKind::Quote, "'", false, next),
            _ if is_apostrophe(mark) => (TokenKind::Quote, "'", false, next),
            '*' | '_' if !spaced || touches(before) || touches(after) => {
                (TokenKind::Quote, &self.text[at..next], false, next)
            }
            ',' | ';' | ':' | '(' | ')' | '!' | '?' => (TokenKind::Punct, &self.text[at..next], true, next),
            _ => (TokenKind::Punct, &self.text[at..next], false, next),
        };
        self.push(at..end, kind, folded);
        if ends_clause {
            self.out.last_mut().expect("a token was pushed").ends_clause = true;
        }
        end
    }

    fn push_word(&mut self, range: Range<usize>) {
        let from = self.folded.len();
        self.forms.folding.fold_into(&self.text[range.clone()], self.folded);
        self.push_folded(range, from);
    }

    /// Takes a word whose folded form has been added, apart where it is a contraction.
    fn push_folded(&mut self, range: Range<usize>, from: usize) {
        let word = &self.text[range.clone()];
        let written = written(word);
        let bare = self.forms.folding.optional_diacritics && word.is_ascii();
        if let Some(pieces) = self.forms.expansion(&self.folded[from..], 3) {
            self.folded.truncate(from);
            for piece in pieces {
                self.push(range.clone(), TokenKind::Word, &piece);
                self.finish(written, bare);
            }
        } else {
            let folded = from..self.folded.len();
            self.out.push(token(range, folded, TokenKind::Word));
            self.finish(written, bare);
        }
    }

    fn finish(&mut self, written: Written, bare: bool) {
        let token = self.out.last_mut().expect("a token was pushed");
        token.written = written;
        token.bare = bare;
    }

    fn push(&mut self, range: Range<usize>, kind: TokenKind, folded: &str) {
        let from = self.folded.len();
        self.folded.push_str(folded);
        self.out.push(token(range, from..self.folded.len(), kind));
    }
}

const fn token(range: Range<usize>, folded: Range<usize>, kind: TokenKind) -> Token {
    Token {
        range,
        folded,
        kind,
        written: Written::Lower,
        bare: false,
        clause: 0,
        head: Head::Main,
        ends_clause: false,
        negated: false,
    }
}

/// How the letters of a word are written.
fn written(word: &str) -> Written {
    let mut letters = word.chars().filter(|letter| letter.is_alphabetic());
    match letters.next() {
        Some(first) if first.is_uppercase() => {
            let mut more = letters.peekable();
            if more.peek().is_some() && more.all(char::is_uppercase) { Written::Caps } else { Written::Capital }
        }
        _ => Written::Lower,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanned(text: &str) -> (Vec<Token>, String) {
        let forms = Forms::parse(include_str!("../../rules/en/letter.toml")).unwrap();
        let (mut tokens, mut folded) = (Vec::new(), String::new());
        scan(text, 0..text.len(), &forms, &mut tokens, &mut folded);
        (tokens, folded)
    }

    /// Folded words; numbers as `#..`, marks as they are, quotes as `q`.
    fn shown(text: &str) -> String {
        let (tokens, folded) = scanned(text);
        let show = |token: &Token| match token.kind {
            TokenKind::Number => format!("#{}", &folded[token.folded.clone()]),
            TokenKind::Quote => "q".to_owned(),
            _ => folded[token.folded.clone()].to_owned(),
        };
        tokens.iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn tokens_are_what_they_should_be() {
        for (text, wanted) in [
            ("Don\u{2019}t, I'm", "do not , i am"),
            ("couldn't've Tom's clients' 'quoted'", "could not have tom 's clients q q quoted q"),
            ("no-show no\u{2011}show co\u{ad}operate", "no show no show cooperate"),
            ("a - b \u{2014} c -- d pre- and", "a - b - c - d pre - and"),
            (
                "8,412.50 1.234,56 14th 31.12.2026 2026-12-31 31/12/26 17:00 5pm",
                "#8,412.50 #1.234,56 #14th #31.12.2026 #2026-12-31 #31/12/26 #17:00 #5pm",
            ),
            (
                "98% \u{a3}450 10-15 48-hour 31.12.2026\u{433}. 5,000,",
                "#98 % \u{a3} #450 #10 #15 #48 hour #31.12.2026 \u{433} . #5,000 ,",
            ),
            (
                "Write to a.b@x-y.org, see https://x.org/a?b=c. Or www.x.org!",
                "write to a.b@x-y.org , see https://x.org/a?b=c . or www.x.org !",
            ),
            ("Wait... what\u{2026} e.g. this. p.s. U.S.", "wait ... what ... e.g . this . p.s . u.s ."),
            ("\u{201e}so\u{201c} \u{ab}so\u{bb} *very* _very_ * item", "q so q q so q q very q q very q * item"),
            ("f**k @home first_name [Name]", "f**k @ home first_name [ name ]"),
            ("GBP2,000 USD1.5 A4", "gbp #2,000 usd #1.5 a4"),
            ("e\u{301}te\u{301}?!", "\u{e9}t\u{e9} ? !"),
        ] {
            assert_eq!(shown(text), wanted);
        }
    }

    #[test]
    fn contractions_share_the_place_of_the_written_word() {
        let (tokens, _) = scanned("you won't");
        assert_eq!(tokens[1].range, 4..9);
        assert_eq!(tokens[2].range, 4..9);
    }

    #[test]
    fn the_way_of_writing_is_kept() {
        use Written::{Capital, Caps, Lower};
        let (tokens, _) = scanned("STOP Stop stop I A4 \u{41d}\u{415}\u{422} DON'T");
        let written: Vec<Written> = tokens.iter().map(|token| token.written).collect();
        assert_eq!(written, [Caps, Capital, Lower, Capital, Capital, Caps, Caps, Caps]);
    }
}

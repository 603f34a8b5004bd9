//! In: a stretch of text. Out: its words, numbers and marks in folded form, with their places. Refuses to say where a
//! sentence ends.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::fold::{is_apostrophe, is_ignorable};
use super::{Forms, Head, Token, TokenKind, Written};

/// Longest part of an e-mail address on each side of the `@`, in bytes: keeps the search for one short.
const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 255;

/// Appends the tokens of `range` and their folded words.
pub(super) fn scan(text: &str, range: Range<usize>, forms: &Forms, out: &mut Vec<Token>, folded: &mut String) {
    let text = &text[..range.end];
    let mut scanner = Scanner { text, forms, out, folded, start: range.start };
    let mut at = range.start;
    while at < text.len() {
        at = scanner.step(at);
    }
}

/// The first folded word of `range`.
pub(super) fn first_word(text: &str, range: Range<usize>, forms: &Forms) -> Option<String> {
    let text = &text[..range.end];
    let (mut out, mut folded) = (Vec::new(), String::new());
    let mut scanner = Scanner { text, forms, out: &mut out, folded: &mut folded, start: range.start };
    let mut at = range.start;
    while at < text.len() && !scanner.out.iter().any(Token::is_word) {
        at = scanner.step(at);
    }
    out.iter().find(|token| token.is_word()).map(|token| folded[token.folded.clone()].to_owned())
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
            let end = number_end(self.text, at);
            self.push(at..end, TokenKind::Number, &self.text[at..end].to_lowercase());
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

    /// Takes a word, apart where it is a contraction.
    fn push_word(&mut self, range: Range<usize>) {
        let word = &self.text[range.clone()];
        let from = self.folded.len();
        self.forms.folding.fold_into(word, self.folded);
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

fn char_at(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

/// A character that makes a word together with letters.
fn is_word_char(letter: char) -> bool {
    if letter.is_ascii() { letter.is_ascii_alphanumeric() } else { letter.is_alphanumeric() }
}

/// The end of a run of one mark.
fn run_end(text: &str, at: usize, mark: char) -> usize {
    text.len() - text[at..].trim_start_matches(mark).len()
}

/// The end of the word that begins at `at`.
fn word_end(text: &str, start: usize) -> usize {
    let mut at = start;
    let mut piece = 0;
    loop {
        let plain = text.as_bytes()[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        at += plain;
        piece += plain;
        let Some(letter) = char_at(text, at) else { break };
        let next = at + letter.len_utf8();
        if is_word_char(letter) {
            piece += 1;
        } else if letter == '*' {
            // A curse with its vowels struck out is one word.
            let end = run_end(text, at, '*');
            let letters = |side: Option<char>| side.is_some_and(char::is_alphabetic);
            if end - at > 6 || !letters(char_at(text, end)) {
                break;
            }
            at = end;
            continue;
        } else if letter == '.' {
            // "e.g.", "т.д.": single letters with dots between them are one word.
            let mut behind = text[next..].chars();
            let single = behind.next().is_some_and(char::is_alphabetic) && !behind.next().is_some_and(is_word_char);
            if piece != 1 || !single {
                break;
            }
            piece = 0;
        } else if is_apostrophe(letter) || letter == '_' {
            if !char_at(text, next).is_some_and(is_word_char) {
                break;
            }
        } else if letter.is_ascii() || !(is_ignorable(letter) || is_combining_mark(letter)) {
            break;
        }
        at = next;
    }
    at
}

/// The end of the number that begins at `start`: digits, separators between digits, and letters tied to it.
fn number_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    if let Some(end) = hyphenated_date_end(bytes, start) {
        return end;
    }
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = start;
    let mut separators = 0;
    while let Some(letter) = char_at(text, at) {
        let next = at + letter.len_utf8();
        let separates = matches!(letter, '.' | ',' | ':' | '/' | '\'' | '’') && digit(next);
        if separates {
            separators += 1;
        } else if !letter.is_numeric() {
            break;
        }
        at = next;
    }
    // "14th", "5pm"; but not the word for "year" tied to a whole date.
    if separators < 2 {
        at += text[at..].find(|letter: char| !letter.is_alphabetic()).unwrap_or(text.len() - at);
    }
    at
}

/// The end of `2026-12-31` or `31-12-2026`.
fn hyphenated_date_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    let mut lengths = [0usize; 3];
    for (i, length) in lengths.iter_mut().enumerate() {
        if i > 0 {
            (bytes.get(at) == Some(&b'-')).then_some(())?;
            at += 1;
        }
        while *length < 5 && bytes.get(at).is_some_and(u8::is_ascii_digit) {
            *length += 1;
            at += 1;
        }
    }
    matches!(lengths, [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 2 | 4]).then_some(at)
}

/// The end of an e-mail address or a URL that begins at `at`.
fn address_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text.as_bytes()[at..];
    let starts = |with: &str| rest.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with.as_bytes()));
    let may_start = rest.first().is_some_and(|first| b"hwmHWM".contains(first));
    if may_start && ["http://", "https://", "www.", "mailto:"].into_iter().any(starts) {
        let end = text[at..].find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '»' | '”' | '“'));
        let stretch = &text[at..end.map_or(text.len(), |end| at + end)];
        let kept = stretch.trim_end_matches(|c: char| ".,;:!?)]}'’*_…".contains(c));
        return Some(at + kept.len());
    }
    let in_local = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-');
    let local = rest.iter().take(LONGEST_LOCAL + 1).position(|&byte| !in_local(byte))?;
    if local == 0 || rest[local] != b'@' {
        return None;
    }
    let domain = &rest[local + 1..];
    let length =
        domain.iter().take(LONGEST_DOMAIN).take_while(|b| b.is_ascii_alphanumeric() || b".-".contains(b)).count();
    let length = length - domain[..length].iter().rev().take_while(|b| b".-".contains(b)).count();
    domain[..length].contains(&b'.').then_some(at + local + 1 + length)
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

//! Which language a text is in, from its most frequent short words and from letters that hardly any other language has. In: the
//! forms of all languages; words. Out: the code of a language. Refuses to guess where too few words are known.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Forms;
use crate::flat::{Dictionary, Lists, short};

/// Knows the frequent words of all languages at once: a word is looked up once, however many languages there are.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Recogniser {
    names: Vec<String>,
    /// For each word the number of what it counts.
    words: Dictionary,
    counts: Lists<Count>,
    letters: FxHashMap<char, Vec<usize>>,
}

/// What a word counts for a language.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned,
)]
#[repr(C)]
struct Count {
    language: u8,
    score: i8,
}

/// How well each language fits a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fit {
    scores: Vec<i32>,
    words: i32,
}

impl Fit {
    /// Adds how well the languages fit more words of the text.
    pub fn add(&mut self, more: &Fit) {
        self.scores.resize(more.scores.len().max(self.scores.len()), 0);
        self.scores.iter_mut().zip(&more.scores).for_each(|(score, more)| *score += more);
        self.words += more.words;
    }

    /// How many words were looked at.
    #[must_use]
    pub const fn words(&self) -> i32 {
        self.words
    }
}

/// What a frequent word counts, a word with one of the language's own letters, and one that speaks against it.
const FREQUENT: i8 = 2;
const LETTERED: i32 = 3;
const AGAINST: i8 = -6;
/// What three frequent words more count.
const SEVERAL: i32 = 6;
/// The score that a text must reach for each hundred words.
const ENOUGH: i32 = 42;

impl Recogniser {
    /// A recogniser of these languages, of the first 256.
    #[must_use]
    pub fn new<'f>(languages: impl Iterator<Item = (&'f str, &'f Forms)>) -> Self {
        let mut recogniser = Recogniser::default();
        let mut counts: BTreeMap<String, Vec<Count>> = BTreeMap::new();
        for (language, (name, forms)) in (0..=u8::MAX).zip(languages) {
            recogniser.names.push(name.to_owned());
            let recognise = forms.recognise();
            let mut add = |words: &[String], score| {
                for word in words {
                    counts.entry(word.to_lowercase()).or_default().push(Count { language, score });
                }
            };
            add(&recognise.words, FREQUENT);
            add(&recognise.against, AGAINST);
            for letter in recognise.letters.chars() {
                recogniser.letters.entry(letter).or_default().push(language.into());
            }
        }
        let mut known = BTreeMap::new();
        let mut number = |of: Vec<Count>| {
            let lists = &mut recogniser.counts;
            *known.entry(of).or_insert_with_key(|of| short(lists.push(of)))
        };
        let words: BTreeMap<String, u32> = counts.into_iter().map(|(word, of)| (word, number(of))).collect();
        recogniser.words = Dictionary::new(&words);
        recogniser
    }

    /// How well the languages fit these words.
    #[must_use]
    pub fn fit<'t>(&self, words: impl Iterator<Item = &'t str>) -> Fit {
        let mut fit = Fit { scores: vec![0; self.names.len()], words: 0 };
        let mut lower = String::new();
        let mut lettered = vec![false; self.names.len()];
        let plain_letters = self.letters.keys().any(char::is_ascii);
        for word in words {
            fit.words += 1;
            let plain = word.is_ascii();
            let lower = if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
                word
            } else {
                lower.clear();
                if plain {
                    lower.push_str(word);
                    lower.make_ascii_lowercase();
                } else {
                    lower.extend(word.chars().flat_map(char::to_lowercase));
                }
                &lower
            };
            for count in self.words.get(lower).into_iter().flat_map(|number| self.counts.get(number as usize)) {
                fit.scores[usize::from(count.language)] += i32::from(count.score);
            }
            if plain && !plain_letters {
                continue;
            }
            lettered.fill(false);
            for language in lower.chars().filter_map(|letter| self.letters.get(&letter)).flatten() {
                lettered[*language] = true;
            }
            for (score, _) in fit.scores.iter_mut().zip(&lettered).filter(|(_, lettered)| **lettered) {
                *score += LETTERED;
            }
        }
        fit
    }

    /// The language that fits best, if it fits well enough; of equals the first.
    #[must_use]
    pub fn best(&self, fit: &Fit) -> Option<&str> {
        let best = fit.scores.iter().enumerate().reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.filter(|(_, score)| **score > 0 && **score * 100 >= fit.words * ENOUGH)
            .map(|(number, _)| self.names[number].as_str())
    }

    /// Whether a language fits a text at least twice as well as another one, and by some words more: a chance word is none.
    #[must_use]
    pub fn is_clearly(&self, fit: &Fit, language: &str, other: &str) -> bool {
        let score =
            |name: &str| self.names.iter().position(|known| known == name).map_or(0, |number| fit.scores[number]);
        score(language) >= 2 * score(other).max(0) + SEVERAL
    }
}

/// The words of a text: runs of letters, digits and apostrophes, with a letter among them. Lines that quote other people's mail are left out.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut lines = text.split('\n').filter(|line| !line.trim_start().starts_with('>'));
    let (mut line, mut at) = ("", 0);
    std::iter::from_fn(move || {
        loop {
            let Some((start, end, kind)) = run(line, at) else {
                (line, at) = (lines.next()?, 0);
                continue;
            };
            at = end;
            if kind == Kind::Letter {
                return line.get(start..end);
            }
        }
    })
}

/// What a character is to a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// It stands between words.
    Other,
    /// A digit or an apostrophe: it belongs to a word, but is none by itself.
    Sign,
    Letter,
}

impl Kind {
    fn of(c: char) -> Kind {
        match c {
            _ if c.is_alphabetic() => Kind::Letter,
            _ if c.is_numeric() || c == '\'' => Kind::Sign,
            _ => Kind::Other,
        }
    }
}

/// The kinds of the characters of ASCII; none for the bytes of others.
const KINDS: [Option<Kind>; 256] = {
    let mut kinds = [None; 256];
    let mut at: u8 = 0;
    while at < 128 {
        kinds[at as usize] = Some(if at.is_ascii_alphabetic() {
            Kind::Letter
        } else if at.is_ascii_digit() || at == b'\'' {
            Kind::Sign
        } else {
            Kind::Other
        });
        at += 1;
    }
    kinds
};

/// The next run of characters of words from a place on: where it begins and ends, and the highest kind among them.
fn run(line: &str, from: usize) -> Option<(usize, usize, Kind)> {
    let bytes = line.as_bytes();
    let wide = |at: usize| line[at..].chars().next().map_or((Kind::Other, 1), |c| (Kind::of(c), c.len_utf8()));
    let (mut at, mut start, mut highest) = (from, from, Kind::Other);
    while let Some(&byte) = bytes.get(at) {
        let (kind, length) = KINDS[usize::from(byte)].map_or_else(|| wide(at), |kind| (kind, 1));
        at += length;
        if kind != Kind::Other {
            highest = highest.max(kind);
        } else if highest == Kind::Other {
            start = at;
        } else {
            return Some((start, at - length, highest));
        }
    }
    (highest != Kind::Other).then_some((start, at, highest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_with_the_most_frequent_words_is_taken() {
        let forms = |language: &str, words: &str, letters: &str| {
            let toml = format!(
                "language = \"{language}\"\nname = \"x\"\n[recognise]\nwords = [{words}]\nletters = \"{letters}\"\nagainst = []"
            );
            Forms::parse(&toml).unwrap()
        };
        let (en, pl) = (forms("en", "\"the\", \"and\", \"to\"", ""), forms("pl", "\"i\", \"nie\", \"do\"", "ąęłż"));
        let recogniser = Recogniser::new([("en", &en), ("pl", &pl)].into_iter());
        for (text, language) in [
            ("The cat and the dog went to bed", Some("en")),
            ("Nie możemy już pracować i kończymy współpracę", Some("pl")),
            ("> the and to the\nnie i do nie", Some("pl")),
            ("Lorem ipsum dolor sit amet consectetur", None),
            ("", None),
        ] {
            assert_eq!(recogniser.best(&recogniser.fit(words(text))), language, "{text}");
        }
    }
}

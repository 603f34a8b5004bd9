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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    scores: Vec<i32>,
    words: i32,
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
    /// A recogniser of these languages.
    #[must_use]
    pub fn new<'f>(languages: impl Iterator<Item = (&'f str, &'f Forms)>) -> Self {
        let mut recogniser = Recogniser::default();
        let mut counts: BTreeMap<String, Vec<Count>> = BTreeMap::new();
        for (number, (name, forms)) in languages.enumerate() {
            recogniser.names.push(name.to_owned());
            let recognise = forms.recognise();
            let language = u8::try_from(number).expect("fewer languages than that");
            let mut add = |words: &[String], score| {
                for word in words {
                    counts.entry(word.to_lowercase()).or_default().push(Count { language, score });
                }
            };
            add(&recognise.words, FREQUENT);
            add(&recognise.against, AGAINST);
            for letter in recognise.letters.chars() {
                recogniser.letters.entry(letter).or_default().push(number);
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
            lower.clear();
            let plain = word.is_ascii();
            if plain {
                lower.push_str(word);
                lower.make_ascii_lowercase();
            } else {
                lower.extend(word.chars().flat_map(char::to_lowercase));
            }
            for count in self.words.get(&lower).into_iter().flat_map(|number| self.counts.get(number as usize)) {
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

/// The words of a text; lines that quote other people's mail are left out.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let own = text.lines().filter(|line| !line.trim_start().starts_with('>'));
    own.flat_map(pieces).filter(|word| word.chars().any(char::is_alphabetic))
}

/// The runs of letters, digits and apostrophes in a line.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let (_, begun) = rest.split_at(run(rest, false));
        let (piece, behind) = begun.split_at(run(begun, true));
        rest = behind;
        (!piece.is_empty()).then_some(piece)
    })
}

/// How far the characters at the beginning of a text are those of words, or are not.
fn run(text: &str, of_words: bool) -> usize {
    let mut at = 0;
    while let Some(&byte) = text.as_bytes().get(at) {
        let (of_word, length) = if byte.is_ascii() {
            (byte.is_ascii_alphanumeric() || byte == b'\'', 1)
        } else {
            text[at..].chars().next().map_or((false, 1), |c| (c.is_alphanumeric(), c.len_utf8()))
        };
        if of_word != of_words {
            break;
        }
        at += length;
    }
    at
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

//! What the words of a sentence say, whether or not a pattern was heard. In: a sentence, and what words weigh in its language
//! (`rules/LANG/weights.toml`, learned from labelled letters). Out: sums, for each rule, for each element that a letter needs, and for that the letter
//! ends something. Refuses to judge what a sum means.

mod features;

use std::{collections::BTreeMap, iter, ops::Range};

use serde::{Deserialize, Serialize};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, little_endian::I16};

pub use self::features::{Feature, features, of_cue};
use crate::{
    flat::{Dictionary, Lists, short},
    flaw::{Flaw, TomlFile},
    letter::{Letter, Sentence},
};

/// The table of what speaks for no fault at all.
pub const INNOCENT: &str = "innocent";
/// The feature of each sentence.
pub const START: &str = "^$";
/// The most tables that a file may have.
const MOST: usize = 20;

/// What the features of a sentence weigh in a language.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Weights {
    /// The rules, behind [`INNOCENT`].
    faults: Vec<String>,
    /// The elements; their sums stand behind those of the rules.
    elements: Vec<String>,
    /// Whether it was learned which letters end something; that sum is the last.
    ending: bool,
    features: Dictionary,
    /// By the number of the feature.
    rows: Lists<Weight>,
}

/// A file of weights: tables of features with their natural logarithms of odds.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Written {
    /// By rule, and [`INNOCENT`].
    fault: BTreeMap<String, Features>,
    /// By element.
    element: BTreeMap<String, Features>,
    /// Of a letter that ends a customer relationship.
    ending: Option<Features>,
}

type Features = BTreeMap<String, f32>;

/// What a feature adds to one of the sums.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Weight {
    table: u8,
    hundredths: I16,
}

/// A sentence's sums, in hundredths of natural logarithms of odds: one for each table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums([i32; MOST]);

impl Sums {
    #[expect(clippy::cast_precision_loss, reason = "a sentence has few features")]
    fn logarithm(hundredths: i32) -> f32 {
        hundredths as f32 / 100.0
    }
}

impl Weights {
    /// Reads a file of weights.
    ///
    /// # Errors
    /// Where it is no such file.
    pub fn read(file: &TomlFile) -> Result<Weights, Flaw> {
        let mut written: Written = file.parse()?;
        let innocent = (INNOCENT.to_owned(), written.fault.remove(INNOCENT).unwrap_or_default());
        let (faults, of_faults): (Vec<String>, Vec<Features>) = iter::once(innocent).chain(written.fault).unzip();
        let (elements, of_elements): (Vec<String>, Vec<Features>) = written.element.into_iter().unzip();
        let ending = written.ending.is_some();
        let tables: Vec<Features> = of_faults.into_iter().chain(of_elements).chain(written.ending).collect();
        if tables.len() > MOST {
            let message = format!("there are more than {MOST} tables");
            return Err(file.flaw(0..0, message, "one for each rule and each element is enough"));
        }
        let mut lists: BTreeMap<String, Vec<Weight>> = BTreeMap::new();
        for (number, features) in (0_u8..).zip(tables) {
            for (feature, weight) in features {
                if !(-100.0..=100.0).contains(&weight) {
                    let message = format!("`{feature}` weighs {weight}");
                    return Err(file.flaw(0..0, message, "a weight is between -100 and 100"));
                }
                #[expect(clippy::cast_possible_truncation, reason = "it is between -100 and 100")]
                let hundredths = ((weight * 100.0).round() as i16).into();
                lists.entry(feature).or_default().push(Weight { table: number, hundredths });
            }
        }
        let mut rows = Lists::default();
        let features = lists.into_iter().map(|(feature, list)| (feature, short(rows.push(&list)))).collect();
        Ok(Weights { faults, elements, ending, features: Dictionary::new(&features), rows })
    }

    /// The sums of a sentence, or of a stretch of one, by its words alone.
    #[must_use]
    pub fn weigh(&self, letter: &Letter, tokens: Range<usize>) -> Sums {
        let mut sums = Sums::default();
        if self.rows.len() == 0 {
            return sums;
        }
        let mut found: Vec<u32> = self.features.get(START).into_iter().collect();
        features(letter, tokens, |feature| found.extend(self.features.get(feature.name)));
        // However often it stands there.
        found.sort_unstable();
        found.dedup();
        for feature in found {
            self.add(feature, &mut sums);
        }
        sums
    }

    /// The feature that a cue is surely heard, if it weighs anything.
    #[must_use]
    pub fn cue(&self, cue: &str) -> Option<u32> {
        self.features.get(&of_cue(cue))
    }

    /// Adds a feature of a sentence.
    pub fn add(&self, feature: u32, sums: &mut Sums) {
        for weight in self.rows.get(feature as usize) {
            sums.0[usize::from(weight.table)] += i32::from(weight.hundredths.get());
        }
    }

    /// For each rule how far its sum is above that of what is innocent.
    pub fn faults(&self, sums: Sums) -> impl Iterator<Item = (&str, f32)> {
        let rules = self.faults.iter().map(String::as_str).zip(sums.0).skip(1);
        rules.map(move |(rule, sum)| (rule, Sums::logarithm(sum - sums.0[0])))
    }

    /// The sum of an element. None where nothing was learned of it.
    #[must_use]
    pub fn element(&self, element: &str) -> Option<impl Fn(&Sums) -> f32 + use<>> {
        let table = self.faults.len() + self.elements.iter().position(|known| known == element)?;
        Some(move |sums: &Sums| Sums::logarithm(sums.0[table]))
    }

    /// What the words of a letter's sentences speak for that it ends a customer relationship, more or less alike for short and long letters. None where
    /// nothing was learned of it.
    #[must_use]
    pub fn ending<'s>(&self, sentences: impl Iterator<Item = &'s Sums>) -> Option<f32> {
        let table = self.faults.len() + self.elements.len();
        let (mut sum, mut count) = (0.0, 0.0_f32);
        for sums in sentences {
            sum += Sums::logarithm(sums.0[table]);
            count += 1.0;
        }
        self.ending.then(|| sum / count.max(1.0).sqrt())
    }

    /// The stretches of a sentence that speak most for a rule or for an element, the heaviest first, none inside another.
    #[must_use]
    pub fn heaviest(&self, of: &str, letter: &Letter, sentence: &Sentence, most: usize) -> Vec<Range<usize>> {
        // What speaks for an element is not compared with what is innocent.
        let fault = self.faults.iter().position(|known| known == of);
        let element = || Some(self.faults.len() + self.elements.iter().position(|known| known == of)?);
        let Some(table) = fault.or_else(element) else { return Vec::new() };
        let mut found: Vec<(i32, Range<usize>)> = Vec::new();
        features(letter, sentence.tokens.clone(), |feature| {
            let Some(number) = self.features.get(feature.name) else { return };
            let mut sums = Sums::default();
            self.add(number, &mut sums);
            let (first, last) = (&letter.tokens[feature.tokens.start], &letter.tokens[feature.tokens.end - 1]);
            if first.is_word() || last.is_word() {
                let innocent = fault.map_or(0, |_| sums.0[0]);
                found.push((sums.0[table] - innocent, first.range.start..last.range.end));
            }
        });
        found.retain(|(weight, _)| *weight > 0);
        found.sort_by_key(|(weight, range)| (-weight, range.start, range.end));
        let mut heaviest: Vec<Range<usize>> = Vec::new();
        for (_, range) in found {
            if heaviest.len() < most
                && heaviest.iter().all(|other| other.end <= range.start || range.end <= other.start)
            {
                heaviest.push(range);
            }
        }
        heaviest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::{Forms, PartKind};

    fn weights(text: &str) -> Result<Weights, Flaw> {
        Weights::read(&TomlFile { name: "weights.toml".into(), text: text.into() })
    }

    fn letter(text: &str) -> Letter {
        let forms = Forms::parse("language = 'en'\nname = 'English'").expect("forms");
        Letter::fragment(text, PartKind::Body, &forms)
    }

    #[test]
    fn what_a_sentence_holds_is_summed_once() {
        let weights = weights("[fault.innocent]\n'^$' = 1\n'<thanks>' = 2\n[fault.blame]\n'never' = 1.5\n'you never' = 0.25\n'remin*' = 0.5\n[fault.opinion]\n'feel' = 3\n").unwrap();
        let letter = letter("You never, never answered our reminders.");
        let mut sums = weights.weigh(&letter, letter.sentences[0].tokens.clone());
        assert_eq!(weights.faults(sums).collect::<Vec<_>>(), [("blame", 1.25), ("opinion", -1.0)]);
        weights.add(weights.cue("thanks").expect("it weighs"), &mut sums);
        assert_eq!(weights.faults(sums).next(), Some(("blame", -0.75)));
        let heaviest = weights.heaviest("blame", &letter, &letter.sentences[0], 2);
        assert_eq!(heaviest, [4..9, 11..16], "both times that it stands there");
    }

    #[test]
    fn elements_have_sums_of_their_own_and_an_ending_that_of_all_sentences() {
        let text = "[element.thanks]\n'^$' = -1\ngrateful = 2.5\n[ending]\n'^$' = -0.5\nstop = 4\n";
        let weights = weights(text).unwrap();
        let letter = letter("We stop. We are grateful. So be it. Farewell.");
        let sums: Vec<Sums> = letter.sentences.iter().map(|it| weights.weigh(&letter, it.tokens.clone())).collect();
        let thanks = weights.element("thanks").expect("it was learned");
        assert_eq!(sums.iter().map(thanks).collect::<Vec<f32>>(), [-1.0, 1.5, -1.0, -1.0]);
        assert_eq!(weights.ending(sums.iter()), Some(1.0), "4 - 4 * 0.5, by the root of 4");
        assert!(weights.element("apology").is_none() && weights.faults(sums[0]).next().is_none());
    }

    #[test]
    fn without_a_file_nothing_is_known() {
        let letter = letter("You never answered.");
        let weights = Weights::default();
        let sums = weights.weigh(&letter, letter.sentences[0].tokens.clone());
        assert!(weights.faults(sums).next().is_none() && weights.ending([&sums].into_iter()).is_none());
    }

    #[test]
    fn a_weight_that_cannot_be_is_a_flaw() {
        let flaw = weights("[fault.blame]\nnever = 1000\n").unwrap_err();
        assert_eq!(flaw.message, "`never` weighs 1000");
    }
}

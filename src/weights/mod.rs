//! What the words of a sentence say of it, whether or not a pattern was heard. In: a sentence, and what words weigh in its language
//! (`rules/LANG/weights.toml`, learned from labelled letters). Out: for each rule a sum. Refuses to judge what a sum means.

mod features;

use std::{collections::BTreeMap, ops::Range};

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
const MOST: usize = 12;

/// What the features of a sentence weigh in a language.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Weights {
    /// The rules, behind [`INNOCENT`]; none where nothing was learned.
    tables: Vec<String>,
    features: Dictionary,
    /// By the number of the feature.
    rows: Lists<Weight>,
}

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

impl Weights {
    /// Reads a file of weights: a table for each rule, and one for what is innocent; in them features with their natural logarithms of odds.
    ///
    /// # Errors
    /// Where it is no such file.
    pub fn read(file: &TomlFile) -> Result<Weights, Flaw> {
        let mut written: BTreeMap<String, BTreeMap<String, f32>> = file.parse()?;
        let innocent = written.remove(INNOCENT).unwrap_or_default();
        let tables: Vec<(String, BTreeMap<String, f32>)> =
            std::iter::once((INNOCENT.to_owned(), innocent)).chain(written).collect();
        if tables.len() > MOST {
            return Err(file.flaw(0..0, format!("there are more than {MOST} tables"), "one for each rule is enough"));
        }
        let mut lists: BTreeMap<String, Vec<Weight>> = BTreeMap::new();
        for (number, (table, features)) in (0_u8..).zip(&tables) {
            for (feature, weight) in features {
                if !(-100.0..=100.0).contains(weight) {
                    let message = format!("`{feature}` weighs {weight} in `{table}`");
                    return Err(file.flaw(0..0, message, "a weight is between -100 and 100"));
                }
                #[expect(clippy::cast_possible_truncation, reason = "it is between -100 and 100")]
                let hundredths = ((weight * 100.0).round() as i16).into();
                let weight = Weight { table: number, hundredths };
                lists.entry(feature.clone()).or_default().push(weight);
            }
        }
        let mut rows = Lists::default();
        let features = lists.into_iter().map(|(feature, list)| (feature, short(rows.push(&list)))).collect();
        let tables = tables.into_iter().map(|(table, _)| table).collect();
        Ok(Weights { tables, features: Dictionary::new(&features), rows })
    }

    /// Whether anything was learned of a rule.
    #[must_use]
    pub fn know(&self, rule: &str) -> bool {
        self.tables.iter().skip(1).any(|table| table == rule)
    }

    /// The sums of a sentence, or of a stretch of one, by its words alone.
    #[must_use]
    pub fn weigh(&self, letter: &Letter, tokens: Range<usize>) -> Sums {
        let mut sums = Sums::default();
        if self.tables.is_empty() {
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

    /// The rule of which a sentence's words speak most, and how far its sum is above that of what is innocent. None where nothing was learned.
    #[must_use]
    pub fn leading(&self, sums: &Sums) -> Option<(&str, f32)> {
        let rules = self.tables.iter().zip(sums.0).skip(1);
        // Of equals the first.
        let (rule, sum) = rules.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        #[expect(clippy::cast_precision_loss, reason = "a sentence has few features")]
        let margin = (sum - sums.0[0]) as f32 / 100.0;
        Some((rule, margin))
    }

    /// The stretches of a sentence that speak most for a rule, the heaviest first, none inside another.
    #[must_use]
    pub fn heaviest(&self, rule: &str, letter: &Letter, sentence: &Sentence, most: usize) -> Vec<Range<usize>> {
        let Some(table) = self.tables.iter().position(|table| table == rule) else { return Vec::new() };
        let mut found: Vec<(i32, Range<usize>)> = Vec::new();
        features(letter, sentence.tokens.clone(), |feature| {
            let Some(number) = self.features.get(feature.name) else { return };
            let mut sums = Sums::default();
            self.add(number, &mut sums);
            let (first, last) = (&letter.tokens[feature.tokens.start], &letter.tokens[feature.tokens.end - 1]);
            if first.is_word() || last.is_word() {
                found.push((sums.0[table] - sums.0[0], first.range.start..last.range.end));
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
        let weights = weights("[innocent]\n'^$' = 1\n'<thanks>' = 2\n[blame]\n'never' = 1.5\n'you never' = 0.25\n'remin*' = 0.5\n[opinion]\n'feel' = 3\n").unwrap();
        let letter = letter("You never, never answered our reminders.");
        let mut sums = weights.weigh(&letter, letter.sentences[0].tokens.clone());
        assert_eq!(weights.leading(&sums), Some(("blame", 1.25)));
        weights.add(weights.cue("thanks").expect("it weighs"), &mut sums);
        assert_eq!(weights.leading(&sums), Some(("blame", -0.75)));
        let heaviest = weights.heaviest("blame", &letter, &letter.sentences[0], 2);
        assert_eq!(heaviest, [4..9, 11..16], "both times that it stands there");
        assert!(weights.know("opinion") && !weights.know(INNOCENT));
    }

    #[test]
    fn without_a_file_nothing_is_known() {
        let letter = letter("You never answered.");
        let weights = Weights::default();
        assert_eq!(weights.leading(&weights.weigh(&letter, letter.sentences[0].tokens.clone())), None);
    }

    #[test]
    fn a_weight_that_cannot_be_is_a_flaw() {
        let flaw = weights("[blame]\nnever = 1000\n").unwrap_err();
        assert_eq!(flaw.message, "`never` weighs 1000 in `blame`");
    }
}

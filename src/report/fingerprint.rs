//! In: a checked draft. Out: for each diagnostic a mark by which it is known again after edits elsewhere in the file. Refuses to
//! count lines: the mark is made from the sentence, without its case, its punctuation and how it is wrapped.

use std::{collections::BTreeMap, hash::Hasher, ops::Range};

use fnv::FnvHasher;
use unicode_normalization::UnicodeNormalization;

use super::Checked;
use crate::diagnostic::Diagnostic;

/// What stays of a diagnostic's place when the text around it is edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fingerprint {
    path: String,
    rule: String,
    sentence: String,
    /// Of diagnostics that are otherwise alike the first, the second ...
    number: usize,
}

impl Fingerprint {
    /// The fingerprints of all diagnostics and then of all that are suppressed, in their order.
    pub(super) fn of_all(checked: &Checked) -> Vec<Fingerprint> {
        let verdict = &checked.verdict;
        let mut seen: BTreeMap<(&str, String), usize> = BTreeMap::new();
        let all = verdict.diagnostics.iter().chain(verdict.suppressed.iter().map(|one| &one.diagnostic));
        all.map(|diagnostic| {
            let sentence = sentence(checked, diagnostic);
            let number = seen.entry((&diagnostic.rule, sentence.clone())).or_default();
            *number += 1;
            Fingerprint {
                path: super::place::slashed(&checked.source.name).into_owned(),
                rule: diagnostic.rule.clone(),
                sentence,
                number: *number,
            }
        })
        .collect()
    }

    /// Rule, sentence and number in one mark: the same in every file.
    pub(super) fn in_file(&self) -> String {
        hash(&[&self.rule, &self.sentence, &self.number.to_string()])
    }

    /// The same with the path: no two diagnostics of a report share it.
    pub(super) fn in_report(&self) -> String {
        hash(&[&self.path, &self.rule, &self.sentence, &self.number.to_string()])
    }
}

/// The mark of the sentence, or of the sentences, in which a diagnostic stands; of one that stands nowhere, because something is
/// missing, an empty one.
pub(crate) fn sentence(checked: &Checked, diagnostic: &Diagnostic) -> String {
    let Range { start, end } = diagnostic.range.clone();
    if start == end {
        return String::new();
    }
    let sentences = &checked.verdict.sentences;
    let first = sentences.get(sentences.partition_point(|sentence| sentence.end <= start));
    let last = sentences.partition_point(|sentence| sentence.start < end).checked_sub(1).map(|last| &sentences[last]);
    let whole = first.map_or(start, |first| first.start.min(start))..last.map_or(end, |last| last.end.max(end));
    let plain: String = checked.source.text[whole].nfc().flat_map(char::to_lowercase).collect();
    let words: Vec<&str> = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    hash(&words)
}

/// FNV-1a of 64 bits: stable between versions and machines, and nothing here has to withstand an attacker.
fn hash(pieces: &[&str]) -> String {
    let mut hasher = FnvHasher::default();
    for piece in pieces {
        hasher.write(piece.as_bytes());
        hasher.write(&[0]);
    }
    format!("{:016x}", hasher.finish())
}

//! In: checked drafts, or the JSON of a baseline. Out: a baseline: what is known to be wrong and is not to be told again. Refuses
//! to rest on line numbers: an entry is a file, a rule and the mark of a sentence, with how often they meet.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::{Deserialize, Serialize};

use crate::report::{Checked, fingerprint::sentence};

/// The version of the file's form.
const VERSION: u32 = 1;

/// What is known to be wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// By path, seen from the baseline's folder, with slashes.
    files: BTreeMap<String, Known>,
}

/// What is known of one file: rule and sentence, and how often.
type Known = BTreeMap<(String, String), usize>;

/// A line of the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file, as seen from the baseline's folder.
    pub path: String,
    /// The rule's id.
    pub rule: String,
    /// The mark of the sentence; empty where something is missing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sentence: String,
    /// How many diagnostics there are of this rule in this sentence.
    pub count: usize,
}

/// The whole file; only its version is looked at before its entries are.
#[derive(Debug, Deserialize)]
struct File {
    version: u32,
    #[serde(default)]
    entries: serde_json::Value,
}

impl Baseline {
    /// Reads the JSON of a baseline.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn parse(text: &str) -> Result<Baseline, String> {
        let file: File = serde_json::from_str(text).map_err(|error| format!("this is no baseline: {error}"))?;
        if file.version != VERSION {
            return Err(format!(
                "this is a baseline of version {}; only version {VERSION} is known here",
                file.version
            ));
        }
        let entries: Vec<Entry> =
            serde_json::from_value(file.entries).map_err(|error| format!("this is no baseline: {error}"))?;
        let mut baseline = Baseline::default();
        for entry in entries {
            *baseline.files.entry(entry.path).or_default().entry((entry.rule, entry.sentence)).or_default() +=
                entry.count;
        }
        Ok(baseline)
    }

    /// Adds all diagnostics of a draft.
    pub fn add(&mut self, path: &str, checked: &Checked) {
        for diagnostic in &checked.verdict.diagnostics {
            let known = self.files.entry(path.to_owned()).or_default();
            *known.entry((diagnostic.rule.clone(), sentence(checked, diagnostic))).or_default() += 1;
        }
    }

    /// Takes out of a verdict what is known. Gives how many diagnostics that were, and the entries that the draft no longer needs.
    pub fn mind(&self, path: &str, checked: &mut Checked) -> (usize, Vec<Entry>) {
        let mut left = self.files.get(path).cloned().unwrap_or_default();
        let found = std::mem::take(&mut checked.verdict.diagnostics);
        let all = found.len();
        let mut is_new = |diagnostic: &crate::diagnostic::Diagnostic| match left
            .get_mut(&(diagnostic.rule.clone(), sentence(checked, diagnostic)))
        {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        };
        let new: Vec<_> = found.into_iter().filter(|diagnostic| is_new(diagnostic)).collect();
        let known = all - new.len();
        checked.verdict.diagnostics = new;
        left.retain(|_, count| *count > 0);
        (known, entries(path, &left).collect())
    }

    /// The files of which something is known.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// All entries, in order.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        self.files.iter().flat_map(|(path, known)| entries(path, known))
    }

    /// The JSON of the baseline: one entry a line, in order, so that a change of it can be read.
    ///
    /// # Panics
    /// Never: all keys of an entry are strings.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = format!("{{\n  \"version\": {VERSION},\n  \"entries\": [");
        for (number, entry) in self.entries().enumerate() {
            let entry = serde_json::to_string(&entry).expect("its keys are strings");
            let _ = write!(out, "{}\n    {entry}", if number == 0 { "" } else { "," });
        }
        out.push_str(if self.files.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        out
    }
}

fn entries<'a>(path: &'a str, known: &'a Known) -> impl Iterator<Item = Entry> + 'a {
    known.iter().map(|((rule, sentence), count)| Entry {
        path: path.to_owned(),
        rule: rule.clone(),
        sentence: sentence.clone(),
        count: *count,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let entry = |path: &str, count| Entry { path: path.into(), rule: "blame".into(), sentence: "0f".into(), count };
        let text = format!(
            "{{\"version\": 1, \"entries\": [{}, {}]}}",
            serde_json::to_string(&entry("b.txt", 1)).unwrap(),
            serde_json::to_string(&entry("a\"\u{1b}.txt", 2)).unwrap()
        );
        let baseline = Baseline::parse(&text).unwrap();
        assert_eq!(baseline.entries().collect::<Vec<_>>(), [entry("a\"\u{1b}.txt", 2), entry("b.txt", 1)]);
        assert_eq!(Baseline::parse(&baseline.to_json()).unwrap(), baseline);
        assert_eq!(baseline.to_json().lines().count(), 7);
        assert_eq!(Baseline::parse(&Baseline::default().to_json()).unwrap(), Baseline::default());
    }

    #[test]
    fn what_is_none_is_refused_with_its_place() {
        for (text, said) in [
            ("", "line 1"),
            ("[]", "no baseline"),
            ("{\"version\": 2, \"entries\": {}}", "version 2"),
            ("{\"version\": 1}", "no baseline"),
            ("{\"version\": 1, \"entries\": [{\"path\": \"a\"}]}", "missing field `rule`"),
        ] {
            let error = Baseline::parse(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}

//! In: a base form and the name of a derivation table. Out: the forms of the word. The tables are data of the pack
//! (`derive.toml`); this only puts endings on.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The derivation tables of a pack.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Tables(BTreeMap<String, Table>);

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    rules: Vec<Rule>,
    #[serde(default)]
    prefixes: Vec<String>,
    #[serde(default)]
    irregular: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    from: String,
    #[serde(default)]
    cut: usize,
    to: Vec<String>,
}

impl Tables {
    /// Whether there is a table of this name.
    #[must_use]
    pub fn has(&self, table: &str) -> bool {
        self.0.contains_key(table)
    }

    /// The names of the tables.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// All forms of `base`, or nothing when no rule of the table fits it (or there is no such table).
    #[must_use]
    pub fn forms(&self, base: &str, table: &str) -> Vec<String> {
        let Some(table) = self.0.get(table) else { return Vec::new() };
        let stems = if let Some(forms) = table.irregular.get(base) {
            forms.clone()
        } else if let Some(rule) = table.rules.iter().find(|rule| fits(&rule.from, base)) {
            let kept = base.char_indices().rev().nth(rule.cut.wrapping_sub(1)).map_or(base.len(), |(at, _)| at);
            rule.to.iter().map(|ending| format!("{}{ending}", &base[..kept])).collect()
        } else {
            return Vec::new();
        };
        let prefixed = table.prefixes.iter().flat_map(|prefix| stems.iter().map(move |form| format!("{prefix}{form}")));
        let prefixed: Vec<String> = prefixed.collect();
        stems.into_iter().chain(prefixed).collect()
    }
}

/// Whether `base` ends as `from` says: letters stand for themselves, `[..]` and `[^..]` for one letter.
fn fits(from: &str, base: &str) -> bool {
    let mut letters = base.chars().rev();
    let mut rest = from;
    while !rest.is_empty() {
        let Some(letter) = letters.next() else { return false };
        if rest.ends_with(']')
            && let Some(open) = rest.rfind('[')
        {
            let set = &rest[open + 1..rest.len() - 1];
            let (set, wanted) = set.strip_prefix('^').map_or((set, true), |set| (set, false));
            if set.contains(letter) != wanted {
                return false;
            }
            rest = &rest[..open];
        } else {
            let Some(last) = rest.chars().next_back() else { return false };
            if last != letter {
                return false;
            }
            rest = &rest[..rest.len() - last.len_utf8()];
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_put_on_by_the_first_rule_that_fits() {
        let tables: Tables = toml::from_str(
            r#"
            [verb]
            rules = [
              { from = "[^aeiou]y", cut = 1, to = ["y", "ies", "ied", "ying"] },
              { from = "e", cut = 1, to = ["e", "es", "ed", "ing"] },
              { from = "", to = ["", "s", "ed", "ing"] },
            ]
            [verb.irregular]
            write = ["write", "wrote"]
            [ru]
            prefixes = ["за"]
            rules = [{ from = "ать", cut = 3, to = ["ать", "ал"] }]
            "#,
        )
        .expect("valid tables");
        assert_eq!(tables.forms("rely", "verb"), ["rely", "relies", "relied", "relying"]);
        assert_eq!(tables.forms("delay", "verb"), ["delay", "delays", "delayed", "delaying"]);
        assert_eq!(tables.forms("refuse", "verb"), ["refuse", "refuses", "refused", "refusing"]);
        assert_eq!(tables.forms("write", "verb"), ["write", "wrote"]);
        assert_eq!(tables.forms("платать", "ru"), ["платать", "платал", "заплатать", "заплатал"]);
        assert!(tables.forms("нет", "ru").is_empty());
        assert!(tables.forms("fail", "none").is_empty());
    }
}

//! In: how much a run may cost and must reach, as somebody wrote it down. Out: what is past it. Refuses names that it does not know: a
//! budget that is misspelt would hold for ever.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{run::Run, score::Scores};
use crate::{
    config::nearest::did_you_mean,
    flaw::{Flaw, TomlFile},
};

/// What a run is held to.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Budget {
    /// How often a rule may fire in a thousand sentences, by its id.
    max_per_thousand: BTreeMap<String, Spanned<f64>>,
    /// What the scores may not be lower than, by language, or over `all`.
    min: BTreeMap<String, Least>,
}

/// What the scores of a language may not be lower than.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Least {
    span: LeastFigures,
    span_loose: LeastFigures,
    missing: LeastFigures,
    over_justification: LeastFigures,
    gate: LeastFigures,
    language: Option<f64>,
    clean: Option<f64>,
    quiet: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LeastFigures {
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
}

/// A figure that is past the budget.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Past {
    /// The figure: `max-per-thousand.blame`, `min.en.span.f1`.
    pub figure: String,
    /// What was measured; nothing where no letter could show it.
    pub measured: Option<f64>,
    /// What the budget allows.
    pub budget: f64,
}

impl Budget {
    /// Reads a budget.
    ///
    /// # Errors
    /// The first place where it is not TOML, not of this shape, or no number to keep to.
    pub fn read(file: &TomlFile) -> Result<Budget, Flaw> {
        let budget: Budget = file.parse()?;
        let least = budget.min.values().flat_map(Least::named).filter_map(|(_, least)| least);
        let figures = budget.max_per_thousand.values().map(|most| *most.get_ref()).chain(least);
        // Nothing is past `nan`.
        match figures.into_iter().find(|figure| !(figure.is_finite() && *figure >= 0.0)) {
            Some(figure) => {
                let message = format!("`{figure}` is no figure to keep to");
                Err(file.flaw(0..0, message, "write a number of 0 or more"))
            }
            None => Ok(budget),
        }
    }

    /// Sets how often a rule may fire in a thousand sentences, whatever was set before.
    pub fn set_max(&mut self, rule: &str, most: f64) {
        self.max_per_thousand.insert(rule.to_owned(), Spanned::new(0..0, most));
    }

    /// The flaws of a budget that names rules which do not exist.
    #[must_use]
    pub fn unknown_rules(&self, file: &TomlFile, rules: &[&str]) -> Vec<Flaw> {
        let unknown = self.max_per_thousand.iter().filter(|(rule, _)| !rules.contains(&rule.as_str()));
        let flaw = |(rule, most): (&String, &Spanned<f64>)| {
            let mut flaw = file.flaw(most.span(), format!("there is no rule `{rule}`"), did_you_mean(rule, rules));
            if most.span().is_empty() {
                (flaw.file, flaw.text) = ("--max-per-thousand".to_owned(), "".into());
            }
            flaw
        };
        unknown.map(flaw).collect()
    }

    /// What a run is past; figures count to the third decimal.
    #[must_use]
    pub fn past(&self, run: &Run) -> Vec<Past> {
        let mut past = Vec::new();
        for (rule, most) in &self.max_per_thousand {
            let (most, measured) = (*most.get_ref(), run.rules.get(rule).map_or(0.0, |count| count.per_thousand));
            if rounded(measured) > rounded(most) {
                past.push(Past { figure: format!("max-per-thousand.{rule}"), measured: Some(measured), budget: most });
            }
        }
        for (language, least) in &self.min {
            let scores = run.scores.get(language).map(Scores::named).unwrap_or_default();
            for (name, least) in least.named() {
                let measured = scores.iter().find(|(known, _)| *known == name).map(|(_, figure)| *figure);
                if let Some(least) = least
                    && measured.is_none_or(|measured| rounded(measured) < rounded(least))
                {
                    past.push(Past { figure: format!("min.{language}.{name}"), measured, budget: least });
                }
            }
        }
        past
    }
}

impl Least {
    /// Each figure under the name that [`Scores::named`] gives it.
    fn named(&self) -> Vec<(String, Option<f64>)> {
        let mut all = Vec::new();
        for (name, least) in [
            ("span", &self.span),
            ("span-loose", &self.span_loose),
            ("missing", &self.missing),
            ("over-justification", &self.over_justification),
            ("gate", &self.gate),
        ] {
            for (part, least) in [("precision", least.precision), ("recall", least.recall), ("f1", least.f1)] {
                all.push((format!("{name}.{part}"), least));
            }
        }
        for (name, least) in [("language", self.language), ("clean", self.clean), ("quiet", self.quiet)] {
            all.push((name.to_owned(), least));
        }
        all
    }
}

/// A figure to the third decimal, in thousandths.
pub(super) fn rounded(figure: f64) -> f64 {
    (figure * 1000.0).round()
}

//! A rule: a policy over cues, free of any language. `rules/RULE.toml`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::reason::Reason;
use crate::{
    diagnostic::Severity,
    flaw::{Flaw, TomlFile},
};

/// A rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    /// Its id: `blame`, `missing-thanks`.
    #[serde(rename = "rule")]
    pub id: String,
    /// What it asks of its cues.
    pub kind: RuleKind,
    /// How much its diagnostics weigh; what a `forbid` rule hears with less weight is a note.
    pub severity: Severity,
    /// The cues it looks at.
    #[serde(default)]
    pub cues: Vec<String>,
    /// What it looks at besides the text, instead of cues.
    #[serde(default)]
    pub fact: Option<Fact>,
    /// For `fact = "outside-copies"`: domains that share nothing but the post office, so that two addresses of one make no firm.
    #[serde(default)]
    pub public_domains: Vec<String>,
    /// Its place among the rules: order of a letter for `require`; of two `forbid` rules that claim one stretch with the same weight the earlier wins.
    pub order: u32,
    /// Where the advice comes from: article and step of the guidance.
    pub sources: Vec<String>,
    /// For `require`: the element that must be there. For `forbid`: the element that may not be; a sentence whose words say it is told, too.
    #[serde(default)]
    pub element: Option<String>,
    /// For `require`: where the missing sentence would go.
    #[serde(default)]
    pub place: Place,
    /// For `forbid`: elements inside the faulty stretch do not count as there.
    #[serde(default)]
    pub spoils: Vec<String>,
    /// For `limit`: the sum of the weights of all sentences with a cue may not be higher.
    #[serde(default)]
    pub max: Option<f32>,
    /// For `limit`: what a sentence with this cue adds at most.
    #[serde(default)]
    pub caps: BTreeMap<String, f32>,
    /// For `limit`: what sentences without a cue of the rule add.
    #[serde(default)]
    pub rest: Option<Rest>,
    /// For `forbid`: how a sentence at fault can be mended.
    #[serde(default)]
    pub mend: Vec<Mend>,
    /// When it holds.
    #[serde(default)]
    pub when: When,
    /// Whether it is switched on.
    #[serde(default = "yes")]
    pub enabled: bool,
}

/// What a rule can look at besides the text of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// The people outside of the sender's own house who get the mail.
    Recipients,
    /// Those of them who get a copy and belong neither to the sender's house nor to the customer's.
    OutsideCopies,
    /// Plain text and HTML of one mail that say different things.
    Versions,
    /// The comments and headers with which the draft suppresses other rules.
    Suppressions,
}

/// What a rule asks of its cues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RuleKind {
    /// None of them may be heard.
    Forbid,
    /// One of them must be heard.
    Require,
    /// They may not be heard too often.
    Limit,
}

/// A way to mend a sentence at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mend {
    /// One exclamation mark for several, small letters for shouted words. The meaning stays.
    Calm,
    /// The words that hedge are taken out (`hedges` of `texts.toml`). The meaning stays.
    Unhedge,
    /// One of the ready sentences takes its place (`rewrite` of `texts.toml`).
    Rewrite,
    /// It goes, or only its last clause where the rest of the sentence is needed.
    Strike,
}

impl Mend {
    /// Its name: `rewrite`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Mend::Calm => "calm",
            Mend::Unhedge => "unhedge",
            Mend::Rewrite => "rewrite",
            Mend::Strike => "strike",
        }
    }
}

/// Where a missing sentence would go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In front of the first paragraph.
    Opening,
    /// Behind the sentence that tells the decision.
    Decision,
    /// Behind the last paragraph.
    #[default]
    Closing,
}

/// When a rule holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct When {
    /// Only with one of these reasons.
    pub reason: Vec<Reason>,
    /// With none of these reasons.
    pub not_reason: Vec<Reason>,
}

impl When {
    /// Whether the rule holds for a letter with this reason.
    #[must_use]
    pub fn holds(&self, reason: Option<Reason>) -> bool {
        (self.reason.is_empty() || reason.is_some_and(|reason| self.reason.contains(&reason)))
            && !reason.is_some_and(|reason| self.not_reason.contains(&reason))
    }
}

/// What sentences of a letter's prose add to a limit in which none of its cues is heard. One that stands alone adds nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rest {
    /// What each of them adds ...
    pub adds: f32,
    /// ... unless one of these cues is surely heard in it ...
    pub unless: Vec<String>,
    /// ... in a letter in which this cue surely is.
    pub beside: String,
}

/// What makes a text a letter that ends a customer relationship: `rules/gate.toml`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Gate {
    /// Cues that speak for it: the weight of each one's heaviest hit counts so many times.
    #[serde(rename = "for")]
    pub pro: BTreeMap<String, f32>,
    /// Cues that speak against it: so many points for each sentence.
    pub against: BTreeMap<String, f32>,
    /// The points that are needed.
    pub threshold: f32,
    /// So many times what its words weigh ...
    pub words: f32,
    /// ... beyond this counts; what they weigh less is taken away.
    pub words_from: f32,
    /// In a brief letter what they weigh less than this is taken away, and nothing added.
    pub words_from_of_brief: f32,
    /// At most this is added for them ...
    pub words_add: f32,
    /// ... and at most this is taken away.
    pub words_take: f32,
    /// A text with no more sentences than these between its greeting and its sign-off is brief: its words do not count ...
    pub brief: usize,
    /// ... and this is enough for it.
    pub threshold_of_brief: f32,
    /// What a declared reason counts: it says that the letter is one, and only a text that is plainly something else is not.
    pub declared: f32,
}

/// How likely a sentence is at fault: `rules/odds.toml`. Natural logarithms of odds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Odds {
    /// The sum from which on a fault is told with its rule's severity; with less, what was heard is a note.
    pub warning: f32,
    /// The sum from which on words alone are told, as a note.
    pub note: f32,
    /// What each sentence begins with.
    pub anywhere: f32,
    /// How many times what its words weigh counts.
    pub words: f32,
    /// For each element that the letter lacks ...
    pub each_missing: f32,
    /// ... up to so many.
    pub most_missing: u8,
    /// For a sentence in the first fifth of the letter's.
    pub early: f32,
    /// By rule: for one of its cues that is surely heard. What rules hear that are not named is not weighed.
    pub sure: BTreeMap<String, f32>,
    /// By rule: for one of its cues that is likely heard.
    pub likely: BTreeMap<String, f32>,
    /// By rule: how much the words must weigh for what is surely heard in a text that is only assumed to end something.
    pub assumed: BTreeMap<String, f32>,
    /// How likely a sentence says what a letter needs.
    pub element: ElementOdds,
}

/// How likely a sentence says what a letter needs: it does where the sum of what its words weigh for the element is not negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ElementOdds {
    /// A cue that is surely heard adds so much, to the sentence or to the stretch in which it is heard.
    pub sure: f32,
    /// Where a sentence comes nearer than this to saying the element, that it is missing is a note.
    pub near: f32,
    /// So much less for each element that the letter lacks.
    pub near_each_missing: f32,
}

fn yes() -> bool {
    true
}

impl Rule {
    /// The names of the ways in which what it complains of can be mended: `rewrite`, `strike`; `insert` where something is missing.
    #[must_use]
    pub fn ways(&self) -> Vec<&'static str> {
        let insert = (self.kind == RuleKind::Require).then_some("insert");
        insert.into_iter().chain(self.mend.iter().map(|mend| mend.name())).collect()
    }

    /// Reads a rule from its file.
    pub(super) fn read(file: &TomlFile) -> Result<Rule, Flaw> {
        let rule: Rule = file.parse()?;
        let stem = file.stem();
        if stem != rule.id {
            return Err(file.flaw(
                0..0,
                format!("the rule `{}` stands in a file called `{stem}.toml`", rule.id),
                "give both one name",
            ));
        }
        let lacks = match rule.kind {
            RuleKind::Require if rule.element.is_none() => Some("element = \"...\""),
            RuleKind::Limit if rule.max.is_none() => Some("max = ..."),
            _ if rule.cues.is_empty() && rule.fact.is_none() => Some("cues = [\"...\"]"),
            _ => None,
        };
        match lacks {
            Some(key) => Err(file.flaw(0..0, format!("the rule `{}` lacks a key", rule.id), format!("add `{key}`"))),
            None => Ok(rule),
        }
    }
}

/// All rules, what makes a text a termination letter, and how likely a fault is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// In their order.
    pub rules: Vec<Rule>,
    /// What makes a text a termination letter.
    pub gate: Gate,
    /// How likely a fault is.
    pub odds: Odds,
}

impl Policy {
    /// Puts rules from these files over those that are there.
    pub(super) fn read(&mut self, files: &[TomlFile], flaws: &mut Vec<Flaw>) {
        for file in files {
            let read = match file.stem() {
                "gate" => file.parse().map(|gate| self.gate = gate),
                "odds" => file.parse().map(|odds| self.odds = odds),
                _ => Rule::read(file).map(|rule| {
                    self.rules.retain(|known| known.id != rule.id);
                    self.rules.push(rule);
                }),
            };
            flaws.extend(read.err());
        }
        self.rules.sort_by(|a, b| a.order.cmp(&b.order).then_with(|| a.id.cmp(&b.id)));
    }
}

//! Letters to start from: `rules/LANG/drafts.toml`. In: a reason. Out: the blocks of a letter, put together for it. Refuses to know
//! a fact: what only the writer knows stays a placeholder in square brackets.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::reason::Reason;

/// The blocks of a language, and what a rule of one's own begins with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Drafts {
    /// Which blocks make each paragraph between salutation and sign-off, in order.
    paragraphs: Vec<Vec<Block>>,
    /// The text of the blocks, whatever the reason.
    block: BTreeMap<Block, String>,
    /// The blocks that are others for a reason; an empty one is left out.
    reason: BTreeMap<Reason, BTreeMap<Block, String>>,
    /// A phrase for a first rule of one's own.
    sample: Option<Sample>,
}

/// A block of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Block {
    Subject,
    Salutation,
    Thanks,
    Decision,
    Reason,
    Apology,
    NextSteps,
    Goodwill,
    Alternatives,
    WellWishes,
    SignOff,
    Signature,
}

/// A phrase that a first rule of one's own hears, with its examples and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The pattern.
    pub pattern: String,
    /// The rule's name for people.
    pub title: String,
    /// The diagnostic's message.
    pub message: String,
    /// What to do instead.
    pub help: Vec<String>,
    /// An example that is heard, the stretch in `«»`.
    pub bad: String,
    /// Examples that are not.
    pub good: Vec<String>,
}

/// A letter to start from. Paragraphs are single lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The subject.
    pub subject: String,
    /// The greeting.
    pub salutation: String,
    /// What stands between greeting and sign-off.
    pub paragraphs: Vec<String>,
    /// The sign-off, and below it the signature: lines.
    pub closing: Vec<String>,
}

impl Drafts {
    /// The letter for a reason; none where the language has no drafts.
    #[must_use]
    pub fn letter(&self, reason: Reason) -> Option<Draft> {
        let own = self.reason.get(&reason);
        let block = |block: &Block| {
            let text = own.and_then(|blocks| blocks.get(block)).or_else(|| self.block.get(block));
            text.map(String::as_str).filter(|text| !text.trim().is_empty())
        };
        let paragraph = |blocks: &Vec<Block>| blocks.iter().filter_map(block).collect::<Vec<_>>().join(" ");
        let text = |name: Block| block(&name).unwrap_or_default().to_owned();
        let paragraphs: Vec<String> =
            self.paragraphs.iter().map(paragraph).filter(|paragraph| !paragraph.is_empty()).collect();
        let closing = [Block::SignOff, Block::Signature];
        (!paragraphs.is_empty()).then(|| Draft {
            subject: text(Block::Subject),
            salutation: text(Block::Salutation),
            paragraphs,
            closing: closing.iter().filter_map(block).flat_map(str::lines).map(str::to_owned).collect(),
        })
    }

    /// A phrase for a first rule of one's own.
    #[must_use]
    pub fn sample(&self) -> Option<&Sample> {
        self.sample.as_ref()
    }

    /// Puts the drafts of another file over these, block by block.
    pub(super) fn merge(&mut self, other: Drafts) {
        if !other.paragraphs.is_empty() {
            self.paragraphs = other.paragraphs;
        }
        self.block.extend(other.block);
        for (reason, blocks) in other.reason {
            self.reason.entry(reason).or_default().extend(blocks);
        }
        self.sample = other.sample.or(self.sample.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drafts(text: &str) -> Drafts {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn a_house_changes_blocks_and_keeps_the_rest() {
        let mut shipped = drafts(
            "paragraphs = [[\"thanks\"], [\"decision\", \"reason\"], [\"alternatives\"]]\n\
             [block]\nsubject = \"S\"\nsalutation = \"Hi,\"\nthanks = \"T.\"\ndecision = \"D.\"\nalternatives = \"A.\"\nsign-off = \"Bye,\"\nsignature = \"N\\nF\"\n\
             [reason.scope]\nreason = \"R.\"\n[reason.abusive]\nalternatives = \"\"\n",
        );
        shipped.merge(drafts("[block]\nthanks = \"Ours.\"\n[reason.scope]\nalternatives = \"B.\"\n"));
        let scope = shipped.letter(Reason::Scope).unwrap();
        assert_eq!(scope.paragraphs, ["Ours.", "D. R.", "B."]);
        assert_eq!(scope.closing, ["Bye,", "N", "F"]);
        assert_eq!(shipped.letter(Reason::Abusive).unwrap().paragraphs, ["Ours.", "D."]);
        assert_eq!(shipped.letter(Reason::Capacity).unwrap().paragraphs, ["Ours.", "D.", "A."]);
    }

    #[test]
    fn without_paragraphs_there_is_no_letter() {
        assert_eq!(drafts("[block]\nthanks = \"T.\"\n").letter(Reason::Scope), None);
    }

    #[test]
    fn an_unknown_block_is_an_error() {
        assert!(toml::from_str::<Drafts>("paragraphs = [[\"thank\"]]").is_err());
        assert!(toml::from_str::<Drafts>("[block]\nthank = \"T.\"").is_err());
        assert!(toml::from_str::<Drafts>("[reason.angry]\nthanks = \"T.\"").is_err());
    }
}

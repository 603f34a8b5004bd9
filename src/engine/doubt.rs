//! Where a fault is unlikely, whatever the words. In: a letter, what was heard in it, and the weights of `rules/doubt.toml`. Out: which
//! hits are doubtful. Refuses to doubt what is heard outside of prose.

use super::hearing::{ByCue, Heard};
use crate::{letter::Letter, rule::Doubt};

/// What a letter says of how likely a fault is in each of its sentences.
pub(super) struct Doubts<'a> {
    rule: &'a Doubt,
    letter: &'a Letter,
    heard: &'a ByCue<'a>,
    /// What any hit in the letter begins with.
    anywhere: f32,
}

impl<'a> Doubts<'a> {
    /// `missing` is how many elements the letter lacks; `alone` that no two of its sentences have a fault.
    pub(super) fn new(rule: &'a Doubt, letter: &'a Letter, heard: &'a ByCue<'a>, missing: usize, alone: bool) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "there are few elements")]
        let lacks = rule.each_missing * missing as f32;
        let nothing_else = if missing == 0 && alone { rule.nothing_else } else { 0.0 };
        Doubts { rule, letter, heard, anywhere: rule.anywhere + lacks + nothing_else }
    }

    /// Whether a hit is heard with certainty, and where a fault is not unlikely.
    pub(super) fn leave(&self, heard: &Heard<'_>) -> bool {
        let sentence = heard.hit.sentence;
        let prose = self.letter.parts[self.letter.sentences[sentence].part].kind.is_prose();
        heard.hit.sure
            && (!prose || !self.rule.cues.contains(heard.cue) || self.likelihood(heard) >= self.rule.threshold)
    }

    fn likelihood(&self, heard: &Heard<'_>) -> f32 {
        let sentence = heard.hit.sentence;
        let early = if sentence * 5 < self.letter.sentences.len() { self.rule.early } else { 0.0 };
        let beside = self.rule.beside.iter().filter(|(cue, _)| self.is_in(cue, sentence));
        self.anywhere + early + beside.map(|(_, adds)| adds).sum::<f32>()
    }

    /// Whether a cue is surely heard in a sentence.
    fn is_in(&self, cue: &str, sentence: usize) -> bool {
        let hits = self.heard.get(cue).map(Vec::as_slice).unwrap_or_default();
        let first = hits.partition_point(|heard| heard.hit.sentence < sentence);
        hits[first..].iter().take_while(|heard| heard.hit.sentence == sentence).any(|heard| heard.hit.sure)
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        diagnostic::{Severity, Verdict},
        engine::{Context, check},
        rule::RuleBook,
    };

    fn judged(text: &str) -> Verdict {
        let context = Context { language: Some("en".into()), ..Context::default() };
        check(text, &[], &RuleBook::shipped(), &context)
    }

    fn severity(verdict: &Verdict, rule: &str) -> Option<Severity> {
        verdict.diagnostics.iter().find(|diagnostic| diagnostic.rule == rule).map(|diagnostic| diagnostic.severity)
    }

    #[test]
    fn the_same_words_are_doubted_alone_in_a_letter_that_lacks_nothing_and_not_in_a_cold_one() {
        let harsh = "You never paid.";
        let cold = format!("Mr Reed,\n\nWe will stop working for you on 3 May. {harsh}\n\nJ. Moor\n");
        let warm = format!(
            "Dear Ms Reed,\n\nThank you for seven good years. We are sorry that we will stop cleaning your office on 3 May, because we are \
             closing our branch. We will bring the keys on that day. {harsh} Bright Ltd and Cole Ltd have room for new clients. The last \
             month is free of charge. We wish you all the best for the future.\n\nKind regards,\nJ. Moor\n"
        );
        let of = |text: &str| {
            let verdict = judged(text);
            let start = text.find(harsh).expect("it is there");
            let inside = |at: usize| (start..start + harsh.len()).contains(&at);
            verdict.diagnostics.iter().find(|found| inside(found.range.start)).map(|found| found.severity)
        };
        assert_eq!(of(&cold), Some(Severity::Warning));
        assert_eq!(of(&warm), Some(Severity::Note));
        let worse = warm.replace("Bright Ltd", "You ignored our reminders. Bright Ltd");
        assert_eq!(of(&worse), Some(Severity::Warning), "it is not the only fault");
    }

    #[test]
    fn the_only_element_that_is_missing_is_a_note() {
        let letter = "Dear Ms Reed,\n\nWe are sorry that we will stop cleaning your office on 3 May, because we are closing our branch. \
                      We will bring the keys on that day. Bright Ltd and Cole Ltd have room for new clients. The last month is free of charge. \
                      We wish you all the best for the future.\n\nKind regards,\nJ. Moor\n";
        assert_eq!(severity(&judged(letter), "missing-thanks"), Some(Severity::Note));
        let cold = "Dear Ms Reed,\n\nWe will stop cleaning your office on 3 May.\n\nJ. Moor\n";
        assert_eq!(severity(&judged(cold), "missing-thanks"), Some(Severity::Warning));
    }
}

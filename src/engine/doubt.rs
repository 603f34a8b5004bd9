//! Where a fault is unlikely, whatever the words. In: a letter, what was heard in it, and the weights of `rules/doubt.toml`. Out: which
//! hits are doubtful. Refuses to doubt what is heard outside of prose.

use std::collections::BTreeSet;

use super::hearing::{ByCue, Heard};
use crate::{letter::Letter, rule::Doubt};

/// The longest sentence that is told from longer ones, in tokens.
const LONGEST: usize = 40;

/// The sentences of a letter in which a fault is unlikely.
pub(super) struct Doubts<'a> {
    rule: &'a Doubt,
    unlikely: BTreeSet<usize>,
}

impl<'a> Doubts<'a> {
    pub(super) fn new(rule: &'a Doubt, letter: &Letter, heard: &ByCue<'_>) -> Self {
        let sure = |cue: &String| heard.get(cue.as_str()).into_iter().flatten().filter(|heard| heard.hit.sure);
        let lacks = |cue: &String| sure(cue).next().is_none();
        let letters: f32 = rule.without.iter().filter(|(cue, _)| lacks(cue)).map(|(_, weight)| weight).sum();
        let sentences = |cue: &String| sure(cue).map(|heard| heard.hit.sentence).collect::<BTreeSet<usize>>();
        let beside: Vec<_> = rule.beside.iter().map(|(cue, weight)| (sentences(cue), weight)).collect();
        let unlikely = |index: &usize| {
            let sentence = &letter.sentences[*index];
            let own: f32 = beside.iter().filter(|(holds, _)| holds.contains(index)).map(|(_, weight)| *weight).sum();
            #[expect(clippy::cast_precision_loss, reason = "a small number")]
            let tens = sentence.tokens.len().min(LONGEST) as f32 / 10.0;
            letter.parts[sentence.part].kind.is_prose()
                && rule.sentence + letters + own + rule.ten_words * tens < rule.threshold
        };
        let asked = rule.cues.iter().flat_map(sure).map(|heard| heard.hit.sentence);
        Doubts { rule, unlikely: asked.filter(unlikely).collect() }
    }

    /// Whether a hit is heard with certainty, and where a fault is not unlikely.
    pub(super) fn leave(&self, heard: &Heard<'_>) -> bool {
        heard.hit.sure && !(self.rule.cues.contains(heard.cue) && self.unlikely.contains(&heard.hit.sentence))
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
    fn the_same_words_are_doubted_in_a_warm_letter_and_not_in_a_cold_one() {
        let harsh = "You never paid.";
        let cold = format!("Mr Reed,\n\nWe will stop working for you on 3 May. {harsh}\n\nJ. Moor\n");
        let warm = format!(
            "Dear Mr Reed,\n\nThank you for seven good years. We are sorry that we will stop working for you on 3 May. {harsh} \
             The last invoice is on us, and we wish you all the best for the future.\n\nKind regards,\nJ. Moor\n"
        );
        let of = |text: &str| {
            let verdict = judged(text);
            let start = text.find(harsh).expect("it is there");
            let inside = |at: usize| (start..start + harsh.len()).contains(&at);
            verdict.diagnostics.iter().find(|found| inside(found.range.start)).map(|found| found.severity)
        };
        assert_eq!(of(&cold), Some(Severity::Warning));
        assert_eq!(of(&warm), Some(Severity::Note));
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

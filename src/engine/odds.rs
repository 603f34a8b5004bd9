//! How likely a fault is in each sentence. In: a letter, what its words weigh, how much it lacks, and the numbers of `rules/odds.toml`. Out: how
//! loudly what was heard is told, and what words alone say. Refuses to weigh what stands outside of prose.

use super::hearing::{Heard, Leanings};
use crate::{
    letter::Letter,
    rule::{Odds, Rule},
};

/// What a letter says of how likely a fault is in each of its sentences.
pub(super) struct Likelihood<'a> {
    odds: &'a Odds,
    letter: &'a Letter,
    leanings: &'a Leanings<'a>,
    /// What any sentence of the letter begins with.
    anywhere: f32,
}

/// What the words of a sentence say by themselves.
pub(super) struct Alone<'a> {
    /// The id of the rule.
    pub rule: &'a str,
    /// Certain enough for the rule's own severity.
    pub sure: bool,
}

impl<'a> Likelihood<'a> {
    /// `missing` is how many elements the letter lacks.
    pub(super) fn new(odds: &'a Odds, letter: &'a Letter, leanings: &'a Leanings<'a>, missing: usize) -> Self {
        let counted = u8::try_from(missing).unwrap_or(u8::MAX).min(odds.most_missing);
        let lacks = odds.each_missing * f32::from(counted);
        Likelihood { odds, letter, leanings, anywhere: odds.anywhere + lacks }
    }

    /// Whether what a rule heard is certain.
    pub(super) fn is_sure(&self, rule: &Rule, heard: &Heard<'_>) -> bool {
        let heard_so = if heard.hit.sure { &self.odds.sure } else { &self.odds.likely };
        let sentence = heard.hit.sentence;
        let prose = self.letter.parts[self.letter.sentences[sentence].part].kind.is_prose();
        match heard_so.get(&rule.id).filter(|_| prose) {
            Some(adds) => {
                let sum = self.of(sentence) + adds;
                if !self.leanings.weights.know(&rule.id) {
                    return sum >= self.odds.warning;
                }
                // Much in a sentence can be innocent beside what was heard: the stretch alone may weigh more.
                sum + self.words(sentence) >= self.odds.warning
                    || sum + self.words_of_stretch(heard) >= self.odds.warning
            }
            None => heard.hit.sure,
        }
    }

    /// What the words of a sentence say in which nothing was heard.
    pub(super) fn alone(&self, sentence: usize) -> Option<Alone<'a>> {
        let leaning = self.leanings.sentences[sentence].as_ref()?;
        let sum = self.of(sentence) + self.words(sentence);
        (sum >= self.odds.note).then_some(Alone { rule: leaning.rule, sure: sum >= self.odds.warning })
    }

    /// What a sentence has by its place.
    fn of(&self, sentence: usize) -> f32 {
        let early = if sentence * 5 < self.letter.sentences.len() { self.odds.early } else { 0.0 };
        self.anywhere + early
    }

    /// What the words of the stretch weigh in which something was heard.
    fn words_of_stretch(&self, Heard { hit, .. }: &Heard<'_>) -> f32 {
        let sentence = &self.letter.sentences[hit.sentence];
        let tokens = &self.letter.tokens[sentence.tokens.clone()];
        let first = tokens.partition_point(|token| token.range.end <= hit.range.start);
        let behind = tokens.partition_point(|token| token.range.start < hit.range.end);
        let stretch = sentence.tokens.start + first..sentence.tokens.start + behind.max(first);
        let Leanings { weights, sentences } = self.leanings;
        let own = sentences[hit.sentence].and_then(|_| weights.leading(&weights.weigh(self.letter, stretch)));
        own.map_or(0.0, |(_, margin)| self.odds.words * margin)
    }

    fn words(&self, sentence: usize) -> f32 {
        self.leanings.sentences[sentence].as_ref().map_or(0.0, |leaning| self.odds.words * leaning.margin)
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
    fn the_same_words_are_a_note_in_a_letter_that_lacks_nothing_and_a_warning_in_a_cold_one() {
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
    }

    #[test]
    fn words_alone_are_told_in_a_letter_that_ends_something_and_nowhere_else() {
        let narrated = "Somebody at your end must have enjoyed watching us run.";
        let letter =
            format!("Dear Mr Doyle,\n\nWe will stop doing your books on 30 June. {narrated}\n\nRegards,\nA. Moor\n");
        let of = |verdict: &Verdict| {
            let start = letter.find(narrated).expect("it is there");
            let found = verdict.diagnostics.iter().find(|found| found.range == (start..start + narrated.len()));
            found.map(|found| found.message.clone())
        };
        let message = of(&judged(&letter)).expect("its words weigh enough");
        assert!(message.contains("What weighs most: "), "{message}");
        let assumed = Context {
            language: Some("en".into()),
            assume: Some(crate::diagnostic::LetterKind::Termination),
            ..Context::default()
        };
        let mail = letter.replace("We will stop doing your books on 30 June. ", "");
        let verdict = check(&mail, &[], &RuleBook::shipped(), &assumed);
        assert!(
            !verdict.diagnostics.iter().any(|found| found.message.contains("What weighs most")),
            "it is only assumed"
        );
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

//! How likely a fault is in each sentence, and what a letter needs. In: a letter, what its words weigh, how much it lacks, and the numbers of
//! `rules/odds.toml`. Out: how loudly what was heard is told, and what words alone say. Refuses to weigh what stands outside of prose.

use super::hearing::{Heard, Leanings};
use crate::{
    letter::Letter,
    rule::{Odds, Rule},
    weights::Sums,
};

/// What a letter says of how likely a fault is in each of its sentences.
pub(super) struct Likelihood<'a> {
    odds: &'a Odds,
    letter: &'a Letter,
    leanings: &'a Leanings<'a>,
    /// The rules under which something can be told because of its words.
    rules: Vec<&'a Rule>,
    /// What any sentence of the letter begins with.
    anywhere: f32,
}

impl<'a> Likelihood<'a> {
    /// `missing` is how many elements the letter lacks.
    pub(super) fn new(
        odds: &'a Odds,
        letter: &'a Letter,
        leanings: &'a Leanings<'a>,
        rules: Vec<&'a Rule>,
        missing: u8,
    ) -> Self {
        let lacks = odds.each_missing * f32::from(missing.min(odds.most_missing));
        Likelihood { odds, letter, leanings, rules, anywhere: odds.anywhere + lacks }
    }

    /// Whether what a rule has heard is certain enough for its own severity. None where the words say that it is rather another fault, under which the
    /// sentence is told.
    pub(super) fn of_heard(&self, rule: &Rule, heard: &Heard<'_>) -> Option<bool> {
        let heard_so = if heard.hit.sure { &self.odds.sure } else { &self.odds.likely };
        let sentence = heard.hit.sentence;
        let Some(adds) = heard_so.get(&rule.id).filter(|_| self.is_prose(sentence)) else {
            return Some(heard.hit.sure);
        };
        let (here, other) = self.of_words_heard(rule, heard);
        // What nothing was learned of is told as it was heard.
        if here.is_some_and(|here| other > adds + here) && self.of_words(sentence).is_some() {
            return None;
        }
        let sum = self.of(sentence) + adds + here.unwrap_or_default();
        Some(sum >= self.odds.warning)
    }

    /// Whether what a rule has heard is certain enough for its own severity in a text that is only assumed to end something.
    pub(super) fn of_assumed(&self, rule: &Rule, heard: &Heard<'_>) -> bool {
        let least = self.odds.assumed.get(&rule.id).filter(|_| self.is_prose(heard.hit.sentence));
        let weighs = |least: &f32| self.of_words_heard(rule, heard).0.is_none_or(|here| here >= *least);
        heard.hit.sure && least.is_none_or(weighs)
    }

    /// The most that the words speak for a rule where it has heard something, if anything was learned of it, and the most for another.
    fn of_words_heard(&self, rule: &Rule, heard: &Heard<'_>) -> (Option<f32>, f32) {
        // Much in a sentence can be innocent beside what was heard: the stretch alone may weigh more.
        let all = self.leanings.sentences[heard.hit.sentence];
        let own = all.map(|_| self.leanings.of_stretch(self.letter, &heard.hit));
        let (mut here, mut other): (Option<f32>, _) = (None, f32::NEG_INFINITY);
        for (of, margin) in all.into_iter().chain(own).flat_map(|sums| self.faults(sums)) {
            let most = if of.id == rule.id { here.get_or_insert(margin) } else { &mut other };
            *most = most.max(margin);
        }
        (here, other)
    }

    fn is_prose(&self, sentence: usize) -> bool {
        self.letter.parts[self.letter.sentences[sentence].part].kind.is_prose()
    }

    /// The rule under which a sentence is told because of its words, and whether that is certain enough for the rule's own severity.
    pub(super) fn of_words(&self, sentence: usize) -> Option<(&'a Rule, bool)> {
        let faults = self.faults(self.leanings.sentences[sentence]?);
        // Of equals the first.
        let (rule, most) = faults.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        let sum = self.of(sentence) + most;
        (sum >= self.odds.note).then_some((rule, sum >= self.odds.warning))
    }

    /// What a sentence has by its place.
    fn of(&self, sentence: usize) -> f32 {
        let early = if sentence * 5 < self.letter.sentences.len() { self.odds.early } else { 0.0 };
        self.anywhere + early
    }

    /// What words speak for each rule more than for what is innocent, or for the element that it forbids.
    fn faults(&self, sums: Sums) -> impl Iterator<Item = (&'a Rule, f32)> {
        let weights = self.leanings.weights;
        let of_rule = |(id, margin)| Some((*self.rules.iter().find(|rule| rule.id == id)?, margin));
        let of_element = move |rule: &&'a Rule| Some((*rule, weights.element(rule.element.as_ref()?)?(&sums)));
        let faults = weights.faults(sums).filter_map(of_rule).chain(self.rules.iter().filter_map(of_element));
        faults.map(|(rule, margin)| (rule, self.odds.words * margin))
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
    fn ordinary_words_are_no_warning_where_a_termination_is_only_assumed_and_insults_are() {
        let mail = "Hi Tom,\n\nWhen signing up, hit continue if the screen asks for a code. You are an idiot.\n\nAnn\n";
        let assume = Some(crate::diagnostic::LetterKind::Termination);
        let context = Context { language: Some("en".into()), assume, ..Context::default() };
        let verdict = check(mail, &[], &RuleBook::shipped(), &context);
        assert_eq!(severity(&verdict, "open-negotiation"), Some(Severity::Note));
        assert_eq!(severity(&verdict, "personal-attack"), Some(Severity::Warning));
    }

    #[test]
    fn an_element_is_surely_missing_where_no_sentence_comes_near_it_in_a_letter_that_lacks_little_else() {
        let cold = |more: &str| {
            format!("Dear Ms Reed,\n\nWe will stop cleaning your office on 3 May. {more}\n\nKind regards,\nJ. Moor\n")
        };
        let warm = |more: &str| {
            format!(
                "Dear Ms Reed,\n\nWe are sorry that we will stop cleaning your office on 3 May, because we are closing our branch. We will bring the keys on \
                 that day. {more} Bright Ltd and Cole Ltd have room for new clients. The last month is free of charge. We wish you all the best for the \
                 future.\n\nKind regards,\nJ. Moor\n"
            )
        };
        let of = |letter: String| severity(&judged(&letter), "missing-thanks");
        assert_eq!(of(cold("We liked working for you.")), Some(Severity::Warning));
        assert_eq!(of(warm("We liked working for you.")), Some(Severity::Note));
        for letter in [cold("Thank you for seven good years."), warm("It was a pleasure to clean for you.")] {
            assert_eq!(of(letter), None);
        }
        // What is said beside it takes nothing from it.
        let beside =
            cold("We are sorry for the trouble that this causes, and Oakfield Cleaning has room for new customers.");
        assert_eq!(severity(&judged(&beside), "missing-alternatives"), None);
    }
}

//! The shipped rules hold together: every example behaves, every rule has its cues and its texts in every language.

use partwell::{
    rule::{RuleBook, RuleKind},
    weights::Sums,
};

#[test]
fn every_example_behaves() {
    let report = RuleBook::shipped().try_examples(None);
    let flaws: Vec<String> = report
        .flaws
        .iter()
        .map(|flaw| {
            let line = flaw.text[..flaw.at.start].lines().count();
            format!("{}:{line}: {}: {}", flaw.file, flaw.message, &flaw.text[flaw.at.clone()])
        })
        .collect();
    assert!(flaws.is_empty(), "{} of {} examples:\n{}", flaws.len(), report.ran, flaws.join("\n"));
    assert!(report.ran > 500, "only {} examples were tried", report.ran);
}

#[test]
fn every_cue_that_a_rule_names_is_there_in_every_language() {
    let book = RuleBook::shipped();
    let gate = book.gate();
    for language in book.languages() {
        let pack = book.pack(language).expect("a language of the book");
        let rest = book.rules().iter().filter_map(|rule| rule.rest.as_ref());
        let rest = rest.flat_map(|rest| rest.unless.iter().chain([&rest.beside]));
        let rules = book.rules().iter().flat_map(|rule| &rule.cues).chain(rest);
        for cue in rules.chain(gate.pro.keys()).chain(gate.against.keys()) {
            assert!(pack.cues.id(cue).is_some(), "{language} has no cue `{cue}`");
        }
    }
}

#[test]
fn odds_and_weights_are_those_of_rules() {
    let book = RuleBook::shipped();
    let odds = book.odds();
    assert!(odds.note < odds.warning);
    for rule in odds.sure.keys().chain(odds.likely.keys()) {
        assert!(book.rule(rule).is_some(), "odds.toml names `{rule}`");
    }
    for language in book.languages() {
        let weights = &book.pack(language).expect("a language of the book").weights;
        for rule in odds.likely.keys() {
            let known = weights.faults(Sums::default()).any(|(known, _)| known == rule);
            assert!(known, "{language} has learned nothing of `{rule}`");
        }
        for element in book.rules().iter().filter_map(|rule| rule.element.as_ref()) {
            assert!(weights.element(element).is_some(), "{language} has learned nothing of `{element}`");
        }
        assert!(weights.ending(std::iter::empty()).is_some(), "{language} has not learned which letters end something");
    }
}

#[test]
fn every_rule_has_its_texts_in_every_language() {
    let book = RuleBook::shipped();
    for language in book.languages() {
        let texts = book.texts(language).expect("a language of the book");
        for rule in book.rules() {
            let text = texts.rule(&rule.id).unwrap_or_else(|| panic!("{language} says nothing about `{}`", rule.id));
            for (name, text) in [("title", &text.title), ("message", &text.message), ("why", &text.why)] {
                assert!(!text.is_empty(), "{language}: `{}` has no {name}", rule.id);
            }
            let ready = if rule.kind == RuleKind::Require { &text.insert } else { &text.help };
            assert!(!ready.is_empty(), "{language}: `{}` offers no words", rule.id);
            if let Some(element) = &rule.element {
                assert!(
                    texts.element(element) != element || language == "en",
                    "{language} has no name for the element `{element}`"
                );
            }
        }
    }
}

#[test]
fn a_rule_has_a_source() {
    for rule in RuleBook::shipped().rules() {
        assert!(!rule.sources.is_empty(), "`{}` does not say where its advice comes from", rule.id);
    }
}

/// What must stay silent is written down wherever something is heard.
#[test]
fn every_cue_has_a_good_example_for_each_entry() {
    let book = RuleBook::shipped();
    for language in book.languages() {
        let pack = book.pack(language).expect("a language of the book");
        for (id, cue) in pack.cues.names().enumerate() {
            let (entries, good) = (pack.cues.entries(id), book.examples(language, cue).1.len());
            assert!(good >= entries, "{language}/{cue}.toml: {entries} entries, but {good} good examples");
        }
    }
}

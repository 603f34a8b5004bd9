//! What words weigh, learned from labelled letters and from the examples of cues. In: letters with their labels, and the rules that hear them. Out: the
//! text of a file `weights.toml`, the same for the same letters and rules. Refuses to learn of rules that `odds.toml` does not weigh.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    ops::Range,
};

use rayon::prelude::*;

use super::{
    bags::{self, Bag, Sample},
    label::Labelled,
    score::overlap,
    softmax,
};
use crate::{
    cue::Plain,
    diagnostic::LetterKind,
    letter::Letter,
    rule::{Pack, Rule, RuleBook, RuleKind},
    weights::{INNOCENT, START, features, of_cue},
};

/// A feature of fewer sentences teaches nothing.
const FEWEST: usize = 2;
/// A weight that is smaller is left out: of a fault, and of an element or an ending.
const LEAST_OF_FAULTS: f64 = 0.05;
const LEAST_OF_BAGS: f64 = 0.1;
/// How dear weights are: of the prices tried those with which letters that were left out were heard best.
const OF_FAULTS: f64 = 100.0;
const OF_BAGS: f64 = 10.0;
/// So many sentences are at fault, whatever the writers of the letters were asked for: what words weigh is compared between languages.
const AT_FAULT: f64 = 0.25;

/// What a letter teaches, or an example of a cue.
struct Lesson<'l> {
    /// Whether it ends a customer relationship. An example says nothing of that.
    ends: Option<bool>,
    /// Elements, and what is known of where it says them.
    elements: Vec<(&'l str, Said)>,
    /// Those of its prose.
    sentences: Vec<Sentence>,
}

/// Where a lesson says an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// In one of its sentences at least.
    Somewhere,
    /// In none.
    Nowhere,
    /// In those sentences in which it is marked.
    Marked,
}

struct Sentence {
    /// Bytes of the text.
    range: Range<usize>,
    words: BTreeSet<String>,
    /// The features that cues are surely heard.
    cues: BTreeSet<String>,
    /// The rules of which any should flag it.
    rules: Vec<String>,
    /// The elements that are marked in it.
    says: Vec<String>,
}

/// The features that are met often enough.
struct Known<'f> {
    numbers: BTreeMap<&'f str, u32>,
    /// How easily each gains weight.
    units: Vec<f64>,
}

/// The text of the file of weights. Letters in a language of which the book has no pack teach nothing.
#[must_use]
pub fn learn(letters: &[(&Labelled, &RuleBook)]) -> String {
    let mut lessons: Vec<Lesson> = letters.par_iter().filter_map(|(labels, book)| lesson(labels, book)).collect();
    let books: BTreeMap<&str, &RuleBook> =
        letters.iter().map(|(labels, book)| (labels.language.as_str(), *book)).collect();
    lessons.extend(books.into_iter().flat_map(|(language, book)| examples(language, book)));
    let known = Known::of(lessons.iter().flat_map(|lesson| &lesson.sentences));
    let mut tables = vec![];
    tables.extend(faults(&lessons, &known));
    let elements: BTreeSet<&str> =
        lessons.iter().flat_map(|it| it.elements.iter().map(|(element, _)| *element)).collect();
    let elements: Vec<&str> = elements.into_iter().collect();
    tables.par_extend(elements.into_par_iter().filter_map(|element| of_element(element, &lessons, &known)));
    tables.extend(ending(&lessons, &known));
    let examples = lessons.iter().filter(|lesson| lesson.ends.is_none()).count();
    let names: Vec<&str> = known.numbers.keys().copied().chain([START]).collect();
    written(&tables, &names, letters.len(), examples)
}

fn lesson<'l>(labels: &'l Labelled, book: &'l RuleBook) -> Option<Lesson<'l>> {
    let pack = book.pack(&labels.language)?;
    let letter = Letter::parse(&labels.text, &[], &pack.forms);
    let ends = labels.kind == LetterKind::Termination;
    let asked = book.rules().iter().filter(|rule| ends && rule.when.holds(labels.reason));
    let of_rule = |rule: &'l Rule| {
        let element = rule.element.as_deref()?;
        let said = match rule.kind {
            // The stretches that it should flag are those that say it.
            RuleKind::Forbid => Said::Marked,
            _ if labels.says.is_some() => Said::Marked,
            _ if labels.missing.iter().any(|missing| missing == element) => Said::Nowhere,
            _ => Said::Somewhere,
        };
        Some((element, said))
    };
    let elements = asked.clone().filter_map(of_rule).collect();
    let mut sentences =
        sentences(&labels.text, &letter, pack, &own_cues(book), |sentence| faults_of(labels, sentence, book));
    let mut mark = |range: &Range<usize>, element: &str| {
        let saying = sentences.iter_mut().filter(|it| overlap(range, &it.range));
        saying.for_each(|it| it.says.push(element.to_owned()));
    };
    labels.says.iter().flatten().for_each(|(range, element)| mark(range, element));
    for rule in asked.filter(|rule| rule.kind == RuleKind::Forbid) {
        let Some(element) = &rule.element else { continue };
        let flagged = labels.spans.iter().filter(|(_, rules)| rules.contains(&rule.id));
        flagged.for_each(|(range, _)| mark(range, element));
    }
    Some(Lesson { ends: Some(ends), elements, sentences })
}

/// What the examples of a language's cues teach: each is a letter of few words.
fn examples<'l>(language: &'l str, book: &'l RuleBook) -> Vec<Lesson<'l>> {
    let Some(pack) = book.pack(language) else { return Vec::new() };
    let own = own_cues(book);
    let mut lessons = Vec::new();
    for rule in book.rules() {
        let fault = is_learned(rule, book);
        let element = rule.element.as_deref().filter(|_| rule.kind == RuleKind::Require);
        if !fault && element.is_none() {
            continue;
        }
        for cue in rule.cues.iter().filter(|cue| fault || !own.contains(cue.as_str())) {
            let (bad, good) = book.examples(language, cue);
            let bad = bad.iter().map(|written| (written, true));
            for (written, bad) in bad.chain(good.iter().map(|written| (written, false))) {
                let plain = Plain::of(written, bad);
                let letter = Letter::fragment(&plain.text, plain.part, &pack.forms);
                let here = |sentence: &Range<usize>| plain.marked.iter().any(|marked| overlap(marked, sentence));
                let flagged =
                    |sentence: &Range<usize>| (fault && here(sentence)).then(|| rule.id.clone()).into_iter().collect();
                let sentences = sentences(&plain.text, &letter, pack, &own, flagged);
                let said = if bad { Said::Somewhere } else { Said::Nowhere };
                let elements = element.map(|element| (element, said)).into_iter().collect();
                lessons.push(Lesson { ends: None, elements, sentences });
            }
        }
    }
    lessons
}

/// The cues of the rules of which it is learned what words speak for them. What they hear was written with letters such as these before one's eyes: it
/// would teach too much.
fn own_cues(book: &RuleBook) -> BTreeSet<&str> {
    let learned = book.rules().iter().filter(|rule| is_learned(rule, book));
    learned.flat_map(|rule| &rule.cues).map(String::as_str).collect()
}

/// The sentences of a letter's prose. What `own` cues hear is no feature of theirs.
fn sentences(
    text: &str,
    letter: &Letter,
    pack: &Pack,
    own: &BTreeSet<&str>,
    faults: impl Fn(&Range<usize>) -> Vec<String>,
) -> Vec<Sentence> {
    let mut cues: Vec<BTreeSet<String>> = vec![BTreeSet::new(); letter.sentences.len()];
    for hit in pack.cues.hear(text, letter).iter().filter(|hit| hit.sure) {
        let cue = pack.cues.name(hit.cue);
        if !own.contains(cue) {
            cues[hit.sentence].insert(of_cue(cue));
        }
    }
    let mut sentences = Vec::new();
    for (sentence, cues) in letter.sentences.iter().zip(cues) {
        if letter.parts[sentence.part].kind.is_prose() {
            let mut words = BTreeSet::new();
            features(letter, sentence.tokens.clone(), |feature| _ = words.insert(feature.name.to_owned()));
            sentences.push(Sentence {
                range: sentence.range.clone(),
                words,
                cues,
                rules: faults(&sentence.range),
                says: Vec::new(),
            });
        }
    }
    sentences
}

impl<'f> Known<'f> {
    fn of(sentences: impl Iterator<Item = &'f Sentence>) -> Known<'f> {
        let (mut met, mut all): (BTreeMap<&str, usize>, usize) = (BTreeMap::new(), 0);
        for sentence in sentences {
            all += 1;
            sentence.words.iter().chain(&sentence.cues).for_each(|feature| *met.entry(feature).or_default() += 1);
        }
        met.retain(|_, times| *times >= FEWEST);
        Known {
            numbers: met.keys().copied().zip(0..).collect(),
            // What is rare says more where it is met.
            units: met.values().map(|times| (number(all + 1) / number(times + 1)).ln() + 1.0).collect(),
        }
    }

    fn of_these<'s>(&self, features: impl IntoIterator<Item = &'s String>) -> Vec<u32> {
        features.into_iter().filter_map(|it| self.numbers.get(it.as_str()).copied()).collect()
    }
}

/// What features weigh for something.
struct Table {
    name: String,
    /// By feature, that of each sentence last.
    weights: Vec<f64>,
    /// What weighs less is left out.
    least: f64,
}

/// For each rule what speaks for it, and what for no fault.
fn faults(lessons: &[Lesson], known: &Known) -> Vec<Table> {
    let sentences = || lessons.iter().flat_map(|lesson| &lesson.sentences);
    let mut rules: Vec<&str> = sentences().flat_map(|sentence| &sentence.rules).map(String::as_str).collect();
    rules.sort_unstable();
    rules.dedup();
    rules.insert(0, INNOCENT);
    // The first is what is innocent.
    let class = |rule: &String| rules.iter().position(|class| class == rule).map_or(0, |class| 1 << class);
    let right = |it: &Sentence| it.rules.iter().map(class).reduce(|all, class| all | class).unwrap_or(1);
    let sample = |it: &Sentence| (known.of_these(it.words.iter().chain(&it.cues)), right(it));
    let samples: Vec<(Vec<u32>, u32)> = sentences().map(sample).collect();
    let innocent = number(samples.iter().filter(|(_, right)| *right == 1).count()) / number(samples.len());
    let mut solved = softmax::Problem { samples, units: &known.units, classes: rules.len(), price: OF_FAULTS }.solve();
    // What each innocent sentence has stands behind the features.
    solved[known.units.len() * rules.len()] += balance(innocent);
    let column = |class: usize| solved.iter().skip(class).step_by(rules.len()).copied().collect();
    let table = |(class, rule): (usize, &&str)| Table {
        name: format!("fault.{rule}"),
        weights: column(class),
        least: LEAST_OF_FAULTS,
    };
    rules.iter().enumerate().map(table).collect()
}

/// What speaks for an element: those sentences say it in which it is marked; of a letter in which nothing is marked and that has it one at least, and
/// none of one that lacks it.
fn of_element(element: &str, lessons: &[Lesson], known: &Known) -> Option<Table> {
    let sample = |it: &Sentence| Sample { features: known.of_these(&it.words), each: 1.0, scale: 1.0 };
    let mut bags = Vec::new();
    for lesson in lessons {
        let Some((_, said)) = lesson.elements.iter().find(|(asked, _)| *asked == element) else { continue };
        let samples = lesson.sentences.iter().map(sample);
        match said {
            Said::Somewhere => bags.push(Bag { samples: samples.collect(), positive: true }),
            Said::Nowhere => bags.push(Bag { samples: samples.collect(), positive: false }),
            Said::Marked => bags.extend(lesson.sentences.iter().zip(samples).map(|(sentence, sample)| Bag {
                samples: vec![sample],
                positive: sentence.says.iter().any(|said| said == element),
            })),
        }
    }
    solved(format!("element.{element}"), bags, known)
}

/// What speaks for a letter that ends a customer relationship.
fn ending(lessons: &[Lesson], known: &Known) -> Option<Table> {
    let bag = |lesson: &Lesson| {
        let features = lesson.sentences.iter().flat_map(|sentence| known.of_these(&sentence.words)).collect();
        let scale = number(lesson.sentences.len().max(1)).sqrt().recip();
        // What each sample has counts for each sentence: see `Weights::ending`.
        let each = number(lesson.sentences.len());
        Some(Bag { samples: vec![Sample { features, each, scale }], positive: lesson.ends? })
    };
    solved("ending".to_owned(), lessons.iter().filter_map(bag).collect(), known)
}

/// A table that tells bags apart; none where all are alike.
fn solved(name: String, bags: Vec<Bag>, known: &Known) -> Option<Table> {
    if bags.iter().all(|bag| bag.positive) || bags.iter().all(|bag| !bag.positive) {
        return None;
    }
    let weights = bags::Problem { bags, units: &known.units, price: OF_BAGS }.solve();
    Some(Table { name, weights, least: LEAST_OF_BAGS })
}

/// The rules that should flag a sentence, any of them: of the labels that stand in it those that are learned.
fn faults_of(labels: &Labelled, sentence: &Range<usize>, book: &RuleBook) -> Vec<String> {
    let learned = |id: &&String| book.rule(id).is_some_and(|rule| is_learned(rule, book));
    let here = labels.spans.iter().filter(|(range, _)| overlap(range, sentence));
    here.flat_map(|(_, rules)| rules).filter(learned).cloned().collect()
}

/// Whether it is learned what speaks for a rule: where odds weigh it, and it holds whatever the reason is.
fn is_learned(rule: &Rule, book: &RuleBook) -> bool {
    rule.kind == RuleKind::Forbid && rule.when.reason.is_empty() && book.odds().sure.contains_key(&rule.id)
}

fn written(tables: &[Table], names: &[&str], letters: usize, examples: usize) -> String {
    let mut out = format!(
        "# What the features of a sentence weigh for each rule, for each element, and for that a letter ends something: natural logarithms of odds\n\
         # (docs/hearing.md). Learned by `partwell rules learn` from {letters} labelled letters and {examples} examples of cues; not written by hand.\n"
    );
    for Table { name, weights, least } in tables {
        let _ = writeln!(out, "\n[{name}]");
        let mut heaviest: Vec<(&str, f64)> =
            names.iter().copied().zip(weights.iter().copied()).filter(|(_, weight)| weight.abs() >= *least).collect();
        heaviest.sort_by(|(one, a), (other, b)| b.total_cmp(a).then(one.cmp(other)));
        for (feature, weight) in heaviest {
            // A string of JSON is one of TOML.
            let key = serde_json::to_string(feature).expect("any text can be written as JSON");
            let _ = writeln!(out, "{key} = {weight:.2}");
        }
    }
    out
}

/// What each sentence weighs more for innocence where the share `AT_FAULT` of them is not innocent than where this share of them is (King and Zeng,
/// Logistic Regression in Rare Events Data, section 4.1). Nothing where there is nothing to compare.
fn balance(innocent: f64) -> f64 {
    let logit = |share: f64| (share / (1.0 - share)).ln();
    if innocent > 0.0 && innocent < 1.0 { logit(1.0 - AT_FAULT) - logit(innocent) } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "nobody labels so many sentences")]
fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_sentences_are_innocent_does_not_weigh() {
        assert!(balance(1.0 - AT_FAULT).abs() < 1e-9);
        // With ten times the odds each sentence has ln 10 more for innocence, which is taken away again.
        let (few, many) = (balance(0.5), balance(10.0 / 11.0));
        assert!((few - many - 10.0_f64.ln()).abs() < 1e-9, "{few} {many}");
        assert!(balance(0.0) == 0.0 && balance(1.0) == 0.0, "there is nothing to compare with");
    }

    #[test]
    fn examples_of_cues_teach_what_they_are_examples_of() {
        let book = RuleBook::shipped();
        let lessons = examples("en", &book);
        assert!(lessons.iter().all(|lesson| lesson.ends.is_none()), "an example is no letter");
        let (bad, good) = book.examples("en", "opinion");
        let flagged = lessons.iter().flat_map(|lesson| &lesson.sentences).filter(|it| it.rules == ["opinion"]);
        assert!(flagged.count() >= bad.len(), "in each bad one a sentence is at fault");
        let innocent =
            |lesson: &&Lesson| lesson.elements.is_empty() && lesson.sentences.iter().all(|it| it.rules.is_empty());
        assert!(lessons.iter().filter(innocent).count() >= good.len(), "and none in a good one");
        for said in [Said::Somewhere, Said::Nowhere] {
            assert!(lessons.iter().any(|lesson| lesson.elements == [("thanks", said)]), "{said:?}");
            let of_blame = |lesson: &Lesson| {
                lesson.elements == [("reason", said)] && lesson.sentences.iter().any(|it| !it.rules.is_empty())
            };
            assert!(!lessons.iter().any(of_blame), "what is told as a fault teaches no element");
        }
    }
}

//! From hits to diagnostics: which cue wins a stretch, what is missing, what is too much.

use std::{cell::OnceCell, collections::BTreeMap, ops::Range};

use super::{
    Memory,
    hearing::{ByCue, Heard, Hearing, Leanings},
    mend::{self, Means, Mender, Need},
    odds::Likelihood,
    told,
};
use crate::{
    cue::Hit,
    diagnostic::{Applicability, Diagnostic, Fix, LetterKind, Severity, Verdict, Wording},
    engine::Context,
    letter::{Letter, PartKind, Script, Sentence},
    rule::{Place, Rest, Rule, RuleBook, RuleKind, Texts},
    weights::Sums,
};

/// How many of the sentences that are too much are shown; nobody reads on through more.
const SHOWN: usize = 30;
/// How many of the words are named that speak of a fault by themselves.
const MOST_WORDS: usize = 3;

pub(super) struct Judge<'a> {
    text: &'a str,
    letter: &'a Letter,
    language: &'a str,
    book: &'a RuleBook,
    context: &'a Context,
    heard: &'a ByCue<'a>,
    script: Script,
    kind: LetterKind,
    /// What the words of each sentence say. None where the kind is only assumed: odds were learned from letters that end a relationship,
    /// and say nothing of other texts.
    leanings: Option<Leanings<'a>>,
    /// What they say where the kind is only assumed.
    assumed: Option<Leanings<'a>>,
}

/// Where each element of a letter stands, in the order of the text.
type Elements = BTreeMap<String, Vec<Range<usize>>>;

/// A stretch that a `forbid` rule has won.
struct Claim<'a> {
    rule: &'a Rule,
    /// Certain enough for the rule's own severity.
    sure: bool,
    /// It is told because of its words, not of what was heard.
    by_words: bool,
    /// The language in which it was heard.
    language: &'a str,
    /// Wordings to use instead.
    suggest: &'a [String],
    /// Index of the sentence in the letter.
    sentence: usize,
    /// Bytes of the text.
    range: Range<usize>,
}

impl Claim<'_> {
    /// Whether an element does not count where this was claimed.
    fn spoils(&self, element: &String) -> bool {
        self.sure && self.rule.spoils.contains(element)
    }
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        text: &'a str,
        letter: &'a Letter,
        language: &'a str,
        book: &'a RuleBook,
        context: &'a Context,
        hearing: &'a Hearing<'a>,
        memory: Option<&mut Memory>,
    ) -> Self {
        let script = book.forms(language).map_or(Script::Own, |forms| Script::of(text, forms));
        let (heard, kind) = (&hearing.cues, LetterKind::Other);
        let mut judge =
            Judge { text, letter, language, book, context, heard, script, kind, leanings: None, assumed: None };
        let ending = judge.ending();
        let assumed = context.assume == Some(LetterKind::Termination);
        // What words can add is bounded: most other mail need not be weighed.
        let pack = book.pack(language).filter(|_| assumed || ending + book.gate().words_add >= 0.0);
        let leanings = pack.map(|pack| hearing.leanings(letter, pack, memory));
        let words = leanings.as_ref().map_or(0.0, |leanings| judge.words(leanings));
        let recognised = if ending + words >= 0.0 { LetterKind::Termination } else { LetterKind::Other };
        judge.kind = context.assume.unwrap_or(recognised);
        match (judge.kind, recognised) {
            (LetterKind::Termination, LetterKind::Termination) => judge.leanings = leanings,
            (LetterKind::Termination, LetterKind::Other) => judge.assumed = leanings,
            (LetterKind::Other, _) => {}
        }
        judge
    }

    pub(super) fn verdict(&self) -> Verdict {
        let mut verdict = Verdict {
            language: self.language.to_owned(),
            messages: self.messages().to_owned(),
            letter: self.kind,
            reason: self.context.reason.map(|reason| reason.to_string()),
            parts: self
                .letter
                .whole_parts()
                .map(|(_, of)| (of[0].kind, of[0].range.start..of[of.len() - 1].range.end))
                .collect(),
            sentences: self.letter.sentences.iter().map(|sentence| sentence.range.clone()).collect(),
            ..Verdict::default()
        };
        let judged = self.kind == LetterKind::Termination;
        let mut elements = self.elements();
        let claims = if judged { self.claims(&elements) } else { Vec::new() };
        spoil(&mut elements, &claims);
        if judged {
            let mender = self.mender(&elements);
            verdict.diagnostics.extend(claims.iter().map(|claim| self.forbidden(claim, &mender)));
            for rule in self.rules(RuleKind::Limit) {
                verdict.diagnostics.extend(self.too_much(rule));
            }
            for rule in self.rules(RuleKind::Require) {
                let element = rule.element.clone().expect("a require rule names its element");
                let there = elements.get(&element).is_some_and(|places| !places.is_empty());
                if !there {
                    let sure = self.surely_lacks(&element, &elements, &claims);
                    verdict.diagnostics.push(self.missing(rule, sure, &elements));
                }
                verdict.checklist.push((element, there));
            }
            verdict.diagnostics.sort_by_key(|diagnostic| (diagnostic.range.start, diagnostic.range.end));
        }
        verdict.elements = elements;
        verdict
    }

    /// The language in which the reader is told.
    fn messages(&self) -> &str {
        let told = self.context.messages.as_deref().filter(|name| self.book.texts(name).is_some());
        told.unwrap_or(self.language)
    }

    fn texts(&self, language: &str) -> &'a Texts {
        self.book.texts(language).expect("a language of the book")
    }

    /// The rules of a kind that hold for this letter.
    fn rules(&self, kind: RuleKind) -> impl Iterator<Item = &'a Rule> {
        let reason = self.context.reason;
        self.book.rules().iter().filter(move |rule| rule.kind == kind && rule.enabled && rule.when.holds(reason))
    }

    /// Hits of these cues, those of one after those of another.
    fn heard<'s>(&'s self, cues: &'s [String]) -> impl Iterator<Item = &'s Heard<'a>> {
        cues.iter().filter_map(|cue| self.heard.get(cue.as_str())).flatten()
    }

    /// How far what is declared and heard goes beyond what it takes that the text ends a customer relationship.
    fn ending(&self) -> f32 {
        let gate = self.book.gate();
        let declared = if self.context.reason.is_some() { gate.declared } else { 0.0 };
        let enough = if self.is_brief() { gate.threshold_of_brief } else { gate.threshold };
        declared + self.pro(&gate.pro) - self.against(&gate.against) - enough
    }

    /// What the words of the whole letter add to that, or take away. Where there are few, they add nothing.
    fn words(&self, leanings: &Leanings) -> f32 {
        let gate = self.book.gate();
        let of_brief = (gate.words_from_of_brief, 0.0);
        let (from, most) = if self.is_brief() { of_brief } else { (gate.words_from, gate.words_add) };
        let ending = leanings.weights.ending(leanings.sentences.iter().flatten());
        ending.map_or(0.0, |weighs| (gate.words * (weighs - from)).clamp(-gate.words_take, most))
    }

    fn is_brief(&self) -> bool {
        let prose = |part: usize| self.letter.parts[part].kind.is_prose();
        self.letter.sentences.iter().filter(|it| prose(it.part)).count() <= self.book.gate().brief
    }

    /// What speaks for it: of each cue the heaviest hit that is sure, once in the letter.
    fn pro(&self, factors: &BTreeMap<String, f32>) -> f32 {
        let heaviest = |cue: &String| {
            let sure = self.heard(std::slice::from_ref(cue)).filter(|heard| heard.hit.sure);
            sure.map(|heard| heard.hit.weight).fold(0.0, f32::max)
        };
        factors.iter().map(|(cue, factor)| factor * heaviest(cue)).sum()
    }

    /// What speaks against it: the points of each sentence, for the heaviest of its cues that is surely heard.
    fn against(&self, points: &BTreeMap<String, f32>) -> f32 {
        let mut sentences: BTreeMap<usize, f32> = BTreeMap::new();
        for (cue, points) in points {
            for heard in self.heard(std::slice::from_ref(cue)).filter(|heard| heard.hit.sure) {
                let most = sentences.entry(heard.hit.sentence).or_default();
                *most = most.max(*points);
            }
        }
        sentences.values().sum()
    }

    /// For each sentence of the letter the weight of the heaviest hit of these cues, each cue's up to its cap; none where there is no hit.
    fn by_sentence(&self, cues: &[String], caps: &BTreeMap<String, f32>) -> Vec<Option<f32>> {
        let mut sentences: Vec<Option<f32>> = vec![None; self.letter.sentences.len()];
        for cue in cues {
            let cap = caps.get(cue).copied().unwrap_or(f32::MAX);
            for heard in self.heard(std::slice::from_ref(cue)) {
                let weight = sentences[heard.hit.sentence].get_or_insert_default();
                *weight = weight.max(heard.hit.weight.min(cap));
            }
        }
        sentences
    }

    /// Adds the sentences of the letter's prose that are not counted yet and hold nothing that they may. One alone between others that settle
    /// something tells nothing.
    fn add_rest(&self, rest: &Rest, sentences: &mut [Option<f32>]) {
        let sure = |cues: &[String]| {
            let mut holds = vec![false; self.letter.sentences.len()];
            self.heard(cues).filter(|heard| heard.hit.sure).for_each(|heard| holds[heard.hit.sentence] = true);
            holds
        };
        if !sure(std::slice::from_ref(&rest.beside)).contains(&true) {
            return;
        }
        let spared = sure(&rest.unless);
        let prose = |sentence: &Sentence| self.letter.parts[sentence.part].kind.is_prose();
        let prose: Vec<usize> =
            (0..self.letter.sentences.len()).filter(|it| prose(&self.letter.sentences[*it])).collect();
        let argues: Vec<bool> = prose.iter().map(|it| sentences[*it].is_some() || !spared[*it]).collect();
        for (at, index) in prose.iter().enumerate() {
            let beside = at > 0 && argues[at - 1] || argues.get(at + 1) == Some(&true);
            if argues[at] && beside {
                sentences[*index].get_or_insert(rest.adds);
            }
        }
    }

    /// Of the `forbid` rules that claim a stretch the heaviest wins, of equals the first in the rules' order.
    fn claims(&self, elements: &Elements) -> Vec<Claim<'_>> {
        let missing = self.lacking(elements);
        let rules: Vec<&Rule> = self.rules(RuleKind::Forbid).collect();
        let likely = |leanings| Likelihood::new(self.book.odds(), self.letter, leanings, rules.clone(), missing);
        let (likelihood, assumed) = (self.leanings.as_ref().map(likely), self.assumed.as_ref().map(likely));
        let sure = |rule: &Rule, heard: &Heard<'_>| match (&likelihood, &assumed) {
            (Some(likelihood), _) => likelihood.of_heard(rule, heard),
            (None, Some(assumed)) => Some(assumed.of_assumed(rule, heard)),
            (None, None) => Some(heard.hit.sure),
        };
        let mut candidates: Vec<(&Rule, bool, &Heard)> = rules
            .iter()
            .flat_map(|&rule| self.heard(&rule.cues).map(move |heard| (rule, heard)))
            .filter_map(|(rule, heard)| Some((rule, sure(rule, heard)?, heard)))
            .collect();
        candidates.sort_by(|(a_rule, a_sure, a), (b_rule, b_sure, b)| {
            let weight = b_sure.cmp(a_sure).then(b.hit.weight.total_cmp(&a.hit.weight));
            let place = |hit: &Hit| (hit.range.start, hit.range.end, hit.cue);
            weight.then(a_rule.order.cmp(&b_rule.order)).then(place(&a.hit).cmp(&place(&b.hit)))
        });
        // By their start, so that a candidate is compared with its neighbours alone.
        let mut won: BTreeMap<usize, Claim> = BTreeMap::new();
        let mut free = vec![true; self.letter.sentences.len()];
        for (rule, sure, &Heard { language, suggest, ref hit }) in candidates {
            let range = hit.range.clone();
            let before = won.range(..range.end).next_back();
            if before.is_none_or(|(_, other)| other.range.end <= range.start) {
                let sentence = hit.sentence;
                let touched = self.letter.sentences[sentence..].iter().take_while(|it| it.range.start < range.end);
                free[sentence..sentence + touched.count()].fill(false);
                let by_words = false;
                won.insert(range.start, Claim { rule, sure, by_words, language, suggest, sentence, range });
            }
        }
        for sentence in (0..free.len()).filter(|sentence| free[*sentence]) {
            if let Some((rule, sure)) = likelihood.as_ref().and_then(|it| it.of_words(sentence)) {
                let range = self.letter.sentences[sentence].range.clone();
                let (by_words, language) = (true, self.language);
                let claim = Claim { rule, sure, by_words, language, suggest: &[], sentence, range };
                won.insert(claim.range.start, claim);
            }
        }
        won.into_values().collect()
    }

    /// Where each element stands: where one of its cues is surely heard, and in sentences whose words say it.
    fn elements(&self) -> Elements {
        let mut elements = Elements::new();
        for rule in self.book.rules().iter().filter(|rule| rule.kind == RuleKind::Require) {
            let Some(element) = &rule.element else { continue };
            let mut heard =
                self.heard(&rule.cues).map(|heard| &heard.hit).filter(|hit| hit.sure).collect::<Vec<&Hit>>();
            let mut places = Vec::new();
            if let Some((leanings, weigh)) = self.weighing(element) {
                let enough = |sums: &Sums| self.book.odds().element.sure + weigh(sums) >= 0.0;
                let says = |hit: &Hit| {
                    leanings.sentences[hit.sentence].is_none_or(|sums| {
                        // Much in a sentence can say something else beside what was heard: the stretch alone may weigh more.
                        enough(&sums) || enough(&leanings.of_stretch(self.letter, hit))
                    })
                };
                heard.retain(|hit| says(hit));
                let mut free = vec![true; self.letter.sentences.len()];
                for hit in &heard {
                    free[hit.sentence] = false;
                }
                let of_words = |sentence: &usize| leanings.sentences[*sentence].is_some_and(|sums| weigh(&sums) >= 0.0);
                let alone = (0..free.len()).filter(|it| free[*it] && of_words(it));
                places.extend(alone.map(|it| self.letter.sentences[it].range.clone()));
            }
            places.extend(heard.into_iter().map(|hit| hit.range.clone()));
            places.sort_unstable_by_key(|place| (place.start, place.end));
            elements.insert(element.clone(), places);
        }
        elements
    }

    /// How many of the elements that are asked of this letter it lacks.
    fn lacking(&self, elements: &Elements) -> u8 {
        let lacks = |rule: &&Rule| rule.element.as_ref().is_some_and(|it| elements.get(it).is_none_or(Vec::is_empty));
        u8::try_from(self.rules(RuleKind::Require).filter(lacks).count()).unwrap_or(u8::MAX)
    }

    /// Whether no sentence comes near to saying an element that is not there. What a fault has spoiled is not meant so.
    fn surely_lacks(&self, element: &String, elements: &Elements, claims: &[Claim]) -> bool {
        let Some((leanings, weigh)) = self.weighing(element) else { return true };
        let odds = self.book.odds();
        let lacking = f32::from(self.lacking(elements).min(odds.most_missing));
        let near = odds.element.near - odds.element.near_each_missing * lacking;
        let spoiled = |sentence: usize| claims.iter().any(|claim| claim.sentence == sentence && claim.spoils(element));
        let comes_near = |(sentence, sums): (usize, &Option<Sums>)| {
            sums.is_some_and(|sums| weigh(&sums) > -near) && !spoiled(sentence)
        };
        !leanings.sentences.iter().enumerate().any(comes_near)
    }

    /// By what sentences are weighed for an element. None where nothing was learned of it.
    fn weighing(&self, element: &str) -> Option<(&Leanings<'a>, impl Fn(&Sums) -> f32 + use<>)> {
        let leanings = self.leanings.as_ref()?;
        Some((leanings, leanings.weights.element(element)?))
    }

    /// What a rule says of a stretch, in the reader's language.
    fn told(&self, rule: &Rule, range: Range<usize>) -> Diagnostic {
        told(rule, Some(self.texts(self.messages())), range)
    }

    fn forbidden(&self, claim: &Claim, mender: &Mender) -> Diagnostic {
        let mut told = self.told(claim.rule, claim.range.clone());
        if !claim.sure {
            told.severity = Severity::Note;
        }
        if claim.by_words {
            told.message = format!("{} {}", told.message, self.weighs(claim));
        }
        if !claim.suggest.is_empty() {
            told.help = claim.suggest.to_vec();
        }
        if !self.context.without_fixes {
            let pack = self.book.pack(claim.language).expect("it was heard with this pack");
            let means = Means { pack, words: self.texts(claim.language) };
            told.fixes = mender.fixes(claim.rule, (claim.sentence, &claim.range), means);
        }
        told
    }

    /// The words that weigh most.
    fn weighs(&self, claim: &Claim) -> String {
        let sentence = &self.letter.sentences[claim.sentence];
        let pack = self.book.pack(claim.language).expect("it was weighed with this pack");
        let of = claim.rule.element.as_ref().unwrap_or(&claim.rule.id);
        let heaviest = pack.weights.heaviest(of, self.letter, sentence, MOST_WORDS);
        let words: Vec<&str> = heaviest.into_iter().map(|range| &self.text[range]).collect();
        self.texts(self.messages()).ui_about("weighs", &words.join(" · "))
    }

    /// What mends stretches at fault without taking from the letter what it needs.
    fn mender<'e>(&'e self, elements: &'e Elements) -> Mender<'e> {
        let need = |rule: &'a Rule| {
            let places = elements.get(rule.element.as_ref()?).filter(|places| !places.is_empty())?;
            Some(Need { cues: &rule.cues, places })
        };
        Mender {
            text: self.text,
            letter: self.letter,
            script: self.script,
            titles: self.texts(self.messages()),
            needs: self.rules(RuleKind::Require).filter_map(need).collect(),
            capitals: OnceCell::new(),
        }
    }

    /// A `limit` rule: the sum of its sentences' weights is too high. Told at the first of them in which a cue is heard.
    fn too_much(&self, rule: &Rule) -> Option<Diagnostic> {
        let mut sentences = self.by_sentence(&rule.cues, &rule.caps);
        let first = sentences.iter().position(Option::is_some)?;
        if let Some(rest) = &rule.rest {
            self.add_rest(rest, &mut sentences);
        }
        let sum: f32 = sentences.iter().flatten().sum();
        rule.max.filter(|max| sum > *max)?;
        let range = |sentence: usize| self.letter.sentences[sentence].range.clone();
        let counted = (0..sentences.len()).filter(|it| sentences[*it].is_some());
        let mut told = self.told(rule, range(first));
        told.message = told.message.replace("{count}", &counted.clone().count().to_string());
        let others = counted.filter(|it| *it != first).take(SHOWN);
        told.related = others.map(|it| (range(it), String::new())).collect();
        Some(told)
    }

    /// A `require` rule: the element is not there.
    fn missing(&self, rule: &Rule, sure: bool, elements: &Elements) -> Diagnostic {
        let (at, before, after) = self.insertion(rule.place, elements);
        let mut told = self.told(rule, at..at);
        if !sure {
            told.severity = Severity::Note;
        }
        // In the letter's own language, whatever the reader's is.
        let ready = self.texts(self.language).rule(&rule.id).map(|text| text.insert.as_slice()).unwrap_or_default();
        let ready: Vec<String> = ready.iter().map(|sentence| self.script.write(sentence)).collect();
        let titles = self.texts(self.messages());
        let fix = |(sentence, wording): (&String, Wording)| Fix {
            title: titles.fix("insert", sentence),
            applicability: Applicability::Suggested,
            wording: Some(wording),
            edits: mend::insertion(self.text, at, before, sentence, after),
        };
        if !self.context.without_fixes {
            told.fixes = ready.iter().zip(Wording::ALL).map(fix).collect();
        }
        told.help.splice(..0, ready);
        told
    }

    /// Where a missing sentence goes, and what must stand before and behind it.
    fn insertion(&self, place: Place, elements: &Elements) -> (usize, &'static str, &'static str) {
        let body = |kind: PartKind| matches!(kind, PartKind::Body | PartKind::ListItem);
        let mut paragraphs = self.letter.parts.iter().filter(|part| body(part.kind)).map(|part| &part.range);
        if place == Place::Decision
            && let Some(decisions) = elements.get("decision")
            && let Some(sentence) = self.letter.sentences.iter().find(|sentence| {
                body(self.letter.parts[sentence.part].kind)
                    && decisions.iter().any(|decision| {
                        decision.start < sentence.range.end
                            && decision.end <= sentence.range.end
                            && decision.end > sentence.range.start
                    })
            })
        {
            return (sentence.range.end, " ", "");
        }
        match (place, paragraphs.next()) {
            (Place::Opening, Some(first)) => (first.start, "", "\n\n"),
            (_, Some(first)) => (paragraphs.next_back().unwrap_or(first).end, "\n\n", ""),
            (_, None) => (self.text.len(), "\n\n", ""),
        }
    }
}

/// Takes away elements inside a faulty stretch that spoils them: they do not count.
fn spoil(elements: &mut Elements, claims: &[Claim]) {
    for (element, places) in elements {
        let spoiling: Vec<&Range<usize>> =
            claims.iter().filter(|claim| claim.spoils(element)).map(|claim| &claim.range).collect();
        places.retain(|range| {
            let behind = spoiling.partition_point(|other| other.start < range.end);
            behind.checked_sub(1).is_none_or(|last| spoiling[last].end <= range.start)
        });
    }
}

//! From hits to diagnostics: which cue wins a stretch, what is missing, what is too much.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    cue::{CueId, Hit},
    diagnostic::{Applicability, Diagnostic, Edit, Fix, LetterKind, Severity, Verdict},
    engine::Context,
    letter::{Letter, PartKind},
    rule::{Pack, Place, Rule, RuleBook, RuleKind, RuleText},
};

pub(super) struct Judge<'a> {
    text: &'a str,
    letter: &'a Letter,
    pack: &'a Pack,
    book: &'a RuleBook,
    context: &'a Context,
    hits: Vec<Hit>,
}

/// A stretch that a `forbid` rule has won.
struct Claim<'a> {
    rule: &'a Rule,
    hit: &'a Hit,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        text: &'a str,
        letter: &'a Letter,
        pack: &'a Pack,
        book: &'a RuleBook,
        context: &'a Context,
        hits: Vec<Hit>,
    ) -> Self {
        Judge { text, letter, pack, book, context, hits }
    }

    pub(super) fn verdict(&self, language: &str) -> Verdict {
        let mut verdict = Verdict {
            language: language.to_owned(),
            letter: self.kind(),
            reason: self.context.reason.map(|reason| reason.to_string()),
            parts: self.letter.parts.iter().map(|part| (part.kind, part.range.clone())).collect(),
            ..Verdict::default()
        };
        let claims = self.claims();
        let elements = self.elements(&claims);
        if verdict.letter == LetterKind::Termination {
            verdict.diagnostics.extend(claims.iter().map(|claim| self.forbidden(claim)));
            for rule in self.rules(RuleKind::Limit) {
                verdict.diagnostics.extend(self.too_much(rule));
            }
            for rule in self.rules(RuleKind::Require) {
                let element = rule.element.clone().expect("a require rule names its element");
                let there = elements.get(&element).is_some_and(|places| !places.is_empty());
                if !there {
                    verdict.diagnostics.push(self.missing(rule, &elements));
                }
                verdict.checklist.push((element, there));
            }
            verdict.diagnostics.sort_by_key(|diagnostic| (diagnostic.range.start, diagnostic.range.end));
        }
        verdict.elements = elements;
        verdict
    }

    /// The rules of a kind that hold for this letter.
    fn rules(&self, kind: RuleKind) -> impl Iterator<Item = &'a Rule> {
        let reason = self.context.reason;
        self.book.rules().iter().filter(move |rule| rule.kind == kind && rule.enabled && rule.when.holds(reason))
    }

    /// Hits of these cues.
    fn heard<'s>(&'s self, cues: &[String]) -> impl Iterator<Item = &'s Hit> {
        let ids: Vec<CueId> = cues.iter().filter_map(|cue| self.pack.cues.id(cue)).collect();
        self.hits.iter().filter(move |hit| ids.contains(&hit.cue))
    }

    /// Whether the text ends a customer relationship: told, or declared by a reason, or heard.
    fn kind(&self) -> LetterKind {
        if let Some(assumed) = self.context.assume {
            return assumed;
        }
        if self.context.reason.is_some() {
            return LetterKind::Termination;
        }
        let gate = self.book.gate();
        if self.sum(&gate.pro) - self.sum(&gate.against) >= gate.threshold {
            LetterKind::Termination
        } else {
            LetterKind::Other
        }
    }

    /// The sum of the heaviest hit of each sentence.
    fn sum(&self, cues: &[String]) -> f32 {
        self.by_sentence(cues, &BTreeMap::new()).values().sum()
    }

    /// For each sentence with a hit of these cues the weight of its heaviest, each cue's up to its cap.
    fn by_sentence(&self, cues: &[String], caps: &BTreeMap<String, f32>) -> BTreeMap<usize, f32> {
        let mut sentences: BTreeMap<usize, f32> = BTreeMap::new();
        for cue in cues {
            let cap = caps.get(cue).copied().unwrap_or(f32::MAX);
            for hit in self.heard(std::slice::from_ref(cue)) {
                let weight = sentences.entry(hit.sentence).or_default();
                *weight = weight.max(hit.weight.min(cap));
            }
        }
        sentences
    }

    /// Of the `forbid` rules that claim a stretch the heaviest wins, of equals the first in the rules' order.
    fn claims(&self) -> Vec<Claim<'_>> {
        let mut candidates: Vec<Claim> = self
            .rules(RuleKind::Forbid)
            .flat_map(|rule| self.heard(&rule.cues).map(move |hit| Claim { rule, hit }))
            .collect();
        candidates.sort_by(|a, b| {
            let weight = b.hit.sure.cmp(&a.hit.sure).then(b.hit.weight.total_cmp(&a.hit.weight));
            weight.then(a.rule.order.cmp(&b.rule.order)).then(a.hit.range.start.cmp(&b.hit.range.start))
        });
        // By their start, so that a candidate is compared with its neighbours alone.
        let mut won: BTreeMap<usize, Claim> = BTreeMap::new();
        for claim in candidates {
            let range = &claim.hit.range;
            let before = won.range(..range.end).next_back();
            if before.is_none_or(|(_, other)| other.hit.range.end <= range.start) {
                won.insert(range.start, claim);
            }
        }
        won.into_values().collect()
    }

    /// Where each element stands. One inside a faulty stretch that spoils it does not count.
    fn elements(&self, claims: &[Claim]) -> BTreeMap<String, Vec<Range<usize>>> {
        let mut elements = BTreeMap::new();
        for rule in self.book.rules().iter().filter(|rule| rule.kind == RuleKind::Require) {
            let Some(element) = &rule.element else { continue };
            let spoiling: Vec<&Range<usize>> = claims
                .iter()
                .filter(|claim| claim.hit.sure && claim.rule.spoils.contains(element))
                .map(|claim| &claim.hit.range)
                .collect();
            let whole = |range: &Range<usize>| {
                let behind = spoiling.partition_point(|other| other.start < range.end);
                behind.checked_sub(1).is_none_or(|last| spoiling[last].end <= range.start)
            };
            let places: Vec<Range<usize>> =
                self.heard(&rule.cues).filter(|hit| hit.sure).map(|hit| hit.range.clone()).filter(whole).collect();
            elements.insert(element.clone(), places);
        }
        elements
    }

    fn text(&self, rule: &Rule) -> RuleText {
        self.pack
            .texts
            .rule(&rule.id)
            .cloned()
            .unwrap_or_else(|| RuleText { message: rule.id.clone(), ..RuleText::default() })
    }

    fn forbidden(&self, claim: &Claim) -> Diagnostic {
        let text = self.text(claim.rule);
        let own = self.pack.cues.suggestions(claim.hit.cue, claim.hit.entry);
        Diagnostic {
            rule: claim.rule.id.clone(),
            severity: if claim.hit.sure { claim.rule.severity } else { Severity::Note },
            message: text.message,
            range: claim.hit.range.clone(),
            related: Vec::new(),
            help: if own.is_empty() { text.help } else { own.to_vec() },
            source: claim.rule.sources.first().cloned().unwrap_or_default(),
            fixes: Vec::new(),
        }
    }

    /// A `limit` rule: the sum of its sentences' weights is too high.
    fn too_much(&self, rule: &Rule) -> Option<Diagnostic> {
        let sentences = self.by_sentence(&rule.cues, &rule.caps);
        let sum: f32 = sentences.values().sum();
        let mut counted = sentences.keys().map(|sentence| self.letter.sentences[*sentence].range.clone());
        let first = counted.next().filter(|_| rule.max.is_some_and(|max| sum > max))?;
        let text = self.text(rule);
        let label = self.pack.texts.ui("counted");
        Some(Diagnostic {
            rule: rule.id.clone(),
            severity: rule.severity,
            message: text.message,
            range: first,
            related: counted.map(|range| (range, label.to_owned())).collect(),
            help: text.help,
            source: rule.sources.first().cloned().unwrap_or_default(),
            fixes: Vec::new(),
        })
    }

    /// A `require` rule: the element is not there.
    fn missing(&self, rule: &Rule, elements: &BTreeMap<String, Vec<Range<usize>>>) -> Diagnostic {
        let text = self.text(rule);
        let (at, before, after) = self.insertion(rule.place, elements);
        let fix = |sentence: &String| Fix {
            title: sentence.clone(),
            applicability: Applicability::Suggested,
            edits: vec![Edit { range: at..at, text: format!("{before}{sentence}{after}") }],
        };
        Diagnostic {
            rule: rule.id.clone(),
            severity: rule.severity,
            message: text.message,
            range: at..at,
            related: Vec::new(),
            fixes: text.insert.iter().map(fix).collect(),
            help: text.insert.into_iter().chain(text.help).collect(),
            source: rule.sources.first().cloned().unwrap_or_default(),
        }
    }

    /// Where a missing sentence goes, and what must stand before and behind it.
    fn insertion(
        &self,
        place: Place,
        elements: &BTreeMap<String, Vec<Range<usize>>>,
    ) -> (usize, &'static str, &'static str) {
        let body = |kind: PartKind| matches!(kind, PartKind::Body | PartKind::ListItem);
        let mut paragraphs = self.letter.parts.iter().filter(|part| body(part.kind)).map(|part| &part.range);
        if place == Place::Decision
            && let Some(decision) = elements.get("decision").and_then(|places| places.first())
            && let Some(sentence) = self.letter.sentences.iter().find(|sentence| sentence.range.end >= decision.end)
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

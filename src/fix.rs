//! In: a judged draft, and which fixes are wanted. Out: the mended draft, judged again. Each fix is tried before it is made: one that
//! brings a diagnostic which was not there, takes none away, or cannot be written into the file is left out. Refuses to write files.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use crate::{
    diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity, Verdict, Wording},
    report::Checked,
    rule::{RuleBook, RuleKind},
    source::{EditError, Editor, Source},
};

/// How much text is judged at most while one draft is mended, in bytes: a fault on each line of a long text must not take hours.
const MOST_JUDGED: usize = 64 << 20;

/// Which fixes are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choice {
    /// Also those that a person must read.
    pub suggested: bool,
    /// The tone of ready sentences.
    pub wording: Wording,
}

/// What has become of a draft.
#[derive(Debug, Clone)]
pub struct Mended {
    /// The draft as it is now.
    pub checked: Checked,
    /// How many of its diagnostics are gone.
    pub mended: usize,
    /// Why a fix could not be written into the file.
    pub refused: Option<EditError>,
}

/// Mends drafts.
pub struct Mender<'a> {
    /// The rules by which they are judged.
    pub book: &'a RuleBook,
    /// Judges a changed draft as the first one was.
    pub judge: &'a dyn Fn(&Source) -> Verdict,
}

/// Rule, words at fault.
type Key<'c> = (&'c str, &'c str);

/// How many diagnostics have the same key, and the severity of the worst.
type Known<'c> = BTreeMap<Key<'c>, (usize, Severity)>;

/// A draft on its way.
struct Work {
    now: Checked,
    judged: usize,
    refused: Option<EditError>,
}

impl Mender<'_> {
    /// Makes all the fixes that are wanted and do good. Mending what comes out once more changes nothing.
    #[must_use]
    pub fn mend(&self, checked: &Checked, choice: Choice) -> Mended {
        let mut work = Work { now: checked.clone(), judged: 0, refused: None };
        while self.mend_faults(&mut work, choice) || choice.suggested && self.put_in(&mut work, choice) {}
        let mended = self.gone(checked, &work.now);
        // What could not be written one way was perhaps another.
        let open = work.now.verdict.diagnostics.iter().any(|one| !options(one, choice).is_empty());
        Mended { checked: work.now, mended, refused: work.refused.filter(|_| open) }
    }

    /// The draft with one fix made, if that does good.
    ///
    /// # Errors
    /// Why it cannot be written into the file; `None` where it does no good.
    pub fn with_fix(&self, checked: &Checked, fix: &Fix) -> Result<Checked, Option<EditError>> {
        self.with_fixes(checked, &[fix])
    }

    /// How many diagnostics of the first draft the second no longer has.
    #[must_use]
    pub fn gone(&self, before: &Checked, after: &Checked) -> usize {
        before.verdict.diagnostics.len() - self.common(before, after)
    }

    /// Makes the fixes of stretches at fault, all that do good at once. False where there is none.
    fn mend_faults(&self, work: &mut Work, choice: Choice) -> bool {
        let before = work.now.clone();
        let faults = before.verdict.diagnostics.iter().filter(|one| !one.range.is_empty());
        let mut options: Vec<Vec<&Fix>> = faults.map(|one| options(one, choice)).collect();
        // A sentence that the letter has already is not written once more.
        let worded = options.iter().flatten().filter(|fix| fix.wording.is_some());
        let mut known: BTreeSet<&str> = worded.flat_map(|fix| &fix.edits).map(|edit| edit.text.as_str()).collect();
        known.retain(|sentence| before.source.text.contains(sentence));
        for options in &mut options {
            options.retain(|fix| !fix.edits.iter().any(|edit| known.contains(edit.text.as_str())));
        }
        let deepest = options.iter().map(Vec::len).max().unwrap_or_default();
        let mut made: Vec<&Fix> = Vec::new();
        let mut open: Vec<&Vec<&Fix>> = options.iter().collect();
        for depth in 0..deepest {
            let mut batch: Vec<&Fix> = Vec::new();
            for fix in open.iter().filter_map(|options| options.get(depth)) {
                let clashes = |other: &&Fix| overlap(fix, other) || repeats(fix, other);
                if !made.iter().any(clashes) && !batch.iter().any(clashes) {
                    batch.push(fix);
                }
            }
            self.settle(&before, work, &mut made, &batch);
            open.retain(|options| !options.iter().any(|fix| made.iter().any(|other| overlap(fix, other))));
        }
        !made.is_empty()
    }

    /// Makes those fixes of a batch that do good besides those that are made. What fails is halved until the culprits stand alone.
    fn settle<'f>(&self, before: &Checked, work: &mut Work, made: &mut Vec<&'f Fix>, batch: &[&'f Fix]) {
        if batch.is_empty() || work.judged > MOST_JUDGED {
            return;
        }
        work.judged += before.source.text.len();
        let together = [made.as_slice(), batch].concat();
        match self.with_fixes(before, &together) {
            Ok(after) => {
                work.now = after;
                *made = together;
            }
            Err(error) if batch.len() == 1 => work.refused = work.refused.take().or(error),
            Err(_) => {
                let (first, second) = batch.split_at(batch.len() / 2);
                self.settle(before, work, made, first);
                self.settle(before, work, made, second);
            }
        }
    }

    /// Puts in the first element that is missing and can be put in. False where there is none.
    fn put_in(&self, work: &mut Work, choice: Choice) -> bool {
        let before = work.now.clone();
        let missing = before.verdict.diagnostics.iter().filter(|one| one.range.is_empty());
        for fix in missing.flat_map(|one| options(one, choice)) {
            let mut made = Vec::new();
            self.settle(&before, work, &mut made, &[fix]);
            if !made.is_empty() {
                return true;
            }
        }
        false
    }

    fn with_fixes(&self, before: &Checked, fixes: &[&Fix]) -> Result<Checked, Option<EditError>> {
        let edits: Vec<Edit> = fixes.iter().flat_map(|fix| fix.edits.iter().cloned()).collect();
        let source = Editor::new(&before.source).apply(&edits).map_err(Some)?;
        let verdict = (self.judge)(&source);
        let after = Checked { source, verdict };
        if self.is_better(before, &after, fixes.len(), &edits) { Ok(after) } else { Err(None) }
    }

    /// Each fix has taken a diagnostic away, and none is new or worse but the blanks that were put in on purpose. A letter that grows
    /// warmer makes notes of warnings.
    fn is_better(&self, before: &Checked, after: &Checked, fixes: usize, edits: &[Edit]) -> bool {
        let (old, new) = (&before.verdict, &after.verdict);
        let common = self.common(before, after);
        let blank = |one: &&Diagnostic| {
            let words = after.source.text.get(one.range.clone()).unwrap_or_default();
            words.contains('[') && edits.iter().any(|edit| edit.text.contains(words))
        };
        let known = self.keys(before);
        let is_known = |one: &Diagnostic| {
            let worst = known.get(&self.key(one, &after.source.text)).map(|(_, worst)| *worst);
            worst.is_some_and(|worst| one.severity <= worst)
        };
        let fresh = new.diagnostics.iter().filter(|one| !is_known(one));
        let unknown = fresh.clone().filter(|one| !blank(one)).count();
        let blanks = fresh.count() - unknown;
        old.language == new.language
            && old.letter == new.letter
            && unknown == 0
            && common + blanks == new.diagnostics.len()
            && common + fixes <= old.diagnostics.len()
    }

    /// How many diagnostics two drafts have in common.
    fn common(&self, before: &Checked, after: &Checked) -> usize {
        let (old, new) = (self.keys(before), self.keys(after));
        new.iter().filter_map(|(key, (count, _))| Some(*count.min(&old.get(key)?.0))).sum()
    }

    fn keys<'c>(&self, checked: &'c Checked) -> Known<'c> {
        let mut keys = Known::new();
        for one in &checked.verdict.diagnostics {
            let (count, worst) = keys.entry(self.key(one, &checked.source.text)).or_insert((0, one.severity));
            *count += 1;
            *worst = one.severity.max(*worst);
        }
        keys
    }

    /// By what a diagnostic is known in a draft that has changed: rule and words at fault; a rule that judges the letter as a whole
    /// by itself.
    fn key<'c>(&self, one: &'c Diagnostic, text: &'c str) -> Key<'c> {
        let local = self.book.rule(&one.rule).is_none_or(|rule| rule.kind == RuleKind::Forbid);
        let words = if local { text.get(one.range.clone()).unwrap_or_default() } else { "" };
        (&one.rule, words)
    }
}

/// The fixes of a diagnostic that are wanted, the best first: safe ones, the wording that was asked for, the other wordings, the rest.
fn options(diagnostic: &Diagnostic, choice: Choice) -> Vec<&Fix> {
    let wanted = |fix: &&Fix| choice.suggested || fix.applicability == Applicability::Safe;
    let mut fixes: Vec<&Fix> = diagnostic.fixes.iter().filter(wanted).collect();
    fixes.sort_by_key(|fix| {
        (fix.applicability != Applicability::Safe, fix.wording.is_none(), fix.wording != Some(choice.wording))
    });
    fixes
}

/// Whether two fixes want the same stretch.
fn overlap(one: &Fix, other: &Fix) -> bool {
    let touch = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end || a == b;
    one.edits.iter().any(|a| other.edits.iter().any(|b| touch(&a.range, &b.range)))
}

/// Whether two fixes would put the same sentence into the letter.
fn repeats(one: &Fix, other: &Fix) -> bool {
    one.wording.is_some() && one.edits.iter().any(|a| other.edits.iter().any(|b| a.text == b.text))
}

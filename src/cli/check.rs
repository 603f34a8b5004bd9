//! `partwell check`. In: paths and options. Out: a report in the format asked for. Refuses to stop at a file that cannot be read.

use std::{collections::BTreeSet, io::IsTerminal};

use rayon::prelude::*;

use super::{
    Outcome,
    args::{Check, Common, ContextArgs, Format},
    baseline,
    desk::{Desk, Job},
    house::Houses,
    progress::Progress,
    screen::Screen,
    shown::{Sheets, Shown},
    walk,
};
use crate::{
    baseline::Entry,
    config::nearest::did_you_mean,
    diagnostic::{LetterKind, Severity},
    engine::UNKNOWN,
    report::{Checked, Look, Tally, look::locale, text},
    rule::Texts,
};

/// So many files are checked side by side before their reports are written, in their order.
pub(super) const BATCH: usize = 128;
/// Nor are more messages of an archive held at a time than make up so many bytes.
const BATCH_BYTES: u64 = 8_000_000;

/// What became of one file.
enum Done {
    Checked { shown: Box<Shown>, tally: Tally, found: bool, messages: Option<String>, unneeded: Vec<Entry> },
    Failed(String),
}

pub(super) fn run(args: &Check, common: &Common, screen: &mut Screen) -> Outcome {
    let look = screen.look();
    let desk = Desk { context: &args.context, assume: args.assume, look };
    let baseline = args.baseline.as_deref().map(|file| baseline::Read::new(file, look)).transpose();
    let ready = baseline.and_then(|baseline| Ok((baseline, jobs_of(&args.paths, &desk, common)?)));
    let (baseline, jobs) = match ready {
        Ok(ready) => ready,
        Err(problem) => {
            screen.error(&problem);
            return Outcome::Failed;
        }
    };
    let size = |jobs: &[Result<Job, String>]| jobs.iter().flatten().filter_map(Job::size).sum();
    let mut run = Run { progress: Progress::new(|| size(&jobs)), ..Run::default() };
    let ask = Ask { args, desk: &desk, baseline: baseline.as_ref() };
    // An archive is a batch by itself, and many batches in turn.
    let is_archive = |job: &Result<Job, String>| job.as_ref().is_ok_and(Job::is_archive);
    for group in jobs.chunk_by(|one, next| !is_archive(one) && !is_archive(next)) {
        if let [Ok(job)] = group
            && job.is_archive()
        {
            archive(job, &ask, &mut run, screen);
            continue;
        }
        for batch in group.chunks(BATCH) {
            let done: Vec<Done> = if batch.len() == 1 {
                batch.iter().map(|job| ask.work(job)).collect()
            } else {
                batch.par_iter().map(|job| ask.work(job)).collect()
            };
            for done in done {
                run.add(done, screen);
            }
            run.progress.advance(|| size(batch), run.tally.letters);
        }
    }
    run.progress.finish();
    if let Some(told) = baseline.as_ref().and_then(|baseline| baseline.unneeded(run.unneeded, look)) {
        // What programs read holds diagnostics alone.
        if args.format == Format::Text { screen.report(&told) } else { screen.error(&told) }
    }
    let words = words(&run.messages, &args.context, &jobs);
    run.sheets.finish(args.format, run.tally, words, screen);
    // The program is about to end: the system takes a rule book back sooner than it is taken apart.
    std::mem::forget(jobs);
    run.outcome.unwrap_or(Outcome::Clean)
}

/// The drafts that were asked for. An error is ready to be shown.
pub(super) fn jobs_of(
    paths: &[std::path::PathBuf],
    desk: &Desk<'_>,
    common: &Common,
) -> Result<Vec<Result<Job, String>>, String> {
    let stdin = ["-".into()];
    if paths.is_empty() && std::io::stdin().is_terminal() {
        let help = ["name files or folders: `partwell check letter.txt`, or `-` to type or paste a draft".to_owned()];
        return Err(text::problem("there is nothing to check", &help, desk.look));
    }
    let mut houses = Houses::new(desk.context.config.clone(), common.rules.clone());
    let jobs = jobs(if paths.is_empty() { &stdin } else { paths }, desk, &mut houses);
    if let Some(problem) = unknown_language(desk.context, &jobs, desk.look) {
        return Err(problem);
    }
    if jobs.is_empty() {
        let help = ["files are looked for by their extension: txt, md, markdown, html, htm, eml, mbox".to_owned()];
        return Err(text::problem("there are no drafts in this folder", &help, desk.look));
    }
    Ok(jobs)
}

fn jobs(paths: &[std::path::PathBuf], desk: &Desk<'_>, houses: &mut Houses) -> Vec<Result<Job, String>> {
    walk::inputs(paths)
        .into_iter()
        .map(|input| match input {
            Ok(input) => desk.job(input, houses),
            Err(unreachable) => {
                Err(text::problem(&format!("{}: {}", unreachable.path, unreachable.message), &[], desk.look))
            }
        })
        .collect()
}

/// An error where a language that was told is one without rules.
pub(super) fn unknown_language(context: &ContextArgs, jobs: &[Result<Job, String>], look: Look) -> Option<String> {
    let told = [("--lang", &context.lang), ("--message-lang", &context.message_lang)];
    let mut told = told.into_iter().filter_map(|(option, told)| Some((option, told.as_deref()?)));
    let unknown = |(option, told): (&str, &str)| {
        jobs.iter().flatten().find_map(|job| {
            let languages = job.house.book.languages();
            let message = format!("`{option} {told}`: there are no rules for this language");
            (!languages.contains(&told)).then(|| text::problem(&message, &[did_you_mean(told, &languages)], look))
        })
    };
    told.find_map(unknown)
}

/// Checks the messages of an archive, some at a time: no more of them are in memory than are checked side by side.
fn archive(job: &Job, ask: &Ask<'_>, run: &mut Run, screen: &mut Screen) {
    let mut messages = match ask.desk.messages(job) {
        Ok(messages) => messages,
        Err(problem) => return run.add(Done::Failed(problem), screen),
    };
    loop {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.len() < BATCH && bytes < BATCH_BYTES {
            match messages.next() {
                Some(Ok(message)) => {
                    bytes += message.as_ref().map_or(0, |message| message.bytes.len() as u64);
                    batch.push(message);
                }
                Some(Err(error)) => {
                    run.add(Done::Failed(ask.desk.unreadable(job.name(), &error)), screen);
                    break;
                }
                None => break,
            }
        }
        if batch.is_empty() {
            return;
        }
        let work = |message| match ask.desk.check_message(job, message) {
            Ok(checked) => ask.done(job, checked),
            Err(problem) => Done::Failed(problem),
        };
        let done: Vec<Done> = batch.into_par_iter().map(work).collect();
        for done in done {
            run.add(done, screen);
        }
        run.progress.advance(|| bytes, run.tally.letters);
    }
}

/// What is asked of each draft.
struct Ask<'a> {
    args: &'a Check,
    desk: &'a Desk<'a>,
    baseline: Option<&'a baseline::Read>,
}

impl Ask<'_> {
    fn work(&self, job: &Result<Job, String>) -> Done {
        match job.as_ref().map_err(Clone::clone).and_then(|job| self.desk.check(job).map(|checked| (job, checked))) {
            Ok((job, checked)) => self.done(job, checked),
            Err(problem) => Done::Failed(problem),
        }
    }

    fn done(&self, job: &Job, mut checked: Checked) -> Done {
        let (known, unneeded) =
            self.baseline.map(|baseline| baseline.mind(&job.path, &mut checked)).unwrap_or_default();
        let fail_on = self.args.fail_on.or(job.house.config.fail_on).unwrap_or(Severity::Warning);
        let found = checked.verdict.diagnostics.iter().any(|diagnostic| diagnostic.severity >= fail_on);
        let shown = Box::new(Shown::new(&checked, self.args.format, &job.house.book, fail_on, self.desk.look));
        let recognised = checked.verdict.language != UNKNOWN;
        let messages = recognised.then(|| checked.verdict.messages.clone());
        Done::Checked { shown, tally: Tally { known, ..tally(&checked) }, found, messages, unneeded }
    }
}

fn tally(checked: &Checked) -> Tally {
    let of = |severity| checked.verdict.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let letters = usize::from(checked.verdict.letter == LetterKind::Termination);
    Tally {
        letters,
        others: 1 - letters,
        errors: of(Severity::Error),
        warnings: of(Severity::Warning),
        notes: of(Severity::Note),
        suppressed: checked.verdict.suppressed.len(),
        ..Tally::default()
    }
}

/// The words of the last line: in the language of all reports where they agree, else in the reader's, else in English.
fn words<'j>(languages: &BTreeSet<String>, context: &ContextArgs, jobs: &'j [Result<Job, String>]) -> &'j Texts {
    let agreed = languages.first().filter(|_| languages.len() == 1).cloned();
    let language = agreed.or_else(|| context.message_lang.clone().or_else(locale));
    let texts = |language: &str| jobs.iter().flatten().find_map(|job| job.house.book.texts(language));
    language.and_then(|language| texts(&language)).unwrap_or_else(|| Texts::fallback())
}

/// What a run has come to.
#[derive(Default)]
struct Run {
    tally: Tally,
    outcome: Option<Outcome>,
    sheets: Sheets,
    /// The languages in which the reports on recognised letters speak.
    messages: BTreeSet<String>,
    unneeded: Vec<Entry>,
    progress: Progress,
}

impl Run {
    fn add(&mut self, done: Done, screen: &mut Screen) {
        match done {
            Done::Checked { shown, tally, found, messages, unneeded } => {
                self.messages.extend(messages);
                self.tally.letters += tally.letters;
                self.tally.others += tally.others;
                self.tally.errors += tally.errors;
                self.tally.warnings += tally.warnings;
                self.tally.notes += tally.notes;
                self.tally.suppressed += tally.suppressed;
                self.tally.known += tally.known;
                if found {
                    self.outcome = self.outcome.max(Some(Outcome::Found));
                }
                self.unneeded.extend(unneeded);
                self.progress.aside(|| self.sheets.add(*shown, screen));
            }
            Done::Failed(problem) => {
                self.tally.failures += 1;
                self.outcome = Some(Outcome::Failed);
                self.sheets.fail(&problem);
                self.progress.aside(|| screen.error(&problem));
            }
        }
    }
}

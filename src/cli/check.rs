//! `partwell check`. In: paths and options. Out: a report in the format asked for. Refuses to stop at a file that cannot be read.

use std::io::IsTerminal;

use rayon::prelude::*;

use super::{
    Outcome,
    args::{Check, Common, ContextArgs, Format},
    baseline,
    desk::{Desk, Job},
    house::Houses,
    screen::Screen,
    shown::{Sheets, Shown},
    walk,
};
use crate::{
    baseline::Entry,
    config::nearest::did_you_mean,
    diagnostic::{LetterKind, Severity},
    report::{Checked, Look, Tally, text},
};

/// So many files are checked side by side before their reports are written, in their order.
pub(super) const BATCH: usize = 128;

/// What became of one file.
enum Done {
    Checked { shown: Box<Shown>, tally: Tally, found: bool, unneeded: Vec<Entry> },
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
    let mut run = Run::default();
    for batch in jobs.chunks(BATCH) {
        let work = |job: &Result<Job, String>| work(job, args, &desk, baseline.as_ref());
        let done: Vec<Done> =
            if batch.len() == 1 { batch.iter().map(work).collect() } else { batch.par_iter().map(work).collect() };
        for done in done {
            run.add(done, screen);
        }
    }
    if let Some(told) = baseline.and_then(|baseline| baseline.unneeded(run.unneeded, look)) {
        // What programs read holds diagnostics alone.
        if args.format == Format::Text { screen.report(&told) } else { screen.error(&told) }
    }
    run.sheets.finish(args.format, run.tally, screen);
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
        let help = ["files are looked for by their extension: txt, md, markdown, html, htm, eml".to_owned()];
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

fn work(job: &Result<Job, String>, args: &Check, desk: &Desk<'_>, baseline: Option<&baseline::Read>) -> Done {
    let checked = job.as_ref().map_err(Clone::clone).and_then(|job| desk.check(job).map(|checked| (job, checked)));
    let (job, mut checked) = match checked {
        Ok(found) => found,
        Err(problem) => return Done::Failed(problem),
    };
    let (known, unneeded) = baseline.map(|baseline| baseline.mind(&job.path, &mut checked)).unwrap_or_default();
    let fail_on = args.fail_on.or(job.house.config.fail_on).unwrap_or(Severity::Warning);
    let found = checked.verdict.diagnostics.iter().any(|diagnostic| diagnostic.severity >= fail_on);
    let shown = Box::new(Shown::new(&checked, args.format, &job.house.book, fail_on, desk.look));
    Done::Checked { shown, tally: Tally { known, ..tally(&checked) }, found, unneeded }
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

/// What a run has come to.
#[derive(Default)]
struct Run {
    tally: Tally,
    outcome: Option<Outcome>,
    sheets: Sheets,
    unneeded: Vec<Entry>,
}

impl Run {
    fn add(&mut self, done: Done, screen: &mut Screen) {
        match done {
            Done::Checked { shown, tally, found, unneeded } => {
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
                self.sheets.add(*shown, screen);
            }
            Done::Failed(problem) => {
                self.tally.failures += 1;
                self.outcome = Some(Outcome::Failed);
                self.sheets.fail(&problem);
                screen.error(&problem);
            }
        }
    }
}

//! `partwell check`. In: paths and options. Out: a report in the format asked for. Refuses to stop at a file that cannot be read.

use std::io::IsTerminal;

use rayon::prelude::*;

use super::{
    Outcome,
    args::{Check, Common, ContextArgs, Format},
    desk::{Desk, Job},
    house::Houses,
    progress::Progress,
    screen::Screen,
    walk,
};
use crate::{
    config::nearest::did_you_mean,
    diagnostic::{LetterKind, Severity},
    report::{Checked, Look, Tally, json, text},
};

/// So many files are checked side by side before their reports are written, in their order.
const BATCH: usize = 128;
/// Nor are more messages of an archive held at a time than make up so many bytes.
const BATCH_BYTES: u64 = 8_000_000;

/// What became of one file.
enum Done {
    Checked { shown: Shown, tally: Tally, found: bool },
    Failed(String),
}

/// The part of the report that one file makes.
enum Shown {
    Text(String),
    Json(json::File),
}

pub(super) fn run(args: &Check, common: &Common, screen: &mut Screen) -> Outcome {
    let look = screen.look();
    let mut paths = args.paths.clone();
    if paths.is_empty() {
        if std::io::stdin().is_terminal() {
            let help =
                ["name files or folders: `partwell check letter.txt`, or `-` to type or paste a draft".to_owned()];
            screen.error(&text::problem("there is nothing to check", &help, look));
            return Outcome::Failed;
        }
        paths.push("-".into());
    }
    let desk = Desk { context: &args.context, assume: args.assume, look };
    let mut houses = Houses::new(args.context.config.clone(), common.rules.clone());
    let jobs = jobs(&paths, &desk, &mut houses);
    if let Some(problem) = unknown_language(&args.context, &jobs, look) {
        screen.error(&problem);
        return Outcome::Failed;
    }
    if jobs.is_empty() {
        let help = ["files are looked for by their extension: txt, md, markdown, html, htm, eml, mbox".to_owned()];
        screen.error(&text::problem("there are no drafts in this folder", &help, look));
        return Outcome::Failed;
    }
    let total = jobs.iter().flatten().filter_map(Job::size).sum();
    let mut run =
        Run { tally: Tally::default(), outcome: Outcome::Clean, files: Vec::new(), progress: Progress::new(total) };
    // An archive is a batch by itself, and many batches in turn.
    let is_archive = |job: &Result<Job, String>| job.as_ref().is_ok_and(Job::is_archive);
    for group in jobs.chunk_by(|one, next| !is_archive(one) && !is_archive(next)) {
        if let [Ok(job)] = group
            && job.is_archive()
        {
            archive(job, args, &desk, &mut run, screen);
            continue;
        }
        for batch in group.chunks(BATCH) {
            let work = |job: &Result<Job, String>| work(job, args, &desk);
            let done: Vec<Done> =
                if batch.len() == 1 { batch.iter().map(work).collect() } else { batch.par_iter().map(work).collect() };
            for done in done {
                run.add(done, args.format, screen);
            }
            run.progress.advance(batch.iter().flatten().filter_map(Job::size).sum(), run.tally.letters);
        }
    }
    run.progress.finish();
    match args.format {
        Format::Text => screen.report(&text::count(run.tally)),
        Format::Json => screen.data(&json::to_line(&json::Report::new(run.files))),
        Format::Jsonl => {}
    }
    run.outcome
}

pub(super) fn jobs(paths: &[std::path::PathBuf], desk: &Desk<'_>, houses: &mut Houses) -> Vec<Result<Job, String>> {
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
fn archive(job: &Job, args: &Check, desk: &Desk<'_>, run: &mut Run, screen: &mut Screen) {
    let mut messages = match desk.messages(job) {
        Ok(messages) => messages,
        Err(problem) => return run.add(Done::Failed(problem), args.format, screen),
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
                    run.add(Done::Failed(desk.unreadable(job.name(), &error)), args.format, screen);
                    break;
                }
                None => break,
            }
        }
        if batch.is_empty() {
            return;
        }
        let work = |message| match desk.check_message(job, message) {
            Ok(checked) => done(job, &checked, args, desk),
            Err(problem) => Done::Failed(problem),
        };
        let done: Vec<Done> = batch.into_par_iter().map(work).collect();
        for done in done {
            run.add(done, args.format, screen);
        }
        run.progress.advance(bytes, run.tally.letters);
    }
}

fn work(job: &Result<Job, String>, args: &Check, desk: &Desk<'_>) -> Done {
    match job.as_ref().map_err(Clone::clone).and_then(|job| desk.check(job).map(|checked| (job, checked))) {
        Ok((job, checked)) => done(job, &checked, args, desk),
        Err(problem) => Done::Failed(problem),
    }
}

fn done(job: &Job, checked: &Checked, args: &Check, desk: &Desk<'_>) -> Done {
    let fail_on = args.fail_on.or(job.house.config.fail_on).unwrap_or(Severity::Warning);
    let found = checked.verdict.diagnostics.iter().any(|diagnostic| diagnostic.severity >= fail_on);
    let shown = match args.format {
        // Most mails of an archive end nothing, and nobody wants to read that of each.
        Format::Text if checked.source.origin.is_some() && checked.verdict.letter == LetterKind::Other => {
            Shown::Text(String::new())
        }
        Format::Text => Shown::Text(text::draft(checked, job.house.book.texts(&checked.verdict.messages), desk.look)),
        Format::Json | Format::Jsonl => Shown::Json(json::File::new(checked)),
    };
    Done::Checked { shown, tally: tally(checked), found }
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
        failures: 0,
    }
}

/// What a run has come to.
struct Run {
    tally: Tally,
    outcome: Outcome,
    files: Vec<json::File>,
    progress: Progress,
}

impl Run {
    fn add(&mut self, done: Done, format: Format, screen: &mut Screen) {
        match done {
            Done::Checked { shown, tally, found } => {
                self.tally.letters += tally.letters;
                self.tally.others += tally.others;
                self.tally.errors += tally.errors;
                self.tally.warnings += tally.warnings;
                self.tally.notes += tally.notes;
                if found {
                    self.outcome = self.outcome.max(Outcome::Found);
                }
                match shown {
                    Shown::Text(report) if report.is_empty() => {}
                    Shown::Text(report) => self.progress.aside(|| screen.report(&report)),
                    Shown::Json(file) if format == Format::Jsonl => {
                        self.progress.aside(|| screen.data(&json::to_line(&file)));
                    }
                    Shown::Json(file) => self.files.push(file),
                }
            }
            Done::Failed(problem) => {
                self.tally.failures += 1;
                self.outcome = Outcome::Failed;
                self.progress.aside(|| screen.error(&problem));
            }
        }
    }
}

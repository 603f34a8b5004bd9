//! `partwell rules measure`. In: letters, labelled or not, and what the figures are held to. Out: the figures, what changed, what is past
//! the budget. Refuses to judge what a figure means.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Args, ValueHint};

use rayon::prelude::*;

use super::{
    Outcome,
    args::{Common, ContextArgs, ListFormat, kind},
    desk::{Desk, Job},
    house::{House, Houses},
    screen::Screen,
    walk::{self, Input},
};
use crate::{
    diagnostic::{LetterKind, Severity},
    engine::{self, Context},
    flaw::{Flaw, TomlFile},
    measure::{Budget, Comparison, Labelled, Measured, Run, read},
    report::{Checked, Look, json, measure as report, text},
    rule::RuleBook,
    source::{self, Format},
};

/// Measures how often the rules fire on letters of yours, and how right they are where letters are labelled
///
/// LETTERS are files and folders as for `partwell check`, and labelled corpora: files with the extension .jsonl, one letter a line, each an
/// object with the keys `id`, `lang`, `kind` ("termination" or "other"), `text`, perhaps `reason`, and for letters of kind "termination" the
/// labels `spans` (a list of `{"quote": words of the text, "any_of": rules of which one should flag them}`), `missing` (elements that the
/// letter lacks), `over_justifies` and `clean`. It may have `says` (for each element that it has the quotes that say it): `partwell rules learn`
/// learns more from it then.
///
/// A firing is a diagnostic with its rule's own severity; notes of other rules are counted apart, as likely. Without labels the figures are
/// firings, and firings in a thousand sentences. With labels there are, for each language, precision, recall and F1 of the flagged stretches,
/// F1 without regard to the rule (loose), F1 of missing elements, of over-justification and of the gate (is this a letter that ends a
/// relationship?), languages recognised, clean letters left alone, other mail left alone.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  partwell rules measure mail/                           firings on ordinary mail
  partwell rules measure --assume termination mail/      tone, whatever a mail is about
  partwell rules measure --save before.json letters/     then change a rule, and
  partwell rules measure --compare before.json letters/  see what was gained and lost
  partwell rules measure --budget budget.toml letters/   exit code 1 past the budget

A budget holds the figures, to their third decimal:
  [max-per-thousand]     # firings in a thousand sentences
  blame = 2
  [min.en]               # scores of a language, or of all
  span.f1 = 0.6          # also span-loose, missing, over-justification, gate
  missing.recall = 0.8   # precision, recall, f1
  quiet = 0.9            # also language, clean

Exit codes: 0 measured, and within the budget, 1 past the budget, 2 a letter, a label, a file or an
option was at fault (the other letters are still measured).")]
pub(super) struct Measure {
    /// Files, folders, labelled corpora (.jsonl)
    #[arg(value_name = "LETTERS", required = true, value_hint = ValueHint::AnyPath)]
    pub(super) letters: Vec<PathBuf>,
    /// Stores the run as JSON, to be compared with later; it holds the stretches that were flagged
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) save: Option<PathBuf>,
    /// Says what was gained and lost against a stored run
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) compare: Option<PathBuf>,
    /// A TOML file of figures to keep to
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) budget: Option<PathBuf>,
    /// How often a rule may fire in a thousand sentences (may be given several times)
    #[arg(long, value_name = "RULE=N", value_parser = most)]
    pub(super) max_per_thousand: Vec<(String, f64)>,
    /// Judges every text as a letter that ends a customer relationship (or, with `other`, none)
    #[arg(long, value_name = "KIND", value_parser = kind())]
    pub(super) assume: Option<LetterKind>,
    /// Uses this file instead of the nearest partwell.toml
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) config: Option<PathBuf>,
    /// How to report
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(super) format: ListFormat,
}

/// `RULE=N`.
fn most(written: &str) -> Result<(String, f64), String> {
    let (rule, most) = written.split_once('=').ok_or("write it as RULE=N, for example blame=2")?;
    match most.trim().parse::<f64>() {
        Ok(most) if most.is_finite() && most >= 0.0 => Ok((rule.trim().to_owned(), most)),
        _ => Err(format!("`{most}` is no number of firings, for example 0.5")),
    }
}

/// The extension of a corpus.
const CORPUS: &str = "jsonl";

/// So many flaws of a corpus are shown.
const MOST_FLAWS: usize = 10;

/// One letter that is going to be measured, and the rules that judge it.
pub(super) enum Letter {
    Draft(Job),
    OfCorpus { id: String, labels: Labelled, house: Arc<House> },
}

/// Something that could not be done; ready to be shown.
type Problem = String;

pub(super) fn run(args: &Measure, common: &Common, screen: &mut Screen) -> Outcome {
    let look = screen.look();
    let context = ContextArgs { config: args.config.clone(), ..ContextArgs::default() };
    let desk = Desk { context: &context, assume: args.assume, look };
    // What a long run would stumble over at its end is read first.
    let prepared = stored(args, &desk).and_then(|stored| Ok((stored, budget(args, &desk)?)));
    let (stored, mut budget) = match prepared {
        Ok(prepared) => prepared,
        Err(problem) => {
            screen.error(&problem);
            return Outcome::Failed;
        }
    };
    let (letters, mut problems) = letters(&args.letters, &desk, common);
    if let Some((budget, file)) = &mut budget {
        let rules: BTreeSet<&str> =
            letters.iter().flat_map(|letter| letter.house().book.rules()).map(|rule| rule.id.as_str()).collect();
        let rules: Vec<&str> = rules.into_iter().collect();
        problems.extend(shown(&budget.unknown_rules(file, &rules), look).filter(|_| !letters.is_empty()));
    }
    if letters.is_empty() && problems.is_empty() {
        let help = [
            "letters are looked for by their extension: txt, md, markdown, html, htm, eml, mbox; jsonl for a labelled corpus"
                .to_owned(),
        ];
        problems.push(text::problem("there are no letters in this folder", &help, look));
    }
    let measured: Vec<Vec<_>> = letters.par_iter().map(|letter| letter.measure(&desk)).collect();
    let mut rows = Vec::new();
    for (letter, measured) in letters.iter().zip(measured) {
        for measured in measured {
            match measured {
                Ok(measured) => rows.push((measured, letter.labels(), &letter.house().book)),
                Err(problem) => problems.push(problem),
            }
        }
    }
    for problem in &problems {
        screen.error(problem);
    }
    if rows.is_empty() {
        return Outcome::Failed;
    }
    let run = Run::new(rows);
    let mut outcome = if problems.is_empty() { Outcome::Clean } else { Outcome::Failed };
    outcome = outcome.max(show(&run, stored.as_ref(), budget.as_ref().map(|(budget, _)| budget), args, screen));
    if let Some(path) = &args.save
        && let Err(error) = fs::write(path, json::to_line(&run))
    {
        screen.error(&text::problem(&format!("{}: cannot be written: {error}", path.display()), &[], look));
        outcome = Outcome::Failed;
    }
    outcome
}

/// Shows the figures; something is found where they are past the budget, and fails where there is nothing to compare.
fn show(run: &Run, stored: Option<&Run>, budget: Option<&Budget>, args: &Measure, screen: &mut Screen) -> Outcome {
    let look = screen.look();
    let comparison = stored.map(|stored| Comparison::new(stored, run));
    let past = budget.map(|budget| budget.past(run));
    match args.format {
        ListFormat::Json => {
            let report = report::Report { run, comparison: comparison.as_ref(), past_budget: past.as_deref() };
            screen.data(&json::to_line(&report));
        }
        ListFormat::Text => {
            screen.report(&report::run(run, look));
            if let (Some(comparison), Some(path)) = (&comparison, &args.compare) {
                screen.report(&report::comparison(comparison, &path.to_string_lossy(), look));
            }
            if let Some(past) = &past {
                screen.report(&report::budget(past, look));
            }
        }
    }
    if comparison.is_some_and(|comparison| comparison.letters == 0) {
        let help =
            ["letters are told apart by their paths: measure from the same folder, with the same paths".to_owned()];
        screen.error(&text::problem("the stored run has none of these letters", &help, look));
        return Outcome::Failed;
    }
    if past.is_some_and(|past| !past.is_empty()) { Outcome::Found } else { Outcome::Clean }
}

/// All letters, and what cannot be read.
pub(super) fn letters(paths: &[PathBuf], desk: &Desk<'_>, common: &Common) -> (Vec<Letter>, Vec<Problem>) {
    let mut houses = Houses::new(desk.context.config.clone(), common.rules.clone());
    let (mut letters, mut problems) = (Vec::new(), Vec::new());
    for input in walk::inputs_with(paths, &[CORPUS]) {
        let input = match input {
            Ok(input) => input,
            Err(unreachable) => {
                let message = format!("{}: {}", unreachable.path, unreachable.message);
                problems.push(text::problem(&message, &[], desk.look));
                continue;
            }
        };
        let corpus = match &input {
            Input::File(path) if path.extension().is_some_and(|extension| extension == CORPUS) => Some(path.clone()),
            _ => None,
        };
        match (desk.job(input, &mut houses), corpus) {
            (Ok(job), None) => letters.push(Letter::Draft(job)),
            (Ok(job), Some(path)) => match read_file(&path, desk) {
                Ok(text) => {
                    let file = TomlFile { name: path.to_string_lossy().into_owned(), text: text.into() };
                    let (labelled, flaws) = read(&file, &job.house.book);
                    // A corpus that is wrong in one way is mostly wrong so in every line.
                    problems.extend(shown(&flaws, desk.look).take(MOST_FLAWS));
                    if let Some(more) = flaws.len().checked_sub(MOST_FLAWS).filter(|more| *more > 0) {
                        let message = format!("{}: {more} more lines are at fault", file.name);
                        problems.push(text::problem(&message, &[], desk.look));
                    }
                    letters.extend(labelled.into_iter().map(|labels| Letter::OfCorpus {
                        id: format!("{}#{}", file.name, labels.id),
                        labels,
                        house: Arc::clone(&job.house),
                    }));
                }
                Err(problem) => problems.push(problem),
            },
            (Err(problem), _) => problems.push(problem),
        }
    }
    (letters, problems)
}

impl Letter {
    /// The rules that judge it.
    pub(super) fn book(&self) -> &RuleBook {
        &self.house().book
    }

    fn house(&self) -> &House {
        match self {
            Letter::Draft(job) => &job.house,
            Letter::OfCorpus { house, .. } => house,
        }
    }

    pub(super) fn labels(&self) -> Option<&Labelled> {
        match self {
            Letter::Draft(_) => None,
            Letter::OfCorpus { labels, .. } => Some(labels),
        }
    }

    /// What the rules say about it; about each message, where it is an archive.
    fn measure(&self, desk: &Desk<'_>) -> Vec<Result<Measured, Problem>> {
        let book = &self.house().book;
        let draft = |checked: Checked| {
            let origin = checked.source.origin.filter(|_| checked.source.title() == checked.source.name);
            // A message without an id of its own is known by its line.
            let id = origin.map_or_else(
                || checked.source.title(),
                |origin| format!("{}:{}", checked.source.name, origin.line + 1),
            );
            Measured::new(id, &checked.source, &checked.verdict, None, book)
        };
        match self {
            Letter::Draft(job) if job.is_archive() => match desk.messages(job) {
                Ok(messages) => messages
                    .map(|message| match message {
                        Ok(message) => desk.check_message(job, message).map(draft),
                        Err(error) => Err(desk.unreadable(job.name(), &error)),
                    })
                    .collect(),
                Err(problem) => vec![Err(problem)],
            },
            Letter::Draft(job) => vec![desk.check(job).map(draft)],
            Letter::OfCorpus { id, labels, .. } => vec![of_corpus(id, labels, book, desk)],
        }
    }
}

fn of_corpus(id: &str, labels: &Labelled, book: &RuleBook, desk: &Desk<'_>) -> Result<Measured, Problem> {
    let source = source::read(id, labels.text.clone().into_bytes(), Format::Text)
        .map_err(|error| text::problem(&format!("{id}: {error}"), &[], desk.look))?;
    let context = Context { reason: labels.reason, assume: desk.assume, ..Context::default() };
    let verdict = engine::check_source(&source, book, &context);
    Ok(Measured::new(id.to_owned(), &source, &verdict, Some(labels), book))
}

/// The run to compare with.
fn stored(args: &Measure, desk: &Desk<'_>) -> Result<Option<Run>, Problem> {
    let Some(path) = &args.compare else { return Ok(None) };
    let text = read_file(path, desk)?;
    let help = ["`partwell rules measure --save FILE` stores one".to_owned()];
    Run::read(&text).map(Some).map_err(|error| text::problem(&format!("{}: {error}", path.display()), &help, desk.look))
}

/// The budget of the file and of the command line, with the file that its flaws are shown in.
fn budget(args: &Measure, desk: &Desk<'_>) -> Result<Option<(Budget, TomlFile)>, Problem> {
    let (mut budget, file) = match &args.budget {
        Some(path) => {
            let text = read_file(path, desk)?;
            let file = TomlFile { name: path.to_string_lossy().into_owned(), text: text.into() };
            (Budget::read(&file).map_err(|flaw| text::flaw(&flaw, Severity::Error, desk.look))?, file)
        }
        None if args.max_per_thousand.is_empty() => return Ok(None),
        None => (Budget::default(), TomlFile { name: String::new(), text: "".into() }),
    };
    for (rule, most) in &args.max_per_thousand {
        budget.set_max(rule, *most);
    }
    Ok(Some((budget, file)))
}

fn shown(flaws: &[Flaw], look: Look) -> impl Iterator<Item = Problem> {
    flaws.iter().map(move |flaw| text::flaw(flaw, Severity::Error, look))
}

fn read_file(path: &Path, desk: &Desk<'_>) -> Result<String, Problem> {
    fs::read_to_string(path).map_err(|error| desk.unreadable(&path.to_string_lossy(), &error))
}

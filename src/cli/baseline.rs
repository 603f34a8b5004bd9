//! `partwell baseline`, and the baseline that `partwell check` minds. In: drafts, or a baseline file. Out: a baseline file, or what
//! it knows. Refuses to write a baseline of drafts that could not all be checked.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use super::{
    Outcome,
    args::{self, Common},
    check::jobs_of,
    desk::{Desk, Job},
    screen::Screen,
};
use crate::{
    baseline::{Baseline, Entry},
    report::{Checked, Look, text},
};

/// Where a baseline is written if nobody says where.
const FILE_NAME: &str = "partwell-baseline.json";

/// So many entries that are no longer needed are named.
const NAMED: usize = 10;

pub(super) fn run(args: &args::Baseline, common: &Common, screen: &mut Screen) -> Outcome {
    let desk = Desk { context: &args.context, assume: args.assume, look: screen.look() };
    let file = args.output.clone().unwrap_or_else(|| FILE_NAME.into());
    let written = folder_of(&file)
        .map_err(|error| text::problem(&format!("{}: {}", file.display(), why(&error)), &[], desk.look))
        .and_then(|folder| baseline_of(args, &folder, common, &desk))
        .and_then(|baseline| write(&baseline, &file, desk.look));
    match written {
        Ok(told) => {
            screen.report(&told);
            Outcome::Clean
        }
        Err(problem) => {
            screen.error(&problem);
            Outcome::Failed
        }
    }
}

fn baseline_of(args: &args::Baseline, folder: &Path, common: &Common, desk: &Desk<'_>) -> Result<Baseline, String> {
    let jobs = jobs_of(&args.paths, desk, common)?;
    let check = |job: &Result<Job, String>| {
        job.as_ref().map_err(Clone::clone).and_then(|job| Ok((path_from(folder, &job.path), desk.check(job)?)))
    };
    let mut baseline = Baseline::default();
    let mut problems = String::new();
    for batch in jobs.chunks(super::check::BATCH) {
        let done: Vec<Result<(String, Checked), String>> = batch.par_iter().map(check).collect();
        for done in done {
            match done {
                Ok((path, checked)) => baseline.add(&path, &checked),
                Err(problem) => problems.push_str(&problem),
            }
        }
    }
    if problems.is_empty() {
        return Ok(baseline);
    }
    let help =
        ["a baseline that leaves these out would let their faults through; mend or leave out these paths".to_owned()];
    Err(problems + &text::problem("no baseline was written", &help, desk.look))
}

fn write(baseline: &Baseline, file: &Path, look: Look) -> Result<String, String> {
    let unwritable = |error: io::Error| text::problem(&format!("{}: {}", file.display(), why(&error)), &[], look);
    fs::write(file, baseline.to_json()).map_err(unwritable)?;
    let diagnostics: usize = baseline.entries().map(|entry| entry.count).sum();
    Ok(text::baseline_written(&file.to_string_lossy(), diagnostics, baseline.paths().count(), look))
}

/// A baseline that was read, and the folder from which its paths are seen.
pub(super) struct Read {
    name: String,
    folder: PathBuf,
    baseline: Baseline,
}

impl Read {
    /// Reads a baseline; an error is ready to be shown.
    pub(super) fn new(file: &Path, look: Look) -> Result<Read, String> {
        let name = file.to_string_lossy().into_owned();
        let help = [format!("`partwell baseline -o {name} PATH` writes one")];
        let problem = |what: &str| text::problem(&format!("{name}: {what}"), &help, look);
        let text = fs::read_to_string(file).map_err(|error| problem(&why(&error)))?;
        let baseline = Baseline::parse(&text).map_err(|error| problem(&error))?;
        let folder = folder_of(file).map_err(|error| problem(&why(&error)))?;
        Ok(Read { name, folder, baseline })
    }

    /// Takes out of a verdict what is known.
    pub(super) fn mind(&self, path: &Path, checked: &mut Checked) -> (usize, Vec<Entry>) {
        self.baseline.mind(&path_from(&self.folder, path), checked)
    }

    /// What to say of entries that are no longer needed: those of the drafts, and those of files that are gone.
    pub(super) fn unneeded(&self, mut entries: Vec<Entry>, look: Look) -> Option<String> {
        let gone = |entry: &Entry| !self.folder.join(&entry.path).exists();
        entries.extend(self.baseline.entries().filter(gone));
        entries.sort();
        entries.dedup();
        let named: Vec<String> =
            entries.iter().take(NAMED).map(|entry| format!("{}: {}", entry.path, entry.rule)).collect();
        (!entries.is_empty()).then(|| text::baseline_unneeded(&self.name, entries.len(), &named, look))
    }
}

/// The folder of a file, absolute and without links.
fn folder_of(file: &Path) -> io::Result<PathBuf> {
    std::path::absolute(file)?.parent().unwrap_or(Path::new("/")).canonicalize()
}

/// A draft's path as seen from a folder, with slashes.
fn path_from(folder: &Path, path: &Path) -> String {
    let path = pathdiff::diff_paths(path, folder).unwrap_or_else(|| path.to_owned());
    let pieces: Vec<_> = path.components().map(|piece| piece.as_os_str().to_string_lossy().into_owned()).collect();
    pieces.join("/")
}

fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

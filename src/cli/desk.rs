//! In: a draft's path and what the command line tells about it. Out: the draft, read and judged in its context, or an error that
//! is ready to be shown. Refuses to print.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    args::ContextArgs,
    house::{House, Houses, NoHouse},
    walk::Input,
};
use crate::{
    config::{house::UnknownDeclared, size},
    diagnostic::{LetterKind, Severity},
    engine::{self, Context},
    flaw::Flaw,
    report::{Checked, Look, look::locale, text},
    source::{self, Format, Source},
};

/// Larger drafts are not read unless told to, in bytes.
const MAX_SIZE: u64 = 10_000_000;

/// Reads and judges drafts.
pub(super) struct Desk<'a> {
    pub(super) context: &'a ContextArgs,
    pub(super) assume: Option<LetterKind>,
    pub(super) look: Look,
}

/// A draft that is going to be checked.
pub(super) struct Job {
    pub(super) house: Arc<House>,
    input: Input,
    name: String,
    /// Where the draft lies, for the per-path table: absolute.
    path: PathBuf,
}

impl Desk<'_> {
    /// Finds the house of a draft. An error is empty where its cause has been told before.
    pub(super) fn job(&self, input: Input, houses: &mut Houses) -> Result<Job, String> {
        let named = match &input {
            Input::File(path) => Some(path.as_path()),
            Input::Stdin => self.context.stdin_name.as_deref(),
        };
        let name = named.map_or_else(|| "<stdin>".to_owned(), |path| path.to_string_lossy().into_owned());
        let path = named.unwrap_or(Path::new("stdin"));
        let folder = folder_of(path).or_else(|error| match input {
            Input::File(_) => Err(self.unreadable(&name, &error)),
            // The name of standard input need not be one of a file.
            Input::Stdin => folder_of(Path::new("stdin")).map_err(|error| self.unreadable(&name, &error)),
        })?;
        let house = houses.of_folder(&folder).map_err(|none| self.no_house(none))?;
        let path = folder.join(path.file_name().unwrap_or_default());
        Ok(Job { house, input, name, path })
    }

    /// Flaws of a config, ready to be shown.
    pub(super) fn no_house(&self, none: NoHouse) -> String {
        match none {
            NoHouse::Flawed(flaws) => flaws.iter().map(|flaw| text::flaw(flaw, Severity::Error, self.look)).collect(),
            NoHouse::Known => String::new(),
        }
    }

    /// Reads and judges a draft.
    pub(super) fn check(&self, job: &Job) -> Result<Checked, String> {
        let bytes = self.read(job)?;
        let name_for_format = match &job.input {
            Input::File(path) => Some(path),
            Input::Stdin => self.context.stdin_name.as_ref(),
        };
        let extension = name_for_format.and_then(|path| path.extension()).and_then(|extension| extension.to_str());
        let format = Format::of(extension, &bytes);
        let mut source = source::read(&job.name, bytes, format)
            .map_err(|error| text::problem(&format!("{}: {error}", job.name), &[], self.look))?;
        let told = Context {
            reason: self.context.reason,
            language: self.context.lang.clone(),
            assume: self.assume,
            messages: self.context.message_lang.clone().or_else(locale),
        };
        let (context, declared) = job.house.context(&told, &mut source, &job.path);
        declared.map_err(|unknown| self.unknown_reason(&source, *unknown))?;
        let verdict = engine::check(&source.text, &source.marks, &job.house.book, &context);
        Ok(Checked { source, verdict })
    }

    fn read(&self, job: &Job) -> Result<Vec<u8>, String> {
        let limit = self.context.max_size.or(job.house.config.max_size).unwrap_or(MAX_SIZE);
        let mut bytes = Vec::new();
        // One byte more than allowed tells a file that is too large, be it endless.
        let read = match &job.input {
            Input::File(path) => {
                File::open(path).and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes))
            }
            Input::Stdin => io::stdin().lock().take(limit.saturating_add(1)).read_to_end(&mut bytes),
        };
        read.map_err(|error| self.unreadable(&job.name, &error))?;
        if bytes.len() as u64 > limit {
            let message = format!("{}: larger than {}", job.name, size::shown(limit));
            return Err(text::problem(&message, &["`--max-size` lets larger drafts in".to_owned()], self.look));
        }
        Ok(bytes)
    }

    fn unreadable(&self, name: &str, error: &io::Error) -> String {
        let why = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".to_owned(),
            io::ErrorKind::PermissionDenied => "you may not read this file".to_owned(),
            _ => format!("cannot be read: {error}"),
        };
        text::problem(&format!("{name}: {why}"), &[], self.look)
    }

    fn unknown_reason(&self, source: &Source, unknown: UnknownDeclared) -> String {
        // A header stands in front of all that may be in another charset.
        let readable = source.bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let flaw = Flaw {
            file: source.name.clone(),
            text: if unknown.at.end <= readable.len() { Arc::from(readable) } else { Arc::from("") },
            at: unknown.at,
            message: unknown.message,
            help: unknown.help,
        };
        text::flaw(&flaw, Severity::Error, self.look)
    }
}

/// The folder of a file, absolute and without links.
fn folder_of(path: &Path) -> io::Result<PathBuf> {
    std::path::absolute(path)?.parent().unwrap_or(Path::new("/")).canonicalize()
}

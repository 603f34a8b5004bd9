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
    config::{nearest::did_you_mean, size},
    diagnostic::{LetterKind, Severity},
    engine::{self, Context},
    flaw::Flaw,
    report::{Checked, Look, text},
    rule::{Reason, RuleBook},
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
    pub(super) input: Input,
    pub(super) name: String,
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
        let (source, context) = self.open(job)?;
        let verdict = engine::check(&source.text, &source.marks, &job.house.book, &context);
        Ok(Checked { source, verdict })
    }

    /// Reads a draft, and says in which context it is to be judged.
    pub(super) fn open(&self, job: &Job) -> Result<(Source, Context), String> {
        let bytes = self.read(job)?;
        let name_for_format = match &job.input {
            Input::File(path) => Some(path),
            Input::Stdin => self.context.stdin_name.as_ref(),
        };
        let extension = name_for_format.and_then(|path| path.extension()).and_then(|extension| extension.to_str());
        let format = Format::of(extension, &bytes);
        let mut source = source::read(&job.name, bytes, format)
            .map_err(|error| text::problem(&format!("{}: {error}", job.name), &[], self.look))?;
        let (from_path, language_of_path) = job.house.config.for_path(&job.path);
        let reason = match self.context.reason {
            Some(reason) => Some(reason),
            None => self.declared_reason(&source)?.or(from_path),
        };
        let language = match &self.context.lang {
            Some(language) => Some(language.clone()),
            None => declared_language(&mut source, &job.house.book).or_else(|| language_of_path.map(str::to_owned)),
        };
        let messages = self.context.message_lang.clone().or_else(locale);
        Ok((source, Context { reason, language, assume: self.assume, messages }))
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

    fn declared_reason(&self, source: &Source) -> Result<Option<Reason>, String> {
        let Some((written, at)) = &source.declared.reason else { return Ok(None) };
        if let Ok(reason) = written.parse() {
            return Ok(Some(reason));
        }
        // A header stands in front of all that may be in another charset.
        let readable = source.bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let flaw = Flaw {
            file: source.name.clone(),
            text: if at.end <= readable.len() { Arc::from(readable) } else { Arc::from("") },
            at: at.clone(),
            message: format!("the draft declares `{}`, which is no reason that is known", written.trim()),
            help: did_you_mean(written.trim(), &Reason::ALL.map(Reason::name)),
        };
        Err(text::flaw(&flaw, Severity::Error, self.look))
    }
}

/// The language of the reader's locale: `pl` of `pl_PL.UTF-8`.
pub(super) fn locale() -> Option<String> {
    let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set)?;
    let code = locale.split(['_', '.', '@']).next().unwrap_or_default().to_lowercase();
    (code != "c" && code != "posix").then_some(code)
}

/// The language that the draft declares, if there are rules for it: `en` of `en-GB`. Mail and web pages declare languages for others
/// than partwell, so an unknown one is no error.
fn declared_language(source: &mut Source, book: &RuleBook) -> Option<String> {
    let (written, _) = source.declared.language.as_ref()?;
    let first = written.split(',').next().unwrap_or_default().trim();
    let code = first.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    if book.languages().contains(&code.as_str()) {
        return Some(code);
    }
    let note = format!(
        "the draft declares the language `{first}`, for which there are no rules; its language was recognised from the text"
    );
    source.notes.push(note);
    None
}

/// The folder of a file, absolute and without links.
fn folder_of(path: &Path) -> io::Result<PathBuf> {
    std::path::absolute(path)?.parent().unwrap_or(Path::new("/")).canonicalize()
}

//! In: a draft's path and what the command line tells about it. Out: the draft, read and judged in its context, or an error that
//! is ready to be shown. Refuses to print.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    args::ContextArgs,
    house::{House, Houses, NoHouse},
    walk::{self, Input},
};
use crate::{
    config::{house::UnknownDeclared, size},
    diagnostic::{LetterKind, Severity},
    engine::{self, Context},
    flaw::Flaw,
    report::{Checked, Look, look::locale, text},
    source::{
        self, Format, Origin, ReadError, Source,
        mbox::{self, Message, TooLarge},
    },
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
    name: String,
    /// Where the draft lies, for the per-path table: absolute.
    pub(super) path: PathBuf,
}

impl Job {
    /// Whether it is many mails in one file.
    pub(super) fn is_archive(&self) -> bool {
        match &self.input {
            Input::Archive(_) => true,
            Input::Stdin => Path::new(&self.name).extension().is_some_and(walk::is_archive_extension),
            Input::File(_) | Input::Mail(_) => false,
        }
    }

    /// The bytes of its file, as far as they are known.
    pub(super) fn size(&self) -> Option<u64> {
        match &self.input {
            Input::File(path) | Input::Mail(path) | Input::Archive(path) => path.metadata().ok().map(|data| data.len()),
            Input::Stdin => None,
        }
    }

    /// The name by which it is reported.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl Desk<'_> {
    /// Finds the house of a draft. An error is empty where its cause has been told before.
    pub(super) fn job(&self, input: Input, houses: &mut Houses) -> Result<Job, String> {
        let named = match &input {
            Input::File(path) | Input::Mail(path) | Input::Archive(path) => Some(path.as_path()),
            Input::Stdin => self.context.stdin_name.as_deref(),
        };
        let name = named.map_or_else(|| "<stdin>".to_owned(), |path| path.to_string_lossy().into_owned());
        let path = named.unwrap_or(Path::new("stdin"));
        let folder = houses.folder_of(path).or_else(|error| match input {
            Input::File(_) | Input::Mail(_) | Input::Archive(_) => Err(self.unreadable(&name, &error)),
            // The name of standard input need not be one of a file.
            Input::Stdin => houses.folder_of(Path::new("stdin")).map_err(|error| self.unreadable(&name, &error)),
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
        let source = self.source(job)?;
        self.judge(job, source)
    }

    /// Reads a draft, and says in which context it is to be judged.
    pub(super) fn open(&self, job: &Job) -> Result<(Source, Context), String> {
        let mut source = self.source(job)?;
        let context = self.context(job, &mut source)?;
        Ok((source, context))
    }

    fn source(&self, job: &Job) -> Result<Source, String> {
        let unreadable = |error: ReadError| self.broken(&job.name, &error);
        if job.is_archive() {
            let help = ["`partwell check` reads archives; save the mail you mean as an .eml file".to_owned()];
            return Err(text::problem(&format!("{}: this is an archive of mails", job.name), &help, self.look));
        }
        let bytes = self.read(job)?;
        if matches!(job.input, Input::Mail(_)) {
            let message = mbox::Message { bytes, origin: Origin::default(), quoted: false };
            return source::read_archived(&job.name, message).map_err(unreadable);
        }
        let name_for_format = match &job.input {
            Input::File(path) | Input::Mail(path) | Input::Archive(path) => Some(path),
            Input::Stdin => self.context.stdin_name.as_ref(),
        };
        let extension = name_for_format.and_then(|path| path.extension()).and_then(|extension| extension.to_str());
        let format = Format::of(extension, &bytes);
        source::read(&job.name, bytes, format).map_err(unreadable)
    }

    /// The messages of an archive, one by one. None is held that is larger than a draft may be.
    pub(super) fn messages(&self, job: &Job) -> Result<mbox::Messages<Box<dyn BufRead>>, String> {
        let input: Box<dyn BufRead> = match &job.input {
            Input::Stdin => Box::new(io::stdin().lock()),
            Input::File(path) | Input::Mail(path) | Input::Archive(path) => {
                let file = File::open(path).map_err(|error| self.unreadable(&job.name, &error))?;
                Box::new(BufReader::with_capacity(1 << 18, file))
            }
        };
        Ok(mbox::Messages::new(input, usize::try_from(self.limit(job)).unwrap_or(usize::MAX)))
    }

    /// Reads and judges a message of an archive, or says what kept the message from being read.
    pub(super) fn check_message(&self, job: &Job, message: Result<Message, TooLarge>) -> Result<Checked, String> {
        let place = |origin: &Origin| format!("{}:{}", job.name, origin.line + 1);
        match message {
            Ok(message) => {
                let name = place(&message.origin);
                let source = source::read_archived(&job.name, message).map_err(|error| self.broken(&name, &error))?;
                self.judge(job, source)
            }
            Err(TooLarge { origin }) => Err(self.too_large(&place(&origin), self.limit(job))),
        }
    }

    fn judge(&self, job: &Job, mut source: Source) -> Result<Checked, String> {
        let context = self.context(job, &mut source)?;
        let verdict = engine::check_source(&source, &job.house.book, &context);
        Ok(Checked { source, verdict })
    }

    /// What is told about a draft: on the command line, by itself, by its path.
    fn context(&self, job: &Job, source: &mut Source) -> Result<Context, String> {
        let told = Context {
            reason: self.context.reason,
            language: self.context.lang.clone(),
            assume: self.assume,
            messages: self.context.message_lang.clone().or_else(locale),
            ..Context::default()
        };
        let (context, declared) = job.house.context(&told, source, &job.path);
        declared.map_err(|unknown| self.unknown_reason(source, *unknown))?;
        Ok(context)
    }

    fn read(&self, job: &Job) -> Result<Vec<u8>, String> {
        let limit = self.limit(job);
        // One byte more than allowed tells a file that is too large, be it endless; one more than it has, that it is read.
        let size = job.size().unwrap_or_default().min(limit.min(MAX_SIZE)).saturating_add(1);
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
        let read = match &job.input {
            Input::File(path) | Input::Mail(path) | Input::Archive(path) => {
                File::open(path).and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes))
            }
            Input::Stdin => io::stdin().lock().take(limit.saturating_add(1)).read_to_end(&mut bytes),
        };
        read.map_err(|error| self.unreadable(&job.name, &error))?;
        if bytes.len() as u64 > limit {
            return Err(self.too_large(&job.name, limit));
        }
        Ok(bytes)
    }

    /// The largest draft that is read, in bytes.
    fn limit(&self, job: &Job) -> u64 {
        self.context.max_size.or(job.house.config.max_size).unwrap_or(MAX_SIZE)
    }

    fn too_large(&self, name: &str, limit: u64) -> String {
        let message = format!("{name}: larger than {}", size::shown(limit));
        text::problem(&message, &["`--max-size` lets larger drafts in".to_owned()], self.look)
    }

    fn broken(&self, name: &str, error: &ReadError) -> String {
        text::problem(&format!("{name}: {error}"), &[], self.look)
    }

    pub(super) fn unreadable(&self, name: &str, error: &io::Error) -> String {
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
            file: source.title(),
            // The lines of a mail in an archive are not those of the archive.
            text: if unknown.at.end <= readable.len() && source.origin.is_none() {
                Arc::from(readable)
            } else {
                Arc::from("")
            },
            at: unknown.at,
            message: unknown.message,
            help: unknown.help,
        };
        text::flaw(&flaw, Severity::Error, self.look)
    }
}

//! In: reports, with colours. Out: what the streams of the process take: colours only where they belong. Refuses to fail on a pipe
//! that its reader has closed: what is written then goes nowhere, and the work and its exit code stay what they are.

use std::io::{self, Write as _};

use anstream::{AutoStream, ColorChoice, adapter::strip_str};

use crate::report::Look;

/// The streams of the process.
pub(super) struct Screen {
    look: Look,
    colored: bool,
    closed: bool,
    failure: Option<io::Error>,
}

impl Screen {
    pub(super) fn new() -> Screen {
        let colored = AutoStream::choice(&io::stdout()) != ColorChoice::Never;
        Screen { look: Look::of_process(), colored, closed: false, failure: None }
    }

    pub(super) fn look(&self) -> Look {
        self.look
    }

    /// Writes a report for people to standard output.
    pub(super) fn report(&mut self, report: &str) {
        if self.closed {
            return;
        }
        let written = if self.colored {
            // Old consoles of Windows have colours of another kind.
            anstream::stdout().lock().write_all(report.as_bytes())
        } else {
            io::stdout().lock().write_all(strip_str(report).to_string().as_bytes())
        };
        self.take_note(written);
    }

    /// Writes data for programs to standard output.
    pub(super) fn data(&mut self, data: &str) {
        if !self.closed {
            let written = io::stdout().lock().write_all(data.as_bytes());
            self.take_note(written);
        }
    }

    /// Writes bytes as they are to standard output.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        if !self.closed {
            let written = io::stdout().lock().write_all(bytes);
            self.take_note(written);
        }
    }

    /// Writes what went wrong to standard error, behind all that was reported before.
    pub(super) fn error(&mut self, report: &str) {
        let flushed = io::stdout().flush();
        self.take_note(flushed);
        // Nothing can be said where standard error is closed.
        let _ = anstream::stderr().lock().write_all(report.as_bytes());
    }

    /// Writes out what is left.
    ///
    /// # Errors
    /// The first error of standard output that was not a closed pipe.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        let flushed = io::stdout().flush();
        self.take_note(flushed);
        self.failure.take().map_or(Ok(()), Err)
    }

    fn take_note(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            self.closed = true;
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.failure.get_or_insert(error);
            }
        }
    }
}

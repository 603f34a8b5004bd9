//! In: a report. Out: what the person at the terminal decides. Refuses to take anything but a plain answer for a yes.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead as _, BufReader, Write as _},
};

use anstream::AutoStream;

/// What is done with a letter at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Send,
    Cancel,
}

/// The terminal from which this process was started, whatever its streams are.
pub(super) struct Terminal {
    input: BufReader<File>,
    output: File,
}

impl Terminal {
    /// None where there is no terminal.
    pub(super) fn open() -> Option<Terminal> {
        let output = OpenOptions::new().read(true).write(true).open("/dev/tty").ok()?;
        let input = BufReader::new(output.try_clone().ok()?);
        Some(Terminal { input, output })
    }

    /// Its columns.
    pub(super) fn width(&self) -> Option<usize> {
        let (width, _) = terminal_size::terminal_size_of(&self.output)?;
        Some(usize::from(width.0).clamp(36, 120))
    }

    /// Shows a report and asks. Whoever says nothing, or cannot be asked, does not send.
    pub(super) fn ask(&mut self, report: &str) -> Answer {
        self.try_ask(report).unwrap_or(Answer::Cancel)
    }

    fn try_ask(&mut self, report: &str) -> io::Result<Answer> {
        AutoStream::auto(self.output.try_clone()?).write_all(report.as_bytes())?;
        loop {
            write!(self.output, "Send this letter all the same? [s]end or [c]ancel (c): ")?;
            let mut line = String::new();
            let read = self.input.read_line(&mut line)?;
            match line.trim().to_lowercase().as_str() {
                "s" | "send" => return Ok(Answer::Send),
                "" | "c" | "cancel" => {
                    if read == 0 {
                        writeln!(self.output)?;
                    }
                    return Ok(Answer::Cancel);
                }
                _ => {}
            }
        }
    }
}

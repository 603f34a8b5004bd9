//! In: how much of a long piece of work is done. Out: a line on standard error, if that is a terminal and the work is long. Refuses to
//! stand in the way of reports: it is taken away while one is written.

use std::{
    io::{self, IsTerminal, Write as _},
    time::{Duration, Instant},
};

/// Less than this many bytes of mail are read before a line could be seen.
const LONG: u64 = 5_000_000;
/// The line is not written more often.
const EVERY: Duration = Duration::from_millis(125);

/// How far the work has come; by default nobody sees it.
#[derive(Default)]
pub(super) struct Progress(Option<Line>);

struct Line {
    /// In bytes.
    total: u64,
    done: u64,
    began: Instant,
    written: Instant,
    /// The columns of what stands on the terminal.
    columns: usize,
}

impl Progress {
    /// A line for so many bytes, if they are many; where nobody would see it there is none, and nobody asks how many they are.
    pub(super) fn new(bytes: impl FnOnce() -> u64) -> Progress {
        let now = Instant::now();
        let line = |total| Line { total, done: 0, began: now, written: now, columns: 0 };
        Progress(io::stderr().is_terminal().then(bytes).filter(|total| *total >= LONG).map(line))
    }

    /// So many bytes more are done, and so many letters were judged in all.
    pub(super) fn advance(&mut self, bytes: impl FnOnce() -> u64, letters: usize) {
        let Some(line) = &mut self.0 else { return };
        line.done += bytes();
        if line.written.elapsed() >= EVERY {
            line.written = Instant::now();
            line.write(&told(line.done, line.total, line.began.elapsed(), letters));
        }
    }

    /// All is done: the line goes.
    pub(super) fn finish(&mut self) {
        self.aside(|| {});
    }

    /// Writes something while the line is away.
    pub(super) fn aside(&mut self, write: impl FnOnce()) {
        if let Some(line) = self.0.as_mut().filter(|line| line.columns > 0) {
            line.write("");
        }
        write();
    }
}

impl Line {
    /// Puts a text in place of the one that stands there.
    fn write(&mut self, text: &str) {
        let blanks = " ".repeat(self.columns.saturating_sub(text.len()));
        self.columns = text.len();
        // A terminal that cannot be written to shows nothing.
        let _ = write!(io::stderr(), "\r{text}{blanks}\r{text}");
    }
}

/// What the line says.
fn told(done: u64, total: u64, elapsed: Duration, letters: usize) -> String {
    let done = done.min(total).max(1);
    let left = elapsed.as_secs() * (total - done) / done;
    format!("{} % read, {left} s left, letters judged: {letters}", done * 100 / total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_reckoned_from_what_is_done() {
        let told = |done, seconds| told(done, 40_000_000, Duration::from_secs(seconds), 7);
        assert_eq!(told(10_000_000, 5), "25 % read, 15 s left, letters judged: 7");
        assert_eq!(told(0, 0), "0 % read, 0 s left, letters judged: 7");
        // A file can grow while it is read.
        assert_eq!(told(50_000_000, 9), "100 % read, 0 s left, letters judged: 7");
    }
}

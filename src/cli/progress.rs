//! In: how much of a long piece of work is done. Out: a bar on standard error, if that is a terminal and the work is long. Refuses to
//! stand in the way of reports: it is taken away while one is written.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Less than this many bytes of mail are read before a bar could be seen.
const LONG: u64 = 5_000_000;

/// How far the work has come, in bytes.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Default for Progress {
    /// None that anybody sees.
    fn default() -> Self {
        Progress { bar: ProgressBar::hidden() }
    }
}

impl Progress {
    /// A bar for so many bytes, if they are many; none where nobody would see it.
    pub(super) fn new(bytes: u64) -> Progress {
        if bytes < LONG {
            return Progress::default();
        }
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr_with_hz(8));
        let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left, {msg}");
        bar.set_style(style.expect("a template that indicatif knows"));
        bar.enable_steady_tick(Duration::from_millis(500));
        Progress { bar }
    }

    /// So many bytes more are done, and so many letters were judged in all.
    pub(super) fn advance(&self, bytes: u64, letters: usize) {
        self.bar.inc(bytes);
        self.bar.set_message(format!("{letters} letters judged"));
    }

    /// All is done: the bar goes.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Writes something while the bar is away.
    pub(super) fn aside(&self, write: impl FnOnce()) {
        self.bar.suspend(write);
    }
}

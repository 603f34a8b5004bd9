//! `partwell fix`. In: paths and options. Out: the drafts, mended in place; a diff of them; or a dialogue about each fault. Refuses to
//! stop at a file that cannot be read or written.

use std::{
    fmt::Write as _,
    io::{self, IsTerminal},
};

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use super::{
    Outcome,
    args::{Common, Fix},
    check::jobs_of,
    desk::{Desk, Job},
    dialogue::{self, Ended, Terminal},
    screen::Screen,
    walk::Input,
    write,
};
use crate::{
    diagnostic::{Applicability, Severity},
    engine,
    fix::{Choice, Mended, Mender},
    report::{Checked, line, text},
    source::Source,
};

pub(super) fn run(args: &Fix, common: &Common, screen: &mut Screen) -> Outcome {
    let look = screen.look();
    let refuse = |message: &str, help: &str| text::problem(message, &[help.to_owned()], look);
    let desk = Desk { context: &args.context, assume: args.assume, look };
    let jobs = if args.interactive && !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        let help = "run it in a terminal and name a file; `partwell fix --diff --suggested` shows what could be done";
        Err(refuse("`--interactive` needs a terminal to ask on", help))
    } else if args.interactive && args.paths.iter().any(|path| path.as_os_str() == "-") {
        Err(refuse("`--interactive` cannot ask while it reads standard input", "name a file"))
    } else {
        jobs_of(&args.paths, &desk, common)
    };
    let jobs = match jobs {
        Ok(jobs) => jobs,
        Err(problem) => {
            screen.error(&problem);
            return Outcome::Failed;
        }
    };
    let mut run = Run { args, desk, screen, outcome: Outcome::Clean, sum: Sum::default() };
    for job in &jobs {
        match job {
            Ok(job) if run.draft(job) == Ended::Here => break,
            Ok(_) => {}
            Err(problem) => run.failed(problem),
        }
    }
    run.close()
}

/// One run over all drafts.
struct Run<'a> {
    args: &'a Fix,
    desk: Desk<'a>,
    screen: &'a mut Screen,
    outcome: Outcome,
    sum: Sum,
}

#[derive(Default)]
struct Sum {
    drafts: usize,
    mended: usize,
    left: usize,
}

impl Run<'_> {
    /// Mends one draft. Says whether the person at the terminal has had enough.
    fn draft(&mut self, job: &Job) -> Ended {
        let (source, context) = match self.desk.open(job) {
            Ok(opened) => opened,
            Err(problem) => {
                self.failed(&problem);
                return Ended::Through;
            }
        };
        let book = &job.house.book;
        let judge = |source: &Source| engine::check_source(source, book, &context);
        let verdict = judge(&source);
        let before = Checked { source, verdict };
        let mender = Mender { book, judge: &judge };
        let (done, ended) = if self.args.interactive {
            let (input, output) = (&mut io::stdin().lock(), &mut anstream::stdout());
            dialogue::hold(&mender, &before, &mut Terminal { input, output, look: self.desk.look })
        } else {
            let choice = Choice { suggested: self.args.suggested, wording: self.args.wording };
            (mender.mend(&before, choice), Ended::Through)
        };
        self.deliver(job, &before, &done);
        ended
    }

    /// Writes the draft, or shows what would be written, and says what was done.
    fn deliver(&mut self, job: &Job, before: &Checked, mended: &Mended) {
        let after = &mended.checked;
        let changed = after.source.bytes != before.source.bytes;
        if self.args.diff {
            if changed {
                self.screen.report(&diff(before, after));
                self.outcome = self.outcome.max(Outcome::Found);
            }
            return self.say_refused(job, mended);
        }
        match &job.input {
            Input::Stdin => self.screen.bytes(&after.source.bytes),
            Input::File(path) | Input::Mail(path) | Input::Archive(path) if changed => {
                if let Err(error) = write::replace(path, &before.source.bytes, &after.source.bytes) {
                    let problem = text::problem(&format!("{}: {error}", job.name()), &[], self.desk.look);
                    return self.failed(&problem);
                }
            }
            _ => {}
        }
        let fail_on = self.args.fail_on.or(job.house.config.fail_on).unwrap_or(Severity::Warning);
        if after.verdict.diagnostics.iter().any(|one| one.severity >= fail_on) {
            self.outcome = self.outcome.max(Outcome::Found);
        }
        let left = after.verdict.diagnostics.len();
        self.sum.drafts += 1;
        self.sum.mended += mended.mended;
        self.sum.left += left;
        let name = line(job.name(), self.desk.look.unicode).into_owned();
        let mut said = format!("{name}: {} mended, {left} left", mended.mended);
        let offered = |one: &&crate::diagnostic::Diagnostic| {
            one.fixes.iter().any(|fix| fix.applicability == Applicability::Suggested)
        };
        let more = after.verdict.diagnostics.iter().filter(offered).count();
        if more > 0 && !self.args.suggested && !self.args.interactive {
            let _ = write!(said, " ({more} with suggestions: `--suggested`, or `--interactive` to choose)");
        }
        said.push('\n');
        self.say(job, &said);
        self.say_refused(job, mended);
    }

    /// Standard output is the draft's, if that came from standard input.
    fn say(&mut self, job: &Job, said: &str) {
        if matches!(job.input, Input::Stdin) { self.screen.error(said) } else { self.screen.report(said) }
    }

    fn say_refused(&mut self, job: &Job, mended: &Mended) {
        if let Some(refused) = &mended.refused {
            self.outcome = Outcome::Failed;
            let message = format!("{}: not all could be mended: {refused}", job.name());
            self.screen.error(&text::problem(&message, &[], self.desk.look));
        }
    }

    fn failed(&mut self, problem: &str) {
        self.outcome = Outcome::Failed;
        self.screen.error(problem);
    }

    fn close(self) -> Outcome {
        if self.sum.drafts > 1 {
            let Sum { drafts, mended, left } = self.sum;
            self.screen.report(&format!("{drafts} drafts: {mended} mended, {left} left\n"));
        }
        self.outcome
    }
}

/// What was changed, as a unified diff: of the file where a person can read it, else of the text in it.
fn diff(before: &Checked, after: &Checked) -> String {
    let readable = |checked: &Checked| text::readable(checked).map(str::to_owned);
    let name = line(&before.source.name, true).into_owned();
    let (old, new, note) = match (readable(before), readable(after)) {
        (Some(old), Some(new)) => (old, new, ""),
        _ => (before.source.text.clone(), after.source.text.clone(), "\t(decoded text)"),
    };
    let diff = TextDiff::from_lines(&old, &new);
    let mut out = format!("--- {name}{note}\n+++ {name}{note}\n");
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        let _ = writeln!(out, "{}", painted(AnsiColor::Cyan, &hunk.header().to_string()));
        for change in hunk.iter_changes() {
            let (sign, color) = match change.tag() {
                ChangeTag::Delete => ('-', Some(AnsiColor::Red)),
                ChangeTag::Insert => ('+', Some(AnsiColor::Green)),
                ChangeTag::Equal => (' ', None),
            };
            let (content, end) = split_line_end(change.value());
            let content = format!("{sign}{}", line(content, true));
            out.push_str(&color.map_or(content.clone(), |color| painted(color, &content)));
            out.push_str(end);
            if end.is_empty() {
                out.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    out
}

/// A line and its end, which must reach the diff as it is.
fn split_line_end(line: &str) -> (&str, &str) {
    let content = line.trim_end_matches(['\r', '\n']);
    line.split_at(content.len())
}

fn painted(color: AnsiColor, text: &str) -> String {
    let style: Style = color.on_default();
    format!("{style}{text}{style:#}")
}

//! In: the command line. Out: reports, and an exit code: 0 nothing to mend, 1 something, 2 the work could not be done. Refuses to
//! judge: commands parse, call and convert.

mod args;
mod baseline;
mod check;
mod desk;
mod dialogue;
mod draft;
mod explain;
mod files;
mod fix;
mod house;
mod init;
mod learn;
mod lsp;
mod maildir;
mod man;
mod measure;
#[cfg(unix)]
mod milter;
mod outline;
mod progress;
mod rules;
mod schema;
mod screen;
#[cfg(unix)]
mod sendmail;
mod shown;
mod starting;
#[cfg(unix)]
mod terminal;
mod walk;
mod write;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use self::{
    args::{Cli, Color, Command, Rules},
    screen::Screen,
};
use crate::report::text;

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output and are no error; a closed pipe is none either.
            let _ = error.print();
            return if error.use_stderr() { Outcome::Failed.into() } else { Outcome::Clean.into() };
        }
    };
    match cli.common.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    let mut screen = Screen::new();
    let outcome = match &cli.command {
        Command::Check(args) => check::run(args, &cli.common, &mut screen),
        Command::Fix(args) => fix::run(args, &cli.common, &mut screen),
        Command::Baseline(args) => baseline::run(args, &cli.common, &mut screen),
        Command::Outline(args) => outline::run(args, &cli.common, &mut screen),
        Command::Explain(args) => explain::run(args, &cli.common, &mut screen),
        Command::Rules(Rules::List { format, lang, config }) => {
            rules::list(*format, lang.as_deref(), config.as_ref(), &cli.common, &mut screen)
        }
        Command::Rules(Rules::Test { path, config }) => {
            rules::test(path.as_deref(), config.as_ref(), &cli.common, &mut screen)
        }
        Command::Rules(Rules::Measure(args)) => measure::run(args, &cli.common, &mut screen),
        Command::Rules(Rules::Learn(args)) => learn::run(args, &cli.common, &mut screen),
        Command::Lsp { .. } => lsp::run(&mut screen),
        Command::Rules(Rules::New(args)) => init::new_rule(args, &cli.common, &mut screen),
        Command::Rules(Rules::Schema(args)) => schema::run(args, &mut screen),
        Command::Draft(args) => draft::run(args, &cli.common, &mut screen),
        Command::Init(args) => init::run(args, &mut screen),
        Command::Man(args) => man::run(args, &mut screen),
        // Its exit codes are those of the command that sends.
        #[cfg(unix)]
        Command::Sendmail(args) => return sendmail::run(args, &cli.common, &mut screen),
        #[cfg(unix)]
        Command::Milter(args) => milter::run(args, &cli.common, &mut screen),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "partwell", &mut script);
            screen.data(&String::from_utf8_lossy(&script));
            Outcome::Clean
        }
    };
    match screen.finish() {
        Ok(()) => outcome.into(),
        Err(error) => {
            let look = screen.look();
            screen.error(&text::problem(&format!("the report could not be written: {error}"), &[], look));
            Outcome::Failed.into()
        }
    }
}

/// How a command ended; the greater wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// Nothing to mend.
    Clean,
    /// Something to mend.
    Found,
    /// The work, or a part of it, could not be done.
    Failed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        ExitCode::from(match outcome {
            Outcome::Clean => 0,
            Outcome::Found => 1,
            Outcome::Failed => 2,
        })
    }
}

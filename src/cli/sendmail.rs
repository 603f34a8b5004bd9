//! `partwell sendmail`. In: a message on standard input, and the command that would send it. Out: that command, in this process's
//! place, with the message untouched but for partwell's own header fields; or, for a letter at fault, an exit code that mail
//! programs take for "not sent". Refuses to send anything by itself.
//!
//! The message goes through a file without a name that becomes the command's standard input, and the command replaces this
//! process (`exec`): there is no pipe that could break half-way, the command is started once or not at all, and its exit code or
//! the signal that kills it reach the mail program as if partwell were not there.

use std::{
    ffi::OsString,
    io::{self, Read as _, Seek as _, Write as _},
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Command, ExitCode, Stdio},
};

use clap::{Args, ValueEnum, ValueHint};

use super::{
    args::{Common, severity},
    screen::Screen,
    terminal::{Answer, Terminal},
};
use crate::{
    config::{self, house::House},
    diagnostic::Severity,
    mail::{Gate, Judged, own_fields::OwnFields},
    nearest::did_you_mean,
    report::{Look, look::locale, text},
};

/// Checks a mail on its way out, and hands it to the command that sends it
///
/// Reads the message from standard input, as sendmail does. If it is a letter that ends a customer relationship and something
/// in it is to be mended, shows that and asks on the terminal whether to send it all the same; without a terminal it is not sent.
/// All other mail is handed over at once. The message is not changed, but for header fields of partwell's own
/// (`Partwell-Reason: abusive` tells why the letter is written; `Partwell-Override: WHY` sends it whatever is found).
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  partwell sendmail -- /usr/sbin/sendmail -t < letter.eml
  partwell sendmail --on-findings block /usr/bin/msmtp -t
  git config sendemail.sendmailCmd 'partwell sendmail /usr/sbin/sendmail'

Exit codes: those of COMMAND; 77 not sent because of what was found, 69 COMMAND could not be started, 74 standard
input could not be read, 75 no room for the message, 78 partwell.toml or the rules are at fault. In these cases nothing was sent.")]
pub(super) struct Sendmail {
    /// What to do when something is found
    #[arg(long, value_enum, default_value = "ask", value_name = "WHAT")]
    on_findings: OnFindings,
    /// The severity from which on a diagnostic counts [default: fail-on of partwell.toml, else warning]
    #[arg(long, value_name = "SEVERITY", value_parser = severity())]
    fail_on: Option<Severity>,
    /// The language of messages and advice [default: the locale's if there are texts for it, else the letter's]
    #[arg(long, value_name = "LANG")]
    message_lang: Option<String>,
    /// Uses this file instead of the nearest partwell.toml above the working directory
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: Option<PathBuf>,
    /// The command that sends the message, with its options
    #[arg(required = true, trailing_var_arg = true, value_name = "COMMAND", value_hint = ValueHint::CommandWithArguments)]
    command: Vec<OsString>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OnFindings {
    /// Ask on the terminal; where there is none, do not send
    Ask,
    /// Do not send
    Block,
    /// Say it on standard error, and send
    Warn,
}

/// Exit codes of sysexits.h, which mail programs understand.
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
enum Exit {
    /// `EX_UNAVAILABLE`
    NoCommand = 69,
    /// `EX_IOERR`
    Input = 74,
    /// `EX_TEMPFAIL`
    NoRoom = 75,
    /// `EX_NOPERM`
    NotSent = 77,
    /// `EX_CONFIG`
    Config = 78,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

pub(super) fn run(args: &Sendmail, common: &Common, screen: &mut Screen) -> ExitCode {
    let look = screen.look();
    let mut message = Vec::new();
    if let Err(error) = io::stdin().lock().read_to_end(&mut message) {
        screen.error(&text::problem(&format!("the message could not be read, and was not sent: {error}"), &[], look));
        return Exit::Input.into();
    }
    if let Err(exit) = pass(args, common, &message, screen) {
        return exit.into();
    }
    let (problem, exit) = hand_over(&message, &args.command);
    screen.error(&text::problem(&problem, &[], look));
    exit.into()
}

/// Whether the message may be sent.
fn pass(args: &Sendmail, common: &Common, message: &[u8], screen: &mut Screen) -> Result<(), Exit> {
    let look = screen.look();
    let warns = args.on_findings == OnFindings::Warn;
    let house = match house(args, common, look) {
        Ok(house) => house,
        Err(problem) => {
            screen.error(&problem);
            return if warns { Ok(()) } else { Err(Exit::Config) };
        }
    };
    let locale = args.message_lang.clone().or_else(locale);
    let gate = Gate { house: &house, fail_on: args.fail_on, messages: locale.as_deref(), suppressions: true };
    let judged = match gate.judge("<message>", message.to_vec()) {
        Ok(judged) => judged,
        Err(error) => {
            // What is no text holds no letter that a person could read.
            screen.error(&format!("partwell: handed over without a check: {error}\n"));
            return Ok(());
        }
    };
    if !judged.has_findings() {
        return Ok(());
    }
    if let Some(why) = OwnFields::of(message).override_reason() {
        screen.error(&report(&judged, &house, look));
        screen.error(&format!("partwell: sent all the same: {}\n", crate::report::line(&why, look.unicode)));
        return Ok(());
    }
    if args.on_findings == OnFindings::Ask
        && let Some(mut terminal) = Terminal::open()
    {
        let look = Look { width: terminal.width().unwrap_or(look.width), ..look };
        return match terminal.ask(&report(&judged, &house, look)) {
            Answer::Send => Ok(()),
            Answer::Cancel => {
                screen.error("partwell: not sent\n");
                Err(Exit::NotSent)
            }
        };
    }
    screen.error(&report(&judged, &house, look));
    if warns {
        return Ok(());
    }
    screen.error("partwell: not sent; to send it all the same, say why in a header: `Partwell-Override: WHY`\n");
    Err(Exit::NotSent)
}

fn house(args: &Sendmail, common: &Common, look: Look) -> Result<House, String> {
    let folder = std::env::current_dir()
        .map_err(|error| text::problem(&format!("the working directory cannot be read: {error}"), &[], look))?;
    let file = args.config.clone().or_else(|| config::find(&folder));
    let house = House::load(file.as_deref(), &common.rules)
        .map_err(|flaws| -> String { flaws.iter().map(|flaw| text::flaw(flaw, Severity::Error, look)).collect() })?;
    let languages = house.book.languages();
    match args.message_lang.as_deref() {
        Some(told) if !languages.contains(&told) => {
            let message = format!("`--message-lang {told}`: there are no rules for this language");
            Err(text::problem(&message, &[did_you_mean(told, &languages)], look))
        }
        _ => Ok(house),
    }
}

fn report(judged: &Judged, house: &House, look: Look) -> String {
    let texts = house.book.texts(&judged.checked.verdict.messages);
    let unknown = judged.unknown_reason.as_ref().map(|flaw| text::flaw(flaw, Severity::Error, look));
    let draft = judged.is_termination().then(|| text::draft(&judged.checked, texts, look));
    [unknown, draft].into_iter().flatten().collect()
}

/// Becomes the command. Comes back only with what kept it from that.
fn hand_over(message: &[u8], command: &[OsString]) -> (String, Exit) {
    let file = match spool(message) {
        Ok(file) => file,
        Err(error) => return (format!("there is no room for the message, which was not sent: {error}"), Exit::NoRoom),
    };
    let (program, args) = command.split_first().expect("clap asks for a command");
    let error = Command::new(program).args(args).stdin(Stdio::from(file)).exec();
    let program = program.to_string_lossy();
    (format!("`{program}` could not be started, and the message was not sent: {error}"), Exit::NoCommand)
}

/// A file without a name that holds the message without partwell's own header fields.
fn spool(message: &[u8]) -> io::Result<std::fs::File> {
    let mut file = tempfile::tempfile()?;
    for piece in OwnFields::of(message).rest() {
        file.write_all(piece)?;
    }
    file.rewind()?;
    Ok(file)
}

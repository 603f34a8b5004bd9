//! The sendmail gate as a mail program meets it: exit codes, streams, bytes; on a real pseudo terminal too.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::{
    fs,
    io::Write as _,
    os::unix::{fs::PermissionsExt as _, process::ExitStatusExt as _},
    path::PathBuf,
    process::{Command, ExitStatus, Stdio},
};

const HEADER: &str = "From: A. Bell <bell@example.com>\r\nTo: hartnell@client.example\r\nSubject: Our work\r\n";
const BAD: &str = "Dear Ms Hartnell,\r\n\r\nYou failed to pay three invoices. From 30 June we will no longer work for you.\r\n\
                   \r\nYours sincerely,\r\nA. Bell\r\n";
const ORDINARY: &str = "Dear Ms Hartnell,\r\n\r\nThe meeting is moved to Monday at ten.\r\n\r\nA. Bell\r\n";

/// A folder with a command `send` that keeps what it is given.
struct House {
    folder: tempfile::TempDir,
}

/// What a mail program sees.
struct Seen {
    status: ExitStatus,
    err: String,
}

impl House {
    /// `then` is shell that runs when the message is kept.
    fn new(then: &str) -> House {
        House::with_script(&format!("echo x >> started\nprintf '%s\\n' \"$@\" > args\ncat > sent\n{then}\n"))
    }

    fn with_script(script: &str) -> House {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("send");
        fs::write(&path, format!("#!/bin/sh\n{script}")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        House { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The gate, in a session of its own: without a terminal.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("setsid");
        command.current_dir(self.folder.path()).args(["--wait", env!("CARGO_BIN_EXE_partwell"), "sendmail"]).args(args);
        command.env("LANG", "C.UTF-8").env_remove("LC_ALL").env_remove("CLICOLOR_FORCE");
        command
    }

    fn send(&self, args: &[&str], message: &[u8]) -> Seen {
        let mut child = self.command(args).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(message).unwrap();
        let output = child.wait_with_output().unwrap();
        Seen { status: output.status, err: String::from_utf8(output.stderr).unwrap() }
    }

    fn sent(&self) -> Option<Vec<u8>> {
        fs::read(self.path("sent")).ok()
    }

    /// How many times the command was started.
    fn starts(&self) -> usize {
        fs::read_to_string(self.path("started")).unwrap_or_default().lines().count()
    }
}

fn mail(header: &str, body: &str) -> Vec<u8> {
    format!("{HEADER}{header}\r\n{body}").into_bytes()
}

#[test]
fn ordinary_mail_passes_and_so_does_the_exit_code() {
    for code in [0, 1, 67, 75] {
        let house = House::new(&format!("exit {code}"));
        let message = mail("", ORDINARY);
        let seen = house.send(&["./send", "-oi", "-f", "bell@example.com", "--", "hartnell@client.example"], &message);
        assert_eq!((seen.status.code(), seen.err.as_str()), (Some(code), ""));
        assert_eq!((house.sent(), house.starts()), (Some(message), 1));
        let args = fs::read_to_string(house.path("args")).unwrap();
        assert_eq!(args, "-oi\n-f\nbell@example.com\n--\nhartnell@client.example\n");
    }
}

#[test]
fn every_byte_stays_and_own_fields_go() {
    let house = House::new("");
    let odd = b"From bell Mon\nX-A: \xff\xfe\n folded\nPartwell-Note: a\n  (folded)\nx-b:\tc\r\n\r\nPartwell-Reason: in the body\r\0\n\nno end";
    assert_eq!(house.send(&["--", "./send"], odd).status.code(), Some(0));
    let kept = b"From bell Mon\nX-A: \xff\xfe\n folded\nx-b:\tc\r\n\r\nPartwell-Reason: in the body\r\0\n\nno end";
    assert_eq!(house.sent().unwrap(), kept);
    let house = House::new("");
    assert_eq!(house.send(&["./send"], b"").status.code(), Some(0));
    assert_eq!(house.sent().unwrap(), b"");
}

#[test]
fn without_a_terminal_a_letter_at_fault_is_not_sent() {
    for options in [&[][..], &["--on-findings", "ask"], &["--on-findings", "block"]] {
        let house = House::new("");
        let seen = house.send(&[options, &["./send"]].concat(), &mail("", BAD));
        assert_eq!((seen.status.code(), house.starts()), (Some(77), 0), "{}", seen.err);
        assert!(seen.err.contains("warning[blame]") && seen.err.contains("<message>:7:1"), "{}", seen.err);
        assert!(seen.err.ends_with("say why in a header: `Partwell-Override: WHY`\n"), "{}", seen.err);
        assert!(!seen.err.contains('\u{1b}') && !seen.err.contains("note["), "{}", seen.err);
    }
}

#[test]
fn a_letter_at_fault_is_sent_with_a_warning_or_an_override() {
    let house = House::new("exit 3");
    let seen = house.send(&["--on-findings", "warn", "./send"], &mail("", BAD));
    assert_eq!((seen.status.code(), house.sent()), (Some(3), Some(mail("", BAD))));
    assert!(seen.err.contains("warning[blame]"), "{}", seen.err);

    let house = House::new("");
    let seen =
        house.send(&["--on-findings", "block", "./send"], &mail("Partwell-Override: agreed with\r\n Ms Reed\r\n", BAD));
    assert_eq!((seen.status.code(), house.sent()), (Some(0), Some(mail("", BAD))));
    assert!(seen.err.ends_with("partwell: sent all the same: agreed with Ms Reed\n"), "{}", seen.err);

    let house = House::new("");
    let seen = house.send(&["./send"], &mail("Partwell-Override: \r\n", BAD));
    assert_eq!((seen.status.code(), house.starts()), (Some(77), 0));
}

#[test]
fn the_threshold_and_the_reason_count() {
    let house = House::new("");
    let ordinary_reason = mail("Partwell-Reason: angry\r\n", ORDINARY);
    let seen = house.send(&["./send"], &ordinary_reason);
    assert_eq!(seen.status.code(), Some(77));
    assert!(seen.err.contains("<message>:4:18") && seen.err.contains("`angry`"), "{}", seen.err);
    fs::write(house.path("partwell.toml"), "[rules.blame]\nseverity = \"error\"\n").unwrap();
    let count = |args: &[&str]| house.send(args, &mail("", BAD)).err.matches("[blame]").count();
    assert_eq!((count(&["--fail-on", "error", "./send"]), house.starts()), (1, 0));
    fs::write(house.path("partwell.toml"), "fail-on = \"error\"\n").unwrap();
    assert_eq!((count(&["./send"]), house.starts()), (0, 1));
}

#[test]
fn what_keeps_the_command_from_starting_has_codes_of_its_own() {
    let house = House::new("");
    let seen = house.send(&["./nowhere", "-t"], &mail("", ORDINARY));
    assert_eq!(seen.status.code(), Some(69));
    assert!(seen.err.contains("`./nowhere` could not be started, and the message was not sent"), "{}", seen.err);
    fs::write(house.path("partwell.toml"), "fail-on = \"eror\"\n").unwrap();
    let seen = house.send(&["./send"], &mail("", ORDINARY));
    assert_eq!((seen.status.code(), house.starts()), (Some(78), 0));
    assert!(seen.err.contains("did you mean `error`?"), "{}", seen.err);
    let seen = house.send(&["--on-findings", "warn", "./send"], &mail("", BAD));
    assert_eq!((seen.status.code(), house.starts()), (Some(0), 1));
    let seen = house.send(&[], b"");
    assert_eq!(seen.status.code(), Some(2), "{}", seen.err);
    fs::remove_file(house.path("partwell.toml")).unwrap();
    let mut child = house
        .command(&["./send"])
        .env("TMPDIR", "/nowhere")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    assert_eq!((child.wait().unwrap().code(), house.starts()), (Some(75), 1));
}

/// The gate replaces itself with the command, so that its death is seen as it is. (Not with `setsid` in between.)
#[test]
fn a_command_that_dies_is_seen_to_die() {
    let house = House::new("kill -KILL $$");
    let mut child = Command::new(env!("CARGO_BIN_EXE_partwell"))
        .current_dir(house.folder.path())
        .args(["sendmail", "--on-findings", "block", "./send"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&mail("", ORDINARY)).unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9));
    assert_eq!((house.sent(), house.starts()), (Some(mail("", ORDINARY)), 1));
}

/// 50 MB with every byte value in it, NUL too.
fn large(body: &str) -> Vec<u8> {
    let mut message = format!(
        "{HEADER}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n{body}\r\n--b\r\n\
         Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=scan.bin\r\n\
         Content-Transfer-Encoding: binary\r\n\r\n"
    )
    .into_bytes();
    message.extend((0..50_000_000u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24).to_le_bytes()[0]));
    message.extend_from_slice(b"\r\n--b--\r\n");
    message
}

#[test]
fn fifty_megabytes_with_a_binary_attachment() {
    let house = House::new("");
    let message = large(ORDINARY);
    assert_eq!(house.send(&["./send"], &message).status.code(), Some(0));
    assert!(house.sent().unwrap() == message, "the message has changed");
    let seen = house.send(&["--on-findings", "block", "./send"], &large(BAD));
    assert_eq!((seen.status.code(), house.starts()), (Some(77), 1));
    assert!(seen.err.contains("warning[blame]"), "{}", seen.err);

    // A command that reads only the beginning, or nothing at all.
    for (script, code) in [("head -c 100 > sent\nexit 4\n", 4), ("exec 0<&-\nexit 0\n", 0)] {
        let house = House::with_script(script);
        let seen = house.send(&["./send"], &message);
        assert_eq!((seen.status.code(), seen.err.as_str()), (Some(code), ""));
    }
}

#[test]
fn closed_streams_change_nothing() {
    for (body, code, starts) in [(BAD, 77, 0), (ORDINARY, 0, 1)] {
        let house = House::new("");
        fs::write(house.path("message"), mail("", body)).unwrap();
        let mut shell = Command::new("setsid");
        shell.current_dir(house.folder.path()).args([
            "--wait",
            "sh",
            "-c",
            "\"$0\" sendmail ./send < message 2>&- >&-",
        ]);
        let status = shell.arg(env!("CARGO_BIN_EXE_partwell")).status().unwrap();
        assert_eq!((status.code(), house.starts()), (Some(code), starts));
    }
    // A reader of the report that goes away.
    let house = House::new("");
    let mut child = house.command(&["./send"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    child.stdin.take().unwrap().write_all(&mail("", BAD)).unwrap();
    assert_eq!((child.wait().unwrap().code(), house.starts()), (Some(77), 0));
}

/// Rust programs ignore SIGPIPE; what they start must not.
#[test]
#[cfg(target_os = "linux")]
fn the_command_dies_of_closed_pipes_as_usual() {
    let house = House::new("grep SigIgn /proc/self/status > ignored");
    house.send(&["./send"], &mail("", ORDINARY));
    let ignored = fs::read_to_string(house.path("ignored")).unwrap();
    let mask = u64::from_str_radix(ignored.split_whitespace().nth(1).unwrap(), 16).unwrap();
    assert_eq!(mask & 1 << 12, 0, "{ignored}");
}

#[cfg(target_os = "linux")]
mod on_a_terminal {
    use rexpect::{process::WaitStatus, session::PtySession};

    use super::*;

    /// The gate on a pseudo terminal of its own, its standard input a file as from a mail program.
    fn ask(house: &House, message: &[u8]) -> PtySession {
        fs::write(house.path("message"), message).unwrap();
        let mut shell = Command::new("sh");
        // Started from a shell's background, tests ignore interrupts, and what they start would.
        let script = "exec env --default-signal=INT \"$0\" sendmail ./send -t < message 2> err";
        shell.current_dir(house.folder.path()).args(["-c", script]);
        shell.arg(env!("CARGO_BIN_EXE_partwell")).env("LANG", "C.UTF-8").env("TERM", "xterm").env_remove("NO_COLOR");
        rexpect::session::spawn_command(shell, Some(60_000)).unwrap()
    }

    const QUESTION: &str = "Send this letter all the same? [s]end or [c]ancel (c): ";

    #[test]
    fn the_person_decides() {
        for (answers, code, starts) in [
            (&["s"][..], 5, 1),
            (&["send"], 5, 1),
            (&["y", ""], 77, 0),
            (&["c"], 77, 0),
            (&["please", "CANCEL"], 77, 0),
            (&["\u{4}"], 77, 0),
        ] {
            let house = House::new("exit 5");
            let mut session = ask(&house, &mail("", BAD));
            let mut shown = String::new();
            for answer in answers {
                shown.push_str(&session.exp_string(QUESTION).unwrap());
                if *answer == "\u{4}" {
                    session.send_control('d').unwrap();
                } else {
                    session.send_line(answer).unwrap();
                }
            }
            assert!(shown.contains("\u{1b}[") && shown.contains("blame"), "{shown}");
            session.exp_eof().unwrap();
            let status = session.process().wait().unwrap();
            assert!(matches!(status, WaitStatus::Exited(_, found) if found == code), "{answers:?} {status:?}");
            assert_eq!(house.starts(), starts);
            let err = fs::read_to_string(house.path("err")).unwrap();
            assert_eq!(err, if starts == 0 { "partwell: not sent\n" } else { "" });
        }
    }

    #[test]
    fn an_interrupt_sends_nothing() {
        let house = House::new("");
        let mut session = ask(&house, &mail("", BAD));
        session.exp_string(QUESTION).unwrap();
        session.send_control('c').unwrap();
        let status = session.process().wait().unwrap();
        assert!(matches!(status, WaitStatus::Signaled(..)), "{status:?}");
        assert_eq!(house.starts(), 0);
    }

    #[test]
    fn ordinary_mail_is_no_matter_for_a_question() {
        let house = House::new("");
        let mut session = ask(&house, &mail("", ORDINARY));
        assert_eq!(session.exp_eof().unwrap(), "");
        assert_eq!((house.sent(), house.starts()), (Some(mail("", ORDINARY)), 1));
    }
}

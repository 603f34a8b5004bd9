//! `partwell fix` as a user types it, and what they see.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use snapbox::{assert_data_eq, str};

/// A letter of our own: it shouts, hedges, blames, and offers no gesture of goodwill.
const LETTER: &str = "Dear Ms Hartnell,

Thank you for your trust. YOU WILL GET YOUR PAPERS BACK ON MONDAY!!! Perhaps we will close your account on 30 June.

Your staff ignored our letters. We are sorry for the inconvenience.

Ana Novak takes on new clients. We wish you all the best.

Yours sincerely,
A. Bell
";

/// What is typed, what is shown on both streams, and the exit code.
fn transcript(folder: &Path, args: &str) -> String {
    typed(folder, args, Stdio::null())
}

fn typed(folder: &Path, args: &str, input: Stdio) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_partwell"))
        .current_dir(folder)
        .args(args.split(' '))
        .stdin(input)
        .env("COLUMNS", "100")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    format!("$ partwell {args}\n{}{}exit {code}\n", text(output.stdout), text(output.stderr))
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn what_is_safe_is_done_in_place_and_once() {
    let folder = folder(&[("a.txt", LETTER)]);
    let path = folder.path().join("a.txt");
    assert_data_eq!(transcript(folder.path(), "fix --diff a.txt"), str![]);
    assert_eq!(fs::read_to_string(&path).unwrap(), LETTER);
    assert_data_eq!(transcript(folder.path(), "fix a.txt"), str![]);
    let mended = fs::read_to_string(&path).unwrap();
    let calm = LETTER
        .replace("YOU WILL GET YOUR PAPERS BACK ON MONDAY!!!", "You will get your papers back on Monday!")
        .replace("Perhaps we", "We");
    assert_eq!(mended, calm);
    transcript(folder.path(), "fix a.txt");
    assert_eq!(fs::read_to_string(&path).unwrap(), mended);
}

#[test]
fn suggested_changes_are_made_when_they_are_asked_for() {
    let folder = folder(&[("a.txt", LETTER), ("b.txt", LETTER)]);
    assert_data_eq!(transcript(folder.path(), "fix --suggested --wording warm --diff a.txt"), str![]);
    assert_data_eq!(transcript(folder.path(), "fix --suggested a.txt b.txt"), str![]);
    assert_data_eq!(transcript(folder.path(), "check a.txt"), str![]);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = folder(&[("a.txt", LETTER)]);
    let input = fs::File::open(folder.path().join("a.txt")).unwrap();
    assert_data_eq!(typed(folder.path(), "fix -", input.into()), str![]);
    assert_eq!(fs::read_to_string(folder.path().join("a.txt")).unwrap(), LETTER);
}

#[test]
fn a_mail_keeps_its_headers_and_its_transfer_encoding() {
    let mail = include_str!("../fixtures/en/base64.eml");
    let folder = folder(&[("a.eml", mail)]);
    assert_data_eq!(transcript(folder.path(), "fix --suggested --diff a.eml"), str![]);
    transcript(folder.path(), "fix --suggested a.eml");
    let mended = fs::read_to_string(folder.path().join("a.eml")).unwrap();
    let other_than_base64 = |text: &str| -> Vec<String> {
        text.lines().filter(|line| line.is_empty() || line.contains([' ', '-', ':'])).map(str::to_owned).collect()
    };
    assert_ne!(mended, mail);
    assert_eq!(other_than_base64(&mended), other_than_base64(mail));
}

#[test]
fn what_cannot_be_mended_is_said() {
    let signed = format!("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{LETTER}-----BEGIN PGP SIGNATURE-----\n");
    let folder =
        folder(&[("a.txt", LETTER), ("signed.txt", &signed), ("all.mbox", "From a@b.example\nSubject: x\n\nx\n")]);
    assert_data_eq!(transcript(folder.path(), "fix --interactive a.txt"), str![]);
    assert_data_eq!(transcript(folder.path(), "fix --interactive --diff a.txt"), str![]);
    assert_data_eq!(transcript(folder.path(), "fix --wording warm a.txt"), str![]);
    assert_data_eq!(transcript(folder.path(), "fix none.txt signed.txt all.mbox"), str![]);
    assert_eq!(fs::read_to_string(folder.path().join("signed.txt")).unwrap(), signed);
}

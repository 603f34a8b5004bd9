//! `partwell baseline` as a user types it: what is known is not told again, what is new is, and what is mended is named.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes them so")]
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use snapbox::{assert_data_eq, str};

const LETTER: &str = "Dear Ms Hartnell,\n\nYou failed to pay three invoices. From 30 June we will no longer work for you.\n\nYours sincerely,\nA. Bell\n";

fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_partwell"));
    command.current_dir(folder).args(args).stdin(Stdio::null()).env("LC_ALL", "C.UTF-8").env("COLUMNS", "100");
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// What a user types and sees.
fn transcript(folder: &Path, commands: &[&str]) -> String {
    let one = |command: &&str| {
        let args: Vec<&str> = command.split(' ').collect();
        let (code, out, err) = run(folder, &args);
        format!("$ partwell {command}\n{out}{err}[exit {code}]\n")
    };
    commands.iter().map(one).collect()
}

fn templates() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("templates")).unwrap();
    fs::write(folder.path().join("templates/a.txt"), LETTER).unwrap();
    fs::write(folder.path().join("templates/b.md"), LETTER.replace("three", "two")).unwrap();
    folder
}

const BASELINE: &str = "baseline templates";
const CHECK: &str = "check --baseline partwell-baseline.json templates";

#[test]
fn what_is_known_is_not_told_again() {
    let folder = templates();
    assert_data_eq!(
        transcript(folder.path(), &[BASELINE, CHECK]),
        str![[r#"
$ partwell baseline templates
partwell-baseline.json: 14 diagnostics in 2 files written
[exit 0]
$ partwell check --baseline partwell-baseline.json templates
templates/a.txt:  thanks ✗  decision ✓  effective date ✓  reason ✓  next steps ✗  goodwill ✗
     alternatives ✗  apology ✗  good wishes ✗
templates/b.md:  thanks ✗  decision ✓  effective date ✓  reason ✓  next steps ✗  goodwill ✗
     alternatives ✗  apology ✗  good wishes ✗
2 letters judged: nothing to mend; 14 known from the baseline
[exit 0]

"#]]
    );
    assert_data_eq!(
        fs::read_to_string(folder.path().join("partwell-baseline.json")).unwrap(),
        str![[r#"
{
  "version": 1,
  "entries": [
    {"path":"templates/a.txt","rule":"blame","sentence":"7a495b3954c5f7a4","count":1},
    {"path":"templates/a.txt","rule":"missing-alternatives","count":1},
    {"path":"templates/a.txt","rule":"missing-apology","count":1},
    {"path":"templates/a.txt","rule":"missing-goodwill","count":1},
    {"path":"templates/a.txt","rule":"missing-next-steps","count":1},
    {"path":"templates/a.txt","rule":"missing-thanks","count":1},
    {"path":"templates/a.txt","rule":"missing-well-wishes","count":1},
    {"path":"templates/b.md","rule":"blame","sentence":"2f263886ada97532","count":1},
    {"path":"templates/b.md","rule":"missing-alternatives","count":1},
    {"path":"templates/b.md","rule":"missing-apology","count":1},
    {"path":"templates/b.md","rule":"missing-goodwill","count":1},
    {"path":"templates/b.md","rule":"missing-next-steps","count":1},
    {"path":"templates/b.md","rule":"missing-thanks","count":1},
    {"path":"templates/b.md","rule":"missing-well-wishes","count":1}
  ]
}

"#]]
    );
}

#[test]
fn what_is_new_is_told_and_what_is_mended_is_named() {
    let folder = templates();
    run(folder.path(), &["baseline", "templates"]);
    // Edits elsewhere: another name, other lines, another wrapping of the known sentence; and one new fault.
    let edited = LETTER.replace("Dear Ms Hartnell,", "\n\nDear Mr Ellery,").replace("failed to pay", "failed\nto  pay");
    let edited = edited.replace("\n\nYours", "\n\nYou failed to answer.\n\nYours");
    fs::write(folder.path().join("templates/a.txt"), edited).unwrap();
    fs::remove_file(folder.path().join("templates/b.md")).unwrap();
    let (code, out, _) = run(folder.path(), &CHECK.split(' ').collect::<Vec<_>>());
    assert_eq!((code, out.matches("warning[").count()), (1, 1), "{out}");
    assert!(
        out.contains("templates/a.txt:8:1")
            && out.contains("entries are no longer needed\n      templates/b.md: blame\n"),
        "{out}"
    );
    // A mended fault of a file that is there, told beside a report for programs.
    fs::write(
        folder.path().join("templates/a.txt"),
        LETTER.replace("You failed to pay three invoices.", "We have too little capacity."),
    )
    .unwrap();
    let (code, out, err) =
        run(folder.path(), &[&CHECK.split(' ').collect::<Vec<_>>()[..], &["--format", "json"]].concat());
    assert_eq!(code, 0);
    assert!(
        serde_json::from_str::<serde_json::Value>(&out).unwrap()["files"][0]["diagnostics"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(
        err.contains("8 entries are no longer needed\n      templates/a.txt: blame\n      templates/b.md: blame\n"),
        "{err}"
    );
}

#[test]
fn a_second_fault_of_the_same_kind_is_new() {
    let folder = templates();
    run(folder.path(), &["baseline", "templates"]);
    let twice = LETTER.replace(
        "You failed to pay three invoices. ",
        "You failed to pay three invoices. You failed to pay three invoices. ",
    );
    fs::write(folder.path().join("templates/a.txt"), twice).unwrap();
    let (code, out, _) = run(folder.path(), &CHECK.split(' ').collect::<Vec<_>>());
    assert_eq!((code, out.matches("warning[blame]").count()), (1, 1), "{out}");
}

#[test]
fn paths_are_seen_from_the_folder_of_the_baseline() {
    let folder = templates();
    let sub = folder.path().join("templates");
    assert_eq!(run(folder.path(), &["baseline", "-o", "templates/known.json", "templates/a.txt"]).0, 0);
    assert!(fs::read_to_string(sub.join("known.json")).unwrap().contains("{\"path\":\"a.txt\","));
    assert_eq!(run(&sub, &["check", "--baseline", "known.json", "a.txt"]).0, 0);
    assert_eq!(run(folder.path(), &["check", "--baseline", "templates/known.json", "./templates/a.txt"]).0, 0);
    fs::create_dir(folder.path().join("ci")).unwrap();
    assert_eq!(run(&sub, &["baseline", "-o", "../ci/known.json", "a.txt"]).0, 0);
    assert!(fs::read_to_string(folder.path().join("ci/known.json")).unwrap().contains("\"../templates/a.txt\""));
    assert_eq!(run(folder.path(), &["check", "--baseline", "ci/known.json", "templates/a.txt"]).0, 0);
}

#[test]
fn what_goes_wrong_is_said_and_nothing_is_written() {
    let folder = templates();
    fs::write(folder.path().join("broken.json"), "{\"version\": 1,").unwrap();
    assert_data_eq!(
        transcript(
            folder.path(),
            &[
                "baseline templates none.txt",
                "baseline -o none/x.json templates",
                "check --baseline none.json templates",
                "check --baseline broken.json templates",
            ]
        ),
        str![[r#"
$ partwell baseline templates none.txt
error: none.txt: there is no such file
error: no baseline was written
  = help: a baseline that leaves these out would let their faults through; mend or leave out these
      paths
[exit 2]
$ partwell baseline -o none/x.json templates
error: none/x.json: there is no such file or folder
[exit 2]
$ partwell check --baseline none.json templates
error: none.json: there is no such file or folder
  = help: `partwell baseline -o none.json PATH` writes one
[exit 2]
$ partwell check --baseline broken.json templates
error: broken.json: this is no baseline: EOF while parsing a value at line 1 column 14
  = help: `partwell baseline -o broken.json PATH` writes one
[exit 2]

"#]]
    );
    assert!(!folder.path().join("partwell-baseline.json").exists());
}

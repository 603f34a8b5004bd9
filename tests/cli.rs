//! The program as a user meets it: exit codes, streams, context, hostile input. What it finds in letters is tested elsewhere.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

/// A letter of our own that ends a relationship and blames.
const LETTER: &str = "Dear Ms Hartnell,\n\nYou failed to pay three invoices. From 30 June we will no longer work for you.\n\nYours sincerely,\nA. Bell\n";

fn partwell(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_partwell"));
    command.current_dir(folder).args(args).stdin(Stdio::null());
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LC_ALL", "LC_CTYPE"] {
        command.env_remove(variable);
    }
    command.env("LANG", "C.UTF-8").env("TERM", "xterm");
    command
}

/// Exit code, standard output, standard error.
fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    told(partwell(folder, args).output().unwrap())
}

fn told(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn with_input(folder: &Path, args: &[&str], input: &str) -> (i32, String, String) {
    let mut child =
        partwell(folder, args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    told(child.wait_with_output().unwrap())
}

fn drafts(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn exit_codes() {
    let folder = drafts(&[("a.txt", LETTER), ("other.txt", "The meeting is moved to Monday.\n"), ("empty/x.pdf", "")]);
    for (args, code) in [
        (&["--help"][..], 0),
        (&["--version"], 0),
        (&["check", "--help"], 0),
        (&["completions", "bash"], 0),
        (&["rules", "list", "--format", "json"], 0),
        (&["explain", "blame"], 0),
        (&["check", "other.txt"], 0),
        (&["check", "a.txt"], 1),
        (&["check", "--assume", "other", "a.txt"], 0),
        (&[], 2),
        (&["check", "--format", "yaml", "a.txt"], 2),
        (&["check", "--reason", "angry", "a.txt"], 2),
        (&["check", "--lang", "xx", "a.txt"], 2),
        (&["check", "--max-size", "lots", "a.txt"], 2),
        (&["check", "--config", "none.toml", "a.txt"], 2),
        (&["check", "--rules", "none", "a.txt"], 2),
        (&["check", "none.txt"], 2),
        (&["check", "empty"], 2),
        (&["explain", "blam"], 2),
        (&["outline", "empty"], 2),
        (&["rules", "test", "none"], 2),
    ] {
        let (found, out, err) = run(folder.path(), args);
        assert_eq!(found, code, "{args:?}\n{out}\n{err}");
        assert_eq!(err.is_empty(), code != 2, "{args:?}\n{err}");
    }
}

#[test]
fn the_other_files_are_still_checked() {
    let folder = drafts(&[("a.txt", LETTER), ("b.txt", "a\0b"), ("c.txt", &"x ".repeat(2000))]);
    let (code, out, err) = run(folder.path(), &["check", "--max-size", "2k", "none.txt", "b.txt", "c.txt", "a.txt"]);
    assert_eq!(code, 2);
    assert!(out.contains("a.txt:3:1") && out.contains("3 files could not be checked"), "{out}");
    for said in ["none.txt: there is no such file", "b.txt: this is not text", "c.txt: larger than 2000 bytes"] {
        assert!(err.contains(said), "{said}\n{err}");
    }
}

#[test]
fn standard_input_is_read_and_can_be_named() {
    let folder = drafts(&[("deep/partwell.toml", "reason = \"abusive\"\n")]);
    let path_and_reason = |args: &[&str]| {
        let (_, out, err) = with_input(folder.path(), args, LETTER);
        let value: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}\n{err}"));
        (value["files"][0]["path"].clone(), value["files"][0]["reason"].clone())
    };
    assert_eq!(path_and_reason(&["check", "--format", "json"]), ("<stdin>".into(), serde_json::Value::Null));
    let named = path_and_reason(&["check", "--format", "json", "--stdin-name", "deep/x.txt", "-"]);
    assert_eq!(named, ("deep/x.txt".into(), "abusive".into()));
}

#[test]
fn the_reason_comes_from_the_command_line_the_draft_the_path_or_the_config() {
    let declared = format!("---\nreason: scope\n---\n{LETTER}");
    let folder = drafts(&[
        ("partwell.toml", "reason = \"capacity\"\n[[paths]]\nmatch = \"abuse/\"\nreason = \"abusive\"\n"),
        ("a.txt", LETTER),
        ("abuse/b.txt", LETTER),
        ("abuse/c.md", &declared),
    ]);
    let reasons = |args: &[&str]| -> Vec<String> {
        let (_, out, err) = run(folder.path(), &[&["check", "--format", "jsonl", "a.txt", "abuse"], args].concat());
        assert!(err.is_empty(), "{err}");
        let reason =
            |line| serde_json::from_str::<serde_json::Value>(line).unwrap()["reason"].as_str().unwrap().to_owned();
        out.lines().map(reason).collect()
    };
    assert_eq!(reasons(&[]), ["capacity", "abusive", "scope"]);
    assert_eq!(reasons(&["--reason", "mismatch"]), ["mismatch"; 3]);
}

#[test]
fn an_unknown_declared_reason_is_shown_at_its_place() {
    let folder = drafts(&[("a.md", &format!("---\nreason: abusiv\n---\n{LETTER}"))]);
    let (code, out, err) = run(folder.path(), &["check", "a.md"]);
    assert_eq!(code, 2, "{out}");
    assert!(err.contains("a.md:2:9") && err.contains("did you mean `abusive`?"), "{err}");
}

#[test]
fn flaws_of_a_config_are_told_once_and_all_of_them() {
    let folder = drafts(&[
        ("a.txt", LETTER),
        ("b.txt", LETTER),
        ("partwell.toml", "reson = \"scope\"\n[rules.blame]\nenabled = 3\n"),
    ]);
    let (code, out, err) = run(folder.path(), &["check", "a.txt", "b.txt"]);
    assert_eq!(code, 2);
    assert!(out.contains("2 files could not be checked"), "{out}");
    assert_eq!(err.matches("partwell.toml:").count(), 2, "{err}");
    assert!(err.contains("did you mean `reason`?") && err.contains("partwell.toml:3:11"), "{err}");
    let (code, _, err) = run(folder.path(), &["explain", "blame"]);
    assert!(code == 2 && err.contains("partwell.toml:1:1"), "{err}");
}

#[test]
fn a_config_changes_rules_and_what_fails() {
    let folder =
        drafts(&[("a.txt", LETTER), ("b/a.txt", LETTER), ("b/partwell.toml", "[rules.blame]\nseverity = \"error\"\n")]);
    let severity = |path: &str| {
        let (_, out, _) = run(folder.path(), &["check", "--format", "json", path]);
        let value: serde_json::Value = serde_json::from_str(&out).unwrap();
        let found =
            value["files"][0]["diagnostics"].as_array().unwrap().iter().find(|found| found["rule"] == "blame").cloned();
        found.map(|found| found["severity"].as_str().unwrap().to_owned())
    };
    assert_eq!(severity("a.txt").as_deref(), Some("warning"));
    assert_eq!(severity("b/a.txt").as_deref(), Some("error"));
    fs::write(folder.path().join("b/partwell.toml"), "[rules.blame]\nenabled = false\n").unwrap();
    assert_eq!(severity("b/a.txt"), None);
    fs::write(folder.path().join("b/partwell.toml"), "fail-on = \"error\"\n").unwrap();
    assert_eq!(run(folder.path(), &["check", "b/a.txt"]).0, 0);
    assert_eq!(run(folder.path(), &["check", "--fail-on", "warning", "b/a.txt"]).0, 1);
    let (code, _, err) = {
        fs::write(folder.path().join("b/partwell.toml"), "[rules.blam]\nenabled = false\n").unwrap();
        run(folder.path(), &["check", "b/a.txt"])
    };
    assert!(code == 2 && err.contains("did you mean `blame`?"), "{err}");
}

#[test]
fn colours_come_where_they_are_asked_for() {
    let folder = drafts(&[("a.txt", LETTER)]);
    let colored = |args: &[&str], variable: Option<&str>| {
        let mut command = partwell(folder.path(), &[&["check", "a.txt"], args].concat());
        variable.map(|variable| command.env(variable, "1"));
        command.output().unwrap().stdout.contains(&0x1b)
    };
    assert!(!colored(&[], None));
    assert!(colored(&["--color", "always"], None));
    assert!(colored(&[], Some("CLICOLOR_FORCE")));
    assert!(!colored(&["--color", "never"], Some("CLICOLOR_FORCE")));
}

#[test]
fn a_hostile_draft_steers_no_terminal() {
    let hostile = LETTER.replace("three", "\u{1b}]0;x\u{7}\u{1b}[2J\u{202e}three\u{9b}5m");
    let folder = drafts(&[("a.txt", &hostile)]);
    for format in ["text", "json"] {
        let (_, out, _) = run(folder.path(), &["check", "--format", format, "a.txt"]);
        assert!(!out.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{out:?}");
    }
}

#[test]
fn a_line_without_end_does_not_fill_the_screen() {
    let long = LETTER.replace("You failed", &format!("{}You failed", "We write to you. ".repeat(6000)));
    let folder = drafts(&[("a.txt", &long)]);
    let output = partwell(folder.path(), &["check", "--lang", "en", "a.txt"]).env("COLUMNS", "60").output().unwrap();
    let (_, out, _) = told(output);
    assert!(out.contains("blame"), "{out}");
    // The longest is what over-justification says, on a line of its own.
    assert!(out.lines().all(|line| line.chars().count() <= 120), "{out}");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = drafts(&[("a.txt", LETTER)]);
    let many = vec!["a.txt"; 400];
    let mut child = partwell(folder.path(), &[&["check"][..], &many].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let (code, _, err) = told(child.wait_with_output().unwrap());
    assert_eq!((code, err.as_str()), (1, ""));
}

#[test]
fn outlines_name_parts_and_elements() {
    let folder = drafts(&[("a.txt", LETTER)]);
    let (code, out, _) = run(folder.path(), &["outline", "a.txt"]);
    assert!(code == 0 && out.contains("salutation") && out.contains("decision"), "{out}");
    let (_, out, _) = run(folder.path(), &["outline", "--format", "json", "a.txt"]);
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value["parts"][0]["part"], "salutation");
    assert_eq!(value["parts"][0]["line"], 1);
}

//! `partwell rules learn` as a rule author meets it: letters in, a file of weights out, and what it hears then.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::{fmt::Write as _, fs, path::Path, process::Command};

/// Exit code, standard output, standard error.
fn partwell(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_partwell"));
    let output = command.current_dir(folder).env("LC_ALL", "C.UTF-8").args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Letters in which a word that no rule knows stands in each faulty sentence and in no other.
fn corpus() -> String {
    let mut lines = String::new();
    for number in 0..400 {
        let fault = format!("The flimflam of your house was heard {number} times.");
        let text = format!(
            "Dear Ms Hartnell,\\n\\nFrom 30 June we will no longer work for you. {fault} The lamps in room {number} are new and the door \
             is blue. We wrote to number {number} about the road.\\n\\nYours sincerely,\\nA. Bell\\n"
        );
        writeln!(
            lines,
            r#"{{"id": "{number}", "lang": "en", "kind": "termination", "text": "{text}", "spans": [{{"quote": "{fault}", "any_of": ["blame"]}}], "missing": [], "over_justifies": false, "clean": false}}"#
        )
        .unwrap();
    }
    lines
}

#[test]
fn what_is_learned_is_heard_in_another_letter() {
    let folder = tempfile::tempdir().unwrap();
    let (folder, letter) = (folder.path(), "There was flimflam in the house.");
    fs::create_dir_all(folder.join("house/en")).unwrap();
    fs::write(folder.join("en.jsonl"), corpus()).unwrap();
    let text = format!(
        "Dear Mr Bray,\n\nFrom 30 June we will no longer work for you. {letter}\n\nYours sincerely,\nA. Bell\n"
    );
    fs::write(folder.join("letter.txt"), text).unwrap();
    let (_, before, _) = partwell(folder, &["check", "letter.txt"]);
    assert!(!before.contains("flimflam ·") && !before.contains("· flimflam"), "{before}");
    let (code, printed, err) = partwell(folder, &["rules", "learn", "en.jsonl"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let (code, out, err) = partwell(folder, &["rules", "learn", "-o", "house/en/weights.toml", "en.jsonl"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""));
    let written = fs::read_to_string(folder.join("house/en/weights.toml")).unwrap();
    assert_eq!(written.trim_end(), printed.trim_end(), "the same letters teach the same");
    let blame = written.split("\n[fault.blame]\n").nth(1).unwrap();
    assert!(
        blame.lines().take_while(|line| !line.is_empty()).any(|line| line.starts_with("\"flimflam\" = 0.")),
        "{blame}"
    );
    let (_, after, _) = partwell(folder, &["check", "--rules", "house", "letter.txt"]);
    assert!(after.contains("[blame]") && after.contains("flimflam"), "{after}");
    assert!(after.contains("What weighs most: "), "{after}");
}

#[test]
fn where_it_is_marked_which_sentence_says_an_element_that_one_is_learned() {
    let folder = tempfile::tempdir().unwrap();
    let said = "The flimflam of your house was lovely.";
    let says = format!(r#""missing": [], "says": {{"thanks": ["{said}"]}}"#);
    let corpus = corpus().replace("The lamps", &format!("{said} A hocus is a pocus. The lamps"));
    let weighs = |corpus: &str| {
        fs::write(folder.path().join("en.jsonl"), corpus).unwrap();
        let (code, weights, err) = partwell(folder.path(), &["rules", "learn", "en.jsonl"]);
        assert_eq!((code, err.as_str()), (0, ""));
        let thanks = weights.split("\n[element.thanks]\n").nth(1).unwrap();
        let table = thanks.split("\n\n").next().unwrap();
        let weight = |word: &str| {
            let line = table.lines().find_map(|line| line.strip_prefix(&format!("\"{word}\" = ")));
            line.map_or(0.0, |weight| weight.parse::<f64>().unwrap())
        };
        (weight("lovely"), weight("hocus"))
    };
    let (lovely, hocus) = weighs(&corpus);
    assert!((lovely - hocus).abs() < 0.2, "either may be what says it: {lovely} {hocus}");
    let (lovely, hocus) = weighs(&corpus.replace(r#""missing": []"#, &says));
    assert!(lovely > 0.3 && hocus <= 0.0, "only one does: {lovely} {hocus}");
}

#[test]
fn what_a_rule_flags_that_forbids_an_element_is_learned_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir_all(folder.join("house/en")).unwrap();
    // The labelled stretch names another firm in a word that no rule knows.
    let corpus = corpus().replace("\"blame\"", "\"competitor-referral\"");
    fs::write(folder.join("en.jsonl"), corpus.replace("\"kind\"", "\"reason\": \"abusive\", \"kind\"")).unwrap();
    let (code, _, err) = partwell(folder, &["rules", "learn", "-o", "house/en/weights.toml", "en.jsonl"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let letter = "There was flimflam in the house.";
    let text = format!(
        "Dear Mr Bray,\n\nFrom 30 June we will no longer work for you. {letter}\n\nYours sincerely,\nA. Bell\n"
    );
    fs::write(folder.join("letter.txt"), text).unwrap();
    let told = |reason: &str| {
        let (_, out, _) = partwell(folder, &["check", "--rules", "house", "--reason", reason, "letter.txt"]);
        out
    };
    let abusive = told("abusive");
    assert!(abusive.contains("error[competitor-referral]") && abusive.contains("flimflam"), "{abusive}");
    assert!(abusive.contains("What weighs most: "), "{abusive}");
    let kind = told("capacity");
    assert!(
        !kind.contains("competitor-referral") && !kind.contains("missing-alternatives"),
        "there it is wanted: {kind}"
    );
}

#[test]
fn without_labels_nothing_is_learned() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("letter.txt"), "Dear Mr Bray,\n\nWe will no longer work for you.\n").unwrap();
    fs::write(folder.join("flawed.jsonl"), "{\"id\": \"a\"}\n").unwrap();
    fs::write(folder.join("en.jsonl"), corpus()).unwrap();
    for (args, said) in [
        (&["letter.txt"][..], "there are no labelled letters here"),
        (&["flawed.jsonl", "en.jsonl"], "this line is no labelled letter"),
        (&["none.jsonl"], "none.jsonl"),
        (&["-o", "none/weights.toml", "en.jsonl"], "none/weights.toml: cannot be written"),
    ] {
        let (code, out, err) = partwell(folder, &[&["rules", "learn"], args].concat());
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}");
        assert!(err.contains(said), "{args:?}: {err}");
    }
}

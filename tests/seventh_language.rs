//! A language is a folder: one that is not shipped is loaded at run time, recognised, heard and spoken, without any Rust of its own.

use std::{path::Path, process::Command};

fn partwell(args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_partwell"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .env("LC_ALL", "C.UTF-8")
        .args(args)
        .output()
        .expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("reports are UTF-8");
    (output.status.code().expect("it exits"), text(output.stdout), text(output.stderr))
}

#[test]
fn a_folder_makes_a_language() {
    let (code, out, err) =
        partwell(&["check", "--color", "never", "--rules", "fixtures/packs", "fixtures/packs/letero.txt"]);
    assert_eq!(code, 1, "{err}");
    assert!(out.contains("warning[blame]: Tio kulpigas la klienton."), "{out}");
    assert!(out.contains("Ni bedaŭras la ĝenon."), "{out}");
    assert!(out.contains("danko ✓"), "{out}");
}

#[test]
fn its_examples_are_tried() {
    let (code, out, err) = partwell(&["rules", "test", "--color", "never", "fixtures/packs/eo"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("11 examples tried: all hold"), "{out}");
}

#[test]
fn without_the_folder_the_language_is_unknown() {
    let (code, out, _) = partwell(&["check", "--format", "json", "fixtures/packs/letero.txt"]);
    assert_eq!(code, 0);
    assert!(out.contains(r#""language":"unknown""#), "{out}");
    let (code, _, err) = partwell(&["check", "--lang", "unknown", "fixtures/packs/letero.txt"]);
    assert_eq!(code, 2);
    assert!(err.contains("there are no rules for this language"), "{err}");
}

#[test]
fn messages_are_in_the_language_of_the_reader_and_ready_sentences_in_that_of_the_letter() {
    let args =
        ["check", "--color", "never", "--rules", "fixtures/packs", "--message-lang", "en", "fixtures/packs/letero.txt"];
    let (_, out, _) = partwell(&args);
    assert!(out.contains("This puts the blame on the customer."), "{out}");
    assert!(out.contains("Ni bedaŭras la ĝenon."), "{out}");
}

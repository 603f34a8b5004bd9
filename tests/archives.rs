//! Archives of mail as a user meets them: an mbox file and a Maildir give the same findings as their mails one by one, each at its place.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// A few mails of the corpus, in different languages, charsets and shapes.
const MAILS: &[&str] = &["gmail-ru", "outlook-bs", "charset-koi8-r-ru", "copy-to-outsider-en", "thunderbird-flowed-pl"];

fn corpus(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mail").join(format!("{name}.eml"))
}

/// Exit code, standard output, standard error.
fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_partwell"))
        .current_dir(folder)
        .args(args)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn files(folder: &Path, args: &[&str]) -> Vec<Value> {
    let (_, out, err) = run(folder, &[&["check", "--format", "jsonl"], args].concat());
    assert!(err.is_empty(), "{err}");
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Rule and raw bytes of each diagnostic.
fn found(file: &Value, bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let place = |one: &Value, key: &str| usize::try_from(one[key].as_u64().unwrap()).unwrap();
    let diagnostics = file["diagnostics"].as_array().unwrap().iter();
    let found = diagnostics
        .map(|one| (one["rule"].as_str().unwrap().to_owned(), bytes[place(one, "start")..place(one, "end")].to_vec()));
    found.collect()
}

/// An archive of the mails and of one that ends nothing, and the line of each `From ` line.
fn archive() -> Vec<u8> {
    let mut archive = Vec::new();
    for name in MAILS {
        archive.extend_from_slice(b"From sender@x.example Tue Mar  4 10:02:11 2025\n");
        archive.extend(fs::read(corpus(name)).unwrap());
        archive.extend_from_slice(b"\r\n\r\n");
    }
    archive.extend_from_slice(
        b"From a@x.example Tue Mar  4 10:02:11 2025\nMessage-ID: <lunch@x.example>\nSubject: Lunch\n\nShall we have lunch on Monday? The place at the corner is open again.\n\n\
          From b@x.example Tue Mar  4 10:02:11 2025\nFrom: b@x.example\nMessage-ID: <from@x.example>\nSubject: Your account\n\nDear Ms Hartnell,\n\n\
          >From 30 June we will no longer work for you.\n\nYou failed to pay three invoices.\n\nYours sincerely,\nA. Bell\n",
    );
    archive
}

#[test]
fn an_mbox_is_its_mails() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = archive();
    fs::write(folder.path().join("archive.mbox"), &bytes).unwrap();
    let messages = files(folder.path(), &["archive.mbox"]);
    assert_eq!(messages.len(), MAILS.len() + 2);
    for (name, message) in MAILS.iter().zip(&messages) {
        let path = corpus(name);
        let alone = files(folder.path(), &[path.to_str().unwrap()]);
        assert_eq!(message["path"], "archive.mbox");
        assert_eq!(message["message_id"], alone[0]["message_id"]);
        assert!(message["message_id"].as_str().unwrap().contains(name));
        let expected = found(&alone[0], &fs::read(path).unwrap());
        assert!(!expected.is_empty());
        assert_eq!(found(message, &bytes), expected, "{name}");
        for (one, other) in
            message["diagnostics"].as_array().unwrap().iter().zip(alone[0]["diagnostics"].as_array().unwrap())
        {
            let start = usize::try_from(one["start"].as_u64().unwrap()).unwrap();
            let line = bytes[..start].split(|byte| *byte == b'\n').count();
            assert_eq!(one["line"], line, "{name}");
            assert_eq!(one["column"], other["column"], "{name}");
        }
    }
    assert_eq!(messages[MAILS.len()]["letter"], "other");
    let last = &messages[MAILS.len() + 1];
    assert_eq!(last["letter"], "termination");
    assert!(found(last, &bytes).contains(&("blame".to_owned(), b"You failed to".to_vec())), "{last}");
    let decision = last["elements"]["decision"][0].as_array().unwrap();
    let cut = |at: usize| usize::try_from(decision[at].as_u64().unwrap()).unwrap();
    assert!(bytes[cut(0)..cut(1)].ends_with(b"no longer work for you"), "{decision:?}");
}

#[test]
fn a_maildir_is_its_mails() {
    let folder = tempfile::tempdir().unwrap();
    for sub in ["cur", "new", "tmp"] {
        fs::create_dir_all(folder.path().join("Maildir").join(sub)).unwrap();
    }
    for (index, name) in MAILS.iter().enumerate() {
        let file = if index % 2 == 0 { format!("cur/{index}.M1P1.host:2,S") } else { format!("new/{index}.M1P1.host") };
        fs::copy(corpus(name), folder.path().join("Maildir").join(file)).unwrap();
    }
    fs::write(folder.path().join("Maildir/tmp/9.M1P1.host"), "half a ma").unwrap();
    let messages = files(folder.path(), &["Maildir"]);
    let ids: Vec<&str> = messages.iter().map(|one| one["message_id"].as_str().unwrap()).collect();
    assert_eq!(messages.len(), MAILS.len(), "{ids:?}");
    assert_eq!(messages[0]["path"], "Maildir/cur/0.M1P1.host:2,S");
    assert!(messages.iter().all(|one| one["letter"] == "termination"));
}

#[test]
fn only_letters_are_reported_and_each_by_its_id() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("archive.mbox"), archive()).unwrap();
    // Without an extension an archive is known by its first lines.
    fs::write(folder.path().join("inbox"), archive()).unwrap();
    for name in ["archive.mbox", "inbox"] {
        let (code, out, err) = run(folder.path(), &["check", "--message-lang", "en", name]);
        assert_eq!((code, err.as_str()), (1, ""), "{out}");
        for expected in ["<gmail-ru@chisto.example>", "<from@x.example>", "6 letters judged", "1 other text not judged"]
        {
            assert!(out.contains(expected), "{expected}\n{out}");
        }
        assert!(!out.contains("<lunch@x.example>"), "{out}");
    }
    let (code, _, err) = run(folder.path(), &["outline", "archive.mbox"]);
    assert!(code == 2 && err.contains("this is an archive of mails"), "{err}");
}

#[test]
fn a_mail_that_is_too_large_is_told_and_the_others_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = b"From a@x.example Tue Mar  4 10:02:11 2025\nSubject: Big\n\n".to_vec();
    bytes.extend("a long line\n".repeat(3000).bytes());
    bytes.push(b'\n');
    bytes.extend(archive());
    fs::write(folder.path().join("archive.mbox"), bytes).unwrap();
    let (code, out, err) = run(folder.path(), &["check", "--max-size", "20k", "archive.mbox"]);
    assert_eq!(code, 2, "{out}");
    assert!(err.contains("archive.mbox:2: larger than 20 kB"), "{err}");
    assert!(out.contains("6 letters judged") && out.contains("1 file could not be checked"), "{out}");
}

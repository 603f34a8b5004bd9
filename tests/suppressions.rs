//! What a draft says may stay is not reported, in every format that can say so; and what such a word lacks is.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes them so")]
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;
use snapbox::{assert_data_eq, str};

fn run(folder: &Path, args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_partwell"));
    command.current_dir(folder).args(args).stdin(Stdio::null()).env("LC_ALL", "C.UTF-8").env("COLUMNS", "100");
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout) + &text(output.stderr))
}

fn folder(name: &str, text: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    folder
}

/// A rule and its line.
type Found = (String, u64);
/// A rule, its line, and why it is suppressed.
type Suppressed = (String, u64, String);

/// What is reported and what is suppressed: rule and line of each.
fn rules(name: &str, text: &[u8]) -> (Vec<Found>, Vec<Suppressed>) {
    let folder = folder(name, text);
    let (_, out) = run(folder.path(), &["check", "--assume", "termination", "--format", "jsonl", name]);
    let file: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}"));
    let of = |one: &Value| (one["rule"].as_str().unwrap().to_owned(), one["line"].as_u64().unwrap());
    let left = file["diagnostics"].as_array().unwrap().iter().map(of);
    let suppressed = file["suppressed"].as_array().unwrap().iter().map(|one| {
        let (rule, line) = of(one);
        (rule, line, one["reason"].as_str().unwrap().to_owned())
    });
    (left.filter(|(rule, _)| !rule.starts_with("missing")).collect(), suppressed.collect())
}

/// `blame` is found twice: once suppressed for the next line, once not.
fn assert_next_line(name: &str, text: &str, suppressed: u64, left: u64) {
    assert_eq!(
        rules(name, text.as_bytes()),
        (vec![("blame".to_owned(), left)], vec![("blame".to_owned(), suppressed, "agreed".to_owned())]),
        "{name}"
    );
}

const END: &str = "From 30 June we will no longer work for you.";

#[test]
fn for_the_next_line() {
    let text = format!(
        "Dear X,\n\nYou failed to pay.\n\n# partwell-allow-next-line: blame; agreed\nYou failed to pay.\n{END}\n"
    );
    assert_next_line("a.txt", &text, 6, 3);
    let crlf = text.replace('\n', "\r\n");
    assert_next_line("a.txt", &crlf, 6, 3);
    let markdown = text.replace("# partwell", "<!-- partwell").replace("agreed", "agreed -->");
    assert_next_line("a.md", &markdown, 6, 3);
    assert_next_line("a.md", &markdown.replace("-->\n", "-->\n\n"), 7, 3);
    assert_next_line("a.md", &markdown.replace("You failed to pay.\n\n<!--", "You failed to pay. <!--"), 4, 3);
    assert_next_line(
        "a.html",
        &format!(
            "<p>Dear X,\n<p>You failed to pay.<!--partwell-allow-next-line:blame;agreed-->\n<p>You\nfailed to pay.</p>{END}"
        ),
        3,
        2,
    );
}

#[test]
fn for_the_whole_letter() {
    let body = format!("Dear X,\n\nYou failed to pay.\n\nYou failed to pay.\n{END}\n");
    let twice = |first: u64, second: u64| {
        let one = |line| ("blame".to_owned(), line, "agreed, see 7".to_owned());
        (Vec::new(), vec![one(first), one(second)])
    };
    let check = |name: &str, text: String, lines: (u64, u64)| {
        assert_eq!(rules(name, text.as_bytes()), twice(lines.0, lines.1), "{text}");
    };
    check("a.txt", format!("# partwell-allow: blame; agreed, see 7\n{body}"), (4, 6));
    check("a.txt", format!("{body}\n# Partwell-Allow: blame; agreed, see 7"), (3, 5));
    check("a.md", format!("---\nallow: blame; agreed, see 7\n---\n{body}"), (6, 8));
    check("a.md", format!("{body}\n<!-- partwell-allow: blame;\nagreed, see 7 -->"), (3, 5));
    check("a.eml", format!("Subject: Our work\nPartwell-Allow: blame;\n agreed, see 7\n\n{body}"), (7, 9));
    check("a.eml", format!("Subject: Our work\nPartwell-Allow: blame; =?utf-8?q?agreed,_see_7?=\n\n{body}"), (6, 8));
}

#[test]
fn a_comment_in_the_body_of_a_mail_suppresses_nothing() {
    let mail = format!(
        "Subject: Our work\nContent-Type: text/html\n\n<p>Dear X,</p><!-- partwell-allow: blame; agreed --><p>You failed to pay.</p>{END}"
    );
    assert_eq!(rules("a.eml", mail.as_bytes()), (vec![("blame".to_owned(), 4)], vec![]));
}

#[test]
fn comments_are_no_part_of_the_letter() {
    let plain = format!("Dear X,\n\nYou failed\nto pay.\n{END}\n");
    let commented = plain.replace("failed\n", "failed\n# partwell-allow-next-line: blame; agreed\n");
    assert_eq!(rules("a.txt", plain.as_bytes()).0, [("blame".to_owned(), 3)]);
    // The sentence goes on behind the comment, and the stretch reaches into the line that is allowed.
    assert_eq!(rules("a.txt", commented.as_bytes()).1, [("blame".to_owned(), 3, "agreed".to_owned())]);
}

#[test]
fn what_a_suppression_lacks_is_told_as_people_see_it() {
    let letter = format!(
        "---\nallow:\n  - missing-thanks; thanked by telephone\n  - open-negotiation; agreed\n---\nDear X,\n\n\
         # partwell-allow-next-line: blame\nYou failed to pay.\n\n# partwell-allow: blam, opinion; agreed\n\
         # partwell-alow: blame; agreed\n{END}\n"
    );
    let folder = folder("a.txt", letter.as_bytes());
    fs::write(
        folder.path().join("partwell.toml"),
        "[rules]\nmissing-apology.enabled = false\nmissing-goodwill.enabled = false\nmissing-alternatives.enabled = false\n\
         missing-next-steps.enabled = false\nmissing-well-wishes.enabled = false\nmissing-reason.enabled = false\n",
    )
    .unwrap();
    let (code, out) = run(folder.path(), &["check", "a.txt"]);
    assert_eq!(code, 1);
    assert_data_eq!(
        out,
        str![[r#"
warning[unused-suppression]: This suppresses nothing: `open-negotiation` finds no fault here.
  ┌─ a.txt:4:5
  │
4 │   - open-negotiation; agreed
  │     ^^^^^^^^^^^^^^^^
  │
  = help: Take it out, or move it right above the line that it is for.

error[suppression-without-reason]: This suppression gives no reason, so it suppresses nothing.
  ┌─ a.txt:8:29
  │
8 │ # partwell-allow-next-line: blame
  │                             ^^^^^
  │
  = help: Write the reason behind a semicolon: `partwell-allow: blame; agreed with the legal
          department`.

warning[blame]: This puts the blame on the customer.
  ┌─ a.txt:9:1
  │
9 │ You failed to pay.
  │ ^^^^^^^^^^^^^
  │
  = help: This turned out not to be something we can offer.
  = help: We could not find a way to make this work.
  = advice: never put the blame on the client (article 002)

error[unknown-suppression]: Nothing is known by the name `blam`, so nothing is suppressed.
   ┌─ a.txt:11:19
   │
11 │ # partwell-allow: blam, opinion; agreed
   │                   ^^^^
   │
   = help: Did you mean `blame`?
   = help: `partwell rules list` shows all rules.

warning[unused-suppression]: This suppresses nothing: `opinion` finds no fault here.
   ┌─ a.txt:11:25
   │
11 │ # partwell-allow: blam, opinion; agreed
   │                         ^^^^^^^
   │
   = help: Take it out, or move it right above the line that it is for.

error[unknown-suppression]: Nothing is known by the name `partwell-alow`, so nothing is suppressed.
   ┌─ a.txt:12:3
   │
12 │ # partwell-alow: blame; agreed
   │   ^^^^^^^^^^^^^
   │
   = help: Did you mean `partwell-allow`?
   = help: `partwell rules list` shows all rules.

suppressed[missing-thanks]: a.txt:8:1: thanked by telephone

a.txt:  thanks ✗  decision ✓  effective date ✓
1 letter judged: 3 errors, 3 warnings; 1 suppressed

"#]]
    );
    let off = "[rules]\nunused-suppression.enabled = false\nunknown-suppression.severity = \"note\"\nsuppression-without-reason.enabled = false\n";
    fs::write(folder.path().join("partwell.toml"), off).unwrap();
    let (_, out) = run(folder.path(), &["check", "--message-lang", "pl", "a.txt"]);
    assert!(out.contains("uwaga[unknown-suppression]: Nazwa `blam` nie jest znana"), "{out}");
    assert!(!out.contains("[unused-suppression]") && !out.contains("without-reason"), "{out}");
}

#[test]
fn in_a_mail_in_another_charset_the_header_is_shown() {
    let mut mail =
        b"Subject: Our work\r\nPartwell-Allow: blam; agreed\r\nContent-Type: text/plain; charset=windows-1252\r\n\r\n"
            .to_vec();
    mail.extend(b"Dear X,\r\n\r\nYou failed to pay the caf");
    mail.extend(b"\xe9.\r\n");
    mail.extend(END.bytes());
    let folder = folder("a.eml", &mail);
    let (_, out) = run(folder.path(), &["check", "a.eml"]);
    assert!(out.contains("a.eml:2:17") && out.contains("2 │ blam\n") && out.contains("Did you mean `blame`?"), "{out}");
}

#[test]
fn of_a_text_that_is_not_judged_nothing_is_said() {
    let folder = folder("a.txt", b"# partwell-allow: blame\nThe meeting is moved to Monday.\n");
    let (code, out) = run(folder.path(), &["check", "a.txt"]);
    assert!(code == 0 && !out.contains("suppress"), "{out}");
}

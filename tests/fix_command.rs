//! `partwell fix` as a user types it, and what they see.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes them so")]
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

You ignored our letters and shouted at our staff. We are sorry for the inconvenience.

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
    assert_data_eq!(
        transcript(folder.path(), "fix --diff a.txt"),
        str![[r#"
$ partwell fix --diff a.txt
--- a.txt
+++ a.txt
@@ -1,6 +1,6 @@
 Dear Ms Hartnell,
 
-Thank you for your trust. YOU WILL GET YOUR PAPERS BACK ON MONDAY!!! Perhaps we will close your account on 30 June.
+Thank you for your trust. You will get your papers back on Monday! We will close your account on 30 June.
 
 You ignored our letters and shouted at our staff. We are sorry for the inconvenience.
 
exit 1

"#]]
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), LETTER);
    assert_data_eq!(
        transcript(folder.path(), "fix a.txt"),
        str![[r#"
$ partwell fix a.txt
a.txt: 2 mended, 2 left (2 with suggestions: `--suggested`, or `--interactive` to choose)
exit 1

"#]]
    );
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
    assert_data_eq!(
        transcript(folder.path(), "fix --suggested --wording warm --diff a.txt"),
        str![[r#"
$ partwell fix --suggested --wording warm --diff a.txt
--- a.txt
+++ a.txt
@@ -1,10 +1,12 @@
 Dear Ms Hartnell,
 
-Thank you for your trust. YOU WILL GET YOUR PAPERS BACK ON MONDAY!!! Perhaps we will close your account on 30 June.
+Thank you for your trust. You will get your papers back on Monday! We will close your account on 30 June.
 
-You ignored our letters and shouted at our staff. We are sorry for the inconvenience.
+We have come to see that we are no longer the right firm for what you need. We are sorry for the inconvenience.
 
 Ana Novak takes on new clients. We wish you all the best.
 
+We would like to make the change easier for you: [the last invoice] is on us.
+
 Yours sincerely,
 A. Bell
exit 1

"#]]
    );
    assert_data_eq!(
        transcript(folder.path(), "fix --suggested a.txt b.txt"),
        str![[r#"
$ partwell fix --suggested a.txt b.txt
a.txt: 4 mended, 1 left
b.txt: 4 mended, 1 left
2 drafts: 8 mended, 2 left
exit 1

"#]]
    );
    assert_data_eq!(
        transcript(folder.path(), "check a.txt"),
        str![[r#"
$ partwell check a.txt
error[placeholder]: This blank of a template has not been filled in.
  ┌─ a.txt:9:49
  │
9 │ As a gesture of goodwill we will not charge for [the last month].
  │                                                 ^^^^^^^^^^^^^^^^
  │
  = help: Fill it in before sending.
  = advice: the blanks of an example must be filled before sending (articles 000 and 003)

a.txt:  thanks ✓  decision ✓  effective date ✓  reason ✓  next steps ✓  goodwill ✓  alternatives ✓
     apology ✓  good wishes ✓
1 letter judged: 1 error
exit 1

"#]]
    );
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = folder(&[("a.txt", LETTER)]);
    let input = fs::File::open(folder.path().join("a.txt")).unwrap();
    assert_data_eq!(
        typed(folder.path(), "fix -", input.into()),
        str![[r#"
$ partwell fix -
Dear Ms Hartnell,

Thank you for your trust. You will get your papers back on Monday! We will close your account on 30 June.

You ignored our letters and shouted at our staff. We are sorry for the inconvenience.

Ana Novak takes on new clients. We wish you all the best.

Yours sincerely,
A. Bell
<stdin>: 2 mended, 2 left (2 with suggestions: `--suggested`, or `--interactive` to choose)
exit 1

"#]]
    );
    assert_eq!(fs::read_to_string(folder.path().join("a.txt")).unwrap(), LETTER);
}

#[test]
fn a_mail_keeps_its_headers_and_its_transfer_encoding() {
    let mail = include_str!("../fixtures/en/base64.eml");
    let folder = folder(&[("a.eml", mail)]);
    assert_data_eq!(
        transcript(folder.path(), "fix --suggested --diff a.eml"),
        str![[r#"
$ partwell fix --suggested --diff a.eml
--- a.eml	(decoded text)
+++ a.eml	(decoded text)
@@ -4,7 +4,7 @@
 
 Thank you for your trust in our studio; it has been a pleasure to see the café grow.
 
-From 1 July we can no longer manage your social media, because our team is moving on to film work only. Your staff ignored our schedule for the third time.
+From 1 July we can no longer manage your social media, because our team is moving on to film work only. We have not been able to work in the way that you need.
 
 All passwords and picture files will be sent to you by Friday – there is nothing to pay for June. Brightwater Media and Ana Kovač both take on new clients.
 
@@ -21,7 +21,7 @@
 
 Thank you for your trust in our studio; it has been a pleasure to see the café grow.
 
-From 1 July we can no longer manage your social media, because our team is moving on to film work only. Your staff ignored our schedule for the third time.
+From 1 July we can no longer manage your social media, because our team is moving on to film work only. We have not been able to work in the way that you need.
 
 All passwords and picture files will be sent to you by Friday – there is nothing to pay for June. Brightwater Media and Ana Kovač both take on new clients.
 
exit 1

"#]]
    );
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
    assert_data_eq!(
        transcript(folder.path(), "fix --interactive a.txt"),
        str![[r#"
$ partwell fix --interactive a.txt
error: `--interactive` needs a terminal to ask on
  = help: run it in a terminal and name a file; `partwell fix --diff --suggested` shows what could
      be done
exit 2

"#]]
    );
    assert_data_eq!(
        transcript(folder.path(), "fix --interactive --diff a.txt"),
        str![[r#"
$ partwell fix --interactive --diff a.txt
error: the argument '--interactive' cannot be used with '--diff'

Usage: partwell fix --interactive <PATH>...

For more information, try '--help'.
exit 2

"#]]
    );
    assert_data_eq!(
        transcript(folder.path(), "fix --wording warm a.txt"),
        str![[r#"
$ partwell fix --wording warm a.txt
error: the following required arguments were not provided:
  --suggested

Usage: partwell fix --suggested --wording <WORDING> <PATH>...

For more information, try '--help'.
exit 2

"#]]
    );
    assert_data_eq!(
        transcript(folder.path(), "fix none.txt signed.txt all.mbox"),
        str![[r#"
$ partwell fix none.txt signed.txt all.mbox
signed.txt: 0 mended, 4 left (4 with suggestions: `--suggested`, or `--interactive` to choose)
error: none.txt: there is no such file
error: signed.txt: not all could be mended: the mail is signed, and no changed one would be; mend the draft and sign it again
error: all.mbox: this is an archive of mails
  = help: `partwell check` reads archives; save the mail you mean as an .eml file
exit 2

"#]]
    );
    assert_eq!(fs::read_to_string(folder.path().join("signed.txt")).unwrap(), signed);
}

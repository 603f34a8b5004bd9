//! `partwell rules measure` as a rule author meets it: figures, comparison, budget, flawed labels.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]
#![expect(clippy::needless_raw_string_hashes, reason = "the snapshots are written so")]

use std::{fs, path::Path, process::Command};

use snapbox::{assert_data_eq, str};

/// Three letters: one with two faults of which the second is labelled as another one, one that is clean, and an invitation.
const CORPUS: &str = r#"{"id": "angry", "lang": "en", "kind": "termination", "reason": "non-payment", "text": "Dear Ms Hartnell,\n\nYou failed to pay three invoices. You are a liar. From 30 June we will no longer work for you.\n\nYours sincerely,\nA. Bell\n", "spans": [{"quote": "You failed to pay three invoices", "any_of": ["blame"]}, {"quote": "You are a liar", "any_of": ["hostile-language"]}], "missing": ["thanks", "apology", "goodwill", "alternatives", "next-steps", "well-wishes"], "over_justifies": false, "clean": false}
{"id": "kind", "lang": "en", "kind": "termination", "text": "Dear Mr Bray,\n\nThank you for your trust. We are sorry to say that from 30 June we can no longer act for you, because our team has become smaller. We will send your files by then, and the last invoice is on us. Harbour Street Accounts has room for new clients.\n\nWe wish you all the best.\n\nA. Bell\n", "spans": [], "missing": [], "over_justifies": false, "clean": true}
{"id": "other", "lang": "en", "kind": "other", "text": "Dear all,\n\nThe meeting has been moved to Monday at ten. Please bring your notes.\n\nA. Bell\n"}
"#;

/// Exit code, standard output, standard error.
fn measure(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_partwell"));
    command.current_dir(folder).env("LC_ALL", "C.UTF-8").env("COLUMNS", "100");
    let output = command.args(["rules", "measure"]).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn labelled_letters_give_figures() {
    let folder = folder(&[("letters/en.jsonl", CORPUS)]);
    let (code, out, err) = measure(folder.path(), &["letters"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_data_eq!(
        out,
        str![[r#"
3 letters, 2 judged; 10 sentences

rule                  firings  per 1000  likely  precision  recall     f1  labelled
blame                       1    100.00       0      1.000   1.000  1.000         1
hostile-language            0      0.00       0      1.000   0.000  0.000         1
missing-alternatives        1    100.00       0      1.000   1.000  1.000         1
missing-apology             1    100.00       0      1.000   1.000  1.000         1
missing-goodwill            1    100.00       0      1.000   1.000  1.000         1
missing-next-steps          1    100.00       0      1.000   1.000  1.000         1
missing-thanks              1    100.00       0      1.000   1.000  1.000         1
missing-well-wishes         1    100.00       0      1.000   1.000  1.000         1
personal-attack             1    100.00       0      0.000   1.000  0.000         0

labelled  letters  precision  recall     f1  loose  missing  over   gate  language  clean  quiet
en              3      0.500   0.500  0.500  1.000    1.000     -  1.000       3/3    1/1    1/1
all             3      0.500   0.500  0.500  1.000    1.000     -  1.000       3/3    1/1    1/1

"#]]
    );
}

#[test]
fn drafts_without_labels_give_firings() {
    let mail = "Subject: Lunch\n\nDear all,\n\nYou failed to reply. Lunch is at noon.\n";
    let folder = folder(&[("mail/1.eml", mail), ("mail/2.txt", "Dear Ann,\n\nlunch is at noon.\n\nBen\n")]);
    let (code, out, _) = measure(folder.path(), &["mail"]);
    assert_eq!(code, 0);
    assert_data_eq!(
        out,
        str![[r#"
2 letters, 0 judged; 3 sentences

no rule fired

"#]]
    );
    let (_, out, _) = measure(folder.path(), &["--assume", "termination", "mail"]);
    assert!(out.lines().any(|line| line.starts_with("missing-thanks") && line.contains(" 2 ")), "{out}");
    assert!(!out.contains("precision"), "{out}");
}

#[test]
fn a_stored_run_tells_what_a_change_gained_and_lost() {
    let folder = folder(&[("letters/en.jsonl", CORPUS)]);
    let (code, first, _) = measure(folder.path(), &["--save", "before.json", "letters"]);
    assert_eq!(code, 0);
    let (code, out, _) = measure(folder.path(), &["--compare", "before.json", "letters"]);
    assert_eq!(code, 0);
    assert_eq!(out, format!("{first}\nagainst before.json: 3 letters in both\nnothing changed\n"));
    fs::write(
        folder.path().join("partwell.toml"),
        "[rules]\nblame.enabled = false\nmissing-goodwill.enabled = false\n",
    )
    .unwrap();
    let (code, out, err) = measure(folder.path(), &["--compare", "before.json", "letters"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_data_eq!(
        out.split_once("\nagainst ").unwrap().1,
        str![[r#"
before.json: 3 letters in both

rule              before  now  gained  lost
blame                  1    0       0     1
missing-goodwill       1    0       0     1

figure                 before    now
all.missing.f1          1.000  0.909
all.missing.recall      1.000  0.833
all.span-loose.f1       1.000  0.667
all.span-loose.recall   1.000  0.500
all.span.f1             0.500  0.000
all.span.precision      0.500  0.000
all.span.recall         0.500  0.000
en.missing.f1           1.000  0.909
en.missing.recall       1.000  0.833
en.span-loose.f1        1.000  0.667
en.span-loose.recall    1.000  0.500
en.span.f1              0.500  0.000
en.span.precision       0.500  0.000
en.span.recall          0.500  0.000

- blame, right  letters/en.jsonl#angry: You failed to
- missing-goodwill, note, right  letters/en.jsonl#angry

"#]]
    );
    let (code, _, err) = measure(&folder.path().join("letters"), &["--compare", "../before.json", "en.jsonl"]);
    assert_eq!(code, 2);
    assert!(err.contains("the stored run has none of these letters"), "{err}");
}

#[test]
fn past_the_budget_is_exit_code_1() {
    let budget = "[max-per-thousand]\nblame = 500\n[min.en]\nspan.f1 = 0.2\nquiet = 1\n[min.all]\ngate.recall = 1\n";
    let folder = folder(&[("en.jsonl", CORPUS), ("budget.toml", budget)]);
    let (code, out, _) = measure(folder.path(), &["--budget", "budget.toml", "en.jsonl"]);
    assert!(code == 0 && out.ends_with("\nwithin the budget\n"), "{out}");
    let strict = "[min.en]\nspan.f1 = 0.9\n[min.ru]\nclean = 0.5\n";
    fs::write(folder.path().join("budget.toml"), strict).unwrap();
    let args = ["--budget", "budget.toml", "--max-per-thousand", "blame=0.5", "en.jsonl"];
    let (code, out, _) = measure(folder.path(), &args);
    assert_eq!(code, 1);
    let past: Vec<&str> = out.lines().filter(|line| line.starts_with("past")).collect();
    assert_data_eq!(
        past.join("\n"),
        str![[r#"
past the budget: blame per 1000 sentences is 100.000, at most 0.500 is asked for
past the budget: en.span.f1 is 0.500, at least 0.900 is asked for
past the budget: ru.clean was not measured, at least 0.500 is asked for
"#]]
    );
    let (code, out, _) = measure(folder.path(), &[&args[..], &["--format", "json"]].concat());
    assert_eq!(code, 1);
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value["past-budget"][1]["figure"], "min.en.span.f1");
    assert_eq!(value["past-budget"][2]["measured"], serde_json::Value::Null);
    assert_eq!(value["scores"]["en"]["gate"]["f1"], 1.0);
    assert_eq!(value["letters"][0]["id"], "en.jsonl#angry");
}

#[test]
fn a_corpus_that_is_wrong_throughout_says_so_once() {
    let folder = folder(&[("en.jsonl", &"{\"id\": \"a\"}\n".repeat(5_000))]);
    let (code, _, err) = measure(folder.path(), &["en.jsonl"]);
    assert_eq!((code, err.matches("\nerror").count()), (2, 10), "{err}");
    assert!(err.ends_with("error: en.jsonl: 4990 more lines are at fault\n"), "{err}");
}

#[test]
fn what_is_wrong_with_labels_budgets_and_runs_is_told() {
    let other = CORPUS.lines().nth(2).unwrap();
    let flawed = [
        other.to_owned(),
        other.replace("\"kind\": \"other\"", "\"kind\": \"termination\""),
        CORPUS.lines().next().unwrap().replace("\"You are a liar\"", "\"You are a lyre\""),
        CORPUS.lines().next().unwrap().replace("[\"blame\"]", "[\"balme\"]"),
        CORPUS.lines().next().unwrap().replace("\"thanks\"", "\"thank\""),
        other.replace("lang", "language"),
        CORPUS.lines().next().unwrap().replace("\"missing\"", "\"says\": {\"thanks\": [\"You\"]}, \"missing\""),
        CORPUS.lines().nth(1).unwrap().replace("\"missing\"", "\"says\": {\"reason\": [\"Because\"]}, \"missing\""),
    ];
    let folder = folder(&[
        ("en.jsonl", &flawed.join("\n")),
        ("typo.toml", "[min.en]\nspam.f1 = 0.5\n"),
        ("rule.toml", "[max-per-thousand]\nbalme = 0.5\n"),
        ("run.json", "{}"),
    ]);
    let (code, out, err) = measure(folder.path(), &["en.jsonl"]);
    assert_eq!(code, 2);
    assert!(out.starts_with("1 letter, 0 judged; 2 sentences\n"), "{out}");
    assert_data_eq!(
        err,
        str![[r#"
error: other: a letter of kind `termination` needs all its labels
  ┌─ en.jsonl:2:8
  │
2 │ {"id": "other", "lang": "en", "kind": "termination", "text": "Dear…
  │        ^^^^^^^
  │
  = help: `spans` and `missing` (lists, perhaps empty), `over_justifies` and `clean` (true or
          false)

error: angry: the text does not contain this quote
  ┌─ en.jsonl:3:325
  │
3 │ …"any_of": ["blame"]}, {"quote": "You are a lyre", "any_of": ["hostile-language"]}],…
  │                                  ^^^^^^^^^^^^^^^^
  │
  = help: quote it letter by letter, line breaks too; a second quote of the same words needs a
          second place

error: angry: no rule `balme` marks stretches
  ┌─ en.jsonl:4:304
  │
4 │ …failed to pay three invoices", "any_of": ["balme"]}, {"quote": "You are a liar",…
  │                                            ^^^^^^^
  │
  = help: did you mean `blame`?

error: angry: no rule asks for the element `thank`
  ┌─ en.jsonl:5:389
  │
5 │ …["hostile-language"]}], "missing": ["thank", "apology", "goodwill", "alternatives",…
  │                                      ^^^^^^^
  │
  = help: did you mean `thanks`?

error: this line is no labelled letter: unknown field `language`, expected one of `id`, `lang`, `kind`, `text`, `reason`, `source`, `subject`, `spans`, `missing`, `says`, `over_justifies`, `clean`
  ┌─ en.jsonl:6:26
  │
6 │ {"id": "other", "language": "en", "kind": "other", "text": "Dear…
  │                          ^
  │
  = help: a line needs `id`, `lang`, `kind` and `text`

error: angry: `thanks` is in `says` and in `missing`
  ┌─ en.jsonl:7:386
  │
7 │ …["hostile-language"]}], "says": {"thanks": ["You"]}, "missing": ["thanks",…
  │                                   ^^^^^^^^
  │
  = help: a letter says an element or lacks it

error: kind: the text does not contain this quote
  ┌─ en.jsonl:8:401
  │
8 │ …"spans": [], "says": {"reason": ["Because"]}, "missing": [], "over_justifies":…
  │                                   ^^^^^^^^^
  │
  = help: quote it letter by letter, line breaks too; a second quote of the same words needs a
          second place


"#]]
    );
    for (args, said) in [
        (&["--budget", "typo.toml", "en.jsonl"][..], "unknown field `spam`"),
        (&["--budget", "rule.toml", "en.jsonl"], "did you mean `blame`?"),
        (&["--max-per-thousand", "balme=1", "en.jsonl"], "--max-per-thousand: there is no rule `balme`"),
        (&["--max-per-thousand", "blame", "en.jsonl"], "write it as RULE=N"),
        (&["--compare", "run.json", "en.jsonl"], "this is no stored run"),
        (&["--save", "none/run.json", "en.jsonl"], "cannot be written"),
        (&["none.jsonl"], "none.jsonl"),
        (&["--rules", "none", "en.jsonl"], "there is no folder `none`"),
    ] {
        let (code, _, err) = measure(folder.path(), args);
        assert!(code == 2 && err.contains(said), "{args:?} {code}\n{err}");
    }
}

//! Tests of the text report: made-up verdicts on real sources, drawn without colours.

use anstream::adapter::strip_str;

use super::*;
use crate::{
    diagnostic::{Applicability, Diagnostic, Edit, Fix, LetterKind, Severity},
    flaw::Flaw,
    rule::Texts,
    source::{self, Format},
};

const LOOK: Look = Look { width: 60, unicode: true };

/// A draft in which the first `fault` is found.
fn checked(name: &str, bytes: &[u8], format: Format, fault: &str) -> Checked {
    let source = source::read(name, bytes.to_vec(), format).unwrap();
    let start = source.text.find(fault).unwrap();
    let diagnostic = Diagnostic {
        rule: "blame".into(),
        severity: Severity::Warning,
        message: "This puts the blame on the customer.".into(),
        range: start..start + fault.len(),
        outside: None,
        related: vec![],
        help: vec!["Name your own limit, with the documented fact, and leave the details out.".into()],
        source: "002".into(),
        fixes: vec![Fix {
            title: "Strike it out".into(),
            applicability: Applicability::Suggested,
            wording: None,
            edits: vec![Edit { range: start..start + fault.len(), text: String::new() }],
        }],
    };
    let verdict = Verdict {
        language: "en".into(),
        letter: LetterKind::Termination,
        diagnostics: vec![diagnostic],
        checklist: vec![("thanks".into(), true), ("apology".into(), false)],
        elements: [("thanks".to_owned(), std::iter::once(0..4).collect())].into(),
        ..Verdict::default()
    };
    Checked { source, verdict }
}

fn plain(report: &str) -> String {
    strip_str(report).to_string()
}

#[test]
fn a_diagnostic_is_drawn_with_its_place_help_and_source() {
    let draft = checked("a.txt", b"Dear Sir,\n\nYou failed\nto pay.\n", Format::Text, "You failed\nto pay");
    assert_eq!(
        plain(&text::draft(&draft, None, LOOK)),
        "warning[blame]: This puts the blame on the customer.
  ┌─ a.txt:3:1
  │
3 │ You failed
  │ ^^^^^^^^^^
4 │ to pay.
  │ ^^^^^^
  │
  = help: Name your own limit, with the documented fact,
          and leave the details out.
  = advice: 002

a.txt:  thanks ✓  apology ✗
"
    );
}

#[test]
fn without_utf8_the_report_is_ascii() {
    let draft = checked("a.txt", b"You failed to pay.", Format::Text, "failed");
    let report = plain(&text::draft(&draft, None, Look { width: 60, unicode: false }));
    assert!(report.is_ascii(), "{report}");
    assert!(report.contains("thanks [x]  apology [ ]"), "{report}");
}

#[test]
fn an_encoded_mail_shows_its_text_and_the_lines_of_the_file() {
    let mail = b"Subject: Our work\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nRGVhciBTaXIsCgpZb3UgZmFpbGVkIHRvIHBheS4K\r\n";
    let draft = checked("a.eml", mail, Format::Mail, "You failed");
    let report = plain(&text::draft(&draft, None, LOOK));
    assert!(report.contains("a.eml:6:"), "{report}");
    assert!(report.contains("6 │ You failed to pay."), "{report}");
    assert!(report.contains("decoded text"), "{report}");
    let plain_mail = b"Subject: Our work\r\n\r\nYou failed to pay.\r\n";
    let report = plain(&text::draft(&checked("a.eml", plain_mail, Format::Mail, "You failed"), None, LOOK));
    assert!(report.contains("3 │ You failed to pay.") && !report.contains("decoded"), "{report}");
}

#[test]
fn a_file_in_another_charset_shows_its_text() {
    let bytes = encoding_rs::WINDOWS_1251
        .encode("Уважаемый Иван Петрович,\n\nВы не заплатили за работу, как было обещано.\n")
        .0
        .into_owned();
    let report = plain(&text::draft(&checked("a.txt", &bytes, Format::Text, "не заплатили"), None, LOOK));
    assert!(report.contains("a.txt:3:4") && report.contains("3 │ Вы не заплатили за"), "{report}");
}

#[test]
fn hostile_names_and_drafts_steer_nothing() {
    let draft = checked("\x1b]0;a\x07.txt", "You \u{202e}failed\x1b[2J to pay.".as_bytes(), Format::Text, "failed");
    let report = text::draft(&draft, None, LOOK);
    let left: Vec<char> = plain(&report).chars().filter(|c| c.is_control() && *c != '\n' || *c == '\u{202e}').collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(plain(&report).contains("You <U+202E>failed␛[2J to pay."), "{report}");
    let json = json::to_line(&json::File::new(&draft));
    assert!(json.contains("\"path\":\"\\u001b]0;a\\u0007.txt\""), "{json}");
}

#[test]
fn a_flaw_is_drawn_as_a_diagnostic_is() {
    let flaw = Flaw {
        file: "partwell.toml".into(),
        text: "reson = 1".into(),
        at: 0..5,
        message: "unknown".into(),
        help: "reason?".into(),
    };
    assert_eq!(
        plain(&text::flaw(&flaw, Severity::Error, LOOK)),
        "error: unknown\n  ┌─ partwell.toml:1:1\n  │\n1 │ reson = 1\n  │ ^^^^^\n  │\n  = help: reason?\n\n"
    );
    let nowhere = Flaw { text: "".into(), at: 0..0, ..flaw };
    assert_eq!(
        plain(&text::flaw(&nowhere, Severity::Error, LOOK)),
        "error: partwell.toml: unknown\n  = help: reason?\n"
    );
}

#[test]
fn json_has_the_keys_of_the_contract_and_places_of_the_file() {
    let draft = checked("a.eml", b"Subject: Our work\r\n\r\nYou failed to pay.\r\n", Format::Mail, "failed");
    let report = json::to_line(&json::Report::new(vec![json::File::new(&draft)]));
    let value: serde_json::Value = serde_json::from_str(&report).unwrap();
    let diagnostic = &value["files"][0]["diagnostics"][0];
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(keys(&value), "files version");
    assert_eq!(keys(&value["files"][0]), "diagnostics elements language letter path reason suppressed");
    assert_eq!(keys(diagnostic), "column end end_column end_line fixes help line message rule severity start");
    assert_eq!(keys(&diagnostic["fixes"][0]), "applicability edits title");
    assert_eq!(diagnostic["start"], 25);
    assert_eq!((&diagnostic["line"], &diagnostic["column"]), (&3.into(), &5.into()));
    assert_eq!(diagnostic["fixes"][0]["edits"][0], serde_json::json!({"start": 25, "end": 31, "text": ""}));
}

#[test]
fn the_count_says_what_was_seen() {
    let tally = Tally { letters: 2, others: 1, errors: 0, warnings: 1, notes: 3, failures: 1, suppressed: 2, known: 1 };
    assert_eq!(
        plain(&text::count(tally, Texts::fallback())),
        "2 letters judged: 1 warning, 3 notes; 1 other text not judged; 2 suppressed; 1 known from the baseline; 1 file could not be checked\n"
    );
    assert_eq!(
        plain(&text::count(Tally { letters: 1, ..Tally::default() }, Texts::fallback())),
        "1 letter judged: nothing to mend\n"
    );
}

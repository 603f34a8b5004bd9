//! Tests of all forms together: what was edited is read again, and nothing but the edits has changed.

use proptest::prelude::*;

use super::*;
use crate::source::{Format, Source, read};

fn source(name: &str, bytes: impl Into<Vec<u8>>) -> Source {
    let extension = name.rsplit('.').next();
    let bytes = bytes.into();
    let format = Format::of(extension, &bytes);
    read(name, bytes, format).expect("a draft")
}

/// The edit that puts `text` in the place of `old`, which stands there once.
fn instead(source: &Source, old: &str, text: &str) -> Edit {
    let start = source.text.find(old).unwrap_or_else(|| panic!("{old:?} stands in {:?}", source.text));
    Edit { range: start..start + old.len(), text: text.to_owned() }
}

fn edited(name: &str, bytes: &str, old: &str, text: &str) -> String {
    let source = source(name, bytes);
    let after = Editor::new(&source).apply(&[instead(&source, old, text)]).expect("it can be edited");
    String::from_utf8(after.bytes).expect("UTF-8")
}

/// The edit that puts something in behind `old`.
fn behind(source: &Source, old: &str, text: &str) -> Edit {
    let Edit { range, .. } = instead(source, old, "");
    Edit { range: range.end..range.end, text: text.to_owned() }
}

#[test]
fn line_ends_and_byte_order_marks_stay() {
    assert_eq!(
        edited("a.txt", "\u{feff}A b.\r\n\r\nC d.\r\n", "A b.", "E.\n\nF."),
        "\u{feff}E.\r\n\r\nF.\r\n\r\nC d.\r\n"
    );
    let wide: Vec<u8> = "\u{feff}Żal.\r\nTak.".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let source = source("a.txt", wide);
    let after = Editor::new(&source).apply(&[instead(&source, "Tak.", "Nie,\nnie.")]).expect("UTF-16 has all");
    let meant: Vec<u8> = "\u{feff}Żal.\r\nNie,\r\nnie.".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(after.bytes, meant);
}

#[test]
fn old_charsets_stay_and_what_they_lack_is_told() {
    for (label, old, new) in [
        ("windows-1251", "Вы виноваты.", "Мы прощаемся."),
        ("koi8-r", "Вы виноваты.", "Мы прощаемся."),
        ("iso-8859-2", "Żałujemy wszystkiego, moi mili.", "Dziękujemy za współpracę."),
    ] {
        let encoding = Encoding::for_label(label.as_bytes()).expect("a known label");
        let letter = format!("{old} {old}\r\n\r\n{}", old.repeat(20));
        let mail = [
            format!("Content-Type: text/plain; charset={label}\nContent-Transfer-Encoding: 8bit\n\n").into_bytes(),
            encoding.encode(&letter).0.into_owned(),
        ]
        .concat();
        let source = source("a.eml", mail.clone());
        let editor = Editor::new(&source);
        let edits = editor.file_edits(&[instead(&source, old, new)]).expect("the charset has it");
        assert_eq!(edits[0].text(), new);
        let after = applied(&mail, &edits);
        assert!(after.ends_with(&encoding.encode(&letter.replacen(old, new, 1)).0), "{label}");
        let error = editor.apply(&[instead(&source, old, "¥€$ 暮らし")]).expect_err("it lacks these");
        assert!(error.to_string().contains("save the letter as UTF-8"), "{error}");
        assert!(matches!(error, EditError::NotInCharset { .. }));
    }
    let ascii = "Subject: x\n\nYou failed.\n";
    let source = source("a.eml", ascii);
    let error = Editor::new(&source).apply(&[instead(&source, "You failed.", "Žao nam je.")]).expect_err("ASCII");
    assert_eq!(error, EditError::NotInCharset { character: 'Ž', charset: "US-ASCII".into() });
}

#[test]
fn lines_broken_by_hand_stay_narrow() {
    let line = "This is a line of a letter that somebody broke by hand at this width\n";
    let letter = format!("Dear Ann,\n\n{line}{line}You failed.\n\nBye\n");
    let after =
        edited("a.txt", &letter, "You failed.", &"We were not able to work in the way that you need. ".repeat(3));
    assert!(after.lines().all(|line| line.chars().count() <= 68), "{after}");
    assert_eq!(after.matches("We were").count(), 3, "{after}");
    let mail = "Content-Type: text/plain; format=flowed\n\nYou failed.\n\nBye\n";
    let after = edited(
        "a.eml",
        mail,
        "You failed.",
        "We were not able to work in the way that you need, and so we say good bye to you.",
    );
    assert!(after.contains("so we say good \nbye"), "{after}");
}

#[test]
fn quoted_printable_lines_that_become_one_stay_short() {
    let long = "a".repeat(70);
    let mail = format!("Content-Transfer-Encoding: quoted-printable\r\n\r\n{long}.\r\n{long}.\r\n");
    let source = source("a.eml", mail);
    let after = Editor::new(&source).apply(&[instead(&source, "\n", "")]).expect("ASCII has all");
    assert_eq!(after.text.trim_end(), format!("{long}.{long}."));
    assert!(after.bytes.split(|&byte| byte == b'\n').all(|line| line.len() <= 77));
}

#[test]
fn html_keeps_its_tags() {
    let page = "<p class=x>Dear <b>Ann</b>,</p>\r\n<p class=x>You <i>failed</i> to &amp; pay<br>\r\nus. <a name=q>Bye</a>.</p>\r\n<ul><li>One.</li><li>Two.</li></ul>";
    assert!(
        edited("a.html", page, "You failed to & pay\nus.", "A < b & c.")
            .contains("<p class=x>A &lt; b &amp; c. <a name=q>")
    );
    assert!(
        edited("a.html", page, "\n\nYou failed to & pay\nus. Bye.", "").starts_with("<p class=x>Dear <b>Ann</b>,</p>")
    );
    assert!(edited("a.html", page, "- One.\n", "").contains("<ul><li>Two.</li></ul>"));
    let source = source("a.html", page);
    let apply =
        |edit: Edit| String::from_utf8(Editor::new(&source).apply(&[edit]).expect("fits").bytes).expect("UTF-8");
    assert!(apply(behind(&source, "Two.", "\n\nLast.")).ends_with("</ul>\r\n<p class=x>Last.</p>"));
    assert!(apply(behind(&source, "Bye.", "\n\nLast.")).contains("</a>.</p>\r\n<p class=x>Last.</p>\r\n<ul>"));
    let first = instead(&source, "You", "").range.start;
    assert!(
        apply(Edit { range: first..first, text: "Thanks.\n\n".into() })
            .contains("</p>\r\n<p class=x>Thanks.</p>\r\n<p class=x>You")
    );
    let divs = "<div>Dear Ann,</div><div><br></div><div>You failed.</div><div><br></div><div>Bye</div>";
    assert!(edited("a.html", divs, "You failed.", "You.\n\nWe.").contains("<div>You.<br><br>We.</div>"));
}

#[test]
fn html_may_name_what_its_charset_lacks() {
    let page = Encoding::for_label(b"windows-1251")
        .expect("known")
        .encode("<meta charset=windows-1251><p>Вы виноваты.</p>")
        .0
        .into_owned();
    let source = source("a.html", page);
    let after = Editor::new(&source).apply(&[instead(&source, "Вы виноваты.", "Žao.")]).expect("a reference");
    assert!(after.bytes.ends_with(b"<p>&#381;ao.</p>"));
}

#[test]
fn markdown_keeps_its_markup() {
    let draft =
        "---\nsubject: Bye\n---\nDear *Ann*,\n\n**You failed** us. We [go](x) *now.*\n\n1. One.\n2. Two.\n\nBye\n";
    assert!(edited("a.md", draft, "You failed us.", "We_are.").contains("\n\nWe\\_are. We [go](x)"));
    assert!(edited("a.md", draft, "We go now.", "Stop.").contains("**You failed** us. Stop.\n\n1."));
    assert!(edited("a.md", draft, "\n\nYou failed us. We go now.", "").contains("Dear *Ann*,\n\n1. One."));
    assert!(edited("a.md", draft, "- One.\n", "").contains("*now.*\n\n2. Two.\n\nBye"));
    let source = source("a.md", draft);
    let error = Editor::new(&source).apply(&[instead(&source, "failed us.", "x")]).expect_err("half of the emphasis");
    assert_eq!(error, EditError::Markup);
    let after = Editor::new(&source).apply(&[behind(&source, "go now.", "\n\nLast.")]).expect("a paragraph");
    assert!(String::from_utf8(after.bytes).expect("UTF-8").contains("*now.*\n\nLast.\n\n1."));
}

#[test]
fn subjects() {
    let mail = |subject: &str| format!("From: a@b.example\r\nSubject: {subject}\r\nX-Last: 1\r\n\r\nHello.\r\n");
    assert_eq!(edited("a.eml", &mail("GO NOW!!!"), "GO NOW!!!", "Go now!"), mail("Go now!"));
    let after = edited("a.eml", &mail("=?koi8-r?B?99Mj?= !!!"), " !!!", "!");
    assert!(after.contains("Subject: =?koi8-r?B?") && after.ends_with("?=\r\nX-Last: 1\r\n\r\nHello.\r\n"), "{after}");
    let long = "Žao nam je što se rastajemo ".repeat(6);
    let after = edited("a.eml", &mail("Bye"), "Bye", &long);
    assert!(after.lines().all(|line| line.len() <= 76), "{after}");
    let parsed = mail_parser::MessageParser::default().parse(after.as_bytes()).expect("a mail");
    assert_eq!(parsed.subject(), Some(long.trim_end()));
}

#[test]
fn a_signed_mail_is_never_altered() {
    let mail = "Content-Type: multipart/signed; boundary=b\n\n--b\n\nYou failed.\n--b\nContent-Type: application/pgp-signature\n\nx\n--b--\n";
    let inline = "Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nYou failed.\n-----BEGIN PGP SIGNATURE-----\nx\n";
    for bytes in [mail, inline] {
        let source = source("a.eml", bytes);
        assert_eq!(Editor::new(&source).apply(&[instead(&source, "failed", "won")]).err(), Some(EditError::Signed));
    }
}

#[test]
fn both_versions_of_a_text_are_edited() {
    let mail = |plain: &str, html: &str| {
        format!(
            "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n{plain}\n--b\nContent-Type: text/html\n\n{html}\n--b--\n"
        )
    };
    let before = mail(
        "Dear Ann,\n\nYou failed\nus. We go.\n\nBye",
        "<p>Dear Ann,</p><p>You <b>failed us.</b> We go.</p><p>Bye</p>",
    );
    assert_eq!(
        edited("a.eml", &before, "You failed\nus.", "We tried."),
        mail("Dear Ann,\n\nWe tried. We go.\n\nBye", "<p>Dear Ann,</p><p>We tried. We go.</p><p>Bye</p>")
    );
    let differing = mail("Dear Ann,\n\nYou failed us.", "<p>Dear Ann,</p><p>You did fail us.</p>");
    let source = source("a.eml", differing);
    let edit = instead(&source, "failed", "won");
    assert_eq!(Editor::new(&source).apply(&[edit]).err(), Some(EditError::OtherVersion));
}

#[test]
fn overlapping_edits_are_refused() {
    let source = source("a.txt", "You failed to pay.");
    let edits = [instead(&source, "You failed", "a"), instead(&source, "failed to", "b")];
    assert_eq!(Editor::new(&source).apply(&edits).err(), Some(EditError::Overlap));
}

/// A body in base64 or quoted-printable as other programs write it.
fn travelling(text: &str, transfer: &str) -> Vec<u8> {
    let body: String = if transfer == "base64" {
        let digits: String = text.as_bytes().chunks(3).flat_map(transfer::digits).map(char::from).collect();
        digits.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line) + "\r\n").collect()
    } else {
        let escape = |byte: u8| {
            if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("={byte:02X}") }
        };
        let line = |line: &str| {
            let units: Vec<String> = line.bytes().map(escape).collect();
            units.chunks(24).map(<[String]>::concat).collect::<Vec<_>>().join("=\r\n") + "\r\n"
        };
        text.lines().map(line).collect()
    };
    format!("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n{body}")
        .into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever is put wherever: it is read back, other bytes stay, and lines stay short.
    #[test]
    fn any_edit_of_an_encoded_body(
        text in "([a-zžж =.]{1,30}\r\n){1,6}",
        new in "[a-zšщ =.]{0,120}",
        places in (0usize..200, 0usize..40),
        transfer in prop::sample::select(vec!["base64", "quoted-printable", "8bit"]),
    ) {
        let bytes = if transfer == "8bit" {
            format!("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}").into_bytes()
        } else {
            travelling(&text, transfer)
        };
        let source = source("a.eml", bytes.clone());
        prop_assume!(!source.text.is_empty());
        let boundaries: Vec<usize> = source.text.char_indices().map(|(at, _)| at).chain([source.text.len()]).collect();
        let start = places.0 % boundaries.len();
        let end = (start + places.1).min(boundaries.len() - 1);
        let edit = Edit { range: boundaries[start]..boundaries[end], text: new };
        let editor = Editor::new(&source);
        let edits = editor.file_edits(std::slice::from_ref(&edit)).expect("UTF-8 has all");
        let after = editor.apply(std::slice::from_ref(&edit)).expect("a plain text");
        let mut meant = source.text.clone();
        meant.replace_range(edit.range, &edit.text);
        prop_assert_eq!(after.text.trim_end(), meant.trim_end());
        prop_assert_eq!(edits.len(), 1);
        prop_assert!(after.bytes.starts_with(&bytes[..edits[0].range.start]));
        prop_assert!(after.bytes.ends_with(&bytes[edits[0].range.end..]));
        if transfer != "8bit" {
            prop_assert!(after.bytes.split(|&byte| byte == b'\n').all(|line| line.len() <= 77));
        }
    }
}

//! In: a letter to start from. Out: the file that holds it: plain text or Markdown with front matter, or a mail that a mail program
//! opens as unsent. Reason and language are declared, so that a later check knows them. Refuses to invent addresses and dates.

use mail_builder::headers::{Header, text::Text};

use crate::rule::{Draft, Reason};

/// No line of a mail may be longer (RFC 5322, 2.1.1), in bytes without its end.
const MAX_LINE: usize = 998;

/// Where a line of a mail is broken that would be too long, in columns: no more bytes than allowed whatever the script.
const WRAP: usize = 240;

/// Plain text, a line a paragraph.
#[must_use]
pub fn plain(draft: &Draft, reason: Reason, language: &str) -> String {
    format!("{}{}{}\n", front_matter(draft, reason, language), body(draft), draft.closing.join("\n"))
}

/// Markdown; a backslash keeps the lines of the signature apart.
#[must_use]
pub fn markdown(draft: &Draft, reason: Reason, language: &str) -> String {
    format!("{}{}{}\n", front_matter(draft, reason, language), body(draft), draft.closing.join("\\\n"))
}

/// A mail, with `\r\n` line ends. It is UTF-8 as it stands, so that it can be filled in with any editor; who sends it is the one to
/// encode it. `X-Unsent` makes mail programs open it for writing.
///
/// # Panics
/// Never: an encoded header is ASCII.
#[must_use]
pub fn mail(draft: &Draft, reason: Reason, language: &str) -> String {
    let mut header = b"Subject: ".to_vec();
    Text::new(draft.subject.as_str()).write_header(&mut header, "Subject: ".len());
    let mut mail = String::from_utf8(header).expect("an encoded header is ASCII");
    for (name, value) in [
        ("Partwell-Reason", reason.name()),
        ("Content-Language", language),
        ("X-Unsent", "1"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
    ] {
        mail.extend([name, ": ", value, "\r\n"]);
    }
    mail.push_str("\r\n");
    let text = format!("{}{}", body(draft), draft.closing.join("\n"));
    for line in text.lines() {
        if line.len() <= MAX_LINE {
            mail.push_str(line);
        } else {
            mail.push_str(&textwrap::fill(line, WRAP).replace('\n', "\r\n"));
        }
        mail.push_str("\r\n");
    }
    mail
}

fn front_matter(draft: &Draft, reason: Reason, language: &str) -> String {
    let subject = draft.subject.replace('"', "'");
    format!("---\nreason: {reason}\nlang: {language}\nsubject: \"{subject}\"\n---\n")
}

/// Salutation and paragraphs, each followed by an empty line.
fn body(draft: &Draft) -> String {
    let parts = std::iter::once(&draft.salutation).chain(&draft.paragraphs);
    parts.filter(|part| !part.is_empty()).flat_map(|part| [part, "\n\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(paragraph: &str) -> Draft {
        Draft {
            subject: "Завершение сотрудничества, о котором мы говорили с вами весной: [дата]".to_owned(),
            salutation: "Здравствуйте!".to_owned(),
            paragraphs: vec![paragraph.to_owned()],
            closing: vec!["С уважением,".to_owned(), "[имя]".to_owned()],
        }
    }

    #[test]
    fn a_mail_is_read_as_it_was_meant() {
        let draft = draft("Спасибо.");
        let mail = mail(&draft, Reason::Scope, "ru");
        let parsed = mail_parser::MessageParser::default().parse(mail.as_bytes()).unwrap();
        assert_eq!(parsed.subject(), Some(draft.subject.as_str()));
        assert_eq!(parsed.header_raw("Partwell-Reason").map(str::trim), Some("scope"));
        assert_eq!(parsed.body_text(0).unwrap(), "Здравствуйте!\r\n\r\nСпасибо.\r\n\r\nС уважением,\r\n[имя]\r\n");
        assert!(mail.split("\r\n\r\n").next().unwrap().lines().all(|line| line.is_ascii() && line.len() <= 78));
    }

    #[test]
    fn no_line_of_a_mail_is_too_long() {
        for word in ["слово ", "word ", "字 "] {
            let mail = mail(&draft(word.repeat(700).trim_end()), Reason::Scope, "ru");
            assert!(mail.lines().all(|line| line.len() <= MAX_LINE));
            assert!(!mail.replace("\r\n", "").contains(['\r', '\n']));
            let parsed = mail_parser::MessageParser::default().parse(mail.as_bytes()).unwrap();
            assert_eq!(parsed.body_text(0).unwrap().matches(word.trim_end()).count(), 700);
        }
    }
}

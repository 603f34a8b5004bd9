//! Tests of all readers together: positions are proven by cutting the raw bytes and decoding what was cut, texts by another
//! reader of mail, and sturdiness by arbitrary bytes.

use std::fmt::Write as _;

use encoding_rs::Encoding;
use proptest::prelude::*;

use super::*;

const LETTER: &str = "Уважаемая Ирина,\r\n\r\nмы больше не сможем вести ваш проект = увы. Спасибо за пять лет!\r\n\r\nС уважением,\r\nАнна\r\n";

fn mail(bytes: &[u8]) -> Source {
    read("x.eml", bytes.to_vec(), Format::Mail).expect("a mail")
}

fn cut<'a>(source: &'a Source, needle: &str) -> &'a [u8] {
    let at = source.text.find(needle).expect("the needle stands in the text");
    &source.bytes[source.map.to_source(at..at + needle.len())]
}

fn encoded(label: &str, text: &str) -> Vec<u8> {
    let encoding = Encoding::for_label(label.as_bytes()).expect("a known label");
    encoding.encode(text).0.into_owned()
}

fn quoted_printable(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut width = 0;
    for &byte in bytes {
        if width > 60 && byte != b'\n' && byte != b'\r' {
            text.push_str("=\r\n");
            width = 0;
        }
        if byte == b'\n' || byte == b'\r' || (b' '..=b'~').contains(&byte) && byte != b'=' {
            text.push(char::from(byte));
            width += 1;
        } else {
            write!(text, "={byte:02X}").expect("strings can be written to");
            width += 3;
        }
        if byte == b'\n' {
            width = 0;
        }
    }
    text
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for (index, group) in bytes.chunks(3).enumerate() {
        if index > 0 && index % 19 == 0 {
            text.push_str("\r\n");
        }
        let bits = group.iter().enumerate().fold(0usize, |bits, (at, &byte)| bits | usize::from(byte) << (16 - 8 * at));
        for digit in 0..4 {
            text.push(if digit > group.len() { '=' } else { char::from(DIGITS[bits >> (18 - 6 * digit) & 63]) });
        }
    }
    text
}

/// A mail whose body travels in this way.
fn travelling(label: &str, transfer: &str) -> Vec<u8> {
    let body = encoded(label, LETTER);
    let body = match transfer {
        "base64" => base64(&body).into_bytes(),
        "quoted-printable" => quoted_printable(&body).into_bytes(),
        _ => body,
    };
    let header = format!(
        "From: a@example.com\r\nSubject: =?utf-8?B?0J/RgNC+0YnQsNC50YLQtQ==?=\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset={label}\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n"
    );
    [header.into_bytes(), body].concat()
}

/// Decodes what was cut out of a body, as its own transfer encoding and charset.
fn decoded_cut(cut: &[u8], label: &str, transfer: &str) -> String {
    let (bytes, _) = transfer::Transfer::named(transfer).decode(cut, 0..cut.len());
    let encoding = Encoding::for_label(label.as_bytes()).expect("a known label");
    encoding.decode_without_bom_handling(&bytes).0.replace("\r\n", "\n")
}

#[test]
fn cutting_the_raw_bytes_gives_the_stretch() {
    for label in ["utf-8", "windows-1251", "koi8-r", "iso-8859-5"] {
        for transfer in ["8bit", "quoted-printable", "base64"] {
            let source = mail(&travelling(label, transfer));
            assert!(
                source.text.starts_with("Прощайте\n\nУважаемая Ирина,\n\nмы"),
                "{label} {transfer}: {}",
                source.text
            );
            let body = "Прощайте\n\n".len();
            let places: Vec<usize> = source.text.char_indices().map(|(at, _)| at).filter(|&at| at >= body).collect();
            for (index, &start) in places.iter().enumerate() {
                for &end in places[index + 1..].iter().take(20) {
                    let cut = &source.bytes[source.map.to_source(start..end)];
                    let expected = &source.text[start..end];
                    if transfer == "base64" {
                        // Whole groups hold up to two bytes more on each side, which may be halves of characters.
                        assert!(
                            decoded_cut(cut, label, transfer).contains(expected),
                            "{label} {transfer} {expected:?}"
                        );
                    } else {
                        assert_eq!(decoded_cut(cut, label, transfer), expected, "{label} {transfer}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_body_is_what_another_reader_finds() {
    for label in ["utf-8", "windows-1251", "koi8-r"] {
        for transfer in ["8bit", "quoted-printable", "base64"] {
            let bytes = travelling(label, transfer);
            let other = mail_parser::MessageParser::default().parse(&bytes).expect("a mail");
            let source = mail(&bytes);
            let expected =
                format!("{}\n\n{}", other.subject().expect("a subject"), other.body_text(0).expect("a body"));
            assert_eq!(source.text, expected.replace("\r\n", "\n"));
        }
    }
}

#[test]
fn plain_files() {
    for (label, text) in
        [("utf-8", "Dear Zoë,\r\nbye"), ("iso-8859-2", "Żałujemy, że kończymy naszą współpracę. Dziękujemy.")]
    {
        let source = read("x", encoded(label, text), Format::Text).expect("a text");
        assert_eq!(source.text, text.replace("\r\n", "\n"));
    }
    let source =
        read("x", b"\xEF\xBB\xBF---\r\nreason: scope\r\nsubject: Bye\r\n---\r\nDear X\r\n".to_vec(), Format::Text)
            .expect("a text");
    assert_eq!(source.text, "Bye\n\nDear X\n");
    let (reason, range) = source.declared.reason.clone().expect("declared");
    assert_eq!((reason.as_bytes(), "scope"), (&source.bytes[range], "scope"));
    assert_eq!(cut(&source, "X\n"), b"X\r\n");
    let utf16: Vec<u8> = "\u{FEFF}Bye, Zoë\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let source = read("x", utf16, Format::Text).expect("a text");
    assert_eq!(cut(&source, "ë\n"), [0xEB, 0, 13, 0, 10, 0]);
    assert_eq!(
        read("x", b"PK\x03\x04\0\0".to_vec(), Format::Text).map(|source| source.text),
        Err(ReadError::NotText { offset: 4 })
    );
    assert_eq!(read("x", (1..=255).collect(), Format::Text).map(|source| source.text), Err(ReadError::NoEncoding));
}

#[test]
fn alternatives_attachments_and_forwarded_mail() {
    let bytes = b"Subject: Bye\nPartwell-Reason: scope\nContent-Language: en-GB\nContent-Type: multipart/mixed; boundary=\"m\"\n\n--m\n\
        Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain; format=flowed\n\nDear Ms Li, \nit is over.\n--a\n\
        Content-Type: text/html\n\n<p>Dear Ms Li, <p>it is over.\n--a--\n\n--m\nContent-Type: text/plain\n\
        Content-Disposition: attachment\n\nnot this\n--m\nContent-Type: message/rfc822\n\nSubject: Old\n\nold words\n--m--\n";
    let source = mail(bytes);
    assert_eq!(source.text, "Bye\n\nDear Ms Li, it is over.\n\nDear Ms Li,\n\nit is over.\n\nOld\n\nold words");
    let marked: Vec<_> = source.marks.iter().map(|mark| (mark.kind, &source.text[mark.range.clone()])).collect();
    assert_eq!(
        marked,
        [
            (MarkKind::Subject, "Bye"),
            (MarkKind::Skipped, "Dear Ms Li, it is over."),
            (MarkKind::Quoted, "Old\n\nold words")
        ]
    );
    let said = source.mail.as_ref().expect("a mail");
    assert_eq!(&source.text[said.alternatives[0].shown.clone()], "Dear Ms Li,\n\nit is over.");
    assert_eq!(&source.text[said.alternatives[0].other.clone()], "Dear Ms Li, it is over.");
    assert_eq!(said.attachments.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["text/plain"]);
    assert_eq!(source.declared.reason.as_ref().map(|(value, _)| value.as_str()), Some("scope"));
    assert_eq!(source.declared.language.as_ref().map(|(value, _)| value.as_str()), Some("en-GB"));
    assert_eq!(cut(&source, "Li, it"), b"Li, \nit");
    assert_eq!(source.notes, []);

    let stub = b"Content-Type: multipart/alternative; boundary=a\n\n--a\n\nUse an HTML reader.\n--a\nContent-Type: text/html\n\
        Content-Transfer-Encoding: quoted-printable\n\n<p>Dear Ms Li,</p><p>we are sorry to say that the t=\nerm of our work f=C3=BCr you ends \
        &amp; that we thank you for five years</p>\n";
    let source = mail(stub);
    assert!(source.text.starts_with("Use an HTML reader.\n\nDear Ms Li,\n\nwe are sorry"));
    assert_eq!(cut(&source, "term"), b"t=\nerm");
    assert_eq!(cut(&source, "für"), b"f=C3=BCr");
    assert_eq!(cut(&source, "&"), b"&amp;");
    assert_eq!(source.notes.len(), 1);
}

/// What must hold of any source.
fn sound(source: &Source) {
    assert_eq!(source.map.text_len(), source.text.len());
    let mut before = 0..0;
    for (at, c) in source.text.char_indices() {
        let range = source.map.to_source(at..at + c.len_utf8());
        assert!(range.start <= range.end && range.end <= source.bytes.len());
        assert!(before.start <= range.start && before.end <= range.end, "never backwards");
        before = range;
        let place = source.map.to_source(at..at);
        assert!(place.is_empty() && place.end <= source.bytes.len());
    }
    let all = source.map.to_source(0..source.text.len());
    assert!(all.end <= source.bytes.len());
    let mut end = 0;
    for mark in &source.marks {
        assert!(end <= mark.range.start && mark.range.start < mark.range.end && mark.range.end <= source.text.len());
        assert!(source.text.get(mark.range.clone()).is_some());
        end = mark.range.end;
    }
    if let Some(mail) = &source.mail {
        for recipient in &mail.recipients {
            assert!(source.text.get(recipient.range.clone()).is_some());
        }
        for attachment in &mail.attachments {
            assert!(source.bytes.get(attachment.range.clone()).is_some());
        }
        for Alternative { shown, other, marks } in &mail.alternatives {
            assert!(source.text.get(shown.clone()).is_some() && source.text.get(other.clone()).is_some());
            assert!(shown.end < other.start || other.end < shown.start);
            assert!(marks.iter().all(|mark| other.start <= mark.range.start && mark.range.end <= other.end));
        }
    }
    for (value, range) in [&source.declared.reason, &source.declared.language].into_iter().flatten() {
        assert!(!value.is_empty() && range.end <= source.bytes.len());
    }
}

fn read_all(bytes: &[u8]) {
    for format in [Format::Text, Format::Markdown, Format::Html, Format::Mail] {
        if let Ok(source) = read("x", bytes.to_vec(), format) {
            sound(&source);
        }
    }
    for message in mbox::Messages::new(bytes, 1 << 20) {
        let message = message.expect("a slice can be read").expect("it is small");
        let at = message.origin.offset;
        assert_eq!(&bytes[at..at + message.bytes.len()], message.bytes);
        match read_archived("x", message) {
            Ok(source) => sound(&source),
            // What has no header is read as plain text, and may be none.
            Err(error) => assert!(matches!(error, ReadError::NotText { .. } | ReadError::NoEncoding), "{error}"),
        }
    }
    let index = LineIndex::new(bytes);
    for offset in 0..=bytes.len() {
        let (line, column) = index.line_column(offset);
        assert!(line >= 1 && column >= 1);
    }
}

#[test]
fn a_message_of_an_archive_that_is_no_text_is_refused() {
    let archive = b"From a@x.example Mon Mar  3 10:12:44 2025\n>From ---\n\r\0";
    let message = mbox::Messages::new(&archive[..], 1 << 20).next().expect("one").expect("a slice can be read");
    let read = read_archived("x", message.expect("it is small"));
    assert!(matches!(read, Err(ReadError::NotText { .. })), "{read:?}");
    read_all(archive);
}

/// Pieces that mean something to one reader or another, in any order.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&'static [u8]> = vec![
        b"---\n",
        b"+++\n",
        b"reason: x\n",
        b"subject: y\r\n",
        b"\r",
        b"\n",
        b"\r\n",
        b"# h",
        b"- a\n",
        b"  - b\n",
        b"> q\n",
        b"```\n",
        b"&amp;",
        b"&#x41;",
        b"&amp",
        b"&",
        b"<p>",
        b"</p>",
        b"<li>",
        b"<ul>",
        b"</ul>",
        b"<br>",
        b"<blockquote>",
        b"</blockquote>",
        b"<div class=gmail_quote>",
        b"</div>",
        b"<div id=divRplyFwdMsg>",
        b"<pre>",
        b"</pre>",
        b"<table><tr><td>",
        b"</td>",
        b"<!--",
        b"-->",
        b"<script>",
        b"</script>",
        b"<head>",
        b"<a b='",
        b"\xC2\xA0",
        b"From a@x.example Mon Mar  3 10:12:44 2025\n",
        b">From ",
        b"To: a@x.example, \"b\" <b@y.example>\n",
        b"Cc: =?utf-8?Q?=C3=A9?= <c@z.example>\n",
        b"-----BEGIN PGP SIGNED MESSAGE-----\n",
        b"-----BEGIN PGP SIGNATURE-----\n",
        b"- - ",
        b"Content-Disposition: attachment; filename*=utf-8''%C4%85\n",
        b"Content-Type: multipart/related; boundary=b; start=x\n",
        b"Content-Type: multipart/signed; boundary=c\n",
        b"Subject: =?utf-8?Q?=C3=A9?= =?utf-8?B?w6k=?=\n",
        b"=?koi8-r?B?",
        b"?=",
        b"Content-Type: text/html\n",
        b"Content-Type: text/plain; format=flowed; delsp=yes\n",
        b"Content-Type: multipart/mixed; boundary=b\n",
        b"Content-Type: message/rfc822\n",
        b"Content-Type: multipart/alternative; boundary=c\n",
        b"--b\n",
        b"--c\n",
        b"--b--\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Transfer-Encoding: quoted-printable\n",
        b"Content-Type: text/plain; charset=shift_jis\n",
        b"Content-Type: text/plain; charset=utf-16\n",
        b"SGVsbG8=",
        b"=C3",
        b"=\n",
        b" ",
        b"\t",
        b"word ",
        b"\xFF\xFE",
        b"\xEF\xBB\xBF",
        b"\xE9",
        b"\x81",
        "жук".as_bytes(),
        b"-- \n",
        b"\0",
    ];
    prop::collection::vec(prop_oneof![9 => prop::sample::select(known).prop_map(<[u8]>::to_vec), 1 => prop::collection::vec(any::<u8>(), 0..4)], 0..60)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_all(&bytes);
    }

    #[test]
    fn any_pieces(bytes in pieces()) {
        read_all(&bytes);
    }

    #[test]
    fn any_mail_cut_short(end in 0usize..400, flip in 0usize..400, byte in any::<u8>()) {
        let mut bytes = travelling("windows-1251", "base64");
        bytes.truncate(end);
        if let Some(place) = bytes.get_mut(flip) {
            *place = byte;
        }
        read_all(&bytes);
    }
}

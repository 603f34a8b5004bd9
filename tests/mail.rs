//! The corpus of mails in `fixtures/mail`: each client's shape in each language, charsets, structures, and broken ones. Beside each mail stands
//! what partwell sees in it (`NAME.eml.seen`); `SNAPSHOTS=overwrite cargo test --test mail` writes them anew; read the difference before you
//! commit it. Texts are compared with those of another reader of mail, positions are proven by cutting the raw bytes and decoding them.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::{
    fmt::Write as _,
    fs,
    ops::Range,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use encoding_rs::Encoding;
use mail_parser::{MessageParser, MimeHeaders, PartType};
use partwell::{
    diagnostic::LetterKind,
    engine::{Context, check_source},
    letter::PartKind,
    rule::{RuleBook, Texts},
    source::{Format, MarkKind, Remark, Source, read},
};
use proptest::prelude::*;
use snapbox::{Assert, Data};

fn corpus() -> Vec<(PathBuf, Source)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mail");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
    paths.sort();
    assert!(paths.len() >= 100, "only {} mails were found", paths.len());
    let mail = |path: PathBuf| {
        let bytes = fs::read(&path).unwrap();
        let source = read("mail.eml", bytes, Format::Mail).unwrap();
        (path, source)
    };
    paths.into_iter().map(mail).collect()
}

fn name(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

#[test]
fn every_mail_is_seen_as_it_is_written() {
    let book = RuleBook::shipped();
    for (path, source) in corpus() {
        let verdict = check_source(&source, &book, &Context::default());
        let mut seen = format!("{} {:?}\n", verdict.language, verdict.letter);
        for (kind, range) in &verdict.parts {
            writeln!(seen, "{kind:?}: {}", source.text[range.clone()].replace('\n', " | ")).unwrap();
        }
        for diagnostic in &verdict.diagnostics {
            let words = &source.text[diagnostic.range.clone()];
            let version = diagnostic.help.iter().find(|help| help.contains(" version of the mail only"));
            let version =
                version.map(|help| &help[help.find("HTML").min(help.find("plain")).unwrap_or(0)..]).unwrap_or_default();
            writeln!(seen, "{} {:?} {words:?} {version}", diagnostic.rule, diagnostic.severity).unwrap();
        }
        let mail = source.mail.as_ref().unwrap();
        for attachment in &mail.attachments {
            writeln!(seen, "attached: {}", attachment.name).unwrap();
        }
        if mail.signed {
            seen.push_str("signed\n");
        }
        for note in &source.notes {
            writeln!(seen, "note: {}", said(note)).unwrap();
        }
        let expected = PathBuf::from(format!("{}.seen", path.display()));
        Assert::new().action_env("SNAPSHOTS").eq(seen, Data::read_from(&expected, None).raw());
    }
}

/// Somebody else's words, and what programs put around them, are the customer's or nobody's, whichever client wrote the mail.
#[test]
fn no_word_of_the_customer_is_judged() {
    let book = RuleBook::shipped();
    let theirs = ["idiot", "идиот", "идиоти", "bodoh", "liar", "lažov", "лажов", "kłamc", "вруны", "penipu"];
    let mut judged = 0;
    for (path, source) in corpus() {
        let verdict = check_source(&source, &book, &Context::default());
        judged += usize::from(verdict.letter == LetterKind::Termination);
        for (kind, range) in &verdict.parts {
            let words = &source.text[range.clone()];
            let quotes = theirs.iter().any(|word| words.contains(word));
            assert!(!quotes || *kind == PartKind::Quoted, "{}: {kind:?}: {words}", name(&path));
        }
    }
    assert!(judged >= 90, "only {judged} mails were judged");
}

/// What another reader finds in the parts of a mail that are shown: plain text as it is, HTML through our reader of pages.
fn texts_of_another_reader(source: &Source) -> Vec<String> {
    let message = MessageParser::default().parse(&source.bytes).unwrap();
    let mut texts = vec![message.subject().unwrap_or_default().to_owned()];
    for part in &message.parts {
        let type_is = |main: &str| part.content_type().is_some_and(|content| content.ctype() == main);
        match &part.body {
            _ if part.attachment_name().is_some() || type_is("application") => {}
            PartType::Text(text) => texts.push(text.to_string()),
            PartType::Html(html) => {
                // What the page says of its charset held for its bytes; a mark says that this is UTF-8.
                let page = read("page", format!("\u{FEFF}{html}").into_bytes(), Format::Html).unwrap();
                texts.push(page.text);
            }
            PartType::Message(inner) => {
                texts.push(inner.subject().unwrap_or_default().to_owned());
                texts.push(inner.body_text(0).unwrap_or_default().into_owned());
            }
            _ => {}
        }
    }
    texts
}

/// The letters and digits, which no unfolding, quoting or layout changes.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A remark in English.
fn said(remark: &Remark) -> String {
    Texts::fallback().ui_about(remark.key, &remark.what)
}

#[test]
fn texts_are_those_of_another_reader() {
    let mut compared = 0;
    for (path, source) in corpus() {
        // Of broken mails the other reader makes something else.
        if name(&path).starts_with("broken-") || source.notes.iter().any(|note| said(note).contains("not read")) {
            continue;
        }
        let skipped = |at: usize| {
            let mail = source.mail.as_ref().unwrap();
            mail.recipients.iter().any(|one| one.range.contains(&at))
        };
        let own: String = source.text.char_indices().filter(|(at, _)| !skipped(*at)).map(|(_, c)| c).collect();
        assert_eq!(bare(&own), bare(&texts_of_another_reader(&source).join("\n")), "{}", name(&path));
        compared += 1;
    }
    assert!(compared >= 80, "only {compared} mails were compared");
}

/// A part as another reader sees it: where its body stands, how it travels and in which charset.
struct Travelling {
    body: Range<usize>,
    encoding: mail_parser::Encoding,
    charset: &'static Encoding,
}

fn travelling(bytes: &[u8]) -> Vec<Travelling> {
    let message = MessageParser::default().parse(bytes).unwrap();
    let parts = message.parts.iter().filter(|part| matches!(part.body, PartType::Text(_) | PartType::Html(_)));
    let part = |part: &mail_parser::MessagePart<'_>| Travelling {
        body: part.offset_body as usize..part.offset_end as usize,
        encoding: part.encoding,
        charset: part
            .content_type()
            .and_then(|content| content.attribute("charset"))
            .and_then(|label| Encoding::for_label(label.as_bytes()))
            .unwrap_or(encoding_rs::UTF_8),
    };
    parts.map(part).collect()
}

impl Travelling {
    /// Decodes what was cut out of the body. Whole groups of base64 hold up to two bytes more on each side, so that there are three ways
    /// to begin.
    fn decoded(&self, cut: &[u8]) -> Vec<String> {
        let bytes = match self.encoding {
            mail_parser::Encoding::Base64 => base64(cut),
            mail_parser::Encoding::QuotedPrintable => quoted_printable(cut),
            mail_parser::Encoding::None => cut.to_vec(),
        };
        let ways = if self.encoding == mail_parser::Encoding::Base64 { 0..3 } else { 0..1 };
        let text = |from: usize| {
            self.charset.decode_without_bom_handling(bytes.get(from..).unwrap_or_default()).0.into_owned()
        };
        ways.map(text).collect()
    }
}

fn base64(cut: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Vec<usize> = cut.iter().filter_map(|byte| DIGITS.iter().position(|digit| digit == byte)).collect();
    let bits: String = digits.iter().fold(String::new(), |bits, digit| format!("{bits}{digit:06b}"));
    bits.as_bytes()
        .chunks_exact(8)
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect()
}

fn quoted_printable(cut: &[u8]) -> Vec<u8> {
    let (mut bytes, mut at) = (Vec::new(), 0);
    while at < cut.len() {
        let hex = cut.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match (cut[at], hex.map(|hex| (hex, u8::from_str_radix(hex, 16)))) {
            (b'=', Some((_, Ok(byte)))) => {
                bytes.push(byte);
                at += 3;
            }
            (b'=', Some(("\r\n", _))) => at += 3,
            (byte, _) => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
    bytes
}

#[test]
fn words_cut_out_of_the_raw_bytes_decode_to_themselves() {
    let mut words_proven = 0;
    for (path, source) in corpus() {
        if name(&path).starts_with("broken-") {
            continue;
        }
        let parts = travelling(&source.bytes);
        let mut at = 0;
        for word in source.text.split(|c: char| !c.is_alphanumeric()) {
            let range = at..at + word.len();
            at = range.end + source.text[range.end..].chars().next().map_or(0, char::len_utf8);
            let raw = source.map.to_source(range.clone());
            let Some(part) = parts.iter().find(|part| part.body.start <= raw.start && raw.end <= part.body.end) else {
                continue;
            };
            let decoded = part.decoded(&source.bytes[raw.clone()]);
            // A word of HTML may have been written with entities, or with tags in it.
            let as_page = |text: &String| {
                read("cut", text.clone().into_bytes(), Format::Html).map(|page| page.text).unwrap_or_default()
            };
            let whole = part.encoding != mail_parser::Encoding::Base64;
            let proven = |text: &String| if whole { text == word } else { text.contains(word) };
            assert!(
                decoded.iter().any(|text| proven(text) || proven(&as_page(text))),
                "{}: {word:?} is {decoded:?}",
                name(&path)
            );
            words_proven += usize::from(!word.is_empty());
        }
    }
    assert!(words_proven > 5000, "only {words_proven} words were proven");
}

/// What must hold of any mail, however broken.
fn sound(source: &Source, name: &str) {
    assert_eq!(source.map.text_len(), source.text.len());
    let mut before = 0;
    for (at, c) in source.text.char_indices() {
        let raw = source.map.to_source(at..at + c.len_utf8());
        assert!(before <= raw.start && raw.end <= source.bytes.len(), "{name} at {at}");
        before = raw.start;
    }
    let mut end = 0;
    for mark in &source.marks {
        assert!(end <= mark.range.start && source.text.get(mark.range.clone()).is_some(), "{name}: {mark:?}");
        end = mark.range.end;
    }
    let subjects = source.marks.iter().filter(|mark| mark.kind == MarkKind::Subject);
    assert!(subjects.count() <= 1, "{name}");
}

#[test]
fn the_map_never_goes_backwards() {
    for (path, source) in corpus() {
        sound(&source, name(&path));
    }
}

/// A change to a mail: where (in thousandths of its length), and what happens there.
fn changes() -> impl Strategy<Value = Vec<(usize, usize, Vec<u8>)>> {
    let bits: Vec<&'static [u8]> = vec![
        b"\r\n",
        b"\n\n",
        b"\r",
        b"=",
        b"=?utf-8?Q?",
        b"?=",
        b"--",
        b"<div>",
        b"</div>",
        b"<blockquote>",
        b"&",
        b"\"",
        b";",
        b"\0",
        b"Content-Type: text/html\r\n",
        b"Content-Type: message/rfc822\r\n\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"charset=utf-16",
        b"> ",
        b"-- \r\n",
        b"\xD0",
        b"\xFF\xFE",
        b"boundary=",
        b"format=flowed",
    ];
    let put =
        prop_oneof![prop::sample::select(bits).prop_map(<[u8]>::to_vec), prop::collection::vec(any::<u8>(), 0..6)];
    prop::collection::vec((0usize..1000, 0usize..40, put), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// `PROPTEST_CASES=20000 cargo test --test mail mutated` tries more of them.
    #[test]
    fn mutated_mails_are_read_and_judged(which in any::<prop::sample::Index>(), changes in changes()) {
        static CORPUS: OnceLock<(Vec<(PathBuf, Source)>, RuleBook)> = OnceLock::new();
        let (corpus, book) = CORPUS.get_or_init(|| (corpus(), RuleBook::shipped()));
        let (path, source) = &corpus[which.index(corpus.len())];
        let mut bytes = source.bytes.clone();
        for (at, len, put) in changes {
            let start = bytes.len() * at / 1000;
            let end = bytes.len().min(start + len);
            bytes.splice(start..end, put);
        }
        if let Ok(source) = read("mail.eml", bytes, Format::Mail) {
            sound(&source, name(path));
            let verdict = check_source(&source, book, &Context::default());
            for diagnostic in &verdict.diagnostics {
                prop_assert!(source.text.get(diagnostic.range.clone()).is_some());
            }
        }
    }
}

//! The server's text is the client's, and what it says of it is what a fresh check says, whatever is typed.

use std::{fs, path::Path, rc::Rc};

use serde_json::{Value, json};

use super::{
    client::Client,
    diagnostics::{not_judged, of_letter},
    document::{Document, Kind},
    letter::{Asked, Letter, Past},
    position::{Encoding, Lines, Places},
    server::Server,
    settings::Settings,
};
use crate::{config::house::House, diagnostic::LetterKind, source::Format};

/// A linear congruential generator: the same edits on each run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % bound as u64).expect("below a usize")
    }
}

const PIECES: &[&str] = &[
    "",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    ".",
    "a",
    "You failed to pay. ",
    "Thank you for your trust.",
    "🙂",
    "ж",
    "Вы опять сорвали срок. ",
    "We will end our work for you on 31 March.",
    "---\nreason: abusive\n---\n",
    "> quoted\n",
    "\u{301}",
    "-- \n",
    "Dear X,\n\n",
    "# partwell-allow: blame; agreed\n",
    "<!-- partwell-allow-next-line: blame; agreed -->",
    "<p>",
    "</p>\n",
    "&amp;",
    "- You never answer.\n",
    "Subject: Bye\n",
    "Content-Transfer-Encoding: quoted-printable\n",
    "=D0=92",
];

const LETTER: &str = "Dear Ms Hartnell,\n\nYou failed to send the brief on time. We will end our work for you on 31 March.\n\nYours sincerely,\nP. Okafor\n";

/// The client's own idea of its text: UTF-16, as in most editors.
fn changed(text: &[u16], start: usize, end: usize, new: &str) -> Vec<u16> {
    [&text[..start], &new.encode_utf16().collect::<Vec<_>>(), &text[end..]].concat()
}

/// A place by its number of units, never within a character.
fn place(text: &[u16], at: usize) -> (usize, Value) {
    let within = at > 0 && at < text.len() && (0xDC00..0xE000).contains(&text[at]);
    // Between `\r` and `\n` no line begins, and no place has a name of its own.
    let split = at > 0 && at < text.len() && text[at - 1] == 0x0D && text[at] == 0x0A;
    let at = if within || split { at - 1 } else { at };
    let before = String::from_utf16(&text[..at]).expect("no pair of surrogates is cut");
    let lines = Lines::new(&String::from_utf16(text).expect("a text"));
    let whole = String::from_utf16(text).expect("a text");
    let position = Places::new(&whole, &lines, Encoding::Utf16).position(before.len());
    (at, json!(position))
}

/// A document, and how it is edited.
struct Run<'t> {
    seed: u64,
    language: &'t str,
    format: Format,
    /// From time to time the document is this letter again.
    letter: &'t str,
    edits: i32,
    /// Of so many edits one puts in the whole letter.
    whole: usize,
    /// So often the checks to compare with begin with rules that have heard nothing before.
    fresh: i32,
    settings: Settings,
}

/// 2,500 edits for each kind of document.
#[test]
fn ten_thousand_random_edits() {
    let kinds =
        [("plaintext", Format::Text), ("markdown", Format::Markdown), ("html", Format::Html), ("mail", Format::Mail)];
    for (seed, (language, format)) in (6..).zip(kinds) {
        let letter = if format == Format::Mail { format!("Subject: Bye\n\n{LETTER}") } else { LETTER.to_owned() };
        let run = Run {
            seed,
            language,
            format,
            letter: &letter,
            edits: 2500,
            whole: 40,
            fresh: 100,
            settings: Settings::default(),
        };
        let told = random_edits(&run);
        assert!(told > 3_000, "{language}: {told} diagnostics are hardly any");
    }
}

/// All labelled English letters one below the other, and some in another language.
#[test]
fn edits_of_a_large_document() {
    let letter = labelled(&["en-1", "ru-1", "en-2", "en-3", "sr-1", "en-4", "en-5", "en-6", "en-7"]);
    assert!(letter.len() > 150_000, "{} bytes are no large document", letter.len());
    let told = edits_of_a_termination(&letter, 40);
    assert!(told > 4_000, "{told} diagnostics are hardly any");
}

/// The same as one paragraph: in one line, and in lines of a mail.
#[test]
fn edits_of_a_long_paragraph() {
    let letters = labelled(&["en-1", "ru-1", "en-2"]);
    let line = letters.split_whitespace().collect::<Vec<_>>().join(" ");
    for letter in [textwrap::fill(&line, 72), line] {
        let told = edits_of_a_termination(&letter, 40);
        assert!(told > 1_000, "{told} diagnostics are hardly any");
    }
}

/// Labelled letters one below the other.
fn labelled(files: &[&str]) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/letters");
    let mut letters = String::new();
    for file in files {
        let records = fs::read_to_string(folder.join(format!("{file}.jsonl"))).expect("the labelled letters");
        for record in records.lines() {
            let record: Value = serde_json::from_str(record).expect("one object a line");
            letters.extend([record["text"].as_str().expect("each has a text"), "\n\n"]);
        }
    }
    letters
}

/// How many diagnostics were told.
fn edits_of_a_termination(letter: &str, edits: i32) -> usize {
    let mut settings = Settings::default();
    settings.told.assume = Some(LetterKind::Termination);
    random_edits(&Run {
        seed: 1,
        language: "plaintext",
        format: Format::Text,
        letter,
        edits,
        whole: 20,
        fresh: 20,
        settings,
    })
}

/// How many diagnostics were told.
fn random_edits(run: &Run) -> usize {
    let Run { language, letter, .. } = *run;
    let mut random = Random(run.seed);
    let mut server = Server::new(std::io::sink());
    let uri = "untitled:1";
    let notify = |server: &mut Server, method: &str, params: Value| {
        server.notification(lsp_server::Notification { method: method.to_owned(), params });
    };
    server.request(lsp_server::Request {
        id: 1.into(),
        method: "initialize".into(),
        params: json!({ "locale": "en", "initializationOptions": { "assume": run.settings.told.assume } }),
    });
    let item = json!({ "uri": uri, "languageId": language, "version": 0, "text": "" });
    notify(&mut server, "textDocument/didOpen", json!({ "textDocument": item }));
    let mut text: Vec<u16> = Vec::new();
    let mut other = fresh_house();
    let mut told = 0;
    for version in 1..=run.edits {
        let (start, from) = place(&text, random.below(text.len() + 1));
        // A letter that only grows would be another test.
        let most = if text.len() > 1500 { 200 } else { 12 };
        let (end, to) = place(&text, (start + random.below(most)).min(text.len()));
        // What is no text is not judged, so that it must not stay for long.
        let whole = version == 1 || text.contains(&0) || random.below(run.whole) == 0;
        let new = if random.below(200) == 0 { "\u{0}" } else { PIECES[random.below(PIECES.len())] };
        text =
            if whole { letter.encode_utf16().collect() } else { changed(&text, start.min(end), end.max(start), new) };
        let expected = String::from_utf16(&text).expect("no pair of surrogates is cut");
        let change = if whole {
            json!({ "text": expected })
        } else {
            json!({ "range": { "start": from, "end": to }, "text": new })
        };
        let document = json!({ "uri": uri, "version": version });
        notify(&mut server, "textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
        let open = server.document(uri).expect("open");
        assert_eq!(open.text, expected, "{language}, edit {version}");
        assert_eq!(open.lines, Lines::new(&expected), "{language}, edit {version}");
        if version % run.fresh == 0 {
            other = fresh_house();
        }
        told += says_what_a_fresh_check_says(&mut server, uri, &expected, run, &other);
    }
    told
}

fn fresh_house() -> Rc<House> {
    Rc::new(House::load(None, &[]).expect("the shipped rules hold"))
}

/// How much that is.
fn says_what_a_fresh_check_says(server: &mut Server, uri: &str, text: &str, run: &Run, house: &Rc<House>) -> usize {
    let format = run.format;
    // Whatever is at the caret, the word is finished.
    server.documents.get_mut(uri).expect("open").caret = None;
    let said = server.diagnostics(uri);
    let path = Path::new("/letters");
    let asked = Asked { settings: &run.settings, locale: Some("en"), with_fixes: true };
    let fresh = Letter::new((text, format), path, house.clone(), &asked, &mut Past::default());
    let document = Document::new(uri.to_owned(), "plaintext", 0, text.to_owned(), path);
    let mut client = Client::new(&Value::Null);
    client.encoding = Encoding::Utf16;
    assert_eq!(server.document(uri).expect("open").kind, Kind::Draft(format));
    let expected = match &fresh {
        Ok(fresh) => of_letter(&document, fresh, &client, false).diagnostics,
        Err(why) => vec![not_judged(why)],
    };
    assert_eq!(said, expected, "{format:?}: {text}");
    let mended = server.mended(uri).expect("open").map(|judged| &judged.letter.verdict);
    assert_eq!(mended, fresh.as_ref().ok().map(|fresh| &fresh.verdict), "{format:?}: {text}");
    said.len()
}

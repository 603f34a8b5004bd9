//! What a letter costs, stage by stage and end to end, beside ripgrep and typos where they are installed: `cargo bench --bench peers`.
//! In: the letters of `fixtures/letters/`, as plain text and as mails. Out: a table. All times are the least of several rounds in which all
//! take turns, so that what else the machine does falls on all of them alike. No letter is met twice by one rule book.

#![expect(clippy::print_stdout, reason = "a table for who runs it")]

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use mail_builder::MessageBuilder;
use partwell::{
    engine::{Context, check_source},
    letter::{Letter, language::words},
    report::{Checked, Look, json, text},
    rule::RuleBook,
    source::{self, Format, Source},
};

const ROUNDS: usize = 7;
/// So many phrases ripgrep looks for.
const PHRASES: usize = 2000;

fn main() {
    let letters = letters();
    let mails: Vec<Vec<u8>> = letters.iter().map(|letter| mail(letter)).collect();
    let plain: Vec<Vec<u8>> = letters.iter().map(|letter| letter.clone().into_bytes()).collect();
    println!("{} letters in six languages, each met once by a rule book\n", letters.len());
    for (name, format, files) in [("plain text", Format::Text, &plain), ("MIME", Format::Mail, &mails)] {
        stages(name, format, files);
    }
    let folder = tempfile::tempdir().expect("a folder for the letters");
    let (text, mime, one) = (folder.path().join("text"), folder.path().join("mime"), folder.path().join("one"));
    write(&text, "txt", &plain);
    write(&mime, "eml", &mails);
    write(&one, "txt", &plain[..1]);
    let phrases = folder.path().join("phrases");
    fs::write(&phrases, phrases_of(&letters)).expect("the folder can be written");
    programs(&text, &mime, &one, &phrases);
}

/// The texts of the labelled letters.
fn letters() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/letters");
    let files: BTreeSet<PathBuf> = fs::read_dir(folder)
        .expect("the fixtures can be read")
        .map(|entry| entry.expect("the fixtures can be read").path())
        .filter(|path| path.extension() == Some(OsStr::new("jsonl")))
        .collect();
    let lines = files.iter().map(|file| fs::read_to_string(file).expect("the fixtures are UTF-8"));
    let letters: Vec<String> = lines.flat_map(|lines| lines.lines().map(letter).collect::<Vec<_>>()).collect();
    assert!(letters.len() > 500, "only {} letters were found", letters.len());
    letters
}

fn letter(line: &str) -> String {
    let letter: serde_json::Value = serde_json::from_str(line).expect("one object a line");
    letter["text"].as_str().expect("each has a text").to_owned()
}

/// The letter as a mail with two versions, both encoded.
fn mail(letter: &str) -> Vec<u8> {
    let paragraphs: Vec<&str> = letter.split("\n\n").collect();
    MessageBuilder::new()
        .from("sender@example.org")
        .to("customer@example.com")
        .subject("Our work together")
        .date(0_i64)
        .message_id("1@example.org")
        .text_body(letter)
        .html_body(format!("<html><body><p>{}</p></body></html>", paragraphs.join("</p>\n<p>")))
        .write_to_vec()
        .expect("memory takes all")
}

/// Times the stages of a check on one core.
fn stages(name: &str, format: Format, files: &[Vec<u8>]) {
    const NAMES: [&str; 7] =
        ["read", "recognise", "take apart, fold", "hear", "judge", "report (JSON)", "report (text)"];
    let mut least = [Duration::MAX; NAMES.len()];
    for _ in 0..ROUNDS {
        // A new one, for it remembers the sentences that it met.
        let book = warmed();
        for (least, time) in least.iter_mut().zip(one_round(&book, format, files)) {
            *least = time.min(*least);
        }
    }
    let bytes: usize = files.iter().map(Vec::len).sum();
    println!("{name}, one core        ns a byte      MB/s   share");
    let sum: Duration = least.iter().take(NAMES.len() - 1).sum();
    for (name, time) in NAMES.iter().zip(&least) {
        row(name, *time, bytes, time.as_secs_f64() / sum.as_secs_f64());
    }
    row("all but the last", sum, bytes, 1.0);
    println!();
}

fn row(name: &str, time: Duration, bytes: usize, share: f64) {
    #[expect(clippy::cast_precision_loss, reason = "a figure to read")]
    let bytes = bytes as f64;
    let seconds = time.as_secs_f64();
    println!("  {name:<24}{:>9.2}{:>10.1}{:>7.0}%", seconds * 1e9 / bytes, bytes / seconds / 1e6, share * 100.0);
}

/// A rule book whose packs are ready.
fn warmed() -> RuleBook {
    let book = RuleBook::shipped();
    for language in book.languages() {
        assert!(book.pack(language).is_some() && book.texts(language).is_some(), "a language of the book");
    }
    book
}

fn one_round(book: &RuleBook, format: Format, files: &[Vec<u8>]) -> [Duration; 7] {
    let mut times = [Duration::ZERO; 7];
    let mut add = |stage: usize, from: Instant| times[stage] += from.elapsed();
    let second = warmed();
    for bytes in files {
        let bytes = bytes.clone();
        let from = Instant::now();
        let Ok(source) = source::read("letter", bytes, format) else { continue };
        add(0, from);
        let from = Instant::now();
        let recogniser = book.recogniser();
        let language = recogniser.best(&recogniser.fit(words(&source.text))).map(str::to_owned);
        add(1, from);
        let Some(pack) = language.as_deref().and_then(|language| book.pack(language)) else { continue };
        let from = Instant::now();
        let letter = Letter::parse(&source.text, &source.marks, &pack.forms);
        add(2, from);
        let from = Instant::now();
        std::hint::black_box(pack.cues.hear(&source.text, &letter));
        add(3, from);
        report(&mut add, source, &second);
    }
    // What is left of the whole when the stages before are taken away.
    times[4] = times[4].saturating_sub(times[1] + times[2] + times[3]);
    times
}

fn report(add: &mut impl FnMut(usize, Instant), source: Source, book: &RuleBook) {
    let from = Instant::now();
    let verdict = check_source(&source, book, &Context::default());
    add(4, from);
    let checked = Checked { source, verdict };
    let from = Instant::now();
    std::hint::black_box(json::to_line(&json::File::new(&checked)));
    add(5, from);
    let from = Instant::now();
    std::hint::black_box(text::draft(
        &checked,
        book.texts(&checked.verdict.messages),
        Look { width: 100, unicode: true },
    ));
    add(6, from);
}

fn write(folder: &Path, extension: &str, files: &[Vec<u8>]) {
    fs::create_dir(folder).expect("the folder can be written");
    for (number, file) in files.iter().enumerate() {
        fs::write(folder.join(format!("{number:04}.{extension}")), file).expect("the folder can be written");
    }
}

/// Phrases of two and three words from all over the letters, one a line.
fn phrases_of(letters: &[String]) -> String {
    let mut phrases = BTreeSet::new();
    for letter in letters {
        let words: Vec<&str> = letter.split_whitespace().collect();
        phrases.extend(words.windows(3).skip(7).step_by(23).map(|words| words[..2 + words[0].len() % 2].join(" ")));
    }
    phrases.into_iter().take(PHRASES).fold(String::new(), |list, phrase| list + &phrase + "\n")
}

/// Times whole programs.
fn programs(text: &Path, mime: &Path, one: &Path, phrases: &Path) {
    let partwell = |threads: &str, format: &str, path: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_partwell"));
        command.args(["check", "--format", format]).arg(path);
        if !threads.is_empty() {
            command.env("RAYON_NUM_THREADS", threads);
        }
        command
    };
    let ripgrep = |path: &Path| {
        let mut command = Command::new("rg");
        command.arg("-F").arg("-f").arg(phrases).arg(path);
        command
    };
    let with = |program: &str, path: &Path| {
        let mut command = Command::new(program);
        command.arg(path);
        command
    };
    let mut runs = vec![
        ("one letter: true", with("true", one)),
        ("one letter: partwell", partwell("", "text", one)),
        ("one letter: ripgrep", ripgrep(one)),
        ("one letter: typos", with("typos", one)),
        ("all letters: partwell, JSON, one core", partwell("1", "json", text)),
        ("all letters: partwell, JSON, all cores", partwell("", "json", text)),
        ("all letters: partwell, text, all cores", partwell("", "text", text)),
        ("all letters: ripgrep, 2,000 phrases", ripgrep(text)),
        ("all letters: typos", with("typos", text)),
        ("all mails: partwell, JSON, one core", partwell("1", "json", mime)),
        ("all mails: partwell, JSON, all cores", partwell("", "json", mime)),
        ("all mails: ripgrep, 2,000 phrases", ripgrep(mime)),
    ];
    runs.retain_mut(|(name, command)| {
        let there = command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
        if !there {
            println!("SKIPPED: {name}: the program is not installed");
        }
        there
    });
    let mut least = vec![Duration::MAX; runs.len()];
    for _ in 0..ROUNDS {
        for ((_, command), least) in runs.iter_mut().zip(&mut least) {
            let from = Instant::now();
            command.status().expect("it ran before");
            *least = from.elapsed().min(*least);
        }
    }
    println!("program                                          ms   to ripgrep");
    for ((name, _), time) in runs.iter().zip(&least) {
        let group = name.split_once(':').map_or(*name, |(group, _)| group);
        let peer = runs.iter().position(|(peer, _)| peer.starts_with(group) && peer.contains("ripgrep"));
        let ratio = peer.map_or(String::new(), |peer| format!("{:.2}", time.as_secs_f64() / least[peer].as_secs_f64()));
        println!("  {name:<40}{:>8.1}{ratio:>13}", time.as_secs_f64() * 1e3);
    }
}

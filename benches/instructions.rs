//! What a check costs in instructions, which unlike seconds are the same on a busy machine: `cargo bench --bench instructions`. Counted by
//! valgrind. In: the fixtures, texts that are made to be slow, and the budgets of `instructions.toml`. Out: a table; fails when a budget
//! is passed, or when a text made to be slow costs more than its share of a normal letter, byte for byte. Says so and does nothing where
//! valgrind is not installed.

#![expect(clippy::print_stdout, reason = "a table for who runs it")]

use std::{
    ffi::OsStr,
    fs,
    path::Path,
    process::{Command, ExitCode},
};

/// `instructions.toml`
#[derive(serde::Deserialize)]
struct Budget {
    /// How much more than a budget is let pass, as a share of it.
    tolerance: f64,
    /// `check` of one letter.
    cold: f64,
    /// One letter more.
    letter: f64,
    /// How many times as much as a letter, byte for byte, a text may cost that is made to be slow.
    hostile: f64,
}

/// So large are the texts that are made to be slow, in bytes.
const SIZE: usize = 100_000;

/// A text that is no letter is judged only when it is told what it is.
const JUDGED: [&str; 4] = ["--lang", "en", "--assume", "termination"];

fn main() -> ExitCode {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("SKIPPED: instructions are not counted, for valgrind is not installed");
        return ExitCode::SUCCESS;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let budget = fs::read_to_string(root.join("benches/instructions.toml")).expect("the budgets can be read");
    let budget: Budget = toml::from_str(&budget).expect("the budgets are TOML");
    let folder = tempfile::tempdir().expect("a folder for the letters");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("the folder can be written");
        fs::write(&path, text).expect("the folder can be written");
        path
    };
    let letters = letters(&root.join("fixtures/letters/en-1.jsonl"));
    let one = write("one/0.txt", &letters[0]);
    for (number, letter) in letters.iter().enumerate() {
        write(&format!("all/{number}.txt"), letter);
    }
    let cold = instructions(&one, &[]);
    let rest = instructions(&folder.path().join("all"), &[]) - cold;
    let bytes: usize = letters[1..].iter().map(String::len).sum();
    let (letter, normal) = (rest / count(letters.len() - 1), rest / count(bytes));
    let mut passed = within("one letter, by a program that has just been started", cold, budget.cold, budget.tolerance);
    passed &= within("one letter more", letter, budget.letter, budget.tolerance);
    println!("\n{normal:.0} instructions a byte of a letter; times as many for a byte of");
    for (name, file, text) in hostile() {
        let cost = (instructions(&write(file, &text), &JUDGED) - cold) / count(text.len());
        let holds = cost <= normal * budget.hostile;
        println!("  {:>5.2}  {name}{}", cost / normal, if holds { "" } else { "  TOO MUCH" });
        passed &= holds;
    }
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The texts of labelled letters.
fn letters(file: &Path) -> Vec<String> {
    let text = |line: &str| -> String {
        let letter: serde_json::Value = serde_json::from_str(line).expect("one object a line");
        letter["text"].as_str().expect("each has a text").to_owned()
    };
    fs::read_to_string(file).expect("the fixtures are UTF-8").lines().map(text).collect()
}

#[expect(clippy::cast_precision_loss, reason = "figures to compare")]
fn count(number: usize) -> f64 {
    number as f64
}

/// How many instructions a check of this path takes.
fn instructions(path: &Path, options: &[&str]) -> f64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", env!("CARGO_BIN_EXE_partwell"), "check"])
        .args(options)
        .args([OsStr::new("--format"), OsStr::new("json"), path.as_os_str()])
        .env("RAYON_NUM_THREADS", "1")
        .output()
        .expect("valgrind runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "the check failed: {told}");
    let counted = told.lines().find_map(|line| line.split("Collected :").nth(1));
    counted
        .and_then(|counted| counted.trim().parse().ok())
        .unwrap_or_else(|| panic!("valgrind counted nothing: {told}"))
}

/// Tells how far a figure is from its budget; false when it is beyond.
fn within(name: &str, figure: f64, budget: f64, tolerance: f64) -> bool {
    let share = figure / budget;
    let verdict = match share {
        share if share > 1.0 + tolerance => "  TOO MUCH",
        share if share < 1.0 - tolerance => "  less than the budget: write the new figure to benches/instructions.toml",
        _ => "",
    };
    println!("{:>9.2} million, {share:.3} of the budget: {name}{verdict}", figure / 1e6);
    share <= 1.0 + tolerance
}

/// Texts that are made to be slow.
fn hostile() -> Vec<(&'static str, &'static str, String)> {
    let repeated = |piece: &str| piece.repeat(SIZE / piece.len());
    let numbered = |piece: fn(usize) -> String| {
        (0..).map(piece).scan(0, |size, text| {
            *size += text.len();
            (*size < SIZE).then_some(text)
        })
    };
    let depth = |line: usize| format!("{} we end our contract with you {line}.\n", ">".repeat(line % 60 + 1));
    vec![
        ("opening brackets", "brackets.txt", repeated("(")),
        ("square brackets", "square.txt", repeated("[")),
        ("one line of words", "line.txt", numbered(|number| format!("we w{number} will not ")).collect()),
        ("one word without end", "word.txt", repeated("a")),
        ("sentences of one word", "sentences.txt", numbered(|number| format!("Stop{number}. ")).collect()),
        ("first words of cues", "first.txt", numbered(|number| format!("you {number} we your our because ")).collect()),
        ("the same few words", "same.txt", repeated("you we you not ")),
        ("names", "names.txt", repeated("Anna Bell Ltd ")),
        ("quotation marks", "quotes.txt", repeated("\"a\" ")),
        ("commas", "commas.txt", repeated("you, ")),
        ("list items", "items.txt", numbered(|number| format!("- item {number} is closed\n")).collect()),
        ("blank lines", "blank.txt", repeated("a\n\n")),
        ("quoted mail", "quoted.txt", numbered(depth).collect()),
        ("greetings", "greetings.txt", repeated("Dear Ms Bell,\n\n")),
        ("sign-offs", "signed.txt", repeated("Yours sincerely,\nA. Bell\n\n")),
        ("markup", "deep.html", repeated("<div><p>we stop ")),
        ("Markdown", "deep.md", repeated("> * [a](b) ")),
        ("parts of a mail", "deep.eml", mail()),
    ]
}

/// A mail whose parts stand in one another.
fn mail() -> String {
    let head = "From: a@example.org\nTo: b@example.com\nMIME-Version: 1.0\n".to_owned();
    let level = |level| format!("Content-Type: multipart/mixed; boundary=\"b{level}\"\n\n--b{level}\n");
    let mail = (0..SIZE / level(1000).len()).map(level).fold(head, |mail, level| mail + &level);
    mail + "Content-Type: text/plain\n\nWe end our contract with you.\n"
}

//! What a check costs, by stage, and that it does not depend on how many languages are shipped. `cargo bench`

use divan::{Bencher, counter::BytesCount};
use partwell::{
    engine::{Context, check},
    letter::{Letter, language::words},
    rule::RuleBook,
    source::{self, Format},
};

const LETTER: &str = include_str!("../fixtures/en/clean.txt");

fn main() {
    divan::main();
}

/// The shipped rules with one language or with all of them.
fn book(languages: usize) -> RuleBook {
    if languages == 1 { RuleBook::of_languages(&["en"]) } else { RuleBook::shipped() }
}

/// One letter by a program that has just been started.
#[divan::bench(args = [1, 6])]
fn cold(bencher: Bencher<'_, '_>, languages: usize) {
    bencher.bench_local(|| check(LETTER, &[], &book(languages), &Context::default()).diagnostics.len());
}

/// One more letter, with sentences that were never met.
#[divan::bench(args = [1, 6])]
fn warm(bencher: Bencher<'_, '_>, languages: usize) {
    let book = book(languages);
    let mut number = 0;
    bencher
        .counter(BytesCount::of_str(LETTER))
        .with_inputs(|| {
            number += 1;
            LETTER.replace(". ", &format!(" {number}. "))
        })
        .bench_local_values(|letter| check(&letter, &[], &book, &Context::default()).diagnostics.len());
}

/// The same letter again, as an editor asks for it.
#[divan::bench]
fn again(bencher: Bencher<'_, '_>) {
    let book = RuleBook::shipped();
    bencher
        .counter(BytesCount::of_str(LETTER))
        .bench_local(|| check(LETTER, &[], &book, &Context::default()).diagnostics.len());
}

/// Reading a draft.
#[divan::bench]
fn read(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::of_str(LETTER)).bench_local(|| {
        source::read("letter.txt", LETTER.as_bytes().to_vec(), Format::Text).map_or(0, |source| source.text.len())
    });
}

/// Recognising its language.
#[divan::bench(args = [1, 6])]
fn recognise(bencher: Bencher<'_, '_>, languages: usize) {
    let book = book(languages);
    let recogniser = book.recogniser();
    bencher
        .counter(BytesCount::of_str(LETTER))
        .bench_local(|| recogniser.best(&recogniser.fit(words(LETTER))).map(str::len));
}

/// Taking it apart.
#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    let book = RuleBook::shipped();
    let forms = book.forms("en").expect("a shipped language");
    bencher.counter(BytesCount::of_str(LETTER)).bench_local(|| Letter::parse(LETTER, &[], forms).tokens.len());
}

//! What a check costs, and that it does not depend on how many languages are shipped: with the language told only one pack is met,
//! with it recognised all six are asked. `cargo bench`

use partwell::{
    engine::{Context, check},
    rule::RuleBook,
    source::{self, Format},
};

const LETTER: &str = include_str!("../fixtures/en/clean.txt");

fn main() {
    divan::main();
}

fn context(told: bool) -> Context {
    Context { language: told.then(|| "en".to_owned()), ..Context::default() }
}

/// A letter by a program that has just been started.
#[divan::bench(args = [true, false], sample_count = 20)]
fn cold(told: bool) -> usize {
    let book = RuleBook::shipped();
    check(LETTER, &[], &book, &context(told)).diagnostics.len()
}

/// One more letter.
#[divan::bench(args = [true, false])]
fn warm(bencher: divan::Bencher<'_, '_>, told: bool) {
    let book = RuleBook::shipped();
    let context = context(told);
    let _ = check(LETTER, &[], &book, &context);
    bencher
        .counter(divan::counter::BytesCount::of_str(LETTER))
        .bench_local(|| check(LETTER, &[], &book, &context).diagnostics.len());
}

/// Reading a draft, without hearing it.
#[divan::bench]
fn read() -> usize {
    source::read("letter.txt", LETTER.as_bytes().to_vec(), Format::Text).map_or(0, |source| source.text.len())
}

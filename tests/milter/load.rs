//! How fast mail passes with and without the milter: 2,000 mails over 20 connections, and 200 one by one. Figures, not a test; see
//! docs/postfix/README.md. `cargo test --release --test milter -- --ignored --nocapture load`

#![expect(clippy::print_stdout, reason = "it is a report")]

use std::{
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use super::{
    BAD, ORDINARY, good,
    mail_server::{Client, Postfix, Sink, mail},
    service::{Milter, house},
};

/// Connections, and mails over each.
const LOADS: [(u32, u32); 2] = [(20, 100), (1, 200)];

#[test]
#[ignore = "it measures"]
fn load() {
    let folder = house("");
    // Twice each, in turns: the machine may be busy with other things.
    for (connections, each) in [LOADS, LOADS].concat() {
        let sink = Sink::start();
        let Some(postfix) = Postfix::start(None, &sink) else { return };
        report("without the milter", &postfix, connections, each);
        drop(postfix);
        let milter = Milter::start(folder.path(), &["--listen", "inet:127.0.0.1:0"]);
        let sink = Sink::start();
        let Some(postfix) = Postfix::start(Some(&milter.address), &sink) else { return };
        let before = milter.processor_seconds();
        report("with the milter   ", &postfix, connections, each);
        let mails = connections * each;
        if let (Some(before), Some(after)) = (before, milter.processor_seconds()) {
            println!(
                "   processor time of the milter for one mail: {:.2} ms",
                (after - before) * 1000.0 / f64::from(mails)
            );
        }
        let mut checks: Vec<u64> =
            milter.log_so_far().iter().filter_map(|event| event["microseconds"].as_u64()).collect();
        checks.sort_unstable();
        assert_eq!(u32::try_from(checks.len()), Ok(mails));
        let at = |share: usize| checks[checks.len() * share / 100];
        println!("   judging one mail, by the clock: median {} us, p99 {} us", at(50), at(99));
    }
}

/// A fifth of the mails are letters that end a relationship; half of these are at fault.
fn report(what: &str, postfix: &Postfix, connections: u32, each: u32) {
    let times = Mutex::new(Vec::new());
    let good = good();
    let begun = Instant::now();
    thread::scope(|scope| {
        for worker in 0..connections {
            let (times, good) = (&times, &good);
            scope.spawn(move || {
                let mut client = Client::connect(postfix).unwrap();
                let mut own = Vec::new();
                for number in 0..each {
                    let body = match number % 10 {
                        0 => BAD,
                        1 => good,
                        _ => ORDINARY,
                    };
                    let id = format!("m{worker}-{number}");
                    // No two mails are alike.
                    let mail =
                        mail(&id, "", &body.replace("Monday", &id).replace("30 June", &id).replace("wisteria", &id));
                    let begun = Instant::now();
                    let answer = client.send(&mail).unwrap();
                    own.push(begun.elapsed());
                    assert!(answer.starts_with("250 "), "{answer}");
                }
                times.lock().unwrap().extend(own);
            });
        }
    });
    let seconds = begun.elapsed().as_secs_f64();
    let mut times = times.into_inner().unwrap();
    times.sort_unstable();
    let milliseconds = |share: usize| (times[times.len() * share / 100]).as_secs_f64() * 1000.0;
    let rate = f64::from(connections * each) / seconds;
    println!(
        "{connections} connections, {what}: {rate:.0} mails a second, median {:.1} ms, p99 {:.1} ms",
        milliseconds(50),
        milliseconds(99)
    );
    // So that what is still on its way does not slow the next round down.
    thread::sleep(Duration::from_secs(2));
}

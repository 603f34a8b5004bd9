//! The milter with a real Postfix: what is refused, held, tagged and passed, and that no mail is lost when the milter dies.

use std::{
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use super::{
    BAD, ORDINARY, good,
    mail_server::{Client, Postfix, Sink, by_id, mail, without_received},
    service::{Milter, PATIENCE, house},
};

fn start(folder: &Path, sink: &Sink) -> Option<(Milter, Postfix)> {
    let milter = Milter::start(folder, &["--listen", "inet:127.0.0.1:0"]);
    let postfix = Postfix::start(Some(&milter.address), sink)?;
    Some((milter, postfix))
}

/// A mail in whose bytes anything could go wrong: raw bytes of another charset, folded fields, dots, white space at ends of lines.
fn delicate() -> Vec<u8> {
    let header = "MIME-Version: 1.0\r\nContent-Type: text/plain;\r\n\tcharset=windows-1251\r\nContent-Transfer-Encoding: 8bit\r\n\
                  X-Folded:  two spaces\r\n   and a fold \r\nx-empty:\r\n";
    let mut mail = mail("delicate", header, &format!("{ORDINARY}trailing  \r\n\t\r\n\r\n"));
    mail.extend_from_slice(b"\xcf\xf0\xe8\xe2\xe5\xf2\r\n");
    let subject = mail.windows(8).position(|window| window == b"Our work").unwrap();
    mail.splice(subject..subject + 8, b"\xd0\xe0\xe1\xee\xf2\xe0".iter().copied());
    mail
}

#[test]
fn a_bad_letter_is_refused_and_all_else_passes_byte_for_byte() {
    let (folder, sink) = (house("[milter]\nmode = \"reject\"\n"), Sink::start());
    let Some((milter, postfix)) = start(folder.path(), &sink) else { return };
    let mut client = Client::connect(&postfix).unwrap();
    let answer = client.send(&mail("bad", "", BAD)).unwrap();
    assert!(answer.starts_with("550 5.7.1 partwell: not sent: missing-thanks (line 9), blame (line 9)"), "{answer}");
    assert!(answer.ends_with("say why in a header Partwell-Override"), "{answer}");
    assert!(!answer.contains("invoices"), "{answer}");

    let passing = [mail("good", "", &good()), mail("ordinary", "", ORDINARY), delicate()];
    for (number, mail) in passing.iter().enumerate() {
        let answer = client.send(mail).unwrap();
        assert!(answer.starts_with("250 "), "{answer}");
        let come = &sink.wait_for(number + 1)[number];
        assert_eq!(String::from_utf8_lossy(without_received(come)), String::from_utf8_lossy(mail));
        assert!(without_received(come) == mail);
    }
    assert_eq!(milter.event("message")["action"], "reject");
    assert_eq!(milter.event("message")["letter"], "termination");

    let overridden =
        mail("override", "Partwell-Override: agreed with Ms Reed\r\nPartwell-Reason: non-payment\r\n", BAD);
    let answer = client.send(&overridden).unwrap();
    assert!(answer.starts_with("250 "), "{answer}");
    let come = &sink.wait_for(4)[3];
    assert_eq!(String::from_utf8_lossy(without_received(come)), String::from_utf8_lossy(&mail("override", "", BAD)));
    let event = loop {
        let event = milter.event("message");
        if event["action"] == "override" {
            break event;
        }
    };
    assert_eq!(event["override"], "agreed with Ms Reed");
    assert!(postfix.log().contains(event["queue-id"].as_str().unwrap()), "{event}");
    assert_eq!(sink.count(), 4);
}

#[test]
fn a_tag_is_the_only_change() {
    let (folder, sink) = (house(""), Sink::start());
    let Some((_milter, postfix)) = start(folder.path(), &sink) else { return };
    let mut client = Client::connect(&postfix).unwrap();
    for (number, (sent, tag)) in [
        (mail("bad", "X-Partwell: letter=other\r\n", BAD), "letter=termination; errors=0; warnings="),
        (delicate(), "letter=other\r\n"),
    ]
    .into_iter()
    .enumerate()
    {
        assert!(client.send(&sent).unwrap().starts_with("250 "));
        let come = String::from_utf8_lossy(without_received(&sink.wait_for(number + 1)[number])).into_owned();
        let (before, rest) = come.split_once("X-Partwell: ").unwrap_or_else(|| panic!("{come}"));
        let (value, after) = rest.split_once('\n').unwrap();
        assert!(format!("{value}\n").starts_with(tag), "{come}");
        let untagged = String::from_utf8_lossy(&sent).replace("X-Partwell: letter=other\r\n", "");
        assert_eq!(format!("{before}{after}"), untagged);
    }
}

#[test]
fn a_held_letter_waits_until_it_is_released() {
    let (folder, sink) = (house("[milter]\nmode = \"hold\"\n"), Sink::start());
    let Some((_milter, postfix)) = start(folder.path(), &sink) else { return };
    let mut client = Client::connect(&postfix).unwrap();
    assert!(client.send(&mail("bad", "", BAD)).unwrap().starts_with("250 "));
    assert!(client.send(&mail("ordinary", "", ORDINARY)).unwrap().starts_with("250 "));
    assert_eq!(by_id(&sink.wait_for(1)).into_keys().collect::<Vec<_>>(), ["ordinary"]);
    let queue = postfix.queue();
    assert!(queue.contains("\"queue_name\": \"hold\""), "{queue}");
    postfix.release();
    assert_eq!(by_id(&sink.wait_for(2))["bad"], 1);
}

/// Clients that try again, as mail programs and mail servers do, lose nothing and send nothing twice while the milter is dead.
#[test]
fn a_milter_that_dies_loses_no_mail() {
    const MAILS: usize = 120;
    let (folder, sink) = (house("[milter]\nmode = \"reject\"\n"), Sink::start());
    let Some((mut milter, postfix)) = start(folder.path(), &sink) else { return };
    let address = format!("inet:{}", milter.address);
    let (done, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for worker in 0..6 {
            let (done, refused, postfix) = (&done, &refused, &postfix);
            scope.spawn(move || {
                let mut client = None;
                for number in 0..MAILS / 6 {
                    let mail = mail(&format!("m{worker}-{number}"), "", ORDINARY);
                    let until = Instant::now() + PATIENCE;
                    while !send_once(&mut client, postfix, &mail) {
                        refused.fetch_add(1, Ordering::SeqCst);
                        assert!(Instant::now() < until, "{}", postfix.log());
                        thread::sleep(Duration::from_millis(100));
                    }
                    done.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        while done.load(Ordering::SeqCst) < MAILS / 4 {
            thread::sleep(Duration::from_millis(5));
        }
        milter.signal("-KILL");
        milter.wait();
        // Dead long enough for each client to meet it.
        let until = Instant::now() + PATIENCE;
        while refused.load(Ordering::SeqCst) < 6 && Instant::now() < until {
            thread::sleep(Duration::from_millis(5));
        }
        milter = Milter::start(folder.path(), &["--listen", &address]);
    });
    assert!(refused.load(Ordering::SeqCst) >= 6);
    let ids = by_id(&sink.wait_for(MAILS));
    assert_eq!((ids.len(), ids.values().max()), (MAILS, Some(&1)));
}

/// Whether the mail server has taken the mail; if not, it has to say that it might later.
fn send_once(client: &mut Option<Client>, postfix: &Postfix, mail: &[u8]) -> bool {
    let Some(open) = client else {
        *client = Client::connect(postfix).ok();
        return client.is_some() && send_once(client, postfix, mail);
    };
    let answer = open.send(mail).unwrap_or_else(|error| format!("4{error}"));
    if answer.starts_with("250 ") {
        return true;
    }
    assert!(answer.starts_with('4'), "{answer}");
    *client = None;
    false
}

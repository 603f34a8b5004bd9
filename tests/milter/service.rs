//! `partwell milter` as a process, its log, and what it does as a service: start, stop, reload, limits, counters.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{
    BAD, ORDINARY,
    wire::{Reply, Wire},
};

/// Longer than anything takes here, be the machine as busy as it likes.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// A running milter.
pub(super) struct Milter {
    child: Child,
    events: Receiver<Value>,
    /// Host and port, or the path of the socket.
    pub(super) address: String,
    /// Of the metrics, where they were asked for.
    pub(super) metrics: Option<String>,
}

impl Milter {
    /// Starts with the `partwell.toml` in this folder, and waits until it listens.
    pub(super) fn start(folder: &Path, args: &[&str]) -> Milter {
        let mut child = command(folder, args).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, events) = channel();
        let log = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || {
            for line in log.lines() {
                let line = line.unwrap();
                let event = serde_json::from_str(&line).unwrap_or(Value::String(line));
                let _ = sender.send(event);
            }
        });
        let mut milter = Milter { child, events, address: String::new(), metrics: None };
        loop {
            let event = milter.next_event();
            let address = event["address"].as_str().map(str::to_owned);
            match event["event"].as_str() {
                Some("metrics") => milter.metrics = address,
                Some("listening") => {
                    address.unwrap().split_once(':').unwrap().1.clone_into(&mut milter.address);
                    return milter;
                }
                _ => panic!("the milter said: {event}"),
            }
        }
    }

    pub(super) fn next_event(&self) -> Value {
        self.events.recv_timeout(PATIENCE).unwrap()
    }

    /// The next event of this name; others before it are passed over.
    pub(super) fn event(&self, name: &str) -> Value {
        loop {
            let event = self.next_event();
            if event["event"] == name {
                return event;
            }
        }
    }

    /// All that was logged so far.
    pub(super) fn log_so_far(&self) -> Vec<Value> {
        self.events.try_iter().collect()
    }

    pub(super) fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    pub(super) fn wait(&mut self) -> ExitStatus {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < until, "the milter does not end");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// How long processors have worked for it, in seconds; none where the system does not tell.
    pub(super) fn processor_seconds(&self) -> Option<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
        // User and system time, in hundredths of a second.
        let ticks = |at: usize| fields.get(at)?.parse::<u32>().ok();
        Some(f64::from(ticks(11)? + ticks(12)?) / 100.0)
    }

    fn counters(&self) -> String {
        let mut stream = TcpStream::connect(self.metrics.as_ref().unwrap()).unwrap();
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }
}

impl Drop for Milter {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_partwell"));
    command.current_dir(folder).arg("milter").args(args).env("LANG", "C.UTF-8").stdin(Stdio::null());
    command
}

pub(super) fn house(config: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("partwell.toml"), config).unwrap();
    folder
}

const ANY_PORT: [&str; 2] = ["--listen", "inet:127.0.0.1:0"];

#[test]
fn what_keeps_it_from_starting_is_told() {
    let folder = house("");
    let fails = |args: &[&str]| {
        let output = command(folder.path(), args).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, err) = fails(&["--listen", "127.0.0.1:8894"]);
    assert!(code == Some(2) && err.contains("write `inet:127.0.0.1:8894`"), "{err}");
    let (code, err) = fails(&["--listen", "unix:/nowhere/m.sock"]);
    assert!(code == Some(2) && err.contains("the milter cannot listen: unix:/nowhere/m.sock: "), "{err}");
    fs::write(folder.path().join("partwell.toml"), "[milter]\nmode = \"refuse\"\n").unwrap();
    let (code, err) = fails(&ANY_PORT);
    assert!(code == Some(2) && err.contains("partwell.toml:2:8"), "{err}");
}

#[test]
fn it_stops_when_the_mails_that_are_coming_in_are_done() {
    let folder = house("[milter]\nmode = \"reject\"\n");
    let mut milter = Milter::start(folder.path(), &ANY_PORT);
    let mut idle = Wire::connect(&milter.address);
    let mut busy = Wire::connect(&milter.address);
    busy.begin("bell@example.com", &["hartnell@client.example"]);
    busy.header("Subject", " Our work");
    milter.signal("-TERM");
    assert_eq!(milter.event("stopping")["busy"], 1);
    assert!(idle.is_closed());
    busy.body(BAD.as_bytes());
    assert!(matches!(&busy.end()[..], [Reply::Refuse(line)] if line.contains("blame (line 5)")));
    assert!(busy.is_closed());
    assert_eq!(milter.event("stopped")["left"], 0);
    assert_eq!(milter.wait().code(), Some(0));
}

#[test]
fn it_reads_its_settings_anew_and_keeps_the_old_ones_where_they_are_flawed() {
    let folder = house("[milter]\nmode = \"reject\"\n");
    let milter = Milter::start(folder.path(), &ANY_PORT);
    let refused = || {
        let mut wire = Wire::connect(&milter.address);
        matches!(wire.send("", BAD)[..], [Reply::Refuse(_)])
    };
    let reload = |config: &str| {
        fs::write(folder.path().join("partwell.toml"), config).unwrap();
        milter.signal("-HUP");
    };
    assert!(refused());
    reload("[milter]\nmode = \"tga\"\n");
    let event = milter.event("reload-failed");
    assert_eq!((&event["line"], &event["file"]), (&2.into(), &"partwell.toml".into()));
    assert!(refused());
    reload("[milter]\nmode = \"tag\"\n");
    milter.event("reloaded");
    assert!(!refused());
}

#[test]
fn more_connections_than_allowed_wait_for_their_turn() {
    let folder = house("[milter]\nmax-connections = 2\n");
    let milter = Milter::start(folder.path(), &ANY_PORT);
    let first = Wire::connect(&milter.address);
    let _second = Wire::connect(&milter.address);
    let (sender, receiver) = channel();
    let address = milter.address.clone();
    let third = thread::spawn(move || {
        let wire = Wire::connect(&address);
        sender.send(()).unwrap();
        wire
    });
    assert_eq!(receiver.recv_timeout(Duration::from_millis(300)), Err(RecvTimeoutError::Timeout));
    drop(first);
    receiver.recv_timeout(PATIENCE).unwrap();
    third.join().unwrap();
}

#[test]
fn a_unix_socket_and_what_is_left_of_one() {
    let folder = house("");
    let path = folder.path().join("milter.sock");
    let listen = format!("unix:{}", path.display());
    let mut milter = Milter::start(folder.path(), &["--listen", &listen]);
    milter.signal("-KILL");
    milter.wait();
    assert!(path.exists());
    let mut milter = Milter::start(folder.path(), &["--listen", &listen]);
    assert!(matches!(Wire::connect(&milter.address).send("", ORDINARY).last(), Some(Reply::Accept)));
    milter.signal("-TERM");
    assert_eq!(milter.wait().code(), Some(0));
    assert!(!path.exists());
}

#[test]
fn what_is_not_the_protocol_ends_one_connection_alone() {
    let folder = house("");
    let milter = Milter::start(folder.path(), &ANY_PORT);
    let mut stranger = TcpStream::connect(&milter.address).unwrap();
    stranger.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    // It may be reset: what it said was not read to the end.
    let _ = stranger.read_to_end(&mut answer);
    assert!(answer.is_empty());
    let event = milter.event("connection");
    assert!(event["error"].as_str().unwrap().starts_with("the mail server sent a packet of"), "{event}");
    assert!(matches!(Wire::connect(&milter.address).send("", ORDINARY).last(), Some(Reply::Accept)));
}

#[test]
fn the_log_and_the_counters_say_what_was_done_and_no_word_of_a_mail() {
    let folder = house("[milter]\nmode = \"reject\"\n[[milter.policies]]\nsender = [\"quiet@*\"]\nmode = \"off\"\n");
    let milter = Milter::start(folder.path(), &["--listen", "inet:127.0.0.1:0", "--metrics", "127.0.0.1:0"]);
    let mut wire = Wire::connect(&milter.address);
    wire.send("", BAD);
    wire.send("Partwell-Override: agreed with Ms Reed\n", BAD);
    wire.send("", ORDINARY);
    wire.send_from("quiet@example.com", "", BAD);
    let mut stranger = Wire::connect_from(&milter.address, "192.0.2.9");
    assert_eq!(stranger.begin("x@other.example", &[]), Reply::Accept);

    let events: Vec<Value> = (0..4).map(|_| milter.event("message")).collect();
    let of = |key: &str| events.iter().map(|event| event[key].clone()).collect::<Vec<_>>();
    assert_eq!(of("action"), ["reject", "override", "accept", "off"]);
    assert_eq!(of("override"), [Value::Null, "agreed with Ms Reed".into(), Value::Null, Value::Null]);
    assert_eq!(of("letter"), ["termination".into(), "termination".into(), "other".into(), Value::Null]);
    assert_eq!(events[0]["rules"][0]["rule"], "missing-thanks", "{}", events[0]);
    assert_eq!((&events[0]["sender"], &events[0]["client"]), (&"bell@example.com".into(), &"127.0.0.1".into()));
    assert_eq!((&events[0]["queue-id"], &events[0]["recipients"]), (&"QUEUE1".into(), &1.into()));
    let log = format!("{events:?}");
    assert!(!["Hartnell", "invoices", "Our work"].iter().any(|word| log.contains(word)), "{log}");

    let counters = milter.counters();
    for line in [
        "partwell_messages_total{action=\"accept\"} 1",
        "partwell_messages_total{action=\"not-outgoing\"} 1",
        "partwell_messages_total{action=\"off\"} 1",
        "partwell_messages_total{action=\"override\"} 1",
        "partwell_messages_total{action=\"reject\"} 1",
        "partwell_letters_total 2",
        "partwell_diagnostics_total{rule=\"blame\"} 2",
        "partwell_overrides_total 1",
        "partwell_connections_total 2",
    ] {
        assert!(counters.lines().any(|found| found == line), "{line}\n{counters}");
    }
}

//! In: what was done. Out: counters in the text form that Prometheus reads, over HTTP, for whoever asks `GET /metrics`. Refuses
//! any other request.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::Duration,
};

/// Who asks has so long to say it.
const PATIENCE: Duration = Duration::from_secs(5);

/// The counters, since the start.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    counts: Mutex<BTreeMap<(&'static str, String), u64>>,
}

/// What is counted: the counter, its label if it has one, and what it says.
const COUNTERS: &[(&str, &str, &str, &str)] = &[
    (MESSAGES, "action", "counter", "Mails, by what was done with them."),
    (LETTERS, "", "counter", "Mails that end a customer relationship."),
    (RULES, "rule", "counter", "Diagnostics that counted, by rule."),
    (OVERRIDES, "", "counter", "Mails at fault that passed because their sender said why."),
    (FAILURES, "why", "counter", "Mails that could not be judged, by cause."),
    (CONNECTIONS, "", "counter", "Connections of the mail server."),
    (OPEN, "", "gauge", "Connections that are open."),
    (RELOADS, "result", "counter", "Settings read anew."),
    (SECONDS, "", "counter", "Time spent on judging, in seconds."),
];

pub(super) const MESSAGES: &str = "partwell_messages_total";
pub(super) const LETTERS: &str = "partwell_letters_total";
pub(super) const RULES: &str = "partwell_diagnostics_total";
pub(super) const OVERRIDES: &str = "partwell_overrides_total";
pub(super) const FAILURES: &str = "partwell_failures_total";
pub(super) const CONNECTIONS: &str = "partwell_connections_total";
pub(super) const OPEN: &str = "partwell_connections_open";
pub(super) const RELOADS: &str = "partwell_reloads_total";
/// Counted in microseconds, told in seconds.
pub(super) const SECONDS: &str = "partwell_check_seconds_total";

impl Metrics {
    /// Counts one more.
    pub(super) fn count(&self, counter: &'static str, label: &str) {
        self.add(counter, label, 1);
    }

    /// Counts some more.
    pub(super) fn add(&self, counter: &'static str, label: &str, more: u64) {
        let mut counts = self.counts.lock().expect("no thread panics while it counts");
        *counts.entry((counter, label.to_owned())).or_default() += more;
    }

    /// Says how many there are now.
    pub(super) fn set(&self, counter: &'static str, now: usize) {
        let mut counts = self.counts.lock().expect("no thread panics while it counts");
        counts.insert((counter, String::new()), now as u64);
    }

    /// All counters as Prometheus reads them.
    pub(super) fn text(&self) -> String {
        let counts = self.counts.lock().expect("no thread panics while it counts");
        let mut text = String::new();
        for (counter, label, kind, help) in COUNTERS {
            let _ = writeln!(text, "# HELP {counter} {help}\n# TYPE {counter} {kind}");
            let mut found =
                counts.range((*counter, String::new())..).take_while(|((name, _), _)| name == counter).peekable();
            if found.peek().is_none() && label.is_empty() {
                let _ = writeln!(text, "{counter} 0");
            }
            for ((_, value), count) in found {
                // A house may call its rules as it likes.
                let value = value.replace(['"', '\\', '\n'], "_");
                let label = if label.is_empty() { String::new() } else { format!("{{{label}=\"{value}\"}}") };
                let _ = match *counter {
                    SECONDS => writeln!(text, "{counter}{label} {}.{:06}", count / 1_000_000, count % 1_000_000),
                    _ => writeln!(text, "{counter}{label} {count}"),
                };
            }
        }
        text
    }
}

/// Answers on this socket, one after the other, for ever.
pub(super) fn serve(listener: &TcpListener, metrics: &Arc<Metrics>) {
    for stream in listener.incoming().flatten() {
        // Who breaks off has to ask again.
        let _ = answer(&stream, metrics);
    }
}

fn answer(stream: &TcpStream, metrics: &Metrics) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut lines = BufReader::new(stream.take(8 << 10)).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    // What is left unread when a connection is closed can make the answer go lost.
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let (status, body) = match request.split(' ').collect::<Vec<_>>()[..] {
        ["GET", path, ..] if path.split('?').next() == Some("/metrics") => ("200 OK", metrics.text()),
        ["GET", ..] => ("404 Not Found", "ask for /metrics\n".to_owned()),
        _ => ("405 Method Not Allowed", "ask with GET\n".to_owned()),
    };
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    let length = body.len();
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_written_as_prometheus_reads_them() {
        let metrics = Metrics::default();
        metrics.count(MESSAGES, "reject");
        metrics.count(MESSAGES, "accept");
        metrics.count(MESSAGES, "reject");
        metrics.add(SECONDS, "", 1_000_250);
        metrics.set(OPEN, 3);
        let text = metrics.text();
        for line in [
            "# TYPE partwell_messages_total counter",
            "partwell_messages_total{action=\"accept\"} 1",
            "partwell_messages_total{action=\"reject\"} 2",
            "partwell_overrides_total 0",
            "partwell_check_seconds_total 1.000250",
            "# TYPE partwell_connections_open gauge",
            "partwell_connections_open 3",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }

    #[test]
    fn only_metrics_are_given() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || serve(&listener, &Arc::default()));
        let ask = |request: &str| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };
        assert!(ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 200"));
        assert!(ask("GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404"));
        assert!(ask("POST /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405"));
    }
}

//! A milter: a service that a mail server (Postfix, Sendmail) asks about each mail. In: an address to listen on, settings and rules.
//! Out: mails tagged, held or refused by the house's policy; a log of JSON lines; counters. Refuses to judge by itself, to log a
//! word of a mail, and to lose one: what it does not answer, the mail server keeps or refuses for the time being.
//!
//! Each connection has a thread: a mail server opens few, and judging is work, not waiting.

mod decide;
mod listen;
mod log;
mod message;
mod metrics;
mod session;
mod wire;

use std::{
    collections::BTreeMap,
    io,
    net::{SocketAddr, TcpListener},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};

pub use listen::Address;

use self::{
    listen::{Listener, Stream},
    log::Event,
    metrics::Metrics,
};
use crate::{config::house::House, flaw::Flaw, source::LineIndex};

/// How long a milter that stops waits for the mails that are coming in.
const GRACE: Duration = Duration::from_secs(30);

/// Where the milter can be reached.
#[derive(Debug, Clone)]
pub struct Options {
    /// By the mail server.
    pub listen: Address,
    /// By whoever reads the counters.
    pub metrics: Option<SocketAddr>,
}

/// What all connections share.
struct Shared {
    /// Swapped as a whole when the settings are read anew.
    house: Mutex<Arc<House>>,
    metrics: Arc<Metrics>,
    stopping: AtomicBool,
    connections: Mutex<BTreeMap<u64, Arc<Connection>>>,
    /// Told when a connection has ended, or another limit holds.
    ended: Condvar,
}

/// An open connection.
struct Connection {
    stream: Stream,
    /// Whether a mail is coming in on it.
    busy: AtomicBool,
}

/// Runs until SIGTERM or SIGINT; SIGHUP has the settings read anew. A flaw in them leaves the old ones in force.
///
/// # Errors
/// When an address cannot be listened on.
pub fn run(options: &Options, house: House, reload: impl Fn() -> Result<House, Vec<Flaw>>) -> io::Result<()> {
    let context = |what: String| move |error: io::Error| io::Error::new(error.kind(), format!("{what}: {error}"));
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    let listener = Listener::bind(&options.listen).map_err(context(options.listen.to_string()))?;
    let metrics = Arc::<Metrics>::default();
    if let Some(address) = options.metrics {
        let listener = TcpListener::bind(address).map_err(context(address.to_string()))?;
        log::write(&Event::Metrics { address: &listener.local_addr()?.to_string() });
        let metrics = Arc::clone(&metrics);
        thread::Builder::new().name("metrics".to_owned()).spawn(move || metrics::serve(&listener, &metrics))?;
    }
    let shared = Arc::new(Shared {
        house: Mutex::new(Arc::new(warm(house))),
        metrics,
        stopping: AtomicBool::new(false),
        connections: Mutex::default(),
        ended: Condvar::new(),
    });
    let address = listener.address()?;
    log::write(&Event::Listening { address: &address.to_string(), version: env!("CARGO_PKG_VERSION") });
    let for_accepting = Arc::clone(&shared);
    // The thread ends with the process: nothing but a connection wakes it.
    thread::Builder::new().name("accept".to_owned()).spawn(move || accept(&listener, &for_accepting))?;
    for signal in signals.forever() {
        if signal != SIGHUP {
            break;
        }
        shared.reload(reload());
    }
    shared.stop();
    if let Address::Unix(path) = &address {
        // Whoever starts next takes over what is left.
        let _ = std::fs::remove_file(path);
    }
    Ok(())
}

/// Has all packs ready, so that no mail waits for them.
fn warm(house: House) -> House {
    let _ = house.book.recogniser();
    for language in house.book.languages() {
        let _ = house.book.pack(language);
    }
    house
}

/// Takes connections, as many at a time as the settings allow; others wait in the socket's own queue.
fn accept(listener: &Listener, shared: &Arc<Shared>) {
    for number in 0.. {
        shared.wait_for_room();
        let connection = match listener.accept() {
            Ok(stream) => Arc::new(Connection { stream, busy: AtomicBool::new(false) }),
            Err(error) => {
                log::write(&Event::Accept { error: error.to_string() });
                // Out of files or memory: another try at once would fail as well.
                thread::sleep(Duration::from_millis(200));
                continue;
            }
        };
        if shared.is_stopping() {
            return;
        }
        let open = Open::new(number, Arc::clone(&connection), Arc::clone(shared));
        let work = move || {
            if let Err(error) = session::serve(&connection, &open.shared) {
                log::write(&Event::Connection { error: error.to_string() });
            }
        };
        if let Err(error) = thread::Builder::new().name(format!("connection {number}")).spawn(work) {
            log::write(&Event::Accept { error: error.to_string() });
        }
    }
}

/// A place among the open connections, given back however the connection ends.
struct Open {
    number: u64,
    shared: Arc<Shared>,
}

impl Open {
    fn new(number: u64, connection: Arc<Connection>, shared: Arc<Shared>) -> Open {
        shared.metrics.count(metrics::CONNECTIONS, "");
        shared.change(|connections| _ = connections.insert(number, connection));
        Open { number, shared }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.shared.change(|connections| _ = connections.remove(&self.number));
    }
}

impl Connection {
    fn set_busy(&self, busy: bool) {
        self.busy.store(busy, Ordering::SeqCst);
    }

    fn is_busy(&self) -> bool {
        self.busy.load(Ordering::SeqCst)
    }
}

const POISON: &str = "no thread panics while it holds this";

impl Shared {
    fn house(&self) -> Arc<House> {
        Arc::clone(&self.house.lock().expect(POISON))
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<u64, Arc<Connection>>)) {
        let mut connections = self.connections.lock().expect(POISON);
        change(&mut connections);
        self.metrics.set(metrics::OPEN, connections.len());
        self.ended.notify_all();
    }

    fn wait_for_room(&self) {
        let connections = self.connections.lock().expect(POISON);
        let full = |connections: &mut BTreeMap<u64, Arc<Connection>>| {
            connections.len() >= self.house().config.milter.max_connections()
        };
        drop(self.ended.wait_while(connections, full).expect(POISON));
    }

    /// Takes new settings over, or logs their flaws.
    fn reload(&self, house: Result<House, Vec<Flaw>>) {
        match house {
            Ok(house) => {
                *self.house.lock().expect(POISON) = Arc::new(warm(house));
                // There may be more room now.
                self.change(|_| ());
                self.metrics.count(metrics::RELOADS, "done");
                log::write(&Event::Reloaded);
            }
            Err(flaws) => {
                self.metrics.count(metrics::RELOADS, "failed");
                for flaw in &flaws {
                    let line = LineIndex::new(flaw.text.as_bytes()).line_column(flaw.at.start).0;
                    log::write(&Event::ReloadFailed { file: &flaw.file, line, message: &flaw.message });
                }
            }
        }
    }

    /// Ends the connections on which nothing is coming in, and waits for the others.
    fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        let mut connections = self.connections.lock().expect(POISON);
        let busy = connections.values().filter(|connection| connection.is_busy()).count();
        log::write(&Event::Stopping { busy });
        let until = Instant::now() + GRACE;
        loop {
            for connection in connections.values().filter(|connection| !connection.is_busy()) {
                connection.stream.stop_reading();
            }
            let left = until.saturating_duration_since(Instant::now());
            if connections.is_empty() || left.is_zero() {
                break;
            }
            connections = self.ended.wait_timeout(connections, left).expect(POISON).0;
        }
        log::write(&Event::Stopped { left: connections.len() });
    }
}

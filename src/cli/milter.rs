//! `partwell milter`. In: addresses and a config. Out: the service, until a signal ends it. Refuses to daemonise: a service
//! manager does that better.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, ValueHint};

use super::{Outcome, args::Common, screen::Screen};
use crate::{
    config::{self, house::House},
    diagnostic::Severity,
    flaw::Flaw,
    milter::{self, Address, Options},
    report::text,
};

/// Checks the mail that leaves a mail server (a milter for Postfix and Sendmail)
///
/// What is done with a letter at fault is said by the table `[milter]` of partwell.toml: `mode = "tag"` adds a header
/// `X-Partwell:` (the default), `"hold"` puts it into quarantine, `"reject"` refuses it with the names of the rules. Only
/// outgoing mail is judged: of senders who have logged in, or from `networks`. SIGTERM ends the service when the mails that are
/// coming in are done, SIGHUP reads partwell.toml anew. The log goes to standard error, a line of JSON for each event.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  partwell milter --listen inet:127.0.0.1:8894
  partwell milter --listen unix:/run/partwell/milter.sock --config /etc/partwell/partwell.toml --metrics 127.0.0.1:9108

In Postfix's main.cf:
  smtpd_milters = inet:127.0.0.1:8894
  milter_default_action = tempfail

Exit codes: 0 stopped by a signal, 2 an address, the config or the rules are at fault.")]
pub(super) struct Milter {
    /// Where the mail server finds the milter: `inet:HOST:PORT` or `unix:PATH`
    #[arg(long, value_name = "ADDRESS")]
    listen: Address,
    /// Gives counters to Prometheus: `HOST:PORT`, at /metrics
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    /// Uses this file instead of the nearest partwell.toml above the working directory
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: Option<PathBuf>,
}

pub(super) fn run(args: &Milter, common: &Common, screen: &mut Screen) -> Outcome {
    let look = screen.look();
    let load = || load(args, common);
    let house = match load() {
        Ok(house) => house,
        Err(flaws) => {
            for flaw in &flaws {
                screen.error(&text::flaw(flaw, Severity::Error, look));
            }
            return Outcome::Failed;
        }
    };
    let options = Options { listen: args.listen.clone(), metrics: args.metrics };
    match milter::run(&options, house, load) {
        Ok(()) => Outcome::Clean,
        Err(error) => {
            screen.error(&text::problem(&format!("the milter cannot listen: {error}"), &[], look));
            Outcome::Failed
        }
    }
}

/// Reads config and rules as they are now.
fn load(args: &Milter, common: &Common) -> Result<House, Vec<Flaw>> {
    let folder = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
    let file = args.config.clone().or_else(|| config::find(&folder));
    House::load(file.as_deref(), &common.rules)
}

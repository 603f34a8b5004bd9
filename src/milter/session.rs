//! In: one connection of the mail server. Out: replies to what it says, mail after mail, until it ends. Refuses to begin another
//! mail once the milter stops.

use std::{
    io::{self, BufReader},
    net::IpAddr,
    sync::Arc,
    time::Duration,
};

use super::{
    Connection, Shared,
    decide::decide,
    message::{Message, bare},
    metrics,
    wire::{self, Agreed, Command, Reply},
};
use crate::config::house::House;

/// A mail server may be silent for so long: it waits for its own clients (five minutes by default) with the connection open.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// What is known on one connection.
#[derive(Default)]
struct Session {
    agreed: Agreed,
    client: Option<IpAddr>,
    /// Told before the mail begins.
    login: Option<String>,
    queue_id: String,
    /// The mail that is coming in, and the settings that hold for it. None where it is not to be judged.
    mail: Option<(Message, Arc<House>)>,
}

/// Serves a connection to its end.
///
/// # Errors
/// When it breaks, or what comes is not the protocol.
pub(super) fn serve(connection: &Connection, shared: &Shared) -> io::Result<()> {
    connection.stream.set_patience(PATIENCE)?;
    let mut from = BufReader::with_capacity(64 << 10, &connection.stream);
    let mut to = &connection.stream;
    let mut session = Session::default();
    loop {
        connection.set_busy(session.mail.is_some());
        if shared.is_stopping() && session.mail.is_none() {
            return Ok(());
        }
        let command = match wire::read(&mut from) {
            Ok(Some(command)) => command,
            Ok(None) => return Ok(()),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => return Ok(()),
            Err(error) => return Err(error),
        };
        match command {
            Command::Quit => return Ok(()),
            Command::Negotiate { version, actions, protocol } => {
                session.agreed = Agreed::negotiate(version, actions, protocol)?;
                io::Write::write_all(&mut to, &session.agreed.packet(version))?;
            }
            command => {
                let wants_reply = command.wants_reply();
                let replies = session.take(command, shared);
                if wants_reply {
                    Reply::write_all(&replies, session.agreed, &mut to)?;
                }
            }
        }
    }
}

impl Session {
    fn take(&mut self, command: Command, shared: &Shared) -> Vec<Reply> {
        match command {
            Command::Connect(client) => self.client = client,
            Command::Macros(macros) => self.macros(&macros),
            Command::Mail(sender) => return vec![self.begin(&sender, shared)],
            Command::Recipient(recipient) => {
                if let Some((message, _)) = &mut self.mail {
                    message.recipients.push(bare(&recipient));
                }
            }
            Command::Header { name, value } => {
                if let Some((message, house)) = &mut self.mail {
                    message.header(&name, &value, self.agreed.leading_space(), house.config.milter.max_size());
                }
            }
            Command::Body(bytes) => {
                if let Some((message, house)) = &mut self.mail {
                    message.body(&bytes, house.config.milter.max_size());
                }
            }
            Command::EndOfMessage(bytes) => {
                let Some((mut message, house)) = self.mail.take() else { return vec![Reply::Accept] };
                if !bytes.is_empty() {
                    message.body(&bytes, house.config.milter.max_size());
                }
                message.queue_id = std::mem::take(&mut self.queue_id);
                return decide(message, self.client, &house, &shared.metrics);
            }
            Command::Abort => self.forget_mail(),
            Command::NextClient => {
                self.forget_mail();
                self.client = None;
            }
            Command::Negotiate { .. } | Command::Quit | Command::Other => {}
        }
        vec![Reply::Continue]
    }

    fn macros(&mut self, macros: &[(Vec<u8>, Vec<u8>)]) {
        for (name, value) in macros {
            let value = String::from_utf8_lossy(value).into_owned();
            match name.as_slice() {
                b"i" => self.queue_id = value,
                b"{auth_authen}" if !value.is_empty() => self.login = Some(value),
                _ => {}
            }
        }
    }

    fn begin(&mut self, sender: &[u8], shared: &Shared) -> Reply {
        let house = shared.house();
        let login = self.login.take();
        if !house.config.milter.judges(self.client, login.is_some()) {
            shared.metrics.count(metrics::MESSAGES, "not-outgoing");
            return Reply::Accept;
        }
        let message = Message::new(bare(sender), login);
        self.mail = Some((message, house));
        Reply::Continue
    }

    fn forget_mail(&mut self) {
        self.mail = None;
        self.login = None;
        self.queue_id.clear();
    }
}

//! A mail server's side of the milter protocol, and what it is answered.

use std::{
    io::{BufReader, ErrorKind, Read, Write},
    net::TcpStream,
    os::unix::net::UnixStream,
};

use super::{
    BAD, ORDINARY, good,
    service::{Milter, PATIENCE, house},
};

/// What the milter says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    Continue,
    Accept,
    Tempfail,
    Refuse(String),
    /// Any change: its letter, and its data with NULs as spaces.
    Change(char, String),
}

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

/// A connection that speaks as Postfix does.
pub(super) struct Wire {
    stream: BufReader<Box<dyn Stream>>,
}

impl Wire {
    pub(super) fn connect(address: &str) -> Wire {
        Wire::connect_from(address, "127.0.0.1")
    }

    /// With a client of the mail server that comes from this address.
    pub(super) fn connect_from(address: &str, client: &str) -> Wire {
        Wire::negotiate(address, client, 0x1ff, 0x1f_ffff)
    }

    /// With a mail server that can do these things.
    fn negotiate(address: &str, client: &str, actions: u32, protocol: u32) -> Wire {
        let stream: Box<dyn Stream> = if address.starts_with('/') {
            let stream = UnixStream::connect(address).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            Box::new(stream)
        } else {
            let stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            Box::new(stream)
        };
        let mut wire = Wire { stream: BufReader::new(stream) };
        wire.say(b'O', &[6, actions, protocol].map(u32::to_be_bytes).concat());
        let (letter, _) = wire.hear();
        assert_eq!(letter, b'O');
        wire.say(b'C', format!("client.example\x004\0\x19{client}\0").as_bytes());
        wire.nod();
        wire
    }

    fn say(&mut self, letter: u8, data: &[u8]) {
        let length = u32::try_from(data.len() + 1).unwrap().to_be_bytes();
        self.stream.get_mut().write_all(&[&length[..], &[letter], data].concat()).unwrap();
    }

    fn hear(&mut self) -> (u8, Vec<u8>) {
        let mut length = [0; 4];
        self.stream.read_exact(&mut length).unwrap();
        let mut data = vec![0; u32::from_be_bytes(length) as usize];
        self.stream.read_exact(&mut data).unwrap();
        (data.remove(0), data)
    }

    fn reply(&mut self) -> Reply {
        let (letter, data) = self.hear();
        let text = |data: &[u8]| String::from_utf8_lossy(data).trim_end_matches('\0').replace('\0', " ");
        match letter {
            b'c' => Reply::Continue,
            b'a' => Reply::Accept,
            b't' => Reply::Tempfail,
            b'y' => Reply::Refuse(text(&data)),
            // The number of a header field stands in front of its name.
            b'm' => Reply::Change('m', format!("{} {}", data[3], text(&data[4..]))),
            other => Reply::Change(char::from(other), text(&data)),
        }
    }

    fn nod(&mut self) {
        assert_eq!(self.reply(), Reply::Continue);
    }

    pub(super) fn begin(&mut self, sender: &str, recipients: &[&str]) -> Reply {
        self.say(b'D', b"M{auth_authen}\0\0");
        self.say(b'M', format!("<{sender}>\0").as_bytes());
        let reply = self.reply();
        for recipient in recipients {
            self.say(b'R', format!("<{recipient}>\0").as_bytes());
            self.nod();
        }
        reply
    }

    pub(super) fn header(&mut self, name: &str, value: &str) {
        self.say(b'L', format!("{name}\0{value}\0").as_bytes());
        self.nod();
    }

    pub(super) fn body(&mut self, body: &[u8]) {
        for chunk in body.chunks(65_535) {
            self.say(b'B', chunk);
            self.nod();
        }
    }

    /// Ends the mail: changes, and what becomes of it.
    pub(super) fn end(&mut self) -> Vec<Reply> {
        self.say(b'D', b"Ei\0QUEUE1\0");
        self.say(b'E', b"");
        let mut replies = vec![self.reply()];
        while matches!(replies.last(), Some(Reply::Change(..))) {
            replies.push(self.reply());
        }
        replies
    }

    /// A whole mail. `more` are lines of its header.
    pub(super) fn send(&mut self, more: &str, body: &str) -> Vec<Reply> {
        self.send_from("bell@example.com", more, body)
    }

    pub(super) fn send_from(&mut self, sender: &str, more: &str, body: &str) -> Vec<Reply> {
        assert_eq!(self.begin(sender, &["hartnell@client.example"]), Reply::Continue);
        self.header("Subject", " Our work");
        for line in more.lines() {
            let (name, value) = line.split_once(':').unwrap();
            self.header(name, value);
        }
        self.body(body.as_bytes());
        self.end()
    }

    /// Whether the milter has ended the connection.
    pub(super) fn is_closed(&mut self) -> bool {
        match self.stream.read(&mut [0]) {
            Ok(read) => read == 0,
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        }
    }
}

fn change(letter: char, data: &str) -> Reply {
    Reply::Change(letter, data.to_owned())
}

#[test]
fn a_mail_server_that_cannot_leave_anything_out() {
    let folder = house("[milter]\nmode = \"reject\"\n");
    let milter = Milter::start(folder.path(), &["--listen", "inet:127.0.0.1:0"]);
    let mut wire = Wire::negotiate(&milter.address, "127.0.0.1", 0x3f, 0);
    for letter in [b'H', b'T', b'N', b'U'] {
        wire.say(letter, b"x\0");
        wire.nod();
    }
    assert_eq!(wire.send("", ORDINARY), [Reply::Accept]);
    assert!(matches!(&wire.send("", BAD)[..], [Reply::Refuse(line)] if line.starts_with("550 5.7.1 ")));
}

#[test]
fn tags_say_what_was_found_and_forged_ones_go() {
    let folder = house("");
    let milter = Milter::start(folder.path(), &["--listen", "inet:127.0.0.1:0"]);
    let mut wire = Wire::connect(&milter.address);
    let forged = "X-Partwell: letter=other\nPartwell-Reason: non-payment\nx-partwell: a\n";
    let replies = wire.send(forged, BAD);
    assert_eq!(
        replies[..3],
        [change('m', "2 X-Partwell"), change('m', "1 X-Partwell"), change('m', "1 Partwell-Reason")]
    );
    let Reply::Change('h', tag) = &replies[3] else { panic!("{replies:?}") };
    assert!(tag.starts_with("X-Partwell  letter=termination; errors=") && tag.contains("blame:8"), "{tag}");
    assert_eq!(replies[4..], [Reply::Accept]);
    assert_eq!(wire.send("", ORDINARY), [change('h', "X-Partwell  letter=other"), Reply::Accept]);
    let good = wire.send("", &good());
    assert_eq!(good, [change('h', "X-Partwell  letter=termination; errors=0; warnings=0"), Reply::Accept]);
}

#[test]
fn held_mail_says_why() {
    let folder = house("[milter]\nmode = \"hold\"\n");
    let milter = Milter::start(folder.path(), &["--listen", "inet:127.0.0.1:0"]);
    let replies = Wire::connect(&milter.address).send("", BAD);
    assert!(
        matches!(&replies[..], [Reply::Change('h', _), Reply::Change('q', why), Reply::Accept] if why.contains("blame (line 5)")),
        "{replies:?}"
    );
}

#[test]
fn an_override_may_be_forbidden() {
    let folder = house(
        "[milter]\nmode = \"reject\"\n[[milter.policies]]\nrecipient-domain = [\"client.example\"]\noverride = false\n",
    );
    let milter = Milter::start(folder.path(), &["--listen", "inet:127.0.0.1:0"]);
    let replies = Wire::connect(&milter.address).send("Partwell-Override: please\n", BAD);
    assert!(matches!(&replies[..], [Reply::Refuse(line)] if !line.contains("Partwell-Override")), "{replies:?}");
    assert_eq!(milter.event("message")["override"], "please");
    // Nor can the rules be talked out of it one by one.
    let replies = Wire::connect(&milter.address).send("Partwell-Allow: blame; agreed\n", BAD);
    assert!(matches!(&replies[..], [Reply::Refuse(line)] if line.contains("blame (line 6)")), "{replies:?}");
}

#[test]
fn what_a_mail_suppresses_is_logged() {
    let folder = house("[milter]\nmode = \"reject\"\n");
    let milter = Milter::start(folder.path(), &["--listen", "inet:127.0.0.1:0"]);
    let replies = Wire::connect(&milter.address).send("Partwell-Allow: blame; agreed\n", BAD);
    assert!(matches!(&replies[..], [Reply::Refuse(line)] if !line.contains("blame")), "{replies:?}");
    assert_eq!(milter.event("message")["suppressed"], serde_json::json!(["blame"]));
}

#[test]
fn of_a_large_mail_the_beginning_is_judged() {
    let folder = house("[milter]\nmode = \"reject\"\nmax-size = \"100k\"\n");
    let milter = Milter::start(folder.path(), &["--listen", "inet:127.0.0.1:0"]);
    let attachment = "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\
                      Content-Transfer-Encoding: base64";
    let base64 = "MDEyMzQ1Njc4OWFiY2RlZg==\r\n".repeat(20_000);
    let body = format!("--b\r\n\r\n{BAD}\r\n--b\r\n{attachment}\r\n\r\n{base64}--b--\r\n");
    let replies = Wire::connect(&milter.address).send("Content-Type: multipart/mixed; boundary=b", &body);
    let event = milter.event("message");
    assert!(matches!(&replies[..], [Reply::Refuse(_)]), "{replies:?} {event}");
    assert_eq!((event["cut"].as_bool(), event["size"].as_u64().unwrap() > 300_000), (Some(true), true));
}

#[test]
fn two_mails_on_one_connection_and_one_given_up() {
    let folder = house("[milter]\nmode = \"reject\"\n");
    let milter = Milter::start(folder.path(), &["--listen", "inet:127.0.0.1:0"]);
    let mut wire = Wire::connect(&milter.address);
    wire.begin("bell@example.com", &["a@client.example"]);
    wire.header("Subject", " Our work");
    wire.body(BAD.as_bytes());
    wire.say(b'A', b"");
    assert_eq!(wire.send("", ORDINARY), [Reply::Accept]);
    assert!(matches!(wire.send("", BAD)[..], [Reply::Refuse(_)]));
    // Nothing is said of the mail that was given up.
    let actions = [milter.event("message"), milter.event("message")].map(|event| event["action"].clone());
    assert_eq!(actions, ["accept", "reject"]);
}

#[test]
fn a_sender_who_has_logged_in_is_judged_wherever_he_is() {
    let folder = house("[milter]\nmode = \"reject\"\n");
    let milter = Milter::start(folder.path(), &["--listen", "inet:127.0.0.1:0"]);
    let mut wire = Wire::connect_from(&milter.address, "192.0.2.9");
    assert_eq!(wire.begin("bell@example.com", &[]), Reply::Accept);
    wire.say(b'A', b"");
    wire.say(b'D', b"M{auth_type}\0PLAIN\0{auth_authen}\0bell\0");
    wire.say(b'M', b"<bell@example.com>\0");
    assert_eq!(wire.reply(), Reply::Continue);
    wire.body(BAD.as_bytes());
    assert!(matches!(wire.end()[..], [Reply::Refuse(_)]));
    assert_eq!(milter.event("message")["login"], "bell");
}

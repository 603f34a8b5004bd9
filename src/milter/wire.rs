//! The milter protocol, version 6, as Postfix and Sendmail speak it. In: packets of the mail server. Out: commands; replies as
//! packets. Refuses packets that are longer than any mail server makes them, or not of the protocol.
//!
//! A packet is its length (four bytes, the highest first), one letter that says what it is, and data. The crates that speak the
//! protocol were tried and left aside: one loses all bytes of a header that are not UTF-8 and drops a quarantine that the server
//! did not offer without a word, the others are under the GPL; and a check is work for a thread, not for an async runtime.

use std::{
    io::{self, Read, Write},
    net::IpAddr,
};

/// The version that is spoken; servers of a higher one speak lower ones too.
const VERSION: u32 = 6;
/// Body chunks have at most 65,535 bytes, header fields at most what the server's own limit lets in.
const LONGEST: usize = 4 << 20;

/// What the milter may do to a mail: add header fields, change them, put the mail into quarantine.
const ACTIONS: u32 = 0x01 | 0x10 | 0x20;
/// Not sent: HELO, unknown commands, DATA, the end of the header. And header values come as they stand, with the white space in
/// front. Each command that comes is answered, though the protocol knows how to leave that out: the mail server's small packets
/// would wait for one another then (Nagle's algorithm and delayed acknowledgements), 40 ms for each mail on a TCP connection.
const PROTOCOL: u32 = 0x02 | 0x100 | 0x200 | 0x40 | LEADING_SPACE;
const LEADING_SPACE: u32 = 0x10_0000;

/// What the mail server says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// What it can do.
    Negotiate { version: u32, actions: u32, protocol: u32 },
    /// Names and values that belong to the next command.
    Macros(Vec<(Vec<u8>, Vec<u8>)>),
    /// A client has connected to it, from this address if it is one of the Internet.
    Connect(Option<IpAddr>),
    /// A mail begins: its sender, in angle brackets.
    Mail(Vec<u8>),
    /// A recipient, in angle brackets.
    Recipient(Vec<u8>),
    /// A header field.
    Header { name: Vec<u8>, value: Vec<u8> },
    /// Bytes of the body.
    Body(Vec<u8>),
    /// The mail is complete; perhaps with the last bytes of its body.
    EndOfMessage(Vec<u8>),
    /// The mail is given up, or dealt with.
    Abort,
    /// The connection ends.
    Quit,
    /// Another client follows on this connection.
    NextClient,
    /// Something that needs no more than a nod.
    Other,
}

/// What is agreed on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Agreed {
    protocol: u32,
}

/// What is said to the mail server. All but the last reply to the end of a message are changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    /// Go on.
    Continue,
    /// This mail is of no more interest; it passes as it is.
    Accept,
    /// Try again later.
    Tempfail,
    /// Refused with this line, which begins with a code.
    Refuse(String),
    /// A field is added to the header.
    AddHeader { name: &'static str, value: String },
    /// The so-manieth field of this name is taken out of the header, from 1.
    DropHeader { name: String, number: u32 },
    /// The mail waits for a person.
    Quarantine(String),
}

impl Agreed {
    /// Agrees on what both sides can do.
    ///
    /// # Errors
    /// When the server cannot do what a mode may need: a mail that was to be held would pass.
    pub(super) fn negotiate(version: u32, actions: u32, protocol: u32) -> io::Result<Agreed> {
        if version < 2 || actions & ACTIONS != ACTIONS {
            let what = format!(
                "the mail server's protocol (version {version}, actions {actions:#x}) cannot change headers or hold a mail"
            );
            return Err(io::Error::new(io::ErrorKind::Unsupported, what));
        }
        Ok(Agreed { protocol: protocol & PROTOCOL })
    }

    /// The packet that says so.
    pub(super) fn packet(self, version: u32) -> Vec<u8> {
        let words = [version.min(VERSION), ACTIONS, self.protocol];
        packet(b'O', &words.map(u32::to_be_bytes).concat())
    }

    /// Whether header values come with the white space in front of them.
    pub(super) fn leading_space(self) -> bool {
        self.protocol & LEADING_SPACE != 0
    }
}

impl Command {
    /// Whether the server waits for a reply.
    pub(super) fn wants_reply(&self) -> bool {
        !matches!(self, Command::Macros(_) | Command::Abort | Command::Quit | Command::NextClient)
    }
}

/// Reads the next command; none where the connection has ended.
///
/// # Errors
/// When the connection breaks, or what comes is not the protocol.
pub(super) fn read(from: &mut impl Read) -> io::Result<Option<Command>> {
    let mut length = [0; 4];
    let mut read = 0;
    while read < length.len() {
        match from.read(&mut length[read..]) {
            Ok(0) if read == 0 => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let length = u32::from_be_bytes(length) as usize;
    if length == 0 || length > LONGEST {
        return Err(broken(&format!("a packet of {length} bytes")));
    }
    let mut letter = [0];
    from.read_exact(&mut letter)?;
    let mut data = vec![0; length - 1];
    from.read_exact(&mut data)?;
    parse(letter[0], data).map(Some)
}

fn parse(letter: u8, data: Vec<u8>) -> io::Result<Command> {
    Ok(match letter {
        b'O' => {
            let word = |at: usize| data.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
            let (Some(version), Some(actions), Some(protocol)) = (word(0), word(4), word(8)) else {
                return Err(broken("a negotiation that is too short"));
            };
            Command::Negotiate { version, actions, protocol }
        }
        b'D' => {
            let mut strings = strings(data.get(1..).unwrap_or_default());
            let mut pairs = Vec::new();
            while let (Some(name), Some(value)) = (strings.next(), strings.next()) {
                pairs.push((name.to_owned(), value.to_owned()));
            }
            Command::Macros(pairs)
        }
        b'C' => Command::Connect(address(&data)),
        b'M' => Command::Mail(first(&data)?),
        b'R' => Command::Recipient(first(&data)?),
        b'L' => {
            let mut strings = strings(&data);
            let (Some(name), Some(value)) = (strings.next(), strings.next()) else {
                return Err(broken("a header field without a value"));
            };
            Command::Header { name: name.to_owned(), value: value.to_owned() }
        }
        b'B' => Command::Body(data),
        b'E' => Command::EndOfMessage(data),
        b'A' => Command::Abort,
        b'Q' => Command::Quit,
        b'K' => Command::NextClient,
        b'H' | b'T' | b'N' | b'U' => Command::Other,
        other => return Err(broken(&format!("a packet of the unknown kind {other:#04x}"))),
    })
}

/// The strings of some data, each with a NUL behind it.
fn strings(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.split_inclusive(|byte| *byte == 0).filter_map(|string| string.strip_suffix(b"\0"))
}

fn first(data: &[u8]) -> io::Result<Vec<u8>> {
    strings(data).next().map(<[u8]>::to_owned).ok_or_else(|| broken("an address without an end"))
}

/// The address of a client: its name, a NUL, `4` or `6`, two bytes of port, the address, a NUL.
fn address(data: &[u8]) -> Option<IpAddr> {
    let behind_name = data.iter().position(|byte| *byte == 0)? + 1;
    let (family, rest) = data.get(behind_name..)?.split_first()?;
    if !matches!(family, b'4' | b'6') {
        return None;
    }
    let written = strings(rest.get(2..)?).next()?;
    // Sendmail writes "IPv6:" in front of such addresses.
    let written = std::str::from_utf8(written).ok()?;
    written.strip_prefix("IPv6:").unwrap_or(written).parse().ok()
}

impl Reply {
    /// Writes replies, all in one go.
    ///
    /// # Errors
    /// When the connection breaks.
    pub(super) fn write_all(replies: &[Reply], agreed: Agreed, to: &mut impl Write) -> io::Result<()> {
        let packets: Vec<u8> = replies.iter().flat_map(|reply| reply.packet(agreed)).collect();
        to.write_all(&packets)?;
        to.flush()
    }

    fn packet(&self, agreed: Agreed) -> Vec<u8> {
        match self {
            Reply::Continue => packet(b'c', b""),
            Reply::Accept => packet(b'a', b""),
            Reply::Tempfail => packet(b't', b""),
            Reply::Refuse(line) => packet(b'y', &[line.as_bytes(), b"\0"].concat()),
            Reply::AddHeader { name, value } => {
                // Who gives the white space in front of values away writes none by himself.
                let space: &[u8] = if agreed.leading_space() { b" " } else { b"" };
                packet(b'h', &[name.as_bytes(), b"\0", space, value.as_bytes(), b"\0"].concat())
            }
            Reply::DropHeader { name, number } => {
                packet(b'm', &[&number.to_be_bytes(), name.as_bytes(), b"\0\0"].concat())
            }
            Reply::Quarantine(why) => packet(b'q', &[why.as_bytes(), b"\0"].concat()),
        }
    }
}

fn packet(letter: u8, data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len() + 1).expect("replies are short");
    [&length.to_be_bytes()[..], &[letter], data].concat()
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the mail server sent {what}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn command(letter: u8, data: &[u8]) -> io::Result<Option<Command>> {
        read(&mut packet(letter, data).as_slice())
    }

    #[test]
    fn commands_of_postfix() {
        let header = |name: &[u8], value: &[u8]| Command::Header { name: name.to_owned(), value: value.to_owned() };
        for (letter, data, expected) in [
            (b'C', &b"mail.example.com\x004\x1f\x90192.0.2.7\0"[..], Command::Connect("192.0.2.7".parse().ok())),
            (b'C', b"x\x006\0\0IPv6:2001:db8::1\0", Command::Connect("2001:db8::1".parse().ok())),
            (b'C', b"localhost\0U", Command::Connect(None)),
            (
                b'D',
                b"Mi\0A1\0{auth_authen}\0ann\0",
                Command::Macros(vec![(b"i".to_vec(), b"A1".to_vec()), (b"{auth_authen}".to_vec(), b"ann".to_vec())]),
            ),
            (b'M', b"<a@example.com>\0SIZE=3\0", Command::Mail(b"<a@example.com>".to_vec())),
            (b'L', b"Subject\0 \xd2\xe5\0", header(b"Subject", b" \xd2\xe5")),
            (b'L', b"X-Empty\0\0", header(b"X-Empty", b"")),
            (b'B', b"a\0b", Command::Body(b"a\0b".to_vec())),
            (b'E', b"", Command::EndOfMessage(Vec::new())),
        ] {
            assert_eq!(command(letter, data).unwrap(), Some(expected));
        }
        assert_eq!(read(&mut &b""[..]).unwrap(), None);
    }

    #[test]
    fn what_is_not_the_protocol_is_an_error() {
        for bytes in [
            &b"GET / HTTP/1.1\r\n"[..],
            b"\0\0",
            b"\0\0\0\0",
            b"\0\0\0\x02L",
            b"\0\0\0\x02LX",
            b"\0\0\0\x01z",
            b"\0\0\0\x02O\0",
        ] {
            assert!(read(&mut &*bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn a_server_that_cannot_hold_is_refused() {
        assert!(Agreed::negotiate(6, 0x1f, 0).is_err());
        let agreed = Agreed::negotiate(6, 0x1ff, 0x1f_ffff).unwrap();
        assert!(agreed.leading_space());
        assert_eq!(agreed.packet(6), b"\0\0\0\x0dO\0\0\0\x06\0\0\0\x31\0\x10\x03\x42");
        let old = Agreed::negotiate(2, 0x3f, 0).unwrap();
        assert!(!old.leading_space());
        assert_eq!(old.packet(2), b"\0\0\0\x0dO\0\0\0\x02\0\0\0\x31\0\0\0\0");
    }

    #[test]
    fn replies() {
        let written = |replies: &[Reply], agreed| {
            let mut out = Vec::new();
            Reply::write_all(replies, agreed, &mut out).unwrap();
            out
        };
        let add = Reply::AddHeader { name: "X", value: "y".to_owned() };
        let drop = Reply::DropHeader { name: "A".to_owned(), number: 2 };
        let refuse = Reply::Refuse("550 5.7.1 no".to_owned());
        assert_eq!(
            written(&[add.clone(), drop, refuse], Agreed::default()),
            b"\0\0\0\x05hX\0y\0\0\0\0\x08m\0\0\0\x02A\0\0\0\0\0\x0ey550 5.7.1 no\0"
        );
        assert_eq!(written(&[add], Agreed { protocol: LEADING_SPACE }), b"\0\0\0\x06hX\0 y\0");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64), letter in 0usize..16) {
            let _ = read(&mut bytes.as_slice());
            let _ = command(b"ODCMRLBEAQKHTNUx"[letter], &bytes);
        }
    }
}

//! In: an archive of mails one after another (mbox), read line by line. Out: its messages, each with the place where it begins.
//! Refuses to believe `Content-Length`, which is wrong as soon as somebody edits a mail, and to hold more than one message at a time.

use std::io::{self, BufRead};

use super::{Origin, map::Map};

/// A message of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The bytes as they stand in the archive, without the line `From somebody` before them and the empty line behind them.
    pub bytes: Vec<u8>,
    /// Where they begin.
    pub origin: Origin,
    /// Some lines may have a `>` that the archive has put in front of their `From `.
    pub quoted: bool,
}

/// A message that is too large to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge {
    /// Where it begins.
    pub origin: Origin,
}

/// Whether the beginning of a file is that of an archive: a line `From somebody`, and a header below it.
#[must_use]
pub fn is_archive(start: &[u8]) -> bool {
    let mut lines = start.split_inclusive(|byte| *byte == b'\n');
    lines.next().is_some_and(is_separator) && lines.next().is_some_and(is_field)
}

/// The messages of an archive. After an error of reading there are no more.
#[derive(Debug)]
pub struct Messages<R> {
    input: R,
    /// Messages larger than this, in bytes, are passed over.
    limit: usize,
    at: Origin,
    line: Vec<u8>,
    /// The line behind it, if it was looked at already.
    ahead: Option<Vec<u8>>,
    /// The line above was empty, or there is none.
    after_blank: bool,
    /// A separator that was read already: the message behind it comes next.
    begun: bool,
    ended: bool,
}

impl<R: BufRead> Messages<R> {
    /// Reads an archive from its beginning. No message larger than `limit` bytes is held in memory.
    pub fn new(input: R, limit: usize) -> Messages<R> {
        Messages {
            input,
            limit,
            at: Origin::default(),
            line: Vec::new(),
            ahead: None,
            after_blank: true,
            begun: false,
            ended: false,
        }
    }

    /// Goes on to the next line, or to as much of it as may be held. `false` at the end.
    fn next_line(&mut self) -> io::Result<bool> {
        self.line = match self.ahead.take() {
            Some(line) => line,
            None => self.read_line()?,
        };
        self.at.offset += self.line.len();
        self.at.line += usize::from(self.line.ends_with(b"\n"));
        Ok(!self.line.is_empty())
    }

    fn read_line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        let limit = u64::try_from(self.limit.max(1 << 16)).unwrap_or(u64::MAX);
        io::Read::take(&mut self.input, limit).read_until(b'\n', &mut line)?;
        Ok(line)
    }

    /// Whether the line just read begins a message. The line below it must be a field of a header: "From 10:00 on, in 2025 ..." in a
    /// letter is none.
    fn separates(&mut self) -> io::Result<bool> {
        if !self.after_blank || !is_separator(&self.line) {
            return Ok(false);
        }
        let line = std::mem::take(&mut self.line);
        let ahead = self.read_line()?;
        self.line = line;
        let field = is_field(&ahead);
        self.ahead = Some(ahead);
        Ok(field)
    }

    fn read(&mut self) -> io::Result<Option<Result<Message, TooLarge>>> {
        // What stands before the first separator belongs to no message.
        while !self.begun {
            if !self.next_line()? {
                return Ok(None);
            }
            self.begun = self.separates()?;
            self.after_blank = is_blank(&self.line);
        }
        self.begun = false;
        let mut message = Message { bytes: Vec::new(), origin: self.at, quoted: false };
        let mut whole = true;
        self.after_blank = false;
        while self.next_line()? {
            if self.separates()? {
                self.begun = true;
                break;
            }
            self.after_blank = is_blank(&self.line);
            whole &= message.bytes.len() + self.line.len() <= self.limit;
            if whole {
                message.quoted |= is_quoted(&self.line);
                message.bytes.extend_from_slice(&self.line);
            } else {
                message.bytes = Vec::new();
            }
        }
        if !whole {
            return Ok(Some(Err(TooLarge { origin: message.origin })));
        }
        // The empty line before a separator is none of the message's.
        let kept = message.bytes.strip_suffix(b"\r\n\r\n").map(|kept| kept.len() + 2);
        let kept = kept.or(message.bytes.strip_suffix(b"\n\n").map(|kept| kept.len() + 1));
        message.bytes.truncate(kept.unwrap_or(message.bytes.len()));
        Ok(Some(Ok(message)))
    }
}

impl<R: BufRead> Iterator for Messages<R> {
    type Item = io::Result<Result<Message, TooLarge>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.read().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

/// Takes one `>` off lines that begin with `>From `, `>>From ` and so on, and leads back to where they stand.
pub(super) fn unquote(bytes: &[u8]) -> (Vec<u8>, Map) {
    let (mut unquoted, mut map) = (Vec::with_capacity(bytes.len()), Map::default());
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let skipped = usize::from(is_quoted(line));
        unquoted.extend_from_slice(&line[skipped..]);
        map.copy(line.len() - skipped, at + skipped);
        at += line.len();
    }
    (unquoted, map)
}

fn is_quoted(line: &[u8]) -> bool {
    let signs = line.iter().take_while(|byte| **byte == b'>').count();
    signs > 0 && line[signs..].starts_with(b"From ")
}

fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

/// `From ann@x.example Mon Mar  3 10:12:44 2025`: somebody, a time of day and a year.
fn is_separator(line: &[u8]) -> bool {
    let time =
        |window: &[u8]| matches!(window, [a, b':', b, c] if [a, b, c].iter().all(|digit| digit.is_ascii_digit()));
    let year = |window: &[u8]| window.iter().all(u8::is_ascii_digit);
    line.starts_with(b"From ") && line.len() < 1000 && line.windows(4).any(time) && line.windows(4).any(year)
}

/// Whether this begins like a field of a header.
fn is_field(line: &[u8]) -> bool {
    let name = line.iter().take_while(|byte| byte.is_ascii_graphic() && **byte != b':').count();
    // Archives of old may have a line ">From " as the first of the header.
    name > 0 && (line.get(name) == Some(&b':') || line.starts_with(b">From "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(archive: &str, limit: usize) -> Vec<Result<Message, TooLarge>> {
        // A buffer of a few bytes shows what hangs on its size.
        let input = io::BufReader::with_capacity(7, archive.as_bytes());
        Messages::new(input, limit).map(|message| message.expect("a slice can be read")).collect()
    }

    fn texts(archive: &str) -> Vec<String> {
        let text = |message: Result<Message, TooLarge>| String::from_utf8(message.unwrap().bytes).unwrap();
        read(archive, 1000).into_iter().map(text).collect()
    }

    const LINE: &str = "From a@x.example Mon Mar  3 10:12:44 2025\n";

    #[test]
    fn messages_and_their_places() {
        let archive = format!(
            "{LINE}A: 1\n\none\n\n{LINE}A: 2\nContent-Length: 9999\n\n>From x\nFrom a@x.example 10:15 2025\n\nFrom 10:15 on, in 2025, it is ours.\nYes.\n"
        );
        let found: Vec<Message> = read(&archive, 1000).into_iter().map(Result::unwrap).collect();
        assert_eq!(found.len(), 2);
        for message in &found {
            let at = message.origin.offset;
            assert_eq!(&archive.as_bytes()[at..at + message.bytes.len()], message.bytes);
            assert_eq!(archive[..at].lines().count(), message.origin.line);
        }
        assert_eq!(found[0].bytes, b"A: 1\n\none\n");
        assert!(!found[0].quoted && found[1].quoted);
    }

    #[test]
    fn what_is_no_message_is_passed_over() {
        assert_eq!(texts(&format!("rubbish\n\n{LINE}A: 1\n\nx")), ["A: 1\n\nx"]);
        assert_eq!(texts(&format!("{LINE}A: 1\r\n\r\nx\r\n\r\n{LINE}B: 2\r\n")), ["A: 1\r\n\r\nx\r\n", "B: 2\r\n"]);
        assert_eq!(texts("no archive"), [""; 0]);
        assert!(is_archive(format!("{LINE}A: 1").as_bytes()));
        assert!(!is_archive(b"From Monday 10:00 on\nwe are closed"));
    }

    #[test]
    fn a_large_message_is_told_and_the_next_one_read() {
        let archive = format!("{LINE}A: 1\n\n{}\n\n{LINE}A: 2\n\ntwo\n", "long ".repeat(300));
        let found = read(&archive, 1000);
        assert_eq!(found[0], Err(TooLarge { origin: Origin { offset: LINE.len(), line: 1 } }));
        assert_eq!(found[1].as_ref().unwrap().bytes, b"A: 2\n\ntwo\n");
    }

    #[test]
    fn one_sign_is_taken_off() {
        let file = b"a\n>From b\n>>From c\n> From d\n>Fro";
        let (bytes, map) = unquote(file);
        assert_eq!(bytes, b"a\nFrom b\n>From c\n> From d\n>Fro");
        assert_eq!(&file[map.to_source(2..6)], b"From");
        assert_eq!(&file[map.to_source(9..14)], b">From");
    }
}

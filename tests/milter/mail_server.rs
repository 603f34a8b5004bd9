//! A real Postfix on the loopback interface, with folders and ports of its own; a server that takes what it passes on; and a
//! client that sends. Needs Postfix (tests/postfix-install) and root, because Postfix does.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{self, BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use super::service::PATIENCE;

/// Takes mail and keeps it.
pub(super) struct Sink {
    port: u16,
    mails: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Sink {
    pub(super) fn start() -> Sink {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mails = Arc::<Mutex<Vec<Vec<u8>>>>::default();
        let kept = Arc::clone(&mails);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                // Postfix tries again when a connection breaks.
                thread::spawn(move || _ = take(&stream, &kept));
            }
        });
        Sink { port, mails }
    }

    pub(super) fn count(&self) -> usize {
        self.mails.lock().unwrap().len()
    }

    /// Waits until so many mails have come, and gives them.
    pub(super) fn wait_for(&self, count: usize) -> Vec<Vec<u8>> {
        let until = Instant::now() + PATIENCE;
        while self.count() < count {
            assert!(Instant::now() < until, "{} of {count} mails have come", self.count());
            thread::sleep(Duration::from_millis(20));
        }
        self.mails.lock().unwrap().clone()
    }
}

fn take(stream: &TcpStream, kept: &Mutex<Vec<Vec<u8>>>) -> io::Result<()> {
    let mut out = stream;
    let mut lines = BufReader::new(stream);
    out.write_all(b"220 sink\r\n")?;
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        let answer = match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_slice() {
            b"DATA" => {
                out.write_all(b"354 go on\r\n")?;
                let mut mail = Vec::new();
                loop {
                    let mut line = Vec::new();
                    if lines.read_until(b'\n', &mut line)? == 0 {
                        return Ok(());
                    }
                    if line == b".\r\n" {
                        break;
                    }
                    mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
                }
                kept.lock().unwrap().push(mail);
                "250 taken"
            }
            b"QUIT" => return out.write_all(b"221 bye\r\n"),
            _ => "250 fine",
        };
        out.write_all(format!("{answer}\r\n").as_bytes())?;
        line.clear();
    }
    Ok(())
}

/// A Postfix that takes mail from this machine, asks a milter, and hands what passes to a sink.
pub(super) struct Postfix {
    folder: tempfile::TempDir,
    child: Child,
    port: u16,
}

impl Postfix {
    /// None where there is no Postfix, or no right to run it: said loudly.
    pub(super) fn start(milter: Option<&str>, sink: &Sink) -> Option<Postfix> {
        let id = Command::new("id").arg("-u").output().unwrap().stdout;
        let found = Command::new("postconf").arg("-d").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !found.is_ok_and(|status| status.success()) || id != b"0\n" {
            // Past the test harness, which shows what a passing test says to nobody.
            let why = b"!! SKIPPED: there is no Postfix here, or this is not root; `tests/postfix-install` installs it on Debian\n";
            io::stderr().write_all(why).unwrap();
            return None;
        }
        // Its folder must be one that any user can pass through.
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        configure(folder.path(), port, milter, sink.port);
        let child = Command::new("postfix")
            .args(["-c".as_ref(), folder.path().join("etc").as_os_str(), "start-fg".as_ref()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let postfix = Postfix { folder, child, port };
        let until = Instant::now() + PATIENCE;
        while Client::connect(&postfix).is_err() {
            assert!(Instant::now() < until, "Postfix does not start: {}", postfix.log());
            thread::sleep(Duration::from_millis(50));
        }
        Some(postfix)
    }

    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn postfix(&self, program: &str, args: &[&str]) -> String {
        let output = Command::new(program).arg("-c").arg(self.folder.path().join("etc")).args(args).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// What is in its queues, the hold queue too.
    pub(super) fn queue(&self) -> String {
        self.postfix("postqueue", &["-j"])
    }

    /// Lets go what is held.
    pub(super) fn release(&self) {
        self.postfix("postsuper", &["-H", "ALL"]);
        self.postfix("postqueue", &["-f"]);
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        self.postfix("postfix", &["stop"]);
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn configure(folder: &Path, port: u16, milter: Option<&str>, sink: u16) {
    for name in ["etc", "queue", "data"] {
        fs::create_dir(folder.join(name)).unwrap();
    }
    assert!(Command::new("chown").arg("postfix").arg(folder.join("data")).status().unwrap().success());
    let path = folder.display();
    let milters = milter.map_or(String::new(), |address| format!("inet:{address}"));
    let main = format!(
        "compatibility_level = 3.6
queue_directory = {path}/queue
data_directory = {path}/data
maillog_file = {path}/log
maillog_file_prefixes = {path}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.com
mydestination =
alias_maps =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
default_transport = smtp:[127.0.0.1]:{sink}
relay_transport = smtp:[127.0.0.1]:{sink}
smtp_host_lookup = native
disable_dns_lookups = yes
smtp_send_xforward_command = no
local_header_rewrite_clients =
disable_mime_output_conversion = yes
minimal_backoff_time = 1s
in_flow_delay = 0s
smtpd_milters = {milters}
milter_default_action = tempfail
milter_protocol = 6
milter_connect_timeout = 5s
"
    );
    fs::write(folder.join("etc/main.cf"), main).unwrap();
    let services = [
        ("postlog", "unix-dgram n - n - 1 postlogd"),
        ("pickup", "unix n - n 60 1 pickup"),
        ("cleanup", "unix n - n - 0 cleanup"),
        ("qmgr", "unix n - n 300 1 qmgr"),
        ("rewrite", "unix - - n - - trivial-rewrite"),
        ("bounce", "unix - - n - 0 bounce"),
        ("defer", "unix - - n - 0 bounce"),
        ("trace", "unix - - n - 0 bounce"),
        ("verify", "unix - - n - 1 verify"),
        ("flush", "unix n - n 1000? 0 flush"),
        ("proxymap", "unix - - n - - proxymap"),
        ("smtp", "unix - - n - - smtp"),
        ("error", "unix - - n - - error"),
        ("retry", "unix - - n - - error"),
        ("showq", "unix n - n - - showq"),
        ("anvil", "unix - - n - 1 anvil"),
        ("scache", "unix - - n - 1 scache"),
    ];
    let mut master = format!("127.0.0.1:{port} inet n - n - - smtpd\n");
    for (name, what) in services {
        writeln!(master, "{name} {what}").unwrap();
    }
    fs::write(folder.join("etc/master.cf"), master).unwrap();
}

/// A client that sends mail over SMTP.
pub(super) struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    pub(super) fn connect(postfix: &Postfix) -> io::Result<Client> {
        let stream = TcpStream::connect(("127.0.0.1", postfix.port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut client = Client { stream: BufReader::new(stream) };
        let answers = [client.answer()?, client.say("EHLO client.example")?];
        match answers.into_iter().find(|answer| !answer.starts_with('2')) {
            Some(answer) => Err(io::Error::other(answer)),
            None => Ok(client),
        }
    }

    fn say(&mut self, line: &str) -> io::Result<String> {
        self.stream.get_mut().write_all(format!("{line}\r\n").as_bytes())?;
        self.answer()
    }

    /// An answer, its lines apart by line breaks.
    fn answer(&mut self) -> io::Result<String> {
        let mut answer = String::new();
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            answer.push_str(&line);
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(answer.trim_end().to_owned());
            }
        }
    }

    /// Sends a mail. The answer that decides: the first that is no success, or the last.
    pub(super) fn send(&mut self, mail: &[u8]) -> io::Result<String> {
        for line in ["MAIL FROM:<bell@example.com> BODY=8BITMIME", "RCPT TO:<hartnell@client.example>", "DATA"] {
            let answer = self.say(line)?;
            if !answer.starts_with(['2', '3']) {
                return Ok(answer);
            }
        }
        let mut data = Vec::with_capacity(mail.len() + 64);
        for line in mail.split_inclusive(|byte| *byte == b'\n') {
            data.extend_from_slice(if line.starts_with(b".") { b"." } else { b"" });
            data.extend_from_slice(line);
        }
        data.extend_from_slice(b".\r\n");
        self.stream.get_mut().write_all(&data)?;
        self.answer()
    }
}

/// A mail, with all that Postfix would put in if it were not there.
pub(super) fn mail(id: &str, more: &str, body: &str) -> Vec<u8> {
    format!(
        "From: A. Bell <bell@example.com>\r\nTo: hartnell@client.example\r\nSubject: Our work\r\n\
         Date: Mon, 02 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{id}@example.com>\r\n{more}\r\n{body}"
    )
    .into_bytes()
}

/// A mail as it came, without the field that each mail server puts in front.
pub(super) fn without_received(mail: &[u8]) -> &[u8] {
    assert!(mail.starts_with(b"Received: "), "{}", String::from_utf8_lossy(mail));
    let mut at = 0;
    for line in mail.split_inclusive(|byte| *byte == b'\n') {
        if at > 0 && !line.starts_with(b" ") && !line.starts_with(b"\t") {
            break;
        }
        at += line.len();
    }
    &mail[at..]
}

/// How often each mail came, by its Message-ID.
pub(super) fn by_id(mails: &[Vec<u8>]) -> BTreeMap<String, usize> {
    let mut ids = BTreeMap::new();
    for mail in mails {
        let text = String::from_utf8_lossy(mail);
        let id = text.split("Message-ID: <").nth(1).and_then(|rest| rest.split('@').next()).unwrap().to_owned();
        *ids.entry(id).or_default() += 1;
    }
    ids
}

//! In: where to listen, as mail servers write it. Out: connections. Refuses to know what is said on them.

use std::{
    fmt,
    fs::{self, Permissions},
    io::{self, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    os::unix::{
        fs::{FileTypeExt as _, PermissionsExt as _},
        net::{UnixListener, UnixStream},
    },
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

/// Where a milter listens: `inet:HOST:PORT` or `unix:PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// Host and port, as in `127.0.0.1:8894` or `[::1]:8894`.
    Inet(String),
    /// The path of a socket.
    Unix(PathBuf),
}

impl FromStr for Address {
    type Err = String;

    fn from_str(written: &str) -> Result<Address, String> {
        let help = "write `inet:127.0.0.1:8894` or `unix:/run/partwell/milter.sock`, as in Postfix's smtpd_milters";
        match written.split_once(':') {
            Some(("inet", host_and_port)) => match host_and_port.rsplit_once(':') {
                Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
                    Ok(Address::Inet(host_and_port.to_owned()))
                }
                _ => Err(format!("no host and port in it; {help}")),
            },
            Some(("unix", path)) if !path.is_empty() => Ok(Address::Unix(path.into())),
            _ => Err(help.to_owned()),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Inet(host_and_port) => write!(f, "inet:{host_and_port}"),
            Address::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// A socket that takes connections.
pub(super) enum Listener {
    Inet(TcpListener),
    Unix(UnixListener, PathBuf),
}

impl Listener {
    /// Listens there. A socket that a dead milter has left behind is taken over.
    ///
    /// # Errors
    /// When the address is taken, or may not be used.
    pub(super) fn bind(address: &Address) -> io::Result<Listener> {
        match address {
            Address::Inet(host_and_port) => TcpListener::bind(host_and_port.as_str()).map(Listener::Inet),
            Address::Unix(path) => {
                let is_socket = fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket());
                if is_socket && UnixStream::connect(path).is_err() {
                    fs::remove_file(path)?;
                }
                let listener = UnixListener::bind(path)?;
                // The mail server connects as another user; who may do so at all, the folder says.
                fs::set_permissions(path, Permissions::from_mode(0o666))?;
                Ok(Listener::Unix(listener, path.clone()))
            }
        }
    }

    /// Where it really listens: the port is known where 0 was asked for.
    pub(super) fn address(&self) -> io::Result<Address> {
        Ok(match self {
            Listener::Inet(listener) => Address::Inet(listener.local_addr()?.to_string()),
            Listener::Unix(_, path) => Address::Unix(path.clone()),
        })
    }

    /// Waits for the next connection.
    pub(super) fn accept(&self) -> io::Result<Stream> {
        match self {
            Listener::Inet(listener) => {
                let (stream, _) = listener.accept()?;
                stream.set_nodelay(true)?;
                Ok(Stream::Inet(stream))
            }
            Listener::Unix(listener, _) => Ok(Stream::Unix(listener.accept()?.0)),
        }
    }
}

/// A connection of either kind.
#[derive(Debug)]
pub(super) enum Stream {
    Inet(TcpStream),
    Unix(UnixStream),
}

impl Stream {
    /// Reading and writing fail when the other side is silent for so long.
    pub(super) fn set_patience(&self, patience: Duration) -> io::Result<()> {
        match self {
            Stream::Inet(stream) => {
                stream.set_read_timeout(Some(patience)).and_then(|()| stream.set_write_timeout(Some(patience)))
            }
            Stream::Unix(stream) => {
                stream.set_read_timeout(Some(patience)).and_then(|()| stream.set_write_timeout(Some(patience)))
            }
        }
    }

    /// Whoever waits for something to read finds the end.
    pub(super) fn stop_reading(&self) {
        // A connection that is closed already has nothing to stop.
        let _ = match self {
            Stream::Inet(stream) => stream.shutdown(Shutdown::Read),
            Stream::Unix(stream) => stream.shutdown(Shutdown::Read),
        };
    }
}

impl Read for &Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Inet(stream) => (&*stream).read(buffer),
            Stream::Unix(stream) => (&*stream).read(buffer),
        }
    }
}

impl Write for &Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Inet(stream) => (&*stream).write(bytes),
            Stream::Unix(stream) => (&*stream).write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_postfix_writes_them() {
        for written in ["inet:127.0.0.1:8894", "inet:[::1]:0", "inet:localhost:25", "unix:/run/x.sock", "unix:x"] {
            assert_eq!(written.parse::<Address>().unwrap().to_string(), written);
        }
        for written in
            ["", "127.0.0.1:8894", "inet:8894", "inet::8894", "inet:localhost:", "inet:h:99999", "unix:", "local:/x"]
        {
            assert!(written.parse::<Address>().is_err(), "{written}");
        }
    }

    #[test]
    fn a_dead_socket_is_taken_over_and_a_live_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let address = Address::Unix(folder.path().join("m.sock"));
        let live = Listener::bind(&address).unwrap();
        assert!(Listener::bind(&address).is_err());
        drop(live);
        assert!(Listener::bind(&address).is_ok());
        fs::write(folder.path().join("file"), "x").unwrap();
        assert!(Listener::bind(&Address::Unix(folder.path().join("file"))).is_err());
    }
}

//! In: `file:` URIs as editors write them. Out: paths, and the other way round. Refuses other schemes: what has no path is judged by its
//! text alone.

use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but what a path may hold as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path of a `file:` URI.
pub(super) fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = path.split(['?', '#']).next()?;
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    if !decoded.starts_with('/') {
        return None;
    }
    // `/c:/letters` is a path of Windows.
    let bytes = decoded.as_bytes();
    let drive = cfg!(windows) && bytes.get(1).is_some_and(u8::is_ascii_alphabetic) && bytes.get(2) == Some(&b':');
    Some(PathBuf::from(if drive { &decoded[1..] } else { &decoded }))
}

/// The `file:` URI of a path.
pub(super) fn of_path(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("file://{slash}{}", utf8_percent_encode(&path, ESCAPED))
}

/// What stands behind the last dot of a URI's last name.
pub(super) fn extension(uri: &str) -> Option<&str> {
    let name = uri.split(['?', '#']).next()?.rsplit('/').next()?;
    name.rsplit_once('.').map(|(_, extension)| extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_come_back() {
        for name in ["/a/b.txt", "/п/ö c#?%.eml"] {
            assert_eq!(path(&of_path(Path::new(name))).unwrap(), Path::new(name));
        }
        assert_eq!(path("file:///a%20b/%D0%BF.txt").unwrap(), Path::new("/a b/п.txt"));
        assert_eq!(path("file://localhost/a").unwrap(), Path::new("/a"));
        for other in ["untitled:Untitled-1", "file://host/a", "file:///%FF", "", "https://x/y"] {
            assert_eq!(path(other), None, "{other}");
        }
        assert_eq!(extension("file:///a.b/c.EML?x=.y"), Some("EML"));
        assert_eq!(extension("untitled:Untitled-1"), None);
    }
}

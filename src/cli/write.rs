//! In: a file that was read, and what it is to hold now. Out: the file, changed at one stroke: whoever looks sees the old one or the
//! new one. Keeps permissions and follows links. Refuses files that may not be written, and those that have changed meanwhile.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

/// Why a file was not written; it is as it was.
#[derive(Debug)]
pub(super) enum Unwritten {
    /// Its bytes are no longer those that were read.
    Changed,
    /// The system does not let us.
    Io(io::Error),
}

impl From<io::Error> for Unwritten {
    fn from(error: io::Error) -> Self {
        Unwritten::Io(error)
    }
}

impl std::fmt::Display for Unwritten {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unwritten::Changed => {
                write!(f, "was changed by another program meanwhile, and was left alone; run the command again")
            }
            Unwritten::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                write!(
                    f,
                    "may not be written, and was left as it is; see the permissions of the file and of its folder"
                )
            }
            Unwritten::Io(error) => write!(f, "could not be written, and was left as it is: {error}"),
        }
    }
}

/// Puts new bytes in the place of the old ones.
pub(super) fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<(), Unwritten> {
    // The file that a link leads to is the one that is replaced.
    let path = path.canonicalize()?;
    // To take the place of a file no right to write it is needed, so it is asked for.
    drop(OpenOptions::new().write(true).open(&path)?);
    let metadata = fs::metadata(&path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".partwell-").tempfile_in(folder)?;
    file.write_all(new)?;
    keep_owner(&file, &metadata);
    file.as_file().set_permissions(metadata.permissions())?;
    file.as_file().sync_all()?;
    if fs::read(&path)? != old {
        return Err(Unwritten::Changed);
    }
    file.persist(&path).map_err(|failed| failed.error)?;
    Ok(())
}

/// Only the superuser may give a file to somebody else, and to others it is theirs already.
#[cfg(unix)]
fn keep_owner(file: &tempfile::NamedTempFile, metadata: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let _ = fchown(file.as_file(), Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &tempfile::NamedTempFile, _: &fs::Metadata) {}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn links_are_followed_and_permissions_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a.txt"), folder.path().join("link.txt"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&file, &link).unwrap();
        replace(&link, b"old", b"new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(matches!(replace(&file, b"old", b"newer"), Err(Unwritten::Changed)));
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
    }
}

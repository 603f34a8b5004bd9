//! In: paths as given. Out: the drafts to check, in order. Refuses to read them.

use std::{
    ffi::OsStr,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::Mutex,
};

use ignore::{DirEntry, WalkBuilder};

use super::maildir;
use crate::source::mbox::is_archive;

/// Files with other extensions are passed over in folders; a file that is given by name is always read.
const EXTENSIONS: &[&str] = &["txt", "md", "markdown", "html", "htm", "eml", "mbox"];

/// One draft to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    /// A file.
    File(PathBuf),
    /// A mail in a Maildir, whatever its name.
    Mail(PathBuf),
    /// A file with many mails (mbox).
    Archive(PathBuf),
    /// Standard input.
    Stdin,
}

/// A path that leads to nothing that can be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreachable {
    pub(super) path: String,
    pub(super) message: String,
}

/// Finds the drafts: each path in the order given, the files of a folder in the order of their names. Standard input is read once.
pub(super) fn inputs(paths: &[PathBuf]) -> Vec<Result<Input, Unreachable>> {
    inputs_with(paths, &[])
}

/// The same, with files of more extensions in folders.
pub(super) fn inputs_with(paths: &[PathBuf], more: &[&str]) -> Vec<Result<Input, Unreachable>> {
    let mut inputs = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            if !inputs.contains(&Ok(Input::Stdin)) {
                inputs.push(Ok(Input::Stdin));
            }
        } else if path.is_dir() {
            inputs.extend(folder(path, more));
        } else {
            inputs.push(Ok(file(path.clone())));
        }
    }
    inputs
}

fn folder(path: &Path, more: &[&str]) -> Vec<Result<Input, Unreachable>> {
    let mut found = Vec::new();
    if maildir::is_one(path) {
        maildir::walk(path, &mut found);
        return found;
    }
    // A .gitignore counts outside of a repository too: drafts rarely lie in one. What is in a Maildir is found another way.
    let asked = Mutex::new((PathBuf::new(), false));
    let walk = WalkBuilder::new(path)
        .require_git(false)
        .sort_by_file_name(OsStr::cmp)
        .filter_entry(move |entry| !entry.path().parent().is_some_and(|folder| is_maildir(folder, &asked)))
        .build();
    for entry in walk {
        match entry {
            Ok(entry) if is_folder(&entry) => {
                if maildir::is_one(entry.path()) {
                    maildir::walk(entry.path(), &mut found);
                }
            }
            Ok(entry) if is_draft(entry.path(), more) => found.push(Ok(file(entry.into_path()))),
            Ok(_) => {}
            Err(error) => found.push(Err(Unreachable { path: path.display().to_string(), message: error.to_string() })),
        }
    }
    found
}

/// Whether a folder is a Maildir; of the files of one folder the first asks the system.
fn is_maildir(folder: &Path, asked: &Mutex<(PathBuf, bool)>) -> bool {
    let Ok(mut asked) = asked.lock() else { return maildir::is_one(folder) };
    if asked.0 != folder {
        *asked = (folder.to_owned(), maildir::is_one(folder));
    }
    asked.1
}

/// Whether an entry is a folder, or leads to one.
fn is_folder(entry: &DirEntry) -> bool {
    match entry.file_type() {
        Some(kind) if !kind.is_symlink() => kind.is_dir(),
        _ => entry.path().is_dir(),
    }
}

/// A file, or an archive of mails: known by its name, or by its first lines where its name says nothing.
pub(super) fn file(path: PathBuf) -> Input {
    let archive = match path.extension() {
        Some(extension) => is_archive_extension(extension),
        None => starts_like_an_archive(&path),
    };
    if archive { Input::Archive(path) } else { Input::File(path) }
}

pub(super) fn is_archive_extension(extension: &OsStr) -> bool {
    extension.eq_ignore_ascii_case("mbox") || extension.eq_ignore_ascii_case("mbx")
}

fn starts_like_an_archive(path: &Path) -> bool {
    let mut start = Vec::new();
    // A pipe would lose what is read from it.
    let read = path.metadata().is_ok_and(|data| data.is_file())
        && File::open(path).and_then(|file| file.take(2000).read_to_end(&mut start)).is_ok();
    read && is_archive(&start)
}

fn is_draft(path: &Path, more: &[&str]) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| EXTENSIONS.iter().chain(more).any(|known| known.eq_ignore_ascii_case(extension)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn folders_are_walked_in_order_and_mind_gitignore() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("sub/.hidden")).unwrap();
        for path in ["b.txt", "a.eml", "sub/c.MD", "sub/old.txt", "sub/.hidden/x.txt", "notes.pdf", "z.html"] {
            fs::write(root.join(path), "x").unwrap();
        }
        fs::write(root.join("sub/.gitignore"), "old*\n").unwrap();
        let found: Vec<_> = inputs(&[root.to_owned(), "-".into(), "-".into(), root.join("notes.pdf")])
            .into_iter()
            .map(|input| match input.unwrap() {
                Input::File(path) | Input::Mail(path) | Input::Archive(path) => {
                    path.strip_prefix(root).unwrap().display().to_string()
                }
                Input::Stdin => "-".to_owned(),
            })
            .collect();
        assert_eq!(found, ["a.eml", "b.txt", "sub/c.MD", "z.html", "-", "notes.pdf"]);
    }
}

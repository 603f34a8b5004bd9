//! In: a folder that is a Maildir. Out: the mails in it and in its folders, in the order of their names, which is that of their arrival.
//! Refuses to mind flags, and to read what is still being delivered (`tmp`).

use std::{fs, path::Path};

use super::walk::{Input, Unreachable};

/// Folders in folders deeper than this are left out: links may lead in circles.
const MAX_DEPTH: usize = 16;

/// Whether the folder is a Maildir.
pub(super) fn is_one(folder: &Path) -> bool {
    folder.join("cur").is_dir() && folder.join("new").is_dir()
}

/// Finds the mails of a Maildir: those that were seen before those that are new.
pub(super) fn walk(folder: &Path, found: &mut Vec<Result<Input, Unreachable>>) {
    walk_to(folder, 0, found);
}

fn walk_to(folder: &Path, depth: usize, found: &mut Vec<Result<Input, Unreachable>>) {
    for sub in ["cur", "new"] {
        for (path, is_folder) in entries(&folder.join(sub), found) {
            if !is_folder {
                found.push(Ok(Input::Mail(path)));
            }
        }
    }
    // Folders of mail lie in it as Maildirs of their own, most often with a dot before their name (Maildir++).
    for (path, is_folder) in entries(folder, found) {
        if is_folder && depth < MAX_DEPTH && is_one(&path) {
            walk_to(&path, depth + 1, found);
        }
    }
}

/// The entries of a folder by name, and whether each is a folder. Hidden files are no mails: servers keep their books in them.
fn entries(folder: &Path, found: &mut Vec<Result<Input, Unreachable>>) -> Vec<(std::path::PathBuf, bool)> {
    let hidden = |path: &Path| path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let read = || -> std::io::Result<Vec<(std::path::PathBuf, bool)>> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let is_folder = path.is_dir();
            if is_folder || !hidden(&path) {
                paths.push((path, is_folder));
            }
        }
        paths.sort();
        Ok(paths)
    };
    read().unwrap_or_else(|error| {
        found.push(Err(Unreachable { path: folder.display().to_string(), message: error.to_string() }));
        Vec::new()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::walk::inputs;

    #[test]
    fn a_maildir_is_walked_with_its_folders() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let mails = [
            "cur/1.M1.host:2,S",
            "cur/2.M2.host:2,",
            "new/3.M3.host",
            "tmp/4.M4.host",
            ".Sent/cur/5:2,S",
            "dovecot.index",
        ];
        for sub in ["cur", "new", "tmp", ".Sent/cur", ".Sent/new"] {
            fs::create_dir_all(root.join("mail").join(sub)).unwrap();
        }
        for mail in mails.iter().chain(&["cur/.hidden"]) {
            fs::write(root.join("mail").join(mail), "A: b\n\n").unwrap();
        }
        fs::write(root.join("z.eml"), "A: b\n\n").unwrap();
        let names = |path: &Path| -> Vec<String> {
            let found = inputs(&[path.to_owned()]).into_iter().map(|input| match input.unwrap() {
                Input::Mail(path) | Input::File(path) => path,
                other => panic!("{other:?}"),
            });
            found.map(|path| path.strip_prefix(root).unwrap().display().to_string()).collect()
        };
        let expected =
            ["mail/cur/1.M1.host:2,S", "mail/cur/2.M2.host:2,", "mail/new/3.M3.host", "mail/.Sent/cur/5:2,S"];
        assert_eq!(names(&root.join("mail")), expected);
        assert_eq!(names(root), [&expected[..], &["z.eml"]].concat());
    }
}

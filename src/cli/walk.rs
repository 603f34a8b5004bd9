//! In: paths as given. Out: the drafts to check, in order. Refuses to read them.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// Files with other extensions are passed over in folders; a file that is given by name is always read.
const EXTENSIONS: &[&str] = &["txt", "md", "markdown", "html", "htm", "eml"];

/// One draft to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    /// A file.
    File(PathBuf),
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
            inputs.push(Ok(Input::File(path.clone())));
        }
    }
    inputs
}

fn folder(path: &Path, more: &[&str]) -> Vec<Result<Input, Unreachable>> {
    let mut found = Vec::new();
    // A .gitignore counts outside of a repository too: drafts rarely lie in one.
    let walk = WalkBuilder::new(path).require_git(false).sort_by_file_name(std::ffi::OsStr::cmp).build();
    for entry in walk {
        match entry {
            Ok(entry) if is_draft(entry.path(), more) && !entry.path().is_dir() => {
                found.push(Ok(Input::File(entry.into_path())));
            }
            Ok(_) => {}
            Err(error) => found.push(Err(Unreachable { path: path.display().to_string(), message: error.to_string() })),
        }
    }
    found
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
                Input::File(path) => path.strip_prefix(root).unwrap().display().to_string(),
                Input::Stdin => "-".to_owned(),
            })
            .collect();
        assert_eq!(found, ["a.eml", "b.txt", "sub/c.MD", "z.html", "-", "notes.pdf"]);
    }
}

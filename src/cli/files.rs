//! In: a path and a text. Out: the file, or why it could not be written. Refuses to overwrite unless told to.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

/// What may be done to a file that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Write {
    /// Nothing: it is an error.
    New,
    /// It is overwritten.
    Over,
}

/// Writes a file. An error is one sentence with the path.
pub(super) fn write(path: &Path, text: &str, how: Write) -> Result<(), String> {
    let mut options = OpenOptions::new();
    match how {
        Write::New => options.write(true).create_new(true),
        Write::Over => options.write(true).create(true).truncate(true),
    };
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| said(path, &error))
}

/// Makes a folder and those above it.
pub(super) fn folder(path: &Path) -> Result<(), String> {
    fs::create_dir_all(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => format!("{}: there is a file of this name", path.display()),
        _ => said(path, &error),
    })
}

fn said(path: &Path, error: &io::Error) -> String {
    let why = match error.kind() {
        io::ErrorKind::AlreadyExists => "exists; it was left as it is".to_owned(),
        io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        io::ErrorKind::PermissionDenied => "you may not write there".to_owned(),
        _ => format!("cannot be written: {error}"),
    };
    format!("{}: {why}", path.display())
}

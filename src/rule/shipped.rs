//! The rules and packs inside the binary: prepared when partwell was built, and their files as written, for who changes them.

use super::{pack::Pack, policy::Policy, texts::Texts};
use crate::{flaw::TomlFile, letter::language::Recogniser};

/// The pack of a shipped language, and what it says to the reader.
#[derive(Debug)]
pub(super) struct Prepared {
    /// The language's code.
    pub name: &'static str,
    pack: &'static [u8],
    texts: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

impl Prepared {
    /// The pack: most of it is used as it lies in the binary.
    pub(super) fn pack(&self) -> Pack {
        read(self.pack)
    }

    /// What is said to the reader.
    pub(super) fn texts(&self) -> Texts {
        read(self.texts)
    }
}

/// The shipped rules.
pub(super) fn policy() -> Policy {
    read(POLICY)
}

/// Knows the shipped languages.
pub(super) fn recogniser() -> Recogniser {
    read(RECOGNISER)
}

fn read<T: serde::Deserialize<'static>>(bytes: &'static [u8]) -> T {
    postcard::from_bytes(bytes).expect("written by the same code when partwell was built")
}

/// The shipped files of a folder under `rules/`: a language, or `""` for the rules themselves.
pub(super) fn files(folder: &str) -> Vec<TomlFile> {
    let inside = |path: &str| path.rsplit_once('/').map_or(("", path), |split| split).0 == folder;
    let of = |(path, text): &(&str, &'static str)| TomlFile { name: format!("rules/{path}"), text: (*text).into() };
    FILES.iter().filter(|(path, _)| inside(path)).map(of).collect()
}

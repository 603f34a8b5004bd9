//! What is wrong with a file of rules, patterns or settings, and where: the user's error, shown by the same renderer as a
//! letter's diagnostics.

use std::{fmt, ops::Range, sync::Arc};

/// A TOML file that was read: of the shipped rules or of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TomlFile {
    /// The file as the user knows it: its path.
    pub name: String,
    /// Its text.
    pub text: Arc<str>,
}

/// One flaw of a TOML file.
#[derive(Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The file as the user knows it.
    pub file: String,
    /// Its text.
    pub text: Arc<str>,
    /// Where the flaw stands (bytes of the text).
    pub at: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead; may be empty.
    pub help: String,
}

impl TomlFile {
    /// The name of the file without its folder and ending.
    #[must_use]
    pub fn stem(&self) -> &str {
        self.name.rsplit(['/', '\\']).next().unwrap_or(&self.name).trim_end_matches(".toml")
    }

    /// A flaw of this file.
    #[must_use]
    pub fn flaw(&self, at: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Flaw {
        Flaw { file: self.name.clone(), text: self.text.clone(), at, message: message.into(), help: help.into() }
    }

    /// Reads the file's TOML into its shape.
    ///
    /// # Errors
    /// The first place where it is not TOML or not of this shape.
    pub fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T, Flaw> {
        toml::from_str(&self.text).map_err(|error| {
            let message = error.message().trim().to_owned();
            let (message, help) = match message.split_once(", expected ") {
                Some((message, expected)) => (message.to_owned(), format!("expected {expected}")),
                None => (message, String::new()),
            };
            self.flaw(error.span().unwrap_or(0..0), message, help)
        })
    }

    /// The place of a part of a string value. `value` is where the value stands in the file, with its quotation marks; `part` are
    /// bytes of the string. Where escapes make the two differ, the whole value.
    #[must_use]
    pub fn inside(&self, value: Range<usize>, string: &str, part: Range<usize>) -> Range<usize> {
        let raw = &self.text[value.clone()];
        match raw.find(string) {
            Some(offset) if part.end <= string.len() => {
                value.start + offset + part.start..value.start + offset + part.end
            }
            _ => value,
        }
    }
}

/// Without the text of the file, which may be long.
impl fmt::Debug for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.text.get(..self.at.start).map_or(0, |before| before.matches('\n').count()) + 1;
        write!(f, "{}:{line}: {} ({})", self.file, self.message, self.help)
    }
}

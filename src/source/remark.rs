//! What a person should know about the way a draft was read, as a key to the words for it. Refuses to say it in a language of its own:
//! the words stand in `rules/LANG/texts.toml`.

/// Something that was remarkable about a draft and did not keep it from being read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// The key of its words in `[ui]` of `texts.toml`.
    pub key: &'static str,
    /// What it is about, as the draft writes it: put in for `{what}`; may be empty.
    pub what: String,
}

impl Remark {
    /// A remark about something that the draft names.
    #[must_use]
    pub fn about(key: &'static str, what: impl Into<String>) -> Remark {
        Remark { key, what: what.into() }
    }

    /// A remark that needs no more than its words.
    #[must_use]
    pub fn new(key: &'static str) -> Remark {
        Remark::about(key, "")
    }
}

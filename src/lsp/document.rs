//! In: what the client tells of a document it has open: its text, its changes. Out: the text as the client has it, byte for byte, and what
//! kind of document it is. Refuses to judge.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use gen_lsp_types as lsp;
use serde::Deserialize;

use super::{
    letter::{Letter, Past},
    position::{Encoding, Lines, Places},
    uri,
};
use crate::{config, source::Format};

/// An open document.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) uri: String,
    /// Where it lies, if it is a file.
    pub(super) path: Option<PathBuf>,
    /// The same without links; for one that is no file, where it would lie.
    pub(super) place: PathBuf,
    pub(super) kind: Kind,
    pub(super) version: i32,
    pub(super) text: String,
    pub(super) lines: Lines,
    /// Where the last change put something in: the byte behind it, until something else is changed or nothing is for a while.
    pub(super) caret: Option<usize>,
    /// What the client was told last: rules and places, kept up with the changes. A diagnostic that is none of them is new.
    pub(super) shown: Vec<(String, Range<usize>)>,
    /// What is said about the text as it stands, once it was asked for.
    pub(super) letter: Option<Letter>,
    /// What is remembered of the text as it stood before.
    pub(super) past: Past,
    /// The text has changed since the client was last told.
    pub(super) stale: bool,
}

/// What a document is to partwell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A draft.
    Draft(Format),
    /// A `partwell.toml`.
    Config,
    /// Another TOML file: perhaps one of rules.
    Rules,
}

/// A change as the client tells it: without a range all of the text.
#[derive(Debug, Deserialize)]
pub(super) struct Change {
    range: Option<lsp::Range>,
    text: String,
}

impl Kind {
    /// What the editor calls the document's language outweighs its extension, unless it calls it plain text.
    fn of(language_id: &str, uri: &str) -> Kind {
        if uri::path(uri).is_some_and(|path| path.file_name().is_some_and(|name| name == config::FILE_NAME)) {
            return Kind::Config;
        }
        match language_id {
            "markdown" | "gfm" => Kind::Draft(Format::Markdown),
            "html" | "xhtml" => Kind::Draft(Format::Html),
            "mail" | "eml" | "email" | "message" => Kind::Draft(Format::Mail),
            "toml" => Kind::Rules,
            _ => match uri::extension(uri) {
                Some(extension) if extension.eq_ignore_ascii_case("toml") => Kind::Rules,
                extension => Kind::Draft(Format::of(extension, b"")),
            },
        }
    }
}

impl Document {
    pub(super) fn new(uri: String, language_id: &str, version: i32, text: String, folder: &Path) -> Document {
        let path = uri::path(&uri);
        Document {
            place: path.as_deref().map_or_else(|| folder.join("untitled"), without_links),
            path,
            kind: Kind::of(language_id, &uri),
            version,
            lines: Lines::new(&text),
            text,
            caret: None,
            shown: Vec::new(),
            letter: None,
            past: Past::default(),
            stale: true,
            uri,
        }
    }

    /// Changes the text as the client has changed it.
    pub(super) fn change(&mut self, changes: Vec<Change>, version: i32, encoding: Encoding) {
        for change in changes {
            match change.range {
                Some(range) => {
                    let range = self.lines.bytes(&self.text, range, encoding);
                    self.replace(range, &change.text);
                }
                None => self.replace_all(change.text),
            }
        }
        self.version = version;
        self.letter = None;
        self.stale = true;
    }

    fn replace(&mut self, range: Range<usize>, new: &str) {
        self.text.replace_range(range.clone(), new);
        self.lines.replaced(&self.text, &range, new.len());
        self.moved(&range, new.len());
        self.caret = Some(range.start + new.len());
    }

    /// A client that sends all of the text has most often changed a little of it, and where matters to what is held back.
    fn replace_all(&mut self, new: String) {
        let alike = self.text.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count();
        let (old_rest, new_rest) = (&self.text.as_bytes()[alike..], &new.as_bytes()[alike..]);
        let behind = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(old, new)| old == new).count();
        let range = alike..self.text.len() - behind;
        let len = new.len() - behind - alike;
        self.lines = Lines::new(&new);
        self.text = new;
        self.moved(&range, len);
        self.caret = (!range.is_empty() || len > 0).then_some(alike + len);
    }

    /// Keeps up what was shown: `range` was replaced by so many bytes.
    fn moved(&mut self, range: &Range<usize>, len: usize) {
        let moved = |at: usize| {
            if at >= range.end { at - range.end + range.start + len } else { at.min(range.start) }
        };
        for (_, shown) in &mut self.shown {
            *shown = if shown.start >= range.end && !range.is_empty() || shown.start > range.start {
                moved(shown.start)..moved(shown.end)
            } else {
                shown.start..moved(shown.end)
            };
        }
    }

    /// The word that is being typed, if the last change typed at one: from its first byte to behind its last.
    pub(super) fn word_at_caret(&self) -> Option<Range<usize>> {
        let caret = self.caret?;
        let (before, behind) = (self.text.get(..caret)?, &self.text[caret..]);
        let of_word = |c: &char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-');
        let back: usize = before.chars().rev().take_while(of_word).map(char::len_utf8).sum();
        let on: usize = behind.chars().take_while(of_word).map(char::len_utf8).sum();
        (back > 0).then(|| caret - back..caret + on)
    }

    pub(super) fn places(&self, encoding: Encoding) -> Places<'_> {
        Places::new(&self.text, &self.lines, encoding)
    }
}

/// A path whose folder is named without links; the file itself need not be there yet.
fn without_links(path: &Path) -> PathBuf {
    let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
    match (folder, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        for (id, uri, kind) in [
            ("plaintext", "file:///a.eml", Kind::Draft(Format::Mail)),
            ("plaintext", "untitled:1", Kind::Draft(Format::Text)),
            ("markdown", "file:///a.txt", Kind::Draft(Format::Markdown)),
            ("mail", "file:///tmp/mutt-1", Kind::Draft(Format::Mail)),
            ("plaintext", "file:///x/partwell.toml", Kind::Config),
            ("toml", "file:///x/rules/en/blame.toml", Kind::Rules),
            ("", "file:///a.HTML", Kind::Draft(Format::Html)),
        ] {
            assert_eq!(Kind::of(id, uri), kind, "{id} {uri}");
        }
    }

    #[test]
    fn what_was_shown_moves_with_the_text() {
        let mut document = Document::new("untitled:1".into(), "text", 1, "one two three".into(), Path::new("/"));
        document.shown = vec![("a".into(), 4..7), ("b".into(), 8..13)];
        document.replace(4..4, "x ");
        assert_eq!(document.shown, [("a".into(), 4..9), ("b".into(), 10..15)]);
        document.replace_all("one x two thr".into());
        assert_eq!(document.shown[1].1, 10..13);
        assert_eq!(document.word_at_caret(), Some(10..13));
        document.replace(13..13, " ");
        assert_eq!(document.word_at_caret(), None, "the word is finished");
    }
}

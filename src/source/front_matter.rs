//! In: the beginning of a draft. Out: what it declares about itself between two `---` lines (`key: value`) or two `+++` lines
//! (`key = "value"`), and where the letter begins. Refuses to be a YAML or TOML parser: what is not a simple line of this kind
//! makes it no front matter, and so part of the letter.

use std::ops::Range;

use super::{
    Declared,
    suppression::{self, Scope},
};

/// Front matter; all ranges are bytes of the text it was read from.
#[derive(Debug, Default)]
pub(super) struct FrontMatter {
    pub(super) declared: Declared,
    pub(super) subject: Option<Range<usize>>,
    /// Where the letter begins: 0 when there is no front matter.
    pub(super) body: usize,
    /// The lines that come are entries of the list `allow`.
    listing: bool,
}

impl FrontMatter {
    pub(super) fn read(text: &str) -> FrontMatter {
        let mut lines = Lines { text, at: 0 };
        let separator = match lines.next().map(|range| text[range].trim_end()) {
            Some("---") => ':',
            Some("+++") => '=',
            _ => return FrontMatter::default(),
        };
        let mut front = FrontMatter::default();
        while let Some(range) = lines.next() {
            let line = &text[range.clone()];
            let closed = matches!((separator, line.trim_end()), (':', "---" | "...") | ('=', "+++"));
            if closed {
                front.body = lines.at;
                return front;
            }
            if !front.take(text, range, separator) {
                break;
            }
        }
        FrontMatter::default()
    }

    /// Takes one line; `false` where it cannot be front matter.
    fn take(&mut self, text: &str, line: Range<usize>, separator: char) -> bool {
        let content = &text[line.clone()];
        // Comments, and lines that go on with a value that is not ours to understand.
        if content.trim().is_empty() || content.starts_with(['#', ' ', '\t', '-', '[', ']']) {
            let entry = content.trim_start().trim_start_matches("- ");
            if self.listing && !entry.starts_with(['#', '[', ']']) {
                self.allow(text, value_range(entry, line.end - entry.len()));
            }
            return true;
        }
        let Some((key, value)) = content.split_once(separator) else { return false };
        let key_is_word = key.trim_end().chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_' || c == '.');
        if !key_is_word {
            return false;
        }
        let range = value_range(value, line.end - value.len());
        self.listing = key.trim_end().eq_ignore_ascii_case("allow");
        if range.is_empty() {
            return true;
        }
        let declared = || Some((text[range.clone()].to_owned(), range.clone()));
        match key.trim_end().to_ascii_lowercase().as_str() {
            "reason" => self.declared.reason = declared(),
            "lang" | "language" => self.declared.language = declared(),
            "subject" => self.subject = Some(range),
            "allow" if text[range.clone()].starts_with('[') => {
                for entry in quoted(text, range) {
                    self.allow(text, entry);
                }
            }
            "allow" => self.allow(text, range),
            _ => {}
        }
        true
    }

    /// Takes `RULE; reason`.
    fn allow(&mut self, text: &str, entry: Range<usize>) {
        if !entry.is_empty() {
            let found = suppression::in_list(&text[entry.clone()], entry.start, 0, Scope::Letter);
            self.declared.suppressions.extend(found);
        }
    }
}

/// The value without quotes, comment and white space; `at` is where `value` stands in the text.
fn value_range(value: &str, at: usize) -> Range<usize> {
    let start = value.len() - value.trim_start().len();
    let inner = value.trim();
    let quote = inner.chars().next().filter(|c| matches!(c, '"' | '\''));
    if let Some(len) = quote.and_then(|quote| inner[1..].find(quote)) {
        return at + start + 1..at + start + 1 + len;
    }
    let end = inner.find(" #").unwrap_or(inner.len());
    at + start..at + start + inner[..end].trim_end().len()
}

/// What stands in quotes in a list on one line.
fn quoted(text: &str, list: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = list.start;
    while let Some((start, quote)) = text[at..list.end].char_indices().find(|(_, c)| matches!(c, '"' | '\'')) {
        let start = at + start + 1;
        let Some(len) = text[start..list.end].find(quote) else { break };
        found.push(start..start + len);
        at = start + len + 1;
    }
    found
}

/// The lines of a text as ranges without their line ends.
struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Lines<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let len = rest.find('\n').unwrap_or(rest.len());
        let range = self.at..self.at + len;
        self.at = (range.end + 1).min(self.text.len());
        Some(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_and_toml() {
        for text in [
            "---\nreason: abusive # said so\nlang: \"en\"\nsubject: Your account: closed\nto:\n  - x\n---\nDear X,",
            "+++\nreason = \"abusive\"\nlang = 'en'\nsubject = \"Your account: closed\"\n\n+++\nDear X,",
        ] {
            let front = FrontMatter::read(text);
            let (reason, range) = front.declared.reason.unwrap();
            assert_eq!((reason.as_str(), &text[range]), ("abusive", "abusive"));
            assert_eq!(front.declared.language.unwrap().0, "en");
            assert_eq!(&text[front.subject.unwrap()], "Your account: closed");
            assert_eq!(&text[front.body..], "Dear X,");
        }
    }

    #[test]
    fn suppressions() {
        for text in [
            "---\nallow:\n  - blame; agreed # with legal\n  - \"opinion; because: we\"\nreason: scope\n  - no; more\n---\n",
            "---\nallow: blame; agreed\nallow: opinion; because: we\n---\n",
            "+++\nallow = [\"blame; agreed\", 'opinion; because: we']\n+++\n",
            "+++\nallow = [\n  \"blame; agreed\",\n  'opinion; because: we',\n]\n+++\n",
        ] {
            let front = FrontMatter::read(text);
            let found: Vec<_> = front
                .declared
                .suppressions
                .iter()
                .map(|one| (one.rule.as_str(), one.reason.as_str(), &text[one.place.clone()]))
                .collect();
            assert_eq!(found, [("blame", "agreed", "blame"), ("opinion", "because: we", "opinion")], "{text}");
        }
    }

    #[test]
    fn no_front_matter() {
        for text in [
            "",
            "Dear X",
            "---\nDear X,\n---\n",
            "---\nreason: abusive\n",
            "--- \nA line of prose: with a colon\n---",
            "+++",
        ] {
            let front = FrontMatter::read(text);
            assert_eq!(front.body, 0, "{text}");
            assert_eq!(front.declared, Declared::default());
        }
        let empty = FrontMatter::read("---\nreason:\n---");
        assert_eq!((empty.body, empty.declared.reason), (15, None));
    }
}

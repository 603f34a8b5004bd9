//! In: an edit of a text, and another version of the same text. Out: the same edit of the other version, where its place there is
//! beyond doubt: the words around it must be the same and stand there once. White space does not count.

use super::Edit;

/// How many characters on each side must agree.
const AROUND: usize = 24;

/// The edit of the other version.
pub(super) fn find(own: &str, edit: &Edit, other: &str) -> Option<Edit> {
    let own_bare = Bare::new(own);
    let other_bare = Bare::new(other);
    let before = own_bare.count_before(edit.range.start);
    let end = own_bare.count_before(edit.range.end);
    let from = before.saturating_sub(AROUND);
    let to = (end + AROUND).min(own_bare.characters.len());
    let needle = &own_bare.characters[from..to];
    let mut places = (0..(other_bare.characters.len() + 1).saturating_sub(needle.len()))
        .filter(|&at| !needle.is_empty() && other_bare.characters[at..].starts_with(needle));
    let found = places.next().filter(|_| places.next().is_none())?;
    let (start, end) = (found + before - from, found + end - from);
    let replaced = &own[edit.range.clone()];
    let start_byte = if start == end || !replaced.starts_with(char::is_whitespace) && start < other_bare.starts.len() {
        // What is put in clings to the side to which it clings in the version that was read.
        let behind = own[..edit.range.start].ends_with(char::is_whitespace) || start == 0;
        if start == end && !behind { other_bare.end_of(start) } else { other_bare.start_of(start, other) }
    } else {
        other_bare.end_of(start)
    };
    let end_byte = if start == end { start_byte } else { other_bare.end_of(end) };
    Some(Edit { range: start_byte..end_byte, text: edit.text.clone() })
}

/// A text without its white space.
struct Bare {
    characters: Vec<char>,
    /// Where each of them begins in the text.
    starts: Vec<usize>,
}

impl Bare {
    fn new(text: &str) -> Bare {
        let (starts, characters) = text.char_indices().filter(|(_, c)| !c.is_whitespace()).unzip();
        Bare { characters, starts }
    }

    /// How many characters begin before this place.
    fn count_before(&self, at: usize) -> usize {
        self.starts.partition_point(|&start| start < at)
    }

    fn start_of(&self, index: usize, text: &str) -> usize {
        self.starts.get(index).copied().unwrap_or(text.len())
    }

    /// Where the character before this one ends.
    fn end_of(&self, index: usize) -> usize {
        index.checked_sub(1).map_or(0, |before| self.starts[before] + self.characters[before].len_utf8())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_must_be_beyond_doubt() {
        let own = "Dear Ann,\n\nYou failed to pay. We are done.\n\nBye";
        let other = "Dear Ann,\n\nYou failed\nto pay. We  are done.\n\nBye\n\nlegal";
        let at = own.find("You").expect("it is there");
        let edit = Edit { range: at..at + 18, text: "x".into() };
        let found = find(own, &edit, other).expect("once");
        assert_eq!(&other[found.range], "You failed\nto pay.");
        let end = own.find("done.").expect("it is there") + 5;
        let found = find(own, &Edit { range: end..end, text: "\n\nx".into() }, other).expect("once");
        assert_eq!(&other[..found.range.start], "Dear Ann,\n\nYou failed\nto pay. We  are done.");
        assert_eq!(find(own, &edit, "Dear Ann,\n\nYou did not pay."), None);
        assert_eq!(find(own, &edit, &format!("{other} {other}")), None);
    }
}

//! In: the text of a part that says `format=flowed` (RFC 3676). Out: the text with its paragraphs whole again. Refuses to take
//! the `>` off quoted lines: by them the letter knows quoted mail.

use super::piece::Piece;

/// Undoes the flow. The map of what is given back leads to where that of `below` does.
pub(super) fn unfold(below: Piece, delete_space: bool) -> Piece {
    let mut piece = Piece { notes: below.notes, ..Piece::default() };
    let lines: Vec<Line<'_>> = Line::all(&below.text).collect();
    let mut joined = false;
    for (index, line) in lines.iter().enumerate() {
        if !joined {
            let kept = if line.prefix > 0 { line.prefix + line.stuffing } else { 0 };
            piece.copy(&below.text[line.start..line.start + kept], line.start);
        }
        let at = line.start + line.prefix + line.stuffing;
        joined =
            line.flows() && lines.get(index + 1).is_some_and(|next| next.prefix == line.prefix && !next.is_signature());
        let content = if joined && delete_space { &line.content[..line.content.len() - 1] } else { line.content };
        piece.copy(content, at);
        let end = at + line.content.len();
        if !joined && below.text[end..].starts_with('\n') {
            piece.copy("\n", end);
        }
    }
    piece.over(&below.map)
}

struct Line<'a> {
    start: usize,
    /// How many `>` it begins with.
    prefix: usize,
    /// The space that was put in front lest the line look quoted, or for looks behind the `>`: 0 or 1 bytes.
    stuffing: usize,
    content: &'a str,
}

impl<'a> Line<'a> {
    fn all(text: &'a str) -> impl Iterator<Item = Line<'a>> {
        let mut at = 0;
        text.split_inclusive('\n').map(move |line| {
            let start = at;
            at += line.len();
            let line = line.strip_suffix('\n').unwrap_or(line);
            let prefix = line.len() - line.trim_start_matches('>').len();
            let stuffing = usize::from(line[prefix..].starts_with(' '));
            Line { start, prefix, stuffing, content: &line[prefix + stuffing..] }
        })
    }

    fn is_signature(&self) -> bool {
        self.content == "-- "
    }

    fn flows(&self) -> bool {
        self.content.ends_with(' ') && !self.is_signature()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unfolded(text: &str, delete_space: bool) -> Piece {
        let mut below = Piece::default();
        below.copy(text, 0);
        unfold(below, delete_space)
    }

    #[test]
    fn paragraphs_are_whole_again() {
        let text = "We are \nsorry \nto part.\n > kept\n>> a \n>> b\n> c \nd \n-- \nAnn";
        let piece = unfolded(text, false);
        assert_eq!(piece.text, "We are sorry to part.\n> kept\n>> a b\n> c \nd \n-- \nAnn");
        let at = piece.text.find("are sorry").unwrap();
        assert_eq!(&text[piece.map.to_source(at..at + 9)], "are \nsorry");
        assert_eq!(unfolded("ab \ncd\n", true).text, "abcd\n");
    }
}

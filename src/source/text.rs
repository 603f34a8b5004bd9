//! In: decoded text with `\n` line ends. Out: the body of a plain text draft, with the subject of its front matter in front.
//! Leaves out the comments that are for partwell. Refuses to look for parts of a letter.

use super::{Mark, MarkKind, front_matter::FrontMatter, piece::Piece, suppression};

/// Reads a plain text draft.
pub(super) fn read(below: Piece) -> Piece {
    with_front_matter(below, |body, at| {
        let mut piece = Piece::default();
        let (mut copied, mut line_at) = (0, 0);
        // Most letters have no comment.
        let lines = if body.contains('#') { body } else { "" };
        for line in lines.split_inclusive('\n') {
            if suppression::is_comment(line) {
                piece.copy(&body[copied..line_at], at + copied);
                copied = line_at + line.len();
                let found = suppression::in_comment(line, at + line_at, piece.text.len());
                piece.declared.suppressions.extend(found);
            }
            line_at += line.len();
        }
        piece.copy(&body[copied..], at + copied);
        piece
    })
}

/// Takes the front matter off and lets `read_body` have what follows and where it begins. The ranges of what it gives back
/// lead into the decoded text.
pub(super) fn with_front_matter(below: Piece, read_body: impl FnOnce(&str, usize) -> Piece) -> Piece {
    let front = FrontMatter::read(&below.text);
    let mut piece = Piece { declared: front.declared, notes: below.notes, ..Piece::default() };
    if let Some(subject) = front.subject {
        piece.copy(&below.text[subject.clone()], subject.start);
        piece.marks.push(Mark { range: 0..subject.len(), kind: MarkKind::Subject });
    }
    piece.append(read_body(&below.text[front.body..], front.body));
    piece.over(&below.map)
}

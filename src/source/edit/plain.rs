//! In: an edit of plain text. Out: an edit of its characters. Lines that are broken by hand stay as narrow as they are.

use super::{Edit, body::Body};
use crate::source::leaf::Form;

/// In `format=flowed` no line should be wider than this.
const FLOWED: usize = 72;

/// The edit of the characters that makes this edit of the text.
pub(super) fn cut(body: &Body, edit: &Edit, form: Form) -> Edit {
    let range = body.map.to_source(edit.range.clone());
    let (width, line_break) = match form {
        Form::Flowed { delete_space: false } => (Some(FLOWED), " \n"),
        Form::Flowed { delete_space: true } => (Some(FLOWED), "  \n"),
        _ => (body.width, "\n"),
    };
    let text = match width {
        Some(width) => {
            let line = body.raw[..range.start].rfind('\n').map_or(0, |at| at + 1);
            wrapped(&edit.text, body.raw[line..range.start].chars().count(), width, line_break)
        }
        None => edit.text.clone(),
    };
    Edit { range, text }
}

/// The text with its words on lines of this width; the first begins in this column. White space at its ends stays as it is.
fn wrapped(text: &str, column: usize, width: usize, line_break: &str) -> String {
    let mut out = String::new();
    let mut column = column;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let len = word.chars().count();
        if column > 0 && len > 0 && column + len > width && out.ends_with(' ') {
            out.pop();
            out.push_str(line_break);
            column = 0;
        }
        out.push_str(piece);
        column = if piece.ends_with('\n') { 0 } else { column + piece.chars().count() };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_to_the_next_line() {
        assert_eq!(wrapped(" We wish you well.\n\n", 10, 16, "\n"), " We\nwish you well.\n\n");
        assert_eq!(wrapped("\n\nWe wish you well.", 30, 8, " \n"), "\n\nWe wish \nyou \nwell.");
        assert_eq!(wrapped("incomprehensible", 30, 8, "\n"), "incomprehensible");
    }
}

//! In: text of a draft, a file name, a message. Out: the same with everything made visible that could steer a terminal or
//! turn the order of the letters round. Refuses to let such a character through, whoever wrote it.

use std::borrow::Cow;

/// What is shown instead of a character that must not reach a terminal; `None` where it may.
pub(super) fn stand_in(c: char, unicode: bool) -> Option<String> {
    match c {
        '\0'..='\x1f' if unicode => char::from_u32(0x2400 + c as u32).map(String::from),
        '\x7f' if unicode => Some("\u{2421}".to_owned()),
        // Controls, line and paragraph separators, direction marks and overrides, invisible operators, annotation marks, tags.
        // Joiners and variation selectors stay: emoji and several scripts are written with them.
        '\0'..='\x1f'
        | '\x7f'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{200e}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => Some(format!("<U+{:04X}>", c as u32)),
        _ => None,
    }
}

/// Makes a text of one line safe to show: line breaks are made visible too.
#[must_use]
pub fn line(text: &str, unicode: bool) -> Cow<'_, str> {
    replaced(text, |c| stand_in(c, unicode))
}

/// Makes a text of several lines safe to show: line breaks stay.
#[must_use]
pub fn block(text: &str, unicode: bool) -> Cow<'_, str> {
    replaced(text, |c| if c == '\n' { None } else { stand_in(c, unicode) })
}

fn replaced(text: &str, replace: impl Fn(char) -> Option<String>) -> Cow<'_, str> {
    if text.chars().all(|c| replace(c).is_none()) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match replace(c) {
            Some(stand_in) => shown.push_str(&stand_in),
            None => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_is_left() {
        assert_eq!(line("a\x1b[31mred\x07\x7f", true), "a␛[31mred␇␡");
        assert_eq!(line("a\x1b[31m", false), "a<U+001B>[31m");
        assert_eq!(
            line("\u{9b}31m \u{202e}evil\u{2066} a\u{2028}b", true),
            "<U+009B>31m <U+202E>evil<U+2066> a<U+2028>b"
        );
        assert_eq!(line("two\r\nlines", true), "two␍␊lines");
        assert_eq!(block("two\r\nlines", true), "two␍\nlines");
    }

    #[test]
    fn letters_stay_as_they_are() {
        for text in ["naïve café, Łódź", "Уважаемая госпожа", "👩‍👩‍👧 ❤️", "plain"]
        {
            assert!(matches!(line(text, false), Cow::Borrowed(same) if same == text));
        }
    }
}

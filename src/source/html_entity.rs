//! In: HTML text that begins with `&`. Out: how much of it may be an entity, and what that stands for. Refuses to know the names:
//! the tokenizer does, but gives no places within a text, so each entity is shown to it alone.

use html5gum::{State, Token, Tokenizer};

/// How long what may be an entity is: `&`, letters, digits or `#`, and a semicolon.
pub(super) fn len(text: &str) -> usize {
    let name = text[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '#').map_or(text.len(), |len| len + 1);
    if text[name..].starts_with(';') { name + 1 } else { name }
}

/// What the tokenizer makes of an entity.
pub(super) fn decode(text: &str) -> String {
    // The shortest one is "&gt".
    if text.len() < 3 {
        return text.to_owned();
    }
    let mut tokenizer = Tokenizer::new(text);
    tokenizer.set_state(State::Data);
    let mut decoded = String::new();
    for token in tokenizer {
        let Ok(token) = token;
        if let Token::String(string) = token {
            decoded.push_str(&String::from_utf8_lossy(&string));
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities() {
        for (text, length, decoded) in [
            ("&amp; x", 5, "&"),
            ("&nbsp;", 6, "\u{a0}"),
            ("&#8217;s", 7, "\u{2019}"),
            ("&#x41", 5, "A"),
            ("&ampx.", 5, "&x"),
            ("&bogus;", 7, "&bogus;"),
            // Old names need no semicolon, and the standard wants it so.
            ("&nothing;", 9, "\u{ac}hing;"),
            ("& so on", 1, "&"),
            ("&#0;", 4, "\u{fffd}"),
        ] {
            assert_eq!(len(text), length, "{text}");
            assert_eq!(decode(&text[..length]), decoded, "{text}");
        }
    }
}

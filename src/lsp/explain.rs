//! In: rules, diagnostics and letters. Out: what a hover says, and the explanation of a rule as a document of its own. Refuses to word
//! anything: all texts are those of the rule book.

use std::fmt::Write as _;

use anstream::adapter::strip_str;

use super::letter::Letter;
use crate::{
    config::house::House,
    diagnostic::Diagnostic,
    report::{Look, rules},
};

/// Documents that are no files: explanations.
pub(super) const SCHEME: &str = "partwell";

/// The address of the explanation of a rule.
pub(super) fn uri(rule: &str, language: &str) -> String {
    format!("{SCHEME}:/explain/{language}/{rule}.txt")
}

/// The language and the rule that an address names.
pub(super) fn named(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix(SCHEME)?.strip_prefix(':')?.trim_start_matches('/').strip_prefix("explain/")?;
    rest.strip_suffix(".txt")?.split_once('/')
}

/// All that is known of a rule, as plain text.
pub(super) fn page(house: &House, rule: &str, language: &str) -> Option<String> {
    let language = if house.book.languages().contains(&language) { language } else { "en" };
    let look = Look { width: 100, unicode: true };
    let rule = house.book.rule(rule)?;
    let page = rules::explained(rule, &house.book, language, look);
    Some(strip_str(&page).to_string())
}

/// What a hover over a diagnostic says, in Markdown.
pub(super) fn hover(letter: &Letter, diagnostic: &Diagnostic) -> String {
    let text = letter.texts().and_then(|texts| texts.rule(&diagnostic.rule));
    let title = text.map_or(diagnostic.rule.as_str(), |text| &text.title);
    let mut page = format!("**{}** (`{}`)\n\n{}\n", escaped(title), diagnostic.rule, escaped(&diagnostic.message));
    if let Some(text) = text.filter(|text| !text.why.trim().is_empty()) {
        let _ = write!(page, "\n{}\n", escaped(text.why.trim()));
    }
    for (number, help) in diagnostic.help.iter().enumerate() {
        let _ = writeln!(page, "{}- {}", if number == 0 { "\n" } else { "" }, escaped(help));
    }
    if !diagnostic.source.is_empty() {
        let advice = letter.texts().map_or("advice", |texts| texts.ui("advice"));
        let _ = write!(page, "\n*{}: {}*\n", escaped(advice), escaped(&diagnostic.source));
    }
    page
}

/// A text that means nothing in Markdown but itself.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Markdown for a client that shows plain text.
pub(super) fn without_markup(markdown: &str) -> String {
    let mut plain = String::with_capacity(markdown.len());
    let mut characters = markdown.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.extend(characters.next()),
            '*' | '`' => {}
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_back() {
        assert_eq!(named(&uri("blame", "ru")), Some(("ru", "blame")));
        for other in ["file:///x", "partwell:/explain/blame.txt", "partwell:/x", ""] {
            assert_eq!(named(other), None);
        }
    }

    #[test]
    fn texts_mean_nothing_in_markdown() {
        let text = "[X] *a* <b> `c` d_e";
        assert_eq!(escaped(text), "\\[X\\] \\*a\\* \\<b\\> \\`c\\` d\\_e");
        assert_eq!(without_markup(&format!("**{}**", escaped(text))), text);
    }
}

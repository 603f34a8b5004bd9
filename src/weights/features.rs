//! The features of a sentence: its words, the beginnings of long ones, pairs of neighbours.

use std::ops::Range;

use crate::letter::{Letter, TokenKind};

/// Something that can weigh.
#[derive(Debug, Clone)]
pub struct Feature<'f> {
    /// A word (`never`), the beginning of a long one (`promi*`), two neighbours (`you never`), of which one may be the beginning (`^`) or the
    /// end (`$`) of the sentence. Words are folded; `0` is any number.
    pub name: &'f str,
    /// Indices into [`Letter::tokens`].
    pub tokens: Range<usize>,
}

/// So many letters of a word are enough to know it by, in whatever form.
const STEM: usize = 5;

/// The name of the feature that a cue is surely heard in a sentence.
#[must_use]
pub fn of_cue(cue: &str) -> String {
    format!("<{cue}>")
}

/// Tells all features of these tokens, which are a sentence; some more than once.
pub fn features(letter: &Letter, tokens: Range<usize>, mut tell: impl FnMut(Feature<'_>)) {
    let word = |token: usize| match letter.tokens[token].kind {
        TokenKind::Number => "0",
        _ => letter.word(token),
    };
    let mut name = String::new();
    let mut before = "^";
    for token in tokens.clone() {
        let this = word(token);
        tell(Feature { name: this, tokens: token..token + 1 });
        if let Some((end, _)) = this.char_indices().nth(STEM) {
            name.clear();
            name.push_str(&this[..end]);
            name.push('*');
            tell(Feature { name: &name, tokens: token..token + 1 });
        }
        name.clear();
        name.push_str(before);
        name.push(' ');
        name.push_str(this);
        tell(Feature { name: &name, tokens: token.saturating_sub(1).max(tokens.start)..token + 1 });
        before = this;
    }
    if !tokens.is_empty() {
        name.clear();
        name.push_str(before);
        name.push_str(" $");
        tell(Feature { name: &name, tokens: tokens.end - 1..tokens.end });
    }
}

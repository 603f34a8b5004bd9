//! In: decoded text, what its format says of it, and the forms of a language. Out: a letter: its parts, sentences, clauses and
//! tokens in folded form, each with its place in the text. Refuses to judge what is said.

mod clauses;
mod closing;
mod ends;
mod fold;
mod forms;
mod known;
pub mod language;
mod lines;
mod opening;
mod parts;
mod phrase;
mod quoted;
mod script;
mod sentences;
mod signed;
mod stretches;
#[cfg(test)]
mod tests;
mod tokens;

use std::ops::Range;

pub use forms::{Forms, Recognise};
pub use known::{Known, PartId};
pub use script::Script;

use self::{
    sentences::Typing,
    stretches::{Begins, Stretch},
};
use crate::source::Mark;

/// A letter taken apart.
#[derive(Debug, Clone, Default)]
pub struct Letter {
    /// The parts in the order of the text, long ones in several stretches; see [`Part::goes_on`].
    pub parts: Vec<Part>,
    /// The sentences of all parts, in order.
    pub sentences: Vec<Sentence>,
    /// The tokens of all sentences, in order.
    pub tokens: Vec<Token>,
    /// The folded words of the tokens, one after another; see [`Token::folded`].
    pub folded: String,
}

/// A part of a letter, or a stretch of a long one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Bytes of the text.
    pub range: Range<usize>,
    /// Indices into [`Letter::sentences`]; empty for parts that are never judged (quoted mail, disclaimer).
    pub sentences: Range<usize>,
    /// It is no part by itself, but goes on with the one before it: a long part is taken apart, and heard, in stretches of some sentences.
    pub goes_on: bool,
    /// Its number, where the letter was taken apart with a memory.
    pub id: Option<PartId>,
}

/// What a part of a letter can be. The names in TOML and JSON are these in kebab case.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum PartKind {
    /// The subject line.
    Subject,
    /// Addresses, dates and references above the greeting.
    Heading,
    /// "Dear Ms Hartnell,"
    Salutation,
    /// A paragraph of the body.
    Body,
    /// One item of a list in the body.
    ListItem,
    /// "Yours sincerely," and the thanks or wishes that stand in its line.
    SignOff,
    /// Name, position, firm, address under the sign-off; what stands under `-- `. Never judged for tone.
    Signature,
    /// "PS ...": words of the writer after the signature.
    Postscript,
    /// Earlier mail by others. Never judged.
    Quoted,
    /// Legal boilerplate under a mail. Never judged.
    Disclaimer,
}

impl PartKind {
    /// Paragraphs and list items, those of a postscript too: what says something, in sentences.
    #[must_use]
    pub fn is_prose(self) -> bool {
        matches!(self, PartKind::Body | PartKind::ListItem | PartKind::Postscript)
    }
}

/// A sentence: never reaches over the end of its part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Bytes of the text, without white space around it.
    pub range: Range<usize>,
    /// Index into [`Letter::parts`].
    pub part: usize,
    /// Indices into [`Letter::tokens`].
    pub tokens: Range<usize>,
}

/// A word, number or punctuation mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Bytes of the text. The tokens into which a contraction is taken apart have the same range, that of the whole written word.
    pub range: Range<usize>,
    /// Bytes of [`Letter::folded`]: the folded word.
    pub folded: Range<usize>,
    /// What it is.
    pub kind: TokenKind,
    /// How it is written.
    pub written: Written,
    /// Number of the clause within its sentence, from 0.
    pub clause: u16,
    /// What the clause's first word makes of it.
    pub head: Head,
    /// A gap may not go over this token (a comma, a dash that ends a clause). Not set for the commas around a short insertion.
    pub ends_clause: bool,
    /// A negating word stands before it in its clause, within reach.
    pub negated: bool,
    /// The written word has no diacritics and no letters beyond ASCII, in a language in which they are optional.
    pub bare: bool,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A word, or a piece of one (of a hyphenated word, of a contraction).
    Word,
    /// Starts with a digit: `8,412.50`, `14th`, `31.12.2026`, `17:00`, `5pm`.
    Number,
    /// One punctuation mark or symbol.
    Punct,
    /// A quotation mark or bracket-free decoration over which patterns pass.
    Quote,
}

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Written {
    /// Small letters, or nothing that has case.
    Lower,
    /// The first letter is a capital.
    Capital,
    /// All letters are capitals, two at least.
    Caps,
}

/// What the first word of a clause makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Head {
    /// Nothing special.
    Main,
    /// "which", "who", "that".
    Relative,
    /// "if", "unless", "should you".
    Conditional,
    /// "because", "since", "as".
    Causal,
}

impl Token {
    /// Whether it is a word or a number: what gaps and reaches are counted in.
    #[must_use]
    pub const fn is_word(&self) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::Number)
    }

    /// The same token elsewhere: places are counted from another byte of the text and of the folded words.
    fn moved(&self, (text, to): (usize, usize), (folded, folded_to): (usize, usize)) -> Token {
        Token {
            range: self.range.start - text + to..self.range.end - text + to,
            folded: self.folded.start - folded + folded_to..self.folded.end - folded + folded_to,
            ..self.clone()
        }
    }
}

/// The longest sentence, in tokens. What goes on longer, which nobody writes, is cut, so that time grows with the text alone.
pub const LONGEST_SENTENCE: usize = 127;

/// A sentence cut into pieces that are not too long.
fn shortened(tokens: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let end = tokens.end;
    tokens.step_by(LONGEST_SENTENCE).map(move |start| start..end.min(start + LONGEST_SENTENCE))
}

/// Whether a part of this kind has sentences.
const fn has_sentences(kind: PartKind) -> bool {
    !matches!(kind, PartKind::Quoted | PartKind::Disclaimer)
}

/// The parts of a text, long ones in stretches.
fn stretches(text: &str, marks: &[Mark], forms: &Forms) -> Vec<(PartKind, Stretch)> {
    let mut found = Vec::new();
    for (kind, range) in parts::find(text, marks, forms) {
        if has_sentences(kind) {
            found.extend(stretches::of(text, range, forms).into_iter().map(|stretch| (kind, stretch)));
        } else {
            found.push((kind, Stretch { range, begins: Begins::Part }));
        }
    }
    found
}

impl Letter {
    /// Takes the text apart.
    #[must_use]
    pub fn parse(text: &str, marks: &[Mark], forms: &Forms) -> Self {
        let typing = Typing::of(text, forms);
        let mut letter = Self::for_text(text);
        for (kind, stretch) in stretches(text, marks, forms) {
            letter.add_stretch(text, kind, stretch, forms, typing);
        }
        letter
    }

    /// With room for the tokens of a text, of which one in five bytes or six begins.
    fn for_text(text: &str) -> Self {
        let (tokens, folded) = (Vec::with_capacity(text.len() / 5), String::with_capacity(text.len()));
        Self { tokens, folded, ..Self::default() }
    }

    /// The same as [`Letter::parse`] gives, in less time for a text that differs little from the one that was taken apart before. A memory is
    /// for the texts of one language.
    #[must_use]
    pub fn parse_again(text: &str, marks: &[Mark], forms: &Forms, known: &mut Known) -> Self {
        let typing = Typing::of(text, forms);
        let mut letter = known.room(text);
        for (kind, stretch) in stretches(text, marks, forms) {
            if !known.add(&mut letter, (kind, &stretch), text, typing) {
                let widths = letter.add_stretch(text, kind, stretch.clone(), forms, typing);
                known.keep(&mut letter, (text, stretch.begins), typing, widths);
            }
        }
        known.measure(&letter);
        letter
    }

    /// A text that is one part of a letter, such as an example of a cue.
    #[must_use]
    pub fn fragment(text: &str, kind: PartKind, forms: &Forms) -> Self {
        let mut letter = Self::default();
        for stretch in stretches::of(text, 0..text.len(), forms) {
            letter.add_stretch(text, kind, stretch, forms, Typing::of(text, forms));
        }
        letter
    }

    /// The parts, long ones as a whole: the stretches of each, with the number of the first.
    pub fn whole_parts(&self) -> impl Iterator<Item = (usize, &[Part])> {
        let mut first = 0;
        self.parts.chunk_by(|_, next| next.goes_on).map(move |stretches| {
            let number = first;
            first += stretches.len();
            (number, stretches)
        })
    }

    /// The folded word of a token.
    #[must_use]
    pub fn word(&self, token: usize) -> &str {
        &self.folded[self.tokens[token].folded.clone()]
    }

    /// Adds a stretch of a part; gives the widths to which the text may be wrapped for it to be taken apart like this.
    fn add_stretch(
        &mut self,
        text: &str,
        kind: PartKind,
        Stretch { range, begins }: Stretch,
        forms: &Forms,
        typing: Typing,
    ) -> Range<usize> {
        let first = self.sentences.len();
        let mut widths = 0..usize::MAX;
        if has_sentences(kind) {
            let from = self.tokens.len();
            tokens::scan(text, range.clone(), forms, &mut self.tokens, &mut self.folded);
            let split = sentences::split(text, (&self.tokens[from..], begins), &self.folded, forms, typing);
            widths = split.widths;
            for tokens in
                split.sentences.into_iter().flat_map(|stretch| shortened(from + stretch.start..from + stretch.end))
            {
                clauses::mark(&mut self.tokens[tokens.clone()], &self.folded, forms);
                self.add_sentence(tokens);
            }
        }
        self.add_part_of(kind, Stretch { range, begins }, first, None);
        widths
    }

    fn add_sentence(&mut self, tokens: Range<usize>) {
        let range = self.tokens[tokens.start].range.start..self.tokens[tokens.end - 1].range.end;
        self.sentences.push(Sentence { range, part: self.parts.len(), tokens });
    }

    /// Adds a part whose sentences have been added.
    fn add_part_of(&mut self, kind: PartKind, stretch: Stretch, first: usize, id: Option<PartId>) {
        let Stretch { range, begins } = stretch;
        self.parts.push(Part {
            kind,
            range,
            sentences: first..self.sentences.len(),
            goes_on: begins != Begins::Part,
            id,
        });
    }
}

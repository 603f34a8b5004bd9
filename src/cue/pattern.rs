//! In: the text of one pattern. Out: its syntax tree, or an error with its place. Refuses to look words up: that is for
//! [`super::compile`].

use std::ops::Range;

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Pieces one after another.
    Seq(Vec<Node>),
    /// One of several.
    Alt(Vec<Node>),
    /// May be left out.
    Opt(Box<Node>),
    /// One or more times.
    Plus(Box<Node>),
    /// A word as it stands, or with `*` at its ends.
    Word {
        /// The letters, without `*`.
        text: String,
        /// `*` in front: any beginning.
        open_start: bool,
        /// `*` behind: any ending.
        open_end: bool,
        /// `/table`: all forms which that derivation table makes.
        table: Option<String>,
        /// Where it stands in the pattern (bytes).
        at: Range<usize>,
    },
    /// `{name}`, `{{name}}`, `{!name}`, `{name - other}`.
    Class {
        /// The name.
        name: String,
        /// Signs turned round.
        flipped: bool,
        /// Names of the classes taken out.
        minus: Vec<String>,
        /// Where it stands in the pattern (bytes).
        at: Range<usize>,
    },
    /// Up to `max` other tokens.
    Gap {
        /// How many at most.
        max: usize,
        /// Whether the end of a clause may lie between.
        crosses: bool,
    },
    /// `^`
    Start,
    /// `$`
    End,
}

/// What is wrong with a pattern, where, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Bytes of the pattern.
    pub at: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

/// The widest gap that can be asked for, in tokens.
const WIDEST_GAP: usize = 20;
/// The deepest nesting of brackets.
const DEEPEST: usize = 20;

/// Reads a pattern.
///
/// # Errors
/// The first place at which the pattern breaks the language of `docs/patterns.md`.
pub fn parse(pattern: &str) -> Result<Node, SyntaxError> {
    let mut parser = Parser { text: pattern, pos: 0, depth: 0 };
    let node = parser.alternatives(None)?;
    if !node.needs_a_word() {
        return Err(error(
            0..pattern.len(),
            "this pattern hears nothing: it has no word that must be there",
            "add a word outside of `[...]`, or take the pattern out",
        ));
    }
    Ok(node)
}

fn error(at: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> SyntaxError {
    SyntaxError { at, message: message.into(), help: help.into() }
}

impl Node {
    fn needs_a_word(&self) -> bool {
        match self {
            Node::Seq(parts) => parts.iter().any(Node::needs_a_word),
            Node::Alt(parts) => parts.iter().all(Node::needs_a_word),
            Node::Plus(part) => part.needs_a_word(),
            Node::Word { .. } | Node::Class { .. } => true,
            Node::Opt(_) | Node::Gap { .. } | Node::Start | Node::End => false,
        }
    }
}

impl Node {
    /// Gives the table to the first word of each alternative that has none.
    fn derive_by(&mut self, name: &str) {
        match self {
            Node::Word { table: table @ None, open_start: false, open_end: false, .. } => {
                *table = Some(name.to_owned());
            }
            Node::Alt(branches) => branches.iter_mut().for_each(|branch| branch.derive_by(name)),
            Node::Seq(parts) => parts[0].derive_by(name),
            _ => {}
        }
    }
}

struct Parser<'p> {
    text: &'p str,
    pos: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.pos..].chars().next()
    }

    fn skip_white_space(&mut self) {
        let rest = &self.text[self.pos..];
        self.pos += rest.len() - rest.trim_start().len();
    }

    /// Sequences with `|` between them, up to `close` or the end of the pattern.
    fn alternatives(&mut self, close: Option<char>) -> Result<Node, SyntaxError> {
        let opened = self.pos.saturating_sub(1);
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(error(
                opened..self.pos,
                "brackets are nested too deeply",
                "make a word class of the inner part",
            ));
        }
        let mut branches = Vec::new();
        loop {
            let from = self.pos;
            let parts = self.sequence()?;
            if parts.is_empty() {
                return Err(error(
                    from..self.pos.max(from + 1).min(self.text.len().max(1)),
                    "an empty alternative",
                    "to make words optional, put them in brackets: `[very]`",
                ));
            }
            branches.push(if parts.len() == 1 {
                parts.into_iter().next().expect("one part")
            } else {
                Node::Seq(parts)
            });
            match self.peek() {
                Some('|') => self.pos += 1,
                found if found == close => {
                    self.pos += usize::from(close.is_some());
                    break;
                }
                None => {
                    let close = close.expect("the end of the pattern closes the outermost sequence");
                    return Err(error(opened..opened + 1, "this bracket is not closed", format!("add `{close}`")));
                }
                Some(other) => {
                    return Err(error(
                        self.pos..self.pos + other.len_utf8(),
                        format!("`{other}` closes nothing"),
                        format!("take it out, or write `\\{other}` for the character itself"),
                    ));
                }
            }
        }
        self.depth -= 1;
        Ok(if branches.len() == 1 { branches.pop().expect("one branch") } else { Node::Alt(branches) })
    }

    fn sequence(&mut self) -> Result<Vec<Node>, SyntaxError> {
        let mut parts = Vec::new();
        loop {
            self.skip_white_space();
            let Some(next) = self.peek() else { break };
            let from = self.pos;
            let part = match next {
                '|' | ')' | ']' => break,
                '(' => {
                    self.pos += 1;
                    let group = self.alternatives(Some(')'))?;
                    self.group_table(group)?
                }
                '[' => {
                    self.pos += 1;
                    Node::Opt(Box::new(self.alternatives(Some(']'))?))
                }
                '{' => self.class()?,
                '}' => {
                    return Err(error(
                        from..from + 1,
                        "`}` closes nothing",
                        "take it out, or write `\\}` for the character itself",
                    ));
                }
                '^' => {
                    self.pos += 1;
                    Node::Start
                }
                '$' => {
                    self.pos += 1;
                    Node::End
                }
                '.' => self.gap()?,
                '+' => {
                    return Err(error(
                        from..from + 1,
                        "`+` has nothing in front of it to repeat",
                        "write it right behind a word, class or bracket: `{insult}+`",
                    ));
                }
                _ => self.word()?,
            };
            if self.peek() == Some('+') {
                self.pos += 1;
                parts.push(match part {
                    Node::Opt(inner) if inner.needs_a_word() => Node::Opt(Box::new(Node::Plus(inner))),
                    part if part.needs_a_word() => Node::Plus(Box::new(part)),
                    _ => {
                        return Err(error(
                            from..self.pos,
                            "only words and classes can be repeated",
                            "take out the `+`",
                        ));
                    }
                });
            } else {
                parts.push(part);
            }
        }
        Ok(parts)
    }

    /// `(fail|fall behind)/verb`: the table for the first word of each alternative.
    fn group_table(&mut self, mut group: Node) -> Result<Node, SyntaxError> {
        let from = self.pos;
        if self.peek() != Some('/') {
            return Ok(group);
        }
        self.pos += 1;
        let rest = &self.text[self.pos..];
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '-')).unwrap_or(rest.len());
        let table = &rest[..length];
        self.pos += length;
        if table.is_empty() {
            return Err(error(from..self.pos, "`/` without a derivation table", "write `(fail|neglect)/verb`"));
        }
        group.derive_by(table);
        Ok(group)
    }

    fn gap(&mut self) -> Result<Node, SyntaxError> {
        let from = self.pos;
        let rest = &self.text[from..];
        let dots = rest.len() - rest.trim_start_matches('.').len();
        self.pos += dots;
        if dots == 1 {
            return Ok(literal(".".to_owned(), from..self.pos));
        }
        let digits = self.text[self.pos..].bytes().take_while(u8::is_ascii_digit).count();
        let number = &self.text[self.pos..self.pos + digits];
        self.pos += digits;
        if !(dots == 3 || dots == 4) {
            return Err(error(
                from..self.pos,
                format!("{dots} dots"),
                "write `...` for a gap of up to 3 tokens, `....` for one that may cross a clause, `.` for a full stop",
            ));
        }
        let max = if number.is_empty() { 3 } else { number.parse().unwrap_or(usize::MAX) };
        if max == 0 || max > WIDEST_GAP {
            return Err(error(
                from..self.pos,
                format!("a gap of {number} tokens"),
                format!("a gap holds 1 to {WIDEST_GAP} tokens; for more use `all` with a scope"),
            ));
        }
        Ok(Node::Gap { max, crosses: dots == 4 })
    }

    fn class(&mut self) -> Result<Node, SyntaxError> {
        let from = self.pos;
        let double = self.text[from..].starts_with("{{");
        let (open, close) = if double { ("{{", "}}") } else { ("{", "}") };
        let Some(length) = self.text[from..].find(close) else {
            return Err(error(from..from + open.len(), "this brace is not closed", format!("add `{close}`")));
        };
        let inner = &self.text[from + open.len()..from + length];
        self.pos = from + length + close.len();
        let (flipped, inner) = match inner.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, inner),
        };
        let mut names = inner.split(" - ").map(|name| name.trim().trim_matches(['{', '}']).to_owned());
        let name = names.next().unwrap_or_default();
        let minus: Vec<String> = names.collect();
        for name in std::iter::once(&name).chain(&minus) {
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
                return Err(error(
                    from..self.pos,
                    format!("`{name}` is not a name of a class"),
                    "names are made of small letters, digits and hyphens; take a class out with ` - `: `{past - kind}`",
                ));
            }
        }
        Ok(Node::Class { name, flipped, minus, at: from..self.pos })
    }

    fn word(&mut self) -> Result<Node, SyntaxError> {
        let from = self.pos;
        let first = self.peek().expect("the caller saw a character");
        if first == '\\' {
            self.pos += 1;
            let Some(escaped) = self.peek() else {
                return Err(error(from..self.pos, "a backslash at the end", "write `\\\\` for a backslash"));
            };
            self.pos += escaped.len_utf8();
            return Ok(literal(escaped.to_string(), from..self.pos));
        }
        if !(first.is_alphanumeric() || first == '*' || first == '\'' || is_mark(first)) {
            self.pos += first.len_utf8();
            return Ok(literal(first.to_string(), from..self.pos));
        }
        let end = self.text[from..]
            .find(|c: char| !(c.is_alphanumeric() || is_mark(c) || matches!(c, '\'' | '’' | '*' | '/' | '-')))
            .map_or(self.text.len(), |length| from + length);
        self.pos = end;
        let written = &self.text[from..end];
        let (written, table) = match written.split_once('/') {
            Some((word, table)) => (word, Some(table.to_owned())),
            None => (written, None),
        };
        let open_start = written.starts_with('*');
        let open_end = written.len() > 1 && written.ends_with('*');
        if written == "*" {
            return Ok(Node::Class { name: "word".to_owned(), flipped: false, minus: Vec::new(), at: from..end });
        }
        let text = written.trim_matches('*');
        if text.is_empty() || text.contains('*') {
            return Err(error(
                from..end,
                "`*` stands for the beginning or the ending of a word",
                "write `fail*`, `*ate` or `*pay*`; for any word write `{{word}}`, for several `...`",
            ));
        }
        if let Some(table) = &table
            && (table.is_empty() || table.contains('/') || open_start || open_end)
        {
            return Err(error(from..end, "a derivation table goes with a whole word", "write `neglect/verb`"));
        }
        Ok(Node::Word { text: text.to_owned(), open_start, open_end, table, at: from..end })
    }
}

fn literal(text: String, at: Range<usize>) -> Node {
    Node::Word { text, open_start: false, open_end: false, table: None, at }
}

/// Combining marks belong to the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(node: &Node) -> String {
        let list = |parts: &[Node], by: &str| parts.iter().map(shape).collect::<Vec<_>>().join(by);
        match node {
            Node::Seq(parts) => list(parts, " "),
            Node::Alt(parts) => format!("({})", list(parts, "|")),
            Node::Opt(part) => format!("[{}]", shape(part)),
            Node::Plus(part) => format!("{}+", shape(part)),
            Node::Word { text, open_start, open_end, table, .. } => {
                let star = |on: bool| if on { "*" } else { "" };
                let table = table.as_ref().map_or(String::new(), |table| format!("/{table}"));
                format!("{}{text}{}{table}", star(*open_start), star(*open_end))
            }
            Node::Class { name, flipped, minus, .. } => {
                let names = [std::slice::from_ref(name), minus.as_slice()].concat().join(" - ");
                format!("{{{}{names}}}", if *flipped { "!" } else { "" })
            }
            Node::Gap { max, crosses } => format!("{}{max}", if *crosses { "...." } else { "..." }),
            Node::Start => "^".into(),
            Node::End => "$".into(),
        }
    }

    #[test]
    fn patterns_are_read_as_written() {
        for (pattern, expected) in [
            ("thank you", "thank you"),
            ("(difficult|hard) to (work|deal) with", "(difficult|hard) to (work|deal) with"),
            ("you [have|had] fail* [to]", "you [(have|had)] fail* [to]"),
            ("*ate *pay* neglect/verb", "*ate *pay* neglect/verb"),
            ("{you} ... {!praise}", "{you} ...3 {!praise}"),
            ("{past - kind - own} ...8 x", "{past - kind - own} ...8 x"),
            ("{{number}}+ ....12 ^ x $", "{number}+ ....12 ^ x $"),
            ("good , ! ! \\( . even *", "good , ! ! ( . even {word}"),
            ("no-show don't", "no-show don't"),
            ("(fail|fall behind)/verb x", "(fail/verb|fall/verb behind) x"),
            ("(a b|[c] d)+ [so|very]+ x", "(a b|[c] d)+ [(so|very)+] x"),
        ] {
            assert_eq!(parse(pattern).map(|node| shape(&node)), Ok(expected.to_owned()), "{pattern}");
        }
    }

    #[test]
    fn errors_stand_at_their_place() {
        for (pattern, at) in [
            ("you (are", 4..5),
            ("you are)", 7..8),
            ("{you", 0..1),
            ("{Y ou} x", 0..6),
            ("a .. b", 2..4),
            ("a ...99 b", 2..7),
            ("a*b", 0..3),
            ("+ a", 0..1),
            ("[you] ...", 0..9),
            ("a || b", 3..4),
            ("fail*/verb", 0..10),
            ("a \\", 2..3),
        ] {
            assert_eq!(parse(pattern).map_err(|error| error.at), Err(at), "{pattern}");
        }
    }
}

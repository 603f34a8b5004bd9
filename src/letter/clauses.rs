//! In: the tokens of one sentence. Out: the same, with the number and the head of their clauses, where clauses end, and what is
//! negated. Refuses grammar: words and commas decide.

use super::{Forms, Head, Token, TokenKind};

/// Longest insertion between two commas (words) that does not break its clause.
const INSERTION: usize = 3;

/// Marks the tokens of one sentence.
pub(super) fn mark(tokens: &mut [Token], folded: &str, forms: &Forms) {
    let insertions = pass_over_insertions(tokens, folded);
    let mut clause = 0u16;
    let mut head = Head::Main;
    let mut empty = true;
    let mut inside = 0;
    let mut insertions = insertions.into_iter().peekable();
    for at in 0..tokens.len() {
        if let Some((_, closing)) = insertions.next_if(|&(opening, _)| opening == at) {
            inside = closing;
        }
        let word = |i: usize| tokens.get(i).filter(|t| t.is_word()).map(|t| &folded[t.folded.clone()]);
        if at >= inside
            && let Some((_, begins)) = forms.clauses.at(at, word)
        {
            if !empty {
                clause = clause.saturating_add(1);
            }
            (head, empty) = (begins, true);
        }
        let token = &mut tokens[at];
        (token.clause, token.head) = (clause, head);
        empty &= !token.is_word();
        if token.ends_clause {
            clause = clause.saturating_add(u16::from(!empty));
            // An empty clause keeps its number, but a mark between it and what follows takes its head away.
            (head, empty) = (Head::Main, true);
        }
    }
    negate(tokens, folded, forms);
}

/// Takes `ends_clause` from pairs of commas around a few words; gives the pairs.
fn pass_over_insertions(tokens: &mut [Token], folded: &str) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut opening = None;
    let mut words = 0;
    for at in 0..tokens.len() {
        if tokens[at].is_word() {
            words += 1;
        } else if &folded[tokens[at].folded.clone()] == "," {
            match opening {
                Some(before) if words > 0 && words <= INSERTION => {
                    pairs.push((before, at));
                    opening = None;
                }
                _ => opening = Some(at),
            }
            words = 0;
        } else if tokens[at].kind == TokenKind::Punct {
            opening = None;
        }
    }
    for &(one, other) in &pairs {
        tokens[one].ends_clause = false;
        tokens[other].ends_clause = false;
    }
    pairs
}

/// Sets `negated` on the tokens that stand within reach behind a negating word of their clause.
fn negate(tokens: &mut [Token], folded: &str, forms: &Forms) {
    let mut reach: Option<(u16, usize)> = None;
    let mut at = 0;
    while at < tokens.len() {
        let clause = tokens[at].clause;
        if let Some((in_clause, left)) = reach {
            tokens[at].negated = in_clause == clause && left > 0;
            let counts = usize::from(tokens[at].is_word());
            reach = (in_clause == clause && left > counts).then_some((in_clause, left - counts.min(left)));
        }
        let word = |i: usize| tokens.get(i).filter(|t| t.is_word()).map(|t| &folded[t.folded.clone()]);
        let Some((length, negates)) = forms.negation.at(at, word) else {
            at += 1;
            continue;
        };
        if negates {
            // The words of the negation itself are negated only by an earlier one.
            if let Some((in_clause, _)) = reach {
                for token in &mut tokens[at..at + length] {
                    token.negated = token.clause == in_clause;
                }
            }
            reach = Some((clause, forms.reach));
        }
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use crate::letter::{Forms, Head, Letter};

    /// Clauses apart by `|`, what is negated with `!`, heads other than main in front.
    fn shown(text: &str) -> String {
        let forms = Forms::parse(include_str!("../../rules/en/letter.toml")).unwrap();
        let letter = Letter::parse(text, &[], &forms);
        let mut shown = String::new();
        let mut last = None;
        for (at, token) in letter.tokens.iter().enumerate() {
            if last.is_some_and(|clause| clause != token.clause) {
                shown.push_str("| ");
            }
            if last != Some(token.clause) {
                shown.push_str(match token.head {
                    Head::Main => "",
                    Head::Relative => "R:",
                    Head::Conditional => "C:",
                    Head::Causal => "K:",
                });
            }
            last = Some(token.clause);
            shown.push_str(letter.word(at));
            shown.push_str(if token.negated { "! " } else { " " });
        }
        shown.trim_end().to_owned()
    }

    #[test]
    fn clauses_and_negation() {
        for (text, wanted) in [
            ("We stop because you failed, which hurts.", "we stop | K:because you failed , | R:which hurts ."),
            ("You, of course, failed us.", "you , of course , failed us ."),
            ("If you pay, we stay.", "C:if you pay , | we stay ."),
            ("You did not pay us on time.", "you did not pay! us! on! time ."),
            ("Not only did you pay.", "not only did you pay ."),
            ("You never, ever, pay.", "you never ,! ever! ,! pay! .!"),
            ("We can't; you failed.", "we can not ;! | you failed ."),
            ("Files (all of them) go back.", "files ( | all of them ) | go back ."),
            ("We stop \u{2013} you failed.", "we stop - | you failed ."),
            ("Open Mon\u{2013}Fri now.", "open mon - fri now ."),
            ("We will stop, unless you pay, on Monday.", "we will stop , unless you pay , on monday ."),
        ] {
            assert_eq!(shown(text), wanted);
        }
    }
}

//! In: a comment, a header or an entry of front matter. Out: what it suppresses, why, and where that stands. Refuses to know which
//! rules there are: a name that none has is passed on as it is written.

use std::ops::Range;

/// The writer's word that a rule may be broken here. One for each rule that a comment names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The rule's id, as written; what nobody understands in the place of one is passed on too.
    pub rule: String,
    /// Why; empty where the writer did not say.
    pub reason: String,
    /// How much of the letter it is for.
    pub scope: Scope,
    /// Where it stands in the decoded text, in which it is left out.
    pub text_at: usize,
    /// Where the rule's name stands (bytes of the source).
    pub place: Range<usize>,
}

/// How much of a letter a suppression is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All of it.
    Letter,
    /// What comes next, up to the end of its line.
    NextLine,
}

/// The words with which a comment begins that suppresses, each with what it is for.
pub const WORDS: [(&str, Scope); 2] =
    [("partwell-allow", Scope::Letter), ("partwell-allow-next-line", Scope::NextLine)];

/// What begins so is meant for partwell, and an error if it cannot be understood.
const PREFIX: &str = "partwell-";

/// Whether this line of plain text is a comment: `# partwell-allow: blame; agreed with legal`.
pub(super) fn is_comment(line: &str) -> bool {
    let content = line.trim_start().strip_prefix('#').map(str::trim_start);
    content.and_then(|content| content.get(..PREFIX.len())).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

/// What the inside of a comment suppresses, if it is meant for partwell. `at` is where it stands in the layer below, `text_at` in
/// the text.
pub(super) fn in_comment(content: &str, at: usize, text_at: usize) -> Vec<Suppression> {
    let inner = content.trim_start_matches(|c: char| c == '#' || c.is_whitespace());
    let start = at + content.len() - inner.len();
    let len = inner.find(|c: char| !(c.is_alphanumeric() || c == '-')).unwrap_or(inner.len());
    let word = inner[..len].to_ascii_lowercase();
    if !word.starts_with(PREFIX) {
        return Vec::new();
    }
    let Some((_, scope)) = WORDS.iter().find(|(known, _)| *known == word) else {
        let reason = inner[len..].trim().to_owned();
        return vec![Suppression { rule: word, reason, scope: Scope::Letter, text_at, place: start..start + len }];
    };
    let rest = &inner[len..];
    let list = rest.trim_start().strip_prefix(':').unwrap_or(rest);
    in_list(list, start + inner.len() - list.len(), text_at, *scope)
}

/// What `RULE, RULE; reason` suppresses.
pub(super) fn in_list(list: &str, at: usize, text_at: usize, scope: Scope) -> Vec<Suppression> {
    let (names, reason) = list.split_once(';').unwrap_or((list, ""));
    let suppression = |name: &str, start: usize| Suppression {
        rule: name.trim().to_owned(),
        reason: reason.split_whitespace().collect::<Vec<_>>().join(" "),
        scope,
        text_at,
        place: start..start + name.trim().len(),
    };
    let mut start = at;
    let mut found = Vec::new();
    for name in names.split(',') {
        if !name.trim().is_empty() {
            found.push(suppression(name, start + name.len() - name.trim_start().len()));
        }
        start += name.len() + 1;
    }
    if found.is_empty() {
        // That no rule is named is for the reader to hear of too.
        let blank = list.len() - list.trim_start().len();
        found.push(Suppression { place: at + blank..at + list.trim_end().len().max(blank), ..suppression("", at) });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_reasons_and_places() {
        let content = " partwell-allow-next-line: blame , opinion;  it is\n in the contract; see 4 ";
        let found = in_comment(content, 4, 9);
        let names: Vec<_> = found.iter().map(|one| &content[one.place.start - 4..one.place.end - 4]).collect();
        assert_eq!(names, ["blame", "opinion"]);
        assert_eq!(found[1].reason, "it is in the contract; see 4");
        assert_eq!((found[0].scope, found[0].text_at), (Scope::NextLine, 9));
        assert_eq!(in_comment("Partwell-Allow blame; x", 0, 0)[0].rule, "blame");
    }

    #[test]
    fn what_is_not_understood_is_passed_on_and_what_is_not_ours_is_not() {
        assert_eq!(in_comment("partwell-alow: blame; x", 0, 0)[0].rule, "partwell-alow");
        assert_eq!(in_comment("partwell-allow:", 0, 0), in_list("", 15, 0, Scope::Letter));
        let lacking = &in_comment("partwell-allow: blame", 0, 0)[0];
        assert_eq!((lacking.rule.as_str(), lacking.reason.as_str()), ("blame", ""));
        assert!(in_comment("partwell is a linter", 0, 0).is_empty() && in_comment("", 0, 0).is_empty());
        assert!(is_comment("  #Partwell-allow: x") && !is_comment("# partwell") && !is_comment("#partwelł-"));
    }
}

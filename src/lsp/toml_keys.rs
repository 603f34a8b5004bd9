//! The keys of `partwell.toml` and of rule files: where each stands, what it means, what it may be. In: nothing. Out: a table for
//! completion and hover. Refuses to check: that is done where the files are read, and a test compares the two.

/// A file in which keys stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum File {
    /// `partwell.toml`
    Config,
    /// `rules/RULE.toml`
    Rule,
    /// `rules/LANG/CUE.toml`
    Cue,
}

/// A key.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) file: File,
    /// The table in which it stands; `*` is any name.
    pub(super) table: &'static str,
    pub(super) name: &'static str,
    /// What it means, one sentence.
    pub(super) doc: &'static str,
    /// What is put in for it.
    pub(super) example: &'static str,
    pub(super) values: Values,
}

/// What a key may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    /// One of these.
    Of(&'static [&'static str]),
    Reason,
    Language,
    Cue,
    /// Too many to name.
    Any,
}

const fn key(
    file: File,
    table: &'static str,
    name: &'static str,
    example: &'static str,
    values: Values,
    doc: &'static str,
) -> Key {
    Key { file, table, name, doc, example, values }
}

const SEVERITIES: Values = Values::Of(&["error", "warning", "note"]);
const BOOLEAN: Values = Values::Of(&["true", "false"]);
const SCOPES: Values = Values::Of(&["clause", "sentence", "pair", "letter"]);

use File::{Config, Cue, Rule};

/// All keys.
pub(super) const KEYS: &[Key] = &[
    key(
        Config,
        "",
        "extends",
        "extends = \"../partwell.toml\"",
        Values::Any,
        "Another config that this one changes; what this one says wins.",
    ),
    key(
        Config,
        "",
        "fail-on",
        "fail-on = \"warning\"",
        SEVERITIES,
        "The severity from which on `partwell check` ends with exit code 1.",
    ),
    key(
        Config,
        "",
        "language",
        "language = \"en\"",
        Values::Language,
        "The language of all drafts that declare no other; recognised from the text where nobody tells it.",
    ),
    key(Config, "", "max-size", "max-size = \"10 MB\"", Values::Any, "The largest draft that is read."),
    key(
        Config,
        "",
        "reason",
        "reason = \"capacity\"",
        Values::Reason,
        "Why the letters are written, where a draft does not say so itself.",
    ),
    key(
        Config,
        "",
        "rules-folders",
        "rules-folders = [\"house-rules\"]",
        Values::Any,
        "Folders with rules and language packs of your own, in the shipped form; later ones win.",
    ),
    key(
        Config,
        "",
        "paths",
        "[[paths]]\nmatch = \"abuse/**\"\nreason = \"abusive\"",
        Values::Any,
        "What holds for the drafts whose path matches; later entries win.",
    ),
    key(Config, "", "rules", "[rules.missing-goodwill]\nenabled = false", Values::Any, "Changes to single rules."),
    key(
        Config,
        "",
        "words",
        "[words.en]\nallowed-referral = [\"Citizens Advice\"]",
        Values::Any,
        "Words added to the classes of a language's lexicon.",
    ),
    key(Config, "rules.*", "enabled", "enabled = false", BOOLEAN, "Switches the rule off or on."),
    key(Config, "rules.*", "severity", "severity = \"note\"", SEVERITIES, "Replaces the rule's severity."),
    key(Config, "rules.*", "max", "max = 4", Values::Any, "Replaces the limit of a rule that counts."),
    key(
        Config,
        "paths",
        "match",
        "match = \"abuse/**\"",
        Values::Any,
        "A glob as in .gitignore: `*` is any name, `**` any folders.",
    ),
    key(Config, "paths", "reason", "reason = \"abusive\"", Values::Reason, "Why the drafts there are written."),
    key(Config, "paths", "language", "language = \"en\"", Values::Language, "The language of the drafts there."),
    key(Rule, "", "rule", "rule = \"my-rule\"", Values::Any, "The rule's id; the file has the same name."),
    key(
        Rule,
        "",
        "kind",
        "kind = \"forbid\"",
        Values::Of(&["forbid", "require", "limit"]),
        "What the rule asks of its cues: none of them, one of them, not too many.",
    ),
    key(
        Rule,
        "",
        "severity",
        "severity = \"warning\"",
        SEVERITIES,
        "How much its diagnostics weigh; what is heard with less weight is a note.",
    ),
    key(Rule, "", "cues", "cues = [\"blame\"]", Values::Cue, "The cues it looks at."),
    key(
        Rule,
        "",
        "order",
        "order = 100",
        Values::Any,
        "Its place among the rules: of two that claim one stretch with the same weight the earlier wins.",
    ),
    key(Rule, "", "sources", "sources = [\"...\"]", Values::Any, "Where the advice comes from."),
    key(Rule, "", "element", "element = \"thanks\"", Values::Any, "For `require`: the element that must be there."),
    key(
        Rule,
        "",
        "place",
        "place = \"closing\"",
        Values::Of(&["opening", "decision", "closing"]),
        "For `require`: where the missing sentence would go.",
    ),
    key(
        Rule,
        "",
        "spoils",
        "spoils = [\"thanks\"]",
        Values::Any,
        "For `forbid`: elements inside the faulty stretch do not count as there.",
    ),
    key(Rule, "", "max", "max = 3", Values::Any, "For `limit`: the highest sum of the weights of its sentences."),
    key(Rule, "", "caps", "[caps]\nblame = 1", Values::Any, "For `limit`: what a sentence with this cue adds at most."),
    key(
        Rule,
        "",
        "rest",
        "[rest]\nadds = 0.5\nunless = [\"thanks\"]\nbeside = \"decision\"",
        Values::Any,
        "For `limit`: what sentences without a cue of the rule add.",
    ),
    key(Rule, "rest", "adds", "adds = 0.5", Values::Any, "What each of them adds ..."),
    key(
        Rule,
        "rest",
        "unless",
        "unless = [\"thanks\"]",
        Values::Any,
        "... unless one of these cues is surely heard in it ...",
    ),
    key(Rule, "rest", "beside", "beside = \"decision\"", Values::Any, "... in a letter in which this cue surely is."),
    key(Rule, "", "when", "[when]\nreason = [\"abusive\"]", Values::Any, "When the rule holds."),
    key(Rule, "", "enabled", "enabled = true", BOOLEAN, "Whether it is switched on."),
    key(Rule, "when", "reason", "reason = [\"abusive\"]", Values::Reason, "Only with one of these reasons."),
    key(Rule, "when", "not-reason", "not-reason = [\"abusive\"]", Values::Reason, "With none of these reasons."),
    key(Cue, "", "cue", "cue = \"my-cue\"", Values::Any, "The cue's name; the file has the same name."),
    key(Cue, "", "note", "note = 1", Values::Any, "The weight from which on the cue is heard, as a note."),
    key(Cue, "", "warning", "warning = 2", Values::Any, "The weight from which on the cue is heard for sure."),
    key(Cue, "", "suggest", "suggest = [\"We were not able to ...\"]", Values::Any, "Wordings to use instead."),
    key(Cue, "", "good", "good = [\"...\"]", Values::Any, "Sentences in which the cue must not be heard."),
    key(
        Cue,
        "",
        "entry",
        "[[entry]]\npatterns = [\"\"]\nbad = [\"\"]\ngood = [\"\"]",
        Values::Any,
        "Patterns that are heard in the same way, with their examples.",
    ),
    key(
        Cue,
        "entry",
        "patterns",
        "patterns = [\"...\"]",
        Values::Any,
        "What is heard: words, `(a|b)`, `[optional]`, `*` for any ending, `{class}`, `...` for a gap.",
    ),
    key(
        Cue,
        "entry",
        "all",
        "all = [\"...\"]",
        Values::Any,
        "Patterns that must all stand in the scope, in any order.",
    ),
    key(Cue, "entry", "any", "any = [\"...\"]", Values::Any, "Patterns of which one must stand in the scope."),
    key(Cue, "entry", "none", "none = [\"...\"]", Values::Any, "Patterns that may not stand in the scope."),
    key(Cue, "entry", "unless", "unless = [\"...\"]", Values::Any, "Patterns that take it back."),
    key(Cue, "entry", "scope", "scope = \"clause\"", SCOPES, "Where `all`, `any` and `none` look."),
    key(
        Cue,
        "entry",
        "unless-in",
        "unless-in = \"clause\"",
        Values::Of(&["clause", "sentence", "pair", "letter", "before"]),
        "Where `unless` looks.",
    ),
    key(
        Cue,
        "entry",
        "near",
        "near = [\"decision\"]",
        Values::Cue,
        "Cues of which one must be heard in the same or a neighbouring sentence.",
    ),
    key(
        Cue,
        "entry",
        "head",
        "head = [\"main\"]",
        Values::Of(&["main", "relative", "conditional", "causal"]),
        "The clauses in which it is heard.",
    ),
    key(
        Cue,
        "entry",
        "in",
        "in = [\"body\"]",
        Values::Of(&["subject", "heading", "salutation", "body", "list-item", "sign-off", "signature", "postscript"]),
        "The parts of the letter in which it is heard.",
    ),
    key(Cue, "entry", "weight", "weight = 2", Values::Any, "How sure it is; summed over the stretches of a clause."),
    key(Cue, "entry", "span", "span = \"stretch\"", Values::Of(&["stretch", "clause", "sentence"]), "What is marked."),
    key(
        Cue,
        "entry",
        "suggest",
        "suggest = [\"...\"]",
        Values::Any,
        "Wordings to use instead of what these patterns hear.",
    ),
    key(
        Cue,
        "entry",
        "regex",
        "regex = \"...\"",
        Values::Any,
        "A regular expression, where no pattern will do; needs `literals`.",
    ),
    key(
        Cue,
        "entry",
        "literals",
        "literals = [\"...\"]",
        Values::Any,
        "Texts of which one stands in all that `regex` can match.",
    ),
    key(
        Cue,
        "entry",
        "bad",
        "bad = [\"«...»\"]",
        Values::Any,
        "Sentences in which it must be heard; `«»` mark the stretch.",
    ),
    key(
        Cue,
        "entry",
        "good",
        "good = [\"...\"]",
        Values::Any,
        "Sentences in which it must not be heard, near misses among them.",
    ),
];

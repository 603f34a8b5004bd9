//! The pattern language from outside: a few lines of TOML, a text, what is heard in it.

use std::sync::Arc;

use super::{CueFiles, CueSet, Hit};
use crate::{
    flaw::{Flaw, TomlFile},
    letter::{Forms, Letter, PartKind},
};

const LETTER: &str = r#"
language = "xx"
name = "Test"
[expand]
"*n't" = "* not"
"*'s" = "* 's"
"you've" = "you have"
[clauses]
conditional = ["if", "unless"]
causal = ["because"]
main = ["but"]
[negation]
words = ["not", "never"]
reach = 3
[recognise]
words = ["the", "you", "we"]
"#;

const LEXICON: &str = r#"
[you]
words = ["you", "your (staff|team)"]
[failing]
signed = true
derive = "verb"
words = ["fail", "delay", "!pay", "fall/verb behind"]
[kind]
words = ["good", "kind"]
[quality]
words = ["good", "bad", "kind", "late"]
[late]
words = ["late", "{tardy}"]
except = ["of late"]
[tardy]
words = ["tardy", "behind the times"]
"#;

const DERIVE: &str = r#"
[verb]
rules = [{ from = "y", cut = 1, to = ["y", "ys", "yed"] }, { from = "", to = ["", "s", "ed", "ing"] }]
[verb.irregular]
pay = ["pay", "pays", "paid"]
fall = ["fall", "fell", "fallen"]
"#;

fn file(name: &str, text: &str) -> TomlFile {
    TomlFile { name: name.into(), text: Arc::from(text) }
}

fn compile(cues: &[(&str, &str)]) -> Result<CueSet, Vec<Flaw>> {
    let files = CueFiles {
        lexicons: vec![file("lexicon.toml", LEXICON)],
        derive: Some(file("derive.toml", DERIVE)),
        cues: cues.iter().map(|(name, text)| file(&format!("{name}.toml"), text)).collect(),
        ..CueFiles::default()
    };
    CueSet::compile(&files, &forms()).map(|compiled| compiled.cues)
}

fn forms() -> Forms {
    Forms::parse(LETTER).expect("valid forms")
}

/// A cue `c` with one entry; the examples that every file needs are put in.
fn cue(entry: &str) -> String {
    format!("cue = \"c\"\ngood = [\"one\", \"two\"]\n[[entry]]\nbad = [\"x\"]\n{entry}\n")
}

fn hear(set: &CueSet, text: &str) -> Vec<Hit> {
    set.hear(text, &Letter::fragment(text, PartKind::Body, &forms()))
}

/// What an entry hears in a text, in `«»`, with `?` in front where it is a note.
#[track_caller]
fn check(entry: &str, cases: &[(&str, &[&str])]) {
    let set = compile(&[("c", &cue(entry))]).unwrap_or_else(|flaws| panic!("{flaws:?}"));
    for (text, expected) in cases {
        let heard: Vec<String> = hear(&set, text)
            .iter()
            .map(|hit| format!("{}{}", if hit.sure { "" } else { "?" }, &text[hit.range.clone()]))
            .collect();
        assert_eq!(heard, *expected, "{entry} in {text:?}");
    }
}

#[test]
fn words_alternatives_optionals_and_stems() {
    check(
        r#"patterns = ["(difficult|hard) to [really] (work|deal) with", "ungrateful*", "*ishness", "*soph*"]"#,
        &[
            ("It was hard to\n  work with them.", &["hard to\n  work with"]),
            ("It was HARD to really deal with.", &["HARD to really deal with"]),
            ("It was hard to with.", &[]),
            ("Such ungratefulness and foolishness.", &["ungratefulness and foolishness"]),
            ("A philosophical mind.", &["philosophical"]),
        ],
    );
}

#[test]
fn the_leftmost_longest_place_is_taken() {
    check(
        r#"patterns = ["bad [idea]", "bad idea of yours", "very+ bad"]"#,
        &[
            ("A bad idea of yours.", &["bad idea of yours"]),
            ("A bad idea; a bad one.", &["bad idea", "bad"]),
            ("A very very very bad one.", &["very very very bad"]),
        ],
    );
}

#[test]
fn gaps_stay_in_their_clause_unless_told() {
    check(
        r#"patterns = ["you ... fail"]"#,
        &[
            ("You fail.", &["You fail"]),
            ("You do so often fail.", &["You do so often fail"]),
            ("You do so very often fail.", &[]),
            ("You came, others fail.", &[]),
            ("You came but fail.", &[]),
            ("You, frankly, fail.", &["You, frankly, fail"]),
            ("You paid 3 times £20 fail.", &[]),
        ],
    );
    check(r#"patterns = ["you ....6 fail"]"#, &[("You came, but others fail.", &["You came, but others fail"])]);
}

#[test]
fn contractions_hyphens_quotes_and_punctuation() {
    check(
        r#"patterns = ["you do not", "no-show", "you have been", "! !", "so called help", "tom 's"]"#,
        &[
            ("You don't care.", &["You don't"]),
            ("A no-show.", &["no-show"]),
            ("You've been told.", &["You've been"]),
            ("Stop!! Now!", &["!!"]),
            ("It is Tom's.", &["Tom's"]),
            ("Your \u{201c}so-called\u{201d} help.", &["\u{201c}so-called\u{201d} help"]),
        ],
    );
}

#[test]
fn classes_derive_mind_negation_and_make_exceptions() {
    check(
        r#"patterns = ["{you} ... {failing}"]"#,
        &[
            ("You failed.", &["You failed"]),
            ("Your staff delayed it.", &["Your staff delayed"]),
            ("You fell behind.", &["You fell behind"]),
            ("You never failed.", &[]),
            ("You paid.", &[]),
            ("You did not pay.", &["You did not pay"]),
        ],
    );
    check(
        r#"patterns = ["{you} ... {!failing}"]"#,
        &[("You never failed.", &["You never failed"]), ("You paid.", &["You paid"]), ("You failed.", &[])],
    );
    check(r#"patterns = ["{quality - kind}"]"#, &[("Good and bad.", &["bad"]), ("A kind word.", &[])]);
    check(
        r#"patterns = ["so {late}"]"#,
        &[
            ("You are so late.", &["so late"]),
            ("So behind the times.", &["So behind the times"]),
            ("So tardy.", &["So tardy"]),
        ],
    );
    check(r#"patterns = ["{late}"]"#, &[("You have been busy of late.", &[]), ("You are late.", &["late"])]);
}

#[test]
fn token_classes() {
    check(
        r#"patterns = ["{{caps}} {{caps}}+", "by {{numeric-date}}", "at {{clock}}", "in {{year}}", "{{currency}} {{number}}", "with {{name}}", "your {{quoted}}"]"#,
        &[
            ("DO NOT CALL us.", &["DO NOT CALL"]),
            ("Pay by 31.12.2026 or at 5pm.", &["by 31.12.2026 or at 5pm"]),
            ("It was in 1999, not in 999.", &["in 1999"]),
            ("It costs £8,412.50 now.", &["£8,412.50"]),
            ("Speak with Anna Kova\u{10d} today.", &["with Anna Kova\u{10d}"]),
            ("We saw your \u{201c}great help\u{201d} again.", &["your \u{201c}great help\u{201d}"]),
        ],
    );
}

#[test]
fn ends_of_sentences() {
    check(
        r#"patterns = ["^ never", "again $"]"#,
        &[("Never do it again.", &["Never do it again"]), ("It never came again, so.", &[])],
    );
}

#[test]
fn all_in_any_order_within_the_scope() {
    check(
        r#"all = ["{you}", "late", "again"]"#,
        &[
            ("Again you were late.", &["Again you were late"]),
            ("You were late, again and again.", &[]),
            ("You were late.", &[]),
        ],
    );
    check(
        "all = [\"{you}\", \"late\"]\nscope = \"sentence\"",
        &[("Late again, were you?", &["Late again, were you"]), ("You came. It was late.", &[])],
    );
    check(
        "all = [\"late\", \"{you}\"]\nscope = \"pair\"",
        &[("You came. It was late.", &["late"]), ("You came. So. It was late.", &[])],
    );
}

#[test]
fn what_is_asked_for_besides() {
    check("patterns = [\"late\"]\nany = [\"you\", \"your\"]", &[("You were late.", &["late"]), ("We were late.", &[])]);
    check(
        "patterns = [\"late\"]\nnone = [\"we\"]\nscope = \"sentence\"",
        &[("You were late, and we waited.", &[]), ("You were late.", &["late"])],
    );
    check(
        "patterns = [\"late\"]\nunless = [\"if\"]",
        &[("If you are late.", &[]), ("You were late, if not absent.", &["late"])],
    );
    check(
        "patterns = [\"late\"]\nunless = [\"if\"]\nunless-in = \"sentence\"",
        &[("You were late, if not absent.", &[])],
    );
    check(
        "patterns = [\"late\"]\nunless = [\"we\"]\nunless-in = \"before\"",
        &[("We were late.", &[]), ("Late were we.", &["Late"])],
    );
    check(
        "patterns = [\"late\"]\nhead = [\"causal\"]",
        &[("We stop because you were late.", &["late"]), ("You were late.", &[])],
    );
    check("patterns = [\"late\"]\nin = [\"subject\"]", &[("You were late.", &[])]);
}

#[test]
fn weights_of_a_clause_are_added_up() {
    check(
        "patterns = [\"late\", \"again\"]\nweight = 1",
        &[
            ("You were late.", &["?late"]),
            ("You were late again.", &["late again"]),
            ("Late, as you were again.", &["?Late", "?again"]),
        ],
    );
    check("patterns = [\"late\"]\nweight = 0.5", &[("You were late.", &[])]);
}

#[test]
fn what_is_marked() {
    check(
        "patterns = [\"late\"]\nspan = \"clause\"",
        &[("We stop, because you were late again.", &["because you were late again"])],
    );
    check(
        "patterns = [\"late\"]\nspan = \"sentence\"",
        &[("We stop, because you were late.", &["We stop, because you were late"])],
    );
}

#[test]
fn a_regex_is_tried_where_its_literal_stands() {
    check("regex = '\\[[A-Z][^\\]]*\\]'\nliterals = [\"[\"]", &[("Dear [Name],", &["[Name]"]), ("Dear [sic],", &[])]);
}

#[test]
fn cues_may_ask_for_cues() {
    let thanks = "cue = \"thanks\"\ngood = [\"one\", \"two\"]\n[[entry]]\npatterns = [\"thanks\"]\nbad = [\"x\"]\n";
    let near = cue("patterns = [\"late\"]\nnear = [\"thanks\"]");
    let unless = cue("patterns = [\"late\"]\nunless = [\"@thanks\"]");
    let count = |cue: &str, text: &str| {
        let set = compile(&[("c", cue), ("thanks", thanks)]).unwrap();
        let own = set.id("c").unwrap();
        hear(&set, text).iter().filter(|hit| hit.cue == own).count()
    };
    assert_eq!(count(&near, "Thanks. You were late."), 1);
    assert_eq!(count(&near, "Thanks. And then. You were late."), 0);
    assert_eq!(count(&unless, "Thanks to you we were late."), 0);
    assert_eq!(count(&unless, "We were late."), 1);
}

#[test]
fn flaws_stand_at_their_place_and_all_are_told() {
    let flaws = |text: &str| -> Vec<(String, String)> {
        let flaws = compile(&[("c", text)]).err().unwrap_or_default();
        flaws.into_iter().map(|flaw| (flaw.text[flaw.at.clone()].to_owned(), flaw.message)).collect()
    };
    for (entry, at, message) in [
        ("patterns = [\"you (are\"]", "(", "this bracket is not closed"),
        ("patterns = [\"{yuo} are\"]", "{yuo}", "no word class is called `yuo`"),
        ("patterns = [\"{!kind}\"]", "{!kind}", "the class `kind` has no signs to turn round"),
        ("patterns = [\"go/noun\"]", "go/noun", "there is no derivation table `noun`"),
        ("patterns = [\"a\"]\nnear = [\"thank\"]", "\"thank\"", "no cue is called `thank`"),
        ("patterns = [\"a\"]\nnear = [\"c\"]", "\"c\"", "the cue `c` asks for itself"),
        ("patterns = [\"a\"]\nall = [\"b\"]", "[[entry]]", "an entry has either `patterns` or `all` or `regex`"),
        ("regex = \"a\"", "\"a\"", "a `regex` without `literals`"),
    ] {
        assert_eq!(flaws(&cue(entry)), [(at.to_owned(), message.to_owned())], "{entry}");
    }
    let two = cue("patterns = [\"(a\", \"{b}\"]");
    assert_eq!(flaws(&two).len(), 2);
    assert_eq!(flaws("cue = \"c\"\ngood = [\"a\", \"b\"]\nentrys = 1\n")[0].0, "entrys");
    assert_eq!(flaws("cue = \"c\"\ngood = [\"a\"]\n[[entry]]\npatterns = [\"a\"]\n").len(), 2);
}

#[test]
fn a_run_of_words_without_an_end_is_cut_into_sentences() {
    let set = compile(&[("c", &cue("patterns = [\"you are late\"]"))]).unwrap();
    let text = "you are late ".repeat(1000);
    let letter = Letter::fragment(&text, PartKind::Body, &forms());
    assert!(letter.sentences.iter().all(|sentence| sentence.tokens.len() <= crate::letter::LONGEST_SENTENCE));
    let tokens: usize = letter.sentences.iter().map(|sentence| sentence.tokens.len()).sum();
    assert_eq!(tokens, 3000);
    assert_eq!(set.hear(&text, &letter).len(), letter.sentences.len(), "one hit for each clause");
}

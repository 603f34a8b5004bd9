//! What holds for every fix, on all rules, languages and fixtures: it brings no new diagnostic but its own blanks, made twice it is made
//! once, and whoever makes the edits of a JSON report gets the file that partwell writes.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use partwell::{
    diagnostic::{Applicability, LetterKind, Verdict, Wording},
    engine::{Context, check, check_source},
    fix::{Choice, Mender},
    report::{Checked, json},
    rule::{Mend, Reason, RuleBook, RuleKind},
    source::{self, Edit, Editor, Format, Source},
};

const SAFE: Choice = Choice { suggested: false, wording: Wording::Neutral };

fn choices() -> impl Iterator<Item = Choice> {
    std::iter::once(SAFE).chain(Wording::ALL.map(|wording| Choice { suggested: true, wording }))
}

fn drafts() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut found: Vec<PathBuf> = ["bs", "en", "ms", "pl", "ru", "sr"]
        .iter()
        .flat_map(|language| fs::read_dir(root.join(language)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension != "report"))
        .collect();
    found.sort();
    found
}

fn open(path: &Path) -> Source {
    let bytes = fs::read(path).unwrap();
    let format = Format::of(path.extension().and_then(|extension| extension.to_str()), &bytes);
    source::read(&path.to_string_lossy(), bytes, format).unwrap()
}

/// Judges as the command line does, but for the config.
struct Bench {
    book: RuleBook,
    context: Context,
}

impl Bench {
    fn new(context: Context) -> Bench {
        Bench { book: RuleBook::shipped(), context }
    }

    fn judge(&self, source: &Source) -> Verdict {
        let declared = source.declared.reason.as_ref().and_then(|(reason, _)| reason.parse().ok());
        let context = Context { reason: self.context.reason.or(declared), ..self.context.clone() };
        check_source(source, &self.book, &context)
    }

    fn checked(&self, source: Source) -> Checked {
        Checked { verdict: self.judge(&source), source }
    }

    fn mend(&self, before: &Checked, choice: Choice) -> Checked {
        let judge = |source: &Source| self.judge(source);
        Mender { book: &self.book, judge: &judge }.mend(before, choice).checked
    }

    /// Mends a draft and asserts all that has to hold. Gives the mended draft.
    fn proves(&self, before: &Checked, choice: Choice) -> Checked {
        let name = format!("{} {choice:?}", before.source.name);
        let after = self.mend(before, choice);
        let (old, new) = (by_rule(before), by_rule(&after));
        for (rule, count) in &new {
            let had = old.get(rule).copied().unwrap_or_default();
            assert!(
                rule == "placeholder" || *count <= had,
                "{name}: {count} of {rule}, before {had}\n{}",
                after.source.text
            );
        }
        if choice == SAFE || before.verdict.diagnostics.is_empty() {
            assert!(new.get("placeholder") <= old.get("placeholder"), "{name}: a safe fix puts in no blank");
        }
        let sum = |counts: &BTreeMap<String, usize>| {
            counts.iter().filter(|(rule, _)| *rule != "placeholder").map(|(_, count)| count).sum::<usize>()
        };
        let changed = after.source.bytes != before.source.bytes;
        assert_eq!(changed, sum(&new) < sum(&old), "{name}: what changes mends\n{}", after.source.text);
        assert_eq!(after.verdict.letter, before.verdict.letter, "{name}");
        let read_again =
            self.checked(source::read(&after.source.name, after.source.bytes.clone(), after.source.format).unwrap());
        assert_eq!(read_again.verdict, after.verdict, "{name}: the verdict is that of the file");
        let twice = self.mend(&read_again, choice);
        assert_eq!(twice.source.bytes, after.source.bytes, "{name}: twice is once");
        after
    }
}

fn by_rule(checked: &Checked) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for diagnostic in &checked.verdict.diagnostics {
        *counts.entry(diagnostic.rule.clone()).or_default() += 1;
    }
    counts
}

#[test]
fn every_fixture_is_mended() {
    let bench = Bench::new(Context::default());
    let (mut faults, mut left) = (0, 0);
    for path in drafts() {
        let before = bench.checked(open(&path));
        for choice in choices() {
            let after = bench.proves(&before, choice);
            if choice.suggested && before.verdict.letter == LetterKind::Termination {
                faults += before.verdict.diagnostics.len();
                left += by_rule(&after)
                    .iter()
                    .filter(|(rule, _)| *rule != "placeholder")
                    .map(|(_, count)| count)
                    .sum::<usize>();
            }
        }
    }
    assert!(left * 7 < faults, "{left} of {faults} faults are left");
}

#[test]
fn the_edits_of_a_json_report_make_the_same_file() {
    let bench = Bench::new(Context { reason: Some(Reason::Abusive), ..Context::default() });
    let mut tried = 0;
    for path in drafts() {
        let checked = bench.checked(open(&path));
        let report: serde_json::Value = serde_json::from_str(&json::to_line(&json::File::new(&checked))).unwrap();
        for (told, own) in report["diagnostics"].as_array().unwrap().iter().zip(&checked.verdict.diagnostics) {
            for (told, own) in told["fixes"].as_array().unwrap().iter().zip(&own.fixes) {
                let Ok(meant) = Editor::new(&checked.source).apply(&own.edits) else { continue };
                let mut bytes = checked.source.bytes.clone();
                for edit in told["edits"].as_array().unwrap().iter().rev() {
                    let place = |key: &str| usize::try_from(edit[key].as_u64().unwrap()).unwrap();
                    let label = edit["charset"].as_str().unwrap_or("utf-8");
                    let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
                    let text = edit["text"].as_str().unwrap();
                    bytes.splice(place("start")..place("end"), encoding.encode(text).0.into_owned());
                }
                assert_eq!(bytes, meant.bytes, "{}: {}", path.display(), own.title);
                tried += 1;
            }
        }
    }
    assert!(tried > 300, "only {tried} fixes were tried");
}

/// A letter that has all it needs, with one sentence at fault put into it.
const LETTERS: [(&str, &str); 6] = [
    ("en", include_str!("../fixtures/en/clean.txt")),
    ("ru", include_str!("../fixtures/ru/clean.txt")),
    ("pl", include_str!("../fixtures/pl/clean.txt")),
    ("bs", include_str!("../fixtures/bs/clean.txt")),
    ("sr", include_str!("../fixtures/sr/clean.txt")),
    ("ms", include_str!("../fixtures/ms/clean.txt")),
];

/// How many examples of each cue are tried: all of them would take minutes.
const EXAMPLES: usize = 5;

#[test]
fn every_rule_is_mended_in_every_language() {
    for (language, letter) in LETTERS {
        let context = Context {
            reason: Some(Reason::Abusive),
            language: Some(language.into()),
            assume: Some(LetterKind::Termination),
            ..Context::default()
        };
        let bench = Bench::new(context);
        for rule in bench.book.rules().iter().filter(|rule| rule.kind == RuleKind::Forbid && !rule.mend.is_empty()) {
            let examples = rule.cues.iter().flat_map(|cue| bench.book.examples(language, cue).0);
            let examples: Vec<String> =
                examples.filter(|example| !example.starts_with('[') && !example.contains('|')).collect();
            let step = (examples.len() / EXAMPLES).max(1);
            let (mut faulty, mut mended) = (0, 0);
            for example in examples.iter().step_by(step).take(EXAMPLES) {
                let mut paragraphs: Vec<String> = letter.trim().split("\n\n").map(str::to_owned).collect();
                paragraphs.insert(paragraphs.len() / 2, example.replace(['«', '»'], ""));
                let source = source::read(example, paragraphs.join("\n\n").into_bytes(), Format::Text).unwrap();
                let before = bench.checked(source);
                let heard =
                    |checked: &Checked| checked.verdict.diagnostics.iter().filter(|one| one.rule == rule.id).count();
                faulty += heard(&before);
                let after = bench.proves(&before, Choice { suggested: true, wording: Wording::Neutral });
                mended += heard(&before) - heard(&after);
            }
            assert!(faulty > 0, "{language}: no example of {} was heard", rule.id);
            assert!(mended * 4 >= faulty * 3, "{language}: {mended} of {faulty} faults of {} were mended", rule.id);
        }
    }
}

#[test]
fn ready_sentences_are_at_no_fault_themselves() {
    let book = RuleBook::shipped();
    for language in book.languages() {
        let texts = book.texts(language).unwrap();
        for rule in book.rules().iter().filter(|rule| rule.mend.contains(&Mend::Rewrite)) {
            let ready = &texts.rule(&rule.id).unwrap().rewrite;
            assert_eq!(ready.len(), 3, "{language}: {} has a neutral, a warm and a minimal wording", rule.id);
            for sentence in ready {
                let context = Context {
                    language: Some(language.into()),
                    assume: Some(LetterKind::Termination),
                    ..Context::default()
                };
                let verdict = check(sentence, &[], &book, &context);
                let faults: Vec<&str> = verdict
                    .diagnostics
                    .iter()
                    .filter(|one| !one.range.is_empty())
                    .map(|one| one.rule.as_str())
                    .collect();
                assert!(faults.iter().all(|rule| *rule == "placeholder"), "{language}: {sentence}: {faults:?}");
                assert_eq!(
                    sentence.contains('['),
                    faults.contains(&"placeholder"),
                    "{language}: {sentence}: a blank is heard as one"
                );
            }
        }
        for kind in ["insert", "rewrite", "strike", "strike-clause", "calm", "unhedge"] {
            assert_ne!(texts.fix(kind, "x"), "x", "{language} has no name for {kind}");
        }
    }
}

/// The only fixes made unread: what they make of a sentence in each language.
#[test]
fn safe_fixes() {
    for (language, sentence, mended) in [
        ("en", "WE ARE CLOSING YOUR ACCOUNT, MS HARTNELL!!!", "We are closing your account, Ms Hartnell!"),
        (
            "en",
            "WE WILL CHARGE NO VAT AND I REMAIN AT YOUR SERVICE!!!",
            "We will charge no VAT and I remain at your service!",
        ),
        ("en", "From 3 May we will no longer work for you!!!", "From 3 May we will no longer work for you!"),
        (
            "en",
            "We will probably close your account on 3 May. The keys will be sent to you.",
            "We will close your account on 3 May. The keys will be sent to you.",
        ),
        (
            "en",
            "Perhaps we will close your account on 3 May. The keys will be sent to you.",
            "We will close your account on 3 May. The keys will be sent to you.",
        ),
        ("ru", "МЫ ПРЕКРАЩАЕМ РАБОТУ С ВАМИ 3 МАЯ!!!", "Мы прекращаем работу с Вами 3 мая!"),
        (
            "ru",
            "Мы, вероятно, прекратим работу с Вами 3 мая, так как закрываем отдел.",
            "Мы прекратим работу с Вами 3 мая, так как закрываем отдел.",
        ),
        ("pl", "KOŃCZYMY WSPÓŁPRACĘ Z PAŃSTWEM!!!", "Kończymy współpracę z Państwem!"),
        ("pl", "Prawdopodobnie zakończymy współpracę z dniem 3 maja.", "Zakończymy współpracę z dniem 3 maja."),
        ("bs", "PREKIDAMO SARADNJU S VAMA!!!", "Prekidamo saradnju s vama!"),
        ("bs", "Mi ćemo vjerovatno prekinuti saradnju 3. maja.", "Mi ćemo prekinuti saradnju 3. maja."),
        ("sr", "РАСКИДАМО УГОВОР СА ВАМА!!!", "Раскидамо уговор са вама!"),
        ("sr", "Možda raskidamo ugovor 3. maja.", "Raskidamo ugovor 3. maja."),
        (
            "ms",
            "KAMI MENAMATKAN PERKHIDMATAN INI PADA BULAN MEI!!!",
            "Kami menamatkan perkhidmatan ini pada bulan Mei!",
        ),
        (
            "ms",
            "Kami mungkin akan menamatkan perkhidmatan pada 3 Mei.",
            "Kami akan menamatkan perkhidmatan pada 3 Mei.",
        ),
    ] {
        let context =
            Context { language: Some(language.into()), assume: Some(LetterKind::Termination), ..Context::default() };
        let bench = Bench::new(context);
        let letter = if sentence.contains("HARTNELL") {
            format!("Dear Ms Hartnell,\n\nWe write to you, Ms Hartnell. {sentence}")
        } else {
            sentence.to_owned()
        };
        let before = bench.checked(source::read("a.txt", letter.clone().into_bytes(), Format::Text).unwrap());
        let after = bench.mend(&before, SAFE);
        let said: Vec<_> = before
            .verdict
            .diagnostics
            .iter()
            .filter(|one| !one.range.is_empty())
            .map(|one| (&one.rule, &one.fixes))
            .collect();
        assert_eq!(after.source.text, letter.replace(sentence, mended), "{language}: {said:?}");
        assert!(
            before
                .verdict
                .diagnostics
                .iter()
                .any(|one| one.fixes.iter().any(|fix| fix.applicability == Applicability::Safe))
        );
    }
}

/// A word that leans on the hedge would be left without support, so these are not written unread.
#[test]
fn hedges_that_carry_an_enclitic_stay() {
    for (language, sentence) in [
        ("bs", "Vjerovatno ćemo prekinuti saradnju 3. maja."),
        ("sr", "Верујте, вероватно ћемо прекинути сарадњу 3. маја."),
        ("sr", "Verovatno ćemo prekinuti saradnju 3. maja."),
        ("pl", "Prawdopodobnie się rozstaniemy z dniem 3 maja."),
    ] {
        let context =
            Context { language: Some(language.into()), assume: Some(LetterKind::Termination), ..Context::default() };
        let bench = Bench::new(context);
        let before = bench.checked(source::read("a.txt", sentence.into(), Format::Text).unwrap());
        assert_eq!(bench.mend(&before, SAFE).source.text, sentence);
        assert!(before.verdict.diagnostics.iter().any(|one| one.rule == "hedged-decision"), "{sentence}");
    }
}

#[test]
fn overlapping_fixes_are_refused() {
    let source = source::read("a.txt", b"You failed to pay.".to_vec(), Format::Text).unwrap();
    let edit = |range, text: &str| Edit { range, text: text.into() };
    assert!(Editor::new(&source).apply(&[edit(0..10, "a"), edit(4..13, "b")]).is_err());
    assert!(Editor::new(&source).apply(&[edit(0..3, "We"), edit(3..10, " are glad")]).is_ok());
}

/// Serbian may be written in Cyrillic, and so is what is put in.
#[test]
fn what_is_put_in_is_written_in_the_script_of_the_letter() {
    let bench = Bench::new(Context { reason: Some(Reason::Scope), ..Context::default() });
    let letter = "Поштовани господине Илићу,\n\nОд 1. марта више не радимо за вас. Нисте платили рачуне и увек касните, а време нам је скупо.\n\nСрдачно\nЈована";
    let before = bench.checked(source::read("a.txt", letter.into(), Format::Text).unwrap());
    let after = bench.proves(&before, Choice { suggested: true, wording: Wording::Warm });
    assert!(after.source.text.len() > letter.len());
    assert!(!after.source.text.chars().any(|c| c.is_ascii_alphabetic()), "{}", after.source.text);
}

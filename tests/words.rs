//! The report speaks the reader's language: no text is missing in any, and no English word is left over in another.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]
#![expect(clippy::needless_raw_string_hashes, reason = "the snapshots are written so")]

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use partwell::rule::RuleBook;
use snapbox::{assert_data_eq, str};

const RUSSIAN: &str = "Уважаемая Анна Сергеевна,\n\nВы не заплатили за март, Вы лгунья. С 1 мая мы прекращаем работу с Вами, потому что нам не хватает людей.\n\nС уважением,\nИван Петров\n";
const RUSSIAN_OTHER: &str = "Уважаемая Анна Сергеевна,\n\nнапоминаем, что завтра в десять часов у нас встреча по новому договору.\n\nС уважением,\nИван Петров\n";
const POLISH: &str = "Szanowny Panie,\n\nz dniem 1 marca kończymy współpracę, ponieważ nie zapłacił Pan żadnej faktury.\n\nZ poważaniem\nAnna Nowak\n";
/// One thing too much, in a letter in which hardly anything is missing.
const POLISH_NEARLY: &str = "Szanowny Panie,\n\ndziękujemy za zaufanie i wspólne lata. Z dniem 1 marca kończymy współpracę, ponieważ nasz zespół jest za mały. Nie zapłacił Pan żadnej faktury.\n\n\
    Przepraszamy za niedogodności. Ostatniej faktury nie wystawimy, a dokumenty przekażemy do końca lutego. Biuro Nowak i Wspólnicy przyjmuje nowych klientów.\n\nZ poważaniem\nAnna Nowak\n";
const GERMAN: &str = "Sehr geehrter Herr Maier,\n\nhiermit kündigen wir den Vertrag zum 31. März, weil Sie nie gezahlt haben.\n\nMit freundlichen Grüßen\n";

fn texts_of(language: &str) -> toml::Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(language).join("texts.toml");
    toml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Each text with the keys that lead to it; how many texts a list has is free.
fn flat(table: &toml::Table, path: &str, out: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let path = format!("{path}.{key}");
        match value {
            toml::Value::Table(table) => flat(table, &path, out),
            value => _ = out.insert(path, value.to_string()),
        }
    }
}

#[test]
fn no_text_is_missing_in_any_language_and_none_is_still_english() {
    let book = RuleBook::shipped();
    let mut english = BTreeMap::new();
    flat(&texts_of("en"), "", &mut english);
    for rule in book.rules() {
        english.insert(format!(".rule.{}.sources", rule.id), format!("{:?}", rule.sources));
    }
    for language in book.languages().into_iter().filter(|language| *language != "en") {
        let mut own = BTreeMap::new();
        flat(&texts_of(language), "", &mut own);
        for (key, english) in &english {
            let Some(own) = own.get(key) else {
                assert!(key.ends_with("-1"), "{language} lacks {key}");
                continue;
            };
            assert_ne!(own, english, "{language}: {key}");
            for hole in ["{n}", "{what}", "{found}"] {
                assert_eq!(own.contains(hole), english.contains(hole), "{language}: {key}: {hole}");
            }
        }
        // The words that fixes go by are the language's own: some have kinds of them that English has not.
        let asked = |key: &str| english.contains_key(key) || key.starts_with(".mend.");
        let unknown: Vec<&String> = own.keys().filter(|key| !asked(key)).collect();
        assert!(unknown.is_empty(), "{language}: nothing asks for {unknown:?}");
        let texts = book.texts(language).unwrap();
        for rule in book.rules() {
            assert_eq!(texts.sources(rule).len(), rule.sources.len(), "{language}: sources of `{}`", rule.id);
        }
    }
}

fn partwell(folder: &Path, locale: &str, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_partwell"));
    command.current_dir(folder).args(args).env("COLUMNS", "100").env_remove("LC_ALL").env_remove("LC_MESSAGES");
    let output = command.env("LC_CTYPE", "C.UTF-8").env("LANG", locale).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    String::from_utf8(output.stdout).unwrap()
}

fn drafts(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn a_russian_report_has_no_english_word() {
    let mail = format!("Content-Type: text/plain; charset=x\nContent-Language: xx\n\n{RUSSIAN}");
    let folder = drafts(&[("1.txt", RUSSIAN), ("2.txt", RUSSIAN_OTHER), ("3.eml", &mail), ("4.txt", GERMAN)]);
    let ids: Vec<String> = RuleBook::shipped().rules().iter().map(|rule| rule.id.clone()).collect();
    for args in [
        &["check", "--reason", "abusive", "1.txt", "2.txt", "3.eml", "4.txt"][..],
        &["outline", "1.txt"],
        &["explain", "blame"],
        &["explain", "missing-thanks"],
        &["explain", "--rules", ".", "over-justification"],
        &["rules", "list"],
    ] {
        let report = partwell(folder.path(), "ru_RU.UTF-8", args);
        // The draft's own lines, names of files, ids, options, and what the user writes into the settings.
        let ours = report.lines().filter(|line| !line.contains('│')).flat_map(str::split_whitespace);
        let mut ours = ours.collect::<Vec<_>>().join(" ");
        let technical =
            ["1.txt", "2.txt", "3.eml", "4.txt", "partwell.toml", "rules.", "enabled = false", "[X]", "[--lang]"];
        let told = ["[--assume termination]", "abusive", ": ru,", "«x»", "«xx»", "UTF-8"];
        for known in ids.iter().map(String::as_str).chain(technical).chain(told) {
            ours = ours.replace(known, "");
        }
        let english: Vec<&str> =
            ours.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).collect();
        assert!(english.is_empty(), "{args:?}: {english:?}\n{report}");
        assert!(report.lines().count() > 10, "{args:?}\n{report}");
    }
}

#[test]
fn a_report_speaks_the_language_of_its_letter() {
    let folder = drafts(&[("pismo.txt", POLISH_NEARLY)]);
    let out = partwell(folder.path(), "C", &["check", "pismo.txt"]);
    assert_data_eq!(
        out,
        str![[r#"
ostrzeżenie[blame]: To zrzuca winę na klienta.
  ┌─ pismo.txt:3:112
  │
3 │ …ponieważ nasz zespół jest za mały. Nie zapłacił Pan żadnej faktury.
  │                                     ^^^^^^^^^^^^^^^^
  │
  = podpowiedź: Nie otrzymaliśmy tego, czego potrzebowaliśmy do dalszej pracy.
  = rada: nigdy nie obwiniać klienta (artykuł 002)

ostrzeżenie[missing-well-wishes]: W liście brak dobrych życzeń.
  ┌─ pismo.txt:5:155
  │
5 │ …do końca lutego. Biuro Nowak i Wspólnicy przyjmuje nowych klientów.
  │                                                                     ^
  │
  = podpowiedź: Życzymy Państwu wszystkiego dobrego.
  = podpowiedź: Życzę Państwu samych sukcesów i wiele radości z tego, co przed Państwem.
  = podpowiedź: Wszystkiego dobrego!
  = podpowiedź: Na końcu; „Z poważaniem” to nie życzenie.
  = rada: zakończyć dobrymi życzeniami (artykuł 004)

pismo.txt:  podziękowanie ✓  decyzja ✓  data ✓  powód ✓  dalsze kroki ✓  gest dobrej woli ✓
     inna droga ✓  słowo żalu ✓  dobre życzenia ✗
Ocenione listy: 1; ostrzeżenia: 2

"#]]
    );
}

#[test]
fn severities_keep_their_colours() {
    let folder = drafts(&[("1.txt", RUSSIAN)]);
    let out = partwell(folder.path(), "C", &["check", "--color", "always", "1.txt"]);
    let head = out.lines().find(|line| line.contains("[blame]")).unwrap();
    let expected =
        "\u{1b}[1m\u{1b}[33mпредупреждение[blame]\u{1b}[0m\u{1b}[1m: Здесь вина возлагается на клиента.\u{1b}[0m";
    assert_eq!(head, expected);
}

/// The last line of a report.
fn count(folder: &Path, locale: &str, args: &[&str]) -> String {
    let out = partwell(folder, locale, &[&["check"], args].concat());
    out.lines().last().unwrap().to_owned()
}

#[test]
fn the_last_line_is_in_the_language_of_the_reader_or_of_all_letters() {
    let folder = drafts(&[("1.txt", RUSSIAN), ("2.txt", RUSSIAN_OTHER), ("3.txt", GERMAN), ("4.txt", POLISH)]);
    let count = |locale, args: &[&str]| count(folder.path(), locale, args);
    let lines = [
        count("C", &["1.txt", "2.txt"]),
        count("C", &["1.txt", "3.txt"]),
        count("C", &["1.txt", "4.txt"]),
        count("pl_PL.UTF-8", &["1.txt", "2.txt"]),
        count("pl_PL.UTF-8", &["3.txt"]),
        count("C", &["3.txt"]),
        count("de_DE.UTF-8", &["1.txt"]),
        count("pl_PL.UTF-8", &["--message-lang", "ms", "1.txt", "4.txt"]),
        count("C", &["--message-lang", "sr", "2.txt"]),
        count("C", &["--message-lang", "bs", "--assume", "termination", "2.txt"]),
    ];
    assert_data_eq!(
        lines.join("\n"),
        str![[r#"
Проверено писем: 1; предупреждений: 6, замечаний: 1; пропущено других текстов: 1
Проверено писем: 1; предупреждений: 6, замечаний: 1; пропущено других текстов: 1
2 letters judged: 12 warnings, 2 notes
Ocenione listy: 1; ostrzeżenia: 6, uwagi: 1; pominięte inne teksty: 1
Nie oceniono żadnego listu; pominięte inne teksty: 1
no letter judged; 1 other text not judged
Проверено писем: 1; предупреждений: 6, замечаний: 1
2 surat dinilai: 12 amaran, 2 nota
Nijedno pismo nije ocenjeno; preskočeni drugi tekstovi: 1
Ocijenjena pisma: 1; upozorenja: 6, napomene: 3
"#]]
    );
}

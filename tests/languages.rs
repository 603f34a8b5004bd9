//! What holds for all languages: they are recognised, heard side by side in one letter, and heard however they are typed.

use partwell::{
    diagnostic::{LetterKind, Verdict},
    engine::{Context, check},
    rule::{Reason, RuleBook},
};
use unicode_normalization::UnicodeNormalization;

fn judge(book: &RuleBook, text: &str) -> Verdict {
    check(text, &[], book, &Context { reason: Some(Reason::Scope), ..Context::default() })
}

/// Rule and words of each tone diagnostic.
fn heard<'t>(verdict: &Verdict, text: &'t str) -> Vec<(String, &'t str)> {
    let tone = verdict.diagnostics.iter().filter(|diagnostic| !diagnostic.range.is_empty());
    tone.map(|diagnostic| (diagnostic.rule.clone(), &text[diagnostic.range.clone()])).collect()
}

const SERBIAN: &str = "Поштовани господине Илићу,\n\nОд 1. марта више не радимо за вас. Нисте платили рачуне и увек касните, а време нам је скупо.\n\nСрдачно\nЈована";
const SERBIAN_LATIN: &str = "Poštovani gospodine Iliću,\n\nOd 1. marta više ne radimo za vas. Niste platili račune i uvek kasnite, a vreme nam je skupo.\n\nSrdačno\nJovana";
const SERBIAN_BARE: &str = "Postovani gospodine Ilicu,\n\nOd 1. marta vise ne radimo za vas. Niste platili racune i uvek kasnite, a vreme nam je skupo.\n\nSrdacno\nJovana";

#[test]
fn serbian_is_heard_in_both_scripts_and_without_diacritics() {
    let book = RuleBook::shipped();
    let rules = |text: &str| -> Vec<String> {
        let verdict = judge(&book, text);
        assert_eq!(verdict.language, "sr", "{text}");
        verdict.diagnostics.into_iter().map(|diagnostic| diagnostic.rule).collect()
    };
    let cyrillic = rules(SERBIAN);
    assert!(cyrillic.iter().any(|rule| !rule.starts_with("missing-")), "{cyrillic:?}");
    assert_eq!(rules(SERBIAN_LATIN), cyrillic);
    assert_eq!(rules(SERBIAN_BARE), cyrillic);
}

/// Without diacritics.
fn typed_in_haste(text: &str) -> String {
    text.nfd()
        .filter(|letter| !unicode_normalization::char::is_combining_mark(*letter))
        .collect::<String>()
        .replace('ł', "l")
}

#[test]
fn polish_is_heard_without_diacritics_and_decomposed() {
    let book = RuleBook::shipped();
    let text = "Szanowny Panie,\n\nz dniem 1 marca kończymy współpracę. Nie zapłacił Pan żadnej faktury i ciągle się Pan spóźnia.\n\nZ poważaniem\nAnna Nowak";
    let rules = |text: &str| -> Vec<String> {
        let verdict = judge(&book, text);
        assert_eq!(verdict.language, "pl", "{text}");
        verdict.diagnostics.into_iter().map(|diagnostic| diagnostic.rule).collect()
    };
    let typed = rules(text);
    assert!(typed.contains(&"blame".to_owned()), "{typed:?}");
    let decomposed: String = text.nfd().collect();
    assert_eq!(rules(&decomposed), typed);
    let bare = typed_in_haste(text);
    assert!(rules(&bare).contains(&"blame".to_owned()), "{bare}");
}

#[test]
fn a_paragraph_in_another_language_is_heard_with_its_pack() {
    let book = RuleBook::shipped();
    let text = "Szanowny Panie,\n\nz dniem 1 marca kończymy współpracę z Pana firmą, ponieważ nasz zespół jest mniejszy.\n\n\
                Dokumenty przekażemy nowemu biuru do końca marca, a za ostatni miesiąc nie wystawimy faktury. Dziękujemy za wszystkie lata.\n\n\
                To your office in London: you are impossible to work with.\n\n\
                Z poważaniem\nAnna Nowak";
    let verdict = judge(&book, text);
    assert_eq!(verdict.language, "pl");
    let heard = heard(&verdict, text);
    assert!(heard.iter().any(|(rule, words)| rule == "personal-attack" && words.contains("impossible")), "{heard:?}");
}

#[test]
fn a_language_without_rules_is_told_and_not_judged() {
    let book = RuleBook::shipped();
    let verdict = judge(
        &book,
        "Sehr geehrter Herr Maier,\n\nhiermit kündigen wir den Vertrag zum 31. März, weil Sie nie gezahlt haben.\n\nMit freundlichen Grüßen",
    );
    assert_eq!((verdict.language.as_str(), verdict.letter), ("unknown", LetterKind::Other));
    assert!(verdict.diagnostics.is_empty());
}

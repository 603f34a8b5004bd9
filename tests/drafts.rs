//! Every letter to start from, by reason, language and format, is checked as a user would check it: nothing is found but its blanks.

use partwell::{
    diagnostic::LetterKind,
    engine::{self, Context},
    report::draft,
    rule::{Draft, Reason, RuleBook},
    source::{self, Format},
};

type Write = fn(&Draft, Reason, &str) -> String;

const FORMATS: [(&str, Format, Write); 3] = [
    ("txt", Format::Text, draft::plain),
    ("md", Format::Markdown, draft::markdown),
    ("eml", Format::Mail, draft::mail),
];

#[test]
fn every_draft_is_clean_but_for_its_blanks() {
    let book = RuleBook::shipped();
    let mut checked = 0;
    let mut wrong = Vec::new();
    for language in book.languages() {
        for reason in Reason::ALL {
            for (extension, format, write) in FORMATS {
                let letter = letter(&book, language, reason);
                let found = faults(&write(&letter, reason, language), format, &book);
                wrong.extend(found.into_iter().map(|fault| format!("{language} {reason} {extension}: {fault}")));
                checked += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(checked, 6 * 8 * 3);
}

/// Whoever has filled in all blanks but one is told of that one.
#[test]
fn every_blank_is_heard_on_its_own() {
    let book = RuleBook::shipped();
    let mut unheard = Vec::new();
    for language in book.languages() {
        for reason in Reason::ALL {
            let file = draft::plain(&letter(&book, language, reason), reason, language);
            let context = Context { reason: Some(reason), language: Some(language.to_owned()), ..Context::default() };
            for (start, _) in file.match_indices('[') {
                let end = start + file[start..].find(']').expect("each bracket is closed") + 1;
                let filled = |text: &str| text.replace(['[', ']'], "");
                let one = format!("{}{}{}", filled(&file[..start]), &file[start..end], filled(&file[end..]));
                let source = source::read("draft", one.into_bytes(), Format::Text).expect("a draft can be read");
                let verdict = engine::check(&source.text, &source.marks, &book, &context);
                let blank = source.text.find('[').expect("it is still there");
                if !verdict.diagnostics.iter().any(|found| found.rule == "placeholder" && found.range.start == blank) {
                    unheard.push(format!("{language} {reason}: {}", &file[start..end]));
                }
            }
        }
    }
    assert!(unheard.is_empty(), "{}", unheard.join("\n"));
}

fn letter(book: &RuleBook, language: &str, reason: Reason) -> Draft {
    let drafts = book.drafts(language).expect("a language of the book");
    drafts.letter(reason).unwrap_or_else(|| panic!("{language} has no letter for {reason}"))
}

/// What is wrong with a draft, taken as a check of the file would take it.
fn faults(file: &str, format: Format, book: &RuleBook) -> Vec<String> {
    let source = source::read("draft", file.as_bytes().to_vec(), format).expect("a draft can be read");
    let declared = |declared: &Option<(String, _)>| declared.as_ref().map(|(text, _)| text.clone());
    let reason = declared(&source.declared.reason).and_then(|reason| reason.parse().ok());
    let context = Context { reason, language: declared(&source.declared.language), ..Context::default() };
    let verdict = engine::check(&source.text, &source.marks, book, &context);
    let mut faults = Vec::new();
    if reason.is_none() || context.language.is_none() || !source.notes.is_empty() {
        faults.push(format!("declares {reason:?} {:?}, {:?}", context.language, source.notes));
    }
    if verdict.letter != LetterKind::Termination {
        faults.push("is taken for another letter".to_owned());
    }
    // Undeclared it is recognised too.
    let untold = engine::check(&source.text, &source.marks, book, &Context::default());
    if untold.letter != LetterKind::Termination || Some(&untold.language) != context.language.as_ref() {
        faults.push(format!("untold it is {:?} in {}", untold.letter, untold.language));
    }
    let (blanks, others): (Vec<_>, Vec<_>) = verdict.diagnostics.iter().partition(|found| found.rule == "placeholder");
    for found in others {
        faults.push(format!("{}: {:?}", found.rule, &source.text[found.range.clone()]));
    }
    if blanks.len() < 5 {
        faults.push(format!("only {} blanks", blanks.len()));
    }
    let required = verdict.elements.iter().filter(|(element, _)| *element != "alternatives");
    for (element, _) in required.filter(|(_, places)| places.is_empty()) {
        faults.push(format!("lacks {element}"));
    }
    if (reason == Some(Reason::Abusive)) != verdict.elements["alternatives"].is_empty() {
        faults.push("recommends others after abuse, or nobody elsewhere".to_owned());
    }
    faults
}

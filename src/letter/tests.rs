//! In: real and hostile texts. Out: whether the letter model keeps what it promises for any text.

use super::{Forms, Letter, PartKind};
use crate::source::{Mark, MarkKind};

fn english() -> Forms {
    Forms::parse(include_str!("../../rules/en/letter.toml")).unwrap()
}

/// What holds for the letter made of any text.
fn check(text: &str, letter: &Letter) {
    let mut at = 0;
    let (mut sentence, mut token) = (0, 0);
    for (nth, part) in letter.parts.iter().enumerate() {
        assert!(
            at <= part.range.start && part.range.start < part.range.end,
            "parts in order: {:?} in {text:?}",
            part.range
        );
        assert!(text.get(part.range.clone()).is_some());
        at = part.range.end;
        assert_eq!(part.sentences.start, sentence);
        sentence = part.sentences.end;
        let judged = !matches!(part.kind, PartKind::Quoted | PartKind::Disclaimer);
        assert!(judged || part.sentences.is_empty());
        let mut within = part.range.start;
        for stretch in &letter.sentences[part.sentences.clone()] {
            assert_eq!(stretch.part, nth);
            assert!(within <= stretch.range.start && stretch.range.end <= part.range.end);
            within = stretch.range.end;
            assert_eq!(stretch.tokens.start, token);
            assert!(stretch.tokens.start < stretch.tokens.end);
            token = stretch.tokens.end;
            let mut from = stretch.range.start;
            let mut clause = 0;
            for token in &letter.tokens[stretch.tokens.clone()] {
                assert!(
                    from <= token.range.start
                        && token.range.start < token.range.end
                        && token.range.end <= stretch.range.end
                );
                assert!(text.get(token.range.clone()).is_some());
                assert!(letter.folded.get(token.folded.clone()).is_some_and(|word| !word.is_empty()));
                assert!(token.clause >= clause);
                (from, clause) = (token.range.start, token.clause);
            }
        }
    }
    assert_eq!((sentence, token), (letter.sentences.len(), letter.tokens.len()));
}

/// Numbers that look random, the same in each run.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

const PIECES: &[&str] = &[
    "Dear Tom,",
    "Tom",
    "we",
    "won't",
    "stop",
    ".",
    ". ",
    "...",
    "!",
    "?",
    ", ",
    " ",
    " ",
    "\n",
    "\n",
    "\n\n",
    "\n\n",
    "- ",
    "(a) ",
    "1. ",
    "> ",
    "-- ",
    "--\n",
    "Yours,",
    "Ann Lee",
    "PS ",
    "P.S.",
    "xx",
    "xx Bev",
    "Subject: ",
    "On 3 May Tom wrote:",
    "\u{2019}",
    "'",
    "\"",
    "\u{201e}",
    "*",
    "_",
    "**",
    "e\u{301}",
    "\u{301}",
    "\u{ad}",
    "\u{feff}",
    "\u{1f602}",
    "\u{415}\u{401}",
    "(",
    ")",
    "[Name]",
    "http://",
    "www.",
    "a@b.c",
    "@",
    "3.5",
    "2026-12-31",
    "98%",
    "\r\n",
    "\u{a0}",
    "because",
    "if you",
    "never",
    "This email is confidential",
    "Thanks",
    "\u{130}",
    "\u{df}",
    "J. R.",
    "no. ",
    "\u{2014}",
    "\u{2013}",
    "\t",
    "---",
    "Regards\n",
];

#[test]
fn any_text_gives_a_sound_letter() {
    let forms = english();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let kinds = [
        MarkKind::Subject,
        MarkKind::Quoted,
        MarkKind::Signature,
        MarkKind::Heading,
        MarkKind::ListItem,
        MarkKind::Skipped,
    ];
    for round in 0..4000 {
        let mut text = String::new();
        for _ in 0..dice.throw(60) {
            text.push_str(PIECES[dice.throw(PIECES.len())]);
        }
        let mut marks = Vec::new();
        let mut at = 0;
        while round % 2 == 0 && at < text.len() {
            let start = at + dice.throw(30);
            at = start + dice.throw(30);
            marks.push(Mark { range: start..at, kind: kinds[dice.throw(kinds.len())] });
        }
        check(&text, &Letter::parse(&text, &marks, &forms));
    }
}

#[test]
fn composed_and_decomposed_text_give_the_same_words() {
    use unicode_normalization::UnicodeNormalization;
    let forms = english();
    let text = "\u{17d}ao nam je \u{161}to \u{107}emo pre\u{17e}ivjeti. Dzi\u{119}kujemy, \u{439}\u{451}\u{43b}ka!";
    let apart: String = text.nfd().collect();
    let (one, other) = (Letter::parse(text, &[], &forms), Letter::parse(&apart, &[], &forms));
    assert_eq!(one.folded, other.folded);
    check(&apart, &other);
}

#[test]
fn hostile_texts_are_taken_in_stride() {
    let forms = english();
    let many = |piece: &str, times: usize| piece.repeat(times);
    for text in [
        many("(", 100_000),
        many("a", 200_000),
        many("a ", 100_000),
        many("a.", 100_000),
        many("a@", 100_000),
        many("www.", 50_000),
        many("\"", 100_000),
        many(",", 100_000),
        many("> ", 100_000),
        many("\n>", 100_000),
        many("x\n", 100_000),
        many("x\n\n", 50_000),
        many("On 3 wrote: ", 20_000),
        many("on\n", 50_000),
        many("P.S.\n\n", 30_000),
        many("This email is\n\n", 20_000),
        many("\u{301}", 100_000),
        many("***", 50_000),
        many("a*", 50_000),
        many("not ", 50_000),
        many("if, ", 50_000),
    ] {
        check(&text, &Letter::parse(&text, &[], &forms));
    }
}

#[test]
fn a_stem_is_heard_in_endings_that_are_folded_away() {
    let forms = Forms::parse(include_str!("../../rules/sr/letter.toml")).unwrap();
    assert_eq!(forms.other_beginnings("poslednj"), ["posledne"]);
    assert_eq!(forms.other_beginnings("verzij"), ["verze"]);
    assert_eq!(forms.other_beginnings("broj"), [""; 0]);
    assert_eq!(english().other_beginnings("poslednj"), [""; 0]);
}

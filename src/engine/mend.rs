//! In: a stretch at fault, and what its rule and its language have to mend it with. Out: fixes. Those that are safe are heard once
//! more, the sentence by itself, before they are offered; whether a fix does good to the letter as a whole, [`crate::fix`] says.

use std::{cell::OnceCell, ops::Range};

use rustc_hash::FxHashSet;

use crate::{
    cue::Hit,
    diagnostic::{Applicability, Edit, Fix, Wording},
    letter::{Head, Letter, PartKind, Script, Token, TokenKind, Written},
    rule::{Mend, Pack, Rule, Texts},
};

/// A sentence that keeps fewer words than this is no sentence.
const FEWEST: usize = 3;

pub(super) struct Mender<'a> {
    pub text: &'a str,
    pub letter: &'a Letter,
    pub script: Script,
    /// What fixes are called in the reader's language.
    pub titles: &'a Texts,
    /// What the letter must have and has: fixes leave it that.
    pub needs: Vec<Need<'a>>,
    /// The words that have a capital inside of a sentence, collected when first asked for.
    pub capitals: OnceCell<FxHashSet<&'a str>>,
}

/// An element that a letter must have.
pub(super) struct Need<'a> {
    /// The cues by which it is heard.
    pub cues: &'a [String],
    /// Where it stands.
    pub places: &'a [Range<usize>],
}

/// A stretch at fault: the index of its sentence, and bytes of the text.
type Stretch<'s> = (usize, &'s Range<usize>);

/// What a language has to mend with.
#[derive(Clone, Copy)]
pub(super) struct Means<'a> {
    pub pack: &'a Pack,
    pub words: &'a Texts,
}

impl<'a> Mender<'a> {
    /// The fixes of a stretch; the language is that in which it was heard.
    pub(super) fn fixes(&self, rule: &Rule, stretch: Stretch<'_>, language: Means<'_>) -> Vec<Fix> {
        let sentences = self.sentences(stretch);
        let tokens = &self.letter.tokens[sentences.clone()];
        let part = self.letter.parts[self.letter.sentences[stretch.0].part].kind;
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return Vec::new() };
        let whole = first.range.start..last.range.end;
        let mut fixes = Vec::new();
        for mend in &rule.mend {
            match mend {
                Mend::Calm => {
                    let edits = self.calm(tokens, language.words);
                    fixes.extend(self.safe("calm", rule, (part, &whole), edits, language.pack));
                }
                Mend::Unhedge => {
                    let edits = self.unhedge(&sentences, language);
                    fixes.extend(self.safe("unhedge", rule, (part, &whole), edits, language.pack));
                }
                Mend::Rewrite if matches!(part, PartKind::Body | PartKind::ListItem) => {
                    fixes.extend(self.rewritten(rule, (part, &whole), language));
                }
                Mend::Strike if part.is_prose() => {
                    fixes.extend(self.struck(stretch.1, sentences.clone(), &whole));
                }
                Mend::Rewrite | Mend::Strike => {}
            }
        }
        fixes
    }

    /// The tokens of the sentences that the stretch touches.
    fn sentences(&self, (sentence, range): Stretch<'_>) -> Range<usize> {
        let part = self.letter.sentences[sentence].part;
        let touched = self.letter.sentences[self.letter.parts[part].sentences.clone()]
            .iter()
            .filter(|sentence| sentence.range.start < range.end && range.start < sentence.range.end);
        touched.map(|sentence| sentence.tokens.clone()).reduce(|all, next| all.start..next.end).unwrap_or_default()
    }

    /// A fix that leaves the meaning as it is, if the sentence is then no longer at fault.
    fn safe(
        &self,
        kind: &str,
        rule: &Rule,
        (part, whole): (PartKind, &Range<usize>),
        edits: Vec<Edit>,
        pack: &Pack,
    ) -> Option<Fix> {
        if edits.is_empty() {
            return None;
        }
        let mut sentence = self.text[whole.clone()].to_owned();
        for edit in edits.iter().rev() {
            sentence.replace_range(edit.range.start - whole.start..edit.range.end - whole.start, &edit.text);
        }
        heard(&sentence, part, &rule.cues, pack).is_empty().then(|| Fix {
            title: self.titles.fix(kind, &sentence),
            applicability: Applicability::Safe,
            wording: None,
            edits,
        })
    }

    /// One mark for several, small letters for shouted words.
    fn calm(&self, tokens: &[Token], own: &Texts) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mark = |token: &Token| matches!(&self.text[token.range.clone()], "!" | "?");
        for run in tokens.chunk_by(|one, next| mark(one) && mark(next) && one.range.end == next.range.start) {
            let range = run[0].range.start..run[run.len() - 1].range.end;
            if run.len() > 1 && mark(&run[0]) {
                let kept = if self.text[range.clone()].contains('?') { "?" } else { "!" };
                edits.push(Edit { range, text: kept.to_owned() });
            }
        }
        let words: Vec<&Token> = tokens.iter().filter(|token| token.kind == TokenKind::Word).collect();
        let shouted = |token: &Token| {
            let written = &self.text[token.range.clone()];
            token.written == Written::Caps || written.chars().count() == 1 && written.chars().all(char::is_uppercase)
        };
        for run in words.chunk_by(|one, next| shouted(one) && shouted(next)) {
            if run.iter().filter(|token| token.written == Written::Caps).count() < 2 {
                continue;
            }
            // The pieces of a contraction are one written word.
            let mut run = run.to_vec();
            run.dedup_by(|next, one| next.range == one.range);
            for token in run {
                let written = &self.text[token.range.clone()];
                let first = words.first().is_some_and(|first| first.range == token.range);
                let quiet = self.quiet(written, first, &own.mend_words().capitals);
                if quiet != written {
                    edits.push(Edit { range: token.range.clone(), text: quiet });
                }
            }
        }
        edits.sort_by_key(|edit| edit.range.start);
        edits
    }

    /// How a shouted word is written: as the language or the rest of the letter writes it, else in small letters.
    fn quiet(&self, written: &str, first: bool, kept: &[String]) -> String {
        let small = written.to_lowercase();
        if let Some(kept) = kept.iter().find(|kept| kept.to_lowercase() == small) {
            return kept.clone();
        }
        let capital = capitalised(&small);
        let elsewhere = || self.capitals.get_or_init(|| self.inner_capitals()).contains(capital.as_str());
        if first || elsewhere() { capital } else { small }
    }

    fn inner_capitals(&self) -> FxHashSet<&'a str> {
        let inner = self.letter.sentences.iter().flat_map(|sentence| sentence.tokens.clone().skip(1));
        let tokens = inner.map(|at| &self.letter.tokens[at]).filter(|token| token.written == Written::Capital);
        // A single letter may be a word that is shouted.
        tokens.map(|token| &self.text[token.range.clone()]).filter(|word| word.chars().nth(1).is_some()).collect()
    }

    /// The sentence without the words that hedge, and without their commas.
    fn unhedge(&self, sentence: &Range<usize>, language: Means<'_>) -> Vec<Edit> {
        let hedges = &language.words.mend_words().hedges;
        let mut hedges: Vec<Vec<String>> = hedges.iter().map(|hedge| language.pack.forms.words(hedge)).collect();
        let enclitics = &language.words.mend_words().enclitics;
        let leans = |at: usize| {
            let is = |enclitic: &String| language.pack.forms.fold_word(enclitic) == self.letter.word(at);
            at < sentence.end && enclitics.iter().any(is)
        };
        hedges.sort_by_key(|words| std::cmp::Reverse(words.len()));
        let mut edits: Vec<Edit> = Vec::new();
        let mut at = sentence.start;
        while at < sentence.end {
            let here = |words: &&Vec<String>| {
                !words.is_empty()
                    && at + words.len() <= sentence.end
                    && words.iter().enumerate().all(|(index, word)| self.letter.word(at + index) == word)
            };
            match hedges.iter().find(here) {
                Some(words) if !leans(at + words.len()) => {
                    edits.extend(self.taken_out(sentence, at..at + words.len()));
                    at += words.len();
                }
                _ => at += 1,
            }
        }
        edits
    }

    /// Takes words out of a sentence; what was set off by a pair of commas loses both.
    fn taken_out(&self, sentence: &Range<usize>, words: Range<usize>) -> Vec<Edit> {
        let tokens = &self.letter.tokens;
        let comma = |at: usize| sentence.contains(&at) && &self.text[tokens[at].range.clone()] == ",";
        let opens = words.start == sentence.start;
        let set_off = comma(words.end) && (opens || comma(words.start.wrapping_sub(1)));
        let last = if set_off { words.end } else { words.end - 1 };
        if opens {
            let Some(next) = tokens.get(last + 1).filter(|_| last + 1 < sentence.end) else { return Vec::new() };
            let word = capitalised(&self.text[next.range.clone()]);
            return vec![Edit { range: tokens[words.start].range.start..next.range.end, text: word }];
        }
        let before = if set_off { words.start - 2 } else { words.start - 1 };
        if before < sentence.start {
            return Vec::new();
        }
        vec![Edit { range: tokens[before].range.end..tokens[last].range.end, text: String::new() }]
    }

    /// The ready sentences in the place of the one at fault, those that say all of it that is needed.
    fn rewritten(&self, rule: &Rule, (part, whole): (PartKind, &Range<usize>), language: Means<'_>) -> Vec<Fix> {
        let Some(ready) = language.words.rule(&rule.id) else { return Vec::new() };
        let says_all = |(sentence, _): &(&String, Wording)| {
            self.needed_of(whole).all(|need| heard(sentence, part, need.cues, language.pack).iter().any(|hit| hit.sure))
        };
        let fix = |(sentence, wording): (&String, Wording)| {
            let sentence = self.script.write(sentence);
            Fix {
                title: self.titles.fix("rewrite", &sentence),
                applicability: Applicability::Suggested,
                wording: Some(wording),
                edits: vec![Edit { range: whole.clone(), text: sentence }],
            }
        };
        ready.rewrite.iter().zip(Wording::ALL).filter(says_all).map(fix).collect()
    }

    /// The sentence taken out, with the space or the paragraph that would be left empty; of a sentence that is needed its last clause.
    fn struck(&self, fault: &Range<usize>, sentence: Range<usize>, whole: &Range<usize>) -> Option<Fix> {
        let fix = |kind: &str, range: Range<usize>| Fix {
            title: self.titles.fix(kind, ""),
            applicability: Applicability::Suggested,
            wording: None,
            edits: vec![Edit { range, text: String::new() }],
        };
        if self.needed_of(whole).next().is_some() {
            return self.last_clause(fault, sentence).map(|range| fix("strike-clause", range));
        }
        Some(fix("strike", self.with_gap(whole)))
    }

    /// What stands here and nowhere else.
    fn needed_of(&self, whole: &Range<usize>) -> impl Iterator<Item = &Need<'a>> {
        let inside = |place: &Range<usize>| whole.start < place.end && place.start < whole.end;
        self.needs.iter().filter(move |need| need.places.iter().all(inside))
    }

    /// The clause at fault up to the end of the sentence, if what stands before it can stand alone.
    fn last_clause(&self, fault: &Range<usize>, sentence: Range<usize>) -> Option<Range<usize>> {
        let tokens = &self.letter.tokens[sentence];
        let at = tokens.iter().position(|token| token.range.end > fault.start)?;
        let clause = tokens[at].clause;
        let start = tokens.iter().position(|token| token.clause == clause && token.is_word())?;
        if tokens[start].head == Head::Main || tokens[..start].iter().filter(|token| token.is_word()).count() < FEWEST {
            return None;
        }
        let last_word = |tokens: &[Token]| tokens.iter().rposition(Token::is_word);
        let from = tokens[last_word(&tokens[..start])?].range.end;
        let range = from..tokens[last_word(tokens)?].range.end;
        let keeps_all = self.needed_of(&range).next().is_none();
        keeps_all.then_some(range)
    }

    /// The stretch with the white space on one side of it, and with the bullet of an item.
    fn with_gap(&self, whole: &Range<usize>) -> Range<usize> {
        let before = &self.text[..whole.start];
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let start = match before[line..].trim() {
            "-" | "*" | "+" | "\u{2022}" | "\u{2013}" => line,
            _ => whole.start,
        };
        let gap_before = start - self.text[..start].trim_end().len();
        let after = &self.text[whole.end..];
        let gap_after = after.len() - after.trim_start().len();
        let opens_paragraph = self.text[..start].ends_with('\n') || start == 0;
        let ends_paragraph = after.is_empty() || after.trim_start_matches([' ', '\t']).starts_with('\n');
        if opens_paragraph && !ends_paragraph { start..whole.end + gap_after } else { start - gap_before..whole.end }
    }
}

/// Puts a ready sentence in. Where it comes in front of a paragraph that begins with a small letter (after "Dear X," in some
/// languages) the two change their letters.
pub(super) fn insertion(text: &str, at: usize, before: &str, sentence: &str, after: &str) -> Vec<Edit> {
    let put_in = |sentence: &str| Edit { range: at..at, text: format!("{before}{sentence}{after}") };
    let next = text[at..].chars().next().filter(|c| !after.is_empty() && c.is_lowercase());
    match (next, sentence.chars().next()) {
        (Some(next), Some(first)) if first != '[' => {
            let sentence: String = first.to_lowercase().chain(sentence.chars().skip(1)).collect();
            let raised = Edit { range: at..at + next.len_utf8(), text: next.to_uppercase().collect() };
            vec![put_in(&sentence), raised]
        }
        _ => vec![put_in(sentence)],
    }
}

/// Where the cues are heard in a sentence by itself.
fn heard(sentence: &str, part: PartKind, cues: &[String], pack: &Pack) -> Vec<Hit> {
    let letter = Letter::fragment(sentence, part, &pack.forms);
    let mut hits = pack.cues.hear(sentence, &letter);
    hits.retain(|hit| cues.iter().any(|cue| cue == pack.cues.name(hit.cue)));
    hits
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

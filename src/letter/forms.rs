//! In: the text of a `letter.toml`. Out: the forms of a language, ready for quick look-up. Refuses keys it does not know.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::fold::{self, Folding};
use super::phrase::{Phrases, glob_pieces};
use super::{Head, tokens};
use crate::flat::{Dictionary, Lists, short};

/// What the letter model must know about a language: `rules/LANG/letter.toml`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Forms {
    language: String,
    name: String,
    pub(super) folding: Folding,
    /// Contractions, and what each of them becomes: words with blanks between them.
    whole: Dictionary,
    pieces: Lists<u8>,
    /// What stands before the `*`, what stands behind it, and what the word becomes; longest first.
    affixes: Vec<(String, String, Vec<String>)>,
    /// Each of them has an apostrophe, so that other words need not be tried.
    affixes_have_apostrophes: bool,
    pub(super) abbreviations: Dictionary,
    pub(super) before_number: Dictionary,
    pub(super) one_letter: Dictionary,
    pub(super) ordinal_dot: bool,
    pub(super) clauses: Phrases<Head>,
    pub(super) negation: Phrases<bool>,
    pub(super) reach: usize,
    pub(super) subject_labels: Dictionary,
    pub(super) salutations: Phrases<()>,
    pub(super) sign_offs: Phrases<()>,
    pub(super) postscripts: Dictionary,
    pub(super) reply_headers: Vec<Vec<String>>,
    /// With which letters (small and capital) and signs the headers begin.
    pub(super) header_letters: FxHashSet<char>,
    pub(super) disclaimers: Phrases<()>,
    currency: Vec<String>,
    /// Asked for by the compiler of packs alone.
    #[serde(skip)]
    frequent: FxHashMap<String, usize>,
    recognise: Recognise,
}

/// How a language is recognised from the text itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Recognise {
    /// Letters that hardly any other shipped language has.
    pub letters: String,
    /// The most frequent short words, as written in the file.
    pub words: Vec<String>,
    /// Words that speak against the language.
    pub against: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    language: String,
    name: String,
    #[serde(default)]
    fold: FoldTable,
    #[serde(default)]
    expand: BTreeMap<String, String>,
    #[serde(default)]
    sentences: SentenceTable,
    #[serde(default)]
    clauses: ClauseTable,
    #[serde(default)]
    negation: NegationTable,
    #[serde(default)]
    parts: PartTable,
    #[serde(default)]
    tokens: TokenTable,
    #[serde(default)]
    recognise: Recognise,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct FoldTable {
    cyrillic_to_latin: bool,
    optional_diacritics: bool,
    merge: Vec<Merge>,
    yat: bool,
}

/// `"đ=dj"`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Merge(String, String);

impl TryFrom<String> for Merge {
    type Error = &'static str;

    fn try_from(written: String) -> Result<Self, Self::Error> {
        match written.split_once('=') {
            Some((from, to)) if !from.is_empty() => Ok(Self(from.to_owned(), to.to_owned())),
            _ => Err("write a merge as \"from=to\""),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct SentenceTable {
    abbreviations: Vec<String>,
    before_number: Vec<String>,
    one_letter_words: Vec<String>,
    ordinal_dot: bool,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct ClauseTable {
    conditional: Vec<String>,
    relative: Vec<String>,
    causal: Vec<String>,
    main: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct NegationTable {
    words: Vec<String>,
    except: Vec<String>,
    reach: usize,
}

impl Default for NegationTable {
    fn default() -> Self {
        Self { words: Vec::new(), except: Vec::new(), reach: 3 }
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct PartTable {
    subject_labels: Vec<String>,
    salutations: Vec<String>,
    sign_offs: Vec<String>,
    postscripts: Vec<String>,
    reply_headers: Vec<String>,
    disclaimers: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct TokenTable {
    currency: Vec<String>,
    frequent: Vec<String>,
}

impl Forms {
    /// Reads a `letter.toml`.
    ///
    /// # Errors
    /// The file is not TOML, or has a key that is not known, or a value of a wrong kind; the error says where.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str::<File>(text).map(Self::compile)
    }

    fn compile(file: File) -> Self {
        let folding = Folding {
            cyrillic_to_latin: file.fold.cyrillic_to_latin,
            optional_diacritics: file.fold.optional_diacritics,
            merge: file.fold.merge.into_iter().map(|Merge(from, to)| (from, to)).collect(),
            yat: file.fold.yat,
        };
        let mut forms = Self { language: file.language, name: file.name, folding, ..Self::default() };
        // Contractions come first: the phrases below are taken apart with them.
        forms.set_expansions(&file.expand);
        forms.abbreviations = forms.set(&file.sentences.abbreviations);
        forms.before_number = forms.set(&file.sentences.before_number);
        forms.one_letter = forms.set(&file.sentences.one_letter_words);
        forms.ordinal_dot = file.sentences.ordinal_dot;
        let heads = [
            (file.clauses.conditional, Head::Conditional),
            (file.clauses.relative, Head::Relative),
            (file.clauses.causal, Head::Causal),
            (file.clauses.main, Head::Main),
        ];
        let heads = heads.iter().map(|(written, head)| (written.as_slice(), *head));
        forms.clauses = forms.phrases(heads);
        let negation = [(file.negation.words.as_slice(), true), (&file.negation.except, false)];
        forms.negation = forms.phrases(negation.into_iter());
        forms.reach = file.negation.reach;
        forms.set_parts(&file.parts);
        forms.currency = file.tokens.currency.iter().map(|word| forms.fold_word(word)).collect();
        let ranked = file.tokens.frequent.iter().enumerate().rev();
        forms.frequent = ranked.map(|(rank, word)| (forms.fold_word(word), rank)).collect();
        forms.recognise = file.recognise;
        forms
    }

    fn set_parts(&mut self, parts: &PartTable) {
        self.subject_labels = self.set(&parts.subject_labels);
        let labels = parts.postscripts.iter().map(|word| self.fold_word(word).replace(['.', ' '], ""));
        self.postscripts = Dictionary::of(labels);
        self.reply_headers = parts.reply_headers.iter().map(|header| glob_pieces(&self.fold_word(header))).collect();
        let first = self.reply_headers.iter().filter_map(|pieces| pieces[0].chars().next());
        self.header_letters = first.flat_map(|c| c.to_uppercase().chain([c, '*'])).collect();
        let phrases = |written: &Vec<String>| self.phrases(std::iter::once((written.as_slice(), ())));
        let (salutations, sign_offs) = (phrases(&parts.salutations), phrases(&parts.sign_offs));
        self.disclaimers = phrases(&parts.disclaimers);
        (self.salutations, self.sign_offs) = (salutations, sign_offs);
    }

    fn set_expansions(&mut self, expand: &BTreeMap<String, String>) {
        let mut whole = BTreeMap::new();
        for (key, stands_for) in expand {
            let pieces: Vec<String> = stands_for.split_whitespace().map(|piece| self.fold_word(piece)).collect();
            match key.split_once('*') {
                None => {
                    let list = self.pieces.push(pieces.join(" ").as_bytes());
                    whole.insert(self.fold_word(key), short(list));
                }
                Some((before, behind)) => self.affixes.push((self.fold_word(before), self.fold_word(behind), pieces)),
            }
        }
        self.whole = Dictionary::new(&whole);
        let apostrophe = |(before, behind, _): &(String, String, _)| before.contains('\'') || behind.contains('\'');
        self.affixes_have_apostrophes = self.affixes.iter().all(apostrophe);
        self.affixes.sort_by_key(|(before, behind, _)| std::cmp::Reverse(before.len() + behind.len()));
    }

    fn set(&self, words: &[String]) -> Dictionary {
        Dictionary::of(words.iter().map(|word| self.fold_word(word)))
    }

    fn phrases<'w, T: Copy + PartialEq>(&self, written: impl Iterator<Item = (&'w [String], T)>) -> Phrases<T> {
        let mut phrases = Vec::new();
        for (written, meaning) in written {
            phrases.extend(written.iter().map(|phrase| (self.words(phrase), meaning)));
        }
        Phrases::new(phrases)
    }

    /// The folded words of a stretch of text, contractions taken apart, punctuation left out.
    #[must_use]
    pub fn words(&self, text: &str) -> Vec<String> {
        let (mut found, mut folded) = (Vec::new(), String::new());
        tokens::scan(text, 0..text.len(), self, &mut found, &mut folded);
        let kept = found.iter().filter(|token| token.is_word());
        kept.map(|token| folded[token.folded.clone()].to_owned()).collect()
    }

    /// The form in which a word of a text or of a pattern is compared. Contractions stay whole, see [`Forms::expand`].
    #[must_use]
    pub fn fold_word(&self, word: &str) -> String {
        let mut out = String::with_capacity(word.len());
        self.folding.fold_into(word, &mut out);
        out
    }

    /// How words that begin with a folded stem may begin besides, once they are folded: "posljednje" is heard as "posledne", which does
    /// not begin with "posljednj".
    #[must_use]
    pub fn other_beginnings(&self, stem: &str) -> Vec<String> {
        let endings = if self.folding.yat { ["e", "je"].as_slice() } else { &[] };
        let folded = endings.iter().map(|ending| self.fold_word(&format!("{stem}{ending}")));
        folded.filter(|folded| !folded.starts_with(stem)).collect()
    }

    /// What a folded word stands for: several words for a contraction, else the word alone.
    #[must_use]
    pub fn expand(&self, word: &str) -> Vec<String> {
        self.expansion(word, 3).unwrap_or_else(|| vec![word.to_owned()])
    }

    /// What a folded word stands for, nothing where it stands for itself. What is left for `*` may be a contraction in its
    /// turn ("couldn't've").
    pub(super) fn expansion(&self, word: &str, depth: usize) -> Option<Vec<String>> {
        if let Some(pieces) = self.whole.get(word) {
            let pieces = self.pieces.text(pieces as usize);
            return Some(pieces.split_whitespace().map(str::to_owned).collect());
        }
        if depth == 0 || (self.affixes_have_apostrophes && !word.as_bytes().contains(&b'\'')) {
            return None;
        }
        let (stem, pieces) = self.affixes.iter().find_map(|(before, behind, pieces)| {
            let stem = word.strip_prefix(before.as_str())?.strip_suffix(behind.as_str())?;
            (!stem.is_empty()).then_some((stem, pieces))
        })?;
        let stem = self.expansion(stem, depth - 1).unwrap_or_else(|| vec![stem.to_owned()]);
        let put = |piece: &String| if piece == "*" { stem.clone() } else { vec![piece.clone()] };
        Some(pieces.iter().flat_map(put).collect())
    }

    /// All ways to type the word without diacritics: `đ` as `d` and as `dj`. Give it the word before folding, for folding
    /// may have merged `đ` away.
    #[must_use]
    pub fn plain_forms(word: &str) -> Vec<String> {
        let first = fold::plain(word);
        if word.contains('đ') { vec![first, fold::plain(&word.replace('đ', "dj"))] } else { vec![first] }
    }

    /// The code of the language: `en`.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// The name of the language in itself.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a word typed without any diacritics is heard as its spelling with them.
    #[must_use]
    pub const fn optional_diacritics(&self) -> bool {
        self.folding.optional_diacritics
    }

    /// Folded words that name a currency.
    #[must_use]
    pub fn currency(&self) -> &[String] {
        &self.currency
    }

    /// The place of a folded word among the most frequent words of letters, from 0; nothing for a rarer one.
    #[must_use]
    pub fn frequency_rank(&self, word: &str) -> Option<usize> {
        self.frequent.get(word).copied()
    }

    /// How the language is recognised.
    #[must_use]
    pub const fn recognise(&self) -> &Recognise {
        &self.recognise
    }
}

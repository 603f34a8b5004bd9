//! In: one written word. Out: the form in which it is compared: lower case, straight apostrophes, composed letters, and what
//! the language merges. Refuses to know where the word stood.

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// How the words of a language are folded.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Folding {
    /// Serbian Cyrillic is written as Latin.
    pub cyrillic_to_latin: bool,
    /// A word typed without diacritics is heard as its spelling with them.
    pub optional_diacritics: bool,
    /// What becomes what, in this order.
    pub merge: Vec<(String, String)>,
    /// `ije` and `je` after a consonant become `e`.
    pub yat: bool,
}

impl Folding {
    /// Appends the folded word.
    pub fn fold_into(&self, word: &str, out: &mut String) {
        let start = out.len();
        if word.is_ascii() {
            out.push_str(word);
            out[start..].make_ascii_lowercase();
            if word.as_bytes().contains(&b'`') {
                let folded = out.split_off(start).replace('`', "'");
                out.push_str(&folded);
            }
        } else if is_nfc(word) {
            self.fold_chars(word.chars(), out);
        } else {
            self.fold_chars(word.nfc(), out);
        }
        self.merge(start, out);
    }

    /// Appends a folded word of plain letters.
    pub fn fold_plain_into(&self, word: &str, out: &mut String) {
        let start = out.len();
        out.push_str(word);
        out[start..].make_ascii_lowercase();
        self.merge(start, out);
    }

    /// Merges what the language merges in a folded word that begins at `start`.
    fn merge(&self, start: usize, out: &mut String) {
        if self.yat || !self.merge.is_empty() {
            let mut folded = out.split_off(start);
            for (from, to) in &self.merge {
                if folded.contains(from.as_str()) {
                    folded = folded.replace(from.as_str(), to);
                }
            }
            if self.yat { heard_as_e(&folded, out) } else { out.push_str(&folded) }
        }
    }

    fn fold_chars(&self, chars: impl Iterator<Item = char>, out: &mut String) {
        for letter in chars.filter(|&letter| !is_ignorable(letter)) {
            match letter {
                'ё' | 'Ё' => out.push('е'),
                // Lower case of this letter alone would leave a loose dot.
                'İ' => out.push('i'),
                _ if is_apostrophe(letter) => out.push('\''),
                _ => {
                    for small in letter.to_lowercase() {
                        match self.cyrillic_to_latin.then(|| latin(small)).flatten() {
                            Some(latin) => out.push_str(latin),
                            None => out.push(small),
                        }
                    }
                }
            }
        }
    }
}

/// Marks that are written for an apostrophe inside a word.
pub(super) const fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | 'ʼ' | '‘' | '`' | '´' | '′' | '＇')
}

/// Marks inside a word that nobody sees: soft hyphen, zero-width marks.
pub(super) const fn is_ignorable(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// The word without diacritics, `đ` as `d`.
pub(super) fn plain(word: &str) -> String {
    if word.is_ascii() {
        return word.to_owned();
    }
    let stripped = word.nfd().filter(|&letter| !unicode_normalization::char::is_combining_mark(letter));
    stripped
        .map(|letter| match letter {
            'ł' => 'l',
            'Ł' => 'L',
            'đ' | 'ð' => 'd',
            'Đ' => 'D',
            'ø' => 'o',
            'ı' => 'i',
            other => other,
        })
        .nfc()
        .collect()
}

/// The Latin letters for one small letter of the Serbian alphabet.
pub(super) const fn latin(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' => "g",
        'д' => "d",
        'ђ' => "đ",
        'е' => "e",
        'ж' => "ž",
        'з' => "z",
        'и' => "i",
        'ј' => "j",
        'к' => "k",
        'л' => "l",
        'љ' => "lj",
        'м' => "m",
        'н' => "n",
        'њ' => "nj",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'ћ' => "ć",
        'у' => "u",
        'ф' => "f",
        'х' => "h",
        'ц' => "c",
        'ч' => "č",
        'џ' => "dž",
        'ш' => "š",
        _ => return None,
    })
}

/// Appends the word with `ije` and `je` after a consonant as `e`. Words that begin with "nije" (is not, nobody) keep that.
fn heard_as_e(word: &str, out: &mut String) {
    let mut rest = word;
    if let Some(after) = word.strip_prefix("nije") {
        out.push_str("nije");
        rest = after;
    }
    let mut after_consonant = false;
    while let Some(letter) = rest.chars().next() {
        let yat = ["ije", "je"].into_iter().find(|yat| after_consonant && rest.starts_with(yat));
        if let Some(yat) = yat {
            out.push('e');
            rest = &rest[yat.len()..];
            after_consonant = false;
        } else {
            out.push(letter);
            rest = &rest[letter.len_utf8()..];
            after_consonant = letter.is_alphabetic() && !matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'j');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(folding: &Folding, word: &str) -> String {
        let mut out = String::new();
        folding.fold_into(word, &mut out);
        out
    }

    #[test]
    fn words_are_folded() {
        let plain = Folding::default();
        for (written, folded) in [
            ("Don’t", "don't"),
            ("donʼt", "don't"),
            ("ÉTÉ", "été"),
            ("e\u{301}te\u{301}", "été"),
            ("Её", "ее"),
            ("И\u{306}", "й"),
            ("İş", "iş"),
            ("СТРОГО", "строго"),
            ("co\u{ad}operate", "cooperate"),
            ("ZAŻÓŁĆ", "zażółć"),
        ] {
            assert_eq!(fold(&plain, written), folded, "{written}");
        }
    }

    #[test]
    fn serbian_is_heard_in_both_scripts() {
        let merge = vec![("đ".to_owned(), "dj".to_owned())];
        let folding = Folding { cyrillic_to_latin: true, merge, yat: true, ..Folding::default() };
        for (one, other) in [
            ("Поштовани", "poštovani"),
            ("Љубица", "ljubica"),
            ("џеп", "džep"),
            ("ђак", "djak"),
            ("такође", "takodje"),
            ("vrijeme", "време"),
            ("djeca", "деца"),
            ("prije", "пре"),
        ] {
            assert_eq!(fold(&folding, one), fold(&folding, other), "{one}");
        }
        for word in ["nije", "nijedan", "je", "moje"] {
            assert_eq!(fold(&folding, word), word);
        }
    }

    #[test]
    fn diacritics_are_stripped() {
        for (word, stripped) in [("zażółć", "zazolc"), ("đak", "dak"), ("čćžš", "cczs"), ("plain", "plain")] {
            assert_eq!(plain(word), stripped);
        }
    }
}

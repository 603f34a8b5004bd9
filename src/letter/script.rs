//! In: a text, and sentences to be put into it. Out: the sentences in the script of the text, where its language is written in two.
//! Refuses to guess at other languages: they have one script.

use super::{Forms, fold};

/// The script in which a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// That in which the pack writes its sentences.
    Own,
    /// Cyrillic, where the pack writes Latin.
    Cyrillic,
}

impl Script {
    /// The script of a text.
    #[must_use]
    pub fn of(text: &str, forms: &Forms) -> Script {
        let cyrillic = |c: &char| ('\u{400}'..'\u{500}').contains(c);
        let mostly = || text.chars().filter(cyrillic).count() * 2 > text.chars().filter(|c| c.is_alphabetic()).count();
        if forms.folding.cyrillic_to_latin && mostly() { Script::Cyrillic } else { Script::Own }
    }

    /// A sentence of the pack in this script.
    #[must_use]
    pub fn write(self, sentence: &str) -> String {
        if self == Script::Own {
            return sentence.to_owned();
        }
        let mut written = String::with_capacity(sentence.len() * 2);
        let mut rest = sentence;
        while let Some(first) = rest.chars().next() {
            // Two letters may be one: the longest that fits is meant.
            let two = first.len_utf8() + rest[first.len_utf8()..].chars().next().map_or(0, char::len_utf8);
            let (letter, len) = [two, first.len_utf8()]
                .into_iter()
                .find_map(|len| Some((cyrillic(&rest[..len])?, len)))
                .unwrap_or((first, first.len_utf8()));
            if first.is_uppercase() {
                written.extend(letter.to_uppercase());
            } else {
                written.push(letter);
            }
            rest = &rest[len..];
        }
        written
    }
}

fn cyrillic(latin: &str) -> Option<char> {
    let small = latin.to_lowercase();
    ('\u{430}'..='\u{45f}').find(|letter| fold::latin(*letter) == Some(small.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serbian_in_cyrillic() {
        let forms =
            Forms::parse("language = \"sr\"\nname = \"Srpski\"\n[fold]\ncyrillic-to-latin = true").expect("forms");
        assert_eq!(Script::of("Поштовани, Ltd.", &forms), Script::Cyrillic);
        assert_eq!(Script::of("Poštovani", &forms), Script::Own);
        let written = Script::Cyrillic.write("Želeli bismo ljubazno da završimo njen džem [datum].");
        assert_eq!(written, "Желели бисмо љубазно да завршимо њен џем [датум].");
        assert_eq!(Script::Own.write("ljubav"), "ljubav");
    }
}

//! In: the fields of a mail's header that name people. Out: their addresses, and the fields as text in which a diagnostic can point
//! at each of them. Refuses to verify an address: what has an `@` is one.

use std::ops::Range;

use super::{
    Field, Mark, MarkKind, Recipient,
    header::Header,
    leaf::{Form, Leaf},
    piece::Piece,
    transfer::Transfer,
};

/// More people than this in one field are not told apart.
const MAX_PEOPLE: usize = 1000;

/// Subject and recipients of a mail, in the order of its header. The recipients stand in the text only where there are several:
/// of a single one there is nothing to be said.
pub(super) fn read(header: &Header<'_>) -> Piece {
    let mut fields: Vec<(&str, Piece)> =
        header.named(&["to", "cc", "bcc", "subject"]).map(|(name, range)| (name, header.decoded(range))).collect();
    // A second subject is no subject.
    let mut subjects = 0;
    fields.retain(|(name, _)| *name != "subject" || std::mem::replace(&mut subjects, 1) == 0);
    let people = |(name, piece): &(&str, Piece)| if *name == "subject" { 0 } else { people(&piece.text).len() };
    let several = fields.iter().map(people).sum::<usize>() > 1;
    let mut all = Piece::default();
    for (name, mut piece) in fields {
        let kind = if name == "subject" { MarkKind::Subject } else { MarkKind::Skipped };
        if piece.text.trim().is_empty() || name != "subject" && !several {
            all.notes.append(&mut piece.notes);
            continue;
        }
        piece.marks.push(Mark { range: 0..piece.text.len(), kind });
        if name == "subject" {
            let place = header.range(name).expect("it is one of the fields");
            let (text, form) = (0..piece.text.len(), Form::Header);
            piece.leaves = vec![Leaf { text, place, transfer: Transfer::Plain, told: None, form, ascii: false }];
        } else {
            piece.mail.recipients = people_of(name, &piece.text);
        }
        all.append(piece);
    }
    if !several {
        let sole =
            header.named(&["to", "cc", "bcc"]).flat_map(|(name, range)| people_of(name, &header.decoded(range).text));
        // No text is theirs.
        all.mail.recipients = sole.map(|one| Recipient { range: 0..0, ..one }).collect();
    }
    all
}

/// The addresses in the fields of this name.
pub(super) fn addresses(header: &Header<'_>, name: &'static str) -> Vec<String> {
    let names = [name];
    let texts = header.named(&names).map(|(_, range)| header.decoded(range).text);
    texts.flat_map(|text| people(&text).into_iter().map(|(address, _)| address).collect::<Vec<_>>()).collect()
}

fn people_of(name: &str, text: &str) -> Vec<Recipient> {
    let field = match name {
        "to" => Field::To,
        "cc" => Field::Cc,
        _ => Field::Bcc,
    };
    people(text).into_iter().map(|(address, range)| Recipient { address, range, field }).collect()
}

/// The people in an address list: the address in small letters, and the stretch in which name and address stand.
fn people(text: &str) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in text.char_indices().chain([(text.len(), ',')]) {
        let ends = at == text.len() || !quoted && matches!(c, ',' | ';' | ':');
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && quoted && !escaped;
        if ends {
            let written = text[start..at].trim();
            if let Some(address) = address(written) {
                let from = at - text[start..at].trim_start().len();
                found.push((address, from..from + written.len()));
            }
            start = at + c.len_utf8();
        }
        if found.len() == MAX_PEOPLE {
            break;
        }
    }
    found
}

/// The address of one person: what stands in angle brackets, or the word with the `@`.
fn address(written: &str) -> Option<String> {
    let inner = written.rsplit_once('<').map(|(_, behind)| behind.split('>').next().unwrap_or_default());
    let words = inner.unwrap_or(written).split_whitespace();
    let word = words.map(|word| word.trim_matches(['"', '\'', '(', ')', '.'])).find(|word| word.contains('@'))?;
    let (local, domain) = word.rsplit_once('@')?;
    (!local.is_empty() && !domain.is_empty()).then(|| word.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_lists() {
        let text =
            "\"Bell, Ann\" <Ann@X.example>, Team: tom@x.example (Tom); =broken, \"a@b.example\" <c@d.example>, <>, @";
        let people = people(text);
        let found: Vec<(&str, &str)> =
            people.iter().map(|(address, range)| (address.as_str(), &text[range.clone()])).collect();
        assert_eq!(
            found,
            [
                ("ann@x.example", "\"Bell, Ann\" <Ann@X.example>"),
                ("tom@x.example", "tom@x.example (Tom)"),
                ("c@d.example", "\"a@b.example\" <c@d.example>"),
            ]
        );
    }

    #[test]
    fn recipients_stand_in_the_text_where_there_are_several() {
        let file = b"To: a@x.example\nSubject: Bye\nCc: =?utf-8?Q?Zo=C3=AB?= <z@y.example>\n\n";
        let piece = read(&Header::read(file, 0..file.len()));
        assert_eq!(piece.text, "a@x.example\n\nBye\n\nZo\u{eb} <z@y.example>");
        let [one, other] = &piece.mail.recipients[..] else { panic!("two recipients") };
        assert_eq!((one.address.as_str(), one.field), ("a@x.example", Field::To));
        assert_eq!((other.address.as_str(), other.field), ("z@y.example", Field::Cc));
        assert_eq!(&file[piece.map.to_source(other.range.clone())], b"Zo=C3=AB?= <z@y.example>");
        let alone = b"To: a@x.example\nSubject: Bye\n\n";
        assert_eq!(read(&Header::read(alone, 0..alone.len())).text, "Bye");
    }
}

//! In: the text of a part that may be signed inline (RFC 9580, cleartext signatures). Out: the text as its writer wrote it, the
//! armour marked as no prose. Refuses to verify the signature.

use super::{Mark, MarkKind, piece::Piece};

const BEGIN: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";
const END: &str = "-----END PGP SIGNATURE-----";

/// Takes the dashes off that the signature put in front of lines, and marks the armour. Text that is not signed stays as it is.
pub(super) fn open(below: Piece) -> Piece {
    if !below.text.lines().any(|line| line.trim_end() == BEGIN) {
        return below;
    }
    let mut piece = Piece { notes: below.notes, ..Piece::default() };
    piece.mail.signed = true;
    let mut place = Place::Outside;
    let mut at = 0;
    for line in below.text.split_inclusive('\n') {
        let bare = line.trim_end();
        let here = match (place, bare) {
            (Place::Outside, BEGIN) => Place::Head,
            (Place::Signed, SIGNATURE) => Place::Signature,
            _ => place,
        };
        // In the text that is signed a line that begins with a dash has "- " in front of it.
        let escaped = if here == Place::Signed && line.starts_with("- ") { 2 } else { 0 };
        let start = piece.text.len();
        piece.copy(&line[escaped..], at + escaped);
        if matches!(here, Place::Head | Place::Signature) && !bare.is_empty() {
            piece.marks.push(Mark { range: start..start + bare.len(), kind: MarkKind::Skipped });
        }
        place = match here {
            Place::Head if bare.is_empty() => Place::Signed,
            Place::Signature if bare == END => Place::Outside,
            here => here,
        };
        at += line.len();
    }
    piece.over(&below.map)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    Head,
    Signed,
    Signature,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn armour_is_no_prose() {
        let text = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nDear Ms Li,\n\n- -- \nAnn\n-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\nfooter\n";
        let mut below = Piece::default();
        below.copy(text, 0);
        let piece = open(below);
        assert!(piece.mail.signed && piece.text.contains("\n\n-- \nAnn\n"), "{}", piece.text);
        let marked: Vec<_> = piece.marks.iter().map(|mark| &piece.text[mark.range.clone()]).collect();
        assert_eq!(marked, [BEGIN, "Hash: SHA512", SIGNATURE, "iQ==", END]);
        let at = piece.text.find("-- \nAnn").unwrap();
        assert_eq!(&text[piece.map.to_source(at..at + 7)], "-- \nAnn");
        let mut plain = Piece::default();
        plain.copy("- no\n", 0);
        assert!(!open(plain).mail.signed);
    }
}

//! In: edits of a draft's text. Out: edits of the file as it stands on disk, in its markup, charset and transfer encoding, or the
//! draft with the edits made. Refuses what the file cannot hold, with an error that says what to do; never damages a file: what was
//! made is read again and must say what was meant.

mod body;
mod header;
mod html;
mod markdown;
mod plain;
mod transfer;
mod twin;

#[cfg(test)]
mod tests;

use std::{cell::OnceCell, error::Error, fmt, ops::Range};

use encoding_rs::Encoding;

use self::body::Body;
use super::{Edit, Source, leaf::Form, read};

/// How a text begins that is signed inline.
const SIGNED: &str = "-----BEGIN PGP SIGNED MESSAGE-----";

/// A replacement of a stretch of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdit {
    /// What is replaced: bytes of the file as it stands on disk.
    pub range: Range<usize>,
    /// What is put there.
    pub bytes: Vec<u8>,
    /// In what these bytes are text: ASCII where the body travels encoded.
    pub encoding: &'static Encoding,
}

/// Why a draft cannot be edited so. The file is as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditError {
    /// A character is not in the charset of the file.
    NotInCharset {
        /// The character.
        character: char,
        /// The name of the charset.
        charset: String,
    },
    /// The mail is signed.
    Signed,
    /// The mail was taken out of an archive.
    Archived,
    /// Two edits want the same bytes.
    Overlap,
    /// Another version of the same text in the mail reads differently there.
    OtherVersion,
    /// The stretch stands nowhere in the file, or markup runs through it that would be damaged.
    Markup,
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EditError::NotInCharset { character, charset } => write!(
                f,
                "the new words need `{character}`, which {charset} does not have; save the letter as UTF-8 first"
            ),
            EditError::Signed => {
                write!(f, "the mail is signed, and no changed one would be; mend the draft and sign it again")
            }
            EditError::Archived => {
                write!(f, "the mail lies in an archive, which is left as it is; save the mail as an .eml file first")
            }
            EditError::Overlap => write!(f, "two changes touch the same place; make one, and run it again"),
            EditError::OtherVersion => write!(
                f,
                "the mail holds the letter as plain text and as HTML, and the two differ here; mend both by hand"
            ),
            EditError::Markup => {
                write!(f, "there is markup in this place that a change would damage; mend it by hand")
            }
        }
    }
}

impl Error for EditError {}

/// Turns edits of the text of one draft into edits of its file.
#[derive(Debug)]
pub struct Editor<'a> {
    source: &'a Source,
    signed: bool,
    /// What was read of the leaves, each when it was first needed.
    bodies: Vec<OnceCell<Body>>,
}

impl<'a> Editor<'a> {
    /// An editor of this draft.
    #[must_use]
    pub fn new(source: &'a Source) -> Editor<'a> {
        let signed = source.mail.as_ref().is_some_and(|mail| mail.signed) || source.text.contains(SIGNED);
        Editor { source, signed, bodies: vec![OnceCell::new(); source.leaves.len()] }
    }

    /// The edits of the file that make these edits of its text; in order, not overlapping.
    ///
    /// # Errors
    /// When they overlap, or the file cannot hold them.
    pub fn file_edits(&self, edits: &[Edit]) -> Result<Vec<FileEdit>, EditError> {
        if self.source.origin.is_some() {
            return Err(EditError::Archived);
        }
        if self.signed {
            return Err(EditError::Signed);
        }
        let edits = self.in_both_versions(edits)?;
        // By the index of the body in which they are made.
        let mut local: Vec<Vec<Edit>> = vec![Vec::new(); self.bodies.len()];
        for edit in &edits {
            let index = self.leaf_of(edit).ok_or(EditError::Markup)?;
            local[index].push(moved(edit, &self.source.leaves[index].text));
        }
        let mut file_edits = Vec::new();
        for (index, edits) in local.iter().enumerate().filter(|(_, edits)| !edits.is_empty()) {
            file_edits.extend(self.in_body(index, edits)?);
        }
        file_edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        if file_edits.windows(2).any(|pair| pair[0].range.end > pair[1].range.start) {
            return Err(EditError::Overlap);
        }
        Ok(file_edits)
    }

    /// The draft with these edits made.
    ///
    /// # Errors
    /// When they overlap, or the file cannot hold them.
    pub fn apply(&self, edits: &[Edit]) -> Result<Source, EditError> {
        let bytes = applied(&self.source.bytes, &self.file_edits(edits)?);
        let after = read(&self.source.name, bytes, self.source.format).map_err(|_| EditError::Markup)?;
        let mut meant = self.source.text.clone();
        for edit in self.in_both_versions(edits)?.iter().rev() {
            meant.replace_range(edit.range.clone(), &edit.text);
        }
        let same = after.text.split_whitespace().eq(meant.split_whitespace());
        if same { Ok(after) } else { Err(EditError::Markup) }
    }

    /// The edits in order, and where a mail says the same twice, the same edits of the other version.
    fn in_both_versions(&self, edits: &[Edit]) -> Result<Vec<Edit>, EditError> {
        let mut all = edits.to_vec();
        let alternatives = self.source.mail.iter().flat_map(|mail| &mail.alternatives);
        let pairs = alternatives.flat_map(|one| [(&one.shown, &one.other), (&one.other, &one.shown)]);
        for (own, other) in pairs {
            for edit in edits.iter().filter(|edit| own.start <= edit.range.end && edit.range.end <= own.end) {
                let texts = (&self.source.text[own.clone()], &self.source.text[other.clone()]);
                let there = twin::find(texts.0, &moved(edit, own), texts.1).ok_or(EditError::OtherVersion)?;
                let range = there.range.start + other.start..there.range.end + other.start;
                let there = Edit { range, ..there };
                if !all.contains(&there) {
                    all.push(there);
                }
            }
        }
        in_order(&all)
    }

    /// The body in which the edit is to be made: of two that it touches the latter, for what ends in it may begin in the gap before.
    fn leaf_of(&self, edit: &Edit) -> Option<usize> {
        let leaves = &self.source.leaves;
        let index = leaves.partition_point(|leaf| leaf.text.start <= edit.range.end).checked_sub(1)?;
        let leaf = &leaves[index];
        let outside = self.source.text.get(edit.range.start..leaf.text.start).unwrap_or_default();
        (edit.range.end <= leaf.text.end && outside.trim().is_empty()).then_some(index)
    }

    fn in_body(&self, index: usize, edits: &[Edit]) -> Result<Vec<FileEdit>, EditError> {
        let leaf = &self.source.leaves[index];
        let file = &self.source.bytes;
        if leaf.form == Form::Header {
            return header::edit(file, leaf.place.clone(), &self.source.text[leaf.text.clone()], edits)
                .map(|edit| vec![edit]);
        }
        let body = self.bodies[index].get_or_init(|| Body::new(file, leaf));
        let cut = |edit: &Edit| match leaf.form {
            Form::Html => html::cut(body, edit),
            Form::Markdown => markdown::cut(body, edit),
            _ => plain::cut(body, edit, leaf.form),
        };
        let cuts = in_order(&edits.iter().map(cut).collect::<Vec<_>>())?;
        let changes = cuts.iter().map(|cut| body.encoded(cut, leaf)).collect::<Result<Vec<_>, _>>()?;
        Ok(transfer::edits(file, leaf, body, &changes))
    }
}

/// Makes edits of a file: in order, not overlapping.
#[must_use]
pub fn applied(file: &[u8], edits: &[FileEdit]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(file.len());
    let mut at = 0;
    for edit in edits {
        bytes.extend_from_slice(&file[at..edit.range.start]);
        bytes.extend_from_slice(&edit.bytes);
        at = edit.range.end;
    }
    bytes.extend_from_slice(&file[at..]);
    bytes
}

impl FileEdit {
    /// What is put in, as text.
    #[must_use]
    pub fn text(&self) -> String {
        self.encoding.decode_without_bom_handling(&self.bytes).0.into_owned()
    }
}

/// The edits sorted; those that put something in at the same place keep their order.
fn in_order(edits: &[Edit]) -> Result<Vec<Edit>, EditError> {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let overlap = edits.windows(2).any(|pair| pair[0].range.end > pair[1].range.start);
    if overlap { Err(EditError::Overlap) } else { Ok(edits) }
}

/// An edit of the whole as one of a stretch of it; what lies before the stretch is left out.
fn moved(edit: &Edit, stretch: &Range<usize>) -> Edit {
    let start = edit.range.start.max(stretch.start) - stretch.start;
    Edit { range: start..edit.range.end - stretch.start, text: edit.text.clone() }
}

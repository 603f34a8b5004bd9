//! In: checked drafts. Out: the JSON that programs read: the shapes are a contract, see ARCHITECTURE.md. Refuses to know any
//! other output. All places are bytes of the file as it stands on disk; lines and columns count from 1, columns in characters.

use std::{collections::BTreeMap, io, ops::Range};

use encoding_rs::UTF_8;
use serde::Serialize;

use super::{Checked, place::Place, safe};
use crate::{
    diagnostic::{self, Applicability, LetterKind, Severity},
    letter::PartKind,
    source::{self, Editor, FileEdit, LineIndex, Source},
};

/// The version of the shapes; it goes up when a reader of the old ones would be misled.
const VERSION: u32 = 1;

/// The largest edit that is reported, in bytes: in base64 all that follows moves, and a long mail with many faults would fill a disk.
const LARGEST_EDIT: usize = 64 << 10;

/// A whole report.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Report {
    version: u32,
    files: Vec<File>,
}

/// What is said about one file.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct File {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
    language: String,
    letter: LetterKind,
    reason: Option<String>,
    diagnostics: Vec<Diagnostic>,
    suppressed: Vec<Suppressed>,
    elements: Elements,
}

/// Where each element stands; every element that the rules know is there, with no places where it is missing.
type Elements = BTreeMap<String, Vec<[usize; 2]>>;

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Diagnostic {
    rule: String,
    severity: Severity,
    message: String,
    start: usize,
    end: usize,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    help: Vec<String>,
    fixes: Vec<Fix>,
}

/// What the draft itself suppresses, and why.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Suppressed {
    #[serde(flatten)]
    diagnostic: Diagnostic,
    reason: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct Fix {
    pub(super) title: String,
    pub(super) applicability: Applicability,
    pub(super) edits: Vec<Edit>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct Edit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: String,
    /// In which encoding the text is to be written; UTF-8 where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) charset: Option<&'static str>,
}

impl Report {
    /// A report on these files, in this order.
    #[must_use]
    pub fn new(files: Vec<File>) -> Report {
        Report { version: VERSION, files }
    }
}

impl File {
    /// What is said about one draft.
    #[must_use]
    pub fn new(checked: &Checked) -> File {
        let (source, verdict) = (&checked.source, &checked.verdict);
        let lines = LineIndex::of(source);
        let editor = Editor::new(source);
        let suppressed = |one: &diagnostic::Suppressed| Suppressed {
            diagnostic: Diagnostic::new(&one.diagnostic, source, &editor, &lines),
            reason: one.reason.clone(),
        };
        File {
            path: source.name.clone(),
            message_id: source.mail.as_ref().and_then(|mail| mail.message_id.clone()),
            language: verdict.language.clone(),
            letter: verdict.letter,
            reason: verdict.reason.clone(),
            diagnostics: verdict.diagnostics.iter().map(|one| Diagnostic::new(one, source, &editor, &lines)).collect(),
            suppressed: verdict.suppressed.iter().map(suppressed).collect(),
            elements: elements(checked),
        }
    }
}

impl Diagnostic {
    fn new(
        diagnostic: &diagnostic::Diagnostic,
        source: &Source,
        editor: &Editor<'_>,
        lines: &LineIndex<'_>,
    ) -> Diagnostic {
        let place = Place::new(diagnostic.place(source), lines);
        let Place { start, end, line, column, end_line, end_column } = place;
        let fixes = diagnostic.fixes.iter().filter_map(|fix| Fix::new(fix, editor)).collect();
        Diagnostic {
            rule: diagnostic.rule.clone(),
            severity: diagnostic.severity,
            message: diagnostic.message.clone(),
            start,
            end,
            line,
            column,
            end_line,
            end_column,
            help: diagnostic.help.clone(),
            fixes,
        }
    }
}

impl Fix {
    /// None where the file cannot hold it: an editor can do nothing with such a fix.
    pub(super) fn new(fix: &diagnostic::Fix, editor: &Editor<'_>) -> Option<Fix> {
        let edits = editor.file_edits(&fix.edits).ok()?;
        let edit = |edit: FileEdit| Edit {
            start: edit.range.start,
            end: edit.range.end,
            text: edit.text(),
            charset: (edit.encoding != UTF_8 && !edit.bytes.is_ascii()).then(|| edit.encoding.name()),
        };
        let small = edits.iter().all(|edit| edit.bytes.len() <= LARGEST_EDIT);
        small.then(|| Fix {
            title: fix.title.clone(),
            applicability: fix.applicability,
            edits: edits.into_iter().map(edit).collect(),
        })
    }
}

fn elements(checked: &Checked) -> Elements {
    let place = |range: &Range<usize>| {
        let Range { start, end } = checked.source.in_file(range.clone());
        [start, end]
    };
    let places = |(name, ranges): (&String, &Vec<Range<usize>>)| (name.clone(), ranges.iter().map(place).collect());
    checked.verdict.elements.iter().map(places).collect()
}

/// The parts and elements of one file as partwell sees them.
#[derive(Debug, Serialize)]
pub struct Outline {
    version: u32,
    path: String,
    language: String,
    letter: LetterKind,
    reason: Option<String>,
    parts: Vec<Part>,
    elements: Elements,
    /// What comes with a mail and is not read; none where it is no mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<Vec<Attachment>>,
}

#[derive(Debug, Serialize)]
struct Attachment {
    name: String,
    start: usize,
    end: usize,
}

#[derive(Debug, Serialize)]
struct Part {
    #[serde(rename = "part")]
    kind: PartKind,
    start: usize,
    end: usize,
    line: usize,
    end_line: usize,
}

impl Outline {
    /// The outline of one draft.
    #[must_use]
    pub fn new(checked: &Checked) -> Outline {
        let (source, verdict) = (&checked.source, &checked.verdict);
        let lines = LineIndex::of(source);
        let part = |(kind, range): &(PartKind, Range<usize>)| {
            let Range { start, end } = source.in_file(range.clone());
            Part { kind: *kind, start, end, line: lines.line_column(start).0, end_line: lines.line_column(end).0 }
        };
        Outline {
            version: VERSION,
            path: source.name.clone(),
            language: verdict.language.clone(),
            letter: verdict.letter,
            reason: verdict.reason.clone(),
            parts: verdict.parts.iter().map(part).collect(),
            elements: elements(checked),
            attachments: source.mail.as_ref().map(|mail| mail.attachments.iter().map(Attachment::new).collect()),
        }
    }
}

impl Attachment {
    fn new(attachment: &source::Attachment) -> Attachment {
        let Range { start, end } = attachment.range.clone();
        Attachment { name: attachment.name.clone(), start, end }
    }
}

/// One rule, for `rules list`.
#[derive(Debug, Serialize)]
pub struct Rule<'a> {
    /// The rule's id.
    pub id: &'a str,
    /// What it does: `forbid`, `require` or `limit`.
    pub kind: &'a str,
    /// How much its diagnostics weigh.
    pub severity: Severity,
    /// Whether it is switched on.
    pub enabled: bool,
    /// What it finds, in a few words.
    pub title: &'a str,
    /// The cues on which it rests.
    pub cues: &'a [String],
    /// Where the advice comes from.
    pub sources: &'a [String],
}

/// Writes any of these shapes on one line. Characters that could steer a terminal are escaped, which JSON allows for any.
///
/// # Panics
/// Never: all keys of the shapes are strings.
#[must_use]
pub fn to_line(shape: &impl Serialize) -> String {
    let mut line = Vec::new();
    shape
        .serialize(&mut serde_json::Serializer::with_formatter(&mut line, Escaping))
        .expect("these shapes have no keys but strings, and a vector takes all that is written");
    line.push(b'\n');
    String::from_utf8(line).expect("JSON is UTF-8")
}

struct Escaping;

impl serde_json::ser::Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        // Most of what is written has nothing to escape.
        if fragment.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut written = 0;
        for (at, c) in fragment.char_indices().filter(|(_, c)| safe::stand_in(*c, false).is_some()) {
            writer.write_all(&fragment.as_bytes()[written..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            written = at + c.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[written..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steering_characters_are_escaped_and_come_back() {
        let text = "a\u{1b}[0m\n\u{9b}é\u{202e}\u{e0041}\"";
        let line = to_line(&text);
        assert_eq!(line, "\"a\\u001b[0m\\n\\u009bé\\u202e\\udb40\\udc41\\\"\"\n");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
    }
}

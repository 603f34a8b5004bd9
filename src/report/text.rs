//! In: a checked draft, or a flaw of a TOML file. Out: the report that a person reads, with colours. Refuses to let a control
//! character of a draft, a file name or a rule file through.

use std::{fmt::Write as _, io, ops::Range};

use anstyle::{AnsiColor, Style};
use codespan_reporting::{
    diagnostic::{self as drawn, Label, LabelStyle},
    term::{self, Chars, WriteStyle},
};
use unicode_width::UnicodeWidthStr;

use super::{
    Checked, Look, Tally,
    excerpt::{Excerpt, View},
    safe,
};
use crate::{
    diagnostic::{Applicability, Diagnostic, LetterKind, Severity},
    engine::UNKNOWN,
    flaw::Flaw,
    rule::Texts,
    source::{Format, LineIndex},
};

const STRONG: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const BORDER: Style = AnsiColor::Blue.on_default();

/// The report on one draft: its diagnostics, then the checklist of its elements. The pack gives the elements their names.
#[must_use]
pub fn draft(checked: &Checked, texts: Option<&Texts>, look: Look) -> String {
    let mut out = String::new();
    let verdict = &checked.verdict;
    if !verdict.diagnostics.is_empty() {
        let lines = LineIndex::of(&checked.source);
        let (view, decoded) = view_of(checked, &lines, look);
        for diagnostic in &verdict.diagnostics {
            let advice = texts.map_or("advice", |texts| ui(texts, "advice", "advice"));
            match &diagnostic.outside {
                Some(place) if decoded => outside(checked, diagnostic, place, &lines, look, &mut out),
                Some(place) => {
                    Finding::of_diagnostic(diagnostic, advice, |_| place.clone()).draw(&view, look, &mut out);
                }
                None => {
                    let finding = Finding::of_diagnostic(diagnostic, advice, |range| {
                        if decoded { range } else { checked.source.map.to_source(range) }
                    });
                    finding.draw(&view, look, &mut out);
                }
            }
        }
        if decoded {
            remark(
                &mut out,
                "the excerpts show the decoded text; lines and columns are those of the file as it stands",
                look,
            );
        }
    }
    out.push_str(&suppressed(checked, texts, look));
    for note in &checked.source.notes {
        remark(&mut out, &format!("{}: {note}", checked.source.title()), look);
    }
    out.push_str(&checklist(checked, texts, look));
    out
}

/// One diagnostic of a draft, with its excerpt and without advice: for a dialogue about it.
#[must_use]
pub fn excerpt(checked: &Checked, diagnostic: &Diagnostic, look: Look) -> String {
    let lines = LineIndex::new(&checked.source.bytes);
    let (view, decoded) = view_of(checked, &lines, look);
    let mut finding =
        Finding::of_diagnostic(
            diagnostic,
            "",
            |range| {
                if decoded { range } else { checked.source.map.to_source(range) }
            },
        );
    finding.notes.clear();
    let mut out = String::new();
    finding.draw(&view, look, &mut out);
    out
}

/// A diagnostic about a comment or a header: of the file only these bytes are shown, for the lines around may be encoded.
fn outside(
    checked: &Checked,
    diagnostic: &Diagnostic,
    place: &Range<usize>,
    lines: &LineIndex<'_>,
    look: Look,
    out: &mut String,
) {
    let source = &checked.source;
    let written = String::from_utf8_lossy(source.bytes.get(place.clone()).unwrap_or_default());
    let name = safe::line(&source.name, look.unicode).into_owned();
    let view = View::new(name, &written, |at| lines.line_column(place.start + at));
    Finding::of_diagnostic(diagnostic, "", |_| 0..written.len()).draw(&view, look, out);
}

/// What the draft itself suppresses, one line each.
fn suppressed(checked: &Checked, texts: Option<&Texts>, look: Look) -> String {
    if checked.verdict.suppressed.is_empty() {
        return String::new();
    }
    let (source, lines) = (&checked.source, LineIndex::of(&checked.source));
    let word = texts.map_or("suppressed", |texts| ui(texts, "suppressed", "suppressed"));
    let mut out = String::new();
    for one in &checked.verdict.suppressed {
        let (line, column) = lines.line_column(one.diagnostic.place(source).start);
        let told = format!("{}:{line}:{column}: {}", source.name, one.reason);
        let rule = safe::line(&one.diagnostic.rule, look.unicode);
        let _ = writeln!(out, "{DIM}{word}[{rule}]: {}{DIM:#}", safe::line(&told, look.unicode));
    }
    out.push('\n');
    out
}

/// A flaw of a user's file, drawn as a diagnostic is.
#[must_use]
pub fn flaw(flaw: &Flaw, severity: Severity, look: Look) -> String {
    if flaw.text.is_empty() {
        let help = if flaw.help.is_empty() { vec![] } else { vec![flaw.help.clone()] };
        return problem(&format!("{}: {}", flaw.file, flaw.message), &help, look);
    }
    let lines = LineIndex::new(flaw.text.as_bytes());
    let view = View::new(safe::line(&flaw.file, look.unicode).into_owned(), &flaw.text, |at| lines.line_column(at));
    let finding = Finding {
        severity,
        code: None,
        message: &flaw.message,
        labels: vec![(flaw.at.clone(), "")],
        notes: if flaw.help.is_empty() { vec![] } else { vec![("help", flaw.help.clone())] },
    };
    let mut out = String::new();
    finding.draw(&view, look, &mut out);
    out
}

/// Something that is wrong and has no place in a text: an unreadable file, a bad option.
#[must_use]
pub fn problem(message: &str, help: &[String], look: Look) -> String {
    let style = severity_style(Severity::Error);
    let message = safe::block(message, look.unicode);
    let mut out = format!("{style}error{style:#}{STRONG}: {message}{STRONG:#}\n");
    for help in help {
        let _ = writeln!(out, "  {DIM}={DIM:#} {}", note("help", help, look));
    }
    out
}

/// The last line of a report.
#[must_use]
pub fn count(tally: Tally) -> String {
    let some = |number: usize, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{number} {many}")),
    };
    let found: Vec<String> = [
        some(tally.errors, "error", "errors"),
        some(tally.warnings, "warning", "warnings"),
        some(tally.notes, "note", "notes"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let found = if found.is_empty() { "nothing to mend".to_owned() } else { found.join(", ") };
    let letters = some(tally.letters, "letter", "letters").unwrap_or_else(|| "no letter".to_owned());
    let mut line = if tally.letters == 0 && found == "nothing to mend" {
        "no letter judged".to_owned()
    } else {
        format!("{letters} judged: {found}")
    };
    if let Some(others) = some(tally.others, "other text", "other texts") {
        let _ = write!(line, "; {others} not judged");
    }
    if let Some(suppressed) = some(tally.suppressed, "suppressed", "suppressed") {
        let _ = write!(line, "; {suppressed}");
    }
    if let Some(known) = some(tally.known, "known from the baseline", "known from the baseline") {
        let _ = write!(line, "; {known}");
    }
    if let Some(failures) = some(tally.failures, "file", "files") {
        let _ = write!(line, "; {failures} could not be checked");
    }
    format!("{STRONG}{line}{STRONG:#}\n")
}

/// That a baseline was written, and how much it knows.
#[must_use]
pub fn baseline_written(file: &str, diagnostics: usize, files: usize, look: Look) -> String {
    let plural = |number: usize, one: &str| if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") };
    let known = format!("{} in {}", plural(diagnostics, "diagnostic"), plural(files, "file"));
    format!("{STRONG}{}: {known} written{STRONG:#}\n", safe::line(file, look.unicode))
}

/// That a baseline has entries that are no longer needed, the first few by name.
#[must_use]
pub fn baseline_unneeded(file: &str, entries: usize, named: &[String], look: Look) -> String {
    let entries_are = if entries == 1 { "1 entry is".to_owned() } else { format!("{entries} entries are") };
    let mut out = String::new();
    remark(&mut out, &format!("{file}: {entries_are} no longer needed"), look);
    for entry in named {
        let _ = writeln!(out, "      {}", safe::line(entry, look.unicode));
    }
    if named.len() < entries {
        out.push_str("      ...\n");
    }
    out
}

/// The elements of the letter, one line, each there or not; or that the text was not judged, and the option that changes it.
fn checklist(checked: &Checked, texts: Option<&Texts>, look: Look) -> String {
    let title = checked.source.title();
    let name = safe::line(&title, look.unicode);
    if checked.verdict.letter == LetterKind::Other {
        let say = |key, english| texts.map_or(english, |texts| ui(texts, key, english));
        let (why, option) = if checked.verdict.language == UNKNOWN {
            (say("unknown-language", "The language of this text was not recognised; it was not judged."), "--lang")
        } else {
            let why = say("other-letter", "This text does not end a customer relationship; it was not judged.");
            (why, "--assume termination")
        };
        let text = format!("{name}: {why} [{option}]");
        return format!("{}\n", textwrap::fill(&text, textwrap::Options::new(look.width).subsequent_indent("    ")));
    }
    let mut out = format!("{STRONG}{name}{STRONG:#}:");
    let mut column = name.chars().count() + 1;
    for (element, there) in &checked.verdict.checklist {
        let title = texts.map_or(element.as_str(), |texts| texts.element(element));
        let (style, mark) = if *there { (GOOD, look.pick("✓", "[x]")) } else { (BAD, look.pick("✗", "[ ]")) };
        let length = title.chars().count() + mark.chars().count() + 3;
        if column + length > look.width {
            out.push_str("\n   ");
            column = 3;
        }
        column += length;
        let _ = write!(out, "  {} {style}{mark}{style:#}", safe::line(title, look.unicode));
    }
    out.push('\n');
    out
}

/// A word of the report in the language of the letter.
fn ui<'p>(texts: &'p Texts, key: &'p str, english: &'p str) -> &'p str {
    Some(texts.ui(key)).filter(|text| *text != key).unwrap_or(english)
}

fn remark(out: &mut String, text: &str, look: Look) {
    let style = severity_style(Severity::Note);
    let text = safe::line(text, look.unicode);
    let wrapped =
        textwrap::fill(&text, textwrap::Options::new(look.width).initial_indent("      ").subsequent_indent("      "));
    let _ = writeln!(out, "{style}note{style:#}: {}", wrapped.trim_start());
}

/// What excerpts are cut from: the file as it stands, or the decoded text where the file's own bytes cannot be read by a person
/// (then `true`): a mail whose body is encoded or folded away in HTML, a file in another charset.
fn view_of<'a>(checked: &'a Checked, lines: &'a LineIndex<'a>, look: Look) -> (View<'a>, bool) {
    let source = &checked.source;
    let name = safe::line(&source.name, look.unicode).into_owned();
    let Some(raw) = readable(checked) else {
        let place = |at: usize| lines.line_column(source.in_file(at..at).start);
        return (View::new(name, &source.text, place), true);
    };
    let offset = source.origin.map_or(0, |origin| origin.offset);
    (View::new(name, raw, move |at| lines.line_column(at + offset)), false)
}

/// The file as it stands, if a person can read it.
#[must_use]
pub fn readable(checked: &Checked) -> Option<&str> {
    let raw = std::str::from_utf8(&checked.source.bytes).ok()?;
    (checked.source.format != Format::Mail || reads_as_written(checked)).then_some(raw)
}

/// Whether each line of the text stands in the file letter by letter.
fn reads_as_written(checked: &Checked) -> bool {
    let source = &checked.source;
    let mut at = 0;
    source.text.split_inclusive('\n').all(|line| {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        let line = line.trim();
        line.is_empty() || source.bytes.get(source.map.to_source(start..start + line.len())) == Some(line.as_bytes())
    })
}

/// The beginning of a text on one line: white space is made one, and what does not fit is left out.
#[must_use]
pub fn shortened(text: &str, width: usize, look: Look) -> String {
    let dots = look.pick("…", "...");
    let mut short = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let word = safe::line(word, look.unicode);
        let gap = usize::from(!short.is_empty());
        if column + gap + word.width() + dots.len() > width {
            let room = width.saturating_sub(column + gap + dots.len());
            // A word that fills a line by itself is cut; others are left out whole.
            if short.is_empty() {
                short.extend(word.chars().take(room));
            }
            return short + dots;
        }
        if gap == 1 {
            short.push(' ');
        }
        short.push_str(&word);
        column += gap + word.width();
    }
    short
}

/// A diagnostic or a flaw on its way to the screen.
struct Finding<'a> {
    severity: Severity,
    code: Option<&'a str>,
    message: &'a str,
    /// The first is the one at fault; ranges are bytes of the view's text.
    labels: Vec<(Range<usize>, &'a str)>,
    /// Each with the word in front of it.
    notes: Vec<(&'a str, String)>,
}

impl<'a> Finding<'a> {
    fn of_diagnostic(
        diagnostic: &'a Diagnostic,
        advice: &'a str,
        to_view: impl Fn(Range<usize>) -> Range<usize>,
    ) -> Finding<'a> {
        let mut labels = vec![(to_view(diagnostic.range.clone()), "")];
        labels.extend(diagnostic.related.iter().map(|(range, what)| (to_view(range.clone()), what.as_str())));
        let mut notes: Vec<_> = diagnostic.help.iter().map(|help| ("help", help.clone())).collect();
        // A choice of sentences would bury the rest: it is for `partwell fix --interactive` and for editors.
        let safe = diagnostic.fixes.iter().filter(|fix| fix.applicability == Applicability::Safe);
        notes.extend(safe.map(|fix| ("fix", fix.title.clone())));
        if !diagnostic.source.is_empty() {
            notes.push((advice, diagnostic.source.clone()));
        }
        let Diagnostic { severity, rule, message, .. } = diagnostic;
        Finding { severity: *severity, code: Some(rule), message, labels, notes }
    }

    fn draw(&self, view: &View<'_>, look: Look, out: &mut String) {
        let ranges: Vec<_> = self.labels.iter().map(|(range, _)| range.clone()).collect();
        let (excerpt, places) = Excerpt::new(view, &ranges, look);
        let mut labels = Vec::new();
        for (index, ((_, what), pieces)) in self.labels.iter().zip(places).enumerate() {
            let style = if index == 0 { LabelStyle::Primary } else { LabelStyle::Secondary };
            let last = pieces.len().saturating_sub(1);
            for (number, piece) in pieces.into_iter().enumerate() {
                // A stretch over several lines says what it is once, under its end.
                let what = if number == last { safe::line(what, look.unicode).into_owned() } else { String::new() };
                labels.push(Label::new(style, (), piece).with_message(what));
            }
        }
        let mut diagnostic = drawn::Diagnostic::new(drawn_severity(self.severity))
            .with_message(safe::line(self.message, look.unicode))
            .with_labels(labels)
            .with_notes(self.notes.iter().map(|(word, text)| note(word, text, look)).collect());
        diagnostic.code = self.code.map(|code| safe::line(code, look.unicode).into_owned());
        let config = term::Config {
            chars: if look.unicode { Chars::box_drawing() } else { Chars::ascii() },
            ..term::Config::default()
        };
        let mut painted = Painted(Vec::new());
        term::emit_to_write_style(&mut painted, &config, &excerpt, &diagnostic)
            .expect("each label lies in the excerpt, and a vector takes all that is written");
        out.push_str(&String::from_utf8_lossy(&painted.0));
    }
}

/// A note with the word in front of it, wrapped to the width and hanging under its first line.
fn note(word: &str, text: &str, look: Look) -> String {
    let text = safe::block(text, look.unicode);
    let hang = " ".repeat(word.width() + 2);
    // The renderer puts the line number's gutter and the bullet in front.
    let width = look.width.saturating_sub(GUTTER);
    let options = textwrap::Options::new(width).initial_indent(&hang).subsequent_indent(&hang);
    let wrapped = textwrap::fill(&text, options);
    format!("{STRONG}{word}{STRONG:#}: {}", wrapped.trim_start())
}

/// Columns that the renderer puts in front of a note.
const GUTTER: usize = 6;

fn drawn_severity(severity: Severity) -> drawn::Severity {
    match severity {
        Severity::Error => drawn::Severity::Error,
        Severity::Warning => drawn::Severity::Warning,
        Severity::Note => drawn::Severity::Note,
    }
}

fn severity_style(severity: Severity) -> Style {
    let color = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Note => AnsiColor::Cyan,
    };
    color.on_default().bold()
}

fn style_of(severity: drawn::Severity) -> Style {
    severity_style(match severity {
        drawn::Severity::Bug | drawn::Severity::Error => Severity::Error,
        drawn::Severity::Warning => Severity::Warning,
        drawn::Severity::Note | drawn::Severity::Help => Severity::Note,
    })
}

/// Takes what the renderer draws, with the colours as escape sequences.
struct Painted(Vec<u8>);

impl io::Write for Painted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Painted {
    fn style(&mut self, style: Style) -> io::Result<()> {
        io::Write::write_fmt(self, format_args!("{style}"))
    }
}

impl WriteStyle for Painted {
    fn set_header(&mut self, severity: drawn::Severity) -> io::Result<()> {
        self.style(style_of(severity))
    }

    fn set_header_message(&mut self) -> io::Result<()> {
        self.reset()?;
        self.style(STRONG)
    }

    fn set_line_number(&mut self) -> io::Result<()> {
        self.style(BORDER)
    }

    fn set_note_bullet(&mut self) -> io::Result<()> {
        self.style(BORDER)
    }

    fn set_source_border(&mut self) -> io::Result<()> {
        self.style(BORDER)
    }

    fn set_label(&mut self, severity: drawn::Severity, style: LabelStyle) -> io::Result<()> {
        self.style(if style == LabelStyle::Primary { style_of(severity) } else { BORDER })
    }

    fn reset(&mut self) -> io::Result<()> {
        io::Write::write_fmt(self, format_args!("{}", anstyle::Reset))
    }
}

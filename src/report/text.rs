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
    diagnostic::{Diagnostic, LetterKind, Severity},
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

/// The report on one draft, in the words of the reader's language: its diagnostics, then the checklist of its elements.
#[must_use]
pub fn draft(checked: &Checked, texts: Option<&Texts>, look: Look) -> String {
    let mut out = String::new();
    let verdict = &checked.verdict;
    let texts = texts.unwrap_or_else(|| Texts::fallback());
    if !verdict.diagnostics.is_empty() {
        let lines = LineIndex::of(&checked.source);
        let (view, decoded) = view_of(checked, &lines, look);
        for diagnostic in &verdict.diagnostics {
            let finding = Finding::of_diagnostic(diagnostic, texts, |range| {
                if decoded { range } else { checked.source.map.to_source(range) }
            });
            finding.draw(&view, texts, look, &mut out);
        }
        if decoded {
            remark(&mut out, texts.ui("decoded-excerpts"), texts, look);
        }
    }
    for note in &checked.source.notes {
        let words = texts.ui_about(note.key, &note.what);
        remark(&mut out, &format!("{}: {words}", checked.source.title()), texts, look);
    }
    out.push_str(&checklist(checked, texts, look));
    out
}

/// A flaw of a user's file, drawn as a diagnostic is; what is wrong with rules and settings is said in English.
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
    finding.draw(&view, Texts::fallback(), look, &mut out);
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
pub fn count(tally: Tally, texts: &Texts) -> String {
    let some = |key, number| (number > 0).then(|| texts.ui_number(key, number));
    let found = [("errors", tally.errors), ("warnings", tally.warnings), ("notes", tally.notes)];
    let found: Vec<String> = found.into_iter().filter_map(|(key, number)| some(key, number)).collect();
    let found = if found.is_empty() { texts.ui("nothing-found").to_owned() } else { found.join(", ") };
    let judged = some("judged", tally.letters).map(|judged| judged.replace("{found}", &found));
    let mut line = judged.unwrap_or_else(|| texts.ui("judged-none").to_owned());
    for rest in [some("others", tally.others), some("failures", tally.failures)].into_iter().flatten() {
        let _ = write!(line, "; {rest}");
    }
    format!("{STRONG}{line}{STRONG:#}\n")
}

/// The elements of the letter, one line, each there or not; or that the text was not judged, and the option that changes it.
fn checklist(checked: &Checked, texts: &Texts, look: Look) -> String {
    let title = checked.source.title();
    let name = safe::line(&title, look.unicode);
    if checked.verdict.letter == LetterKind::Other {
        let (why, option) = if checked.verdict.language == UNKNOWN {
            (texts.ui("unknown-language"), "--lang")
        } else {
            (texts.ui("other-letter"), "--assume termination")
        };
        let text = format!("{name}: {why} [{option}]");
        return format!("{}\n", textwrap::fill(&text, textwrap::Options::new(look.width).subsequent_indent("    ")));
    }
    let mut out = format!("{STRONG}{name}{STRONG:#}:");
    let mut column = name.chars().count() + 1;
    for (element, there) in &checked.verdict.checklist {
        let title = texts.element(element);
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

fn remark(out: &mut String, text: &str, texts: &Texts, look: Look) {
    let style = severity_style(Severity::Note);
    let word = texts.severity(Severity::Note);
    let _ = writeln!(out, "{}", hanging(&safe::line(text, look.unicode), word, style, look.width));
}

/// What excerpts are cut from: the file as it stands, or the decoded text where the file's own bytes cannot be read by a person
/// (then `true`): a mail whose body is encoded or folded away in HTML, a file in another charset.
fn view_of<'a>(checked: &'a Checked, lines: &'a LineIndex<'a>, look: Look) -> (View<'a>, bool) {
    let source = &checked.source;
    let name = safe::line(&source.name, look.unicode).into_owned();
    match std::str::from_utf8(&source.bytes) {
        Ok(raw) if source.format != Format::Mail || reads_as_written(checked) => {
            let offset = source.origin.map_or(0, |origin| origin.offset);
            (View::new(name, raw, move |at| lines.line_column(at + offset)), false)
        }
        _ => {
            let place = |at: usize| lines.line_column(source.in_file(at..at).start);
            (View::new(name, &source.text, place), true)
        }
    }
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
        texts: &'a Texts,
        to_view: impl Fn(Range<usize>) -> Range<usize>,
    ) -> Finding<'a> {
        let mut labels = vec![(to_view(diagnostic.range.clone()), "")];
        labels.extend(diagnostic.related.iter().map(|(range, what)| (to_view(range.clone()), what.as_str())));
        let word = texts.ui("help");
        let mut notes: Vec<_> = diagnostic.help.iter().map(|help| (word, help.clone())).collect();
        for fix in &diagnostic.fixes {
            let said = |text: &str| diagnostic.help.iter().any(|help| help.contains(text));
            let texts: Vec<&str> =
                fix.edits.iter().map(|edit| edit.text.trim()).filter(|text| !text.is_empty()).collect();
            if texts.is_empty() || !texts.iter().all(|text| said(text)) {
                let quoted: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
                let colon = if quoted.is_empty() { "" } else { ": " };
                notes.push((word, format!("{}{colon}{}", fix.title, quoted.join(", "))));
            }
        }
        if !diagnostic.source.is_empty() {
            notes.push((texts.ui("advice"), diagnostic.source.clone()));
        }
        let Diagnostic { severity, rule, message, .. } = diagnostic;
        Finding { severity: *severity, code: Some(rule), message, labels, notes }
    }

    /// The first line: severity, rule, message.
    fn head(&self, texts: &Texts, look: Look) -> String {
        let style = severity_style(self.severity);
        let code = self.code.map(|code| format!("[{}]", safe::line(code, look.unicode))).unwrap_or_default();
        let severity = texts.severity(self.severity);
        let message = safe::line(self.message, look.unicode);
        format!("{style}{severity}{code}{style:#}{STRONG}: {message}{STRONG:#}\n")
    }

    fn draw(&self, view: &View<'_>, texts: &Texts, look: Look, out: &mut String) {
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
        let diagnostic = drawn::Diagnostic::new(drawn_severity(self.severity))
            .with_labels(labels)
            .with_notes(self.notes.iter().map(|(word, text)| note(word, text, look)).collect());
        let config = term::Config {
            chars: if look.unicode { Chars::box_drawing() } else { Chars::ascii() },
            ..term::Config::default()
        };
        let mut painted = Painted(Vec::new());
        term::emit_to_write_style(&mut painted, &config, &excerpt, &diagnostic)
            .expect("each label lies in the excerpt, and a vector takes all that is written");
        let drawn = String::from_utf8_lossy(&painted.0);
        // The renderer heads what it draws with a severity in English; ours is in the reader's language.
        out.push_str(&self.head(texts, look));
        out.push_str(drawn.split_once('\n').map_or("", |(_, body)| body));
    }
}

/// A note with the word in front of it, wrapped to the width.
fn note(word: &str, text: &str, look: Look) -> String {
    // The renderer puts the line number's gutter and the bullet in front.
    hanging(&safe::block(text, look.unicode), word, STRONG, look.width.saturating_sub(GUTTER))
}

/// A text with a word in front of it, wrapped and hanging under its first line.
fn hanging(text: &str, word: &str, style: Style, width: usize) -> String {
    let hang = " ".repeat(word.width() + 2);
    let options = textwrap::Options::new(width).initial_indent(&hang).subsequent_indent(&hang);
    format!("{style}{word}{style:#}: {}", textwrap::fill(text, options).trim_start())
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

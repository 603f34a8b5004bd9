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
            let draw = |finding: Finding<'_>, out: &mut String| finding.draw(&view, texts, look, out);
            match &diagnostic.outside {
                Some(place) if decoded => outside(checked, diagnostic, place, &lines, texts, look, &mut out),
                Some(place) => draw(Finding::of_diagnostic(diagnostic, texts, |_| place.clone()), &mut out),
                None => {
                    let to_view = |range| if decoded { range } else { checked.source.map.to_source(range) };
                    draw(Finding::of_diagnostic(diagnostic, texts, to_view), &mut out);
                }
            }
        }
        if decoded {
            remark(&mut out, texts.ui("decoded-excerpts"), texts, look);
        }
    }
    out.push_str(&suppressed(checked, texts, look));
    for note in &checked.source.notes {
        let words = texts.ui_about(note.key, &note.what);
        remark(&mut out, &format!("{}: {words}", checked.source.title()), texts, look);
    }
    out.push_str(&checklist(checked, texts, look));
    out
}

/// One diagnostic of a draft, with its excerpt and without advice: for a dialogue about it.
#[must_use]
pub fn excerpt(checked: &Checked, diagnostic: &Diagnostic, texts: &Texts, look: Look) -> String {
    let lines = LineIndex::new(&checked.source.bytes);
    let (view, decoded) = view_of(checked, &lines, look);
    let mut finding =
        Finding::of_diagnostic(
            diagnostic,
            texts,
            |range| {
                if decoded { range } else { checked.source.map.to_source(range) }
            },
        );
    finding.notes.clear();
    let mut out = String::new();
    finding.draw(&view, texts, look, &mut out);
    out
}

/// A diagnostic about a comment or a header: of the file only these bytes are shown, for the lines around may be encoded.
fn outside(
    checked: &Checked,
    diagnostic: &Diagnostic,
    place: &Range<usize>,
    lines: &LineIndex<'_>,
    texts: &Texts,
    look: Look,
    out: &mut String,
) {
    let source = &checked.source;
    let written = String::from_utf8_lossy(source.bytes.get(place.clone()).unwrap_or_default());
    let name = safe::line(&source.name, look.unicode).into_owned();
    let view = View::new(name, &written, |at| lines.line_column(place.start + at));
    Finding::of_diagnostic(diagnostic, texts, |_| 0..written.len()).draw(&view, texts, look, out);
}

/// What the draft itself suppresses, one line each.
fn suppressed(checked: &Checked, texts: &Texts, look: Look) -> String {
    if checked.verdict.suppressed.is_empty() {
        return String::new();
    }
    let (source, lines) = (&checked.source, LineIndex::of(&checked.source));
    let word = texts.ui("suppressed");
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
    let rest = [
        ("others", tally.others),
        ("suppressed-diagnostics", tally.suppressed),
        ("known", tally.known),
        ("failures", tally.failures),
    ];
    for rest in rest.into_iter().filter_map(|(key, number)| some(key, number)) {
        let _ = write!(line, "; {rest}");
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
    remark(&mut out, &format!("{file}: {entries_are} no longer needed"), Texts::fallback(), look);
    for entry in named {
        let _ = writeln!(out, "      {}", safe::line(entry, look.unicode));
    }
    if named.len() < entries {
        out.push_str("      ...\n");
    }
    out
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
        texts: &'a Texts,
        to_view: impl Fn(Range<usize>) -> Range<usize>,
    ) -> Finding<'a> {
        let mut labels = vec![(to_view(diagnostic.range.clone()), "")];
        labels.extend(diagnostic.related.iter().map(|(range, what)| (to_view(range.clone()), what.as_str())));
        let word = texts.ui("help");
        let mut notes: Vec<_> = diagnostic.help.iter().map(|help| (word, help.clone())).collect();
        // A choice of sentences would bury the rest: it is for `partwell fix --interactive` and for editors.
        let safe = diagnostic.fixes.iter().filter(|fix| fix.applicability == Applicability::Safe);
        notes.extend(safe.map(|fix| (texts.ui("fix"), fix.title.clone())));
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

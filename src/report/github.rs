//! In: checked drafts. Out: the workflow commands that GitHub Actions turns into annotations on a pull request, one a line. What is
//! suppressed is listed in the log and annotates nothing. Refuses to let a draft or a file name write a command of its own.

use std::fmt::Write as _;

use super::{
    Checked,
    place::{Place, slashed},
    safe, with_help,
};
use crate::{
    diagnostic::{Diagnostic, Severity},
    source::LineIndex,
};

/// The commands for one draft.
#[must_use]
pub fn draft(checked: &Checked) -> String {
    let source = &checked.source;
    let lines = LineIndex::of(source);
    let mut out = String::new();
    for diagnostic in &checked.verdict.diagnostics {
        let place = Place::new(diagnostic.place(source), &lines);
        out.push_str(&command(&source.name, diagnostic, place));
    }
    for one in &checked.verdict.suppressed {
        let (line, column) = lines.line_column(one.diagnostic.place(source).start);
        let listed = format!("{}:{line}:{column}: {} ({})", slashed(&source.name), one.diagnostic.rule, one.reason);
        let _ = writeln!(out, "suppressed: {}", safe::line(&listed, true));
    }
    out
}

/// The command for what kept a file from being checked.
#[must_use]
pub fn failure(problem: &str) -> String {
    format!("::error title=partwell::{}\n", data(problem.trim_end()))
}

fn command(path: &str, diagnostic: &Diagnostic, place: Place) -> String {
    let name = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let Place { line, column, end_line, end_column, .. } = place;
    let path = property(&slashed(path));
    // Columns are understood within one line only, and the last one is taken in.
    let columns = match end_column.saturating_sub(1) {
        last if line == end_line => format!(",col={column},endColumn={}", last.max(column)),
        _ => String::new(),
    };
    format!(
        "::{name} file={path},line={line},endLine={end_line}{columns},title={}::{}\n",
        property(&format!("partwell {}", diagnostic.rule)),
        data(&with_help(&diagnostic.message, &diagnostic.help)),
    )
}

/// Text behind the `::`.
fn data(text: &str) -> String {
    safe::block(text, true).replace('%', "%25").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_a_command() {
        assert_eq!(data("50 %\nof: it,\r"), "50 %25%0Aof: it,\u{240d}");
        assert_eq!(property("C:\\a,b\n::error::x"), "C%3A\\a%2Cb%0A%3A%3Aerror%3A%3Ax");
        assert_eq!(failure("none.txt: gone\n"), "::error title=partwell::none.txt: gone\n");
    }
}

//! In: checked drafts. Out: the XML of `JUnit`, that every CI server shows: a suite for each file, a case for each diagnostic. Refuses
//! to fail a run that partwell itself lets pass: what weighs less than `--fail-on` is a case that passed and has something to say.

use std::io;

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::{Checked, place::slashed, safe, with_help};
use crate::{
    diagnostic::{Diagnostic, Severity},
    source::LineIndex,
};

/// The suite of one file.
#[derive(Debug)]
pub struct Suite {
    name: String,
    cases: Vec<Case>,
}

#[derive(Debug)]
struct Case {
    name: String,
    end: End,
}

#[derive(Debug)]
enum End {
    Passed,
    /// Something was found that does not make the run fail.
    Said(String),
    Failed {
        kind: &'static str,
        message: String,
        text: String,
    },
    /// Suppressed, with the reason.
    Skipped(String),
    /// The file could not be checked.
    Broken(String),
}

impl Suite {
    /// The suite of a checked draft.
    #[must_use]
    pub fn new(checked: &Checked, fail_on: Severity) -> Suite {
        let source = &checked.source;
        let lines = LineIndex::of(source);
        let name = |diagnostic: &Diagnostic| {
            let (line, column) = lines.line_column(diagnostic.place(source).start);
            format!("{} ({line}:{column})", diagnostic.rule)
        };
        let told = checked.verdict.diagnostics.iter().map(|one| Case { name: name(one), end: End::of(one, fail_on) });
        let suppressed = checked.verdict.suppressed.iter().map(|one| Case {
            name: name(&one.diagnostic),
            end: End::Skipped(format!("{} ({})", one.diagnostic.message, one.reason)),
        });
        let mut cases: Vec<Case> = told.chain(suppressed).collect();
        if cases.is_empty() {
            cases.push(Case { name: "check".to_owned(), end: End::Passed });
        }
        Suite { name: slashed(&source.name).into_owned(), cases }
    }

    /// The suite of a file that could not be checked.
    #[must_use]
    pub fn broken(problem: &str) -> Suite {
        let case = Case { name: "check".to_owned(), end: End::Broken(problem.trim_end().to_owned()) };
        Suite { name: "partwell".to_owned(), cases: vec![case] }
    }

    fn counts(&self) -> [usize; 4] {
        let of = |wanted: fn(&End) -> bool| self.cases.iter().filter(|case| wanted(&case.end)).count();
        [
            self.cases.len(),
            of(|end| matches!(end, End::Failed { .. })),
            of(|end| matches!(end, End::Broken(_))),
            of(|end| matches!(end, End::Skipped(_))),
        ]
    }
}

impl End {
    fn of(diagnostic: &Diagnostic, fail_on: Severity) -> End {
        let text = with_help(&diagnostic.message, &diagnostic.help);
        if diagnostic.severity < fail_on {
            return End::Said(text);
        }
        let kind = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        End::Failed { kind, message: diagnostic.message.clone(), text }
    }
}

/// The whole report.
///
/// # Panics
/// Never: a vector takes all that is written.
#[must_use]
pub fn report(suites: &[Suite]) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    write(&mut writer, suites).expect("a vector takes all that is written");
    let mut xml = String::from_utf8(writer.into_inner()).expect("only UTF-8 was written");
    xml.push('\n');
    xml
}

fn write(writer: &mut Writer<Vec<u8>>, suites: &[Suite]) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let counts = suites.iter().map(Suite::counts).fold([0; 4], |sum, one| [0, 1, 2, 3].map(|at| sum[at] + one[at]));
    let [tests, failures, errors, _] = counts.map(|count| count.to_string());
    let all = writer.create_element("testsuites").with_attribute(("name", "partwell"));
    let all = all.with_attributes([("tests", &*tests), ("failures", &*failures), ("errors", &*errors)]);
    all.write_inner_content(|writer| suites.iter().try_for_each(|suite| write_suite(writer, suite)))?;
    Ok(())
}

fn write_suite(writer: &mut Writer<Vec<u8>>, suite: &Suite) -> io::Result<()> {
    let [tests, failures, errors, skipped] = suite.counts().map(|count| count.to_string());
    let path = allowed(&safe::line(&suite.name, true));
    let element = writer.create_element("testsuite").with_attribute(("name", &*path));
    let counts = [("tests", &*tests), ("failures", &*failures), ("errors", &*errors), ("skipped", &*skipped)];
    element.with_attributes(counts).write_inner_content(|writer| {
        for case in &suite.cases {
            let element = writer.create_element("testcase").with_attribute(("classname", &*path));
            let element = element.with_attribute(("name", &*allowed(&safe::line(&case.name, true))));
            match &case.end {
                End::Passed => _ = element.write_empty()?,
                end => _ = element.write_inner_content(|writer| write_end(writer, end))?,
            }
        }
        Ok(())
    })?;
    Ok(())
}

fn write_end(writer: &mut Writer<Vec<u8>>, end: &End) -> io::Result<()> {
    let content = |text: &str| allowed(&safe::block(text, true));
    let mut element = |name: &str, attributes: &[(&str, &str)], text: &str| {
        let element = writer.create_element(name).with_attributes(attributes.iter().copied());
        element.write_text_content(BytesText::new(&content(text))).map(|_| ())
    };
    match end {
        End::Passed => Ok(()),
        End::Said(text) => element("system-out", &[], text),
        End::Failed { kind, message, text } => {
            element("failure", &[("type", kind), ("message", &allowed(&safe::line(message, true)))], text)
        }
        End::Skipped(reason) => element("skipped", &[], reason),
        End::Broken(problem) => element("error", &[("type", "failure")], problem),
    }
}

/// Leaves out the few characters that XML has no way to write and that steer nothing.
fn allowed(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect()
}

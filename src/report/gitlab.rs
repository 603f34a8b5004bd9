//! In: checked drafts. Out: GitLab's Code Quality report, in the form of Code Climate's issues. What is suppressed is an issue of
//! the least severity that tells the reason. Refuses to repeat a fingerprint: GitLab would take two issues for one.

use serde::Serialize;

use super::{
    Checked,
    fingerprint::Fingerprint,
    place::{Place, slashed},
};
use crate::{
    diagnostic::{Diagnostic, Severity},
    source::LineIndex,
};

/// One issue; the report is a list of them.
#[derive(Debug, Serialize)]
pub struct Issue {
    r#type: &'static str,
    check_name: String,
    description: String,
    categories: [&'static str; 1],
    severity: &'static str,
    fingerprint: String,
    location: Location,
}

#[derive(Debug, Serialize)]
struct Location {
    path: String,
    positions: Positions,
}

#[derive(Debug, Serialize)]
struct Positions {
    begin: Position,
    end: Position,
}

#[derive(Debug, Serialize)]
struct Position {
    line: usize,
    column: usize,
}

impl Issue {
    /// The issues of one draft.
    #[must_use]
    pub fn of(checked: &Checked) -> Vec<Issue> {
        let lines = LineIndex::of(&checked.source);
        let verdict = &checked.verdict;
        let told = verdict.diagnostics.iter().map(|diagnostic| (diagnostic, None));
        let suppressed = verdict.suppressed.iter().map(|one| (&one.diagnostic, Some(one.reason.as_str())));
        let issue = |((diagnostic, reason), fingerprint): ((&Diagnostic, Option<&str>), Fingerprint)| {
            Issue::new(checked, diagnostic, reason, &fingerprint, &lines)
        };
        told.chain(suppressed).zip(Fingerprint::of_all(checked)).map(issue).collect()
    }

    fn new(
        checked: &Checked,
        diagnostic: &Diagnostic,
        reason: Option<&str>,
        fingerprint: &Fingerprint,
        lines: &LineIndex<'_>,
    ) -> Issue {
        let place = Place::new(diagnostic.place(&checked.source), lines);
        let severity = match (reason, diagnostic.severity) {
            (Some(_), _) | (None, Severity::Note) => "info",
            (None, Severity::Warning) => "major",
            (None, Severity::Error) => "critical",
        };
        Issue {
            r#type: "issue",
            check_name: diagnostic.rule.clone(),
            description: match reason {
                Some(reason) => format!("suppressed: {} ({reason})", diagnostic.message),
                None => diagnostic.message.clone(),
            },
            categories: ["Style"],
            severity,
            fingerprint: fingerprint.in_report(),
            location: Location {
                path: slashed(&checked.source.name).into_owned(),
                positions: Positions {
                    begin: Position { line: place.line, column: place.column },
                    end: Position { line: place.end_line, column: place.end_column },
                },
            },
        }
    }
}

//! In: checked drafts. Out: a SARIF 2.1.0 log, for code scanning and the viewers of editors: results with regions, fixes,
//! suppressions and fingerprints, and the texts of the rules. Refuses to judge; the shapes are those of the OASIS standard.

use std::{borrow::Cow, collections::BTreeMap};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::{
    Checked,
    fingerprint::Fingerprint,
    json,
    place::{Place, slashed},
    with_help,
};
use crate::{
    diagnostic::{Applicability, Diagnostic, Severity, Suppressed},
    rule::RuleBook,
    source::{Editor, LineIndex},
};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// A whole log.
#[derive(Debug, Serialize)]
pub struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<Res>,
}

#[derive(Debug, Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

/// A `reportingDescriptor`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    short_description: Text,
    full_description: Text,
    help: Text,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Debug, Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Debug, Serialize)]
struct RuleProperties {
    /// GitHub sorts by this.
    #[serde(rename = "problem.severity")]
    problem_severity: &'static str,
    sources: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Text {
    text: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Debug, Serialize)]
struct Notification {
    level: &'static str,
    message: Text,
}

/// A `result`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Res {
    rule_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix>,
    /// Empty where nothing suppresses it: either all results of a run have this or none.
    suppressions: Vec<Suppression>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the standard calls it so")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Debug, Clone, Serialize)]
struct Artifact {
    uri: String,
}

/// A place as text and as bytes. Columns count code points and the end is behind the last one, as everywhere in partwell.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
    byte_offset: usize,
    byte_length: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix {
    description: Text,
    artifact_changes: [Change; 1],
    properties: FixProperties,
}

#[derive(Debug, Serialize)]
struct FixProperties {
    applicability: Applicability,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    artifact_location: Artifact,
    replacements: Vec<Replacement>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Text,
}

#[derive(Debug, Serialize)]
struct Suppression {
    kind: &'static str,
    justification: String,
    location: Location,
}

/// What is said about one file.
#[derive(Debug)]
pub struct File {
    results: Vec<Res>,
    rules: BTreeMap<String, Rule>,
}

impl Log {
    /// A log of these files, in this order; `failures` says what kept others from being checked.
    #[must_use]
    pub fn new(files: Vec<File>, failures: &[String]) -> Log {
        let mut rules: BTreeMap<String, Rule> = BTreeMap::new();
        let mut results = Vec::new();
        for file in files {
            for (id, rule) in file.rules {
                rules.entry(id).or_insert(rule);
            }
            results.extend(file.results);
        }
        let index: BTreeMap<String, usize> = rules.keys().cloned().zip(0..).collect();
        for result in &mut results {
            result.rule_index = index.get(&result.rule_id).copied();
        }
        let notification = |problem: &String| Notification { level: "error", message: text(problem.trim_end()) };
        let invocation = Invocation {
            execution_successful: failures.is_empty(),
            tool_execution_notifications: failures.iter().map(notification).collect(),
        };
        let driver = Driver {
            name: "partwell",
            semantic_version: env!("CARGO_PKG_VERSION"),
            rules: rules.into_values().collect(),
        };
        let tool = Tool { driver };
        let run = Run { tool, invocations: [invocation], column_kind: "unicodeCodePoints", results };
        Log { schema: SCHEMA, version: "2.1.0", runs: [run] }
    }
}

impl File {
    /// What is said about one draft. The rule book gives the texts of the rules.
    #[must_use]
    pub fn new(checked: &Checked, book: &RuleBook) -> File {
        let writer = FileWriter {
            checked,
            lines: LineIndex::of(&checked.source),
            editor: Editor::new(&checked.source),
            artifact: Artifact { uri: uri(&checked.source.name) },
        };
        let verdict = &checked.verdict;
        let told = verdict.diagnostics.iter().map(|diagnostic| (diagnostic, None));
        let suppressed = verdict.suppressed.iter().map(|one| (&one.diagnostic, Some(one)));
        let marked = told.chain(suppressed).zip(Fingerprint::of_all(checked));
        let result = |((diagnostic, by), mark): ((&Diagnostic, Option<&Suppressed>), Fingerprint)| Res {
            suppressions: by.map(|one| writer.suppression(one)).into_iter().collect(),
            ..writer.result(diagnostic, mark.in_file())
        };
        let results: Vec<Res> = marked.map(result).collect();
        let rule = |result: &Res| Some((result.rule_id.clone(), Rule::new(&result.rule_id, &verdict.messages, book)?));
        let rules = results.iter().filter_map(rule).collect();
        File { results, rules }
    }
}

impl Rule {
    fn new(id: &str, language: &str, book: &RuleBook) -> Option<Rule> {
        let rule = book.rule(id)?;
        let words = book.texts(language)?;
        let texts = words.rule(id)?;
        Some(Rule {
            id: id.to_owned(),
            short_description: text(&texts.title),
            full_description: text(&texts.message),
            help: text(&with_help(texts.why.trim(), &texts.help)),
            default_configuration: Configuration { level: level(rule.severity) },
            properties: RuleProperties {
                problem_severity: if rule.severity == Severity::Note { "recommendation" } else { level(rule.severity) },
                sources: words.sources(rule).to_vec(),
            },
        })
    }
}

/// Writes the results of one file.
struct FileWriter<'a> {
    checked: &'a Checked,
    lines: LineIndex<'a>,
    editor: Editor<'a>,
    artifact: Artifact,
}

impl FileWriter<'_> {
    fn result(&self, diagnostic: &Diagnostic, fingerprint: String) -> Res {
        let source = &self.checked.source;
        let place = |range| Place::new(source.in_file(range), &self.lines);
        let related = |(id, (range, what)): (usize, &(std::ops::Range<usize>, String))| Location {
            id: Some(id),
            message: (!what.is_empty()).then(|| text(what)),
            ..self.location(place(range.clone()))
        };
        Res {
            rule_id: diagnostic.rule.clone(),
            rule_index: None,
            level: level(diagnostic.severity),
            message: text(&with_help(&diagnostic.message, &diagnostic.help)),
            locations: [self.location(Place::new(diagnostic.place(source), &self.lines))],
            related_locations: (1..).zip(&diagnostic.related).map(related).collect(),
            partial_fingerprints: BTreeMap::from([("sentence/v1", fingerprint)]),
            fixes: diagnostic
                .fixes
                .iter()
                .filter_map(|fix| Some(self.fix(&json::Fix::new(fix, &self.editor)?)))
                .collect(),
            suppressions: Vec::new(),
        }
    }

    fn location(&self, place: Place) -> Location {
        let physical_location = PhysicalLocation { artifact_location: self.artifact.clone(), region: region(place) };
        Location { id: None, physical_location, message: None }
    }

    /// Edits are those of the JSON report: bytes of the file.
    fn fix(&self, fix: &json::Fix) -> Fix {
        let replacement = |edit: &json::Edit| Replacement {
            deleted_region: region(Place::new(edit.start..edit.end, &self.lines)),
            inserted_content: text(&edit.text),
        };
        let change = Change {
            artifact_location: self.artifact.clone(),
            replacements: fix.edits.iter().map(replacement).collect(),
        };
        Fix {
            description: text(&fix.title),
            artifact_changes: [change],
            properties: FixProperties { applicability: fix.applicability },
        }
    }

    fn suppression(&self, one: &Suppressed) -> Suppression {
        let location = self.location(Place::new(one.by.clone(), &self.lines));
        Suppression { kind: "inSource", justification: one.reason.clone(), location }
    }
}

fn region(place: Place) -> Region {
    Region {
        start_line: place.line,
        start_column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
        byte_offset: place.start,
        byte_length: place.end - place.start,
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn text(text: &str) -> Text {
    Text { text: text.to_owned() }
}

/// A path as a relative reference, or as a `file:` address where it is absolute.
fn uri(path: &str) -> String {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    let path = slashed(path);
    let escaped: Cow<'_, str> = utf8_percent_encode(&path, KEPT).into();
    match std::path::Path::new(&*path).is_absolute() {
        true if escaped.starts_with('/') => format!("file://{escaped}"),
        true => format!("file:///{escaped}"),
        false => escaped.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_addresses() {
        assert_eq!(uri("./a b/zażółć.txt"), "a%20b/za%C5%BC%C3%B3%C5%82%C4%87.txt");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
        if cfg!(unix) {
            assert_eq!(uri("/tmp/x:y.md"), "file:///tmp/x%3Ay.md");
        }
    }
}

//! The reports that tooling reads are valid by the schemas of their formats, on every fixture; and what they say is right.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;
use snapbox::{assert_data_eq, str};

/// A letter in which things are found, some of them suppressed, and a file name that has to be escaped.
const LETTER: &str = "# partwell-allow: missing-thanks; thanked by telephone, see \"file\" <7>\n\
    Dear Ms Hartnell,\n\nYou failed to pay three invoices. From 30 June we will no longer work for you.\n\n\
    # partwell-allow-next-line: blame; agreed\nYou failed to pay.\n\nYours sincerely,\nA. Bell\n";

fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_partwell"));
    command.current_dir(folder).args(args).stdin(Stdio::null()).env("LC_ALL", "C.UTF-8").env("COLUMNS", "100");
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The languages' folders of fixtures.
fn fixtures() -> Vec<String> {
    let folders = ["bs", "en", "ms", "pl", "ru", "sr"].map(|language| format!("fixtures/{language}"));
    folders.into_iter().filter(|folder| root().join(folder).is_dir()).collect()
}

/// The report on all fixtures.
fn of_fixtures(format: &str) -> String {
    let fixtures = fixtures();
    let args: Vec<&str> =
        ["check", "--format", format].into_iter().chain(fixtures.iter().map(String::as_str)).collect();
    let (code, out, err) = run(root(), &args);
    assert_eq!((code, err.as_str()), (1, ""));
    out
}

/// The report on [`LETTER`] and on a file that is not there.
fn of_letter(format: &str) -> (PathBuf, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a, b%:é.txt"), LETTER).unwrap();
    let (code, out, err) = run(folder.path(), &["check", "--format", format, "./a, b%:é.txt", "none.txt"]);
    assert!(code == 2 && err.contains("none.txt: there is no such file"), "{err}");
    (folder.path().to_owned(), out)
}

fn validate(schema: &str, report: &str) -> Value {
    let schema = fs::read_to_string(root().join("fixtures/schemas").join(schema)).unwrap();
    // One pattern of the SARIF schema has a bracket too many and is no regular expression; no report here has what it is for.
    let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let report: Value = serde_json::from_str(report).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).take(5).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    report
}

#[test]
fn the_schemas_refuse_what_is_wrong() {
    for (schema, report) in
        [("sarif-2.1.0.json", "{\"version\": \"2.1.0\"}"), ("gitlab-code-quality.json", "[{\"description\": \"x\"}]")]
    {
        let refused = std::panic::catch_unwind(|| validate(schema, report));
        assert!(refused.is_err(), "{schema}");
    }
}

#[test]
fn sarif_is_valid_and_its_places_are_those_of_the_file() {
    let log = validate("sarif-2.1.0.json", &of_fixtures("sarif"));
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert!(rules.len() > 12 && results.len() > 100, "{} rules, {} results", rules.len(), results.len());
    let mut marks = BTreeSet::new();
    let mut replacements = 0;
    for result in results {
        assert_eq!(rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(marks.insert((uri, result["ruleId"].as_str(), result["partialFingerprints"].to_string())), "{result}");
        let bytes = fs::read(root().join(uri)).unwrap();
        assert_region(&bytes, &place["region"]);
        let related = result["relatedLocations"].as_array().into_iter().flatten();
        related.for_each(|location| assert_region(&bytes, &location["physicalLocation"]["region"]));
        for fix in result["fixes"].as_array().into_iter().flatten() {
            for replacement in fix["artifactChanges"][0]["replacements"].as_array().unwrap() {
                assert_region(&bytes, &replacement["deletedRegion"]);
                replacements += 1;
            }
        }
    }
    assert!(replacements > 10, "{replacements} replacements");
}

/// Lines, columns and bytes of a region name the same place, which lies in the file.
fn assert_region(bytes: &[u8], region: &Value) {
    let number = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap();
    let (start, length) = (number("byteOffset"), number("byteLength"));
    assert!(start + length <= bytes.len(), "{region}");
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for (at, line, column) in [(start, "startLine", "startColumn"), (start + length, "endLine", "endColumn")] {
        let before = text[..at].replace("\r\n", "\n");
        let last = before.rsplit('\n').next().unwrap().trim_start_matches('\u{feff}');
        assert_eq!(
            (number(line), number(column)),
            (before.matches('\n').count() + 1, last.chars().count() + 1),
            "{region}"
        );
    }
}

#[test]
fn sarif_tells_of_suppressions_and_of_files_that_could_not_be_read() {
    let log = validate("sarif-2.1.0.json", &of_letter("sarif").1);
    let run = &log["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let told = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert!(told.contains("none.txt: there is no such file") && !told.contains('\u{1b}'), "{told}");
    let results = run["results"].as_array().unwrap();
    let suppressed: Vec<(&str, &str, u64)> = results
        .iter()
        .filter(|result| !result["suppressions"].as_array().unwrap().is_empty())
        .map(|result| {
            let by = &result["suppressions"][0];
            let line = by["location"]["physicalLocation"]["region"]["startLine"].as_u64().unwrap();
            (result["ruleId"].as_str().unwrap(), by["justification"].as_str().unwrap(), line)
        })
        .collect();
    let thanked = ("missing-thanks", "thanked by telephone, see \"file\" <7>", 1);
    assert_eq!(suppressed, [thanked, ("blame", "agreed", 6)]);
    assert_eq!(results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "a%2C%20b%25%3A%C3%A9.txt");
}

#[test]
fn gitlab_is_valid_and_no_fingerprint_comes_twice() {
    let report = validate("gitlab-code-quality.json", &of_fixtures("gitlab"));
    let issues = report.as_array().unwrap();
    let marks: BTreeSet<&str> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert!(issues.len() > 100 && marks.len() == issues.len(), "{} of {}", marks.len(), issues.len());
    let report = validate("gitlab-code-quality.json", &of_letter("gitlab").1);
    let suppressed = report
        .as_array()
        .unwrap()
        .iter()
        .filter(|issue| issue["description"].as_str().unwrap().starts_with("suppressed: "))
        .count();
    assert_eq!(suppressed, 2);
    assert_eq!(report[0]["location"]["path"], "a, b%:é.txt");
}

#[test]
fn fingerprints_outlive_edits_elsewhere() {
    let marks = |text: &str| -> BTreeSet<String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.txt"), text).unwrap();
        let (_, out, _) = run(folder.path(), &["check", "--format", "gitlab", "a.txt"]);
        let report: Value = serde_json::from_str(&out).unwrap();
        report.as_array().unwrap().iter().map(|issue| issue["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    let first = marks(LETTER);
    let edited =
        LETTER.replace("Dear Ms Hartnell", "Dear Mr Hart").replace("pay three invoices", "pay\nthree  invoices");
    assert_eq!(first, marks(&edited));
    assert_ne!(first, marks(&LETTER.replace("three invoices", "two invoices")));
}

#[test]
fn junit_is_valid() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = LETTER.replace("three", "\u{1b}[2J]]>\u{fffe}&three");
    fs::write(folder.path().join("x.txt"), hostile).unwrap();
    let (_, hostile, _) = run(folder.path(), &["check", "--format", "junit", "x.txt"]);
    for report in [of_fixtures("junit"), of_letter("junit").1, hostile] {
        let path = folder.path().join("report.xml");
        fs::write(&path, &report).unwrap();
        let lint = Command::new("xmllint")
            .args(["--noout", "--nonet", "--schema"])
            .arg(root().join("fixtures/schemas/junit.xsd"))
            .arg(&path)
            .output();
        match lint {
            Ok(lint) => assert!(lint.status.success(), "{}\n{report}", String::from_utf8_lossy(&lint.stderr)),
            Err(_) => eprintln!("SKIPPED: xmllint is not installed (Debian: libxml2-utils); JUnit was not validated"),
        }
    }
}

#[test]
fn junit_as_it_is_read() {
    assert_data_eq!(
        of_letter("junit").1,
        str![[r#"
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="partwell" tests="9" failures="5" errors="1">
  <testsuite name="a, b%:é.txt" tests="8" failures="5" errors="0" skipped="2">
    <testcase classname="a, b%:é.txt" name="blame (4:1)">
      <failure type="warning" message="This puts the blame on the customer.">This puts the blame on the customer.
- This turned out not to be something we can offer.
- We could not find a way to make this work.</failure>
    </testcase>
    <testcase classname="a, b%:é.txt" name="missing-next-steps (7:19)">
      <failure type="warning" message="The letter does not say what happens now.">The letter does not say what happens now.
- We will send your files to you by [date], and the final invoice will follow.
- We will help you and your new provider with the handover; please call [name] on [number] at any time until [date].
- Until [date] everything goes on as agreed.
- Say what happens with open work, with what belongs to the customer, and with the last invoice.</failure>
    </testcase>
    <testcase classname="a, b%:é.txt" name="missing-goodwill (7:19)">
      <system-out>The letter offers no gesture of goodwill.
- As a gesture of goodwill we will not charge for [the last month].
- We would like to make the change easier for you: [the last invoice] is on us.
- We will refund [the fee].
- Any gesture will do: a refund, a waived fee, free help with the handover.</system-out>
    </testcase>
    <testcase classname="a, b%:é.txt" name="missing-alternatives (7:19)">
      <failure type="warning" message="The letter shows no way to go on.">The letter shows no way to go on.
- [Name] and [Name] offer the same service and have room for new clients.
- We would be glad to put you in touch with [name], whom we know well and trust.
- The [trade body] keeps a list of other providers.
- Name one or two firms, or a directory, that could take over.</failure>
    </testcase>
    <testcase classname="a, b%:é.txt" name="missing-apology (7:19)">
      <failure type="warning" message="The letter does not say that you are sorry.">The letter does not say that you are sorry.
- We are sorry for the inconvenience that this causes you.
- I am truly sorry that we cannot go on together, and for the trouble that this brings you.
- We regret this step.
- “Unfortunately” is not enough; say that you are sorry.</failure>
    </testcase>
    <testcase classname="a, b%:é.txt" name="missing-well-wishes (7:19)">
      <failure type="warning" message="The letter does not wish the customer well.">The letter does not wish the customer well.
- We wish you all the best for the future.
- I wish you and your team every success, and much joy in what comes next.
- We wish you well.
- Put it at the end; “Best regards” is not a wish.</failure>
    </testcase>
    <testcase classname="a, b%:é.txt" name="missing-thanks (4:1)">
      <skipped>The letter does not thank the customer. (thanked by telephone, see &quot;file&quot; &lt;7&gt;)</skipped>
    </testcase>
    <testcase classname="a, b%:é.txt" name="blame (7:1)">
      <skipped>This puts the blame on the customer. (agreed)</skipped>
    </testcase>
  </testsuite>
  <testsuite name="partwell" tests="1" failures="0" errors="1" skipped="0">
    <testcase classname="partwell" name="check">
      <error type="failure">none.txt: there is no such file</error>
    </testcase>
  </testsuite>
</testsuites>

"#]]
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), LETTER).unwrap();
    let (code, out, _) = run(folder.path(), &["check", "--format", "junit", "--fail-on", "error", "a.txt"]);
    assert_eq!((code, out.contains("<failure")), (0, false), "{out}");
}

#[test]
fn github_annotations() {
    assert_data_eq!(
        of_letter("github").1,
        str![[r#"
::warning file=a%2C b%25%3Aé.txt,line=4,endLine=4,col=1,endColumn=13,title=partwell blame::This puts the blame on the customer.%0A- This turned out not to be something we can offer.%0A- We could not find a way to make this work.
::warning file=a%2C b%25%3Aé.txt,line=7,endLine=7,col=19,endColumn=19,title=partwell missing-next-steps::The letter does not say what happens now.%0A- We will send your files to you by [date], and the final invoice will follow.%0A- We will help you and your new provider with the handover; please call [name] on [number] at any time until [date].%0A- Until [date] everything goes on as agreed.%0A- Say what happens with open work, with what belongs to the customer, and with the last invoice.
::notice file=a%2C b%25%3Aé.txt,line=7,endLine=7,col=19,endColumn=19,title=partwell missing-goodwill::The letter offers no gesture of goodwill.%0A- As a gesture of goodwill we will not charge for [the last month].%0A- We would like to make the change easier for you: [the last invoice] is on us.%0A- We will refund [the fee].%0A- Any gesture will do: a refund, a waived fee, free help with the handover.
::warning file=a%2C b%25%3Aé.txt,line=7,endLine=7,col=19,endColumn=19,title=partwell missing-alternatives::The letter shows no way to go on.%0A- [Name] and [Name] offer the same service and have room for new clients.%0A- We would be glad to put you in touch with [name], whom we know well and trust.%0A- The [trade body] keeps a list of other providers.%0A- Name one or two firms, or a directory, that could take over.
::warning file=a%2C b%25%3Aé.txt,line=7,endLine=7,col=19,endColumn=19,title=partwell missing-apology::The letter does not say that you are sorry.%0A- We are sorry for the inconvenience that this causes you.%0A- I am truly sorry that we cannot go on together, and for the trouble that this brings you.%0A- We regret this step.%0A- “Unfortunately” is not enough; say that you are sorry.
::warning file=a%2C b%25%3Aé.txt,line=7,endLine=7,col=19,endColumn=19,title=partwell missing-well-wishes::The letter does not wish the customer well.%0A- We wish you all the best for the future.%0A- I wish you and your team every success, and much joy in what comes next.%0A- We wish you well.%0A- Put it at the end; “Best regards” is not a wish.
suppressed: a, b%:é.txt:4:1: missing-thanks (thanked by telephone, see "file" <7>)
suppressed: a, b%:é.txt:7:1: blame (agreed)
::error title=partwell::none.txt: there is no such file

"#]]
    );
    let report = of_fixtures("github");
    let commands = ["::error file=", "::warning file=", "::notice file=", "suppressed: fixtures/"];
    assert!(report.lines().all(|line| commands.iter().any(|command| line.starts_with(command))), "{report}");
}

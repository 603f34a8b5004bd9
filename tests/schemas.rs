//! The JSON Schemas say of the files that partwell reads and writes what partwell itself says: all that is shipped is valid, and a wrong key is not.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

fn schema(of: &str) -> jsonschema::Validator {
    let output = Command::new(env!("CARGO_BIN_EXE_partwell"))
        .args(["rules", "schema", "--of", of])
        .output()
        .expect("the program runs");
    let schema: Value = serde_json::from_slice(&output.stdout).expect("a schema is JSON");
    jsonschema::meta::validate(&schema).expect("a schema is one");
    jsonschema::validator_for(&schema).expect("a schema can be used")
}

fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("it can be read").path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect();
    files.sort();
    files
}

fn value(text: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Value>(text).expect("it is TOML")).expect("TOML is JSON")
}

fn assert_valid(of: &jsonschema::Validator, path: &Path) {
    let text = fs::read_to_string(path).expect("it can be read");
    if let Err(error) = of.validate(&value(&text)) {
        panic!("{}: {}: {error}", path.display(), error.instance_path());
    }
    // The same file with a key that nobody knows, at its top.
    assert!(!of.is_valid(&value(&format!("no-such-key = 1\n{text}"))), "{}", path.display());
}

#[test]
fn all_shipped_files_are_valid() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let [rule, cue, lexicon, texts, drafts] = ["rule", "cue", "lexicon", "texts", "drafts"].map(schema);
    let mut seen = 0;
    for path in toml_files(&rules).iter().filter(|path| !path.ends_with("gate.toml") && !path.ends_with("odds.toml")) {
        assert_valid(&rule, path);
        seen += 1;
    }
    for language in ["en", "ru", "pl", "bs", "sr", "ms"] {
        for path in toml_files(&rules.join(language)) {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
            let of = match stem {
                "letter" | "derive" | "weights" => continue,
                "texts" => &texts,
                "drafts" => &drafts,
                _ if stem.starts_with("lexicon") => &lexicon,
                _ => &cue,
            };
            assert_valid(of, &path);
            seen += 1;
        }
    }
    assert!(seen > 150, "only {seen} files were seen");
}

#[test]
fn what_init_writes_is_valid() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path();
    let made = Command::new(env!("CARGO_BIN_EXE_partwell")).arg("init").arg(root).output().expect("the program runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert_valid(&schema("config"), &root.join("partwell.toml"));
    assert_valid(&schema("rule"), &root.join("house-rules/stock-phrase.toml"));
    assert_valid(&schema("cue"), &root.join("house-rules/en/stock-phrase.toml"));
    assert_valid(&schema("texts"), &root.join("house-rules/en/texts.toml"));
    // What it has commented out is valid too, once the comment signs are gone.
    let text = fs::read_to_string(root.join("partwell.toml")).expect("it was written");
    let open: String = text
        .lines()
        .filter_map(|line| match line.strip_prefix("# ") {
            Some(code) if code.starts_with('[') || code.contains(" = ") => Some(format!("{code}\n")),
            Some(_) => None,
            None => Some(format!("{line}\n")),
        })
        .filter(|line| !line.starts_with("extends"))
        .collect();
    assert!(open.matches(" = ").count() > 8, "{open}");
    assert!(schema("config").is_valid(&value(&open)), "{open}");
    fs::write(root.join("partwell.toml"), &open).expect("it can be written");
    let list = Command::new(env!("CARGO_BIN_EXE_partwell")).args(["rules", "list"]).current_dir(root).output();
    let list = list.expect("the program runs");
    assert!(list.status.success(), "{}", String::from_utf8_lossy(&list.stderr));
}

/// The config is read by hand: what is valid is read, and what is not is refused.
#[test]
fn the_schema_of_the_config_and_its_reader_agree() {
    let schema = schema("config");
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::create_dir(folder.path().join("own")).expect("a folder can be made");
    fs::write(folder.path().join("base.toml"), "").expect("it can be written");
    for (text, sound) in [
        ("extends = \"base.toml\"", true),
        ("reason = \"capacity\"\nlanguage = \"pl\"\nfail-on = \"note\"", true),
        ("max-size = 1000", true),
        ("max-size = \"10 MB\"", true),
        ("rules-folders = [\"own\"]", true),
        ("[rules.blame]\nenabled = false\nseverity = \"error\"", true),
        ("[rules.over-justification]\nmax = 3", true),
        ("[words.en]\nown-product = [\"our crew\"]", true),
        ("[[paths]]\nmatch = \"a/**\"\nreason = \"scope\"\nlanguage = \"en\"", true),
        (
            "[milter]\nmode = \"hold\"\njudge = \"all\"\nnetworks = [\"::1\"]\noverride = false\non-failure = \"accept\"",
            true,
        ),
        ("[milter]\nmax-size = \"1 MB\"\ntime-limit = 5\nmax-connections = 20", true),
        (
            "[[milter.policies]]\nsender = [\"*@a.example\"]\nrecipient-domain = [\"b.example\"]\nmode = \"off\"\noverride = true",
            true,
        ),
        ("reson = \"capacity\"", false),
        ("[milter]\nmode = \"refuse\"", false),
        ("[milter]\ntime-limit = 0", false),
        ("[[milter.policies]]\nsenders = [\"*\"]", false),
        ("reason = \"angry\"", false),
        ("fail-on = 3", false),
        ("max-size = true", false),
        ("rules-folders = \"own\"", false),
        ("[rules.blame]\nseverty = \"error\"", false),
        ("[rules.over-justification]\nmax = -1", false),
        ("[rules.blame]\nenabled = \"no\"", false),
        ("[words]\nen = [\"a\"]", false),
        ("[[paths]]\nreason = \"scope\"", false),
        ("[[paths]]\nmatch = \"a\"\nglob = \"b\"", false),
    ] {
        let path = folder.path().join("partwell.toml");
        fs::write(&path, text).expect("it can be written");
        let read = partwell::config::Config::load(&path);
        assert_eq!(read.is_ok(), sound, "{text}: {read:?}");
        assert_eq!(schema.is_valid(&value(text)), sound, "{text}");
    }
}

#[test]
fn reports_are_valid() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO_BIN_EXE_partwell"))
        .current_dir(root)
        .args(["check", "--format", "json", "fixtures/en", "fixtures/pl/angry.txt"])
        .output()
        .expect("the program runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report is JSON");
    assert!(report["files"].as_array().is_some_and(|files| files.len() > 5), "{report}");
    let schema = schema("report");
    if let Err(error) = schema.validate(&report) {
        panic!("{}: {error}", error.instance_path());
    }
    let mut other = report.clone();
    other["files"][0]["diagnostics"][0]["severity"] = "fatal".into();
    assert!(!schema.is_valid(&other));
}

//! Every fixture gets the report that stands beside it: `fixtures/en/angry.txt` that of `fixtures/en/angry.txt.report`. After a change that is
//! meant, `SNAPSHOTS=overwrite cargo test --test fixtures` writes them anew; read the difference before you commit it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use snapbox::{Assert, Data};

#[test]
fn every_fixture_gets_its_report() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut drafts = Vec::new();
    collect(&root.join("fixtures"), &mut drafts);
    drafts.sort();
    assert!(drafts.len() >= 9, "only {} fixtures were found", drafts.len());
    for draft in drafts {
        let shown = draft.strip_prefix(root).expect("found under it");
        let output = Command::new(env!("CARGO_BIN_EXE_partwell"))
            .current_dir(root)
            .env("COLUMNS", "100")
            .env("LC_ALL", "C.UTF-8")
            .args(["check", "--color", "never"])
            .arg(shown)
            .output()
            .expect("the program runs");
        let errors = String::from_utf8(output.stderr).expect("reports are UTF-8");
        let report = String::from_utf8(output.stdout).expect("reports are UTF-8");
        let code = output.status.code().expect("it exits");
        let actual = format!("{report}{errors}exit {code}\n");
        let expected = PathBuf::from(format!("{}.report", draft.display()));
        Assert::new().action_env("SNAPSHOTS").eq(actual, Data::read_from(&expected, None).raw());
    }
}

fn collect(folder: &Path, drafts: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the fixtures can be read") {
        let path = entry.expect("the fixtures can be read").path();
        let extension = path.extension().unwrap_or_default();
        if path.is_dir() && path.file_name().is_some_and(|name| name.len() == 2) {
            collect(&path, drafts);
        } else if ["txt", "md", "eml", "html"].iter().any(|known| extension == *known) {
            drafts.push(path);
        }
    }
}

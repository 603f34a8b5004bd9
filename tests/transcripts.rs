//! What a user types and sees: each file of `tests/transcripts/` is a session in an empty folder, run anew by a real shell. After a change that is
//! meant, `SNAPSHOTS=overwrite cargo test --test transcripts` writes them anew; read the difference before you commit it.
#![cfg(unix)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use snapbox::{Assert, Data};

#[test]
fn every_session_goes_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("it can be read").path()).collect();
    files.sort();
    assert!(files.len() >= 4, "only {} sessions were found", files.len());
    for file in files {
        let written = fs::read_to_string(&file).expect("it can be read");
        let mut session = String::new();
        let place = tempfile::tempdir().expect("a folder can be made");
        for line in written.lines() {
            if let Some(typed) = line.strip_prefix("$ ") {
                session.extend([line, "\n", &seen(typed, place.path())]);
            } else if line.starts_with("## ") {
                session.extend([line, "\n"]);
            }
        }
        Assert::new().action_env("SNAPSHOTS").eq(session, Data::read_from(&file, None).raw());
    }
}

/// What a shell shows, and the exit code where it is not 0.
fn seen(typed: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_partwell")).parent().expect("it lies in a folder");
    let path = env::join_paths(
        std::iter::once(program.to_owned()).chain(env::split_paths(&env::var_os("PATH").unwrap_or_default())),
    );
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("({typed}) 2>&1")]).current_dir(folder).stdin(Stdio::null());
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES"] {
        shell.env_remove(variable);
    }
    shell.env("PATH", path.expect("folders without a colon")).env("LANG", "C.UTF-8").env("COLUMNS", "100");
    let output = shell.output().expect("there is a shell");
    let mut seen = String::from_utf8(output.stdout).expect("what is shown is UTF-8");
    // A line that a command leaves open, and line ends of mails.
    if !seen.is_empty() && !seen.ends_with('\n') {
        seen.push('\n');
    }
    seen = seen.replace('\r', "\\r");
    let code = output.status.code().expect("it exits");
    if code != 0 {
        seen.extend(["[exit ", &code.to_string(), "]\n"]);
    }
    seen
}

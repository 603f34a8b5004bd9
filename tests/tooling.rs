//! The tools that partwell's schemas, hooks and action are made for, as they are: Taplo, pre-commit, bash. `.ci/run` installs what it can; what is not
//! there is skipped, and said. What builds the program anew as a user's machine would is ignored here, and run by `.ci/run`.
#![cfg(unix)]

use std::{
    collections::BTreeMap,
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const GOOD: &str = include_str!("../fixtures/en/clean.txt");
const BAD: &str = include_str!("../fixtures/en/angry.txt");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where a program is, if it is there and can be run (Taplo answers `--help` with an error). That it is not is said past the test runner, which would hide it.
fn tool(name: &str) -> Option<PathBuf> {
    let path = env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file());
    let found = path.filter(|path| Command::new(path).arg("--help").output().is_ok());
    if found.is_none() {
        let said = format!("\nSKIPPED: there is no `{name}` on the PATH; .ci/run installs it\n");
        std::io::stderr().write_all(said.as_bytes()).expect("standard error is open");
    }
    found
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn git(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=Test", "-c", "user.email=test@example.org"]).args(args);
    let output = command.output().expect("git is there");
    assert!(output.status.success(), "git {args:?}: {}", text(&output));
    String::from_utf8(output.stdout).expect("git speaks UTF-8").trim().to_owned()
}

#[test]
fn taplo_finds_what_is_wrong_with_a_houses_files() {
    let Some(taplo) = tool("taplo") else { return };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let init = Command::new(env!("CARGO_BIN_EXE_partwell")).arg("init").arg(folder.path()).output();
    assert!(init.expect("the program runs").status.success());
    let check = |file: &str| {
        let mut command = Command::new(&taplo);
        command.current_dir(folder.path()).args(["check", file]).output().expect("it ran before")
    };
    for (file, sound, unsound, said) in [
        ("partwell.toml", "rules-folders", "rules-folder", "'rules-folder' was unexpected"),
        ("house-rules/stock-phrase.toml", "\"note\"", "\"fatal\"", "\"fatal\" is not valid"),
        ("house-rules/en/stock-phrase.toml", "weight =", "wait =", "'wait' was unexpected"),
        ("house-rules/en/texts.toml", "title =", "titel =", "'titel' was unexpected"),
    ] {
        let path = folder.path().join(file);
        let good = fs::read_to_string(&path).expect("init wrote it");
        let first = check(file);
        assert!(first.status.success(), "{file}: {}", text(&first));
        assert!(good.contains(sound), "{file}");
        fs::write(&path, good.replacen(sound, unsound, 1)).expect("it can be written");
        let second = check(file);
        assert!(!second.status.success() && text(&second).contains(said), "{file}: {}", text(&second));
    }
}

/// This source as a repository that others can name; none where it does not come from git.
fn repository(folder: &Path) -> Option<(PathBuf, String)> {
    let listed = Command::new("git")
        .current_dir(root())
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .output()
        .ok()
        .filter(|output| output.status.success());
    let Some(listed) = listed else {
        std::io::stderr().write_all(b"\nSKIPPED: this is no git repository\n").expect("standard error is open");
        return None;
    };
    let copy = folder.join("partwell");
    for name in String::from_utf8(listed.stdout).expect("names are UTF-8").split_terminator('\0') {
        let to = copy.join(name);
        fs::create_dir_all(to.parent().expect("it lies in a folder")).expect("a folder can be made");
        // A file that was deleted and not committed is listed, too.
        if root().join(name).is_file() {
            fs::copy(root().join(name), to).expect("it can be copied");
        }
    }
    git(&copy, &["init", "--quiet"]);
    git(&copy, &["add", "--all"]);
    git(&copy, &["commit", "--quiet", "--message", "copy"]);
    let commit = git(&copy, &["rev-parse", "HEAD"]);
    Some((copy, commit))
}

/// The hook in a repository with a bad letter and a good one: the commit is stopped, and goes through once the letter is mended.
fn hook_stops_a_bad_letter(hook: &str) {
    let Some(pre_commit) = tool("pre-commit") else { return };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let Some((source, commit)) = repository(folder.path()) else { return };
    let sample = folder.path().join("sample");
    fs::create_dir(&sample).expect("a folder can be made");
    let config = format!("repos:\n- repo: {}\n  rev: {commit}\n  hooks:\n  - id: {hook}\n", source.display());
    for (name, content) in
        [(".pre-commit-config.yaml", config.as_str()), ("good.txt", GOOD), ("bad.txt", BAD), ("notes.rst", BAD)]
    {
        fs::write(sample.join(name), content).expect("it can be written");
    }
    git(&sample, &["init", "--quiet"]);
    git(&sample, &["add", "--all"]);
    let program = Path::new(env!("CARGO_BIN_EXE_partwell")).parent().expect("it lies in a folder").to_owned();
    let path = env::split_paths(&env::var_os("PATH").expect("it is set")).collect::<Vec<_>>();
    let run = || {
        let mut command = Command::new(&pre_commit);
        command.current_dir(&sample).arg("run").env("PRE_COMMIT_HOME", folder.path().join("home"));
        command.env("PATH", env::join_paths([program.clone()].iter().chain(&path)).expect("no colons"));
        command.env("LANG", "C.UTF-8");
        quick_build(&mut command);
        command.output().expect("it ran before")
    };
    let stopped = run();
    let said = text(&stopped);
    assert!(!stopped.status.success() && said.contains("Failed"), "{said}");
    assert!(said.contains("bad.txt:") && said.contains("2 letters judged"), "{said}");
    assert!(!said.contains("notes.rst"), "{said}");
    fs::write(sample.join("bad.txt"), GOOD).expect("it can be written");
    git(&sample, &["add", "--all"]);
    let passed = run();
    assert!(passed.status.success() && text(&passed).contains("Passed"), "{}", text(&passed));
}

/// Builds as an installation does, but quicker, and in a folder that only these tests share: cargo takes two copies of a package for
/// one, and the copy of a test is gone when the next build looks at it.
fn quick_build(command: &mut Command) {
    command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("installed"));
    command.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    command.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
}

#[test]
fn the_installed_hook_stops_a_bad_letter() {
    hook_stops_a_bad_letter("partwell-system");
}

#[test]
#[ignore = "builds the program anew; .ci/run runs it"]
fn the_built_hook_stops_a_bad_letter() {
    hook_stops_a_bad_letter("partwell");
}

/// The steps of the action, run one after the other as GitHub would: each a script of bash with its variables.
#[test]
#[ignore = "builds the program anew; .ci/run runs it"]
fn the_action_checks_a_repository() {
    let Some(pre_commit) = tool("pre-commit") else { return };
    // What reads YAML comes with pre-commit.
    let python = pre_commit.canonicalize().expect("it is there").with_file_name("python");
    let read = "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)";
    let action = Command::new(python).args(["-c", read]).arg(root().join("action.yml")).output().expect("it runs");
    let action: serde_json::Value = serde_json::from_slice(&action.stdout).expect("it is YAML");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let drafts = folder.path().join("letters to send");
    fs::create_dir(&drafts).expect("a folder can be made");
    fs::write(drafts.join("good.txt"), GOOD).expect("it can be written");
    fs::write(folder.path().join("bad.txt"), BAD).expect("it can be written");

    let given = |inputs: &[(&str, &str)]| run_action(&action, folder.path(), inputs);
    let (code, said) = given(&[]);
    assert!(code != 0 && said.contains("file=bad.txt") && said.contains("::warning"), "{said}");
    let (code, said) = given(&[("path", "letters to send\n")]);
    assert_eq!(code, 0, "{said}");
    // What is pasted into no script runs as no command.
    let (code, said) = given(&[("path", "letters to send\n\n"), ("reason", "$(touch pwned)")]);
    assert!(code == 2 && !folder.path().join("pwned").exists(), "{said}");
    assert_eq!(given(&[("path", "bad.txt"), ("fail-on", "error")]).0, 0);
}

/// Exit code and output of the action's last step.
fn run_action(action: &serde_json::Value, folder: &Path, inputs: &[(&str, &str)]) -> (i32, String) {
    let declared = action["inputs"].as_object().expect("it has inputs");
    assert!(inputs.iter().all(|(name, _)| declared.contains_key(*name)));
    let value = |name: &str| {
        let told = inputs.iter().find(|(input, _)| *input == name).map(|(_, value)| (*value).to_owned());
        told.unwrap_or_else(|| declared[name]["default"].as_str().expect("each has a default").to_owned())
    };
    let mut last = (0, String::new());
    for step in action["runs"]["steps"].as_array().expect("it has steps") {
        assert_eq!(step["shell"], "bash");
        let script = step["run"].as_str().expect("each step runs something");
        assert!(!script.contains("${{"), "{script}");
        let variables = step["env"].as_object().cloned().unwrap_or_default();
        let variables: BTreeMap<&String, String> = variables
            .iter()
            .map(|(key, told)| {
                let told = told.as_str().expect("it is a text").trim_start_matches("${{ inputs.");
                (key, value(told.trim_end_matches(" }}")))
            })
            .collect();
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]).current_dir(folder);
        command.env("GITHUB_ACTION_PATH", root()).env("RUNNER_TEMP", Path::new(env!("CARGO_TARGET_TMPDIR")));
        quick_build(&mut command);
        let output = command.envs(variables).output().expect("bash is there");
        last = (output.status.code().expect("it exits"), text(&output));
        if last.0 != 0 {
            break;
        }
    }
    last
}

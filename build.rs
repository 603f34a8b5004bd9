//! Puts the rule files into the binary: writes a list of their paths and texts that `src/rule/shipped.rs` includes.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells it")).join("rules");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let mut list = String::from("&[");
    for file in &files {
        let name = file.strip_prefix(&root).expect("found under it").to_str().expect("shipped names are ASCII");
        let path = file.to_str().expect("a path that is text");
        writeln!(list, "({:?}, include_str!({path:?})),", name.replace('\\', "/")).expect("a string takes all");
    }
    list.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo tells it")).join("rules.rs");
    fs::write(out, list).expect("the output folder can be written");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the rules can be read") {
        let path = entry.expect("the rules can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
}

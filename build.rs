//! Prepares the rules: reads the TOML under `rules/`, compiles every pack, and writes what `src/rule/shipped.rs` includes: the
//! prepared rules and packs, and the files as they are written. Refuses files that do not hold together.

#![expect(
    dead_code,
    unused_imports,
    reason = "of the modules that are shared with the library only the compiling half is used"
)]

#[path = "src/cue/mod.rs"]
mod cue;
#[path = "src/diagnostic.rs"]
mod diagnostic;
#[path = "src/rule/drafts.rs"]
mod drafts;
#[path = "src/flat.rs"]
mod flat;
#[path = "src/flaw.rs"]
mod flaw;
#[path = "src/letter/mod.rs"]
mod letter;
#[path = "src/rule/pack.rs"]
mod pack;
#[path = "src/rule/policy.rs"]
mod policy;
#[path = "src/rule/reason.rs"]
mod reason;
#[path = "src/source/mark.rs"]
mod source;
#[path = "src/rule/texts.rs"]
mod texts;
#[path = "src/weights/mod.rs"]
mod weights;

use std::{
    collections::BTreeMap,
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use flaw::{Flaw, TomlFile};
use letter::language::Recogniser;

/// An error are the flaws of the rules.
fn main() -> Result<(), Vec<Flaw>> {
    println!("cargo::rerun-if-changed=rules");
    for source in [
        "src/cue",
        "src/letter",
        "src/rule",
        "src/weights",
        "src/flat.rs",
        "src/flaw.rs",
        "src/diagnostic.rs",
        "src/source/mark.rs",
    ] {
        println!("cargo::rerun-if-changed={source}");
    }
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells it")).join("rules");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo tells it"));
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let mut folders: BTreeMap<String, Vec<TomlFile>> = BTreeMap::new();
    let mut list = String::new();
    for file in &files {
        let name = file.strip_prefix(&root).expect("found under it").to_str().expect("shipped names are ASCII");
        let name = name.replace('\\', "/");
        let path = format!("/rules/{name}");
        writeln!(list, "({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),")
            .expect("a string takes all");
        let text = fs::read_to_string(file).expect("rules are UTF-8");
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        folders
            .entry(folder.to_owned())
            .or_default()
            .push(TomlFile { name: format!("rules/{name}"), text: text.into() });
    }
    let rules = folders.remove("").unwrap_or_default();
    let mut flaws = Vec::new();
    let mut policy = policy::Policy::default();
    policy.read(&rules, &mut flaws);
    let mut packs = String::new();
    let mut known = Vec::new();
    for (name, files) in &folders {
        let mut texts = texts::Texts::default();
        for file in files.iter().filter(|file| file.stem() == "texts") {
            texts.merge(file.parse().map_err(|flaw| vec![flaw])?);
        }
        let pack = pack::Trial::compile(files, &BTreeMap::new())?.into_pack();
        let (pack_path, texts_path) =
            (write(&out, &format!("{name}.pack"), &pack), write(&out, &format!("{name}.texts"), &texts));
        writeln!(packs, "Prepared {{ name: {name:?}, pack: {pack_path}, texts: {texts_path} }},")
            .expect("a string takes all");
        known.push((name, pack.forms));
    }
    if !flaws.is_empty() {
        return Err(flaws);
    }
    let recogniser = Recogniser::new(known.iter().map(|(name, forms)| (name.as_str(), forms)));
    let shipped = format!(
        "pub(super) static PACKS: &[Prepared] = &[{packs}];\nstatic POLICY: &[u8] = {};\nstatic RECOGNISER: &[u8] = {};\n\
         /// Path under `rules/` and text of each shipped file, in the order of the paths.\n\
         static FILES: &[(&str, &str)] = &[{list}];\n",
        write(&out, "policy", &policy),
        write(&out, "recogniser", &recogniser)
    );
    fs::write(out.join("shipped.rs"), shipped).expect("the output folder can be written");
    Ok(())
}

/// Writes a prepared thing; gives the expression that includes it. No path of this machine stands in what is written.
fn write(out: &Path, name: &str, thing: &impl serde::Serialize) -> String {
    fs::write(out.join(name), postcard::to_allocvec(thing).expect("all of it can be written"))
        .expect("the output folder can be written");
    let path = format!("/{name}");
    format!("include_bytes!(concat!(env!(\"OUT_DIR\"), {path:?}))")
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

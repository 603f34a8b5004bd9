//! Rules about things that a letter does not speak of cost it little: nine times as many of them beside those that there are. Measured against each other within one run,
//! the least of many rounds in turn, so that it does not matter how fast or how busy the machine is.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use partwell::{
    flaw::TomlFile,
    letter::Letter,
    rule::{Pack, Trial},
};

const LANGUAGE: &str = "ms";
/// So many times the shipped rules.
const TIMES: usize = 10;
/// How many times as much a letter may cost with them.
const AT_MOST: f64 = 1.6;
const ROUNDS: usize = 15;

#[test]
fn rules_about_other_things_cost_a_letter_little() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (one, many) = (pack(root, 1), pack(root, TIMES));
    let names = |pack: &Pack| pack.cues.names().count();
    assert!(names(&many) >= (TIMES - 1) * names(&one), "nearly all cues have copies");
    let letters = letters(&root.join("fixtures/letters").join(format!("{LANGUAGE}-1.jsonl")));
    // Words that are met for the first time are looked up in larger tables; that is done here.
    let heard = |pack: &Pack| letters.iter().map(|letter| hear(pack, letter, 0).1).sum::<usize>();
    assert!(heard(&one) > 50 && heard(&many) == heard(&one), "the same is heard");
    let mut least = [Duration::MAX; 2];
    for round in 1..=ROUNDS {
        for (least, pack) in least.iter_mut().zip([&one, &many]) {
            let spent: Duration = letters.iter().map(|letter| hear(pack, letter, round).0).sum();
            *least = spent.min(*least);
        }
    }
    let ratio = least[1].as_secs_f64() / least[0].as_secs_f64();
    assert!(ratio <= AT_MOST, "{TIMES} times the rules cost {ratio:.2} times as much: {least:?}");
}

/// Hears a letter whose sentences were not met before; how long that takes and how many hits there are.
fn hear(pack: &Pack, letter: &str, round: usize) -> (Duration, usize) {
    // Numbers and unknown words are each alike to hearing: their order is what makes a sentence another.
    let mark: String = (0..4).map(|bit| if round >> bit & 1 == 0 { " 7" } else { " zq" }).collect();
    let text = letter.replace(". ", &format!("{mark}. "));
    let letter = Letter::parse(&text, &[], &pack.forms);
    let from = Instant::now();
    let hits = pack.cues.hear(&text, &letter).len();
    (from.elapsed(), hits)
}

/// The pack of the language, its cues so many times over: each copy says everything with a word of its own.
fn pack(root: &Path, times: usize) -> Pack {
    let folder = root.join("rules").join(LANGUAGE);
    let mut files = Vec::new();
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("the rules can be read").map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    for path in paths {
        let text = fs::read_to_string(&path).expect("the rules are UTF-8");
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name that is text").to_owned();
        // Of regular expressions there are few, and all of them are asked: a cue of nothing else is not copied.
        let is_cue = text.contains("\npatterns = ") || text.contains("\nall = ");
        for copy in 0..if is_cue { times } else { 1 } {
            let (name, text) = if copy == 0 { (name.clone(), text.clone()) } else { copied(&name, &text, copy) };
            files.push(TomlFile { name: format!("rules/{LANGUAGE}/{name}.toml"), text: text.into() });
        }
    }
    Trial::compile(&files, &BTreeMap::new()).expect("the rules hold together").into_pack()
}

/// A cue of another name, whose patterns have one word more, which no letter has.
fn copied(name: &str, text: &str, copy: usize) -> (String, String) {
    let mut file: toml::Table = text.parse().expect("the rules are TOML");
    let name = format!("{name}-{copy}");
    file.insert("cue".into(), name.clone().into());
    let entries = file["entry"].as_array_mut().expect("entries");
    entries.retain(|entry| entry.get("regex").is_none());
    for (number, entry) in entries.iter_mut().enumerate() {
        for key in ["patterns", "all", "any", "none", "unless"] {
            let patterns = entry.get_mut(key).and_then(toml::Value::as_array_mut);
            for pattern in patterns.into_iter().flatten() {
                let (written, word) = (pattern.as_str().expect("a pattern is text"), format!("word{copy}x{number}"));
                *pattern = match written {
                    cue if cue.starts_with('@') => cue.to_owned(),
                    end if end.ends_with('$') => format!("{word} {}", end.trim_start_matches('^')),
                    _ => format!("{written} {word}"),
                }
                .into();
            }
        }
    }
    (name, toml::to_string(&file).expect("it was TOML"))
}

fn letters(file: &Path) -> Vec<String> {
    let text = |line: &str| {
        let letter: serde_json::Value = serde_json::from_str(line).expect("one object a line");
        letter["text"].as_str().expect("each has a text").to_owned()
    };
    fs::read_to_string(file).expect("the fixtures are UTF-8").lines().map(text).collect()
}

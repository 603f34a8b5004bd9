//! In: a `partwell.toml` or a file of rules as it stands in the editor, and a place in it. Out: what could be written there, and what stands
//! there. Refuses to be a TOML parser: a file that is being typed is none yet, so it goes by lines.

use std::ops::Range;

use gen_lsp_types as lsp;

use super::{
    explain,
    toml_keys::{File, KEYS, Key, Values},
};
use crate::{
    config::house::House,
    rule::{Reason, Texts},
};

/// A place in a TOML file.
#[derive(Debug, PartialEq, Eq)]
struct Spot<'t> {
    file: File,
    /// The table, `*` for names that are free.
    table: String,
    /// The table as it is written.
    written_table: &'t str,
    at: At<'t>,
    /// The word at the place, in bytes of the text.
    word: Range<usize>,
}

#[derive(Debug, PartialEq, Eq)]
enum At<'t> {
    /// In the header of a table, behind this dotted name.
    Header(&'t str),
    Key,
    /// In the value of this key.
    Value(&'t str),
    /// In a class name, between braces.
    Class,
}

/// What can be written at a place.
pub(super) fn completions(
    text: &str,
    offset: usize,
    is_config: bool,
    language: Option<&str>,
    house: &House,
) -> Vec<lsp::CompletionItem> {
    let Some(spot) = spot(text, offset, is_config) else { return Vec::new() };
    let here = |key: &&Key| key.file == spot.file && key.table == spot.table;
    match spot.at {
        At::Class => classes(house, language).map(|class| item(class, lsp::CompletionItemKind::Class)).collect(),
        At::Header("rules") => rules(house),
        At::Header("words") => names(house.book.languages()),
        At::Header(_) => Vec::new(),
        At::Key if spot.table.starts_with("words.") => {
            let language = spot.written_table.split_once('.').map(|(_, language)| language);
            classes(house, language).map(|class| item(class, lsp::CompletionItemKind::Class)).collect()
        }
        At::Key => KEYS.iter().filter(here).map(of_key).collect(),
        At::Value(name) => {
            let key = KEYS.iter().filter(here).find(|key| key.name == name);
            key.map_or_else(Vec::new, |key| values(key.values, house, language))
        }
    }
}

/// What stands at a place, in Markdown, and the word that it is about.
pub(super) fn hover(
    text: &str,
    offset: usize,
    is_config: bool,
    house: &House,
    texts: Option<&Texts>,
) -> Option<(String, Range<usize>)> {
    let spot = spot(text, offset, is_config)?;
    let word = &text[spot.word.clone()];
    if let Some((rule, text)) = house.book.rule(word).and_then(|rule| Some((rule, texts?.rule(&rule.id)?))) {
        let why = explain::escaped(text.why.trim());
        let page = format!(
            "**{}** (`{}`)\n\n{}\n\n{why}\n",
            explain::escaped(&text.title),
            rule.id,
            explain::escaped(&text.message)
        );
        return Some((page, spot.word));
    }
    let here = |key: &&Key| key.file == spot.file && key.table == spot.table && key.name == word;
    let key = KEYS.iter().find(here).or_else(|| {
        let top = |key: &&Key| key.file == spot.file && key.table.is_empty() && key.name == word;
        KEYS.iter().find(top).filter(|_| matches!(spot.at, At::Header(_)))
    })?;
    Some((format!("**{}**\n\n{}\n\n```toml\n{}\n```\n", key.name, key.doc, key.example), spot.word))
}

fn values(values: Values, house: &House, language: Option<&str>) -> Vec<lsp::CompletionItem> {
    match values {
        Values::Of(list) => names(list.iter().copied()),
        Values::Reason => names(Reason::ALL.map(Reason::name)),
        Values::Language => names(house.book.languages()),
        Values::Cue => {
            let pack = house.book.pack(language.unwrap_or("en"));
            let mut cues: Vec<&str> =
                house.book.rules().iter().flat_map(|rule| &rule.cues).map(String::as_str).collect();
            cues.retain(|cue| pack.is_none_or(|pack| pack.cues.id(cue).is_some()));
            cues.sort_unstable();
            cues.dedup();
            names(cues)
        }
        Values::Any => Vec::new(),
    }
}

fn classes<'h>(house: &'h House, language: Option<&str>) -> impl Iterator<Item = &'h str> {
    let pack = house.book.pack(language.unwrap_or("en"));
    let mut classes: Vec<&str> = pack.into_iter().flat_map(|pack| pack.cues.classes()).collect();
    classes.sort_unstable();
    classes.into_iter()
}

fn rules(house: &House) -> Vec<lsp::CompletionItem> {
    let texts = house.book.texts("en");
    let one = |rule: &crate::rule::Rule| {
        let title = texts.and_then(|texts| texts.rule(&rule.id)).map(|text| text.title.clone());
        lsp::CompletionItem { detail: title, ..item(&rule.id, lsp::CompletionItemKind::Module) }
    };
    house.book.rules().iter().map(one).collect()
}

fn names<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<lsp::CompletionItem> {
    names.into_iter().map(|name| item(name, lsp::CompletionItemKind::Value)).collect()
}

fn item(label: &str, kind: lsp::CompletionItemKind) -> lsp::CompletionItem {
    lsp::CompletionItem { label: label.to_owned(), kind: Some(kind), ..lsp::CompletionItem::default() }
}

fn of_key(key: &Key) -> lsp::CompletionItem {
    lsp::CompletionItem {
        documentation: Some(lsp::Documentation::String(key.doc.to_owned())),
        insert_text: Some(key.example.to_owned()),
        ..item(key.name, lsp::CompletionItemKind::Property)
    }
}

fn spot(text: &str, offset: usize, is_config: bool) -> Option<Spot<'_>> {
    let line_start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line_start..offset];
    let header = text[..line_start].lines().rev().find_map(header_of).unwrap_or_default();
    let of_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let start =
        before.char_indices().rev().take_while(|(_, c)| of_word(*c)).last().map_or(offset, |(at, _)| line_start + at);
    let end = offset + text[offset..].find(|c| !of_word(c)).unwrap_or(text.len() - offset);
    let file = if is_config {
        File::Config
    } else {
        text.lines().find_map(|line| match line.split(['=', ' ']).next() {
            Some("rule") => Some(File::Rule),
            Some("cue") => Some(File::Cue),
            _ => None,
        })?
    };
    let in_header = before.trim_start().trim_start_matches('[');
    let at = if before.trim_start().starts_with('[') {
        At::Header(in_header.rsplit_once('.').map_or("", |(table, _)| table))
    } else if before.rfind('{').is_some_and(|open| before.rfind('}').is_none_or(|close| close < open))
        && before.contains('"')
    {
        At::Class
    } else if let Some((key, _)) = before.split_once('=') {
        At::Value(key.trim())
    } else if before.contains('"') || before.contains(']') {
        // A line of a list that began above.
        At::Value(text[..line_start].lines().rev().find_map(|line| Some(line.split_once('=')?.0.trim()))?)
    } else {
        At::Key
    };
    let table = match header.split_once('.') {
        Some((first @ ("rules" | "words"), _)) => format!("{first}.*"),
        _ => header.to_owned(),
    };
    Some(Spot { file, table, written_table: header, at, word: start..end })
}

/// The name of the table that a line opens.
fn header_of(line: &str) -> Option<&str> {
    let name = line.trim_start().strip_prefix('[')?.trim_start_matches('[');
    let end = name.find(']')?;
    // A list may begin a line of its own.
    (!name[..end].contains(['"', '=', ','])).then(|| name[..end].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(marked: &str, is_config: bool) -> Vec<String> {
        let offset = marked.find('|').unwrap();
        let text = marked.replacen('|', "", 1);
        let house = House::load(None, &[]).unwrap();
        completions(&text, offset, is_config, Some("en"), &house).into_iter().map(|item| item.label).collect()
    }

    #[test]
    fn what_can_be_written() {
        assert!(labels("|", true).contains(&"fail-on".to_owned()));
        assert_eq!(labels("fail-on = \"|\"", true), ["error", "warning", "note"]);
        assert_eq!(labels("[rules.blame]\nen|", true), ["enabled", "severity", "max"]);
        assert!(labels("[rules.|]", true).contains(&"missing-thanks".to_owned()));
        assert_eq!(labels("[words.|", true), ["bs", "en", "ms", "pl", "ru", "sr"]);
        assert!(labels("[words.en]\n|", true).contains(&"allowed-referral".to_owned()));
        assert_eq!(labels("[[paths]]\nmatch = \"x\"\nreason = \"|", true).len(), 8);
        assert!(labels("rule = \"x\"\ncues = [\"|\"]", false).contains(&"blame".to_owned()));
        assert!(labels("cue = \"x\"\n[[entry]]\npatterns = [\n  \"you {|", false).contains(&"insult".to_owned()));
        assert_eq!(labels("cue = \"x\"\n[[entry]]\nhead = [\n  \"|", false)[0], "main");
        assert!(labels("title = \"|\"", false).is_empty(), "a TOML file of something else");
    }

    #[test]
    fn what_stands_there() {
        let house = House::load(None, &[]).unwrap();
        let text = "fail-on = \"error\"\n[rules.blame]\nseverity = \"note\"\n";
        let at = |needle: &str| {
            let offset = text.find(needle).unwrap() + 1;
            hover(text, offset, true, &house, house.book.texts("en")).map(|(page, word)| (page, &text[word]))
        };
        assert!(at("fail-on").unwrap().0.contains("exit code 1"));
        let (page, word) = at("blame").unwrap();
        assert!(page.contains("puts the blame") && word == "blame");
        assert!(at("severity").unwrap().0.contains("Replaces"));
        assert!(at("rules").unwrap().0.contains("Changes to single rules"));
        assert_eq!(at("error"), None);
    }

    /// A file with all keys of a kind, each table once.
    fn all_keys(file: File, left_out: &[&str]) -> String {
        let mut lines: Vec<String> = Vec::new();
        for table in ["", "rules.*", "paths", "when", "entry"] {
            let keys: Vec<&Key> = KEYS.iter().filter(|key| key.file == file && key.table == table).collect();
            if !table.is_empty() && !keys.is_empty() {
                let header = table.replace("rules.*", "rules.over-justification");
                let is_list = matches!(table, "paths" | "entry");
                lines.push(if is_list { format!("[[{header}]]") } else { format!("[{header}]") });
            }
            // Tables of their own come with their keys.
            let written = keys.iter().filter(|key| !left_out.contains(&key.name) && !key.example.starts_with('['));
            lines.extend(written.map(|key| key.example.to_owned()));
        }
        lines.join("\n")
    }

    #[test]
    fn the_table_names_what_the_readers_know() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            path
        };
        let text = all_keys(File::Config, &["extends", "rules-folders"]);
        let config = write("partwell.toml", &text);
        assert!(House::load(Some(&config), &[]).is_ok(), "{text}");
        let (rule, cue) = (all_keys(File::Rule, &[]), all_keys(File::Cue, &[]));
        write("rules/my-rule.toml", &rule);
        write("rules/en/my-cue.toml", &cue);
        let flaws = House::load(None, &[folder.path().join("rules")]).err().unwrap_or_default();
        // The examples need not hold together, but each key has to be one.
        assert!(!flaws.iter().any(|flaw| flaw.message.contains("unknown field")), "{rule}\n{cue}\n{flaws:?}");
        assert!(flaws.iter().all(|flaw| !flaw.file.ends_with("my-rule.toml")), "{rule}\n{flaws:?}");
    }
}

//! `partwell init` and `partwell rules new`. In: a folder, an id. Out: a config with comments, a rule of one's own that holds at once.
//! Refuses to touch what exists, but for `texts.toml`, to which the texts of a new rule are added.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    Outcome,
    args::Common,
    explain::house_here,
    files::{self, Write},
    house::House,
    schema,
    screen::Screen,
    starting::{Init, RulesNew},
};
use crate::{
    config::{self, FILE_NAME, nearest::did_you_mean},
    report::{Look, look::locale, safe, text},
    rule::{RuleBook, Sample},
};

/// The folder of rules that `init` makes.
const FOLDER: &str = "house-rules";

/// The folder of schemas inside it.
const SCHEMAS: &str = "schema";

/// The rule that `init` makes.
const RULE: &str = "stock-phrase";

pub(super) fn run(args: &Init, screen: &mut Screen) -> Outcome {
    let look = screen.look();
    match set_up(args) {
        Ok(written) => {
            report(&written, look, screen);
            let above = std::path::absolute(&args.folder).ok().and_then(|folder| config::find(folder.parent()?));
            if let Some(above) = above {
                let above = above.display().to_string();
                let above = safe::line(&above, look.unicode);
                screen.report(&format!("\n{above} no longer holds here; `extends` takes it up again.\n"));
            }
            let rules = args.folder.join(FOLDER).display().to_string();
            let rules = safe::line(rules.trim_start_matches("./"), look.unicode);
            screen.report(&format!(
                "\nNext: read partwell.toml, put your own phrases into {rules}, then\n  \
                 partwell rules test {rules}\n  partwell check FILE\n"
            ));
            Outcome::Clean
        }
        Err((problem, help)) => {
            screen.error(&text::problem(&problem, &help, look));
            Outcome::Failed
        }
    }
}

pub(super) fn new_rule(args: &RulesNew, common: &Common, screen: &mut Screen) -> Outcome {
    let look = screen.look();
    let told = args.lang.first().map(String::as_str);
    let (house, language) = match house_here(told, args.config.as_ref(), common, look) {
        Ok(found) => found,
        Err(problem) => {
            screen.error(&problem);
            return Outcome::Failed;
        }
    };
    let mut languages = args.lang.clone();
    if languages.is_empty() {
        languages.push(language);
    }
    match add_rule(&args.rule, &languages, &house) {
        Ok((folder, written)) => {
            report(&written, look, screen);
            let folder = folder.display().to_string();
            let folder = safe::line(&folder, look.unicode);
            screen.report(&format!(
                "\nNext: put your own phrases and examples into the cue, then\n  partwell rules test {folder}\n"
            ));
            Outcome::Clean
        }
        Err((problem, help)) => {
            screen.error(&text::problem(&problem, &help, look));
            Outcome::Failed
        }
    }
}

/// What kept something from being written, and what helps.
type Problem = (String, Vec<String>);

/// Writes all that `init` makes, and says what it wrote.
fn set_up(args: &Init) -> Result<Vec<PathBuf>, Problem> {
    let book = RuleBook::shipped();
    let languages = book.languages();
    let known = |code: &String| languages.contains(&code.as_str());
    let language = args.lang.clone().or_else(|| locale().filter(|code| known(code))).unwrap_or_else(|| "en".to_owned());
    if !known(&language) {
        let help = vec![did_you_mean(&language, &languages)];
        return Err((format!("`--lang {language}`: there are no rules for this language"), help));
    }
    let config = args.folder.join(FILE_NAME);
    let folder = args.folder.join(FOLDER);
    for path in [&config, &folder] {
        if path.exists() {
            let help = "`partwell rules new` adds a rule to a folder that is set up".to_owned();
            return Err((format!("{}: exists; nothing was written", path.display()), vec![help]));
        }
    }
    let fail = |problem| (problem, Vec::new());
    files::folder(&folder.join(SCHEMAS)).map_err(fail)?;
    schema::write_all(&folder.join(SCHEMAS)).map_err(fail)?;
    let text = include_str!("init/partwell.toml").replace("{language}", &language);
    files::write(&config, &text, Write::New).map_err(fail)?;
    let mut written = vec![config];
    written.extend(write_rule(RULE, &[(&language, sample(&book, &language)?)], &folder)?);
    written.push(folder.join(SCHEMAS));
    Ok(written)
}

/// Adds a rule to the house's last folder of rules.
fn add_rule(rule: &str, languages: &[String], house: &Arc<House>) -> Result<(PathBuf, Vec<PathBuf>), Problem> {
    let Some(folder) = house.config.settings.folders.last() else {
        let help = vec![
            "`partwell init` makes one".to_owned(),
            "or name one: `--rules DIR`, `rules-folders = [...]`".to_owned(),
        ];
        return Err(("there is no folder of your own rules here".to_owned(), help));
    };
    if house.book.rule(rule).is_some() {
        let help = vec![format!("to change it, write `[rules.{rule}]` into partwell.toml")];
        return Err((format!("there is a rule `{rule}` already"), help));
    }
    let known = house.book.languages();
    let mut samples: Vec<(&str, Sample)> = Vec::new();
    for language in languages {
        if samples.iter().any(|(known, _)| known == language) {
            continue;
        }
        if !known.contains(&language.as_str()) {
            let help = vec![did_you_mean(language, &known)];
            return Err((format!("`--lang {language}`: there are no rules for this language"), help));
        }
        samples.push((language.as_str(), sample(&house.book, language)?));
    }
    let folder = config::shown(folder);
    let written = write_rule(rule, &samples, Path::new(&folder))?;
    Ok((folder.into(), written))
}

fn sample(book: &RuleBook, language: &str) -> Result<Sample, Problem> {
    book.drafts(language).and_then(|drafts| drafts.sample().cloned()).ok_or_else(|| {
        let help = vec![format!("write one into `[sample]` of `{language}/drafts.toml`")];
        (format!("there is no sample phrase to start from in `{language}`"), help)
    })
}

/// Writes a rule, and for each language its cue and its texts. Nothing is written if one of the files exists.
fn write_rule(rule: &str, samples: &[(&str, Sample)], folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let fail = |problem| (problem, Vec::new());
    let has_schemas = folder.join(SCHEMAS).is_dir();
    let first_line = |path: &str| if has_schemas { format!("#:schema {path}.schema.json\n") } else { String::new() };
    let rule_text = include_str!("init/rule.toml").replace("{rule}", rule);
    let mut all = vec![(folder.join(format!("{rule}.toml")), first_line("./schema/rule") + &rule_text)];
    for (language, sample) in samples {
        let cue = include_str!("init/cue.toml")
            .replace("{rule}", rule)
            .replace("{language}", language)
            .replace("{pattern}", &quoted(&sample.pattern))
            .replace("{bad}", &quoted(&sample.bad))
            .replace(
                "{good}",
                &sample
                    .good
                    .iter()
                    .flat_map(|good| ["  ".to_owned(), quoted(good), ",\n".to_owned()])
                    .collect::<String>(),
            );
        all.push((folder.join(language).join(format!("{rule}.toml")), first_line("../schema/cue") + &cue));
    }
    if let Some((path, _)) = all.iter().find(|(path, _)| path.exists()) {
        return Err(fail(format!("{}: exists; nothing was written", path.display())));
    }
    for (path, text) in &all {
        files::folder(path.parent().unwrap_or(folder)).map_err(fail)?;
        files::write(path, text, Write::New).map_err(fail)?;
    }
    let mut written: Vec<PathBuf> = all.into_iter().map(|(path, _)| path).collect();
    for (language, sample) in samples {
        let path = folder.join(language).join("texts.toml");
        add_texts(&path, rule, sample, &first_line("../schema/texts")).map_err(fail)?;
        written.push(path);
    }
    Ok(written)
}

/// Adds the texts of a rule at the end of the file, where a table may always follow.
fn add_texts(path: &Path, rule: &str, sample: &Sample, first_line: &str) -> Result<(), String> {
    let mut text = if path.exists() {
        fs::read_to_string(path).map_err(|error| format!("{}: cannot be read: {error}", path.display()))?
    } else {
        first_line.to_owned()
    };
    // Left over from a rule of this name that is no more.
    if text.contains(&format!("[rule.{rule}]")) {
        return Ok(());
    }
    if !text.is_empty() {
        text = format!("{}\n\n", text.trim_end());
    }
    let help: Vec<String> = sample.help.iter().map(|help| quoted(help)).collect();
    let table = format!(
        "[rule.{rule}]\ntitle = {}\nmessage = {}\nwhy = \"\"\nhelp = [{}]\n",
        quoted(&sample.title),
        quoted(&sample.message),
        help.join(", ")
    );
    text.push_str(&table);
    files::write(path, &text, Write::Over)
}

/// A text as a TOML string.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn report(written: &[PathBuf], look: Look, screen: &mut Screen) {
    for path in written {
        let path = path.display().to_string();
        let path = path.trim_start_matches("./");
        screen.report(&format!("Wrote {}\n", safe::line(path, look.unicode)));
    }
}

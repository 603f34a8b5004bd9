//! `partwell explain`. In: a rule's id. Out: all that is known of the rule. Refuses to guess: an unknown id is an error that names the
//! nearest.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    Outcome,
    args::{Common, Explain},
    house::{House, Houses, NoHouse},
    screen::Screen,
};
use crate::{
    config::nearest::did_you_mean,
    diagnostic::Severity,
    report::{Look, look::locale, rules, text},
};

pub(super) fn run(args: &Explain, common: &Common, screen: &mut Screen) -> Outcome {
    let look = screen.look();
    let (house, language) = match house_here(args.lang.as_deref(), args.config.as_ref(), common, look) {
        Ok(found) => found,
        Err(problem) => {
            screen.error(&problem);
            return Outcome::Failed;
        }
    };
    let Some(rule) = house.book.rule(&args.rule) else {
        let ids: Vec<&str> = house.book.rules().iter().map(|rule| rule.id.as_str()).collect();
        let help = [did_you_mean(&args.rule, &ids), "`partwell rules list` shows all rules".to_owned()];
        screen.error(&text::problem(&format!("there is no rule `{}`", args.rule), &help, look));
        return Outcome::Failed;
    };
    screen.report(&rules::explained(rule, &house.book, &language, look));
    Outcome::Clean
}

/// The house of the working directory, and the language in which it is told of rules: the one asked for, else the config's, else
/// the locale's, else English. An error is ready to be shown.
pub(super) fn house_here(
    lang: Option<&str>,
    config: Option<&PathBuf>,
    common: &Common,
    look: Look,
) -> Result<(Arc<House>, String), String> {
    let folder = std::path::absolute(".").unwrap_or_else(|_| Path::new(".").to_owned());
    let house = Houses::new(config.cloned(), common.rules.clone()).of_folder(&folder).map_err(|none| match none {
        NoHouse::Flawed(flaws) => flaws.iter().map(|flaw| text::flaw(flaw, Severity::Error, look)).collect(),
        NoHouse::Known => String::new(),
    })?;
    let languages = house.book.languages();
    let locale = || locale().filter(|code| languages.contains(&code.as_str()));
    let told = lang.map(str::to_owned).or_else(|| house.config.language.clone());
    let language = told.or_else(locale).unwrap_or_else(|| "en".to_owned());
    if !languages.contains(&language.as_str()) {
        let message = format!("`--lang {language}`: there are no rules for this language");
        return Err(text::problem(&message, &[did_you_mean(&language, &languages)], look));
    }
    Ok((house, language))
}

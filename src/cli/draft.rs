//! `partwell draft`. In: a reason, a language, a format. Out: a letter to start from. Refuses to overwrite a file unless told to.

use std::path::Path;

use super::{
    Outcome,
    args::Common,
    explain::house_here,
    files::{self, Write},
    screen::Screen,
    starting::{Draft, DraftFormat},
};
use crate::report::{draft, safe, text};

pub(super) fn run(args: &Draft, common: &Common, screen: &mut Screen) -> Outcome {
    let look = screen.look();
    let (house, language) = match house_here(args.lang.as_deref(), args.config.as_ref(), common, look) {
        Ok(found) => found,
        Err(problem) => {
            screen.error(&problem);
            return Outcome::Failed;
        }
    };
    let Some(letter) = house.book.drafts(&language).and_then(|drafts| drafts.letter(args.reason)) else {
        let help = [format!("write them into `{language}/drafts.toml` of a folder of your own rules")];
        screen.error(&text::problem(&format!("there are no letters to start from in `{language}`"), &help, look));
        return Outcome::Failed;
    };
    let write = match args.format.unwrap_or_else(|| format_of(args.output.as_deref())) {
        DraftFormat::Txt => draft::plain,
        DraftFormat::Md => draft::markdown,
        DraftFormat::Eml => draft::mail,
    };
    let written = write(&letter, args.reason, &language);
    let Some(path) = &args.output else {
        screen.data(&written);
        return Outcome::Clean;
    };
    if let Err(problem) = files::write(path, &written, if args.force { Write::Over } else { Write::New }) {
        let help = if path.exists() { vec!["`--force` overwrites it".to_owned()] } else { Vec::new() };
        screen.error(&text::problem(&problem, &help, look));
        return Outcome::Failed;
    }
    let shown = path.display().to_string();
    let shown = safe::line(&shown, look.unicode);
    screen.report(&format!("Wrote {shown}. Fill in what stands in square brackets; then `partwell check {shown}`.\n"));
    Outcome::Clean
}

fn format_of(path: Option<&Path>) -> DraftFormat {
    let extension = path.and_then(Path::extension).and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "md" | "markdown" => DraftFormat::Md,
        "eml" => DraftFormat::Eml,
        _ => DraftFormat::Txt,
    }
}

//! `partwell rules learn`. In: labelled letters. Out: what their words weigh, as a file for a language's folder. Refuses letters without labels.

use std::{fs, path::PathBuf};

use clap::{Args, ValueHint};

use super::{
    Outcome,
    args::{Common, ContextArgs},
    desk::Desk,
    measure::letters,
    screen::Screen,
};
use crate::{measure::learn, report::text};

/// Learns what words weigh from labelled letters
///
/// LETTERS are labelled corpora, as for `partwell rules measure`: files with the extension .jsonl, or folders of them. What is printed is a file
/// `weights.toml` for the folder of a language: the words that speak for each rule and those that speak for no fault, those that say what a letter
/// needs (thanks, a date ...), and those of letters that end a customer relationship, for which letters of kind `other` must be among them. The examples
/// of the cues of a letter's language teach too, as sentences by themselves. All letters that are given teach one file, so give those of one language, or
/// of languages that are nearly one. Letters that the rules are measured on later must not be among them.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  partwell rules learn -o house-rules/en/weights.toml letters/en-*.jsonl
  partwell rules measure --rules house-rules other-letters/

Exit codes: 0 learned, 2 a letter, a label, a file or an option was at fault (then nothing is written).")]
pub(super) struct Learn {
    /// Labelled corpora (.jsonl), and folders of them
    #[arg(value_name = "LETTERS", required = true, value_hint = ValueHint::AnyPath)]
    letters: Vec<PathBuf>,
    /// Where to write it [default: standard output]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Uses this file instead of the nearest partwell.toml
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: Option<PathBuf>,
}

pub(super) fn run(args: &Learn, common: &Common, screen: &mut Screen) -> Outcome {
    let look = screen.look();
    let context = ContextArgs { config: args.config.clone(), ..ContextArgs::default() };
    let desk = Desk { context: &context, assume: None, look };
    let (letters, mut problems) = letters(&args.letters, &desk, common);
    let labelled: Vec<_> = letters.iter().filter_map(|letter| Some((letter.labels()?, letter.book()))).collect();
    if labelled.is_empty() && problems.is_empty() {
        let help = ["labels are read from files with the extension jsonl, one letter a line".to_owned()];
        problems.push(text::problem("there are no labelled letters here", &help, look));
    }
    for problem in &problems {
        screen.error(problem);
    }
    if !problems.is_empty() {
        return Outcome::Failed;
    }
    let weights = learn(&labelled);
    match &args.output {
        None => screen.data(weights.trim_end()),
        Some(path) => {
            if let Err(error) = fs::write(path, weights) {
                screen.error(&text::problem(&format!("{}: cannot be written: {error}", path.display()), &[], look));
                return Outcome::Failed;
            }
        }
    }
    Outcome::Clean
}

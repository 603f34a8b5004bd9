//! `partwell outline`. In: one draft. Out: its parts and elements. Refuses to report diagnostics.

use super::{
    Outcome,
    args::{Common, ListFormat, Outline},
    check::unknown_language,
    desk::Desk,
    house::Houses,
    screen::Screen,
    walk::{self, Input},
};
use crate::report::{json, outline, text};

pub(super) fn run(args: &Outline, common: &Common, screen: &mut Screen) -> Outcome {
    let look = screen.look();
    if args.file.is_dir() {
        let help = ["`partwell check` takes folders".to_owned()];
        screen.error(&text::problem(&format!("{}: this is a folder", args.file.display()), &help, look));
        return Outcome::Failed;
    }
    let input = if args.file.as_os_str() == "-" { Input::Stdin } else { walk::file(args.file.clone()) };
    let desk = Desk { context: &args.context, assume: None, look };
    let mut houses = Houses::new(args.context.config.clone(), common.rules.clone());
    let job = desk.job(input, &mut houses);
    if let Some(problem) = unknown_language(&args.context, std::slice::from_ref(&job), look) {
        screen.error(&problem);
        return Outcome::Failed;
    }
    match job.and_then(|job| desk.check(&job).map(|checked| (job, checked))) {
        Ok((job, checked)) => {
            match args.format {
                ListFormat::Text => {
                    screen.report(&outline::text(&checked, job.house.book.texts(&checked.verdict.messages), look));
                }
                ListFormat::Json => screen.data(&json::to_line(&json::Outline::new(&checked))),
            }
            Outcome::Clean
        }
        Err(problem) => {
            screen.error(&problem);
            Outcome::Failed
        }
    }
}

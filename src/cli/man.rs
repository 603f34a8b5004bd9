//! `partwell man`. In: the command line as it is. Out: its manual pages, one or all. Refuses to say what the help does not.

use clap::CommandFactory as _;

use super::{Outcome, args::Cli, files, screen::Screen, starting::Man};
use crate::report::text;

pub(super) fn run(args: &Man, screen: &mut Screen) -> Outcome {
    let Some(folder) = &args.folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page).expect("a vector takes all that is written");
        screen.data(&String::from_utf8_lossy(&page));
        return Outcome::Clean;
    };
    let written = files::folder(folder).and_then(|()| {
        let command = Cli::command();
        clap_mangen::generate_to(command, folder)
            .map_err(|error| format!("{}: cannot be written: {error}", folder.display()))
    });
    if let Err(problem) = written {
        let look = screen.look();
        screen.error(&text::problem(&problem, &[], look));
        return Outcome::Failed;
    }
    Outcome::Clean
}

//! `partwell lsp`. In: an editor on standard input and output. Out: an exit code. Refuses a terminal: nobody types this protocol.

use std::io::{IsTerminal, stdin, stdout};

use super::{Outcome, screen::Screen};
use crate::{lsp, report::text};

pub(super) fn run(screen: &mut Screen) -> Outcome {
    if stdin().is_terminal() {
        let help = ["set your editor up to start it; `editors/` has what each one needs".to_owned()];
        let problem = "`partwell lsp` is started by editors and talks to them, not to a terminal";
        screen.error(&text::problem(problem, &help, screen.look()));
        return Outcome::Failed;
    }
    // The protocol asks for exit code 1 where the editor goes without a word.
    if lsp::serve(stdin(), stdout()) { Outcome::Clean } else { Outcome::Found }
}

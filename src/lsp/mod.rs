//! The language server. In: an editor's messages on standard input. Out: answers on standard output: diagnostics, fixes, explanations.
//! Refuses to judge: the engine does, and this folder converts. UTF-16 exists only here.
//!
//! One thread reads messages, one works on them in their order. A check takes less than the time between two keys, so that no work needs to
//! be put off; what has piled up nevertheless is taken together and answered once, for the latest version.

mod actions;
mod client;
mod commands;
mod diagnostics;
mod document;
mod explain;
mod houses;
mod ignore;
mod letter;
mod outline;
mod position;
mod reason;
mod requests;
mod server;
mod settings;
mod sync;
#[cfg(test)]
mod tests;
mod toml_help;
mod toml_keys;
mod uri;
mod wire;
mod workspace;

use std::io::{Read, Write};

/// Serves one client until it goes. Out: whether it took its leave: it asked the server to shut down before it went.
#[must_use]
pub fn serve(input: impl Read + Send + 'static, output: impl Write + 'static) -> bool {
    server::Server::new(output).run(&wire::read(input))
}

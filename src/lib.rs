//! partwell: a linter for letters and e-mails in which a business parts with a customer.
//!
//! The way of the data, which is the order of the modules too (each uses only what stands before it):
//!
//! ```text
//! bytes ──source──► text + map to bytes ──letter──► parts, sentences, tokens (folded)
//!       ──cue──► hits ──engine(rule, context)──► diagnostics (+ fixes) ──report──► people, CI, editors
//! ```

pub mod baseline;
pub mod cli;
pub mod config;
pub mod cue;
pub mod diagnostic;
pub mod engine;
pub mod fix;
mod flat;
pub mod flaw;
pub mod letter;
pub mod lsp;
pub mod mail;
pub mod measure;
#[cfg(unix)]
pub mod milter;
pub mod nearest;
pub mod report;
pub mod rule;
pub mod source;
pub mod weights;

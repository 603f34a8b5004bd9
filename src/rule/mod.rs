//! The rule book: what is forbidden, required and limited, in which languages, with which words. In: the TOML of the rules, shipped
//! and the user's own, and the user's settings. Out: a [`RuleBook`]. Refuses files that do not hold together, each flaw with its place.

mod book;
mod drafts;
mod pack;
mod policy;
mod reason;
mod settings;
mod shipped;
mod texts;
mod words;

pub use book::RuleBook;
pub use drafts::{Draft, Drafts, Sample};
pub use pack::{Pack, Trial};
pub use policy::{ElementOdds, Fact, Gate, Mend, Odds, Place, Policy, Rest, Rule, RuleKind, When};
pub use reason::{Reason, UnknownReason};
pub use settings::{RuleSettings, Settings};
pub use texts::{MendWords, RuleText, Texts};

pub use crate::flaw::Flaw;

//! Why a letter is written, as its writer tells it: it changes what is proper.

use std::{fmt, str::FromStr};

/// The reasons of the guidance (articles 000 and 001).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The customer abused people.
    Abusive,
    /// Bills stay unpaid.
    NonPayment,
    /// The customer wants more than the budget pays for.
    Scope,
    /// The work does not pay.
    Unprofitable,
    /// The customer stalls, misses calls, does not answer.
    Unresponsive,
    /// The customer asks for what is not right.
    Unethical,
    /// Mission, values or expectations do not fit; advice is not taken.
    Mismatch,
    /// The business has too little time or grows in another direction.
    Capacity,
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 8] = [
        Reason::Abusive,
        Reason::NonPayment,
        Reason::Scope,
        Reason::Unprofitable,
        Reason::Unresponsive,
        Reason::Unethical,
        Reason::Mismatch,
        Reason::Capacity,
    ];

    /// The name used everywhere: `non-payment`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Reason::Abusive => "abusive",
            Reason::NonPayment => "non-payment",
            Reason::Scope => "scope",
            Reason::Unprofitable => "unprofitable",
            Reason::Unresponsive => "unresponsive",
            Reason::Unethical => "unethical",
            Reason::Mismatch => "mismatch",
            Reason::Capacity => "capacity",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that is no reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownReason {
    /// What was written.
    pub written: String,
}

impl fmt::Display for UnknownReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Reason::ALL.map(Reason::name).join(", ");
        write!(f, "`{}` is not a reason; the reasons are {names}", self.written)
    }
}

impl std::error::Error for UnknownReason {}

impl FromStr for Reason {
    type Err = UnknownReason;

    fn from_str(written: &str) -> Result<Self, Self::Err> {
        let name = written.trim().to_lowercase().replace('_', "-");
        Reason::ALL
            .into_iter()
            .find(|reason| reason.name() == name)
            .ok_or_else(|| UnknownReason { written: written.trim().to_owned() })
    }
}

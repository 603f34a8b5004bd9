//! In: the table `[milter]` of a `partwell.toml`. Out: which mails a milter judges, what it does with those that are at fault, and
//! its limits. Refuses unknown keys and bad values, each with its place.

use std::{net::IpAddr, time::Duration};

use globset::{GlobBuilder, GlobMatcher};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::de::DeTable;

use super::{
    keys,
    reader::{Item, Reader},
};

const KEYS: &[&str] =
    &["judge", "max-connections", "max-size", "mode", "networks", "on-failure", "override", "policies", "time-limit"];
const POLICY_KEYS: &[&str] = &["mode", "override", "recipient-domain", "sender"];
const MODES: &[&str] = &["off", "tag", "hold", "reject"];

/// What is done with a mail that is at fault; the later, the stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// It is not judged.
    Off,
    /// A header says what was found.
    #[default]
    Tag,
    /// It waits in the mail server's hold queue until a person lets it go.
    Hold,
    /// It is refused, with the names of the rules.
    Reject,
}

/// What is done with a mail that could not be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// The sender is asked to try again later: nothing passes unjudged.
    #[default]
    Tempfail,
    /// It passes: nothing is held up.
    Accept,
}

/// Which mails are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Judged {
    /// Those of senders who have logged in, or whose machine is in one of the networks.
    #[default]
    Outgoing,
    /// All.
    All,
}

/// The table `[milter]`; what it does not say is `None`.
#[derive(Debug, Clone, Default)]
pub struct MilterConfig {
    mode: Option<Mode>,
    on_failure: Option<OnFailure>,
    judge: Option<Judged>,
    overridable: Option<bool>,
    networks: Option<Vec<IpNet>>,
    max_size: Option<u64>,
    max_connections: Option<usize>,
    time_limit: Option<Duration>,
    /// Later ones win.
    policies: Vec<Policy>,
}

/// What holds for some senders, some recipients, or some senders' mails to some recipients.
#[derive(Debug, Clone)]
struct Policy {
    senders: Vec<GlobMatcher>,
    domains: Vec<GlobMatcher>,
    mode: Option<Mode>,
    overridable: Option<bool>,
}

impl MilterConfig {
    /// What is done with a mail at fault, and whether its sender may override that. Of several recipients the strictest counts:
    /// a mail is one, whoever gets it.
    #[must_use]
    pub fn mode(&self, sender: &str, recipients: &[String]) -> (Mode, bool) {
        let sender = sender.to_lowercase();
        let domain = |recipient: &String| recipient.rsplit('@').next().unwrap_or_default().to_lowercase();
        let nobody = [String::new()];
        let recipients = if recipients.is_empty() { &nobody } else { recipients };
        let each = recipients.iter().map(domain).map(|domain| self.mode_for(&sender, &domain));
        each.reduce(|one, other| (one.0.max(other.0), one.1 && other.1)).unwrap_or_default()
    }

    fn mode_for(&self, sender: &str, domain: &str) -> (Mode, bool) {
        let holds = |matchers: &[GlobMatcher], text: &str| {
            matchers.is_empty() || matchers.iter().any(|matcher| matcher.is_match(text))
        };
        let matching = || {
            let policies = self.policies.iter().rev();
            policies.filter(|policy| holds(&policy.senders, sender) && holds(&policy.domains, domain))
        };
        let mode = matching().find_map(|policy| policy.mode).or(self.mode).unwrap_or_default();
        let overridable = matching().find_map(|policy| policy.overridable).or(self.overridable).unwrap_or(true);
        (mode, overridable)
    }

    /// Whether a mail is judged that comes from this address, from a sender who has logged in or not.
    #[must_use]
    pub fn judges(&self, client: Option<IpAddr>, authenticated: bool) -> bool {
        let own = |client: IpAddr| match &self.networks {
            Some(networks) => networks.iter().any(|network| network.contains(&client)),
            None => client.is_loopback(),
        };
        self.judge == Some(Judged::All) || authenticated || client.map(|client| client.to_canonical()).is_some_and(own)
    }

    /// What is done with a mail that could not be judged.
    #[must_use]
    pub fn on_failure(&self) -> OnFailure {
        self.on_failure.unwrap_or_default()
    }

    /// How much of a mail is read, in bytes.
    #[must_use]
    pub fn max_size(&self) -> usize {
        self.max_size.map_or(10_000_000, |size| usize::try_from(size).unwrap_or(usize::MAX))
    }

    /// How many connections are served side by side.
    #[must_use]
    pub fn max_connections(&self) -> usize {
        self.max_connections.unwrap_or(100)
    }

    /// How long judging one mail may take.
    #[must_use]
    pub fn time_limit(&self) -> Duration {
        self.time_limit.unwrap_or(Duration::from_secs(20))
    }

    /// These settings on top of a base.
    pub(super) fn over(self, mut base: MilterConfig) -> MilterConfig {
        base.policies.extend(self.policies);
        MilterConfig {
            mode: self.mode.or(base.mode),
            on_failure: self.on_failure.or(base.on_failure),
            judge: self.judge.or(base.judge),
            overridable: self.overridable.or(base.overridable),
            networks: self.networks.or(base.networks),
            max_size: self.max_size.or(base.max_size),
            max_connections: self.max_connections.or(base.max_connections),
            time_limit: self.time_limit.or(base.time_limit),
            policies: base.policies,
        }
    }
}

/// Reads the table.
pub(super) fn read(reader: &mut Reader, item: &Item<'_>) -> MilterConfig {
    let mut config = MilterConfig::default();
    let Some(table) = reader.table(item, "[milter]") else { return config };
    for item in reader.items(table, Some(KEYS)) {
        match item.key {
            "mode" => config.mode = reader.one_of(&item, MODES),
            "on-failure" => config.on_failure = reader.one_of(&item, &["tempfail", "accept"]),
            "judge" => config.judge = reader.one_of(&item, &["outgoing", "all"]),
            "override" => config.overridable = reader.boolean(&item, "override = false"),
            "networks" => config.networks = Some(networks(reader, &item)),
            "max-size" => config.max_size = keys::max_size(reader, &item),
            "max-connections" => {
                config.max_connections = whole(reader, &item, "max-connections = 100").map(usize::from);
            }
            "time-limit" => {
                let seconds = whole(reader, &item, "time-limit = 20");
                config.time_limit = seconds.map(|seconds| Duration::from_secs(seconds.into()));
            }
            _ => {
                for (table, at) in reader.tables(&item, "[[milter.policies]]") {
                    config.policies.extend(policy(reader, table, at));
                }
            }
        }
    }
    config
}

/// A whole number from 1 to 65535.
fn whole(reader: &mut Reader, item: &Item<'_>, example: &str) -> Option<u16> {
    let number = reader.number(item, example)?;
    let whole = (number.fract() == 0.0).then(|| format!("{number}").parse().ok()).flatten().filter(|whole| *whole > 0);
    if whole.is_none() {
        let message = format!("`{}` has to be a whole number from 1 to {}", item.key, u16::MAX);
        reader.flaw(item.at.clone(), message, format!("write `{example}`"));
    }
    whole
}

fn networks(reader: &mut Reader, item: &Item<'_>) -> Vec<IpNet> {
    let mut networks = Vec::new();
    for (written, at) in reader.strings(item, "networks = [\"127.0.0.0/8\", \"192.168.1.0/24\"]") {
        let address = written.parse::<IpAddr>().map(IpNet::from);
        match written.parse::<IpNet>().or(address) {
            Ok(network) => networks.push(network),
            Err(_) => reader.flaw(
                at,
                format!("`{written}` is no network"),
                "write an address, or an address and the bits that count: `192.168.1.0/24`",
            ),
        }
    }
    networks
}

fn policy(reader: &mut Reader, table: &DeTable<'_>, at: std::ops::Range<usize>) -> Option<Policy> {
    let mut policy = Policy { senders: Vec::new(), domains: Vec::new(), mode: None, overridable: None };
    let (mut narrows, mut says) = (false, false);
    for item in reader.items(table, Some(POLICY_KEYS)) {
        match item.key {
            "mode" => policy.mode = reader.one_of(&item, MODES),
            "override" => policy.overridable = reader.boolean(&item, "override = false"),
            "sender" => policy.senders = globs(reader, &item, "sender = [\"*@support.example.com\"]"),
            _ => policy.domains = globs(reader, &item, "recipient-domain = [\"example.org\", \"*.example.org\"]"),
        }
        let narrowing = matches!(item.key, "sender" | "recipient-domain");
        narrows |= narrowing;
        says |= !narrowing;
    }
    if !narrows {
        let help = "add `sender = [...]` or `recipient-domain = [...]`; what holds for all mails stands in `[milter]`";
        reader.flaw(at, "this policy does not say for which mails it holds", help);
        return None;
    }
    if !says {
        reader.flaw(at, "this policy says nothing", "add `mode = \"reject\"` or `override = false`");
        return None;
    }
    Some(policy)
}

/// Addresses or domains with `*` for any run of characters, in any case.
fn globs(reader: &mut Reader, item: &Item<'_>, example: &str) -> Vec<GlobMatcher> {
    let mut globs = Vec::new();
    for (written, at) in reader.strings(item, example) {
        match GlobBuilder::new(&written.to_lowercase()).build() {
            Ok(glob) => globs.push(glob.compile_matcher()),
            Err(error) => {
                let message = format!("`{written}` is no pattern: {}", error.kind());
                reader.flaw(at, message, "`*` stands for any characters");
            }
        }
    }
    if globs.is_empty() && item.value.as_array().is_some_and(|list| list.is_empty()) {
        reader.flaw(item.at.clone(), format!("`{}` names nobody", item.key), format!("write `{example}`"));
    }
    globs
}

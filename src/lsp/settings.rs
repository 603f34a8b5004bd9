//! In: the settings that an editor sends, as JSON. Out: what they say, and a sentence for each that says nothing. Refuses no setting for the
//! fault of another.

use std::path::PathBuf;

use serde_json::{Map, Value};

use crate::{
    config::{nearest::did_you_mean, size},
    diagnostic::LetterKind,
    engine::Context,
    rule::Reason,
};

/// Under this name editors keep them.
pub(super) const SECTION: &str = "partwell";

const KEYS: &[&str] = &["assume", "checklist", "config", "language", "maxSize", "messageLanguage", "reason", "rules"];

/// What editors keep in the same place: the program to start, and whether to write down what is said.
const EDITORS_OWN: &[&str] = &["path", "trace"];

/// What a user has set in the editor, for all or for one folder of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings {
    /// Why the letters are written, in which language, in which to tell, what to take them for.
    pub(super) told: Context,
    /// The config to use instead of the nearest.
    pub(super) config: Option<PathBuf>,
    /// Folders of rules besides those of the config.
    pub(super) rules: Vec<PathBuf>,
    /// The largest document that is judged, in bytes.
    pub(super) max_size: Option<u64>,
    /// Whether to show the checklist at the top of a letter.
    pub(super) checklist: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { told: Context::default(), config: None, rules: Vec::new(), max_size: None, checklist: true }
    }
}

impl Settings {
    /// Reads the settings: an object of them, or one with them under `partwell`. Paths are taken from the folder on.
    pub(super) fn read(value: &Value, folder: Option<&PathBuf>) -> (Settings, Vec<String>) {
        let (mut settings, mut problems) = (Settings::default(), Vec::new());
        let value = value.get(SECTION).unwrap_or(value);
        match value {
            Value::Object(object) => settings.take(object, folder, &mut problems),
            Value::Null => {}
            _ => problems.push("the settings of partwell have to be an object".to_owned()),
        }
        (settings, problems)
    }

    fn take(&mut self, object: &Map<String, Value>, folder: Option<&PathBuf>, problems: &mut Vec<String>) {
        let path = |written: &str| folder.map_or_else(|| PathBuf::from(written), |folder| folder.join(written));
        for (key, value) in object {
            // Editors send what nobody has set as null or as an empty text, and along with the rest what is for themselves.
            if value.is_null() || value.as_str() == Some("") || EDITORS_OWN.contains(&key.as_str()) {
                continue;
            }
            let text = value.as_str();
            let taken = match (key.as_str(), text) {
                ("reason", Some(written)) => {
                    let reason: Option<Reason> = written.parse().ok();
                    if reason.is_none() {
                        let help = did_you_mean(written, &Reason::ALL.map(Reason::name));
                        problems.push(format!("`{written}` is no reason that is known; {help}"));
                    }
                    self.told.reason = reason;
                    true
                }
                ("language", Some(code)) => self.told.language.replace(code.to_owned()).is_none(),
                ("messageLanguage", Some(code)) => self.told.messages.replace(code.to_owned()).is_none(),
                ("assume", Some(kind)) => serde_json::from_value::<LetterKind>(kind.into())
                    .is_ok_and(|kind| self.told.assume.replace(kind).is_none()),
                ("config", Some(written)) => self.config.replace(path(written)).is_none(),
                ("rules", _) => value.as_array().is_some_and(|list| {
                    self.rules = list.iter().filter_map(Value::as_str).map(path).collect();
                    self.rules.len() == list.len()
                }),
                ("maxSize", _) => {
                    let written = value.as_u64().map(|number| number.to_string());
                    self.max_size = size::parse(written.as_deref().or(text).unwrap_or_default()).ok();
                    self.max_size.is_some()
                }
                ("checklist", _) => value.as_bool().is_some_and(|shown| {
                    self.checklist = shown;
                    true
                }),
                (known, _) if KEYS.contains(&known) => false,
                (unknown, _) => {
                    problems.push(format!("`{SECTION}.{unknown}` is no setting; {}", did_you_mean(unknown, KEYS)));
                    true
                }
            };
            if !taken {
                problems.push(format!("`{SECTION}.{key}` cannot be `{value}`"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_are_taken_one_by_one() {
        let (settings, problems) = Settings::read(
            &json!({ "partwell": {
                "reason": "non-payment", "language": "", "messageLanguage": null, "assume": "termination",
                "rules": ["house"], "path": "partwell", "config": "/x/partwell.toml", "maxSize": "1MB", "checklist": false,
            }}),
            Some(&PathBuf::from("/letters")),
        );
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(settings.told.reason, Some(Reason::NonPayment));
        assert_eq!(settings.told.assume, Some(LetterKind::Termination));
        assert_eq!(settings.rules, [PathBuf::from("/letters/house")]);
        assert_eq!(settings.config, Some("/x/partwell.toml".into()));
        assert_eq!((settings.max_size, settings.checklist), (Some(1_000_000), false));
        assert_eq!(Settings::read(&Value::Null, None), (Settings::default(), Vec::new()));
    }

    #[test]
    fn what_says_nothing_is_told_and_spoils_nothing() {
        let (settings, problems) = Settings::read(
            &json!({ "reson": "x", "reason": "abusiv", "assume": "letter", "checklist": 1, "rules": "x", "maxSize": -1, "language": "ru" }),
            None,
        );
        assert_eq!(settings.told.language.as_deref(), Some("ru"));
        assert_eq!(
            problems,
            [
                "`partwell.assume` cannot be `\"letter\"`",
                "`partwell.checklist` cannot be `1`",
                "`partwell.maxSize` cannot be `-1`",
                "`abusiv` is no reason that is known; did you mean `abusive`?",
                "`partwell.reson` is no setting; did you mean `reason`?",
                "`partwell.rules` cannot be `\"x\"`",
            ]
        );
        assert_eq!(Settings::read(&json!(7), None).1.len(), 1);
    }
}

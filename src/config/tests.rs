//! Tests of the config: what is found, what wins, and where flaws are shown.

use std::fs;

use super::*;
use crate::rule::Reason;

fn house(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The flaws of a config: the stretch at which each is shown, its message and its help.
fn flaws(text: &str) -> Vec<(String, String, String)> {
    let folder = house(&[(FILE_NAME, text)]);
    let Err(flaws) = Config::load(&folder.path().join(FILE_NAME)) else { return Vec::new() };
    flaws.into_iter().map(|flaw| (flaw.text[flaw.at].to_owned(), flaw.message, flaw.help)).collect()
}

#[test]
fn all_keys_are_read() {
    let folder = house(&[
        (
            FILE_NAME,
            "reason = \"capacity\"\nlanguage = \"en\"\nfail-on = \"error\"\nmax-size = \"2 MB\"\nown-domains = [\"*.Acme.example\", \"ann@post.example\"]\nrules-folders = [\"house\"]\n\
             [rules.over-justification]\nmax = 6\n[rules.blame]\nseverity = \"error\"\nenabled = true\n\
             [words.en]\nown-product = [\"acme [cloud]\", \"!turbo\"]\n\
             [[paths]]\nmatch = \"abuse/\"\nreason = \"abusive\"\n[[paths]]\nmatch = \"*.ru.txt\"\nlanguage = \"ru\"\n",
        ),
        ("house/blame.toml", ""),
    ]);
    let config = Config::load(&folder.path().join(FILE_NAME)).unwrap();
    let root = folder.path().canonicalize().unwrap();
    assert_eq!(
        (config.reason, config.fail_on, config.max_size),
        (Some(Reason::Capacity), Some(Severity::Error), Some(2_000_000))
    );
    assert_eq!(config.own_domains, ["acme.example", "ann@post.example"]);
    assert_eq!(config.settings.folders, [root.join("house")]);
    assert_eq!(config.settings.rules["over-justification"].max, Some(6.0));
    assert_eq!(config.settings.rules["blame"].severity, Some(Severity::Error));
    assert_eq!(config.settings.words["en"]["own-product"], ["acme [cloud]", "!turbo"]);
    assert_eq!(config.for_path(&root.join("abuse/x/y.eml")), (Some(Reason::Abusive), Some("en")));
    assert_eq!(config.for_path(&root.join("deep/a.ru.txt")), (Some(Reason::Capacity), Some("ru")));
    assert_eq!(config.for_path(Path::new("/elsewhere/abuse/a.txt")), (Some(Reason::Capacity), Some("en")));
}

#[test]
fn later_paths_win_key_by_key() {
    let folder = house(&[(
        FILE_NAME,
        "[[paths]]\nmatch = \"a/**\"\nreason = \"scope\"\nlanguage = \"en\"\n[[paths]]\nmatch = \"a/b/*\"\nreason = \"abusive\"\n",
    )]);
    let config = Config::load(&folder.path().join(FILE_NAME)).unwrap();
    let root = folder.path().canonicalize().unwrap();
    assert_eq!(config.for_path(&root.join("a/b/x.txt")), (Some(Reason::Abusive), Some("en")));
    assert_eq!(config.for_path(&root.join("a/x.txt")), (Some(Reason::Scope), Some("en")));
}

#[test]
fn the_nearest_is_found_upwards() {
    let folder = house(&[(FILE_NAME, ""), ("a/b/c/x.txt", ""), ("a/b/partwell.toml", "")]);
    let root = folder.path();
    assert_eq!(find(&root.join("a/b/c")), Some(root.join("a/b").join(FILE_NAME)));
    assert_eq!(find(&root.join("a")), Some(root.join(FILE_NAME)));
}

#[test]
fn extending_keeps_what_is_not_said_again() {
    let folder = house(&[
        (
            FILE_NAME,
            "reason = \"scope\"\nlanguage = \"ru\"\nrules.blame = { severity = \"error\", enabled = false }\n[[paths]]\nmatch = \"*.eml\"\nreason = \"abusive\"\n[words.en]\nx = [\"a\"]\n",
        ),
        (
            "a/partwell.toml",
            "extends = \"../partwell.toml\"\nreason = \"capacity\"\nrules.blame.enabled = true\nwords.en.x = [\"b\"]\n",
        ),
    ]);
    let config = Config::load(&folder.path().join("a/partwell.toml")).unwrap();
    let root = folder.path().canonicalize().unwrap();
    assert_eq!((config.reason, config.language.as_deref()), (Some(Reason::Capacity), Some("ru")));
    let blame = &config.settings.rules["blame"];
    assert_eq!((blame.enabled, blame.severity), (Some(true), Some(Severity::Error)));
    assert_eq!(config.settings.words["en"]["x"], ["a", "b"]);
    assert_eq!(config.for_path(&root.join("a/x.eml")).0, Some(Reason::Abusive));
}

#[test]
fn circles_and_missing_bases_are_flaws_at_their_place() {
    let folder =
        house(&[(FILE_NAME, "extends = \"a/partwell.toml\""), ("a/partwell.toml", "extends = \"../partwell.toml\"")]);
    let flaws_of = |path: &str| Config::load(&folder.path().join(path)).unwrap_err();
    let found = flaws_of(FILE_NAME);
    assert_eq!(found.len(), 1);
    assert!(found[0].message.contains("circle") && found[0].file.ends_with("a/partwell.toml"), "{found:?}");
    assert_eq!(flaws("extends = \"nowhere.toml\"")[0].0, "\"nowhere.toml\"");
}

#[test]
fn every_flaw_is_shown_at_its_place_and_not_just_the_first() {
    let found = flaws(
        "reson = \"scope\"\nreason = \"nonpayment\"\nfail-on = 3\nmax-size = \"lots\"\nown-domains = [\"acme\"]\nrules-folders = [\"none\", 4]\n\
         [rules.blame]\nseverty = \"note\"\nseverity = \"fatal\"\nmax = -1\nenabled = \"no\"\n\
         [words.en]\nx = [\"(a\", \"fine\"]\n[[paths]]\nreason = \"scope\"\n[[paths]]\nmatch = \"a[\"\n",
    );
    let at: Vec<_> = found.iter().map(|(at, ..)| at.as_str()).collect();
    assert_eq!(
        at,
        [
            "reson",
            "\"nonpayment\"",
            "3",
            "\"lots\"",
            "\"acme\"",
            "\"none\"",
            "4",
            "severty",
            "\"fatal\"",
            "-1",
            "\"no\"",
            "(",
            "[[paths]]",
            "\"a[\""
        ]
    );
    assert_eq!(found[0].2, "did you mean `reason`?");
    assert_eq!(found[1].2, "did you mean `non-payment`?");
    assert_eq!(found[7].2, "did you mean `severity`?");
    assert!(found[8].2.contains("error, warning, note"), "{:?}", found[8]);
}

#[test]
fn broken_toml_is_a_flaw_at_its_place() {
    let found = flaws("reason = \nlanguage = \"en\"\nfail-on = [1\n");
    assert!(found.len() >= 2, "{found:?}");
}

#[test]
fn names_are_proved_by_the_rule_book() {
    let folder = house(&[(
        FILE_NAME,
        "language = \"xx\"\n[rules.blam]\nenabled = false\n[rules.blame]\nmax = 3\n[rules.over-justification]\nmax = 3\n",
    )]);
    let config = Config::load(&folder.path().join(FILE_NAME)).unwrap();
    let found: Vec<_> = config
        .unknown_names(&RuleBook::shipped())
        .into_iter()
        .map(|flaw| (flaw.text[flaw.at].to_owned(), flaw.help))
        .collect();
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.contains(&("blam".to_owned(), "did you mean `blame`?".to_owned())));
    assert!(found.iter().any(|(at, _)| at == "max"));
    assert!(found.iter().any(|(at, _)| at == "\"xx\""));
}

#[test]
fn milter_policies_narrow_and_later_ones_win() {
    let folder = house(&[
        (
            FILE_NAME,
            "[milter]\nmode = \"hold\"\nmax-size = \"1 MB\"\n[[milter.policies]]\nsender = [\"*@Support.example.com\"]\nmode = \"reject\"\n",
        ),
        (
            "a/partwell.toml",
            "extends = \"../partwell.toml\"\n[milter]\nmode = \"tag\"\n\
             [[milter.policies]]\nrecipient-domain = [\"*.partner.example\", \"partner.example\"]\nmode = \"off\"\noverride = false\n\
             [[milter.policies]]\nsender = [\"boss@*\"]\nrecipient-domain = [\"partner.example\"]\noverride = true\n",
        ),
    ]);
    let config = Config::load(&folder.path().join("a/partwell.toml")).unwrap().milter;
    let mode = |sender: &str, recipients: &[&str]| {
        config.mode(sender, &recipients.iter().map(|address| (*address).to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(mode("ann@example.com", &["x@client.example"]), (milter::Mode::Tag, true));
    assert_eq!(mode("Ann@SUPPORT.example.com", &["x@client.example"]), (milter::Mode::Reject, true));
    assert_eq!(mode("ann@example.com", &["x@eu.Partner.example"]), (milter::Mode::Off, false));
    assert_eq!(mode("boss@example.com", &["x@partner.example"]), (milter::Mode::Off, true));
    // The strictest of all recipients counts.
    assert_eq!(mode("ann@example.com", &["x@partner.example", "x@client.example"]), (milter::Mode::Tag, false));
    assert_eq!(mode("", &[]), (milter::Mode::Tag, true));
    assert_eq!((config.max_size(), config.max_connections()), (1_000_000, 100));
}

#[test]
fn a_milter_judges_outgoing_mail() {
    let judges = |text: &str, client: Option<&str>, login: bool| {
        let folder = house(&[(FILE_NAME, text)]);
        let config = Config::load(&folder.path().join(FILE_NAME)).unwrap().milter;
        config.judges(client.map(|client| client.parse().unwrap()), login)
    };
    assert!(
        judges("", Some("127.0.0.1"), false)
            && judges("", Some("::1"), false)
            && judges("", Some("::ffff:127.0.0.1"), false)
    );
    assert!(!judges("", Some("192.0.2.1"), false) && !judges("", None, false));
    assert!(judges("", Some("192.0.2.1"), true) && judges("[milter]\njudge = \"all\"", Some("192.0.2.1"), false));
    let own = "[milter]\nnetworks = [\"192.0.2.0/24\", \"2001:db8::1\"]";
    assert!(judges(own, Some("192.0.2.1"), false) && judges(own, Some("2001:db8::1"), false));
    assert!(!judges(own, Some("127.0.0.1"), false) && !judges(own, Some("2001:db8::2"), false));
}

#[test]
fn flaws_of_the_milter_table_are_shown_at_their_place() {
    let found = flaws(
        "[milter]\nmod = \"tag\"\nmode = \"refuse\"\non-failure = \"open\"\nnetworks = [\"10.0.0.0/8\", \"lan\"]\n\
         max-connections = 0\ntime-limit = 1.5\n[[milter.policies]]\nmode = \"off\"\n\
         [[milter.policies]]\nsender = [\"[\"]\nrecipient-domain = []\n",
    );
    let at: Vec<_> = found.iter().map(|(at, ..)| at.as_str()).collect();
    let place = "[[milter.policies]]";
    assert_eq!(at, ["mod", "\"refuse\"", "\"open\"", "\"lan\"", "0", "1.5", place, place, "\"[\"", "[]"], "{found:?}");
    assert_eq!(found[0].2, "did you mean `mode`?");
}

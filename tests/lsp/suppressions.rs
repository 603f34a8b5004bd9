//! A draft is told through the editor what may stay in it, and what its suppressions lack is shown where they stand.

use serde_json::{Value, json};

use super::client::{Client, applied, short};

const BODY: &str = "Dear Ms Hartnell,\n\nWe are writing about your account. It is late and\nYou failed to send the brief on time. We will end our work for you on 31 March.\n\n- You failed to pay.\n- We return your files.\n- You failed to call.\n\nYours sincerely,\nP. Okafor\n";

fn client() -> Client {
    let actions = json!({ "textDocument": { "codeAction": { "codeActionLiteralSupport": {} } } });
    Client::new(actions, Value::Null, &[]).0
}

/// The quick fixes at a place.
fn actions(client: &mut Client, uri: &str, place: &Value) -> Vec<Value> {
    let range = json!({ "start": place, "end": place });
    let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": { "diagnostics": [] } });
    client.request("textDocument/codeAction", params)["result"].as_array().unwrap().clone()
}

fn codes(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().map(|one| one["code"].as_str().unwrap()).collect()
}

fn count(diagnostics: &[Value], rule: &str) -> usize {
    codes(diagnostics).iter().filter(|code| **code == rule).count()
}

/// Takes the action at the given `blame`; gives the text with the edit made, and how many of the faults are left when the reason is
/// written.
fn ignored(client: &mut Client, uri: &str, language: &str, text: &str, number: usize, title: &str) -> (String, usize) {
    client.open(uri, language, text);
    let before = client.diagnostics(uri, 1);
    let blame = before.iter().filter(|one| one["code"] == "blame").nth(number).unwrap();
    let all = actions(client, uri, &blame["range"]["start"]);
    let action = all.iter().find(|one| one["title"] == format!("{title}, with a reason: Blame")).unwrap();
    let edited = applied(text, &action["edit"]);
    client.change(uri, 2, json!([{ "text": edited }]));
    let open = client.diagnostics(uri, 2);
    assert_eq!(count(&open, "suppression-without-reason"), 1, "{edited}");
    assert_eq!(open.len(), before.len() + 1, "until a reason is written nothing is suppressed\n{edited}");
    let same = open.iter().filter(|one| one["code"] == "blame").nth(number).unwrap();
    let again = actions(client, uri, &same["range"]["start"]);
    assert!(again.iter().all(|one| one["title"] != action["title"]), "it is offered once: {again:?}");
    let told = open.iter().find(|one| one["code"] == "suppression-without-reason").unwrap();
    let line = usize::try_from(told["range"]["start"]["line"].as_u64().unwrap()).unwrap();
    assert!(edited.lines().nth(line).unwrap().to_lowercase().contains("partwell-allow"), "{told}");
    client.change(uri, 3, json!([{ "text": edited.replace("blame; ", "blame; agreed ") }]));
    let left = client.diagnostics(uri, 3);
    let others = |all: &[Value]| codes(all).into_iter().filter(|code| *code != "blame").map(str::to_owned).collect();
    let (now, once): (Vec<String>, Vec<String>) = (others(&left), others(&before));
    assert_eq!(now, once, "{edited}");
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    (edited, count(&left, "blame"))
}

/// What was put into a text that has grown in one place.
fn added<'t>(text: &str, edited: &'t str) -> &'t str {
    let alike = text.bytes().zip(edited.bytes()).take_while(|(one, other)| one == other).count();
    &edited[alike..alike + edited.len() - text.len()]
}

#[test]
fn a_line_may_stay_as_it_is() {
    let mut client = client();
    let mut ignore = |uri: &str, language: &str, text: &str, number: usize| {
        ignored(&mut client, uri, language, text, number, "Ignore here")
    };
    let (edited, left) = ignore("untitled:a", "plaintext", BODY, 0);
    assert_eq!((left, added(BODY, &edited)), (2, "# partwell-allow-next-line: blame; \n"));
    assert!(edited.contains("late and\n# partwell-allow-next-line: blame; \nYou failed to send"), "{edited}");
    let front = format!("---\nlang: en\n---\n{BODY}");
    let (edited, left) = ignore("untitled:b", "plaintext", &front, 1);
    assert!(left == 2 && edited.contains("\n# partwell-allow-next-line: blame; \n- You failed to pay."), "{edited}");
    // Within a paragraph and between items the comment ends neither.
    let (edited, left) = ignore("untitled:c", "markdown", BODY, 0);
    assert!(left == 2 && edited.contains("late and <!-- partwell-allow-next-line: blame;  -->\nYou"), "{edited}");
    let (edited, left) = ignore("untitled:d", "markdown", &front, 1);
    assert!(
        left == 2 && edited.contains("\n\n<!-- partwell-allow-next-line: blame;  -->\n- You failed to pay"),
        "{edited}"
    );
    let (edited, left) = ignore("untitled:e", "markdown", BODY, 2);
    assert!(left == 2 && edited.contains("files. <!-- partwell-allow-next-line: blame;  -->\n- You"), "{edited}");
    let page = "<html><body><p>Dear X,</p>\n<p>You failed\nto pay. From 30 June we will no longer work for you.</p>\n<ul><li><b>You failed</b> to call.</ul>";
    let (edited, left) = ignore("untitled:f", "html", page, 0);
    assert!(left == 1 && edited.contains("<p><!-- partwell-allow-next-line: blame;  -->You failed"), "{edited}");
    let (edited, left) = ignore("untitled:g", "html", page, 1);
    assert!(left == 1 && edited.contains("<li><b><!-- partwell-allow-next-line: blame;  -->You failed"), "{edited}");
}

#[test]
fn all_of_a_letter_may_stay_as_it_is() {
    let mut client = client();
    let page = "<!doctype html><html><head><title>You failed</title></head><body><p>Dear X,</p><p>You failed to pay. You failed to call. From 30 June we will no longer work for you.</p>";
    let mail = format!("From x Mon\nSubject: Bye\n\n{BODY}");
    let front = format!("---\nreason: scope\nsubject: Our work\n---\n{BODY}");
    for (name, language, text, expected) in [
        ("a.txt", "plaintext", BODY, "# partwell-allow: blame; \nDear"),
        ("b.txt", "plaintext", &front, "work\n---\n# partwell-allow: blame; \nDear"),
        ("c.md", "markdown", BODY, "<!-- partwell-allow: blame;  -->\nDear"),
        ("d.md", "markdown", &front, "work\n---\n<!-- partwell-allow: blame;  -->\nDear"),
        ("e.html", "html", page, "<p><!-- partwell-allow: blame;  -->Dear X"),
        ("f.eml", "mail", &mail, "From x Mon\nPartwell-Allow: blame; \nSubject"),
    ] {
        let uri = format!("file:///x/{name}");
        let (edited, left) = ignored(&mut client, &uri, language, text, 0, "Ignore in the whole letter");
        assert!(edited.contains(expected) && left == 0, "{left}: {edited}");
    }
}

#[test]
fn what_cannot_be_suppressed_there_is_not_offered() {
    let mut client = client();
    let titles = |client: &mut Client, uri: &str, language: &str, text: &str, rule: &str| {
        client.open(uri, language, text);
        let found = client.diagnostics(uri, 1);
        let one = found.iter().find(|one| one["code"] == rule).unwrap_or_else(|| panic!("{rule}: {found:?}"));
        let all = actions(client, uri, &one["range"]["start"]);
        let ignoring = all.iter().filter_map(|one| one["title"].as_str().filter(|title| title.starts_with("Ignore")));
        ignoring.map(|title| title.split(',').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mail = format!("Subject: Bye\n\n{BODY}");
    assert_eq!(titles(&mut client, "untitled:a", "mail", &mail, "blame"), ["Ignore in the whole letter"]);
    let innocent = "We are closing our office";
    let clean = BODY.replace("You failed to pay", innocent).replace("You failed to call", innocent);
    let clean = clean.replace("You failed to send the brief on time", innocent);
    let missing = titles(&mut client, "untitled:b", "plaintext", &clean, "missing-thanks");
    assert!(!missing.is_empty() && missing.iter().all(|title| title == "Ignore in the whole letter"), "{missing:?}");
    let flawed = format!("# partwell-allow: blame\n{BODY}");
    assert!(titles(&mut client, "untitled:c", "plaintext", &flawed, "suppression-without-reason").is_empty());
    // A fault in the subject of front matter stands on no line of the letter.
    let front = format!("---\nsubject: You failed to pay\n---\n{clean}");
    assert_eq!(titles(&mut client, "untitled:d", "plaintext", &front, "blame"), ["Ignore in the whole letter"]);
}

#[test]
fn what_suppressions_lack_stands_where_they_stand() {
    let mut client = client();
    let suppressing =
        |found: &[Value]| found.iter().map(short).filter(|one| one.contains("suppression")).collect::<Vec<_>>();
    let text = format!(
        "---\nallow: open-negotiation; agreed\n---\n{BODY}\n# partwell-allow: blame\n# \u{1F642}\n# partwell-allow: ble; yes\n"
    );
    client.open("untitled:a", "plaintext", &text);
    let found = client.diagnostics("untitled:a", 1);
    assert_eq!(
        suppressing(&found),
        ["unused-suppression 1:7-1:23", "suppression-without-reason 15:18-15:23", "unknown-suppression 17:18-17:21"]
    );
    let at = |line: u32, character: u32| json!({ "line": line, "character": character });
    let about = json!({ "textDocument": { "uri": "untitled:a" }, "position": at(15, 20) });
    let hover = client.request("textDocument/hover", about)["result"].clone();
    assert!(hover["contents"]["value"].as_str().unwrap().contains("suppression-without-reason"), "{hover}");
    assert_eq!(hover["range"]["start"], at(15, 18));
    let offered = actions(&mut client, "untitled:a", &at(17, 19));
    assert!(offered.iter().any(|one| one["title"] == "Explain: Unknown suppression"), "{offered:?}");
    let mail = format!("Subject: Bye\nPartwell-Allow: opinion; agreed\n\n{BODY}");
    client.open("untitled:b", "mail", &mail);
    assert_eq!(suppressing(&client.diagnostics("untitled:b", 1)), ["unused-suppression 1:16-1:23"]);
    let markdown = format!("{BODY}\n\u{1F642} <!-- partwell-allow: blame -->\n");
    client.open("untitled:c", "markdown", &markdown);
    assert_eq!(suppressing(&client.diagnostics("untitled:c", 1)), ["suppression-without-reason 12:24-12:29"]);
    let page = "<p>Dear X,\n<!-- partwell-allow: blame --><p>From 30 June we will no longer work for you.";
    client.open("untitled:d", "html", page);
    assert_eq!(suppressing(&client.diagnostics("untitled:d", 1)), ["suppression-without-reason 1:21-1:26"]);
}

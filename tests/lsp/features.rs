//! What an editor can ask for besides diagnostics, and what it is told with each of them.

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use super::client::{Client, applied, short, uri};

const LETTER: &str = "Dear Ms Hartnell,\n\nYou failed to send the brief on time. We will probably end our work for you on 31 March. \
    PLEASE SEND THE KEYS BACK AT ONCE. Try Hollis & Co instead.\n\nYours sincerely,\nP. Okafor\n";

fn at(line: u32, character: u32) -> Value {
    json!({ "line": line, "character": character })
}

fn asked(client: &mut Client, range: &Value, only: &str) -> Vec<Value> {
    let params = json!({
        "textDocument": { "uri": "untitled:1" }, "range": range, "context": { "diagnostics": [], "only": [only] },
    });
    client.request("textDocument/codeAction", params)["result"].as_array().unwrap().clone()
}

fn codes(found: &[Value]) -> Vec<&str> {
    found.iter().map(|one| one["code"].as_str().unwrap_or("-")).collect()
}

#[test]
fn all_safe_fixes_at_once() {
    let actions = json!({ "textDocument": { "codeAction": { "codeActionLiteralSupport": {} } } });
    let (mut client, _) = Client::new(actions, Value::Null, &[]);
    client.open("untitled:1", "plaintext", LETTER);
    let before = client.diagnostics("untitled:1", 1);
    assert!(codes(&before).contains(&"hedged-decision"), "{before:?}");
    let all = json!({ "start": at(0, 0), "end": at(9, 0) });
    let found = asked(&mut client, &all, "source.fixAll");
    assert_eq!((found.len(), &found[0]["kind"]), (1, &json!("source.fixAll.partwell")));
    let text = applied(LETTER, &found[0]["edit"]);
    assert!(text.contains("We will end our work for you on 31 March."), "{text}");
    client.change("untitled:1", 2, json!([{ "text": text }]));
    assert!(!codes(&client.diagnostics("untitled:1", 2)).contains(&"hedged-decision"));
    assert!(asked(&mut client, &all, "source.fixAll").is_empty(), "nothing safe is left");
}

#[test]
fn reword_and_remove_the_referral() {
    let actions = json!({ "textDocument": { "codeAction": { "codeActionLiteralSupport": {} } } });
    let (mut client, _) = Client::new(actions, json!({ "reason": "abusive" }), &[]);
    client.open("untitled:1", "plaintext", LETTER);
    let found = client.diagnostics("untitled:1", 1);
    for (rule, gone) in [("competitor-referral", "Hollis"), ("hedged-decision", "probably")] {
        let fault = found.iter().find(|one| one["code"] == rule).unwrap_or_else(|| panic!("{found:?}"));
        let offered = asked(&mut client, &fault["range"], "quickfix");
        let first = offered.iter().find(|one| one["edit"].is_object()).unwrap();
        let text = applied(LETTER, &first["edit"]);
        assert!(!text.contains(gone), "{first} {text}");
    }
}

#[test]
fn what_is_told_with_a_diagnostic() {
    let told = json!({ "relatedInformation": true, "dataSupport": true, "codeDescriptionSupport": true });
    let capabilities = json!({
        "textDocument": { "publishDiagnostics": told },
        "workspace": { "textDocumentContent": {} },
    });
    let (mut client, server) = Client::new(capabilities, Value::Null, &[]);
    assert_eq!(server["workspace"]["textDocumentContent"]["schemes"], json!(["partwell"]));
    let grievances = "In May you refused to sign. In June you were rude to Anna. In July you did not pay. In August you lost the keys. \
        In September you shouted at Tom. In October you were late. In November you did not answer. ";
    let text = LETTER.replace("We will probably", &format!("{}We will", grievances.repeat(3)));
    client.open("untitled:1", "plaintext", &text);
    let found = client.diagnostics("untitled:1", 1);
    let of = |rule: &str| found.iter().find(|one| one["code"] == rule).unwrap_or_else(|| panic!("{:?}", codes(&found)));
    let long = of("over-justification");
    assert_eq!(long["tags"], json!([1]), "shown as what could be left out");
    assert!(long["relatedInformation"].as_array().is_some_and(|all| !all.is_empty()), "{long}");
    assert!(of("missing-thanks")["data"]["fixes"].as_array().is_some_and(|all| !all.is_empty()));
    let page = of("blame")["codeDescription"]["href"].as_str().unwrap();
    let content =
        client.request("workspace/textDocumentContent", json!({ "uri": page, "textDocument": { "uri": page } }));
    assert!(content["result"]["text"].as_str().is_some_and(|text| text.contains("[rules.blame]")), "{content}");
    let (mut plain, _) = Client::new(json!({}), Value::Null, &[]);
    plain.open("untitled:1", "plaintext", &text);
    let found = plain.diagnostics("untitled:1", 1);
    let keys = ["relatedInformation", "data", "codeDescription"];
    assert!(found.iter().all(|one| keys.iter().all(|key| one.get(*key).is_none())), "who cannot read it is not told");
}

#[test]
fn help_in_configs_and_rules() {
    let (mut client, _) = Client::new(json!({}), Value::Null, &[]);
    client.open("file:///x/partwell.toml", "toml", "rea\n[rules.blame]\nseverity = \"\"\n");
    let about = |position: Value| json!({ "textDocument": { "uri": "file:///x/partwell.toml" }, "position": position });
    let labels = |answer: Value| {
        let all = answer["result"].as_array().unwrap().clone();
        all.iter().map(|one| one["label"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let keys = labels(client.request("textDocument/completion", about(at(0, 3))));
    assert!(keys.iter().any(|label| label == "reason"), "{keys:?}");
    let values = labels(client.request("textDocument/completion", about(at(2, 12))));
    assert!(["error", "warning", "note"].iter().all(|one| values.iter().any(|label| label == one)), "{values:?}");
    let hover = client.request("textDocument/hover", about(at(1, 9)))["result"].clone();
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains("Blame")), "{hover}");
}

#[test]
fn each_folder_has_its_own_config() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path().canonicalize().unwrap();
    let [one, other, later] = ["one", "other", "later"].map(|name| root.join(name));
    for (folder, config) in
        [(&one, "[rules.blame]\nenabled = false\n"), (&other, "[rules.blame]\nseverity = \"note\"\n")]
    {
        fs::create_dir(folder).unwrap();
        fs::write(folder.join("partwell.toml"), config).unwrap();
    }
    fs::create_dir(&later).unwrap();
    let (mut client, _) = Client::new(json!({}), Value::Null, &[&one, &other]);
    let severity = |client: &mut Client, folder: &std::path::Path| {
        let letter = uri(&folder.join("a.txt"));
        client.open(
            &letter,
            "plaintext",
            &LETTER.replace("send the brief on time", "pay, again, and never answered our calls"),
        );
        let found = client.diagnostics(&letter, 1);
        found.iter().find(|one| one["code"] == "blame").map(|one| one["severity"].clone())
    };
    assert_eq!(severity(&mut client, &one), None);
    assert_eq!(severity(&mut client, &other), Some(json!(3)));
    let added = json!({ "event": { "added": [{ "uri": uri(&later), "name": "x" }], "removed": [] } });
    client.notify("workspace/didChangeWorkspaceFolders", added);
    assert_eq!(severity(&mut client, &later), Some(json!(2)));
    // An editor that is not asked tells its settings unasked.
    client.notify("workspace/didChangeConfiguration", json!({ "settings": { "partwell": { "language": "pl" } } }));
    let again = client.diagnostics(&uri(&later.join("a.txt")), 1);
    assert!(!codes(&again).contains(&"blame"), "heard as Polish");
}

#[test]
fn huge_documents_are_answered() {
    let (mut client, _) = Client::new(json!({}), Value::Null, &[]);
    client.open("untitled:1", "plaintext", &"All is well. ".repeat(900_000));
    let found = client.diagnostics("untitled:1", 1);
    assert_eq!(found.iter().map(short).collect::<Vec<_>>(), ["- 0:0-0:0"]);
    let range = json!({ "start": at(0, 4), "end": at(0, u32::MAX) });
    client.change("untitled:1", 2, json!([{ "range": range, "text": "" }]));
    assert!(client.diagnostics("untitled:1", 2).is_empty());
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    client.raw(format!("Content-Length: {}\r\n\r\n{deep}", deep.len()).as_bytes());
    assert!(client.wait(|message| message["id"].is_null())["error"]["code"].is_i64());
    client.settle();
}

#[test]
fn exit_codes() {
    let framed = |body: &str| format!("Content-Length: {}\r\n\r\n{body}", body.len());
    let start = framed(r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#);
    let shutdown = framed(r#"{"jsonrpc":"2.0","id":2,"method":"shutdown"}"#);
    let exit = framed(r#"{"jsonrpc":"2.0","method":"exit"}"#);
    for (said, code) in [
        (format!("{start}{shutdown}{exit}"), 0),
        (format!("{start}{shutdown}"), 0),
        (format!("{start}{exit}"), 1),
        (start.clone(), 1),
    ] {
        let mut server = Command::new(env!("CARGO_BIN_EXE_partwell"));
        let mut server = server.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        server.stdin.take().unwrap().write_all(said.as_bytes()).unwrap();
        assert_eq!(server.wait().unwrap().code(), Some(code), "{said}");
    }
}

//! The language server as an editor meets it: messages in, messages out.
#![expect(clippy::unwrap_used, reason = "what is not as expected ends the test")]
#![expect(clippy::needless_pass_by_value, reason = "messages are written where they are sent")]

mod client;
mod features;
mod suppressions;

use std::fs;

use serde_json::{Value, json};

use client::{Client, applied, short, uri};

const LETTER: &str = "Dear Ms Hartnell,\n\nYou failed to send the brief on time. We will end our work for you on 31 March.\n\nYours sincerely,\nP. Okafor\n";

fn plain() -> (Client, Value) {
    Client::new(json!({}), Value::Null, &[])
}

fn rules(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic["code"].as_str().unwrap_or("-")).collect()
}

#[test]
fn life_and_errors() {
    let mut client = Client::silent();
    let code = |answer: &Value| answer["error"]["code"].as_i64().unwrap_or_default();
    client.notify("initialized", json!({}));
    assert_eq!(code(&client.request("textDocument/hover", json!({}))), -32002, "not initialized");
    let answer = client.request("initialize", json!({ "capabilities": {} }));
    assert_eq!(answer["result"]["serverInfo"]["name"], "partwell");
    assert_eq!(answer["result"]["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(code(&client.request("initialize", json!({}))), -32600);
    assert_eq!(code(&client.request("textDocument/unheardOf", json!([1]))), -32601);
    assert_eq!(code(&client.request("textDocument/hover", json!({ "textDocument": 7 }))), -32602);
    let unopened = json!({ "textDocument": { "uri": "file:///nowhere" }, "position": { "line": 0, "character": 0 } });
    assert_eq!(code(&client.request("textDocument/hover", unopened)), -32602);
    client.notify(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": "file:///nowhere" }, "contentChanges": [] }),
    );
    assert!(client.wait_for("window/logMessage")["params"]["message"].as_str().unwrap().contains("not open"));
    client.notify("textDocument/didOpen", json!(7));
    client.wait_for("window/logMessage");
    client.notify("$/setTrace", json!({ "value": "off" }));
    for bad in ["Content-Length: 5\r\n\r\n{\"a\":", "nonsense\r\n\r\n", "Content-Length: 2\r\n\r\n[]"] {
        client.raw(bad.as_bytes());
        assert!(client.wait(|message| message["id"].is_null())["error"]["code"].is_i64(), "{bad}");
    }
    client.settle();
    assert_eq!(client.request("shutdown", json!(null))["result"], Value::Null);
    assert_eq!(code(&client.request("shutdown", json!(null))), -32600);
    client.notify("exit", json!(null));
    assert!(client.leave(false), "it took its leave");
    assert!(!plain().0.leave(false), "it went without a word");
}

#[test]
fn columns_are_counted_as_the_client_counts_them() {
    let text = "🙂 Уважаемая Ирина!\r\n🙂 Вы опять сорвали срок. Мы прекращаем работу с 1 марта.\r\n";
    let (from, to) = (text.find("Вы").unwrap(), text.find(" срок").unwrap());
    let line = &text[..from][text[..from].rfind('\n').unwrap() + 1..];
    for (encoding, before, len) in [
        ("utf-8", line.len(), to - from),
        ("utf-16", line.encode_utf16().count(), text[from..to].encode_utf16().count()),
        ("utf-32", line.chars().count(), text[from..to].chars().count()),
    ] {
        let (mut client, told) =
            Client::new(json!({ "general": { "positionEncodings": [encoding] } }), Value::Null, &[]);
        assert_eq!(told["positionEncoding"], encoding);
        client.open("untitled:1", "plaintext", text);
        let diagnostics = client.diagnostics("untitled:1", 1);
        let blame = diagnostics.iter().find(|diagnostic| diagnostic["code"] == "blame").unwrap();
        assert_eq!(blame["range"]["start"], json!({ "line": 1, "character": before }), "{encoding}");
        let end = usize::try_from(blame["range"]["end"]["character"].as_u64().unwrap()).unwrap();
        assert!(end >= before + len, "{encoding}: {blame}");
    }
}

#[test]
fn each_change_is_pushed_with_its_version() {
    let (mut client, told) = plain();
    assert_eq!(told["textDocumentSync"]["change"], 2);
    assert!(told.get("diagnosticProvider").is_none());
    client.open("file:///x/a.txt", "plaintext", LETTER);
    let first = client.diagnostics("file:///x/a.txt", 1);
    assert_eq!(short(first.iter().find(|one| one["code"] == "blame").unwrap()).split(' ').next(), Some("blame"));
    // The blame goes away, and comes again.
    let range = json!({ "start": { "line": 2, "character": 0 }, "end": { "line": 2, "character": 37 } });
    client.change("file:///x/a.txt", 4, json!([{ "range": range, "text": "" }]));
    assert!(!rules(&client.diagnostics("file:///x/a.txt", 4)).contains(&"blame"));
    client.change("file:///x/a.txt", 5, json!([{ "text": LETTER }]));
    assert_eq!(client.diagnostics("file:///x/a.txt", 5), first);
    // A version that does not follow is told, and its change counts nevertheless.
    client.change("file:///x/a.txt", 5, json!([{ "text": "" }]));
    assert_eq!(client.diagnostics("file:///x/a.txt", 5), Vec::<Value>::new());
    client.wait_for("window/logMessage");
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": "file:///x/a.txt" } }));
    let cleared = client.wait_for("textDocument/publishDiagnostics");
    assert_eq!((&cleared["params"]["version"], &cleared["params"]["diagnostics"]), (&Value::Null, &json!([])));
    assert!(client.leave(true));
}

#[test]
fn a_client_that_asks_is_not_pushed_to() {
    let capabilities = json!({
        "textDocument": { "diagnostic": { "relatedInformation": true } },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    });
    let (mut client, told) = Client::new(capabilities, Value::Null, &[]);
    assert_eq!(told["diagnosticProvider"]["interFileDependencies"], false);
    client.open("untitled:1", "plaintext", LETTER);
    let about = json!({ "textDocument": { "uri": "untitled:1" } });
    let answer = client.request("textDocument/diagnostic", about.clone());
    assert_eq!(answer["result"]["kind"], "full");
    let items = answer["result"]["items"].as_array().unwrap().clone();
    assert!(rules(&items).contains(&"blame"));
    client.change("untitled:1", 2, json!([{ "text": "Hello" }]));
    let answer = client.request("textDocument/diagnostic", about);
    assert_eq!(answer["result"]["items"], json!([]));
    client.settle();
    assert!(client.others.is_empty(), "{:?}", client.others);
}

#[test]
fn what_is_cancelled_is_not_done() {
    let (mut client, _) = Client::new(json!({ "textDocument": { "diagnostic": {} } }), Value::Null, &[]);
    client.open("untitled:1", "plaintext", &LETTER.repeat(300));
    // While the first is worked on, the second is asked for and cancelled.
    let about = json!({ "textDocument": { "uri": "untitled:1" } });
    let first = client.ask("textDocument/diagnostic", about.clone());
    let second = client.ask("textDocument/documentSymbol", about);
    client.notify("$/cancelRequest", json!({ "id": second }));
    assert!(client.wait(|message| message["id"] == first)["result"].is_object());
    assert_eq!(client.wait(|message| message["id"] == second)["error"]["code"], -32800);
    client.notify("$/cancelRequest", json!({ "id": 999 }));
    client.settle();
}

#[test]
fn nothing_flashes_at_the_word_that_is_typed() {
    let (mut client, _) = plain();
    let text = "Dear Ms Hartnell,\n\nWe will end our work for you on 31 March. You fai\n";
    client.open("untitled:1", "plaintext", text);
    assert!(!rules(&client.diagnostics("untitled:1", 1)).contains(&"blame"));
    let mut version = 1;
    let mut typed = |client: &mut Client, column: usize, new: &str| {
        version += 1;
        let place = json!({ "line": 2, "character": column });
        client.change("untitled:1", version, json!([{ "range": { "start": place, "end": place }, "text": new }]));
        let found = client.diagnostics("untitled:1", version);
        rules(&found).contains(&"blame")
    };
    assert!(!typed(&mut client, 49, "l"));
    assert!(!typed(&mut client, 50, "ed"), "`You failed` is held back");
    assert!(typed(&mut client, 52, " "), "the word is finished");
    assert!(typed(&mut client, 53, "u"), "and stays shown while the next is typed");
    let (mut client, _) = plain();
    client.open("untitled:1", "plaintext", text);
    client.diagnostics("untitled:1", 1);
    let place = json!({ "line": 2, "character": 49 });
    client.change("untitled:1", 2, json!([{ "range": { "start": place, "end": place }, "text": "led" }]));
    assert!(!rules(&client.diagnostics("untitled:1", 2)).contains(&"blame"));
    assert!(rules(&client.diagnostics("untitled:1", 2)).contains(&"blame"), "shown when nothing is typed for a while");
}

#[test]
fn settings_of_the_editor_and_of_its_folders() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path().canonicalize().unwrap();
    let (one, other) = (root.join("one"), root.join("other"));
    fs::create_dir(&one).unwrap();
    fs::create_dir(&other).unwrap();
    let capabilities = json!({
        "workspace": { "configuration": true, "didChangeConfiguration": { "dynamicRegistration": true } },
    });
    let options = json!({ "reason": "abusive", "reson": 1 });
    let (mut client, _) = Client::new(capabilities, options, &[&one, &other]);
    assert!(client.wait_for("window/showMessage")["params"]["message"].as_str().unwrap().contains("did you mean"));
    let registered = client.wait_for("client/registerCapability");
    assert_eq!(registered["params"]["registrations"][0]["method"], "workspace/didChangeConfiguration");
    client.send(&json!({ "jsonrpc": "2.0", "id": registered["id"], "result": null }));
    let asked = client.wait_for("workspace/configuration");
    assert_eq!(asked["params"]["items"].as_array().unwrap().len(), 3);
    let letter = LETTER.replace("March.", "March. Try Hollis & Co instead.");
    let (first, second) = (uri(&one.join("a.txt")), uri(&other.join("b.txt")));
    client.open(&first, "plaintext", &letter);
    assert!(rules(&client.diagnostics(&first, 1)).contains(&"competitor-referral"), "by initializationOptions");
    let answer = json!([{ "reason": "scope" }, { "reason": "capacity" }, { "reason": "abusive" }]);
    client.send(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": answer }));
    assert!(!rules(&client.diagnostics(&first, 1)).contains(&"competitor-referral"), "by the folder's settings");
    client.open(&second, "plaintext", &letter);
    assert!(rules(&client.diagnostics(&second, 1)).contains(&"competitor-referral"));
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    let asked = client.wait_for("workspace/configuration");
    let answer = json!([{}, { "language": "pl" }, null]);
    client.send(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": answer }));
    assert!(!rules(&client.diagnostics(&first, 1)).contains(&"blame"), "heard as Polish");
}

#[test]
fn configs_and_rules_are_watched_and_their_flaws_told() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path().canonicalize().unwrap();
    let capabilities = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let (mut client, _) = Client::new(capabilities, Value::Null, &[&root]);
    assert_eq!(
        client.wait_for("client/registerCapability")["params"]["registrations"][0]["method"],
        "workspace/didChangeWatchedFiles"
    );
    let (config, letter) = (root.join("partwell.toml"), uri(&root.join("a.txt")));
    let changed = |client: &mut Client, text: &str| {
        fs::write(&config, text).unwrap();
        let changes = json!({ "changes": [{ "uri": uri(&config), "type": 2 }] });
        client.notify("workspace/didChangeWatchedFiles", changes);
    };
    client.open(&letter, "plaintext", LETTER);
    assert!(rules(&client.diagnostics(&letter, 1)).contains(&"blame"));
    changed(&mut client, "[rules.blame]\nenabled = false\n");
    assert!(!rules(&client.diagnostics(&letter, 1)).contains(&"blame"));
    changed(&mut client, "[rules.blam]\nenabled = false\n");
    let flawed = |client: &mut Client| client.wait(|message| message["params"]["uri"] == uri(&config));
    let told = flawed(&mut client);
    assert_eq!(short(&told["params"]["diagnostics"][0]), "- 0:7-0:11");
    assert!(told["params"]["diagnostics"][0]["message"].as_str().unwrap().contains("did you mean `blame`?"));
    let diagnostics = client.diagnostics(&letter, 1);
    assert!(!rules(&diagnostics).contains(&"blame"), "the sound config stands until this one is mended");
    // In the open file flaws are told as it stands in the editor, saved or not.
    client.open(&uri(&config), "toml", "reason = \"abuse\"\nx = 1\n");
    let told: Vec<String> = client.diagnostics(&uri(&config), 1).iter().map(short).collect();
    assert_eq!(told, ["- 0:9-0:16", "- 1:0-1:1"]);
    client.change(&uri(&config), 2, json!([{ "text": "" }]));
    assert!(client.diagnostics(&uri(&config), 2).is_empty());
    fs::write(&config, "").unwrap();
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri(&config) } }));
    assert!(
        rules(&client.diagnostics(&letter, 1)).contains(&"blame"),
        "saving is enough for a client that watches nothing"
    );
}

#[test]
fn a_flawed_rule_file_keeps_letters_from_being_judged_and_says_where() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path().canonicalize().unwrap();
    fs::create_dir_all(root.join("house/en")).unwrap();
    fs::write(root.join("partwell.toml"), "rules-folders = [\"house\"]\n").unwrap();
    let cue = "cue = \"blame\"\n[[entry]]\npatterns = [\"you (failed\"]\nbad = [\"«You failed».\"]\ngood = [\"We failed.\"]\n";
    fs::write(root.join("house/en/blame.toml"), cue).unwrap();
    let (mut client, _) = Client::new(json!({}), Value::Null, &[&root]);
    let letter = uri(&root.join("a.txt"));
    client.open(&letter, "plaintext", LETTER);
    let told = client.diagnostics(&letter, 1);
    assert_eq!(told.len(), 1);
    assert!(told[0]["message"].as_str().unwrap().contains("blame.toml"), "{told:?}");
    let flawed = client.wait(|message| message["params"]["uri"] == uri(&root.join("house/en/blame.toml")));
    assert_eq!(flawed["params"]["diagnostics"][0]["range"]["start"]["line"], 2);
}

#[test]
fn what_is_missing_is_put_in_and_found() {
    for (capabilities, lazy) in [
        (json!({ "textDocument": { "codeAction": { "codeActionLiteralSupport": {} } } }), false),
        (
            json!({
                "workspace": { "workspaceEdit": { "documentChanges": true } },
                "textDocument": { "codeAction": {
                    "codeActionLiteralSupport": {}, "dataSupport": true, "resolveSupport": { "properties": ["edit"] },
                }},
            }),
            true,
        ),
    ] {
        let (mut client, _) = Client::new(capabilities, Value::Null, &[]);
        let mut text = LETTER.to_owned();
        for rule in
            ["missing-thanks", "missing-apology", "missing-next-steps", "missing-well-wishes", "missing-goodwill"]
        {
            client.open("untitled:1", "plaintext", &text);
            let found = client.diagnostics("untitled:1", 1);
            let missing = found.iter().find(|one| one["code"] == rule).unwrap_or_else(|| panic!("{rule}: {found:?}"));
            let params = json!({
                "textDocument": { "uri": "untitled:1" }, "range": missing["range"],
                "context": { "diagnostics": [missing], "only": ["quickfix"] },
            });
            let actions = client.request("textDocument/codeAction", params)["result"].clone();
            let sentence =
                partwell::rule::RuleBook::shipped().texts("en").unwrap().rule(rule).unwrap().insert[0].clone();
            let start = &sentence[..20.min(sentence.len())];
            let action = actions.as_array().unwrap().iter().find(|it| it["title"].as_str().unwrap().contains(start));
            let mut action = action.unwrap_or_else(|| panic!("{rule}: {actions}")).clone();
            assert_eq!(action.get("edit").is_none(), lazy);
            if lazy {
                action = client.request("codeAction/resolve", action)["result"].clone();
                assert_eq!(action["edit"]["documentChanges"][0]["textDocument"]["version"], 1);
            }
            text = applied(&text, &action["edit"]);
            client.change("untitled:1", 2, json!([{ "text": text }]));
            assert!(!rules(&client.diagnostics("untitled:1", 2)).contains(&rule), "{text}");
            // An edit for another version is none.
            if lazy {
                assert_eq!(client.request("codeAction/resolve", action)["error"]["code"], -32801);
            }
            client.notify("textDocument/didClose", json!({ "textDocument": { "uri": "untitled:1" } }));
        }
    }
}

#[test]
fn the_reason_is_set_and_the_rule_explained() {
    let capabilities = json!({
        "workspace": { "applyEdit": true },
        "textDocument": { "codeAction": { "codeActionLiteralSupport": {} }, "codeLens": {}, "hover": { "contentFormat": ["markdown"] } },
    });
    let (mut client, told) = Client::new(capabilities, Value::Null, &[]);
    assert!(told["codeLensProvider"].is_object() && told.get("inlayHintProvider").is_none());
    client.open("untitled:1", "plaintext", LETTER);
    let zero = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    let about = json!({ "textDocument": { "uri": "untitled:1" } });
    let params = json!({ "textDocument": { "uri": "untitled:1" }, "range": zero, "context": { "diagnostics": [] } });
    let actions = client.request("textDocument/codeAction", params)["result"].clone();
    let set = actions.as_array().unwrap().iter().find(|it| it["title"] == "Set the reason: abusive").unwrap();
    let text = applied(LETTER, &set["edit"]);
    assert!(text.starts_with("---\nreason: abusive\n---\nDear"), "{text}");
    client.change("untitled:1", 2, json!([{ "text": text }]));
    let lenses = client.request("textDocument/codeLens", about.clone())["result"].clone();
    assert_eq!(lenses[1]["command"]["title"], "Reason: abusive");
    assert!(lenses[0]["command"]["title"].as_str().unwrap().starts_with("thanks ✗"), "{lenses}");
    // The same by a command, with and without a reason.
    let command = |arguments: Value| json!({ "command": "partwell.setReason", "arguments": arguments });
    client.ask("workspace/executeCommand", command(json!(["untitled:1", "scope"])));
    let asked = client.wait_for("workspace/applyEdit");
    assert_eq!(applied(&text, &asked["params"]["edit"]), text.replace("abusive", "scope"));
    client.ask("workspace/executeCommand", command(json!(["untitled:1"])));
    let asked = client.wait_for("window/showMessageRequest");
    assert_eq!(asked["params"]["actions"].as_array().unwrap().len(), 8);
    client.send(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": { "title": "non-payment" } }));
    let asked = client.wait_for("workspace/applyEdit");
    assert!(applied(&text, &asked["params"]["edit"]).contains("reason: non-payment"));
    let answer = client.request("workspace/executeCommand", command(json!(["untitled:1", "anger"])));
    assert!(answer["error"]["message"].as_str().unwrap().contains("the reasons are"), "{answer}");
    let explain = json!({ "command": "partwell.explain", "arguments": ["blame", "en"] });
    client.ask("workspace/executeCommand", explain);
    assert!(client.wait_for("window/showMessage")["params"]["message"].as_str().unwrap().contains("[rules.blame]"));
    let at = json!({ "textDocument": { "uri": "untitled:1" }, "position": { "line": 5, "character": 6 } });
    let hover = client.request("textDocument/hover", at)["result"].clone();
    assert!(hover["contents"]["value"].as_str().unwrap().starts_with("**Blame** (`blame`)"), "{hover}");
    let symbols = client.request("textDocument/documentSymbol", about.clone())["result"].clone();
    assert_eq!(symbols[0]["detail"], "Dear Ms Hartnell,");
    let list = json!({ "command": "partwell.checklist", "arguments": ["untitled:1"] });
    let answer = client.request("workspace/executeCommand", list);
    assert_eq!(answer["result"]["reason"], "abusive");
    assert_eq!(answer["result"]["elements"][0], json!({ "element": "thanks", "title": "thanks", "there": false }));
}

#[test]
fn formats_and_documents_that_are_not_judged() {
    let (mut client, _) = plain();
    let mail = "Subject: Bye\nContent-Type: text/plain; charset=windows-1251\nContent-Transfer-Encoding: 8bit\n\nУважаемая Ирина!\n\nВы опять сорвали срок. Мы прекращаем работу с 1 марта.\n";
    client.open("file:///x/a.eml", "plaintext", mail);
    let found: Vec<String> = client.diagnostics("file:///x/a.eml", 1).iter().map(short).collect();
    assert!(found.iter().any(|one| one.starts_with("blame 6:0")), "an editor has decoded the text already: {found:?}");
    let page = "<html><meta charset=iso-8859-2><p>Уважаемая Ирина!<p>Вы опять сорвали срок. Мы прекращаем работу.";
    client.open("file:///x/a.html", "html", page);
    assert!(rules(&client.diagnostics("file:///x/a.html", 1)).contains(&"blame"));
    client.open("untitled:1", "plaintext", "---\nreason: anger\n---\nHi");
    assert_eq!(short(&client.diagnostics("untitled:1", 1)[0]), "- 1:8-1:13");
    client.open("untitled:2", "plaintext", "a\0b");
    assert!(client.diagnostics("untitled:2", 1)[0]["message"].as_str().unwrap().contains("not text"));
    let options = json!({ "maxSize": 100 });
    let (mut client, _) = Client::new(json!({}), options, &[]);
    client.open("untitled:1", "plaintext", &"x ".repeat(60));
    assert!(client.diagnostics("untitled:1", 1)[0]["message"].as_str().unwrap().contains("larger"));
}

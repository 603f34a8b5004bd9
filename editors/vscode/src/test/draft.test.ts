import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { REASONS, draftArguments, program, rows } from "../draft";

const manifest = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));
const source = readFileSync(join(__dirname, "../../src/extension.ts"), "utf8");

test("what is missing comes first", () => {
  const elements = [
    { element: "thanks", title: "thanks", there: true },
    { element: "apology", title: "Entschuldigung", there: false },
  ];
  const list = rows({ reason: null, letter: "termination", elements });
  assert.deepEqual(list, [
    { label: "$(circle-slash) Entschuldigung", description: "apology" },
    { label: "$(check) thanks", description: "thanks" },
  ]);
});

test("the program is the one that was told", () => {
  for (const [told, expected] of [
    [undefined, "partwell"],
    ["  ", "partwell"],
    ["~/bin/partwell", "/home/x/bin/partwell"],
    ["/opt/partwell", "/opt/partwell"],
  ] as const) {
    assert.equal(program(told, "/home/x"), expected);
  }
});

test("a draft is asked for in the language that is set", () => {
  assert.deepEqual(draftArguments("scope", undefined), ["draft", "--reason", "scope"]);
  assert.deepEqual(draftArguments("scope", "ru"), ["draft", "--reason", "scope", "--lang", "ru"]);
});

test("each command of the manifest is there", () => {
  for (const { command } of manifest.contributes.commands) {
    assert.ok(source.includes(`on("${command}"`), command);
  }
});

test("the reasons are those of the manifest, and the program takes each of them", { skip: !process.env.PARTWELL }, () => {
  const reasons = REASONS.map((reason) => reason.label);
  assert.deepEqual(manifest.contributes.configuration.properties["partwell.reason"].enum, [null, ...reasons]);
  for (const reason of reasons) {
    const draft = execFileSync(process.env.PARTWELL!, draftArguments(reason, "en"), { encoding: "utf8" });
    assert.ok(draft.includes("Dear"), draft);
  }
});

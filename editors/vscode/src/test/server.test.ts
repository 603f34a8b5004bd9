// The server as the client library of VS Code speaks with it, over the same pipes, without VS Code itself.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import * as rpc from "vscode-languageserver-protocol/node";

const manifest = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));

test("diagnostics, fixes and settings", { skip: !process.env.PARTWELL, timeout: 120_000 }, async (context) => {
  const server = spawn(process.env.PARTWELL!, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
  const gone = new Promise((resolve) => server.on("exit", resolve));
  context.after(() => server.kill());
  const connection = rpc.createProtocolConnection(
    new rpc.StreamMessageReader(server.stdout),
    new rpc.StreamMessageWriter(server.stdin),
  );
  const warnings: string[] = [];
  connection.onNotification(rpc.ShowMessageNotification.type, (message) => void warnings.push(message.message));
  connection.onRequest(rpc.RegistrationRequest.type, () => undefined);
  // Every setting of the manifest at its default, as VS Code sends them.
  const settings = Object.entries<{ default: unknown }>(manifest.contributes.configuration.properties);
  const defaults = Object.fromEntries(settings.map(([name, { default: value }]) => [name.slice("partwell.".length), value]));
  connection.onRequest(rpc.ConfigurationRequest.type, (params) => params.items.map(() => defaults));
  connection.listen();
  const capabilities: rpc.ClientCapabilities = {
    workspace: { configuration: true, workspaceEdit: { documentChanges: true } },
    textDocument: {
      diagnostic: { dynamicRegistration: true },
      codeAction: {
        codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } },
        dataSupport: true,
        resolveSupport: { properties: ["edit"] },
      },
    },
  };
  const told = await connection.sendRequest(rpc.InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    locale: "en-gb",
    capabilities,
    workspaceFolders: [{ uri: "file:///letters", name: "letters" }],
  });
  assert.ok(told.capabilities.diagnosticProvider);
  await connection.sendNotification(rpc.InitializedNotification.type, {});
  const uri = "untitled:Untitled-1";
  const text = "Dear Ms Hartnell,\n\nYou failed to pay. We will end our work for you on 31 March.\n";
  await connection.sendNotification(rpc.DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: "plaintext", version: 1, text },
  });
  const report = await connection.sendRequest(rpc.DocumentDiagnosticRequest.type, { textDocument: { uri } });
  assert.equal(report.kind, "full");
  const items = report.kind === "full" ? report.items : [];
  const thanks = items.find((item) => item.code === "missing-thanks");
  assert.ok(thanks, JSON.stringify(items));
  const params = { textDocument: { uri }, range: thanks.range, context: { diagnostics: [thanks] } };
  const actions = (await connection.sendRequest(rpc.CodeActionRequest.type, params)) as rpc.CodeAction[];
  const resolved = await connection.sendRequest(rpc.CodeActionResolveRequest.type, actions[0]!);
  assert.ok(resolved.edit?.documentChanges?.length, JSON.stringify(resolved));
  assert.deepEqual(warnings, []);
  await connection.sendRequest(rpc.ShutdownRequest.type);
  await connection.sendNotification(rpc.ExitNotification.type);
  assert.equal(await gone, 0);
  connection.dispose();
});

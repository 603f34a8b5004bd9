// Starts `partwell lsp` and gives its commands a place in VS Code. What a letter says is the server's affair.

import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { promisify } from "node:util";

import * as vscode from "vscode";
import { ExecuteCommandRequest, LanguageClient, type ServerOptions } from "vscode-languageclient/node";

import { type Checklist, REASONS, draftArguments, program, rows } from "./draft";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const on = (command: string, run: () => Promise<void>) =>
    context.subscriptions.push(vscode.commands.registerCommand(command, () => run().catch(shown)));
  on("partwell.pickReason", pickReason);
  on("partwell.showChecklist", showChecklist);
  on("partwell.insertDraft", insertDraft);
  on("partwell.restart", async () => {
    await client?.stop();
    await start();
  });
  await start().catch(shown);
}

export function deactivate(): Promise<void> | undefined {
  return client?.stop();
}

async function start(): Promise<void> {
  const server: ServerOptions = { command: executable(), args: ["lsp"] };
  client = new LanguageClient("partwell", "partwell", server, {
    documentSelector: [
      ...["plaintext", "markdown", "html", "mail", "eml"].flatMap((language) => [
        { language, scheme: "file" },
        { language, scheme: "untitled" },
      ]),
      { pattern: "**/*.eml", scheme: "file" },
      { pattern: "**/partwell.toml", scheme: "file" },
      { pattern: "**/*rules*/**/*.toml", scheme: "file" },
    ],
    middleware: {
      // The lenses are answered with lists of VS Code's own rather than with messages and rows of buttons.
      executeCommand: (command, args, next) => {
        const pick = { "partwell.setReason": pickReason, "partwell.checklist": showChecklist }[command];
        return pick && args.length < 2 ? pick(String(args[0])) : next(command, args);
      },
    },
  });
  await client.start();
}

function executable(): string {
  return program(vscode.workspace.getConfiguration("partwell").get<string>("path"), homedir());
}

function shown(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const hint = /ENOENT/.test(message) ? `The program “${executable()}” was not found: see the setting partwell.path.` : message;
  void vscode.window.showErrorMessage(`partwell: ${hint}`);
}

function current(): string | undefined {
  return vscode.window.activeTextEditor?.document.uri.toString();
}

function execute<R>(command: string, ...args: unknown[]): Promise<R> | undefined {
  return client?.sendRequest(ExecuteCommandRequest.type, { command, arguments: args }) as Promise<R> | undefined;
}

async function askedReason(): Promise<string | undefined> {
  return (await vscode.window.showQuickPick(REASONS, { placeHolder: "Why is this letter written?" }))?.label;
}

async function pickReason(uri: string | undefined = current()): Promise<void> {
  const reason = uri && (await askedReason());
  if (reason) {
    await execute("partwell.setReason", uri, reason);
  }
}

async function showChecklist(uri: string | undefined = current()): Promise<void> {
  const checklist = uri && (await execute<Checklist>("partwell.checklist", uri, true));
  if (checklist) {
    await vscode.window.showQuickPick(rows(checklist), { title: checklist.reason ?? undefined });
  }
}

async function insertDraft(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const reason = editor && (await askedReason());
  if (editor && reason) {
    const language = vscode.workspace.getConfiguration("partwell", editor.document).get<string>("language");
    const draft = await promisify(execFile)(executable(), draftArguments(reason, language ?? undefined));
    await editor.edit((edit) => edit.insert(editor.selection.active, draft.stdout));
  }
}

"""The server as pygls speaks with it: push and pull, cancellation, bad input."""

import asyncio
import os
import pathlib

import pytest
import pytest_lsp
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

SERVER = ClientServerConfig(server_command=[os.environ["PARTWELL"], "lsp"])
LETTER = pathlib.Path(__file__).with_name("letter.txt").read_text(encoding="utf-8")
URI = "file:///letters/letter.txt"


def capabilities(pull):
    document = types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(related_information=True),
        diagnostic=types.DiagnosticClientCapabilities() if pull else None,
    )
    return types.ClientCapabilities(text_document=document)


@pytest_lsp.fixture(config=SERVER, params=[False, True], ids=["push", "pull"])
async def client(request, lsp_client: LanguageClient):
    lsp_client.pull = request.param
    params = types.InitializeParams(capabilities=capabilities(request.param), locale="en")
    result = await lsp_client.initialize_session(params)
    assert (result.capabilities.diagnostic_provider is not None) == request.param
    yield
    await lsp_client.shutdown_session()


def opened(client, text=LETTER, version=1):
    item = types.TextDocumentItem(uri=URI, language_id="plaintext", version=version, text=text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))


def changed(client, version, *changes):
    document = types.VersionedTextDocumentIdentifier(uri=URI, version=version)
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(text_document=document, content_changes=list(changes))
    )


async def diagnostics(client):
    if not client.pull:
        await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        return client.diagnostics[URI]
    params = types.DocumentDiagnosticParams(text_document=types.TextDocumentIdentifier(uri=URI))
    return (await client.text_document_diagnostic_async(params)).items


def codes(items):
    return [item.code for item in items]


@pytest.mark.asyncio
async def test_diagnostics_follow_the_text(client):
    opened(client)
    items = await diagnostics(client)
    blame = next(item for item in items if item.code == "blame")
    line = LETTER.splitlines()[2]
    before = line[: line.index("Вы")].encode("utf-16-le")
    assert (blame.range.start.line, blame.range.start.character) == (2, len(before) // 2)
    if not client.pull:
        assert client.diagnostics.get(URI) == items
    start = blame.range.start
    end = types.Position(start.line, start.character + len("Вы опять сорвали срок. "))
    changed(client, 2, types.TextDocumentContentChangePartial(range=types.Range(start, end), text=""))
    assert "blame" not in codes(await diagnostics(client))
    changed(client, 3, types.TextDocumentContentChangeWholeDocument(text=LETTER))
    assert await diagnostics(client) == items
    if client.pull:
        assert not client.diagnostics, "a client that asks is not pushed to"


@pytest.mark.asyncio
async def test_cancelled_and_bad_requests(client):
    opened(client, LETTER * 200)
    symbols = types.DocumentSymbolParams(text_document=types.TextDocumentIdentifier(uri=URI))
    # While the first is worked on, the second is asked for and cancelled.
    method = types.TEXT_DOCUMENT_DOCUMENT_SYMBOL
    first, second = (
        asyncio.ensure_future(client.protocol.send_request_async(method, symbols, msg_id=name))
        for name in ("first", "second")
    )
    await asyncio.sleep(0.001)
    client.cancel_request(types.CancelParams(id="second"))
    assert await first
    with pytest.raises(JsonRpcException) as cancelled:
        await second
    assert cancelled.value.code == -32800
    with pytest.raises(JsonRpcException) as unknown:
        await client.protocol.send_request_async("x/unheardOf", {})
    assert unknown.value.code == -32601
    with pytest.raises(JsonRpcException) as bad:
        await client.workspace_execute_command_async(types.ExecuteCommandParams(command="partwell.unheardOf"))
    assert bad.value.code == -32602
    elsewhere = types.HoverParams(types.TextDocumentIdentifier(uri="file:///nowhere"), types.Position(0, 0))
    with pytest.raises(JsonRpcException) as unopened:
        await client.text_document_hover_async(elsewhere)
    assert "not open" in str(unopened.value)
    hover = types.HoverParams(types.TextDocumentIdentifier(uri=URI), types.Position(2, 5))
    assert "Blame" in (await client.text_document_hover_async(hover)).contents.value

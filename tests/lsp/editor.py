"""An editor for tests: pygls' own client, which starts `kb lsp` as a process and speaks with it; a small project."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

ROOT = Path(__file__).parents[2]
# Longer than any answer takes on a busy machine; only a failure waits so long.
_PATIENCE = 30.0

OWNERS = """\
# Who answers for what.
ops: {name: 維運組, kind: team, members: [dba], deputy: dba, tier: headquarters, channels: {mail: ops@example.com}}
dba: {name: 資料庫組, kind: role, deputy: ops}
"""
FAQ = """\
---
id: {id}
title: {title}
summary: 按下登入頁的「忘記密碼」即可。
owner: ops
status: published
last_reviewed: 2026-10-01
review_interval: 6 months
tags: [帳號]
topic: 帳號
---

## 😀 {title}

依照畫面指示操作。
"""
FILES = {
    "kb.yml": "timezone: Asia/Taipei\n",
    "registry/owners.yml": OWNERS,
    "content/faq/password.md": FAQ.format(id="FAQ-001", title="忘記密碼怎麼辦"),
    "content/faq/login.md": FAQ.format(id="FAQ-002", title="無法登入怎麼辦"),
}


class Editor:
    """Starts the server for some folders; `encodings` are those it counts columns in, utf-16 if it names none."""

    def __init__(
        self, folders: Sequence[Path], *, as_of: str = "2026-11-20", encodings: Sequence[str] = (), watches: bool = True
    ) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.found: dict[str, list[types.Diagnostic]] = {}
        self.said: list[str] = []
        self.watched: list[str] = []
        self._news = threading.Condition()
        self._client = LanguageClient("test", "1")
        self._client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: self._take(params))
        self._client.feature(types.WINDOW_LOG_MESSAGE)(lambda params: self.said.append(params.message))
        self._client.feature(types.WINDOW_SHOW_MESSAGE)(lambda params: self.said.append(params.message))
        self._client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: self._register(params))
        self._versions: dict[str, int] = {}
        command = [sys.executable, "-m", "kb_builder", "lsp", "--as-of", as_of]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._run(self._client.start_io(*command, env=environment))
        watching = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=watches)
        self.answer = self._run(
            self._client.initialize_async(
                types.InitializeParams(
                    capabilities=types.ClientCapabilities(
                        general=types.GeneralClientCapabilities(
                            position_encodings=[types.PositionEncodingKind(each) for each in encodings] or None
                        ),
                        workspace=types.WorkspaceClientCapabilities(did_change_watched_files=watching),
                    ),
                    workspace_folders=[types.WorkspaceFolder(uri=each.as_uri(), name=each.name) for each in folders],
                )
            )
        )
        self._do(lambda: self._client.initialized(types.InitializedParams()))

    @property
    def process(self) -> Any:
        return self._client._server

    def open(self, file: Path, text: str | None = None) -> str:
        """Open a file, perhaps with a text that is not saved; return how the editor calls it."""
        uri = file.as_uri()
        text = file.read_text(encoding="utf-8") if text is None else text
        self._versions[uri] = 1
        item = types.TextDocumentItem(uri=uri, language_id="markdown", version=1, text=text)
        self._do(lambda: self._client.text_document_did_open(types.DidOpenTextDocumentParams(item)))
        return uri

    def change(self, uri: str, text: str) -> None:
        """Have somebody type until the text is this."""
        self._versions[uri] += 1
        name = types.VersionedTextDocumentIdentifier(uri=uri, version=self._versions[uri])
        change = types.TextDocumentContentChangeWholeDocument(text=text)
        self._do(lambda: self._client.text_document_did_change(types.DidChangeTextDocumentParams(name, [change])))

    def close(self, uri: str) -> None:
        self._versions.pop(uri, None)
        name = types.TextDocumentIdentifier(uri)
        self._do(lambda: self._client.text_document_did_close(types.DidCloseTextDocumentParams(name)))

    def close_all(self) -> None:
        for uri in list(self._versions):
            self.close(uri)

    def saved(self, uri: str) -> None:
        name = types.TextDocumentIdentifier(uri)
        self._do(lambda: self._client.text_document_did_save(types.DidSaveTextDocumentParams(name)))

    def written(self, *files: Path) -> None:
        """Tell that files were changed by somebody else."""
        changes = [types.FileEvent(uri=file.as_uri(), type=types.FileChangeType.Changed) for file in files]
        self._do(lambda: self._client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes)))

    def folders(self, *, added: Sequence[Path] = (), removed: Sequence[Path] = ()) -> None:
        event = types.WorkspaceFoldersChangeEvent(
            added=[types.WorkspaceFolder(uri=each.as_uri(), name=each.name) for each in added],
            removed=[types.WorkspaceFolder(uri=each.as_uri(), name=each.name) for each in removed],
        )
        params = types.DidChangeWorkspaceFoldersParams(event)
        self._do(lambda: self._client.workspace_did_change_workspace_folders(params))

    def wait(self, file: Path, is_so: Callable[[list[types.Diagnostic]], bool]) -> list[types.Diagnostic]:
        """Wait until the findings of a file are as wanted, and return them."""
        uri = file.as_uri()
        with self._news:
            so = self._news.wait_for(lambda: uri in self.found and is_so(self.found[uri]), _PATIENCE)
            assert so, (uri, self.found.get(uri), self.said)
            return self.found[uri]

    def codes(self, file: Path, *codes: str) -> list[types.Diagnostic]:
        """Wait until the findings of a file are those with these codes, and no others."""
        return self.wait(file, lambda found: sorted(str(each.code) for each in found) == sorted(codes))

    def complete(self, uri: str, line: int, character: int) -> dict[str, types.CompletionItem]:
        where = types.CompletionParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        answer = self._run(self._client.text_document_completion_async(where))
        return {each.label: each for each in answer.items} if answer else {}

    def hover(self, uri: str, line: int, character: int) -> str:
        where = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        answer = self._run(self._client.text_document_hover_async(where))
        return answer.contents.value if answer else ""

    def define(self, uri: str, line: int, character: int) -> types.Location | None:
        where = types.DefinitionParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        return self._run(self._client.text_document_definition_async(where))

    def actions(self, uri: str, place: types.Range, only: Sequence[str] | None = None) -> list[types.CodeAction]:
        context = types.CodeActionContext(diagnostics=[], only=list(only) if only else None)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), place, context)
        return self._run(self._client.text_document_code_action_async(params)) or []

    def symbols(self, uri: str) -> list[types.DocumentSymbol]:
        params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
        return self._run(self._client.text_document_document_symbol_async(params))

    def end(self) -> int:
        """Say goodbye as an editor does; return the exit code of the server."""
        self._run(self._client.shutdown_async(None))
        self._do(lambda: self._client.exit(None))
        return self.wait_for_end()

    def wait_for_end(self) -> int:
        code = int(self._run(self.process.wait()))
        self._run(self._client.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        return code

    def vanish(self) -> int:
        """End as an editor that was killed: nothing is said, the pipes are closed."""
        self._do(lambda: self.process.stdin.close())
        return self.wait_for_end()

    def _take(self, params: types.PublishDiagnosticsParams) -> None:
        with self._news:
            self.found[params.uri] = list(params.diagnostics)
            self._news.notify_all()

    def _register(self, params: types.RegistrationParams) -> None:
        self.watched += [each.method for each in params.registrations]

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    def _do(self, act: Callable[[], Any]) -> None:
        async def once() -> None:
            act()

        self._run(once())


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; fail if it never is."""
    end = time.monotonic() + _PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")

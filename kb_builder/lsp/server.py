"""Meets the editor: takes its texts, publishes findings, answers its questions."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from kb_builder import __version__
from kb_builder.cache import Cache
from kb_builder.config.find import find_project
from kb_builder.lsp import actions, completion, places
from kb_builder.lsp import hover as hovering
from kb_builder.lsp.positions import Lines
from kb_builder.lsp.project import Job, Project, Result
from kb_builder.lsp.worker import Worker
from kb_builder.model.diagnostic import Diagnostic, Edit, Severity
from kb_builder.model.errors import KbError
from kb_builder.model.location import Position, Span
from kb_builder.model.settings import Settings
from kb_builder.reporters.text import is_harmless, printable

# Seconds after an edit until the page itself is looked at, and until all pages are.
_MOMENT = 0.05
_PAUSE = 0.3
_GIVE_WAY = 0.0005
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTICE: types.DiagnosticSeverity.Information,
}
_WATCHED = "**/*.{md,markdown,erb,yml,yaml,json,png,jpg,jpeg,gif,webp,pdf,csv,txt}"
# What JSON can say and UTF-8 cannot.
_SURROGATE = re.compile("[\ud800-\udfff]")


class Server:
    """All projects of one editor. `day` tells what is today, `open_cache` opens what earlier checks left."""

    def __init__(self, *, day: Callable[[Settings], date], open_cache: Callable[[Path], Cache]) -> None:
        self.is_shut_down = False
        self._day = day
        self._projects: dict[Path, Project] = {}
        # The project and the path in it of every open file of ours, by the editor's name for it.
        self._open: dict[str, tuple[Project, str]] = {}
        self._published: dict[str, tuple[types.Diagnostic, ...]] = {}
        self._shown: dict[str, tuple[Diagnostic, ...]] = {}
        self._asked: dict[Path, Job] = {}
        self._timers: dict[str | Path, asyncio.TimerHandle] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._worker = Worker(open_cache=open_cache, done=self._checked, failed=self._failed)
        self.protocol = LanguageServer(
            "kb", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full, max_workers=1
        )
        _register(self.protocol, self)

    def serve(self, stdin: BinaryIO, stdout: BinaryIO) -> None:
        """Answer until the editor says exit or is gone."""
        logging.getLogger("pygls").setLevel(logging.CRITICAL)
        # The thread that checks is to give way at once to the one that answers.
        sys.setswitchinterval(_GIVE_WAY)
        try:
            self.protocol.start_io(stdin, stdout)
        finally:
            self._worker.close()

    # --- what the editor tells ---------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Look at the projects of the editor's folders, and ask to be told of files that others change."""
        self._loop = asyncio.get_running_loop()
        for uri in self.protocol.workspace.folders:
            self._add_folder(uri)
        if not self.protocol.workspace.folders and self.protocol.workspace.root_uri:
            self._add_folder(self.protocol.workspace.root_uri)
        watching = self.protocol.client_capabilities.workspace
        files = watching.did_change_watched_files if watching else None
        if files and files.dynamic_registration:
            options = types.DidChangeWatchedFilesRegistrationOptions(
                watchers=[types.FileSystemWatcher(glob_pattern=_WATCHED)]
            )
            method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            self.protocol.client_register_capability(
                types.RegistrationParams(
                    registrations=[types.Registration(id=method, method=method, register_options=options)]
                )
            )

    def opened(self, uri: str, text: str) -> None:
        """Take over a text that was opened."""
        found = self._find(uri)
        if found is None:
            return
        self._open[uri] = found
        self._set(uri, text)
        self._look_at(uri)

    def changed(self, uri: str, text: str) -> None:
        """Take over a text that was edited."""
        if uri not in self._open:
            return
        project, _path = self._open[uri]
        self._worker.cancel(project.root)
        self._set(uri, text)
        self._later(uri, _MOMENT, lambda: self._look_at(uri))

    def closed(self, uri: str) -> None:
        """Go by the file on disk again."""
        if uri not in self._open:
            return
        project, path = self._open.pop(uri)
        self._forget_timer(uri)
        if not any(other == (project, path) for other in self._open.values()):
            project.texts.pop(path, None)
        self._publish(uri, ())
        self._check_soon(project)

    def written(self, uris: Iterable[str]) -> None:
        """Note that files were written, by this editor or anybody else."""
        for uri in uris:
            found = self._find(uri)
            if found and found[0].is_input(found[1]):
                self._check_soon(found[0])

    def folders_changed(self, added: Iterable[str], removed: Iterable[str]) -> None:
        """Take folders in, and let go of the projects that lie in those that are gone."""
        for uri in removed:
            folder = _path_of(uri)
            for root in [root for root in self._projects if folder and root.is_relative_to(folder)]:
                if not any(project.root == root for project, _path in self._open.values()):
                    self._drop(root)
        for uri in added:
            self._add_folder(uri)

    def _set(self, uri: str, text: str) -> None:
        project, path = self._open[uri]
        project.texts[path] = _SURROGATE.sub("\ufffd", text.removeprefix("\ufeff"))
        self._check_soon(project)

    # --- projects ----------------------------------------------------------------------------------------------------

    def _add_folder(self, uri: str) -> None:
        folder = _path_of(uri)
        project = self._project(folder) if folder else None
        if project:
            self._show_all(project)
            self._check_soon(project, 0)

    def _find(self, uri: str) -> tuple[Project, str] | None:
        """Return the project of a file and its path there; None for files outside of all projects."""
        file = _path_of(uri)
        if file is None:
            return None
        file = _resolved(file.parent) / file.name
        project = self._project(file.parent)
        return (project, file.relative_to(project.root).as_posix()) if project else None

    def _project(self, folder: Path) -> Project | None:
        try:
            root = find_project(folder)
        except (KbError, OSError, ValueError):
            # A kb.yml may be gone while its project is open.
            return next((each for root, each in self._projects.items() if folder.is_relative_to(root)), None)
        if root not in self._projects:
            self._projects[root] = Project(root, self._day)
        return self._projects[root]

    def _drop(self, root: Path) -> None:
        self._worker.cancel(root)
        self._forget_timer(root)
        project = self._projects.pop(root)
        self._asked.pop(root, None)
        for uri in [uri for uri in self._published if self._is_of(uri, project)]:
            self._publish(uri, ())

    # --- checking ----------------------------------------------------------------------------------------------------

    def _check_soon(self, project: Project, seconds: float = _PAUSE) -> None:
        """Check a project when nothing was told of it for some moments."""

        def ask() -> None:
            self._asked[project.root] = job = project.job()
            self._worker.ask(job)

        self._later(project.root, seconds, ask)

    def _later(self, key: str | Path, seconds: float, act: Callable[[], None]) -> None:
        self._forget_timer(key)
        loop = self._loop or asyncio.get_running_loop()
        self._timers[key] = loop.call_later(seconds, self._act, key, act)

    def _act(self, key: str | Path, act: Callable[[], None]) -> None:
        self._timers.pop(key, None)
        act()

    def _forget_timer(self, key: str | Path) -> None:
        timer = self._timers.pop(key, None)
        if timer:
            timer.cancel()

    def _look_at(self, uri: str) -> None:
        """Publish what is wrong with an open file by itself."""
        project, path = self._open[uri]
        found = project.edited(path)
        if found is not None:
            self._publish_path(project, path, found)

    def _checked(self, job: Job, result: Result) -> None:
        self._tell(lambda: self._take(job, result))

    def _failed(self, job: Job, error: Exception) -> None:
        what = printable(" ".join(f"{type(error).__name__}: {error}".split()))[:200]
        text = f"kb: {job.root.name} could not be checked: {what}"
        kind = types.MessageType.Warning if isinstance(error, OSError) else types.MessageType.Error
        self._tell(lambda: self.protocol.window_log_message(types.LogMessageParams(type=kind, message=text)))

    def _tell(self, act: Callable[[], None]) -> None:
        """Do something in the thread that speaks with the editor; nothing once that has ended."""
        try:
            if self._loop:
                self._loop.call_soon_threadsafe(act)
        except RuntimeError:
            return

    def _take(self, job: Job, result: Result) -> None:
        project = self._projects.get(job.root)
        if project is None or self._asked.get(job.root) is not job or job.texts != project.texts:
            return
        project.take(result)
        self._show_all(project)

    # --- publishing --------------------------------------------------------------------------------------------------

    def _show_all(self, project: Project) -> None:
        found = project.found()
        gone = [uri for uri in self._published if self._is_of(uri, project)]
        kept = set()
        for path, diagnostics in found.items():
            kept |= self._publish_path(project, path, diagnostics)
        for uri in gone:
            if uri not in kept:
                self._publish(uri, ())

    def _publish_path(self, project: Project, path: str, found: Iterable[Diagnostic]) -> set[str]:
        """Publish the findings of a file under each name that the editor has for it; return the names."""
        uris = [uri for uri, each in self._open.items() if each == (project, path)]
        uris = uris or [_uri_of(project.root / path)]
        found = tuple(found)
        shown = tuple(self._diagnostic(project, each) for each in found)
        for uri in uris:
            self._shown[uri] = found
            self._publish(uri, shown)
        return set(uris)

    def _publish(self, uri: str, diagnostics: tuple[types.Diagnostic, ...]) -> None:
        if not diagnostics:
            self._shown.pop(uri, None)
        # An open file without findings is told of too: so an editor knows that it was looked at.
        if self._published.get(uri, None if uri in self._open else ()) == diagnostics:
            return
        if diagnostics or uri in self._open:
            self._published[uri] = diagnostics
        else:
            self._published.pop(uri, None)
        self.protocol.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri=uri, diagnostics=list(diagnostics))
        )

    def _is_of(self, uri: str, project: Project) -> bool:
        if uri in self._open:
            return self._open[uri][0] is project
        file = _path_of(uri)
        return file is not None and file.is_relative_to(project.root)

    def _diagnostic(self, project: Project, each: Diagnostic) -> types.Diagnostic:
        return types.Diagnostic(
            range=self._range(project, each.path, each.position),
            severity=_SEVERITIES.get(each.severity, types.DiagnosticSeverity.Information),
            code=each.code,
            source="kb",
            message=_shown(each.message) + (f"\nhint: {_shown(each.hint)}" if each.hint else ""),
            related_information=[
                types.DiagnosticRelatedInformation(
                    location=types.Location(
                        uri=self._uri(project, other.path), range=self._range(project, other.path, other.position)
                    ),
                    message=_shown(other.message),
                )
                for other in each.related
            ]
            or None,
            data={"slug": each.slug},
        )

    def _range(self, project: Project, path: str, position: Position) -> types.Range:
        lines = self._lines(project.text(path) or "")
        return lines.range(lines.span(position))

    def _uri(self, project: Project, path: str) -> str:
        return next((uri for uri, each in self._open.items() if each == (project, path)), None) or _uri_of(
            project.root / path
        )

    def _lines(self, text: str) -> Lines:
        encoding = self.protocol.workspace.position_encoding
        return _lines_of(text, str(getattr(encoding, "value", encoding) or "utf-16"))

    # --- questions ---------------------------------------------------------------------------------------------------

    def complete(self, uri: str, position: types.Position) -> types.CompletionList | None:
        """Answer what may be written at a place."""
        project, path, lines, offset = self._where(uri, position)
        if project is None or project.settings is None:
            return None
        return completion.complete(project, path, lines, offset, self._day(project.settings))

    def hover(self, uri: str, position: types.Position) -> types.Hover | None:
        """Answer what is at a place."""
        project, path, lines, offset = self._where(uri, position)
        if project is None or project.settings is None:
            return None
        here = [each for each in self._shown.get(uri, ()) if _covers(lines.span(each.position), offset)]
        text = hovering.hover(project, path, offset, here, self._day(project.settings))
        return types.Hover(contents=types.MarkupContent(types.MarkupKind.Markdown, text)) if text else None

    def define(self, uri: str, position: types.Position) -> types.Location | None:
        """Answer where what is at a place is defined."""
        project, path, _lines, offset = self._where(uri, position)
        place = places.definition(project, path, offset) if project else None
        if project is None or place is None:
            return None
        return types.Location(uri=self._uri(project, place.path), range=self._lines(place.text).range(place.span))

    def act(self, uri: str, asked: types.Range, only: Iterable[str] | None) -> list[types.CodeAction]:
        """Answer what can be mended in a part of a file."""
        project, path, lines, start = self._where(uri, asked.start)
        if project is None:
            return []
        wanted = tuple(only) if only is not None else ("",)
        found: list[types.CodeAction] = []
        if _is_wanted(types.CodeActionKind.QuickFix.value, wanted):
            for fix in actions.fixes(project, path, Span(start=start, end=lines.offset(asked.end))):
                found.append(
                    types.CodeAction(
                        title=_shown(actions.title(fix)),
                        kind=types.CodeActionKind.QuickFix,
                        diagnostics=[self._diagnostic(project, fix.diagnostic)],
                        is_preferred=True,
                        edit=_workspace_edit(uri, lines, fix.edit),
                    )
                )
        if _is_wanted(types.CodeActionKind.SourceFixAll.value, wanted):
            edit = actions.mend_all(project, path)
            if edit:
                found.append(
                    types.CodeAction(
                        title="Mend all that has one right answer (kb check --fix)",
                        kind=types.CodeActionKind.SourceFixAll,
                        edit=_workspace_edit(uri, lines, edit),
                    )
                )
        return found

    def parts(self, uri: str) -> list[types.DocumentSymbol]:
        """Answer what a page consists of."""
        if uri not in self._open:
            return []
        project, path = self._open[uri]
        if project.type_of(path) is None:
            return []
        lines = self._lines(project.texts[path])
        roots: list[types.DocumentSymbol] = []
        above: list[tuple[int, types.DocumentSymbol, list[types.DocumentSymbol]]] = []
        for part in places.parts(project.texts[path]):
            place = lines.range(part.span)
            children: list[types.DocumentSymbol] = []
            symbol = types.DocumentSymbol(
                name=_shown(part.name),
                kind=types.SymbolKind.String,
                range=place,
                selection_range=place,
                children=children,
            )
            above = [each for each in above if each[0] < part.level]
            siblings = above[-1][2] if above else roots
            siblings.append(symbol)
            above.append((part.level, symbol, children))
        return roots

    def _where(self, uri: str, position: types.Position) -> tuple[Project | None, str, Lines, int]:
        if uri not in self._open:
            return None, "", self._lines(""), 0
        project, path = self._open[uri]
        lines = self._lines(project.texts[path])
        return project, path, lines, lines.offset(position)


@lru_cache(maxsize=16)
def _lines_of(text: str, encoding: str) -> Lines:
    """Return the lines of a text; each of its findings asks for them."""
    return Lines(text, encoding)


def _register(protocol: LanguageServer, server: Server) -> None:
    """Say which messages of the protocol the server answers."""

    @protocol.feature(types.INITIALIZED)
    def _initialized(_params: types.InitializedParams) -> None:
        server.begin()

    @protocol.feature(types.SHUTDOWN)
    def _shutdown(_params: Any) -> None:
        server.is_shut_down = True

    @protocol.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def _did_open(params: types.DidOpenTextDocumentParams) -> None:
        server.opened(params.text_document.uri, params.text_document.text)

    @protocol.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def _did_change(params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.changed(uri, protocol.workspace.get_text_document(uri).source)

    @protocol.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def _did_save(params: types.DidSaveTextDocumentParams) -> None:
        server.written([params.text_document.uri])

    @protocol.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def _did_close(params: types.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)

    @protocol.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def _did_change_files(params: types.DidChangeWatchedFilesParams) -> None:
        server.written(change.uri for change in params.changes)

    @protocol.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def _did_change_folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        server.folders_changed((each.uri for each in params.event.added), (each.uri for each in params.event.removed))

    @protocol.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[" ", ":", "[", ",", "(", "#", "-"])
    )
    def _complete(params: types.CompletionParams) -> types.CompletionList | None:
        return server.complete(params.text_document.uri, params.position)

    @protocol.feature(types.TEXT_DOCUMENT_HOVER)
    def _hover(params: types.HoverParams) -> types.Hover | None:
        return server.hover(params.text_document.uri, params.position)

    @protocol.feature(types.TEXT_DOCUMENT_DEFINITION)
    def _definition(params: types.DefinitionParams) -> types.Location | None:
        return server.define(params.text_document.uri, params.position)

    @protocol.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll]),
    )
    def _code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        only = params.context.only
        kinds = [str(getattr(each, "value", each)) for each in only] if only is not None else None
        return server.act(params.text_document.uri, params.range, kinds)

    @protocol.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def _symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        return server.parts(params.text_document.uri)


def _workspace_edit(uri: str, lines: Lines, edit: Edit) -> types.WorkspaceEdit:
    return types.WorkspaceEdit(changes={uri: [types.TextEdit(range=lines.range(edit.span), new_text=edit.text)]})


def _is_wanted(kind: str, wanted: tuple[str, ...]) -> bool:
    """Whether a kind of action is one of those asked for, or below one; asking for an empty kind means any."""
    return any(not each or kind == each or kind.startswith(each + ".") for each in wanted)


def _covers(span: Span, offset: int) -> bool:
    return span.start <= offset <= max(span.end, span.start)


def _shown(text: str) -> str:
    """Return words of an author as an editor may show them: line breaks and what can be seen."""
    return "".join(sign if sign == "\n" or is_harmless(sign) else printable(sign) for sign in text)


def _path_of(uri: str) -> Path | None:
    """Return the file that an editor names; None for what is no file, such as a text that was never saved."""
    try:
        path = to_fs_path(uri) if uri.startswith("file:") else None
    except ValueError:
        return None
    return Path(path) if path and "\0" not in path else None


def _resolved(folder: Path) -> Path:
    try:
        return folder.resolve()
    except (OSError, RuntimeError):
        return folder


def _uri_of(file: Path) -> str:
    return str(from_fs_path(str(file)))

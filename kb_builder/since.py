"""What the change since a revision does to a project: which findings are its own, which pages and charts it touches."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kb_builder import checks
from kb_builder.checking import Checked, check
from kb_builder.config.find import FILE_NAME
from kb_builder.config.load import load_settings
from kb_builder.flow.compare import CHANGED, NEW, REMOVED, compare
from kb_builder.flow.mermaid import write_mermaid
from kb_builder.messages import messages
from kb_builder.model.catalog import Catalog
from kb_builder.model.change import Change, ChangedFlow, ChangedPage, Fate
from kb_builder.model.diagnostic import Diagnostic, Severity
from kb_builder.model.document import Document
from kb_builder.model.errors import ConfigError
from kb_builder.model.flow import Flow
from kb_builder.model.settings import LANGUAGES, Settings
from kb_builder.pages.flowchart import chart_words, flow_of
from kb_builder.pages.words import STATES
from kb_builder.sources.git import branch_point, changed_files, files_at, read_blobs
from kb_builder.sources.read import read_yaml

# What these find in a file that did not change was so before: it comes of time alone, or of what only the file system
# and the history know, which a copy of the earlier files does not have.
_OF_THE_FILE = frozenset(
    (
        "review-overdue", "review-never", "review-without-change", "record-deleted-early", "unsafe-file", "unreadable",
        "asset-unfit",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The findings as the change is judged by them, with what it does. `notice` says what could not be compared."""

    diagnostics: tuple[Diagnostic, ...]
    change: Change
    notice: str = ""


def compare_with(checked: Checked, revision: str, *, whole: bool) -> Compared:
    """Compare a check with the project as it was where HEAD left a revision.

    The change's own are the findings on files that it touches, and those elsewhere that were not there before. An error
    that is not its own becomes a warning, so that nobody is stopped by somebody else's page.

    The earlier project is checked too if a finding asks for it, or `whole` for all that a `Change` can say. Raises
    KbError like `branch_point`.
    """
    settings = checked.catalog.settings
    commit = branch_point(settings.root, revision)
    touched = _Touched(changed_files(settings.root, commit))
    doubtful = any(
        each.severity is Severity.ERROR and each.slug not in _OF_THE_FILE and each.path not in touched
        for each in checked.diagnostics
    )
    before, notice = _check_at(checked, commit, touched) if whole or doubtful else (None, "")
    known = frozenset(each.fingerprint for each in before.diagnostics) if before else frozenset()
    own = frozenset(
        each.fingerprint
        for each in checked.diagnostics
        if each.path in touched or (each.slug not in _OF_THE_FILE and each.fingerprint not in known)
    )
    change = Change(since=revision, own=own)
    if whole:
        change = _whole_change(change, checked, before, touched)
    return Compared(
        diagnostics=tuple(
            replace(each, severity=Severity.WARNING)
            if each.severity is Severity.ERROR and each.fingerprint not in own
            else each
            for each in checked.diagnostics
        ),
        change=change,
        notice=notice,
    )


class _Touched:
    """The paths of files that a change touches; of a submodule that moved, every file in it."""

    def __init__(self, paths: frozenset[str]) -> None:
        self.paths = paths

    def __contains__(self, path: object) -> bool:
        if not isinstance(path, str):
            return False
        parts = path.split("/")
        return any("/".join(parts[:count]) in self.paths for count in range(len(parts), 0, -1))


# --- the project as it was -----------------------------------------------------------------------------------------


def _check_at(checked: Checked, commit: str, touched: _Touched) -> tuple[Checked | None, str]:
    """Check the project as it was at a commit, on the same day; None, and why, where it could not have been checked."""
    settings = checked.catalog.settings
    # The resolved path is what the project's folder is compared with.
    with tempfile.TemporaryDirectory(prefix="kb-since-") as name:
        folder = Path(name).resolve()
        try:
            _write_project_at(settings, commit, touched, folder)
            return check(load_settings(folder, checks.rules()), checked.catalog.as_of), ""
        except ConfigError as error:
            return None, f"the project could not be checked as it was then ({error}), so every finding counts as new"


def _write_project_at(settings: Settings, commit: str, touched: _Touched, folder: Path) -> None:
    """Write what a check reads, as it was at a commit; what did not change is taken from where it lies.

    kb.yml is written first, as it says where everything else is.
    """
    files = files_at(settings.root, commit)
    if FILE_NAME in files:
        _write(settings, {FILE_NAME: files[FILE_NAME]}, touched, folder)
    wanted = _places(folder / FILE_NAME)
    for place in (settings.content, settings.registry):
        # Git keeps no empty folders, and one that is named must be there.
        if (settings.root / place).is_dir():
            (folder / place).mkdir(parents=True, exist_ok=True)
    inside = {path: name for path, name in files.items() if path != FILE_NAME and _is_inside(path, wanted)}
    _write(settings, inside, touched, folder)


def _places(config: Path) -> frozenset[str]:
    """Return the files and folders that a kb.yml names; what is wrong with it is said when it is loaded."""
    values: Mapping[str, object] = read_yaml(config, FILE_NAME)[1].values if config.exists() else {}
    types = values.get("types")
    entries = [each for each in types.values() if isinstance(each, dict)] if isinstance(types, dict) else []
    named = [each.get(key) for each in entries for key in ("schema", "template")]
    places = [values.get("content", "content"), values.get("registry", "registry"), *named]
    return frozenset(os.path.normpath(each) for each in places if isinstance(each, str))


def _is_inside(path: str, places: frozenset[str]) -> bool:
    return "." in places or any(path == place or path.startswith(place + "/") for place in places)


def _write(settings: Settings, files: Mapping[str, str], touched: _Touched, folder: Path) -> None:
    read = read_blobs(settings.root, [name for path, name in files.items() if path in touched])
    for path, name in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if path in touched:
            file.write_bytes(read.get(name, b""))
        else:
            _take(settings.root / path, file)


def _take(source: Path, file: Path) -> None:
    """Put a file that did not change in its place, without its bytes if the system lets us."""
    try:
        os.link(source, file, follow_symlinks=False)
    except OSError:
        shutil.copyfile(source, file, follow_symlinks=False)


# --- what the change does ------------------------------------------------------------------------------------------


def _whole_change(change: Change, checked: Checked, before: Checked | None, touched: _Touched) -> Change:
    """Return a change with all that can be said of it."""
    pairs = _pairs(checked.catalog, before.catalog if before else None, touched)
    moved = {old.path: new.path for old, new in pairs if old and new}
    was = before.diagnostics if before else ()
    left = _left(was, checked.diagnostics, moved)
    gone = {each.fingerprint for each in left}
    stayed = {_said(each, moved) for each in was if each.fingerprint not in gone}
    known = {each.fingerprint for each in was}
    return replace(
        change,
        new=frozenset(
            each.fingerprint
            for each in checked.diagnostics
            if each.fingerprint in change.own and each.fingerprint not in known and _said(each, {}) not in stayed
        ),
        fixed=tuple(left),
        pages=tuple(_changed_page(checked.catalog, old, new) for old, new in pairs),
        flows=tuple(_changed_flows(checked.catalog, before, pairs)),
    )


def _left(was: Iterable[Diagnostic], now: Iterable[Diagnostic], moved: Mapping[str, str]) -> list[Diagnostic]:
    """Return the findings that are no longer there, wherever their page lies now."""
    fingerprints = {each.fingerprint for each in now}
    said = {_said(each, {}) for each in now}
    return [
        each
        for each in was
        if each.fingerprint not in fingerprints
        and not (moved.get(each.path, each.path) != each.path and _said(each, moved) in said)
    ]


def _said(each: Diagnostic, moved: Mapping[str, str]) -> tuple[str, str, str]:
    return each.code, moved.get(each.path, each.path), each.message


_Pair = tuple[Document | None, Document | None]


def _pairs(catalog: Catalog, before: Catalog | None, touched: _Touched) -> list[_Pair]:
    """Return the touched pages as they were and as they are: the same id, or else the same path."""
    old_by_path = {each.path: each for each in before.documents} if before else {}
    old_by_id = before.by_id if before else {}
    present = {each.path for each in catalog.documents}

    def earlier(new: Document) -> Document | None:
        found = old_by_id.get(new.id)
        return old_by_path.get(new.path) if found is None or found.path in present else found

    pairs: list[_Pair] = [(earlier(new), new) for new in catalog.documents if new.path in touched]
    taken = {old.path for old, _new in pairs if old}
    pairs += [
        (old, None)
        for path, old in old_by_path.items()
        if path in touched and path not in taken and path not in present
    ]
    return pairs


def _changed_page(catalog: Catalog, old: Document | None, new: Document | None) -> ChangedPage:
    document = new or old
    assert document is not None
    review = catalog.review(new) if new else None
    if new is None:
        fate = Fate.REMOVED
    elif old is None:
        fate = Fate.NEW
    else:
        fate = Fate.CHANGED if old.path == new.path else Fate.MOVED
    return ChangedPage(
        fate=fate,
        path=document.path,
        id=document.id,
        title=document.title,
        owner=catalog.owner_words(document.text("owner")),
        state=STATES[review.state] if review else "",
        next_review=review.next_review if review else None,
    )


def _changed_flows(catalog: Catalog, before: Checked | None, pairs: Iterable[_Pair]) -> Iterator[ChangedFlow]:
    """Yield the flowcharts of touched pages that are not as they were."""
    for old, new in pairs:
        document = new or old
        assert document is not None
        language = document.text("language")
        words = messages(language if language in LANGUAGES else catalog.settings.language)
        labels = {**chart_words(words), NEW: words("New"), CHANGED: words("Changed"), REMOVED: words("Removed")}
        was = flow_of(before.catalog, old, words) if before and old else Flow()
        now = flow_of(catalog, new, words) if new else Flow()
        both = compare(was, now)
        if both.marks:
            yield ChangedFlow(
                id=document.id,
                title=document.title,
                steps=tuple((both.steps[node.id], node.name) for node in both.flow.steps if node.id in both.steps),
                before=write_mermaid(was, labels) if was.nodes else "",
                after=write_mermaid(both.flow, labels, both.steps, both.ways) if now.nodes else "",
            )

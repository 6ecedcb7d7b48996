"""What `kb check --fix` would write, offered where a finding is: each edit is proven by checking the file anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kb_builder.authoring.mend import mend, proven
from kb_builder.lsp.project import Project
from kb_builder.model.diagnostic import Diagnostic, Edit
from kb_builder.model.location import LineMap, Span

# Each is proven by reading the file twice.
_MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """An edit of a file, and the finding that it mends."""

    diagnostic: Diagnostic
    edit: Edit


def fixes(project: Project, path: str, asked: Span) -> Iterator[Fix]:
    """Yield the edits for findings in a part of an open file."""
    look, text = project.look(path), project.texts[path]
    if look is None:
        return
    lines = LineMap(text)
    first, last = lines.point(asked.start)[0], lines.point(asked.end)[0]
    count = 0
    for each in look(text).diagnostics:
        if each.edit is None or each.position.line > last or each.position.end_line < first:
            continue
        if proven(text, each, look) is not None:
            yield Fix(diagnostic=each, edit=each.edit)
        count += 1
        if count == _MOST:
            return


def mend_all(project: Project, path: str) -> Edit | None:
    """Return one edit that mends all that can be mended in an open file; None if that is nothing."""
    look, text = project.look(path), project.texts[path]
    mended = mend(path, text, look, lambda each: each.edit is not None) if look else None
    if mended is None:
        return None
    after = mended.after
    start = next((at for at, (a, b) in enumerate(zip(text, after, strict=False)) if a != b), min(len(text), len(after)))
    end = 0
    while end < min(len(text), len(after)) - start and text[-1 - end] == after[-1 - end]:
        end += 1
    return Edit(span=Span(start=start, end=len(text) - end), text=after[start : len(after) - end])


def title(fix: Fix) -> str:
    """Return what a fix does, in a few words."""
    new = " ".join(fix.edit.text.split())
    if not new:
        return f"Delete this ({fix.diagnostic.slug})"
    return f"Write `{new[:60]}{'…' if len(new) > 60 else ''}` ({fix.diagnostic.slug})"

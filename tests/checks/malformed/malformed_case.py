"""What a case is: files that somebody could send in, and every finding they must give, with its place.

In texts, the sign ▸ stands before the character at which a finding is expected; it is not part of the file. So the
place can be seen in the case, and is counted here, apart from the code that is tested.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MARK = "▸"
CASE_PATH = "content/faq/case.md"
_PATHS = (("\nid: SOP-", "content/sops/case.md"), ("\nid: PM-", "content/postmortems/case.md"))
BODY = "\n內文。\n"


@dataclass(frozen=True, kw_only=True)
class Expected:
    """A finding: its code, its place, and words that its message or hint must hold."""

    code: str
    says: tuple[str, ...]
    line: int = 1
    column: int = 1
    path: str = CASE_PATH


@dataclass(frozen=True, kw_only=True)
class Case:
    """`files` are written into the project, then `make` is called with its folder.

    `unprivileged`: run without the rights of root, whom no file mode stops.
    """

    id: str
    expected: tuple[Expected, ...]
    files: dict[str, bytes] = field(default_factory=dict)
    make: Callable[[Path], object] | None = None
    unprivileged: bool = False


def case(name: str, source: str | bytes, *findings: Sequence[object], path: str = "") -> Case:
    """Make a case of one file; the type's folder follows from the id, where there is one.

    A finding is `(code, word, …)`, expected at the next ▸ of the text, or `(code, line, column, word, …)`.
    """
    text, marks = unmark(source) if isinstance(source, str) else (source, [])
    path = path or next((place for start, place in _PATHS if isinstance(text, str) and start in text), CASE_PATH)
    places = iter(marks)
    expected = []
    for code, *rest in findings:
        line, column, says = (*rest[:2], rest[2:]) if isinstance(rest[0], int) else (*next(places), rest)
        expected.append(Expected(code=str(code), says=tuple(map(str, says)), line=line, column=column, path=path))
    assert next(places, None) is None, f"{name}: more marks than findings"
    return Case(id=name, expected=tuple(expected), files={path: text if isinstance(text, bytes) else text.encode()})


def fine(name: str, source: str | bytes, path: str = "") -> Case:
    """Make a case of a file in which nothing is wrong, though it looks as if."""
    return case(name, source, path=path)


def made(name: str, make: Callable[[Path], object], *findings: Sequence[str], unprivileged: bool = False) -> Case:
    """Make a case of what a function leaves in the project's folder; findings are `(path, code, word, …)`."""
    expected = tuple(Expected(code=code, says=tuple(says), path=path) for path, code, *says in findings)
    return Case(id=name, expected=expected, make=make, unprivileged=unprivileged)


def unmark(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the text without marks, and line and column of what follows each mark."""
    places: list[tuple[int, int]] = []
    clean = ""
    for number, part in enumerate(text.split(MARK)):
        if number:
            places.append((clean.count("\n") + 1, len(clean) - (clean.rfind("\n") + 1) + 1))
        clean += part
    return clean, places


def _fields(defaults: dict[str, str], given: dict[str, str | None]) -> list[str]:
    fields = {**defaults, **given}
    return [f"{name}:{value and ' ' + value}" for name, value in fields.items() if value is not None]


def page(*extra: str, opening: str = "---\n", closing: str = "---\n", body: str = BODY, **given: str | None) -> str:
    """Return an FAQ page in order but for what is given: values as written (None drops the field), extra lines.

    Fields are on lines 2 to 8 in the order below, extra lines from 9 on.
    """
    defaults = {
        "id": "FAQ-100", "title": "忘記密碼怎麼辦", "summary": "在登入頁重設。", "owner": "web-ops",
        "status": "published", "topic": "登入", "last_reviewed": "2026-02-01",
    }  # fmt: skip
    return opening + "\n".join([*_fields(defaults, given), *extra]) + "\n" + closing + body


def sop(*extra: str, **given: str | None) -> str:
    """Return a draft of an SOP in order but for what is given."""
    defaults = {
        "id": "SOP-100", "title": "重新啟動", "summary": "網站沒有回應時重新啟動。", "owner": "web-ops",
        "status": "draft", "category": "routine",
    }  # fmt: skip
    return "---\n" + "\n".join([*_fields(defaults, given), *extra]) + "\n---\n" + BODY


def postmortem(*extra: str, **given: str | None) -> str:
    """Return a draft of a postmortem in order but for what is given."""
    defaults = {
        "id": "PM-2026-100", "title": "首頁中斷", "summary": "中斷四十分鐘。", "owner": "web-ops", "status": "draft",
    }  # fmt: skip
    return "---\n" + "\n".join([*_fields(defaults, given), *extra]) + "\n---\n" + BODY

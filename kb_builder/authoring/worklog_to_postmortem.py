"""What a work log already says of an incident: the beginning of its postmortem."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kb_builder.messages import Messages
from kb_builder.model.document import Document
from kb_builder.model.errors import KbError

_SIGNS = re.compile(r"[\\`*_\[\]>#|~]")
# What makes a list or a heading of a line that begins with it.
_BEGINNING = re.compile(r"^([0-9]*)([.)+=:-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What is carried over: fields, values for fields that wait as comments, and the text below each heading.

    `day` is when it was.
    """

    fields: Mapping[str, Any]
    suggestions: Mapping[str, str]
    sections: tuple[str, ...]
    day: date


def carry_over(worklog: Document, words: Messages, as_of: date) -> Carried:
    """Return what a postmortem takes from a work log.

    Facts become fields: the timeline, who took it and when, the analysis, the SOPs, tags and references. When it began
    and ended is only suggested, as a work log does not say so. What is left to do stays in the work log.
    """
    if worklog.type != "worklog":
        raise KbError(
            f"{worklog.id} is no work log, but a page of type {worklog.type}",
            "name a work log, such as `--from-worklog WL-2026-001`",
        )
    attempts = [entry for _index, entry in worklog.entries("attempts")]
    time = worklog.text("time")
    timed = [entry for entry in attempts if isinstance(entry.get("at"), str)]
    times = [each for each in (time, *(str(entry["at"]) for entry in timed)) if _moment(each)]
    times.sort(key=lambda each: _moment(each) or datetime.min)
    begin = [{"at": time, "event": _line(worklog.text("description"))}] if time and worklog.text("description") else []
    timeline = [*begin, *({"at": entry["at"], "event": _event(entry)} for entry in timed)]
    fields: dict[str, Any] = {
        "summary": worklog.text("summary"),
        "acknowledged_at": time,
        "root_causes": [_line(worklog.text("analysis"))] if worklog.text("analysis") else [],
        "timeline": timeline,
        "sops": [dict(entry) for _index, entry in worklog.entries("sops")],
        "tags": list(worklog.texts("tags")),
        "references": [dict(entry) for _index, entry in worklog.entries("references")],
        "related": list(dict.fromkeys((worklog.id, *worklog.texts("related")))),
    }
    ends = {"mitigated_at": times[-1], "resolved_at": times[-1]} if times else {}
    starts = {"started_at": times[0], "detected_at": times[0]} if times else {}
    first = _moment(times[0]) if times else None
    return Carried(
        fields={name: value for name, value in fields.items() if value},
        suggestions={**starts, **ends},
        sections=_sections(worklog, attempts, words),
        day=first.date() if first else as_of,
    )


def _sections(worklog: Document, attempts: list[Mapping[str, Any]], words: Messages) -> tuple[str, ...]:
    """Return the texts below background, diagnosis, response, result and lessons."""
    environment = worklog.fields.get("environment")
    places = [
        each
        for value in (environment.values() if isinstance(environment, dict) else ())
        for each in (value if isinstance(value, list) else [value])
    ]
    background = [plain(worklog.text("description"))]
    if places:
        background.append(words("Environment: {places}", places=plain(", ".join(map(str, places)))))
    response = "\n".join(f"{number}. {plain(_event(entry))}" for number, entry in enumerate(attempts, 1))
    result = [plain(worklog.text("solution")), plain(worklog.text("verification"))]
    paragraphs = (background, [plain(worklog.text("analysis"))], [response], result, [plain(worklog.text("remarks"))])
    return tuple("\n\n".join(filter(None, each)) for each in paragraphs)


def plain(text: str) -> str:
    """Return a text as Markdown that shows it as it is."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;")
    lines = (_SIGNS.sub(r"\\\g<0>", line.strip()) for line in safe.splitlines())
    return "\n".join(_BEGINNING.sub(r"\1\\\2", line) for line in lines if line)


def _event(entry: Mapping[str, Any]) -> str:
    return f"{entry.get('step', '')} → {entry.get('result', '')}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None

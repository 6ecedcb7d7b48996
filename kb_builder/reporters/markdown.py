"""Markdown for the summary of a pull request: what it breaks and mends, the pages and flowcharts that it changes.

GitHub and GitLab show it as it is written. What authors write cannot format it, call on anybody or refer to anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kb_builder.model.change import Change, ChangedFlow, ChangedPage
from kb_builder.model.diagnostic import Diagnostic, Severity
from kb_builder.reporters import Report, by_cause
from kb_builder.reporters.text import printable, summary

# Rows of a table, and characters of all flowcharts: GitHub takes 65,536 characters in a comment.
_ROWS = 50
_CHARTS = 30_000
_SIGNS = {Severity.ERROR: "❌ error", Severity.WARNING: "⚠️ warning", Severity.NOTICE: "💬 notice"}


def render(report: Report) -> str:
    """Render the report; the parts on a change are there where it was compared with a revision."""
    blocks = [f"### {text(summary(report))}"]
    blocks += _whole(report) if report.change is None else _changed(report, report.change)
    return "\n\n".join(blocks) + "\n"


def text(value: str) -> str:
    """Return a text as one line in which only what stands between backticks is formatted: as code, as it is written."""
    parts = printable(" ".join(value.split())).split("`")
    # Without a closing one a backtick is a character like any other.
    if len(parts) % 2 == 0:
        parts[-2:] = ["`".join(parts[-2:])]
    return "".join(f"<code>{_escaped(part)}</code>" if at % 2 else _quiet(part) for at, part in enumerate(parts))


def _escaped(value: str) -> str:
    return re.sub(r"[\\`*_\[\]~|$<>&\"'#!@]", lambda match: f"&#{ord(match[0])};", value)


def _quiet(value: str) -> str:
    # `@name`, `#1`, `~label` and the like call on people and things, `://` and `www.` make links: a space of no width
    # keeps them from it. In code they do nothing, and somebody may copy it.
    return _escaped(re.sub(r"(?<=[@#!$%~&^])(?=[\w\"])|(?<=:)(?=//)|(?<=www)(?=\.)", "\u200b", value))


def _whole(report: Report) -> Iterator[str]:
    if report.diagnostics:
        yield _findings(report.diagnostics)


def _changed(report: Report, change: Change) -> Iterator[str]:
    """Yield the parts of a report that was compared with a revision."""
    new = [each for each in report.diagnostics if each.fingerprint in change.new]
    old = [each for each in report.diagnostics if each.fingerprint in change.own - change.new]
    others = [each for each in report.diagnostics if each.fingerprint not in change.own]
    yield f"Compared with {text(f'`{change.since}`')}: {len(new)} new, {len(change.fixed)} fixed."
    if new:
        yield f"#### New ({len(new)})\n\n{_findings(new)}"
    if old:
        yield f"#### On changed pages, there before ({len(old)})\n\n{_findings(old)}"
    if change.fixed:
        yield _folded(f"Fixed ({len(change.fixed)})", _findings(change.fixed))
    if others:
        yield _folded(f"On pages that this change leaves alone ({len(others)})", _findings(others))
    if change.left_out:
        yield f"{change.left_out} on pages that this change leaves alone {_are(change.left_out)} not listed."
    if change.pages:
        yield f"#### Changed pages ({len(change.pages)})\n\n{_pages(change.pages)}"
    if change.flows:
        yield f"#### Changed flowcharts ({len(change.flows)})\n\n" + "\n\n".join(_flows(change.flows))


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _findings(found: Iterable[Diagnostic]) -> str:
    """Return a table of findings, the worst first; those of one cause are one row."""
    causes = sorted(by_cause(found), key=lambda cause: -cause[0].severity)
    return _table(("", "Where", "What", "What to do"), [_row(cause) for cause in causes])


def _row(cause: Sequence[Diagnostic]) -> tuple[str, ...]:
    first = cause[0]
    hint = text(first.hint) if all(each.hint == first.hint for each in cause) else ""
    where = text(f"`{first.path}:{first.position.line}`")
    if len(cause) > 1:
        where += f" and {len(cause) - 1} more like it"
    return _SIGNS[first.severity], where, f"{first.code} {text(first.message)}", hint


def _pages(pages: Sequence[ChangedPage]) -> str:
    rows = [
        (
            f"{text(each.title) or text(f'`{each.path}`')} {text(each.id)}".rstrip(),
            each.fate.value,
            text(each.owner),
            text(each.state),
            str(each.next_review or "–"),
        )
        for each in pages
    ]
    return _table(("Page", "Change", "Owner", "Review", "Next review"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows[:_ROWS]]
    shown = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return shown + (f"\n\n… and {len(rows) - _ROWS} more" if len(rows) > _ROWS else "")


def _flows(flows: Iterable[ChangedFlow]) -> Iterator[str]:
    """Yield what became of each chart: its changed steps, and both pictures as long as there is room for them."""
    room = _CHARTS
    for flow in flows:
        steps = "\n".join(f"- {mark}: {text(name)}" for mark, name in flow.steps) or "- the ways between the steps"
        charts = [(name, chart) for name, chart in (("Before", flow.before), ("After", flow.after)) if chart]
        room -= sum(len(chart) for _name, chart in charts)
        drawn = [f"{name}:\n\n```mermaid\n{chart}```" for name, chart in charts] if room >= 0 else []
        yield _folded(f"{text(flow.title)} {text(flow.id)}".rstrip(), "\n\n".join((steps, *drawn)))


def _folded(heading: str, body: str) -> str:
    return f"<details>\n<summary>{heading}</summary>\n\n{body}\n\n</details>"

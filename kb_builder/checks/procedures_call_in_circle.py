"""KB517 procedures-call-in-circle: procedures whose steps call each other in turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Related, Rule, Severity
from kb_builder.model.document import Document

RULE = Rule(code="KB517", slug="procedures-call-in-circle", severity=Severity.WARNING)

# The step of a page that calls another page, by the id of that one.
_Calls = Mapping[str, int]


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report each circle once, at the page in it with the first id."""
    calls = {
        document.id: {
            step["sop"]: index
            for index, step in reversed(list(document.entries("steps")))
            if isinstance(step.get("sop"), str) and step["sop"] in catalog.by_id and step["sop"] != document.id
        }
        for document in catalog.documents
        if document.id and not document.is_obsolete
    }
    named: set[str] = set()
    for id_ in sorted(calls):
        circle = _circle(id_, calls) if id_ not in named else []
        if circle:
            named.update(circle)
            yield _finding([catalog.by_id[each] for each in circle], calls)


def _circle(start: str, calls: Mapping[str, _Calls]) -> list[str]:
    """Return the ids on a shortest way from a page back to it; nothing if there is no way."""
    came_from: dict[str, str] = {}
    waiting = [start]
    for each in waiting:
        for target in calls.get(each, {}):
            if target == start:
                way = [each]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if target not in came_from:
                came_from[target] = each
                waiting.append(target)
    return []


def _finding(pages: list[Document], calls: Mapping[str, _Calls]) -> Finding:
    first, following = pages[0], [*pages[1:], pages[0]]
    return Finding(
        slug=RULE.slug,
        path=first.path,
        message=f"procedures call each other in a circle: {' → '.join(page.id for page in [*pages, first])}",
        hint="whoever follows them never comes to an end: let one of the steps say what to do without calling back",
        location=first.field("steps", calls[first.id][following[0].id], "sop"),
        related=tuple(
            Related(
                path=page.path,
                location=page.field("steps", calls[page.id][then.id], "sop"),
                message=f"{page.id} calls {then.id} here",
            )
            for page, then in list(zip(pages, following, strict=True))[1:]
        ),
        key=" ".join(page.id for page in pages),
    )

"""Procedures that call procedures, drawn as flowcharts: a lane per category, a line per call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kb_builder.flow.layout import lay_out, lay_out_narrow
from kb_builder.messages import Messages
from kb_builder.model.document import Document
from kb_builder.model.flow import Edge, Flow, Lane, Node, NodeKind
from kb_builder.model.paths import PROCESS_MAP
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages.flowchart import Picture, called_sops, chart_words, picture
from kb_builder.pages.view import View, link
from kb_builder.pages.words import CATEGORIES

# A group of more procedures is shown in the table only: its picture could not be taken in any more.
_DRAWN = 60


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the map of a staff site, if any procedure calls another."""
    if not view.is_staff:
        return
    documents = {each.id: each for each in view.catalog.documents if "steps" in each.fields and not each.is_obsolete}
    calls = {
        id_: [called for called in called_sops(view.catalog, document) if called in documents]
        for id_, document in documents.items()
    }
    callers: dict[str, list[str]] = {id_: [] for id_ in documents}
    for id_, called in calls.items():
        for each in called:
            callers[each].append(id_)
    mapped = sorted(id_ for id_ in documents if calls[id_] or callers[id_])
    if not mapped:
        return
    words = view.words()
    title = words("Process map")
    drawn = [group for group in groups(mapped, calls, callers) if len(group) <= _DRAWN]
    yield StagedPage(
        path=PROCESS_MAP,
        title=title,
        summary=words("Which procedures call which"),
        language=words.language,
        body=view.render(
            "process_map.md.j2",
            here=PROCESS_MAP,
            title=title,
            maps=[
                _pictures(view, *map_flow(view, [documents[id_] for id_ in group], calls), number, words)
                for number, group in enumerate(drawn, 1)
            ],
            rows=[
                (documents[id_], [documents[each] for each in calls[id_]], [documents[each] for each in callers[id_]])
                for id_ in mapped
            ],
        ),
        in_search=False,
        hide=("navigation", "toc"),
    )


def groups(
    ids: Sequence[str], calls: Mapping[str, Sequence[str]], callers: Mapping[str, Sequence[str]]
) -> list[list[str]]:
    """Return the groups of procedures that calls connect, each with callers first, the largest group first."""
    order = _callers_first(ids, calls)
    found: list[list[str]] = []
    group_of: dict[str, int] = {}
    for start in ids:
        if start in group_of:
            continue
        open_, group_of[start] = [start], len(found)
        for each in open_:
            for other in (*calls[each], *callers[each]):
                if other not in group_of:
                    group_of[other] = len(found)
                    open_.append(other)
        found.append([])
    for id_ in order:
        found[group_of[id_]].append(id_)
    return sorted(found, key=len, reverse=True)


def _callers_first(ids: Sequence[str], calls: Mapping[str, Sequence[str]]) -> list[str]:
    """Return ids so that a caller stands before what it calls, as far as calls in a circle allow."""
    done: list[str] = []
    seen: set[str] = set()
    for root in ids:
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(calls[root]))]
        while stack:
            id_, left = stack[-1]
            called = next((each for each in left if each not in seen), None)
            if called is None:
                done.append(id_)
                stack.pop()
            else:
                seen.add(called)
                stack.append((called, iter(calls[called])))
    return done[::-1]


def map_rows(documents: Sequence[Document], calls: Mapping[str, Sequence[str]]) -> Mapping[str, int]:
    """Return a row for every procedure: below its callers, and alone in its category."""
    found: dict[str, int] = {}
    taken: set[tuple[int, str]] = set()
    least = dict.fromkeys((document.id for document in documents), 0)
    for document in documents:
        row = least[document.id]
        while (row, document.text("category")) in taken:
            row += 1
        found[document.id] = row
        taken.add((row, document.text("category")))
        for called in calls[document.id]:
            least[called] = max(least[called], row + 1)
    return found


def map_flow(view: View, documents: Sequence[Document], calls: Mapping[str, Sequence[str]]) -> tuple[Flow, list[int]]:
    """Return procedures and their calls as a flow, one lane per category, and the rows of its nodes."""
    words = view.words()
    row = map_rows(documents, calls)
    documents = sorted(documents, key=lambda document: row[document.id])
    place = {document.id: i for i, document in enumerate(documents)}
    categories = dict.fromkeys(document.text("category") for document in documents)
    known = list(CATEGORIES)
    flow = Flow(
        nodes=tuple(
            Node(
                id=document.id,
                kind=NodeKind.SUBPROCESS,
                name=document.title,
                lane=document.text("category"),
                index=i,
                handler=view.catalog.owner_name(document.text("owner")),
                expected=document.id,
            )
            for i, document in enumerate(documents)
        ),
        edges=tuple(
            Edge(source=document.id, target=called, is_back=place[called] <= place[document.id])
            for document in documents
            for called in calls[document.id]
        ),
        lanes=tuple(
            Lane(id=name, name=words(CATEGORIES.get(name, name)))
            for name in sorted(categories, key=lambda name: (known.index(name) if name in known else len(known), name))
        ),
    )
    return flow, [row[document.id] for document in documents]


def _pictures(view: View, flow: Flow, rows: list[int], number: int, words: Messages) -> tuple[Picture, Picture]:
    labels = {
        **chart_words(words),
        "role": words("Category: "),
        "handler": words("Owner: "),
        "expected": words("No.: "),
    }
    by_id = view.catalog.by_id
    links = [(node.id, link(PROCESS_MAP, by_id[node.id].content_path), f"{node.id} {node.name}") for node in flow.nodes]
    title = words("Process map")
    description = words("{n} procedures; the table below says the same in words.", n=len(flow.nodes))
    return (
        picture(lay_out(flow, labels, rows), f"kb-map-{number}-wide", title, description, links),
        picture(lay_out_narrow(flow, labels), f"kb-map-{number}-narrow", title, description, links),
    )

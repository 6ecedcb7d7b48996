"""Questions by the type of problem they are about, each type with its share of all."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.document import Document
from kb_builder.model.paths import PROBLEMS
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages.view import View
from kb_builder.pages.words import PROBLEMS as NAMES


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the page of problem types, on the staff site and if any page in force names one."""
    if not view.is_staff:
        return
    by_type: dict[str, list[Document]] = {}
    for document in sorted(view.catalog.documents, key=lambda each: each.id):
        if document.text("problem_type") and not document.is_obsolete:
            by_type.setdefault(document.text("problem_type"), []).append(document)
    if not by_type:
        return
    order = list(NAMES)
    words = view.words()
    yield StagedPage(
        path=PROBLEMS,
        title=words("Problem types"),
        summary=words("Questions by the type of problem they are about"),
        language=words.language,
        body=view.render(
            "problems.md.j2",
            here=PROBLEMS,
            groups=[
                (words(NAMES.get(name, name)), by_type[name])
                for name in sorted(by_type, key=lambda name: (order.index(name) if name in order else len(order), name))
            ],
            count=sum(map(len, by_type.values())),
        ),
        in_search=False,
    )

"""Who answers for what: a list of teams, roles and people, and a page for each with its pages and steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kb_builder.model.document import Document
from kb_builder.model.flow import Node
from kb_builder.model.owner import Owner
from kb_builder.model.paths import OWNERS, owner_path
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages.flowchart import flow_in
from kb_builder.pages.view import View
from kb_builder.pages.words import KINDS, TIERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """What an owner answers for: pages, and steps of procedures with their page."""

    pages: list[Document] = field(default_factory=list)
    steps: list[tuple[Document, list[Node]]] = field(default_factory=list)

    @property
    def step_count(self) -> int:
        """Number of steps over all procedures."""
        return sum(len(nodes) for _document, nodes in self.steps)


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the list of owners and their pages, on the staff site and where there is a registry."""
    owners = view.catalog.owners
    if not view.is_staff or not owners:
        return
    words = view.words()
    duties = duties_of(view)
    groups = [
        (
            kind,
            sorted(
                (each for each in owners.values() if each.kind == kind), key=lambda each: (each.department, each.id)
            ),
        )
        for kind in KINDS
    ]
    yield StagedPage(
        path=OWNERS,
        title=words("Owners and roles"),
        summary=words("Who answers for which pages and steps"),
        language=words.language,
        body=view.render(
            "owners.md.j2",
            here=OWNERS,
            groups=[(kind, found) for kind, found in groups if found],
            duties=duties,
            states={
                id_: Counter(view.catalog.review(document).state for document in each.pages)
                for id_, each in duties.items()
            },
        ),
    )
    teams: dict[str, list[Owner]] = {}
    for owner in owners.values():
        for member in owner.members:
            teams.setdefault(member, []).append(owner)
    for owner in owners.values():
        yield _page(view, owner, duties[owner.id], teams.get(owner.id, []))


def _page(view: View, owner: Owner, duties: Duties, teams: list[Owner]) -> StagedPage:
    words = view.words()
    owners = view.catalog.owners or {}
    path = owner_path(owner.id)
    kind = words(KINDS.get(owner.kind, owner.kind))
    return StagedPage(
        path=path,
        title=owner.name,
        summary=" · ".join(filter(None, (kind, owner.department))),
        language=words.language,
        body=view.render(
            "owner.md.j2",
            here=path,
            owner=owner,
            kind=kind,
            tier=words(TIERS.get(owner.tier, owner.tier)) if owner.tier else "",
            deputy=owners.get(owner.deputy),
            members=[owners[id_] for id_ in owner.members if id_ in owners],
            teams=teams,
            active=owner.is_active(view.catalog.as_of),
            duties=duties,
        ),
        hide=("navigation",),
    )


def duties_of(view: View) -> Mapping[str, Duties]:
    """Return for every owner of the registry the pages and the steps that name it; obsolete pages are left out."""
    return view.once(("duties",), lambda: _duties(view))


def _duties(view: View) -> Mapping[str, Duties]:
    catalog = view.catalog
    words = view.words()
    found = {id_: Duties() for id_ in catalog.owners or {}}
    for document in sorted(catalog.documents, key=lambda each: each.id):
        if document.is_obsolete:
            continue
        if document.text("owner") in found and not catalog.type_of(document).record:
            found[document.text("owner")].pages.append(document)
        if "steps" not in document.fields:
            continue
        by_role: dict[str, list[Node]] = {}
        for node in flow_in(view, document, words.language).steps:
            by_role.setdefault(node.lane, []).append(node)
        for role, nodes in by_role.items():
            if role in found:
                found[role].steps.append((document, nodes))
    return found

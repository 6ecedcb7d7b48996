"""Everything the checks look at: all pages, assets and registries of a project on one day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from kb_builder.model.alert import Alert
from kb_builder.model.baseline import KnownFinding
from kb_builder.model.channel import ChannelRegistry
from kb_builder.model.content_type import ContentType, Pattern
from kb_builder.model.dates import parse_date, parse_period
from kb_builder.model.document import Document
from kb_builder.model.flow import FlowFault, FlowFaultKind
from kb_builder.model.history import Deleted, History
from kb_builder.model.kpi import Kpi
from kb_builder.model.location import FieldPath, Span
from kb_builder.model.owner import Owner
from kb_builder.model.record import DRILL, Mention
from kb_builder.model.review import Review
from kb_builder.model.safe_html import HtmlFaultKind
from kb_builder.model.search import SynonymGroup
from kb_builder.model.settings import Settings
from kb_builder.model.sla import SlaRegistry

_ID = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+", re.ASCII)
_ID_LINE = re.compile(r"^[ \t]*[\"']?id[\"']?[ \t]*[:：=][ \t]*(\S+)", re.MULTILINE)


class LinkProblem(StrEnum):
    """Why a link does not lead anywhere."""

    PAGE = "page"
    ANCHOR = "anchor"
    ASSET = "asset"
    FORM = "form"
    # Written so that it does not become a link: readers see it as it stands.
    LOST = "lost"
    # It may run something in the reader's browser, or ask another host without the reader's doing.
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLink:
    """A link or image in the body of a page that leads to another file of the project.

    `href` is as written, `target` the content path it names (empty for the page itself), `fragment` the
    anchor without `#`. `problem` is None where the link is in order.
    """

    href: str
    span: Span
    target: str
    fragment: str
    problem: LinkProblem | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsafeHtml:
    """HTML in the body of a page that it may not hold; `what` names the element, attribute or name."""

    kind: HtmlFaultKind
    what: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What the Markdown of a page holds as rendered: its links and the headings that have no text.

    Links in code are not links. `failure` says why the page could not be rendered. `comments` are those of HTML, on
    pages for customers alone; `open_comments` the `<!--` that nothing closes; `unsafe` is HTML that may not be. Spans
    count from the beginning of the file, and the Markdown begins at `start`.
    """

    start: int = 0
    links: tuple[BodyLink, ...] = ()
    empty_headings: tuple[Span, ...] = ()
    comments: tuple[Span, ...] = ()
    open_comments: tuple[Span, ...] = ()
    unsafe: tuple[UnsafeHtml, ...] = ()
    failure: str = ""


EMPTY_BODY = Body()


@dataclass(frozen=True, slots=True)
class Reference:
    """An id in the front matter of a page: whose page, which field, and the id of an owner or another page."""

    document: Document
    path: FieldPath
    target: str


@dataclass(frozen=True, slots=True)
class RegistryReference:
    """An id in a registry: the file's path, the field, and the id of an owner or a channel."""

    path: str
    field: FieldPath
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file beside the pages that may be published as it is. `content_path` as for documents; size in bytes."""

    path: str
    content_path: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """The indexed project. Documents are sorted by path; a registry is None where there is no file of it.

    `step_faults` maps the path of a page to what is wrong with its steps, if anything is.
    `bodies` maps a content path to what the page's Markdown holds, `reviews` a path to how its review stands on
    `as_of`. `mentions` maps the id of a page to what records say of it, oldest first. `registry_texts` maps the path of
    a registry file to what is in it, to place findings there.
    `history` is what Git knows of the content, empty without Git; `deleted` are pages that are no longer there, and
    `unchanged` maps the path of a page whose text its last review left as it was to the day of the review before.
    `debt` are the findings of the baseline that still occur.
    """

    settings: Settings
    as_of: date
    documents: tuple[Document, ...]
    assets: tuple[Asset, ...] = ()
    owners: Mapping[str, Owner] | None = None
    sla: SlaRegistry | None = None
    kpis: Mapping[str, Kpi] | None = None
    channels: ChannelRegistry | None = None
    alerts: Mapping[str, Alert] | None = None
    synonyms: tuple[SynonymGroup, ...] | None = None
    registry_texts: Mapping[str, str] = field(default_factory=dict)
    bodies: Mapping[str, Body] = field(default_factory=dict)
    step_faults: Mapping[str, tuple[FlowFault, ...]] = field(default_factory=dict)
    reviews: Mapping[str, Review] = field(default_factory=dict)
    history: History = field(default_factory=History)
    deleted: tuple[Deleted, ...] = ()
    unchanged: Mapping[str, date] = field(default_factory=dict)
    mentions: Mapping[str, tuple[Mention, ...]] = field(default_factory=dict)
    debt: tuple[KnownFinding, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Document]:
        """The first page, by path, of every id."""
        found: dict[str, Document] = {}
        for document in self.documents:
            if document.id:
                found.setdefault(document.id, document)
        return found

    @cached_property
    def doubtful_ids(self) -> frozenset[str]:
        """The ids that pages may have whose front matter cannot be read, or whose id is not written as ids are."""
        found = set()
        for document in self.documents:
            if not document.raw.values and document.raw.faults:
                line = _ID_LINE.search(document.raw.text)
                if line:
                    found.add(line[1])
            elif document.id and not _ID.fullmatch(document.id):
                found.add(id_letters(document.id))
        return frozenset(map(id_letters, found))

    @cached_property
    def by_content_path(self) -> Mapping[str, Document]:
        """Every page by its path in the content folder."""
        return {document.content_path: document for document in self.documents}

    @cached_property
    def asset_paths(self) -> frozenset[str]:
        """The content paths of all assets."""
        return frozenset(asset.content_path for asset in self.assets)

    @cached_property
    def _successors(self) -> Mapping[str, Document]:
        return {old: new for new in self.documents if not new.is_obsolete for old in new.texts("supersedes")}

    @cached_property
    def owner_references(self) -> Sequence[Reference]:
        """Every owner id in the front matter of all pages."""
        return [
            each for document in self.documents for each in _references(document, self.type_of(document).owner_refs)
        ]

    @cached_property
    def document_references(self) -> Sequence[Reference]:
        """Every id of another page in the front matter of all pages."""
        return [
            each for document in self.documents for each in _references(document, self.type_of(document).document_refs)
        ]

    @cached_property
    def registry_owner_references(self) -> Sequence[RegistryReference]:
        """Every owner id in the registries, but for that of the owners itself."""
        named: list[tuple[str, FieldPath, str]] = []
        for policy in self.sla.policies.values() if self.sla else ():
            named.append(("sla.yml", ("policies", policy.id, "owner"), policy.owner))
            for index, shift in enumerate(policy.duty):
                named.append(("sla.yml", ("policies", policy.id, "duty", index, "role"), shift.role))
        named += [("kpis.yml", (kpi.id, "owner"), kpi.owner) for kpi in (self.kpis or {}).values()]
        for channel in self.channels.channels.values() if self.channels else ():
            named.append(("channels.yml", ("channels", channel.id, "owner"), channel.owner))
        named += [("alerts.yml", (alert.id, "owner"), alert.owner) for alert in (self.alerts or {}).values()]
        return [RegistryReference(self.registry_path(name), path, target) for name, path, target in named if target]

    @cached_property
    def channel_references(self) -> Sequence[RegistryReference]:
        """Every channel id in the registries."""
        named: list[tuple[str, FieldPath, tuple[str, ...]]] = []
        for policy in self.sla.policies.values() if self.sla else ():
            path: FieldPath = ("policies", policy.id)
            named.append(("sla.yml", (*path, "channels"), policy.channels))
            for level in policy.levels:
                named.append(("sla.yml", (*path, "levels", level.id, "channels"), level.channels))
        named += [("alerts.yml", (alert.id, "channels"), alert.channels) for alert in (self.alerts or {}).values()]
        return [
            RegistryReference(self.registry_path(name), (*path, index), target)
            for name, path, targets in named
            for index, target in enumerate(targets)
        ]

    def flow_faults(self, kind: FlowFaultKind) -> Iterator[tuple[Document, FlowFault]]:
        """Yield every fault of a kind in the steps of pages in force or on their way, with the page."""
        for path, faults in self.step_faults.items():
            for fault in faults:
                if fault.kind is kind:
                    yield self.by_path[path], fault

    @cached_property
    def by_path(self) -> Mapping[str, Document]:
        """Every page by its path in the project."""
        return {document.path: document for document in self.documents}

    @property
    def owners_path(self) -> str:
        """The path of the registry of owners."""
        return self.registry_path("owners.yml")

    def registry_path(self, name: str) -> str:
        """Return the path of a registry file in the project."""
        return f"{self.settings.registry}/{name}"

    def successor(self, document: Document) -> Document | None:
        """Return the page in force that supersedes this one."""
        return self._successors.get(document.id)

    def type_of(self, document: Document) -> ContentType:
        """Return the content type of a page."""
        return self.settings.types[document.type]

    def review(self, document: Document) -> Review:
        """Return how the page's review stands."""
        return self.reviews[document.path]

    def last_drill(self, document: Document) -> Mention | None:
        """Return the last drill, up to today, that exercised a page."""
        drills = (
            mention
            for mention in reversed(self.mentions.get(document.id, ()))
            if mention.kind == DRILL and mention.path[0] == "sops" and mention.day <= self.as_of
        )
        return next(drills, None)

    def next_drill(self, document: Document) -> date | None:
        """Return the last day for the next drill of a page in force, None if nobody asks for one.

        It counts from the last drill; if there was none, from the first day on which the page is known to be in force.
        """
        interval = parse_period(document.text("drill_interval"))
        if interval is None or not document.is_published or not self.has_drills:
            return None
        last = self.last_drill(document)
        if last:
            return interval.after(last.day)
        known = [document.text("effective_date"), document.text("last_reviewed")]
        known += [str(entry.get("date")) for _index, entry in document.entries("reviews")]
        days = [day for day in map(parse_date, known) if day]
        return interval.after(min(days)) if days else None

    @property
    def has_drills(self) -> bool:
        """Whether the project keeps records of drills at all."""
        return any(each.trigger == DRILL for each in self.settings.types.values())

    def body(self, document: Document) -> Body:
        """Return what the page's Markdown holds."""
        return self.bodies.get(document.content_path, EMPTY_BODY)

    def owner_words(self, owner_id: str) -> str:
        """Return an owner's id with the name in brackets, or the id alone where that is all there is."""
        name = self.owner_name(owner_id)
        return owner_id if name == owner_id else f"{owner_id} ({name})"

    def owner_name(self, owner_id: str) -> str:
        """Return the name of an owner, or the id where it is unknown."""
        owner = (self.owners or {}).get(owner_id)
        return owner.name if owner else owner_id


def id_letters(id_: str) -> str:
    """Return letters and digits of an id in ordinary width and capitals: two that are alike may be meant for one."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", id_).upper()))


def _references(document: Document, patterns: Iterable[Pattern]) -> Iterator[Reference]:
    for pattern in patterns:
        if pattern[0] not in document.fields:
            continue
        for path, target in document.find_texts(pattern):
            yield Reference(document, path, target)

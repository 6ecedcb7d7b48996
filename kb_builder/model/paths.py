"""Where pages stand in the content tree and in the staged one."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from kb_builder.model.content_type import ContentType

HOME = "index.md"
FLOWCHARTS = "flowcharts.md"
PROCESS_MAP = "process-map.md"
OWNERS = "owners.md"
DUTIES = "duties.md"
REVIEWS = "reviews.md"
ACTIONS = "actions.md"
COVERAGE = "coverage.md"
REFERENCES = "references.md"
CHANGES = "changes.md"
TAGS = "tags.md"
PROBLEMS = "problems.md"
SLA = "sla.md"
KPIS = "kpis.md"
INCIDENTS = "incidents.md"
ALERTS = "alerts.md"
CHANNELS = "channels.md"
TICKET = "ticket-template.md"
REPORT = "report-template.md"
SYNONYMS = "synonyms.md"
# Pages about the whole knowledge base, each made by one module of `pages`.
HUBS = (
    *(HOME, FLOWCHARTS, PROCESS_MAP, OWNERS, DUTIES, CHANGES, TAGS, PROBLEMS, REFERENCES),
    *(REVIEWS, ACTIONS, COVERAGE),
    *(SLA, KPIS, INCIDENTS, ALERTS, CHANNELS, TICKET, REPORT, SYNONYMS),
)


def index_path(content_type: ContentType) -> str:
    """Return the path of the page that lists a type."""
    return (
        f"{content_type.folder}/index.md" if content_type.folder not in ("", ".") else f"{content_type.name}-index.md"
    )


def generated_paths(types: Iterable[ContentType]) -> frozenset[str]:
    """Return the paths of all generated pages: links may lead there, and authors may not take them."""
    return frozenset((*HUBS, *(index_path(content_type) for content_type in types)))


def owner_path(id_: str) -> str:
    """Return the path of the page of an owner."""
    return f"owners/{id_}.md"


def owner_calendar(id_: str) -> str:
    """Return the path of the calendar of an owner's reviews."""
    return f"owners/{id_}.ics"


def page_path(content_path: str) -> str:
    """Return the path of a page in the staged tree: its content path, ending in `.md` whatever the source ends in."""
    for ending in (".html.md.erb", ".html.md", ".markdown"):
        if content_path.endswith(ending):
            return content_path.removesuffix(ending) + ".md"
    return content_path


def address(path: str) -> str:
    """Return where a staged page stands in the built site: `a.html`, and `index.html` for a README."""
    stem = path.removesuffix(".md")
    folder, slash, name = stem.rpartition("/")
    return f"{folder}{slash}{'index' if name == 'README' else name}.html"


def page_url(site: str, content_path: str, anchor: str = "") -> str:
    """Return the whole address of a page of the site at that address, or nothing where the site's is not known."""
    if not site:
        return ""
    return f"{site.rstrip('/')}/{quote(address(page_path(content_path)))}" + (f"#{anchor}" if anchor else "")

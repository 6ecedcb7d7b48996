"""Where pages stand in the content tree and in the staged one."""

from __future__ import annotations

from collections.abc import Iterable

from kb_builder.model.content_type import ContentType

HOME = "index.md"
FLOWCHARTS = "flowcharts.md"
PROCESS_MAP = "process-map.md"
OWNERS = "owners.md"
CHANGES = "changes.md"
TAGS = "tags.md"
# Pages about the whole knowledge base, each made by one module of `pages`.
HUBS = (HOME, FLOWCHARTS, PROCESS_MAP, OWNERS, CHANGES, TAGS)


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

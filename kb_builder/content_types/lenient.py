"""What is demanded of pages under a lenient schema: owners, reviews and the syntax of front matter, nothing else.

Such pages belong to another system, which names the files, gives pages their addresses and follows their links.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kb_builder.model.catalog import Catalog
from kb_builder.model.content_type import ContentType
from kb_builder.model.diagnostic import Finding, Rule
from kb_builder.model.globs import glob_regex
from kb_builder.model.settings import Settings
from kb_builder.sources.walk import Discovery

# The beginnings of the codes of checks about owners and reviews.
_SUBJECTS = ("KB2", "KB3")


def demanded_findings(catalog: Catalog, rules: Mapping[str, Rule], findings: Iterable[Finding]) -> Iterator[Finding]:
    """Leave out what checks find on such pages, but for owners and reviews."""
    lenient = {document.path for document in catalog.documents if catalog.type_of(document).lenient}
    for finding in findings:
        if finding.path not in lenient or rules[finding.slug].code.startswith(_SUBJECTS):
            yield finding


def demanded_faults(settings: Settings, found: Discovery) -> list[Finding]:
    """Leave out clashes of addresses of such pages, and names of files beside them that we would not publish."""
    lenient = [each for each in settings.types.values() if each.lenient]
    pages = {page.path for page in found.pages if settings.types[page.type].lenient}
    return [
        fault
        for fault in found.faults
        if not (fault.slug == "path-clash" and fault.path in pages)
        and not (fault.slug == "unsafe-name" and _is_beside_pages(settings, lenient, fault.path))
    ]


def _is_beside_pages(settings: Settings, lenient: Iterable[ContentType], path: str) -> bool:
    """Whether a path is that of a file in the folder of such pages that is none of them."""
    inside = path.removeprefix(settings.content + "/")
    for content_type in lenient:
        within = inside if content_type.folder == "." else inside.removeprefix(content_type.folder + "/")
        if content_type.folder != "." and within == inside:
            continue
        is_page = any(glob_regex(pattern).fullmatch(within) for pattern in content_type.include)
        # What is in a folder with such a name was not looked at: that must be known.
        return not is_page and not (settings.root / path).is_dir()
    return False

"""What a content type is: data, whether it comes with the package or from kb.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kb_builder.model.dates import Period

Pattern = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentType:
    """A kind of page.

    `folder` lies in the content folder. `schema` is the flat JSON Schema of the front matter, shared fields
    included. `label` and `plural` map a language to the words shown on the sites. `group_by` is the field by which the
    index page groups. A `record` has no review dates; `dated_by` are the fields that say when what it tells of was,
    from the beginning to the end, and `trigger` why a page is reviewed that it finds something of. Intervals are None
    where nothing is demanded.
    `aliases`, `defaults` and `ignore` are what kb.yml says of foreign fields; `lenient` demands only owner and
    review fields. `document_refs` and `owner_refs` are the paths of fields that hold ids of pages and owners, with
    `*` for every entry of a list or mapping.
    `template` is the Markdown that a new page begins with, `translations` the same by language where there is more.
    """

    name: str
    folder: str
    schema: Mapping[str, Any]
    id_example: str
    label: Mapping[str, str]
    plural: Mapping[str, str]
    audiences: tuple[str, ...] = ("staff",)
    group_by: str = ""
    record: bool = False
    dated_by: tuple[str, ...] = ()
    trigger: str = ""
    interval: Period | None = None
    min_interval: Period | None = None
    max_interval: Period | None = None
    category_intervals: Mapping[str, Period] = field(default_factory=dict)
    deputy_required: bool = False
    evidence_required: bool = False
    include: tuple[str, ...] = ("**/*.md",)
    exclude: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()
    lenient: bool = False
    template: str = ""
    translations: Mapping[str, str] = field(default_factory=dict)
    document_refs: tuple[Pattern, ...] = ()
    owner_refs: tuple[Pattern, ...] = ()

    def default_interval(self, category: str) -> Period | None:
        """Return the review interval of a page that names none."""
        return self.category_intervals.get(category, self.interval)

    def template_in(self, language: str) -> str:
        """Return what a new page in a language begins with; an empty text if the type has no template."""
        return self.translations.get(language, self.template)

    def word(self, words: Mapping[str, str], language: str) -> str:
        """Return the word for a language, else the English one, else the type's name."""
        return words.get(language) or words.get("en") or self.name

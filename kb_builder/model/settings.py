"""What kb.yml says, checked and with defaults filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from kb_builder.model.content_type import ContentType
from kb_builder.model.dates import Period
from kb_builder.model.diagnostic import Severity
from kb_builder.model.globs import glob_regex
from kb_builder.model.location import FieldPath
from kb_builder.model.record import RecordPolicy

LANGUAGES = ("zh-Hant", "zh-Hans", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One of the two sites. `out` is relative to the project; `url` is empty when unknown.

    `canaries` must never be on the customer site; `known_words` customers may read although they are also internal.
    """

    audience: str
    name: str
    url: str
    out: str
    language: str
    description: str = ""
    edit_url: str = ""
    report_url: str = ""
    canaries: tuple[str, ...] = ()
    known_words: tuple[str, ...] = ()

    @property
    def report_names_ids(self) -> bool:
        """Whether reports of readers name pages by their ids."""
        return "{id}" in self.report_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A changed severity for one check, perhaps only for some paths and only until a day.

    `field` is where kb.yml says so. With `until` the override ends after that day.
    """

    check: str
    severity: Severity
    paths: tuple[str, ...]
    until: date | None
    reason: str
    field: FieldPath

    def applies(self, check: str, path: str, today: date) -> bool:
        """Whether it changes the findings of a check in a file on a day."""
        if check != self.check or (self.until and today > self.until):
            return False
        return not self.paths or any(glob_regex(pattern).fullmatch(path) for pattern in self.paths)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A project: where its content lies, how its sites are called, what its checks demand.

    `root` is the folder of kb.yml, `path` its path as shown in messages, `text` what it says. `records` holds the
    limits for the records of a type, `reviewers` the owners who must be among the reviewers of a category's pages.
    `files` are the paths of the schemas and templates that kb.yml names.
    """

    root: Path
    path: str
    text: str
    content: str
    registry: str
    language: str
    timezone: str
    sites: Mapping[str, Site]
    due_soon: Period
    grace: Period
    after_incident: Period
    types: Mapping[str, ContentType]
    overrides: tuple[Override, ...] = field(default=())
    records: Mapping[str, RecordPolicy] = field(default_factory=dict)
    reviewers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[str, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days begin and end."""
        return ZoneInfo(self.timezone)

    @property
    def content_dir(self) -> Path:
        """The content folder."""
        return self.root / self.content

    @property
    def registry_dir(self) -> Path:
        """The registry folder."""
        return self.root / self.registry

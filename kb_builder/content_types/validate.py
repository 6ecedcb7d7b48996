"""Reads the front matter of pages by their content type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kb_builder.content_types.load import COMPUTED_FIELDS
from kb_builder.model.content_type import ContentType
from kb_builder.model.diagnostic import Finding
from kb_builder.model.document import Document, RawDocument
from kb_builder.model.location import Field
from kb_builder.schema.sentences import explain
from kb_builder.schema.validator import SchemaValidator


class DocumentValidator:
    """Validates the pages of one type; the schema is compiled once."""

    def __init__(self, content_type: ContentType) -> None:
        self._type = content_type
        self._schema = SchemaValidator(content_type.schema)
        self._plain = not (content_type.aliases or content_type.defaults or content_type.ignore or content_type.lenient)

    def validate(self, raw: RawDocument) -> tuple[Document, tuple[Finding, ...]]:
        """Return the page with its fields, and what its schema finds. Faults of syntax are not repeated."""
        if raw.block is None:
            return Document(raw=raw, type=self._type.name, fields={}, valid=False), ()
        fields: Mapping[str, Any]
        if self._plain:
            fields, names, findings = raw.values, {}, ()
        else:
            fields, names, findings = self._translate(raw)
        if raw.faults and not raw.values:
            return Document(raw=raw, type=self._type.name, fields={}, valid=False), ()
        if not self._schema.is_valid(fields):
            findings = (*findings, *self._explain(raw, fields, names))
        document = Document(
            raw=raw, type=self._type.name, fields=fields, names=names, valid=not (raw.faults or findings)
        )
        return document, findings

    def foreign_fields(self, document: Document) -> tuple[str, ...]:
        """Return the fields of a page under a lenient schema that the strict one does not know."""
        known = self._type.schema.get("x-known")
        return tuple(name for name in document.fields if name not in known) if known else ()

    def _explain(
        self, raw: RawDocument, fields: Mapping[str, Any], names: Mapping[str, str]
    ) -> tuple[Finding, ...]:
        lost = any(fault.slug == "lost-value" for fault in raw.faults)
        found = []
        for sentence in explain(self._schema.errors(fields), COMPUTED_FIELDS, self._alias_names(names)):
            if lost and "is empty" in sentence.message:
                continue
            found.append(
                Finding(
                    slug=sentence.slug,
                    path=raw.path,
                    message=sentence.message,
                    hint=sentence.hint,
                    location=place(sentence.location, names),
                    key=sentence.key,
                )
            )
        return tuple(found)

    def _alias_names(self, names: Mapping[str, str]) -> Mapping[str, str]:
        """Map our field names to the author's, also for fields that are missing."""
        return {**{ours: theirs for theirs, ours in self._type.aliases.items()}, **names}

    def _translate(self, raw: RawDocument) -> tuple[dict[str, Any], dict[str, str], tuple[Finding, ...]]:
        """Rename aliased fields, drop ignored ones, fill in defaults."""
        fields: dict[str, Any] = {}
        names: dict[str, str] = {}
        findings: list[Finding] = []
        for theirs, value in raw.values.items():
            if theirs in self._type.ignore:
                continue
            ours = self._type.aliases.get(theirs, theirs)
            if ours != theirs and ours in raw.values:
                findings.append(
                    Finding(
                        slug="duplicate-key",
                        path=raw.path,
                        message=f"`{theirs}` stands for `{ours}`, which is given as well",
                        hint="keep one of them",
                        location=Field(path=(theirs,), on_key=True),
                    )
                )
                continue
            if ours != theirs:
                names[ours] = theirs
                if ours == "owner" and isinstance(value, list):
                    rest = value[1:]
                    value = value[0] if value else None
                    if rest:
                        fields.setdefault("reviewers", rest)
                        names.setdefault("reviewers", theirs)
            fields[ours] = value
        for name, value in self._type.defaults.items():
            fields.setdefault(name, value)
        if self._type.lenient:
            fields.setdefault("id", raw.content_path)
        return fields, names, tuple(findings)


def place(location: Field, names: Mapping[str, str]) -> Field:
    """Return where a field stands in the author's own front matter."""
    if not location.path or location.path[0] not in names:
        return location
    return replace(location, path=(names[str(location.path[0])], *location.path[1:]))

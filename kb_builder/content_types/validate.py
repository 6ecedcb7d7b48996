"""Reads the front matter of pages by their content type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kb_builder.content_types.load import COMPUTED_FIELDS
from kb_builder.model.content_type import ContentType
from kb_builder.model.diagnostic import Finding, Severity
from kb_builder.model.document import Document, RawDocument, authored_path
from kb_builder.model.location import Field
from kb_builder.schema.sentences import explain
from kb_builder.schema.validator import SchemaValidator


class DocumentValidator:
    """Validates the pages of one type; the schema is compiled once."""

    def __init__(self, content_type: ContentType) -> None:
        self._type = content_type
        self._schema = SchemaValidator(content_type.schema)
        self._plain = not (content_type.aliases or content_type.defaults or content_type.ignore or content_type.lenient)
        # Under a lenient schema, one for every field we know; None under a strict one.
        self._known = _validators(content_type.schema)

    def validate(self, raw: RawDocument, *, is_known: bool = False) -> tuple[Document, tuple[Finding, ...]]:
        """Return the page with its fields, and what its schema finds. Faults of syntax are not repeated.

        `is_known` if the page, as it is, was found to meet the schema before.
        """
        if raw.block is None:
            return Document(raw=raw, type=self._type.name, fields={}, valid=False), ()
        fields: Mapping[str, Any] = raw.values
        names: Mapping[str, str] = {}
        findings: tuple[Finding, ...] = ()
        if not self._plain:
            fields, names, findings = self._translate(raw)
            findings = (*findings, *self._audience_not_met(raw))
        if raw.faults and not raw.values:
            return Document(raw=raw, type=self._type.name, fields={}, valid=False), ()
        if not is_known and not self._schema.is_valid(fields):
            findings = (*findings, *self._explain(raw, fields, names))
            # Nothing follows from an interval that is none: neither a day nor that it is too short.
            interval = authored_path(("review_interval",), names)
            if any(isinstance(each.location, Field) and each.location.path == interval for each in findings):
                fields = {name: value for name, value in fields.items() if name != "review_interval"}
        document = Document(raw=raw, type=self._type.name, fields=fields, names=names, valid=not raw.faults)
        return document, findings

    def foreign_fields(self, raw: RawDocument) -> tuple[str, ...]:
        """Return the fields of a page that a lenient schema lets through unread."""
        if self._known is None:
            return ()
        given = ((name, value) for name, value in raw.values.items() if name not in self._type.ignore)
        spoken_of = {each.location.path[0] for each in self._audience_not_met(raw) if isinstance(each.location, Field)}
        return tuple(
            name
            for name, value in given
            if name not in spoken_of and self._is_foreign(self._type.aliases.get(name, name), value)
        )

    def _audience_not_met(self, raw: RawDocument) -> tuple[Finding, ...]:
        """Say that pages under a lenient schema stay with the staff, if one is meant for anybody else.

        An audience that is none of ours is the affair of the other system, unless the type's pages have ours.
        """
        found = []
        for theirs, value in raw.values.items():
            if self._known is None or theirs in self._type.ignore:
                continue
            if self._type.aliases.get(theirs, theirs) != "audience" or value == "staff":
                continue
            if value == "customers":
                message = f"`{theirs}` is `customers`, but no page under a lenient schema reaches customers"
                hint = f"take `schema: lenient` out of types.{self._type.name}, or write `{theirs}: staff`"
                severity = Severity.WARNING
            elif "customers" in self._type.audiences:
                message = f"`{theirs}` is none of its values"
                hint = "write `staff`: no page under a lenient schema reaches customers"
                severity = Severity.ERROR
            else:
                continue
            found.append(
                Finding(
                    slug="invalid-choice",
                    path=raw.path,
                    message=message,
                    hint=hint,
                    location=Field(path=(theirs,)),
                    severity=severity,
                )
            )
        return tuple(found)

    def _is_foreign(self, ours: str, value: Any) -> bool:
        """Whether a field means nothing to us: we know none of that name, or not with such a value."""
        if self._known is None or ours in self._type.schema["properties"]:
            return False
        return ours not in self._known or not self._known[ours].is_valid(value)

    def _explain(self, raw: RawDocument, fields: Mapping[str, Any], names: Mapping[str, str]) -> tuple[Finding, ...]:
        lost = any(fault.slug == "lost-value" for fault in raw.faults)
        found = []
        for sentence in explain(self._schema.errors(fields), COMPUTED_FIELDS, names):
            if lost and "is empty" in sentence.message:
                continue
            found.append(sentence.finding(raw.path, place(sentence.location, names)))
        return tuple(found)

    def _translate(self, raw: RawDocument) -> tuple[dict[str, Any], dict[str, str], tuple[Finding, ...]]:
        """Rename aliased fields, drop ignored and foreign ones, fill in defaults."""
        fields: dict[str, Any] = {}
        names: dict[str, str] = {}
        rest: list[Any] = []
        findings: list[Finding] = []
        for theirs, value in raw.values.items():
            ours = self._type.aliases.get(theirs, theirs)
            if theirs in self._type.ignore or self._is_foreign(ours, value):
                continue
            if ours in fields or (ours != theirs and ours in raw.values):
                findings.append(_given_twice(raw.path, theirs, ours, names.get(ours, ours)))
                continue
            if ours == "owner" and isinstance(value, list) and (ours != theirs or self._known is not None):
                rest = value[1:]
                value = value[0] if value else None
                names[ours] = theirs
            elif ours != theirs:
                names[ours] = theirs
            fields[ours] = value
        if rest and "reviewers" not in fields:
            fields["reviewers"] = rest
            names["reviewers"] = names["owner"]
        for theirs, ours in self._type.aliases.items():
            if ours not in raw.values:
                names.setdefault(ours, theirs)
        for name, value in self._type.defaults.items():
            fields.setdefault(name, value)
        if self._type.lenient:
            fields.setdefault("id", raw.content_path)
        return fields, names, tuple(findings)


def _validators(schema: Mapping[str, Any]) -> Mapping[str, SchemaValidator] | None:
    known = schema.get("x-known")
    if known is None:
        return None
    return {name: SchemaValidator({"$defs": schema["$defs"], **field}) for name, field in known.items()}


def _given_twice(path: str, theirs: str, ours: str, other: str) -> Finding:
    as_well = "which is given as well" if other == ours else f"as does `{other}`"
    return Finding(
        slug="duplicate-key",
        path=path,
        message=f"`{theirs}` stands for `{ours}`, {as_well}",
        hint="keep one of them",
        location=Field(path=(theirs,), on_key=True),
    )


def place(location: Field, names: Mapping[str, str]) -> Field:
    """Return where a field stands in the author's own front matter."""
    return replace(location, path=authored_path(location.path, names))

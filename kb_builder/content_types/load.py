"""Loads content types: those of the package and those kb.yml adds or adjusts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import PurePosixPath
from typing import Any

from kb_builder.model.content_type import ContentType, Pattern
from kb_builder.model.dates import Period, parse_period
from kb_builder.model.settings import LANGUAGES
from kb_builder.sources.yaml_block import parse_block

COMPUTED_FIELDS = frozenset(("next_review", "review_state"))
_REVIEW_FIELDS = ("last_reviewed", "review_interval")
_LENIENT_OWNER = {"type": "string", "pattern": "\\S", "x-expects": "a team, role or person"}
# What fields of ours may hold on a page that was written for another system. Nothing of it reaches customers.
_LENIENT_FIELDS: Mapping[str, Any] = {
    "title": {"type": "string", "pattern": "\\S"},
    "summary": {"type": "string"},
    "reviewers": {"type": "array", "items": _LENIENT_OWNER},
    "audience": {"const": "staff"},
}
# Keywords of a type's own schema that are merged with those of the shared fields, or that say nothing about a page.
_MERGED = frozenset((
    "$schema", "$id", "$comment", "title", "description", "examples", "type", "properties", "required", "$defs",
    "additionalProperties", "unevaluatedProperties",
))  # fmt: skip


def builtin_names() -> tuple[str, ...]:
    """Return the names of the types that come with the package, in the order in which sites show them."""
    folder = resources.files(__package__)
    names = sorted(entry.name for entry in folder.iterdir() if entry.joinpath("type.yml").is_file())
    return tuple(sorted(names, key=lambda name: builtin_definition(name)["order"]))


def builtin_file(name: str, file: str) -> str:
    """Return the text of a file in a built-in type's folder."""
    return resources.files(__package__).joinpath(name, file).read_text(encoding="utf-8")


@cache
def builtin_definition(name: str) -> Mapping[str, Any]:
    """Return what type.yml of a built-in type says."""
    return parse_block(builtin_file(name, "type.yml")).values


@cache
def builtin_schema(name: str) -> Mapping[str, Any]:
    """Return the own fields of a built-in type."""
    schema: dict[str, Any] = json.loads(builtin_file(name, "schema.json"))
    return schema


@cache
def shared_schema() -> Mapping[str, Any]:
    """Return the fields that all types share."""
    folder = resources.files(__package__)
    schema: dict[str, Any] = json.loads(folder.joinpath("shared.json").read_text(encoding="utf-8"))
    return schema


def builtin_page(name: str, page: str, language: str) -> str:
    """Return the `template` or the `example` of a built-in type in a language."""
    return builtin_file(name, f"{page}.md" if language == LANGUAGES[0] else f"{page}.{language}.md")


def make_type(
    name: str,
    definition: Mapping[str, Any],
    own: Mapping[str, Any],
    template: str,
    translations: Mapping[str, str] | None = None,
) -> ContentType:
    """Make a content type from what type.yml or kb.yml says of it and its own fields (a JSON Schema).

    `definition` was checked against the schema of kb.yml before. `translations` are the template in other languages.
    """
    review = definition.get("review", {})
    record = bool(definition.get("record", False))
    interval = _period(review.get("interval"))
    lenient = definition.get("schema") == "lenient"
    aliases: Mapping[str, str] = definition.get("aliases", {})
    defaults = dict(definition.get("defaults", {}))
    if lenient:
        defaults.setdefault("status", "published")
    schema = compose_schema(name, definition, own, record=record, has_interval=interval is not None)
    return ContentType(
        name=name,
        folder=str(PurePosixPath(definition.get("folder", name))),
        schema=_lenient_schema(schema, record) if lenient else schema,
        id_example=str(definition.get("id_example", "")),
        label=_words(definition.get("label"), name),
        plural=_words(definition.get("plural", definition.get("label")), name),
        audiences=tuple(definition.get("audiences", ("staff",))),
        group_by=str(definition.get("group_by", "")),
        record=record,
        dated_by=tuple(definition.get("dated_by", ())),
        trigger=str(definition.get("trigger", "")),
        interval=interval,
        min_interval=_period(review.get("min")),
        max_interval=_period(review.get("max")),
        category_intervals={
            category: period
            for category, text in definition.get("category_intervals", {}).items()
            if (period := parse_period(text))
        },
        deputy_required=bool(definition.get("deputy_required", False)) and not lenient,
        evidence_required=bool(definition.get("evidence_required", False)) and not lenient,
        include=tuple(definition.get("include", ("**/*.md",))),
        exclude=tuple(definition.get("exclude", ())),
        aliases=aliases,
        defaults=defaults,
        ignore=frozenset(definition.get("ignore", ())),
        lenient=lenient,
        template=template,
        translations=translations or {},
        document_refs=tuple(_paths_of(schema, "document_id")),
        owner_refs=(("owner",), ("reviewers", "*")) if lenient else tuple(_paths_of(schema, "owner_id")),
    )


def compose_schema(
    name: str, definition: Mapping[str, Any], own: Mapping[str, Any], *, record: bool, has_interval: bool
) -> dict[str, Any]:
    """Compose the flat schema of a type: shared and own fields side by side.

    Flat, because `allOf` with `unevaluatedProperties` reports every good field once one is bad. Only what a type says
    beyond its fields, such as a condition, is added as it is.
    """
    shared = shared_schema()
    properties = {**shared["properties"], **own.get("properties", {})}
    if record:
        for field in (*_REVIEW_FIELDS, "reviews"):
            if field not in own.get("properties", {}):
                properties.pop(field)
    pattern = definition.get("id_pattern")
    if pattern:
        example = definition.get("id_example")
        properties["id"] = {
            "type": "string",
            "pattern": pattern,
            "x-expects": f"an id such as {example}" if example else f"an id that matches {pattern}",
            **{key: properties["id"][key] for key in ("title", "description") if key in properties["id"]},
            **({"examples": [example]} if example else {}),
        }
    properties["audience"] = {**properties["audience"], "enum": list(definition.get("audiences", ("staff",)))}
    published = [field for field in definition.get("required_when_published", ()) if field in properties]
    if not record and not has_interval:
        published.append("review_interval")
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": own.get("title", name),
        "type": "object",
        "$defs": {**shared["$defs"], **own.get("$defs", {})},
        "properties": properties,
        "required": [*shared["required"], *own.get("required", ())],
        "additionalProperties": False,
    }
    if published:
        schema["if"] = {"properties": {"status": {"const": "published"}}, "required": ["status"]}
        schema["then"] = {"required": published}
    more = {keyword: value for keyword, value in own.items() if keyword not in _MERGED}
    if more:
        schema["allOf"] = [more]
    return schema


def _lenient_schema(schema: Mapping[str, Any], record: bool) -> dict[str, Any]:
    """Demand only the owner and the review fields; let everything else through."""
    fields = ("owner", *(() if record else _REVIEW_FIELDS))
    ours = schema["properties"]
    properties = {field: ours[field] for field in fields if field in ours}
    properties["owner"] = {**_words_of(ours["owner"]), **_LENIENT_OWNER}
    lenient: dict[str, Any] = {
        "$schema": schema["$schema"],
        "title": schema["title"],
        "type": "object",
        "$defs": schema["$defs"],
        "properties": properties,
        "required": ["owner"],
        # The fields that are read where they hold what they should; all others are foreign.
        "x-known": {
            **ours,
            **{name: {**_words_of(ours.get(name, {})), **field} for name, field in _LENIENT_FIELDS.items()},
            **properties,
        },
    }
    published = [field for field in schema.get("then", {}).get("required", ()) if field in properties]
    if published:
        lenient["if"] = schema["if"]
        lenient["then"] = {"required": published}
    return lenient


def _words_of(field: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a schema says of a field to people."""
    return {key: field[key] for key in ("title", "description", "examples") if key in field}


def _paths_of(schema: Mapping[str, Any], kind: str) -> Iterator[Pattern]:
    """Yield the paths of all fields whose values are of a kind in the schema's `$defs`, but for the page's own id."""
    found = _walk(schema, schema["$defs"], kind, (), frozenset())
    yield from (path for path in dict.fromkeys(found) if path != ("id",))


def _walk(
    node: Any, definitions: Mapping[str, Any], kind: str, path: Pattern, within: frozenset[str]
) -> Iterator[Pattern]:
    """Walk a schema; `within` are the definitions one is in, so that one that holds itself comes to an end."""
    if not isinstance(node, dict):
        return
    name = str(node.get("$ref", "")).removeprefix("#/$defs/")
    if name == kind:
        yield path
    elif name in definitions and name not in within:
        yield from _walk(definitions[name], definitions, kind, path, within | {name})
    for key, child in node.get("properties", {}).items():
        yield from _walk(child, definitions, kind, (*path, key), within)
    for key in ("items", "additionalProperties"):
        yield from _walk(node.get(key), definitions, kind, (*path, "*"), within)
    for key in ("anyOf", "oneOf", "allOf"):
        for child in node.get(key, ()):
            yield from _walk(child, definitions, kind, path, within)


def _period(text: Any) -> Period | None:
    return parse_period(text) if isinstance(text, str) else None


def _words(value: Any, name: str) -> Mapping[str, str]:
    if isinstance(value, str):
        return {"en": value, "zh-Hant": value, "zh-Hans": value}
    return value if isinstance(value, dict) else {"en": name}

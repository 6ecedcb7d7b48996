"""Loads the content types of a project: those of the package as kb.yml adjusts them, and those it adds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from kb_builder.content_types.load import (
    builtin_definition,
    builtin_names,
    builtin_page,
    builtin_schema,
    make_type,
    shared_schema,
)
from kb_builder.model.content_type import ContentType
from kb_builder.model.dates import Period
from kb_builder.model.location import FieldPath
from kb_builder.model.settings import LANGUAGES
from kb_builder.schema.sentences import did_you_mean, explain
from kb_builder.schema.validator import FORMATS, SchemaValidator

_IN_DEFINITIONS = "#/$defs/"


class TypeFault(Exception):
    """What is wrong with a type: a message, a remedy and the field of kb.yml that says it."""

    def __init__(self, message: str, hint: str, path: FieldPath, *, on_key: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = path
        self.on_key = on_key


def load_types(given: Mapping[str, Any], root: Path) -> tuple[dict[str, ContentType], list[TypeFault]]:
    """Load all types that are not turned off. `given` is `types` of kb.yml, checked against its schema."""
    types: dict[str, ContentType] = {}
    faults: list[TypeFault] = []
    for name in dict.fromkeys((*builtin_names(), *given)):
        entry: Mapping[str, Any] = given.get(name, {})
        if not entry.get("enabled", True):
            continue
        try:
            types[name] = _load_type(name, entry, root)
        except TypeFault as fault:
            faults.append(fault)
        else:
            faults += _contradictions(types[name], entry)
    faults += _same_pages(types, given)
    return types, faults


def files_named(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the paths of all files that `types` of kb.yml names: schemas of their own and templates."""
    named = [entry.get(field, "") for entry in given.values() for field in ("schema", "template")]
    return tuple(path for path in named if path not in ("", "strict", "lenient"))


def _load_type(name: str, given: Mapping[str, Any], root: Path) -> ContentType:
    builtin = name in builtin_names()
    definition = _adjusted(builtin_definition(name), given) if builtin else given
    own: Mapping[str, Any] = builtin_schema(name) if builtin else {}
    template, translations = _builtin_templates(name) if builtin else ("", {})
    if str(given.get("schema", "")).endswith(".json"):
        own = _own_schema(name, given["schema"], root)
    if "template" in given:
        template, translations = _read_beside(name, given["template"], "template", root), {}
    content_type = make_type(name, definition, own, template, translations)
    if "id_pattern" in given:
        path: FieldPath = ("types", name, "id_pattern")
        try:
            re.compile(given["id_pattern"])
        except re.error as error:
            raise TypeFault(
                f"the id pattern of `{name}` is no regular expression: {error}", "correct it", path
            ) from error
        _compile(content_type, f"the id pattern of `{name}` cannot be used", path)
    elif own and not (builtin and own is builtin_schema(name)):
        _compile(content_type, f"{given['schema']} cannot be used", ("types", name, "schema"))
    return content_type


def _builtin_templates(name: str) -> tuple[str, Mapping[str, str]]:
    """Return the template of a built-in type, and the same in each language."""
    pages = {language: builtin_page(name, "template", language) for language in LANGUAGES}
    return pages[LANGUAGES[0]], pages


def _adjusted(builtin: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Lay what kb.yml says over what type.yml says. Pages under a lenient schema have their own intervals."""
    review = dict(builtin.get("review", {}))
    if given.get("schema") == "lenient":
        review.pop("min", None)
        review.pop("max", None)
    return {**builtin, **given, "review": {**review, **given.get("review", {})}}


def _compile(content_type: ContentType, message: str, path: FieldPath) -> None:
    try:
        SchemaValidator(content_type.schema).is_valid({})
    except ValueError as error:
        reason = str(error).partition("\n")[0]
        raise TypeFault(f"{message}: {reason}", "correct it", path) from error


def _read_beside(name: str, path: str, key: str, root: Path) -> str:
    inside = not PurePosixPath(path).is_absolute() and ".." not in PurePosixPath(path).parts
    try:
        if not inside:
            raise OSError(0, "it must lie within the project")
        return (root / path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise TypeFault(
            f"`{path}` cannot be read: {reason}", "correct the path, relative to kb.yml", ("types", name, key)
        ) from error


def _own_schema(name: str, path: str, root: Path) -> dict[str, Any]:
    """Read the JSON Schema of a type's own fields and refuse what would fail on, or do nothing to, its pages."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    where: FieldPath = ("types", name, "schema")
    text = _read_beside(name, path, "schema", root)
    try:
        schema = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"{path}:{error.lineno}:{error.colno}"
        raise TypeFault(f"{place}: not valid JSON: {error.msg}", "mend the file", where) from error
    except RecursionError as error:
        raise TypeFault(f"{path}: nests too deeply", "flatten the schema", where) from error
    if not isinstance(schema, dict):
        raise TypeFault(
            f"{path} holds no JSON Schema of fields",
            'write {"properties": {…}, "required": […]}; the shared fields are added',
            where,
        )
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        at = ".".join(str(part) for part in error.absolute_path)
        raise TypeFault(
            f"{path} is no JSON Schema: {f'at {at}: ' if at else ''}{error.message}", "mend the file", where
        ) from error
    shared = shared_schema()
    for problem in _problems(schema, {**shared["$defs"], **schema.get("$defs", {})}):
        raise TypeFault(f"{path}: {problem}", "mend the file", where)
    for taken in schema.get("$defs", {}):
        if taken in shared["$defs"]:
            raise TypeFault(
                f"{path}: `$defs` of the shared fields has a `{taken}` already", "give yours another name", where
            )
    known = {**shared["properties"], **schema.get("properties", {})}
    for field in schema.get("required", ()):
        if field not in known:
            raise TypeFault(f"{path}: `required` names `{field}`, which is no field", _suggest(field, known), where)
    return schema


def _problems(node: Any, definitions: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is a JSON Schema but does not work here: references that lead out, formats that are not checked."""
    if isinstance(node, list):
        for child in node:
            yield from _problems(child, definitions)
    if not isinstance(node, dict):
        return
    target, form = node.get("$ref"), node.get("format")
    if isinstance(target, str) and target.removeprefix(_IN_DEFINITIONS) not in definitions:
        yield f"`$ref` is `{target}`; it must be {_IN_DEFINITIONS} and a name in `$defs`"
    if isinstance(form, str) and form not in FORMATS:
        yield f"the format `{form}` is not checked; use {' or '.join(FORMATS)}, or a `pattern`"
    for key, child in node.items():
        if key not in ("enum", "const", "default", "examples"):
            yield from _problems(child, definitions)


def _contradictions(content_type: ContentType, given: Mapping[str, Any]) -> Iterator[TypeFault]:
    """Yield what the schema of kb.yml cannot know: names of fields, values of defaults, intervals out of bounds."""
    name = content_type.name
    if content_type.lenient and "customers" in given.get("audiences", ()):
        yield TypeFault(
            f"no page of `{name}` reaches customers: its schema is lenient, so nobody knows what is in its pages",
            "take `customers` out of the audiences, or `schema: lenient` out of the type",
            ("types", name, "audiences", given["audiences"].index("customers")),
        )
    known: Mapping[str, Any] = content_type.schema.get("x-known") or content_type.schema["properties"]
    for theirs, ours in content_type.aliases.items():
        yield from _unknown(name, ours, known, ("types", name, "aliases", theirs))
    for index, field in enumerate(given.get("required_when_published", ())):
        yield from _unknown(name, field, known, ("types", name, "required_when_published", index))
    for index, field in enumerate(given.get("dated_by", ())):
        yield from _unknown(name, field, known, ("types", name, "dated_by", index))
    if "group_by" in given and content_type.group_by != "year":
        yield from _unknown(name, content_type.group_by, known, ("types", name, "group_by"))
    yield from _bad_defaults(content_type, given.get("defaults", {}), known)
    yield from _bad_intervals(content_type, given)
    choices = known.get("category", {}).get("enum")
    for category in given.get("category_intervals", {}):
        path: FieldPath = ("types", name, "category_intervals", category)
        if choices is None:
            yield from _unknown(name, "category", known, path)
        elif category not in choices:
            yield TypeFault(f"`{name}` has no category `{category}`", _suggest(category, choices), path, on_key=True)


def _unknown(name: str, field: str, known: Mapping[str, Any], path: FieldPath) -> Iterator[TypeFault]:
    if field not in known:
        yield TypeFault(f"`{name}` has no field `{field}`", _suggest(field, known), path)


def _suggest(word: str, known: Iterable[str]) -> str:
    near = did_you_mean(word, list(known))
    return f"did you mean `{near}`?" if near else "known are " + ", ".join(sorted(known))


def _bad_defaults(
    content_type: ContentType, defaults: Mapping[str, Any], known: Mapping[str, Any]
) -> Iterator[TypeFault]:
    validator = SchemaValidator(
        {"$defs": content_type.schema["$defs"], "properties": dict(known), "additionalProperties": False}
    )
    if defaults and not validator.is_valid(defaults):
        for sentence in explain(validator.errors(defaults)):
            path = ("types", content_type.name, "defaults", *sentence.location.path)
            yield TypeFault(sentence.message, sentence.hint, path, on_key=sentence.location.on_key)


def _bad_intervals(content_type: ContentType, given: Mapping[str, Any]) -> Iterator[TypeFault]:
    """Yield intervals of kb.yml that no page of the type may have."""
    low, high, name = content_type.min_interval, content_type.max_interval, content_type.name
    if low and high and not low.at_most(high):
        yield TypeFault(
            f"the shortest review interval, {low}, is longer than the longest, {high}", "correct one of them",
            ("types", name, "review", "min"),
        )  # fmt: skip
        return
    intervals: list[tuple[Period | None, FieldPath]] = [
        (content_type.category_intervals[category], ("types", name, "category_intervals", category))
        for category in given.get("category_intervals", {})
    ]
    if "review" in given:
        intervals.append((content_type.interval, ("types", name, "review", "interval")))
    for interval, path in intervals:
        if interval and ((low and not low.at_most(interval)) or (high and not interval.at_most(high))):
            yield TypeFault(
                f"a review interval of {interval} is out of the bounds of `{name}`",
                f"set `review: {{min: …, max: …}}` as well; now {low or 'nothing'} to {high or 'nothing'}",
                path,
            )


def _same_pages(types: Mapping[str, ContentType], given: Mapping[str, Any]) -> Iterator[TypeFault]:
    """Yield types whose pages another type takes all of."""
    first: dict[tuple[str, tuple[str, ...]], str] = {}
    for name, each in types.items():
        other = first.setdefault((each.folder, tuple(sorted(each.include))), name)
        if other != name and name in given:
            yield TypeFault(
                f"`{name}` and `{other}` claim the same files of {each.folder}/",
                f"give `{name}` another folder, or turn the other off: `{other}: {{enabled: false}}`",
                ("types", name, "folder"),
            )

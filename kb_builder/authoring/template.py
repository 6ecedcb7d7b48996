"""Fills templates: placeholders, and fields in the place of what a template says of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from kb_builder.content_types.load import shared_schema
from kb_builder.model.content_type import ContentType
from kb_builder.sources.front_matter import parse_front_matter
from kb_builder.sources.yaml_write import write_fields, write_value

PLACEHOLDERS = ("id", "title", "owner", "today", "zone")
_PLACEHOLDER = re.compile(rf"\{{({'|'.join(PLACEHOLDERS)})\}}")
# A field that stands in the template, or waits there as a comment; its explanation stands behind the value.
_FIELD = re.compile(r"^(?P<off># )?(?P<name>[A-Za-z_][\w-]*):(?: (?P<value>.*?))?(?P<why>  # .*)?$")
# Fields of the shared schema that wait as comments in a page of a type without a template.
_LATER = ("last_reviewed",)


def fill(template: str, words: Mapping[str, str]) -> str:
    """Put words in the place of `{id}`, `{title}`, `{owner}`, `{today}` and `{zone}`: in fields as YAML writes them."""
    raw = parse_front_matter("", "", template)
    cut = raw.body.start if raw.block is not None else 0
    written = {name: write_value(word) if name in ("id", "title", "owner") else word for name, word in words.items()}
    fields = _PLACEHOLDER.sub(lambda match: written[match[1]], template[:cut])
    return fields + _PLACEHOLDER.sub(lambda match: words[match[1]], template[cut:])


def set_fields(block: str, values: Mapping[str, Any], suggestions: Mapping[str, str]) -> str:
    """Return the lines of a template's front matter with fields set and explanations kept.

    A field that waits as a comment is switched on; `suggestions` are written into it, and it goes on waiting. Fields of
    which the template does not speak are added at the end.
    """
    lines: list[str] = []
    rest = dict(values)
    within = ""  # the field whose further lines are left out
    for line in block.splitlines():
        match = _FIELD.match(line)
        if within and not match and line.startswith((" ", "-")):
            continue
        within = ""
        if match and match["name"] in rest:
            name = match["name"]
            lines += _field_lines(name, rest.pop(name), match["why"] or "")
            within = name
        elif match and match["off"] and match["name"] in suggestions:
            lines.append(f"# {write_fields({match['name']: suggestions[match['name']]})[0]}{match['why'] or ''}")
        else:
            lines.append(line)
    for name, value in rest.items():
        lines += _field_lines(name, value, "")
    return "\n".join(lines) + "\n"


def switched_on(block: str) -> str:
    """Return the lines of a template's front matter with all fields that wait as comments switched on."""
    lines = []
    for line in block.splitlines():
        match = _FIELD.match(line)
        lines.append(line.removeprefix("# ") if match and match["off"] else line)
    return "\n".join(lines) + "\n"


def waiting(block: str, present: Collection[str]) -> list[str]:
    """Return the comments at the end of a template's front matter: the fields that a page needs later.

    They begin with a line that holds `#` alone. Fields that are present already are left out.
    """
    lines = block.splitlines()
    if "#" not in lines:
        return []
    rest = [line for line in lines[lines.index("#") :] if line.startswith("#")]
    return [line for line in rest if not ((match := _FIELD.match(line)) and match["name"] in present)]


def _field_lines(name: str, value: Any, why: str) -> list[str]:
    """Return a field as lines: a list of mappings one entry a line, everything else on one."""
    if isinstance(value, list) and any(isinstance(entry, Mapping) for entry in value):
        return [f"{name}:{why}", *(f"  - {write_value(entry)}" for entry in value)]
    lines = write_fields({name: value})
    return [lines[0] + why] if len(lines) == 1 else lines


# --- types without a template -------------------------------------------------


def made_template(content_type: ContentType, body: str) -> str:
    """Return a template made from a type's schema: the fields every page needs, and as comments those it needs later.

    `body` is what comes after the front matter.
    """
    schema = content_type.schema
    fields: Mapping[str, Any] = {**schema.get("x-known", {}), **schema["properties"]}
    names = {ours: theirs for theirs, ours in content_type.aliases.items()}
    needed = dict.fromkeys(("id", "title", "summary", "owner", "status", *schema["required"]))
    later = [name for name in dict.fromkeys((*schema.get("then", {}).get("required", ()), *_LATER)) if name in fields]
    lines = [
        f"{names.get(name, name)}: {_sample(name, fields[name], schema['$defs'])}{_why(fields[name])}"
        for name in needed
        if name in fields
    ]
    waiting = [
        f"# {names.get(name, name)}: {_sample(name, fields[name], schema['$defs'])}{_why(fields[name])}"
        for name in later
        if name not in needed
    ]
    if waiting:
        lines += ["#", '# Before it is published, take the "# " from the beginning of these lines and fill them in.']
    return "\n".join(("---", *lines, *waiting, "---", "", body.lstrip("\n")))


def _why(field: Mapping[str, Any]) -> str:
    words = " ".join(str(field.get("description", "")).split())
    return f"  # {words}" if words else ""


def _sample(name: str, field: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """Return a value for a field as YAML: a placeholder, else one of the kind that the schema asks for."""
    if name in ("id", "title", "owner"):
        return f"{{{name}}}"
    if name == "status":
        return "draft"
    target = str(field.get("$ref", "")).removeprefix("#/$defs/")
    if target == "owner_id":
        return "{owner}"
    whole = {**definitions.get(target, {}), **field}
    if name in shared_schema()["properties"]:
        # Examples that are meant for every page say nothing of this one.
        whole.pop("examples", None)
    return next(_samples(whole), "TODO")


def _samples(field: Mapping[str, Any]) -> Iterator[str]:
    for value in (field.get("default"), field.get("const"), *field.get("examples", ()), *field.get("enum", ())):
        if value is not None:
            yield write_value(value)
    for each in (*field.get("anyOf", ()), *field.get("oneOf", ())):
        yield from _samples(each)
    form, kind = field.get("format"), field.get("type")
    if form == "date":
        yield "{today}"
    if form == "date-time":
        yield "{today}T10:00:00{zone}"
    kinds = {"array": "[]", "object": "{}", "boolean": "false", "integer": "0", "number": "0"}
    if isinstance(kind, str) and kind in kinds:
        yield kinds[kind]
    if "day" in str(field.get("pattern", "")):
        yield "6 months"

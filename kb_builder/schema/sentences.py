"""Turns schema errors into plain sentences with the field at fault."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from kb_builder.model.diagnostic import Finding, Remedy
from kb_builder.model.location import Field, FieldPath
from kb_builder.schema.meant import name_meant, value_meant
from kb_builder.schema.patterns import compile_pattern
from kb_builder.sources.yaml_fault import character_name, quoted

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_KINDS = {
    "string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false",
    "array": "a list", "object": "a group of fields", "null": "nothing",
}  # fmt: skip
_FORMATS = {
    "date": ("a date", "write it as YYYY-MM-DD, such as 2026-03-31"),
    "date-time": ("a time with zone", "write it as RFC 3339, such as 2026-03-31T09:30:00+08:00"),
}
_MAX_UNKNOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A schema error for people: slug of its rule, text, remedy and the field it is about.

    `meant` is the field that an unknown one was probably meant to be, as `key` names it where it is missing.
    """

    slug: str
    message: str
    hint: str
    location: Field
    key: str = ""
    meant: str = ""
    remedy: Remedy | None = None

    def finding(self, path: str, location: Field) -> Finding:
        """Return it as a finding in a file, at the author's place for the field."""
        return Finding(
            slug=self.slug,
            path=path,
            message=self.message,
            hint=self.hint,
            location=location,
            key=self.key,
            remedy=self.remedy,
        )


def explain(
    errors: Sequence[ValidationError], computed: frozenset[str] = frozenset(), names: Mapping[str, str] | None = None
) -> Iterator[Sentence]:
    """Yield one or more sentences for each error.

    `computed` are fields that are never authored; `names` maps our field names to those the author uses.
    """
    empty = _nothing_at_all(errors)
    if empty is not None:
        yield empty
        return
    found = [sentence for error in errors for sentence in _explain(error, computed, names or {})]
    misspelt = {each.meant for each in found if each.meant}
    # A field that is missing because its name is misspelt is one mistake.
    yield from (each for each in found if each.slug != "missing-field" or each.key not in misspelt)


def _nothing_at_all(errors: Sequence[ValidationError]) -> Sentence | None:
    """Return one sentence where there is no field at all, instead of one for each that is missing."""
    if len(errors) < 2 or any(each.validator != "required" or each.absolute_path or each.instance for each in errors):
        return None
    needed = dict.fromkeys(name for each in errors for name in _value_of(each))
    return Sentence(
        slug="missing-field",
        message="there is not a single field",
        hint="it needs at least " + ", ".join(f"`{name}`" for name in needed),
        location=Field(path=()),
        key="",
    )


def _explain(error: ValidationError, computed: frozenset[str], names: Mapping[str, str]) -> Iterator[Sentence]:
    path: FieldPath = tuple(error.absolute_path)
    if error.validator == "required":
        yield from _missing(error, path, names)
    elif error.validator == "dependentRequired":
        yield from _dependent(error, path, names)
    elif error.validator == "additionalProperties" and isinstance(error.instance, dict):
        yield from _unknown(error, path, computed, names)
    elif error.validator in ("anyOf", "oneOf"):
        yield from _alternatives(error, path, computed, names)
    elif "propertyNames" in error.schema_path:
        name = _short(error.instance)
        yield Sentence(
            slug="invalid-value",
            message=f"`{name}` cannot be a name here" if name else "an empty text cannot be a name here",
            hint=_expects(error),
            location=Field(path=(*path, str(error.instance)), on_key=True),
        )
    else:
        yield _value(error, path, names)


def field_name(path: FieldPath, names: Mapping[str, str] | None = None) -> str:
    """Write a path as people count, `reviews[1].date` for the first review, with the author's name of the field."""
    text = ""
    for index, part in enumerate(path):
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += ("." if text else "") + ((names or {}).get(part, part) if index == 0 else part)
    return text


def did_you_mean(word: str, choices: Sequence[str]) -> str:
    """Return the choice that looks most like the word, or has it as its beginning or as one of its words."""
    from rapidfuzz import fuzz, process

    low = word.lower()
    near = process.extractOne(low, choices, scorer=fuzz.ratio, score_cutoff=70)
    if near:
        return str(near[0])
    if len(low) < 2:
        return ""
    return next((each for each in choices if each.lower().startswith(low) or low in re.split(r"[_-]", each)), "")


def zone_hint(name: str) -> str:
    """Return what to write instead of something that is no time zone."""
    zones = sorted(available_timezones())
    if any(zone.lower().startswith(f"{name.lower()}/") for zone in zones):
        return "a time zone is a region and a city, such as Asia/Taipei"
    near = did_you_mean(name, zones)
    return f"did you mean `{near}`?" if near else "name one such as Asia/Taipei"


def _missing(error: ValidationError, path: FieldPath, names: Mapping[str, str]) -> Iterator[Sentence]:
    required = error.validator_value if isinstance(error.validator_value, list) else []
    when = "; a published page needs it" if error.schema_path[0] == "then" else ""
    for name in required:
        if name in _instance(error):
            continue
        # jsonschema reports each missing name once: only that one belongs to this error.
        if not error.message.startswith(repr(name)):
            continue
        shown = field_name((*path, name), names)
        properties = _schema(error).get("properties", {})
        meaning = properties.get(name, {}).get("description", "") if isinstance(properties, dict) else ""
        yield Sentence(
            slug="missing-field",
            message=f"`{shown}` is missing{when}",
            hint=f"add `{names.get(name, name)}: …`{': ' + meaning if meaning else ''}",
            location=Field(path=path),
            key=shown,
        )


def _dependent(error: ValidationError, path: FieldPath, names: Mapping[str, str]) -> Iterator[Sentence]:
    """Name the field that another one needs; jsonschema reports each pair once."""
    for given, needed in _value_of(error).items():
        for name in needed:
            if error.message == f"{name!r} is a dependency of {given!r}":
                shown = field_name((*path, name), names)
                yield Sentence(
                    slug="missing-field",
                    message=f"`{shown}` is missing; `{names.get(given, given)}` needs it",
                    hint=f"add `{names.get(name, name)}: …`, or remove `{names.get(given, given)}`",
                    location=Field(path=path),
                    key=shown,
                )


def _unknown(
    error: ValidationError, path: FieldPath, computed: frozenset[str], names: Mapping[str, str]
) -> Iterator[Sentence]:
    known = list(_schema(error).get("properties", ()))
    unknown = [name for name in _instance(error) if name not in known]
    for number, name in enumerate(unknown):
        location = Field(path=(*path, name), on_key=True)
        shown = field_name((*path, name))
        if number == _MAX_UNKNOWN:
            yield Sentence(
                slug="unknown-field",
                message=f"unknown field `{shown}`, and {len(unknown) - number - 1:,} more below",
                hint="correct the fields above first",
                location=location,
            )
            return
        if not path and name in computed:
            yield Sentence(
                slug="computed-field",
                message=f"`{name}` is computed and never written by hand",
                hint="delete it; it follows from `last_reviewed` and `review_interval`",
                location=location,
            )
            continue
        near = did_you_mean(name, known)
        hint = f"did you mean `{near}`?" if near else "known fields: " + ", ".join(sorted(known))
        yield Sentence(
            slug="unknown-field",
            message=f"unknown field `{shown}`",
            hint=hint,
            location=location,
            meant=field_name((*path, near), names) if near else "",
            remedy=name_meant(name, known, _instance(error)),
        )


def _alternatives(
    error: ValidationError, path: FieldPath, computed: frozenset[str], names: Mapping[str, str]
) -> Iterator[Sentence]:
    """Explain the alternative whose kind of value was meant; if none, name the kinds."""
    branches: dict[Any, list[ValidationError]] = {}
    for each in error.context or ():
        branches.setdefault(each.schema_path[0], []).append(each)
    depth = len(error.absolute_path)
    fitting = [
        errors
        for errors in branches.values()
        if not any(each.validator == "type" and len(each.absolute_path) == depth for each in errors)
    ]
    if isinstance(error.instance, (list, dict)) and not isinstance(error.instance, str):
        fitting = [
            errors
            for errors in fitting
            if not any(each.validator == "enum" and len(each.absolute_path) == depth for each in errors)
        ] or fitting
    if error.instance is not None and fitting:
        chosen = min(fitting, key=len)
        for each in chosen:
            yield from _explain(each, computed, names)
        return
    kinds = [_KINDS.get(str(each.validator_value), "") for each in error.context or () if each.validator == "type"]
    shown = field_name(path, names)
    wanted = " or ".join(dict.fromkeys(kind for kind in kinds if kind)) or "another value"
    what = "is empty" if error.instance is None else f"is {_kind_of(error.instance)}"
    hint = _expects(error) or next((text for each in error.context or () if (text := _expects(each))), "")
    yield Sentence(
        slug="wrong-type",
        message=f"`{shown}` {what}; it must be {wanted}",
        hint=hint or "give such a value, or leave the field out",
        location=Field(path=path),
    )


def _value(error: ValidationError, path: FieldPath, names: Mapping[str, str]) -> Sentence:
    shown = f"`{field_name(path, names)}`" if path else "the front matter"
    if error.validator == "uniqueItems":
        return _repeated(error, path, names)
    slug, message, hint = _words(error, shown, error.validator_value)
    remedy = value_meant(error)
    if remedy is not None and not hint.startswith("delete it"):
        hint = _with_answer(str(error.validator), hint, remedy.value)
    return Sentence(slug=slug, message=message, hint=hint, location=Field(path=path), remedy=remedy)


def _with_answer(rule: str, hint: str, answer: Any) -> str:
    """Put into a hint what is to be written, where it does not say so already."""
    if rule == "format" and isinstance(answer, str):
        return f"{hint.partition(',')[0]}: {answer}"
    if isinstance(answer, bool):
        return f"write {str(answer).lower()}; {hint}"
    return f"write {answer}; {hint}" if rule == "pattern" else hint


def _repeated(error: ValidationError, path: FieldPath, names: Mapping[str, str]) -> Sentence:
    """Place it at the second of two equal entries."""
    entries = _instance(error)
    second = next(index for index, entry in enumerate(entries) if entry in entries[:index])
    return Sentence(
        slug="invalid-value",
        message=f"`{field_name((*path, second), names)}` repeats `{_short(entries[second])}`",
        hint="remove one of them",
        location=Field(path=(*path, second)),
    )


def _words(error: ValidationError, shown: str, limit: Any) -> tuple[str, str, str]:
    value = _instance(error)
    match error.validator:
        case "enum" | "const":
            choices = [str(choice) for choice in (limit if isinstance(limit, list) else [limit])]
            if value is None:
                return "wrong-type", f"{shown} is empty", "allowed are " + ", ".join(choices)
            near = did_you_mean(value, choices) if isinstance(value, str) else ""
            allowed = "allowed are " + ", ".join(choices)
            if isinstance(value, (list, dict)):
                return "wrong-type", f"{shown} is {_kind_of(value)}, not one word", allowed
            hint = f"did you mean `{near}`? {allowed}" if near else allowed
            return "invalid-choice", f"{shown} is `{_short(value)}`, which is none of its values", hint
        case "type":
            return _wrong_type(error, shown, limit)
        case "format":
            return _wrong_format(error, shown, str(limit))
        case "pattern":
            hint = _expects(error)
            if isinstance(value, str) and not value.strip():
                return "invalid-value", f"{shown} is empty", hint
            bare = value.strip() if isinstance(value, str) else value
            if bare != value and compile_pattern(str(limit)).search(bare):
                at_end = value[-1].isspace()
                odd = value[-1] if at_end else value[0]
                name = "a line break" if odd == "\n" else character_name(odd)
                return "invalid-value", f"{shown} {'ends in' if at_end else 'begins with'} {name}", f"delete it: {bare}"
            return "invalid-value", f"{shown} is `{_short(value)}`, which has not the form it must have", hint
        case "maxLength":
            return "invalid-value", f"{shown} has {len(value)} characters; the limit is {limit}", "shorten it"
        case "minLength" | "minItems" | "minProperties":
            return (
                "invalid-value",
                f"{shown} needs at least {limit} {'entry' if limit == 1 else 'entries'}",
                "add one, or leave the field out",
            )
        case "maxItems":
            return "invalid-value", f"{shown} has {len(value)} entries; the limit is {limit}", "remove some"
        case "minimum":
            return "invalid-value", f"{shown} is {_short(value)}; the least is {limit:,}", "correct the number"
        case "maximum":
            return "invalid-value", f"{shown} is {_short(value)}; the most is {limit:,}", "correct the number"
        case "not" if isinstance(value, (int, float)):
            return "invalid-value", f"{shown} is {value}, which is too near to zero", _expects(error)
        case _:
            return "invalid-value", f"{shown} does not meet the rule `{error.validator}` of its schema", _expects(error)


def _wrong_type(error: ValidationError, shown: str, limit: Any) -> tuple[str, str, str]:
    value = _instance(error)
    kinds = [limit] if isinstance(limit, str) else list(limit)
    schema = _schema(error)
    if "string" in kinds and schema.get("format") in _FORMATS and isinstance(value, (bool, int, float)):
        return _wrong_format(error, shown, str(schema["format"]))
    wanted = " or ".join(
        _FORMATS.get(schema.get("format", ""), ("", ""))[0] or _KINDS.get(kind, kind) for kind in kinds
    )
    if value is None:
        hint = _expects(error) or _FORMATS.get(schema.get("format", ""), ("", ""))[1]
        return "wrong-type", f"{shown} is empty; it must be {wanted}", hint or "give a value, or leave the field out"
    hint = _remedy(value, kinds, schema) or _expects(error) or "correct the value, or leave the field out"
    return "wrong-type", f"{shown} is {_kind_of(value)}; it must be {wanted}", hint


def _remedy(value: Any, kinds: Sequence[str], schema: Mapping[str, Any]) -> str:
    """Return how to write what was probably meant, or an empty text."""
    if "array" in kinds:
        of_fields = "properties" in schema.get("items", {})
        if isinstance(value, str) and not of_fields and len(value) <= 60 and "\n" not in value:
            return f"write it in brackets: [{value}]"
        return "begin each entry on a line of its own, with a hyphen and a space"
    if "object" in kinds:
        return "write its fields below it, indented, one `name: value` a line"
    if "string" not in kinds:
        return ""
    if isinstance(value, (bool, int, float)):
        written = str(value).lower() if isinstance(value, bool) else str(value)
        if not compile_pattern(str(schema.get("pattern", ""))).search(written):
            return ""
        return "put it in quotes" if isinstance(value, float) else f'put it in quotes: "{written}"'
    if isinstance(value, dict) and len(value) == 1:
        name, part = next(iter(value.items()))
        if not isinstance(part, (dict, list)):
            text = _short(f"{name}: {'' if part is None else part}".rstrip())
            if compile_pattern(str(schema.get("pattern", ""))).search(text):
                return f"if the colon belongs to the text, put it in quotes: {quoted(text)}"
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return f"write it without brackets or hyphen: {_short(value[0])}"
    return ""


def _wrong_format(error: ValidationError, shown: str, name: str) -> tuple[str, str, str]:
    what, hint = _FORMATS.get(name, (f"a {name}", ""))
    slug = "invalid-date" if name in _FORMATS else "invalid-value"
    return slug, f"{shown} is `{_short(error.instance)}`, which is not {what}", hint or _expects(error)


def _expects(error: ValidationError) -> str:
    schema = _schema(error)
    expected = schema.get("x-expects") or schema.get("description") or ""
    return f"expected: {expected}" if expected else ""


def _instance(error: ValidationError) -> Any:
    """Return the value at fault: whatever an author wrote."""
    return error.instance


def _value_of(error: ValidationError) -> Any:
    """Return what the schema demands."""
    return error.validator_value


def _schema(error: ValidationError) -> dict[str, Any]:
    """Return the part of the schema that was not met."""
    return error.schema if isinstance(error.schema, dict) else {}


def _kind_of(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, float):
        return "a number"
    if isinstance(value, int):
        return f"a number ({value})"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "a group of fields"


def _short(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "…"

"""Finds, checks and loads kb.yml."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kb_builder.config.find import FILE_NAME, is_file
from kb_builder.config.types import files_named, load_types
from kb_builder.diagnose import SourceText, diagnose
from kb_builder.model.content_type import ContentType
from kb_builder.model.dates import Period, parse_date, parse_period
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.errors import ConfigError
from kb_builder.model.location import Field, FieldPath
from kb_builder.model.record import RecordPolicy
from kb_builder.model.report_address import PLACEHOLDER, placeholders
from kb_builder.model.settings import Override, Settings, Site
from kb_builder.schema.sentences import did_you_mean, explain, zone_hint
from kb_builder.schema.validator import SchemaValidator
from kb_builder.sources.front_matter import parse_yaml_file
from kb_builder.sources.read import read_yaml

_SITE_NAMES = {"staff": "Knowledge base", "customers": "Help"}


def load_settings(root: Path, rules: Mapping[str, Rule]) -> Settings:
    """Load kb.yml of the project in `root`. `rules` are all checks by slug.

    Raises ConfigError with every fault of the file and its position.
    """
    file = root / FILE_NAME
    if not is_file(file):
        raise ConfigError(f"{file} does not exist", "write a kb.yml: an empty one will do")
    text, block, faults = read_yaml(file, FILE_NAME)
    return _checked(root, text, block.values, faults, rules)


def settings_from(root: Path, text: str, rules: Mapping[str, Rule]) -> Settings:
    """Return the settings that a kb.yml with this text in `root` would give; nothing is written. Raises as above."""
    block, faults = parse_yaml_file(FILE_NAME, text)
    return _checked(root, text, block.values, faults, rules)


def _checked(
    root: Path, text: str, values: Mapping[str, Any], faults: Iterable[Finding], rules: Mapping[str, Rule]
) -> Settings:
    findings = list(faults)
    validator = _validator()
    if not findings and not validator.is_valid(values):
        findings += [
            Finding(slug=s.slug, path=FILE_NAME, message=s.message, hint=s.hint, location=s.location)
            for s in explain(validator.errors(values))
        ]
    if not findings:
        types, type_faults = load_types(values.get("types", {}), root)
        findings += _contradictions(values, rules)
        findings += _missing_registry(values, root)
        findings += _record_contradictions(values.get("records", {}), types)
        findings += [_fault(fault.message, fault.hint, fault.path, on_key=fault.on_key) for fault in type_faults]
        if not findings:
            return _settings(root, text, values, types, rules)
    source = SourceText(path=FILE_NAME, text=text, block_start=0, block=text)
    raise ConfigError(
        f"{FILE_NAME} has {len(findings)} {'fault' if len(findings) == 1 else 'faults'}",
        diagnostics=diagnose(findings, rules, (), date.min, lambda _path: source).diagnostics,
    )


def config_schema() -> Mapping[str, Any]:
    """Return the JSON Schema of kb.yml."""
    text = resources.files(__package__).joinpath("kb.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@cache
def _validator() -> SchemaValidator:
    return SchemaValidator(config_schema())


def _fault(message: str, hint: str, path: FieldPath, *, on_key: bool = False) -> Finding:
    return Finding(
        slug="configuration", path=FILE_NAME, message=message, hint=hint, location=Field(path=path, on_key=on_key)
    )


def _settings(
    root: Path, text: str, values: Mapping[str, Any], types: Mapping[str, ContentType], rules: Mapping[str, Rule]
) -> Settings:
    language = values.get("language", "zh-Hant")
    review = values.get("review", {})
    return Settings(
        root=root,
        path=FILE_NAME,
        text=text,
        content=_folder(values.get("content", "content")),
        registry=_folder(values.get("registry", "registry")),
        language=language,
        timezone=values.get("timezone", "UTC"),
        sites={name: _site(name, values.get("sites", {}).get(name, {}), language) for name in ("staff", "customers")},
        due_soon=_period(review.get("due_soon", "14 days")),
        grace=_period(review.get("grace", "0 days")),
        after_incident=_period(review.get("after_incident", "14 days")),
        reviewers={category: tuple(ids) for category, ids in review.get("reviewers", {}).items()},
        types=types,
        overrides=tuple(_overrides(values.get("checks", {}), rules)),
        records={
            name: RecordPolicy(**{limit: _period(text) for limit, text in limits.items()})
            for name, limits in values.get("records", {}).items()
        },
        files=files_named(values.get("types", {})),
    )


def _folder(text: str) -> str:
    return str(PurePosixPath(text))


def _period(text: str) -> Period:
    period = parse_period(text)
    if period is None:  # the schema admits only periods
        raise AssertionError(text)
    return period


def _site(audience: str, values: Mapping[str, Any], language: str) -> Site:
    return Site(
        audience=audience,
        name=values.get("name", _SITE_NAMES[audience]),
        url=values.get("url", ""),
        out=_folder(values.get("out", f"site/{audience}")),
        language=values.get("language", language),
        description=values.get("description", ""),
        edit_url=values.get("edit_url", "") if audience == "staff" else "",
        report_url=values.get("report_url", ""),
        canaries=tuple(values.get("canaries", ())) if audience == "customers" else (),
        known_words=tuple(values.get("known_words", ())) if audience == "customers" else (),
    )


def _slug_of(name: str, rules: Mapping[str, Rule]) -> str:
    """Return the slug for a slug or code, or an empty text."""
    if name in rules:
        return name
    return next((rule.slug for rule in rules.values() if rule.code == name), "")


def _overrides(checks: Mapping[str, Any], rules: Mapping[str, Rule]) -> Iterator[Override]:
    for name, entries in checks.items():
        listed = isinstance(entries, list)
        for index, entry in enumerate(entries if listed else [entries]):
            yield Override(
                check=_slug_of(name, rules),
                severity=Severity.from_word(entry["severity"]),
                paths=tuple(entry.get("paths", ())),
                until=parse_date(entry.get("until", "")),
                reason=entry["reason"],
                field=("checks", name, index) if listed else ("checks", name),
            )


def _contradictions(values: Mapping[str, Any], rules: Mapping[str, Rule]) -> Iterator[Finding]:
    """Yield what a schema cannot know: names of checks, zones, folders that get in each other's way."""
    for name in values.get("checks", {}):
        if not _slug_of(name, rules):
            near = did_you_mean(name, list(rules))
            hint = f"did you mean `{near}`?" if near else "`kb explain` lists all checks"
            yield _fault(f"there is no check `{name}`", hint, ("checks", name), on_key=True)
    for override in _overrides(values.get("checks", {}), rules):
        if override.check and rules[override.check].is_fixed and override.severity < rules[override.check].severity:
            yield _fault(
                f"`{override.check}` cannot be softened: what it finds cannot be published",
                "remove the entry, and mend or exclude the pages",
                (*override.field, "severity"),
            )
    zone = values.get("timezone", "UTC")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield _fault(f"there is no time zone `{zone}`", zone_hint(zone), ("timezone",))
    yield from _folder_clashes(values)
    yield from _unknown_placeholders(values.get("sites", {}))


def _unknown_placeholders(sites: Mapping[str, Any]) -> Iterator[Finding]:
    """Refuse what would stand in every report as it is written, and what would tell customers of the repository."""
    for name, site in sites.items():
        known = placeholders(name)
        for word in dict.fromkeys(PLACEHOLDER.findall(site.get("report_url", ""))):
            if word not in known:
                is_internal = word in placeholders("staff")
                near = did_you_mean(word, known)
                yield _fault(
                    f"`{{{word}}}` is not for customers: it tells how the repository is laid out"
                    if is_internal
                    else f"nothing is filled in for `{{{word}}}`",
                    f"did you mean `{{{near}}}`?"
                    if near and not is_internal
                    else f"use {', '.join(f'{{{each}}}' for each in known)}",
                    ("sites", name, "report_url"),
                )


def _record_contradictions(records: Mapping[str, Any], types: Mapping[str, ContentType]) -> Iterator[Finding]:
    """Yield limits for what is no record, or has not the field that would show whether they are met."""
    for name, limits in records.items():
        if name not in types or not types[name].record:
            near = did_you_mean(name, [each.name for each in types.values() if each.record])
            what = "is no type of record" if name in types else "is no content type"
            hint = f"did you mean `{near}`?" if near else "records are the types with `record: true`"
            yield _fault(f"`{name}` {what}", hint, ("records", name), on_key=True)
            continue
        fields = types[name].schema["properties"]
        for limit, field in (("recorded_within", "recorded_at"), ("archived_within", "archived_at")):
            if limit in limits and field not in fields:
                yield _fault(
                    f"`{name}` has no field `{field}`, so nobody can tell whether `{limit}` is met",
                    "remove the limit, or add the field to the type's schema",
                    ("records", name, limit),
                    on_key=True,
                )


def _missing_registry(values: Mapping[str, Any], root: Path) -> Iterator[Finding]:
    """Refuse a registry that is named but not there: without one nobody looks owners up, and nobody would notice."""
    if "registry" in values and not _is_folder(root / _folder(values["registry"])):
        yield _fault(
            f"there is no folder `{values['registry']}` with registries",
            "correct the name, create the folder, or leave `registry` out if owners are not to be looked up",
            ("registry",),
        )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return True  # that it cannot be read is said where it is read


def _folder_clashes(values: Mapping[str, Any]) -> Iterator[Finding]:
    """Refuse a site folder that holds, or lies in, what must survive a build."""
    sites = values.get("sites", {})
    outs = {name: _folder(sites.get(name, {}).get("out", f"site/{name}")) for name in ("staff", "customers")}
    content = _folder(values.get("content", "content"))
    kept = {
        # Content that is the whole project holds everything; the sites are left out of it.
        **({} if content == "." else {"the content folder": content}),
        "the registry folder": _folder(values.get("registry", "registry")),
        "the repository's .git": ".git",
        "kb's own .kb": ".kb",
    }
    for name, out in outs.items():
        path: FieldPath = ("sites", name, "out")
        others = {**kept, **{f"the site for {other}": o for other, o in outs.items() if other != name}}
        for what, folder in others.items():
            if _overlap(out, folder):
                yield _fault(f"`{out}` and {what} (`{folder}`) overlap", "give the site a folder of its own", path)


def _overlap(one: str, other: str) -> bool:
    first, second = PurePosixPath(one).parts, PurePosixPath(other).parts
    shorter = min(len(first), len(second))
    return first[:shorter] == second[:shorter]

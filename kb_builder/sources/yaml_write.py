"""Writes YAML: the configuration of a site generator, with functions by name; values for the front matter of pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from kb_builder.model.dialect import PythonName

# Within brackets PyYAML puts a time in quotes, as it has colons; no reader of YAML needs them.
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[-+][0-9]{2}:[0-9]{2})", re.ASCII)
_TEXT = "tag:yaml.org,2002:str"
_DATE = "tag:yaml.org,2002:timestamp"
# Numbers of YAML 1.2 that PyYAML, which speaks 1.1, takes for text.
_NUMBER = re.compile(r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0o[0-7]+)\Z", re.ASCII)


class _Dumper(yaml.SafeDumper):
    """Block style, no aliases, functions as the tag that MkDocs and its successors read."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True

    def represent_name(self, data: PythonName) -> yaml.Node:
        return self.represent_scalar(f"tag:yaml.org,2002:python/name:{data.name}", "")


_Dumper.add_representer(PythonName, _Dumper.represent_name)


def write_yaml(values: Mapping[str, Any]) -> str:
    """Return the values as YAML, keys in the order given."""
    text: str = yaml.dump(values, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    return text


class _Fields(dict[str, Any]):
    """Fields one below the other; whatever they hold stays on one line."""


class _Lines(str):
    """A text of several lines, written as it stands."""


class _FieldDumper(yaml.SafeDumper):
    """Values as authors write them: dates without quotes; in quotes what a reader of YAML 1.1 or 1.2 takes for more."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (the base class has it so)
        first: [each for each in resolvers if each[0] != _DATE]
        for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
    }

    def represent_text(self, data: str) -> yaml.Node:
        return self.represent_scalar(_TEXT, data, style='"' if "\n" in data else None)

    def represent_lines(self, data: _Lines) -> yaml.Node:
        return self.represent_scalar(_TEXT, str(data), style="|")

    def represent_fields(self, data: _Fields) -> yaml.Node:
        return self.represent_mapping("tag:yaml.org,2002:map", data, flow_style=False)


_FieldDumper.add_implicit_resolver("tag:yaml.org,2002:float", _NUMBER, list("-+.0123456789"))
_FieldDumper.add_representer(str, _FieldDumper.represent_text)
_FieldDumper.add_representer(_Lines, _FieldDumper.represent_lines)
_FieldDumper.add_representer(_Fields, _FieldDumper.represent_fields)


def write_value(value: Any) -> str:
    """Return a text, list or mapping as YAML on one line, fit to stand within brackets."""
    text: str = yaml.dump([value], Dumper=_FieldDumper, default_flow_style=True, **_AS_IT_IS)
    return text.rstrip("\n")[1:-1]


def rewrite(old: str, value: Any) -> str:
    """Return a value as YAML on one line, a text in the quotes that `old`, the value before it, has."""
    quote = old[:1]
    if isinstance(value, str) and quote in ("'", '"') and not any(sign in value for sign in ("'", '"', "\\", "\n")):
        return quote + value + quote
    if isinstance(value, str) and _TIME.fullmatch(value):
        return value
    return write_value(value)


def write_fields(values: Mapping[str, Any]) -> list[str]:
    """Return fields as lines of YAML, one below the other; only a text of several lines takes more than one."""
    fields = _Fields({name: _Lines(each) if _has_lines(each) else each for name, each in values.items()})
    text: str = yaml.dump(fields, Dumper=_FieldDumper, default_flow_style=True, **_AS_IT_IS)
    return text.rstrip("\n").split("\n")


_AS_IT_IS: Mapping[str, Any] = {"allow_unicode": True, "sort_keys": False, "width": float("inf")}


def _has_lines(value: Any) -> bool:
    return isinstance(value, str) and "\n" in value

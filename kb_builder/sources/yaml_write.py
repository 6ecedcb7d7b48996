"""Writes YAML: the configuration of a site generator, with functions by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from kb_builder.model.dialect import PythonName


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

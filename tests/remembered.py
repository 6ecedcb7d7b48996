"""Makes it cheap to read a project again and again of which little has changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from kb_builder.content_types import validate
from kb_builder.registry import file
from kb_builder.schema.validator import SchemaValidator
from kb_builder.sources import link_scan, links, raw_html, read
from kb_builder.sources.markdown_structure import render_structure


def remember_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each text be parsed and rendered once, and each schema be compiled once: nothing else enters there."""
    rendered = cache(render_structure)
    for module in (link_scan, links, raw_html):
        monkeypatch.setattr(module, "render_structure", rendered)
    monkeypatch.setattr(read, "read_page", cache(read.read_page))
    compiled: dict[int, tuple[Mapping[str, Any], SchemaValidator]] = {}

    def compile_once(schema: Mapping[str, Any]) -> SchemaValidator:
        # The schema is kept beside it, so that no other one ever has its identity.
        return compiled.setdefault(id(schema), (schema, SchemaValidator(schema)))[1]

    for user in (file, validate):
        monkeypatch.setattr(user, "SchemaValidator", compile_once)

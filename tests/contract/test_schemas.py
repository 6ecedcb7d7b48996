"""The JSON Schemas that editors and other tools read: every field says what it is for, and shows an example."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kb_builder.cli.run import kb
from kb_builder.content_types.load import builtin_definition, builtin_names, builtin_schema, make_type
from kb_builder.schema.validator import SchemaValidator

STRICT = {name: make_type(name, builtin_definition(name), builtin_schema(name), "").schema for name in builtin_names()}
LENIENT = {
    f"{name}, lenient": make_type(
        name, {**builtin_definition(name), "schema": "lenient"}, builtin_schema(name), ""
    ).schema
    for name in builtin_names()
}
SCHEMAS = {**STRICT, **LENIENT}


def fields(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every field of a schema with its path, those in definitions that are used included."""
    seen: set[str] = set()

    def walk(node: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        if not isinstance(node, Mapping):
            return
        name = str(node.get("$ref", "")).removeprefix("#/$defs/")
        if name and name not in seen:
            seen.add(name)
            yield from walk(schema["$defs"][name], name)
        for key, child in {**node.get("properties", {}), **node.get("x-known", {})}.items():
            yield f"{path}.{key}", child
            yield from walk(child, f"{path}.{key}")
        for key in ("items", "additionalProperties"):
            yield from walk(node.get(key), path)
        for branch in (*node.get("anyOf", ()), *node.get("oneOf", ())):
            yield from walk(branch, path)

    return walk(schema, "")


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_has_title_description_and_examples(name: str) -> None:
    found = list(fields(SCHEMAS[name]))
    assert len(found) > 5
    for path, field in found:
        lacks = [key for key in ("title", "description", "examples") if not field.get(key)]
        # A choice of one is its own example.
        assert lacks in ([], ["examples"] if "const" in field else []), (path, lacks)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_example_is_what_its_schema_demands(name: str) -> None:
    schema = SCHEMAS[name]
    for path, field in fields(schema):
        validator = SchemaValidator({"$defs": schema["$defs"], **field})
        for example in field.get("examples", ()):
            assert validator.is_valid(example), (path, example)


def run(root: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(kb, ["--project", str(root), "schema", *arguments], standalone_mode=False)
    return (done.return_value if done.exception is None else 2), done.output + str(done.exception or "")


def test_all_schemas_are_written_to_a_folder(tmp_path: Path) -> None:
    (tmp_path / "kb.yml").write_text("types: {drill: {enabled: false}}\n", encoding="utf-8")
    folder = tmp_path / "schemas"
    assert run(tmp_path, "--all", str(folder)) == (0, f"13 schemas written to {folder}\n")
    names = {file.name for file in folder.iterdir()}
    assert {"sop.schema.json", "faq.schema.json", "kb.yml.schema.json", "owners.yml.schema.json"} <= names
    assert "drill.schema.json" not in names
    printed = json.loads(run(tmp_path, "sop")[1])
    assert {**json.loads((folder / "sop.schema.json").read_text(encoding="utf-8")), "$comment": ""} == {
        **printed, "$comment": "",
    }  # fmt: skip


def test_schemas_replace_their_own_kind_alone(tmp_path: Path) -> None:
    (tmp_path / "kb.yml").write_text("", encoding="utf-8")
    folder = tmp_path / "schemas"
    run(tmp_path, "--all", str(folder))
    file = folder / "sop.schema.json"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Owner", "Besitzer"), encoding="utf-8")
    assert run(tmp_path, "--all", str(folder))[0] == 0
    assert file.read_text(encoding="utf-8") == text
    file.write_text("{}", encoding="utf-8")
    code, said = run(tmp_path, "--all", str(folder))
    assert code == 2 and "is there already and of other making" in said
    assert file.read_text(encoding="utf-8") == "{}"
    assert run(tmp_path, "--all", str(folder), "--force")[0] == 0
    assert file.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("arguments", [(), ("sop", "--all", "x"), ("sop", "--force")])
def test_what_makes_no_sense_is_refused(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "kb.yml").write_text("", encoding="utf-8")
    assert run(tmp_path, *arguments)[0] == 2
    assert not (tmp_path / "x").exists()

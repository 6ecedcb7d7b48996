"""Registry files as such: missing, misspelt, broken; findings with their places; who may see them."""

from __future__ import annotations

import dataclasses
import json

import pytest
from jsonschema import Draft202012Validator

from kb_builder.audience import project
from kb_builder.cli.run import run
from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Severity
from kb_builder.pipeline import check
from kb_builder.registry.file import FILES, registry_schema
from kb_builder.schema.validator import SchemaValidator
from tests.conftest import OWNERS, ROOT, TODAY

OPTIONAL = [name for name in FILES if name != "owners.yml"]


def diagnostics(settings):
    return check(settings, TODAY).diagnostics


def lines(settings):
    return [
        f"{each.path}:{each.position.line}:{each.position.column} {each.code} {each.message}"
        for each in diagnostics(settings)
    ]


@pytest.fixture
def project_with(make_project, tmp_path):
    """Return a function that makes a project with registries and no page."""

    def make(files):
        (tmp_path / "content").mkdir(exist_ok=True)
        return make_project({f"registry/{name}": text for name, text in files.items()})

    return make


def only_registry(settings):
    return [line for line in lines(settings) if line.startswith("registry/")]


def test_without_the_optional_files_nothing_is_said_and_nothing_is_known(project_with):
    settings = project_with({})
    catalog = check(settings, TODAY).catalog
    assert only_registry(settings) == []
    assert (catalog.sla, catalog.kpis, catalog.channels, catalog.alerts) == (None, None, None, None)
    assert catalog.registry_texts == {"registry/owners.yml": OWNERS}


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}\n"])
@pytest.mark.parametrize("name", OPTIONAL)
def test_an_empty_file_is_a_registry_of_nothing_and_says_so(project_with, name, text):
    settings = project_with({name: text})
    (line,) = only_registry(settings)
    assert line.startswith(f"registry/{name}:1:1 KB816 the file is there and holds nothing, so ")
    catalog = check(settings, TODAY).catalog
    assert getattr(catalog, name.removesuffix(".yml")) is not None


@pytest.mark.parametrize(
    ("name", "text"),
    [("sla.yml", "policies: {}\n"), ("channels.yml", "channels: {}\nnaming: {}\n"), ("owners.yml", "")],
)
def test_a_registry_of_empty_parts_holds_nothing(project_with, name, text):
    (line,) = only_registry(project_with({name: text}))
    assert " KB816 " in line


@pytest.mark.parametrize(
    ("written", "meant", "lost"),
    [
        ("sla.yaml", "sla.yml", "no SLA policy is looked up"),
        ("SLAs.yml", "sla.yml", "no SLA policy is looked up"),
        ("kpi.yml", "kpis.yml", "no KPI is known"),
        ("channel.yml", "channels.yml", "no channel is looked up"),
        ("alerts.yml.txt", "alerts.yml", "no alert is known"),
        ("alert.json", "alerts.yml", "no alert is known"),
    ],
)
def test_a_misspelt_file_is_named(project_with, written, meant, lost):
    found = [each for each in diagnostics(project_with({written: "x: 1\n"})) if each.code == "KB090"]
    assert [(each.path, each.message, each.hint) for each in found] == [
        (f"registry/{written}", f"`{written}` is not read, so {lost}", f"did you mean `{meant}`? rename the file")
    ]
    assert found[0].severity is Severity.ERROR


@pytest.mark.parametrize("name", OPTIONAL)
def test_broken_yaml_has_its_line_and_switches_the_registry_off(project_with, name):
    settings = project_with({name: "a:\n  b: [1,\n"})
    assert [line.split()[:2] for line in only_registry(settings)] == [[f"registry/{name}:2:9", "KB005"]]
    assert getattr(check(settings, TODAY).catalog, name.removesuffix(".yml")) is None


def test_a_duplicate_key_keeps_the_rest(project_with):
    settings = project_with({"kpis.yml": "a: {name: x}\na: {name: y}\n"})
    assert [line.split()[:2] for line in only_registry(settings)] == [["registry/kpis.yml:2:1", "KB006"]]


@pytest.mark.parametrize(
    "text", ["[1]\n", "a\n", "5\n", "a: 1\n", "a: []\n", "a:\n", "a: {b: {c: {d: []}}}\n", "1: {}\n"]
)
@pytest.mark.parametrize("name", FILES)
def test_values_of_any_shape_are_findings_and_never_a_crash(project_with, name, text):
    assert [line for line in only_registry(project_with({name: text})) if f"registry/{name}" in line]


@pytest.mark.parametrize("name", FILES)
def test_schemas_are_valid_and_both_engines_take_them(name):
    schema = registry_schema(name)
    Draft202012Validator.check_schema(schema)
    validator = SchemaValidator(schema)
    assert validator.is_valid({})
    assert validator.errors({}) == []
    assert not validator.is_valid({"Ä Ö": 1})
    assert validator.errors({"Ä Ö": 1})


@pytest.mark.parametrize("name", FILES)
def test_kb_schema_prints_it(capsys, tmp_path, name):
    assert run(["--project", str(tmp_path), "schema", name]) == 0
    assert json.loads(capsys.readouterr().out) == registry_schema(name)


def test_findings_in_a_registry_can_be_asked_for_by_its_path(project_with, capsys, monkeypatch):
    settings = project_with({"alerts.yml": "a: {name: x, threshold: y}\n", "kpis.yml": "b: {}\n"})
    monkeypatch.chdir(settings.root)
    assert run(["check", "registry/alerts.yml", "--as-of", "2026-11-20"]) == 1
    out = capsys.readouterr().out
    assert "registry/alerts.yml:1:1: error KB814" in out
    assert "kpis.yml" not in out


def test_a_registry_that_is_clean_may_be_named(project_with, monkeypatch):
    settings = project_with({"sla.yml": "feedback: {routed_within: 24 hours}\n"})
    monkeypatch.chdir(settings.root)
    assert run(["check", "registry/sla.yml", "--as-of", "2026-11-20"]) == 0


def test_a_severity_may_be_changed_for_one_registry(make_project, tmp_path):
    (tmp_path / "content").mkdir()
    settings = make_project(
        {
            "kb.yml": "checks:\n  kpi-missed: {severity: off, paths: [registry/kpis.yml], reason: 年底再議}\n",
            "registry/kpis.yml": "a:\n  {name: x, unit: y, target: 1, direction: at_least, owner: ops, "
            "readings: {2026-10: 0}}\n",
        }
    )
    assert not [each for each in diagnostics(settings) if each.code.startswith("KB82")]


def test_what_the_schema_refused_is_not_said_twice(project_with):
    """`response` is there, if written badly: that a figure is missing would be a second finding of one slip."""
    sla = (ROOT / "registry/sla.yml").read_text(encoding="utf-8").replace("response: 24 hours", "response: 1 day", 1)
    line = next(number for number, text in enumerate(sla.splitlines(), 1) if "1 day" in text)
    assert [each for each in only_registry(project_with({"sla.yml": sla})) if f":{line}:" in each] == [
        f"registry/sla.yml:{line}:19 KB105 `policies.support.levels.general.response` is `1 day`, which has not the "
        "form it must have"
    ]


def test_no_registry_reaches_the_customers():
    """Of the catalog, only what is named here passes to the customers; a new field does not."""
    from kb_builder import checks
    from kb_builder.config.load import load_settings

    catalog = check(load_settings(ROOT, checks.rules()), TODAY).catalog
    for name in ("owners", "sla", "kpis", "channels", "alerts", "registry_texts"):
        assert getattr(catalog, name), name
    seen = project(catalog, "customers")
    empty = Catalog(settings=seen.settings, as_of=TODAY, documents=())
    passing = {
        each.name for each in dataclasses.fields(Catalog) if getattr(seen, each.name) != getattr(empty, each.name)
    }
    assert {"documents", "bodies"} <= passing <= {"documents", "assets", "bodies", "synonyms"}

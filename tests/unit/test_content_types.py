"""Content types are data: those that come along, and one that an organisation adds without Python."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from kb_builder import checks
from kb_builder.authoring.template import fill, switched_on
from kb_builder.cli.run import run
from kb_builder.config.load import config_schema, load_settings
from kb_builder.content_types.load import (
    COMPUTED_FIELDS,
    builtin_definition,
    builtin_file,
    builtin_names,
    builtin_page,
    builtin_schema,
    make_type,
    shared_schema,
)
from kb_builder.model.settings import LANGUAGES
from kb_builder.pipeline import build, check
from kb_builder.schema.validator import SchemaValidator
from kb_builder.sources.front_matter import parse_front_matter
from kb_builder.sources.yaml_block import parse_block
from tests.conftest import ROOT, TODAY

NAMES = builtin_names()
# What design calls R: required of every page; P: required once it is published.
REQUIRED = {
    "sop": {"id", "title", "summary", "owner", "status", "category"},
    "faq": {"id", "title", "summary", "owner", "status", "topic"},
    "postmortem": {"id", "title", "summary", "owner", "status"},
    "worklog": {"id", "title", "summary", "owner", "status"},
    "drill": {"id", "title", "summary", "owner", "status"},
}


def builtin(name: str):
    return make_type(name, builtin_definition(name), builtin_schema(name), builtin_file(name, "template.md"))


def example(name: str) -> str:
    return builtin_file(name, "example.md")


def project_with(make_project, name: str, text: str):
    """Return the settings of a project that holds one page and all owners it names."""
    owners = "".join(
        f"{owner}: {{name: {owner}, kind: role, deputy: {deputy}}}\n"
        for owner, deputy in (("web-ops", "sysadmin"), ("sysadmin", "web-ops"))
    )
    folder = builtin_definition(name)["folder"]
    return make_project({"registry/owners.yml": owners, f"content/{folder}/page.md": text})


def codes(settings, day: date = TODAY) -> list[str]:
    return [each.code for each in check(settings, day).diagnostics]


@pytest.mark.parametrize("name", NAMES)
def test_the_definition_meets_the_schema_of_kb_yml(name):
    # What type.yml may say is what kb.yml may say, and the order in which sites show the types.
    schema = {**config_schema()["$defs"]["type"], "$defs": config_schema()["$defs"]}
    definition = {key: value for key, value in builtin_definition(name).items() if key != "order"}
    assert SchemaValidator(schema).errors(definition) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_composed_schema_is_a_flat_json_schema(name):
    schema = builtin(name).schema
    Draft202012Validator.check_schema(schema)
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    assert not {"allOf", "anyOf", "oneOf", "$ref", "unevaluatedProperties"} & set(schema)
    own = set(builtin_schema(name)["properties"])
    assert own <= set(schema["properties"])
    assert not COMPUTED_FIELDS & set(schema["properties"])
    assert not own & set(shared_schema()["properties"]), "a field has one home"


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_in_the_composed_schema_leads_somewhere(name):
    schema = builtin(name).schema
    targets = set(re.findall(r'"\$ref": "([^"]*)"', json.dumps(schema)))
    assert targets
    assert {target.removeprefix("#/$defs/") for target in targets} <= set(schema["$defs"])


@pytest.mark.parametrize("name", NAMES)
def test_every_field_says_what_it_is_for(name):
    fields = builtin(name).schema["properties"]
    assert [field for field, entry in fields.items() if not entry.get("description")] == []


@pytest.mark.parametrize("name", NAMES)
def test_labels_are_there_in_every_language(name):
    found = builtin(name)
    assert set(found.label) == set(found.plural) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_example_is_clean(name, language, make_project):
    assert codes(project_with(make_project, name, builtin_page(name, "example", language)), date(2026, 9, 1)) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_id_example_is_an_id(name):
    found = builtin(name)
    assert re.search(found.schema["properties"]["id"]["pattern"], found.id_example)


def filled(name: str, language: str) -> str:
    words = {"id": builtin(name).id_example, "title": "標題：一", "owner": "web-ops", "today": "2026-11-20"}
    return fill(builtin_page(name, "template", language), {**words, "zone": "+08:00"})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_template_is_a_clean_draft(name, language, make_project):
    text = filled(name, language)
    assert not re.search(r"\{[a-z_]+\}", text), "every placeholder is known"
    raw = parse_front_matter("a.md", "a.md", text)
    assert raw.values["status"] == "draft"
    assert codes(project_with(make_project, name, text)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_template_switched_on_has_all_that_a_published_page_needs(name, language):
    raw = parse_front_matter("a.md", "a.md", filled(name, language))
    found = parse_block(switched_on(raw.block.cut(raw.text)))
    assert found.faults == ()
    if found.values.get("sops") == []:
        assert found.values["no_sops_reason"]
    assert SchemaValidator(builtin(name).schema).errors({**found.values, "status": "published"}) == []


@pytest.mark.parametrize("name", NAMES)
def test_templates_and_examples_are_the_same_in_every_language(name):
    def shape(text: str) -> list[str]:
        """Fields, switched on or not, and the number of headings."""
        return [*re.findall(r"^(?:# )?[a-z_]+(?=:)", text, re.MULTILINE), *re.findall(r"^## ", text, re.MULTILINE)]

    for page in ("template", "example"):
        first, *others = (shape(builtin_page(name, page, language)) for language in LANGUAGES)
        assert len(first) > 5
        assert others == [first, first], page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_field_of_a_template_is_explained(name, language):
    raw = parse_front_matter("a.md", "a.md", builtin_page(name, "template", language))
    for line in raw.block.cut(raw.text).splitlines():
        field = re.match(r"(?:# )?([a-z_]+): ?(.*)", line)
        # A text that says itself what belongs there needs no comment; the steps have theirs above.
        if field and field[1] not in ("summary", "description", "scenario", "steps", "rollback", "solution",
                                      "verification", "analysis", "remarks"):  # fmt: skip
            assert re.search(r"(?:^| )# ", field[2]), line


@pytest.mark.parametrize(("name", "field"), [(name, field) for name in NAMES for field in sorted(REQUIRED[name])])
def test_a_field_that_every_page_needs(name, field, make_project):
    text = re.sub(rf"^{field}: .*\n", "", example(name), flags=re.MULTILINE)
    found = check(project_with(make_project, name, text), date(2026, 9, 1)).diagnostics
    assert ("KB101", f"`{field}` is missing") in [(each.code, each.message) for each in found]


def _published() -> list[tuple[str, str]]:
    return [(name, field) for name in NAMES for field in builtin_definition(name).get("required_when_published", ())]


@pytest.mark.parametrize(("name", "field"), _published())
def test_a_field_that_a_published_page_needs(name, field, make_project):
    block = rf"^{field}:.*\n(?:(?: |- ).*\n)*"
    without = re.sub(block, "", example(name), flags=re.MULTILINE)
    assert without != example(name)
    published = check(project_with(make_project, name, without), date(2026, 9, 1)).diagnostics
    missing = [each.message for each in published if each.code == "KB101"]
    assert missing == [f"`{field}` is missing; a published page needs it"]
    draft = without.replace("status: published", "status: draft")
    assert "KB101" not in codes(project_with(make_project, name, draft), date(2026, 9, 1))


def test_the_fields_of_design_are_there():
    shared = {
        "id", "title", "summary", "owner", "status", "audience", "last_reviewed", "review_interval", "reviews",
        "reviewers", "approver", "version", "effective_date", "tags", "aliases", "related", "supersedes",
        "translation_of", "language", "retention",
    }  # fmt: skip
    assert shared <= set(shared_schema()["properties"])
    own = {
        "sop": {"category", "lifecycle", "systems", "incident_class", "sla", "escalation", "steps", "rollback",
                "training_for", "drill_interval"},
        "faq": {"topic", "problem_type", "sources"},
        "postmortem": {"severity", "sla", "incident_class", "started_at", "detected_at", "acknowledged_at",
                       "mitigated_at", "resolved_at", "archived_at", "impact", "root_causes", "timeline", "roles",
                       "lessons", "sops", "action_items", "customer_note"},
        "worklog": {"time", "description", "environment", "attempts", "solution", "verification", "analysis",
                    "remarks"},
        "drill": {"scenario", "incident_class", "sops", "held_on", "participants", "outcome", "findings",
                  "action_items"},
    }  # fmt: skip
    for name, fields in own.items():
        assert fields <= set(builtin_schema(name)["properties"]), name


@pytest.mark.parametrize("name", ["postmortem", "worklog", "drill"])
def test_records_have_no_review_dates(name):
    found = builtin(name)
    assert found.record
    assert set(found.dated_by) <= set(found.schema["properties"]) and found.dated_by
    assert not {"last_reviewed", "review_interval", "reviews"} & set(found.schema["properties"])


def test_only_faqs_may_be_for_customers():
    assert {name: builtin(name).audiences for name in NAMES} == {
        "sop": ("staff",),
        "faq": ("staff", "customers"),
        "postmortem": ("staff",),
        "worklog": ("staff",),
        "drill": ("staff",),
    }


def test_where_owners_and_pages_are_looked_up():
    sop, postmortem = builtin("sop"), builtin("postmortem")
    assert {("owner",), ("reviewers", "*"), ("approver",), ("steps", "*", "role"), ("reviews", "*", "by"),
            ("escalation",), ("escalation", "*"), ("training_for", "*")} <= set(sop.owner_refs)  # fmt: skip
    assert {("related", "*"), ("supersedes", "*"), ("translation_of",), ("steps", "*", "sop")} <= set(sop.document_refs)
    assert ("id",) not in sop.document_refs, "its own id refers to nothing"
    assert ("roles", "*") in postmortem.owner_refs and ("action_items", "*", "owner") in postmortem.owner_refs
    assert ("sops", "*", "id") in postmortem.document_refs
    worklog, drill = builtin("worklog"), builtin("drill")
    assert ("sops", "*", "id") in worklog.document_refs
    assert {("sops", "*"), ("findings", "*", "sop")} <= set(drill.document_refs)
    assert ("participants", "*") in drill.owner_refs
    for each in (postmortem, worklog, drill):
        assert {("action_items", "*", "owner"), ("action_items", "*", "verified_by")} <= set(each.owner_refs)


# --- a type that an organisation adds: a folder, a schema, a template and some lines of kb.yml ---------------------

KB_YML = """\
timezone: Asia/Taipei
types:
  release:
    folder: releases
    schema: types/release.json
    template: types/release.md
    label: {en: Release, zh-Hant: 發布紀錄, zh-Hans: 发布记录}
    plural: {en: Releases, zh-Hant: 所有發布紀錄, zh-Hans: 所有发布记录}
    id_pattern: "^REL-[0-9]{4}-[0-9]{2}$"
    id_example: REL-2026-01
    group_by: product
    review: {interval: 3 months, max: 6 months}
    required_when_published: [released_on]
"""

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "What was released, and who answers for it",
    "type": "object",
    "properties": {
        "product": {"enum": ["shop", "blog"], "description": "What was released."},
        "released_on": {"$ref": "#/$defs/date", "description": "Day of the release."},
        "release_manager": {"$ref": "#/$defs/owner_id", "description": "Who gave the word."},
        "rollback_sop": {"$ref": "#/$defs/document_id", "description": "How to go back."},
        "changes": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["what", "by"],
                "properties": {"what": {"$ref": "#/$defs/line"}, "by": {"$ref": "#/$defs/owner_id"}},
            },
        },
    },
    "required": ["product", "release_manager"],
    "if": {"properties": {"product": {"const": "shop"}}},
    "then": {"required": ["rollback_sop"]},
}

TEMPLATE = """\
---
id: {id}
title: {title}
summary: 這次發布改了什麼
owner: {owner}
status: draft
product: shop
release_manager: {owner}
rollback_sop: SOP-001
---

## 內容
"""

RELEASE = """\
---
id: REL-2026-01
title: 商店 4.2
summary: 結帳頁改版。
owner: ops
status: published
last_reviewed: 2026-09-20
product: shop
released_on: 2026-09-19
release_manager: dba
rollback_sop: FAQ-001
changes:
  - {what: 結帳頁, by: ops}
---

## 內容

見 [常見問題](../faq/a.md)。
"""

FAQ = """\
---
id: FAQ-001
title: 如何退回上一版？
summary: 看發布紀錄。
owner: ops
status: published
topic: 發布
last_reviewed: 2026-09-20
---

見 [商店 4.2](../releases/shop-4-2.md)。
"""


@pytest.fixture
def releases(make_project):
    """Return a function that makes a project whose release page is changed as told."""

    def make(*changes: tuple[str, str]):
        text = RELEASE
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return make_project(
            {
                "kb.yml": KB_YML,
                "types/release.json": json.dumps(SCHEMA, ensure_ascii=False),
                "types/release.md": TEMPLATE,
                "content/releases/shop-4-2.md": text,
                "content/faq/a.md": FAQ,
            }
        )

    return make


def found_in(settings, day: date = TODAY) -> list[str]:
    return [
        f"{each.code} {each.position.line}: {each.message}"
        for each in check(settings, day).diagnostics
        if each.path == "content/releases/shop-4-2.md"
    ]


def test_a_page_of_the_added_type_is_clean(releases):
    assert codes(releases()) == []


BROKEN = {
    "own field missing": ([("release_manager: dba\n", "")], "KB101 1: `release_manager` is missing"),
    "own field needed once published": (
        [("released_on: 2026-09-19\n", "")], "KB101 1: `released_on` is missing; a published page needs it",
    ),
    "own condition": ([("rollback_sop: FAQ-001\n", "")], "KB101 1: `rollback_sop` is missing*"),
    "own choice": ([("product: shop", "product: shp")], "KB104 8: `product`*`shp`*"),
    "own date": ([("2026-09-19", "2026-09-31")], "KB106 9: `released_on`*`2026-09-31`*"),
    "unknown field": ([("changes:", "changse:")], "KB102 12: *`changse`*"),
    "field of another type": ([("product: shop", "product: shop\ntopic: 發布")], "KB102 9: *`topic`*"),
    "id": ([("id: REL-2026-01", "id: REL-26-1")], "KB105 2: `id`*`REL-26-1`*"),
    "id of another page": ([("id: REL-2026-01", "id: FAQ-001")], "KB105 2: `id`*`FAQ-001`*"),
    "shared field": ([("summary: 結帳頁改版。\n", "")], "KB101 1: `summary` is missing"),
    "audience": ([("product: shop", "product: shop\naudience: customers")], "KB104 9: `audience`*`customers`*"),
    "owner": ([("owner: ops\n", "owner: opps\n")], "KB201 5: `opps` is not in registry/owners.yml"),
    "owner in an own field": (
        [("release_manager: dba", "release_manager: dbaa")], "KB201 10: `dbaa` is not in registry/owners.yml",
    ),
    "owner in a list of an own field": ([("by: ops", "by: nobody")], "KB201 13: `nobody` is not in *owners.yml"),
    "reference in an own field": ([("FAQ-001", "SOP-404")], "KB402 11: there is no page `SOP-404`"),
    "reference in a shared field": (
        [("product: shop", "product: shop\nrelated: [SOP-404]")], "KB402 9: there is no page `SOP-404`",
    ),
    "link": ([("faq/a.md", "faq/b.md")], "KB403 18: the link `../faq/b.md` leads to no page"),
    "review too late": ([("_reviewed: 2026-09-20", "_reviewed: 2026-08-19")], "KB301 7: *2026-11-19, 1 day ago"),
    "review that never was": ([("last_reviewed: 2026-09-20\n", "")], "KB303 1: *`last_reviewed` is missing"),
    "interval too long": (
        [("product: shop", "product: shop\nreview_interval: 1 year")],
        "KB305 9: a review interval of 1 year is too long for this type",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), BROKEN.values(), ids=BROKEN)
def test_what_is_checked_of_the_added_type(releases, changes, expected):
    found = [each for each in found_in(releases(*changes)) if re.fullmatch(_pattern(expected), each)]
    assert len(found) == 1, found_in(releases(*changes))


def _pattern(text: str) -> str:
    return ".*".join(map(re.escape, text.split("*")))


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-12-05", []), ("2026-12-06", ["KB302"]), ("2026-12-20", ["KB302"]), ("2026-12-21", ["KB301"])],
)
def test_its_reviews_fall_due_after_the_interval_of_the_type(releases, day, expected):
    found = found_in(releases(), date.fromisoformat(day))
    assert [each.split()[0] for each in found] == expected


def test_its_template_makes_a_clean_draft(releases):
    settings = releases()
    text = settings.types["release"].template
    for field, value in {"id": "REL-2026-02", "title": "標題", "owner": "ops", "SOP-001": "FAQ-001"}.items():
        text = text.replace(field if field == "SOP-001" else f"{{{field}}}", value)
    (settings.content_dir / "releases" / "draft.md").write_text(text, encoding="utf-8")
    assert codes(settings) == []


def test_its_schema_can_be_printed(releases, capsys):
    settings = releases()
    assert run(["--project", str(settings.root), "schema", "release"]) == 0
    printed = json.loads(capsys.readouterr().out)
    Draft202012Validator.check_schema(printed)
    assert printed["properties"]["product"]["enum"] == ["shop", "blog"]
    assert printed["properties"]["id"]["pattern"] == "^REL-[0-9]{4}-[0-9]{2}$"


def test_its_pages_are_in_the_report_of_reviews(releases, capsys):
    settings = releases()
    arguments = ["--project", str(settings.root), "report", "reviews", "--format", "json", "--as-of", "2026-11-20"]
    assert run(arguments) == 0
    rows = {row["id"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["REL-2026-01"] == {
        "id": "REL-2026-01",
        "type": "release",
        "path": "content/releases/shop-4-2.md",
        "title": "商店 4.2",
        "owner": "ops",
        "last_reviewed": "2026-09-20",
        "review_interval": "3 months",
        "next_review": "2026-12-20",
        "state": "fresh",
    }


@pytest.mark.xdist_group("release-site")
def test_it_is_built_into_the_staff_site_with_an_index_page(releases):
    settings = releases()
    for language in LANGUAGES:
        text = f"language: {language}\n{KB_YML}"
        (settings.root / "kb.yml").write_text(text, encoding="utf-8")
        built = build(load_settings(settings.root, checks.rules()), TODAY, ("staff",))
        assert set(built.published) == {"staff"}, built.diagnostics
        site = built.published["staff"]
        index = (site / "releases" / "index.html").read_text(encoding="utf-8")
        plural = settings.types["release"].plural[language]
        assert re.search(rf"<h1[^>]*>{plural}</h1>", index), "the words come from `plural`"
        assert 'href="shop-4-2.html"' in index and "商店 4.2" in index and "shop" in index
        page = (site / "releases" / "shop-4-2.html").read_text(encoding="utf-8")
        assert plural in page and "REL-2026-01" in page and "維運組" in page
        home = (site / "index.html").read_text(encoding="utf-8")
        assert 'href="releases/index.html"' in home or 'href="releases/"' in home


def test_no_file_of_python_was_needed(releases):
    settings = releases()
    assert [file.name for file in settings.root.rglob("*.py")] == []
    assert "release" not in NAMES
    assert "release" not in {file.name for file in Path(checks.__file__).parent.parent.glob("content_types/*")}


def test_front_matter_and_definitions_are_read_by_the_same_parser():
    # A type.yml that only another parser understands would be a surprise to whoever copies it.
    for name in NAMES:
        assert parse_block(builtin_file(name, "type.yml")).faults == ()


def test_the_how_to_for_a_type_of_ones_own_works_as_it_is_written(tmp_path, capsys):
    text = (ROOT / "docs/how-to/add-a-content-type.md").read_text(encoding="utf-8")
    files = re.findall(r'^```\w+ title="(.+?)"\n(.*?)^```$', text, re.MULTILINE | re.DOTALL)
    assert {name for name, _ in files} >= {"kb.yml", "types/release.json", "types/release.md"}
    for name, content in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert run(["--project", str(tmp_path), "check", "--as-of", "2026-11-20"]) == 0, capsys.readouterr()
    assert "1 page checked as of 2026-11-20: nothing to complain about" in capsys.readouterr().out
    assert run(["--project", str(tmp_path), "schema", "release"]) == 0
    assert "released_on" in capsys.readouterr().out


@pytest.mark.parametrize("interval", ["0 days", "45 minutes", "soon"])
@pytest.mark.parametrize("name", ["faq", "sop"])
def test_an_interval_that_is_none_is_one_fault(make_project, name, interval):
    text = re.sub(r"^review_interval: .*\n", "", example(name), flags=re.MULTILINE)
    text = text.replace("\nlast_reviewed:", f"\nreview_interval: {interval}\nlast_reviewed:", 1)
    settings = project_with(make_project, name, text)
    found = [each for each in check(settings, TODAY).diagnostics if each.code[:3] in ("KB1", "KB3")]
    assert [(each.code, each.message.split()[0]) for each in found] == [("KB105", "`review_interval`")]

"""kb.yml: every key, every default, and every fault with its place and its remedy."""

from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path

import pytest

from kb_builder import checks
from kb_builder.config.find import find_project
from kb_builder.config.load import config_schema, load_settings
from kb_builder.model.dates import Period
from kb_builder.model.diagnostic import Severity
from kb_builder.model.errors import ConfigError
from kb_builder.model.settings import Settings
from kb_builder.pipeline import check
from tests.conftest import TODAY

RELEASE_SCHEMA = {"properties": {"version_tag": {"$ref": "#/$defs/line"}}, "required": ["version_tag"]}


def load(root: Path, text: str, **files: str) -> Settings:
    (root / "kb.yml").write_text(text, encoding="utf-8")
    for name, content in files.items():
        (root / f"{name}.json").write_text(content, encoding="utf-8")
    return load_settings(root, checks.rules())


def faults(root: Path, text: str, **files: str) -> list[str]:
    """Return every fault of a kb.yml as `line:column code message | hint`."""
    with pytest.raises(ConfigError) as caught:
        load(root, text, **files)
    assert caught.value.diagnostics, caught.value
    assert all(each.path == "kb.yml" and each.severity is Severity.ERROR for each in caught.value.diagnostics)
    return [
        f"{each.position.line}:{each.position.column} {each.code} {each.message} | {each.hint}"
        for each in caught.value.diagnostics
    ]


# --- what is read -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}\n"])
def test_an_empty_file_gives_the_defaults(tmp_path, text):
    found = load(tmp_path, text)
    assert (found.content, found.registry, found.language, found.timezone) == ("content", "registry", "zh-Hant", "UTC")
    assert found.content_dir == tmp_path / "content" and found.registry_dir == tmp_path / "registry"
    assert (found.due_soon, found.grace, found.after_incident) == (
        Period(count=14, unit="day"),
        Period(count=0, unit="day"),
        Period(count=14, unit="day"),
    )
    assert {name: (site.name, site.out, site.url, site.language) for name, site in found.sites.items()} == {
        "staff": ("Knowledge base", "site/staff", "", "zh-Hant"),
        "customers": ("Help", "site/customers", "", "zh-Hant"),
    }
    assert list(found.types)[:3] == ["sop", "faq", "postmortem"]
    assert found.overrides == ()


def test_the_defaults_are_those_that_the_schema_states(tmp_path):
    found = load(tmp_path, "")
    stated = {name: entry["default"] for name, entry in config_schema()["properties"].items() if "default" in entry}
    assert stated == {name: getattr(found, name) for name in ("content", "registry", "language", "timezone")}
    review = config_schema()["properties"]["review"]["properties"]
    assert {name: entry["default"] for name, entry in review.items() if "default" in entry} == {
        "due_soon": "14 days",
        "grace": "0 days",
        "after_incident": "14 days",
    }


def test_every_key_outside_types_is_read(tmp_path):
    (tmp_path / "people").mkdir()
    found = load(
        tmp_path,
        """\
content: pages/all
registry: people/
language: en
timezone: America/New_York
sites:
  staff:
    name: Inside
    url: https://kb.example.com/
    out: out/in
    language: zh-Hans
    description: For us
    edit_url: https://git.example.com/edit/{path}
    report_url: mailto:kb@example.com
  customers: {name: Outside, out: out/for-all, edit_url: "https://git.example.com/{path}", report_url: "mailto:a@b.c"}
review: {due_soon: 1 month, grace: 2 weeks, after_incident: 3 days}
checks:
  review-overdue: {severity: warning, paths: [content/sops/legacy/**], until: 2027-03-31, reason: old pages}
  KB407:
    - {severity: off, reason: twins}
    - {severity: notice, reason: more twins, paths: ["content/faq/*"]}
""",
    )
    assert (found.content, found.registry, found.language, found.timezone) == (
        "pages/all", "people", "en", "America/New_York",
    )  # fmt: skip
    staff, customers = found.sites["staff"], found.sites["customers"]
    assert (staff.name, staff.url, staff.out, staff.language) == (
        "Inside", "https://kb.example.com/", "out/in", "zh-Hans",
    )  # fmt: skip
    assert (staff.description, staff.edit_url, staff.report_url) == (
        "For us", "https://git.example.com/edit/{path}", "mailto:kb@example.com",
    )  # fmt: skip
    assert (customers.name, customers.out, customers.language) == ("Outside", "out/for-all", "en")
    assert (customers.edit_url, customers.report_url) == ("", "mailto:a@b.c"), (
        "customers are not led into the repository"
    )
    assert (str(found.due_soon), str(found.grace), str(found.after_incident)) == ("1 month", "2 weeks", "3 days")
    first, second, third = found.overrides
    assert (first.check, first.severity, first.until, first.reason) == (
        "review-overdue", Severity.WARNING, date(2027, 3, 31), "old pages",
    )  # fmt: skip
    assert first.paths == ("content/sops/legacy/**",)
    assert [(each.check, each.severity, each.paths) for each in (second, third)] == [
        ("title-clash", Severity.OFF, ()),
        ("title-clash", Severity.NOTICE, ("content/faq/*",)),
    ]


def test_every_key_of_a_type_is_read(tmp_path):
    (tmp_path / "release.md").write_text("# {title}\n", encoding="utf-8")
    found = load(
        tmp_path,
        """\
types:
  release:
    folder: releases/
    include: ["**/*.markdown"]
    exclude: ["drafts/**"]
    aliases: {team: owner}
    defaults: {status: published, version_tag: none}
    ignore: [layout]
    schema: release.json
    template: release.md
    label: {en: Release, zh-Hant: 發布}
    plural: {en: Releases, zh-Hant: 發布紀錄}
    id_pattern: "^REL-[0-9]+$"
    id_example: REL-1
    audiences: [staff, customers]
    group_by: version_tag
    record: false
    review: {interval: 3 months, min: 1 month, max: 1 year}
    deputy_required: true
    evidence_required: true
    required_when_published: [approver]
""",
        release=json.dumps(RELEASE_SCHEMA),
    ).types["release"]
    assert (found.folder, found.include, found.exclude) == ("releases", ("**/*.markdown",), ("drafts/**",))
    assert found.aliases == {"team": "owner"}
    assert found.defaults == {"status": "published", "version_tag": "none"}
    assert found.ignore == {"layout"}
    assert found.template == "# {title}\n"
    assert found.word(found.label, "zh-Hant") == "發布" and found.word(found.plural, "zh-Hant") == "發布紀錄"
    assert found.word(found.label, "zh-Hans") == "Release", "English stands in for a language that is not given"
    assert (found.id_example, found.audiences, found.group_by) == ("REL-1", ("staff", "customers"), "version_tag")
    assert (str(found.interval), str(found.min_interval), str(found.max_interval)) == ("3 months", "1 month", "1 year")
    assert (found.record, found.deputy_required, found.evidence_required) == (False, True, True)
    assert found.schema["properties"]["id"]["pattern"] == "^REL-[0-9]+$"
    assert found.schema["required"][-1] == "version_tag"
    assert found.schema["then"] == {"required": ["approver"]}


def test_a_type_of_ones_own_has_defaults(tmp_path):
    found = load(tmp_path, "types:\n  runbook: {}\n").types["runbook"]
    assert (found.folder, found.include, found.exclude) == ("runbook", ("**/*.md",), ())
    assert (found.audiences, found.record, found.lenient) == (("staff",), False, False)
    assert found.word(found.label, "zh-Hant") == found.word(found.plural, "en") == "runbook"
    assert found.interval is None
    assert "review_interval" in found.schema["then"]["required"], (
        "with no interval of the type, each page names its own"
    )


def test_a_label_in_one_language_serves_all(tmp_path):
    found = load(tmp_path, "types:\n  release: {label: 發布}\n").types["release"]
    assert [found.word(found.plural, language) for language in ("zh-Hant", "zh-Hans", "en")] == ["發布"] * 3


def test_a_type_can_be_turned_off(tmp_path):
    names = load(tmp_path, "types:\n  sop: {enabled: false}\n  release: {enabled: false, schema: nowhere.json}\n").types
    assert "sop" not in names and "release" not in names
    assert "faq" in names


def test_a_built_in_type_is_adjusted_and_keeps_the_rest(tmp_path):
    before = load(tmp_path, "").types["sop"]
    after = load(tmp_path, 'types:\n  sop: {folder: runbooks, exclude: ["**/README.md"]}\n').types["sop"]
    assert (after.folder, after.exclude) == ("runbooks", ("**/README.md",))
    assert (after.schema, after.interval, after.label) == (before.schema, before.interval, before.label)


def test_a_review_bound_is_adjusted_alone(tmp_path):
    found = load(tmp_path, "types:\n  sop: {review: {max: 12 months}}\n").types["sop"]
    assert [str(each) for each in (found.interval, found.min_interval, found.max_interval)] == [
        "6 months",
        "3 months",
        "12 months",
    ]


def test_a_lenient_built_in_type_has_no_bounds_but_those_of_kb_yml(tmp_path):
    text = "types:\n  sop: {schema: lenient}\n  faq: {schema: lenient, review: {max: 2 years}}\n"
    types = load(tmp_path, text).types
    assert (types["sop"].min_interval, types["sop"].max_interval) == (None, None)
    assert str(types["sop"].interval) == "6 months"
    assert (types["faq"].min_interval, str(types["faq"].max_interval)) == (None, "2 years")


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    (tmp_path / "kb.yml").write_bytes("\ufefftimezone: Asia/Taipei\r\nlanguage: en\r\n".encode())
    found = load_settings(tmp_path, checks.rules())
    assert (found.timezone, found.language) == ("Asia/Taipei", "en")


def test_the_project_is_the_nearest_folder_with_a_kb_yml(tmp_path):
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    (tmp_path / "kb.yml").write_text("", encoding="utf-8")
    assert find_project(inner) == tmp_path
    (tmp_path / "a" / "b" / "kb.yml").write_text("", encoding="utf-8")
    assert find_project(inner) == tmp_path / "a" / "b"


def test_without_a_kb_yml_it_is_said_what_to_do(tmp_path):
    with pytest.raises(ConfigError, match=r"no kb\.yml in .* or any folder above it") as caught:
        find_project(tmp_path)
    assert "--project" in caught.value.hint
    with pytest.raises(ConfigError, match="does not exist") as caught:
        load_settings(tmp_path, checks.rules())
    assert "an empty one will do" in caught.value.hint


def test_a_kb_yml_that_is_no_file_is_none(tmp_path):
    (tmp_path / "kb.yml").mkdir()
    with pytest.raises(ConfigError, match="does not exist"):
        load_settings(tmp_path, checks.rules())


# --- what is refused --------------------------------------------------------------------------------------------

SITE = "sites:\n  staff: {name: A, out: %s}\n"
PATH = "expected: a path within the project, with forward slashes"

# A kb.yml and its faults; `~` stands for any words.
FAULTS = {
    # Syntax, as in front matter.
    "twice": ("language: en\nlanguage: en\n", ["2:1 KB006 `language` ~ line 1~ | keep one of them"]),
    "list": ("- a\n", ["1:1 KB013 ~a list, not fields | write one `name: value` a line"]),
    "tab": ("sites:\n\tstaff: {name: A}\n", ["2:1 KB012 ~ | ~spaces~"]),
    # Names and kinds of values.
    "unknown key": ("langauge: en\n", ["1:1 KB102 ~`langauge`~ | did you mean `language`?"]),
    "path for customers": (
        'sites:\n  customers: {name: A, report_url: "https://a.example/?x={path}"}\n',
        ["2:36 KB090 `{path}` is not for customers: ~ | use {id}, {title}, {version}, {heading}, {url}"],
    ),
    "placeholder": (
        "sites:\n  staff:\n    name: A\n    report_url: mailto:a@b.c?subject={titel}%20{}\n",
        ["4:17 KB090 nothing is filled in for `{titel}` | did you mean `{title}`?",
         "4:17 KB090 nothing is filled in for `{}` | use {id}, ~{path}"],
    ),
    "language": ("language: zh-TW\n", ["1:11 KB104 `language`~`zh-TW`~ | ~zh-Hant, zh-Hans, en"]),
    "content out of the project": ("content: ../docs\n", [f"1:10 KB105 `content` is `../docs`~ | {PATH}"]),
    "absolute content": ("content: /srv/docs\n", [f"1:10 KB105 `content` is `/srv/docs`~ | {PATH}"]),
    "registry out of the project": ("registry: a/../../b\n", [f"1:11 KB105 `registry` is `a/../../b`~ | {PATH}"]),
    "registry that is not there": (
        "language: en\nregistry: registri\n", ["2:11 KB090 there is no folder `registri`~ | correct the name~"],
    ),
    "registry that is a file": ("registry: kb.yml\n", ["1:11 KB090 there is no folder `kb.yml`~ | ~"]),
    "lenient pages for customers": (
        "types:\n  faq: {schema: lenient, audiences: [staff, customers]}\n",
        ["2:45 KB090 no page of `faq` reaches customers: ~ | ~`schema: lenient` out of the type"],
    ),
    "period": (
        "review:\n  due_soon: 14d\n",
        ["2:13 KB105 `review.due_soon` is `14d`~ | write 14 days; expected: a number and a unit, such as 14 days~"],
    ),
    "unknown review key": (
        "review: {duesoon: 14 days}\n", ["1:10 KB102 ~`review.duesoon`~ | did you mean `due_soon`?"],
    ),
    "third site": ("sites:\n  partners: {name: P}\n", ["2:3 KB102 ~`sites.partners`~ | ~customers, staff"]),
    "site without a name": (
        "sites:\n  staff: {out: a}\n", ["2:10 KB101 `sites.staff.name` is missing | ~`name: …`: Name of the site."],
    ),
    "site address": (
        "sites:\n  staff: {name: A, url: kb.example.com}\n",
        ["2:25 KB105 `sites.staff.url` is `kb.example.com`~ | expected: an address such as https://kb.example.com/"],
    ),
    "edit address": (
        "sites:\n  staff: {name: A, edit_url: 'https://git.example.com/'}\n",
        ["2:30 KB105 `sites.staff.edit_url` ~ | expected: an address with {path} in it"],
    ),
    "nothing in a site": ("sites:\n  staff:\n", ["2:3 KB103 `sites.staff` is empty~ | ~leave the field out"]),
    # Checks.
    "check": (
        "checks:\n  review-overdeu: {severity: warning, reason: r}\n",
        ["2:3 KB090 there is no check `review-overdeu` | did you mean `review-overdue`?"],
    ),
    "check code": (
        "checks:\n  KB999: {severity: warning, reason: r}\n",
        ["2:3 KB090 there is no check `KB999` | `kb explain` lists all checks"],
    ),
    "severity": (
        "checks:\n  title-clash: {severity: warn, reason: r}\n",
        ["2:27 KB104 `checks.title-clash.severity`~`warn`~ | did you mean `warning`? ~off, notice, warning, error"],
    ),
    "no reason": (
        "checks:\n  title-clash: {severity: off}\n",
        ["2:16 KB101 `checks.title-clash.reason` is missing | ~`reason: …`: Why; the next reader will ask."],
    ),
    "no reason in a list": (
        "checks:\n  title-clash:\n    - {severity: off}\n",
        ["3:7 KB101 `checks.title-clash[1].reason` is missing | ~`reason: …`: Why; the next reader will ask."],
    ),
    "last day": (
        "checks:\n  title-clash: {severity: off, reason: r, until: 2027-02-30}\n",
        ["2:50 KB106 `checks.title-clash.until` is `2027-02-30`~ | write it as YYYY-MM-DD~"],
    ),
    # Time zones.
    "zone": (
        "timezone: Asia/Taibei\n", ["1:11 KB090 there is no time zone `Asia/Taibei` | did you mean `Asia/Taipei`?"],
    ),
    "folder of zones": (
        "timezone: Asia\n",
        ["1:11 KB090 there is no time zone `Asia` | a time zone is a region and a city, such as Asia/Taipei"],
    ),
    "path as zone": (
        "timezone: ../../etc/passwd\n",
        ["1:11 KB090 there is no time zone `../../etc/passwd` | name one such as Asia/Taipei"],
    ),
    # Folders that get in each other's way.
    "site in content": (
        SITE % "content/site",
        ["2:25 KB090 `content/site` and the content folder (`content`) overlap | give the site a folder of its own"],
    ),
    "site is registry": (
        SITE % "./registry/",
        ["2:25 KB090 `registry` and the registry folder (`registry`) overlap | give the site a folder of its own"],
    ),
    "content in site": (
        "content: docs/pages\n" + SITE % "docs",
        ["3:25 KB090 `docs` and the content folder (`docs/pages`) overlap | give the site a folder of its own"],
    ),
    "site in .git": (
        SITE % ".git/site",
        ["2:25 KB090 `.git/site` and the repository's .git (`.git`) overlap | give the site a folder of its own"],
    ),
    "site in .kb": (
        SITE % ".kb",
        ["2:25 KB090 `.kb` and kb's own .kb (`.kb`) overlap | give the site a folder of its own"],
    ),
    "site in site": (
        SITE % "site/customers/all",
        ["2:3 KB090 `site/customers` and the site for staff (`site/customers/all`) overlap | give the site a folder of "
         "its own",
         "2:25 KB090 `site/customers/all` and the site for customers (`site/customers`) overlap | give the site a "
         "folder of its own"],
    ),
    # Types.
    "type name": (
        "types:\n  Run-Book: {}\n",
        ["2:3 KB105 `Run-Book` cannot be a name here | expected: lower-case letters, digits and underscores"],
    ),
    "unknown type key": (
        "types:\n  sop: {foldr: a}\n", ["2:9 KB102 unknown field `types.sop.foldr` | did you mean `folder`?"],
    ),
    "alias": (
        "types:\n  sop:\n    aliases: {owner_slack: ownr}\n",
        ["3:28 KB090 `sop` has no field `ownr` | did you mean `owner`?"],
    ),
    "alias of a lenient type": (
        "types:\n  sop: {schema: lenient, aliases: {team: zzzzz, slack: owner}}\n",
        ["2:42 KB090 `sop` has no field `zzzzz` | known are ~, category, ~, owner, ~, version"],
    ),
    "two aliases": (
        "types:\n  faq: {aliases: {a: sumary, b: titel}}\n",
        ["2:22 KB090 `faq` has no field `sumary` | did you mean `summary`?",
         "2:33 KB090 `faq` has no field `titel` | did you mean `title`?"],
    ),
    "default of an unknown field": (
        "types:\n  faq: {defaults: {ownr: ops}}\n",
        ["2:20 KB090 ~`ownr`~ | did you mean `owner`?"],
    ),
    "default of the wrong kind": (
        "types:\n  faq: {defaults: {status: live}}\n",
        ["2:28 KB090 `status`~`live`~ | ~draft, in_review, published, obsolete"],
    ),
    "demand of an unknown field": (
        "types:\n  faq: {required_when_published: [sources, aprover]}\n",
        ["2:44 KB090 `faq` has no field `aprover` | did you mean `approver`?"],
    ),
    "grouping by an unknown field": (
        "types:\n  faq: {group_by: topics}\n",
        ["2:19 KB090 `faq` has no field `topics` | did you mean `topic`?"],
    ),
    "category": (
        "types:\n  sop: {category_intervals: {emergancy: 3 months}}\n",
        ["2:30 KB090 `sop` has no category `emergancy` | did you mean `emergency`?"],
    ),
    "bounds": (
        "types:\n  sop: {review: {min: 2 years}}\n",
        ["2:23 KB090 the shortest review interval, 2 years, is longer than the longest, 6 months | correct one of "
         "them"],
    ),
    "interval out of bounds": (
        "types:\n  sop: {review: {interval: 12 months}}\n",
        ["2:28 KB090 a review interval of 12 months is out of the bounds of `sop` | set `review: {min: …, max: …}` as "
         "well; now 3 months to 6 months"],
    ),
    "category out of bounds": (
        "types:\n  sop: {category_intervals: {vendor: 1 month}}\n",
        ["2:38 KB090 a review interval of 1 month is out of the bounds of `sop` | set `review: {min: …, max: …}` as "
         "well; now 3 months to 6 months"],
    ),
    "the same pages": (
        "types:\n  runbook: {folder: sops, review: {interval: 1 month}}\n",
        ["2:21 KB090 `runbook` and `sop` claim the same files of sops/ | give `runbook` another folder, or turn the "
         "other off: `sop: {enabled: false}`"],
    ),
    "id pattern": (
        "types:\n  release: {id_pattern: '^REL-['}\n",
        ["2:25 KB090 the id pattern of `release` is no regular expression: unterminated character set at position 5 | "
         "correct it"],
    ),
    "schema that is not there": (
        "types:\n  release: {schema: releases.json}\n",
        ["2:21 KB090 `releases.json` cannot be read: No such file or directory | correct the path, relative to kb.yml"],
    ),
    "schema out of the project": (
        "types:\n  release: {schema: ../releases.json}\n",
        ["2:21 KB090 `../releases.json` cannot be read: it must lie within the project | correct the path, relative to "
         "kb.yml"],
    ),
    "template that is not there": (
        "types:\n  faq: {template: faq.md}\n",
        ["2:19 KB090 `faq.md` cannot be read: No such file or directory | correct the path, relative to kb.yml"],
    ),
    "faults of several types": (
        "types:\n  sop: {aliases: {a: ownr}}\n  faq: {template: faq.md}\ntimezone: Mars\n",
        ["2:22 KB090 `sop` has no field `ownr` | did you mean `owner`?",
         "3:19 KB090 `faq.md` cannot be read: No such file or directory | correct the path, relative to kb.yml",
         "4:11 KB090 there is no time zone `Mars` | name one such as Asia/Taipei"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_with_its_place_and_its_remedy(tmp_path, text, expected):
    found = faults(tmp_path, text)
    assert len(found) == len(expected), found
    for each, pattern in zip(found, expected, strict=True):
        assert re.fullmatch(".*".join(map(re.escape, pattern.split("~"))), each), each


OWN = "types:\n  release: {schema: own.json}\n"
BROKEN_SCHEMAS = {
    "no JSON": ('{"properties": ', "own.json:1:16: not valid JSON: Expecting value"),
    "no object": ("[]", "own.json holds no JSON Schema of fields"),
    "too deep": ("[" * 100_000, "own.json: nests too deeply"),
    "list of properties": (
        '{"properties": []}',
        "own.json is no JSON Schema: at properties: [] is not of type 'object'",
    ),
    "unknown type": (
        '{"properties": {"a": {"type": "strin"}}}',
        "own.json is no JSON Schema: at properties.a.type: 'strin' is not valid under any of the given schemas",
    ),
    "broken pattern": (
        '{"properties": {"a": {"pattern": "["}}}',
        "own.json is no JSON Schema: at properties.a.pattern: '[' is not a 'regex'",
    ),
    "nested list of properties": (
        '{"properties": {"a": {"properties": []}}}',
        "own.json is no JSON Schema: at properties.a.properties: [] is not of type 'object'",
    ),
    "unknown definition": (
        '{"properties": {"a": {"$ref": "#/$defs/owner"}}}',
        "own.json: `$ref` is `#/$defs/owner`; it must be #/$defs/ and a name in `$defs`",
    ),
    "reference to the web": (
        '{"properties": {"a": {"items": {"$ref": "https://example.com/s.json"}}}}',
        "own.json: `$ref` is `https://example.com/s.json`; it must be #/$defs/ and a name in `$defs`",
    ),
    "reference to a file": (
        '{"properties": {"a": {"anyOf": [{"$ref": "file:///etc/passwd"}]}}}',
        "own.json: `$ref` is `file:///etc/passwd`; it must be #/$defs/ and a name in `$defs`",
    ),
    "format": (
        '{"properties": {"a": {"format": "email"}}}',
        "own.json: the format `email` is not checked; use date or date-time, or a `pattern`",
    ),
    "definition of ours": (
        '{"$defs": {"owner_id": {"type": "string"}}}',
        "own.json: `$defs` of the shared fields has a `owner_id` already",
    ),
    "demand of an unknown field": (
        '{"properties": {"a": {}}, "required": ["b"]}',
        "own.json: `required` names `b`, which is no field",
    ),
}


@pytest.mark.parametrize(("schema", "message"), BROKEN_SCHEMAS.values(), ids=BROKEN_SCHEMAS)
def test_a_broken_schema_of_ones_own_is_refused_before_any_page_is_read(tmp_path, schema, message):
    assert [each.rpartition(" | ")[0] for each in faults(tmp_path, OWN, own=schema)] == [f"2:21 KB090 {message}"]


def test_a_schema_that_is_not_utf8_is_refused(tmp_path):
    (tmp_path / "own.json").write_bytes(b'{"title": "\xa4\xa4"}')
    assert faults(tmp_path, OWN) == [
        "2:21 KB090 `own.json` cannot be read: it is not UTF-8 | correct the path, relative to kb.yml"
    ]


def test_a_schema_may_refer_to_itself_and_use_names_that_are_keywords(tmp_path):
    schema = {
        "$defs": {"node": {"type": "object", "properties": {"children": {"items": {"$ref": "#/$defs/node"}}}}},
        "properties": {
            "tree": {"$ref": "#/$defs/node"},
            "format": {"type": "string", "examples": [{"$ref": "elsewhere"}]},
            "$ref": {"type": "string"},
            "lead": {"$ref": "#/$defs/owner_id"},
        },
    }
    found = load(tmp_path, OWN, own=json.dumps(schema)).types["release"]
    assert ("lead",) in found.owner_refs


def test_an_unreadable_kb_yml_is_named(tmp_path):
    (tmp_path / "kb.yml").write_text("", encoding="utf-8")
    (tmp_path / "kb.yml").chmod(0)
    tmp_path.chmod(0o755)
    before, here = os.geteuid(), Path.cwd()
    os.chdir(tmp_path)
    if before == 0:
        os.seteuid(65534)
    try:
        with pytest.raises(ConfigError) as caught:
            load_settings(Path(), checks.rules())
    finally:
        os.seteuid(before)
        os.chdir(here)
    assert [each.code for each in caught.value.diagnostics] == ["KB020"]


# --- severities that kb.yml changes -----------------------------------------------------------------------------

PAGE = """\
---
id: FAQ-{number}
title: 問題 {number}？
summary: 摘要
owner: ops
status: published
topic: 主題
last_reviewed: {day}
---

答案。
"""


@pytest.fixture
def found(make_project):
    """Return a function that checks two overdue pages under a kb.yml, and returns severity, code and path."""

    def run(text: str) -> list[tuple[str, str, str]]:
        settings = make_project(
            {
                "kb.yml": text,
                "content/faq/new/a.md": PAGE.format(number="001", day="2025-01-01"),
                "content/faq/old/b.md": PAGE.format(number="002", day="2024-01-01"),
            }
        )
        return [(each.severity.word, each.code, each.path) for each in check(settings, TODAY).diagnostics]

    return run


NEW, OLD = "content/faq/new/a.md", "content/faq/old/b.md"


def test_without_a_change_both_are_errors(found):
    assert found("") == [("error", "KB301", NEW), ("error", "KB301", OLD)]


@pytest.mark.parametrize("name", ["review-overdue", "KB301"])
def test_a_severity_is_changed_everywhere(found, name):
    assert found(f"checks:\n  {name}: {{severity: notice, reason: r}}\n") == [
        ("notice", "KB301", NEW),
        ("notice", "KB301", OLD),
    ]


def test_a_check_is_turned_off(found):
    assert found("checks:\n  review-overdue: {severity: off, reason: r}\n") == []


def test_a_severity_is_changed_for_some_paths(found):
    text = "checks:\n  review-overdue: {severity: warning, paths: [content/faq/old/**], reason: r}\n"
    assert found(text) == [("error", "KB301", NEW), ("warning", "KB301", OLD)]


def test_of_several_changes_the_last_one_holds(found):
    text = """\
checks:
  review-overdue:
    - {severity: off, reason: r}
    - {severity: warning, paths: ["**/b.md"], reason: r}
"""
    assert found(text) == [("warning", "KB301", OLD)]


def test_a_change_holds_up_to_and_on_its_last_day(found):
    text = "checks:\n  review-overdue: {severity: warning, until: 2026-11-20, reason: r}\n"
    assert found(text) == [("warning", "KB301", NEW), ("warning", "KB301", OLD)]


def test_a_change_past_its_last_day_no_longer_holds_and_is_reported(found, make_project, tmp_path):
    text = "checks:\n  review-overdue: {severity: off, until: 2026-11-19, reason: r}\n"
    assert found(text) == [("error", "KB301", NEW), ("error", "KB301", OLD), ("warning", "KB902", "kb.yml")]
    last = check(load_settings(tmp_path, checks.rules()), TODAY).diagnostics[-1]
    assert (last.position.line, last.position.column) == (2, 42)
    assert last.message == "the changed severity of `review-overdue` ended on 2026-11-19"


def test_a_change_that_meets_nothing_is_reported(found, tmp_path):
    text = """\
checks:
  review-overdue: {severity: warning, reason: r}
  review-never:
    - {severity: warning, reason: r}
  KB407: {severity: off, paths: [content/sops/**], reason: r}
"""
    assert found(text) == [
        ("warning", "KB301", NEW),
        ("warning", "KB301", OLD),
        ("warning", "KB901", "kb.yml"),
        ("warning", "KB901", "kb.yml"),
    ]
    unused = check(load_settings(tmp_path, checks.rules()), TODAY).diagnostics[2:]
    assert [(each.position.line, each.message) for each in unused] == [
        (4, "the changed severity of `review-never` meets no finding any more"),
        (5, "the changed severity of `title-clash` meets no finding any more"),
    ]


def test_an_unused_change_may_be_let_through_by_a_change(found):
    text = """\
checks:
  review-overdue: {severity: off, reason: r}
  review-never: {severity: off, reason: r}
  suppression-unused: {severity: off, reason: r}
"""
    assert found(text) == []


# --- content that is the whole project --------------------------------------------------------------------------


def test_content_may_be_the_whole_project(make_project):
    settings = make_project(
        {
            "kb.yml": "content: .\n",
            "faq/a.md": PAGE.format(number="001", day="2026-11-01"),
            "site/staff/index.html": "<p>built before</p>",
            "registry/owners.yml": "ops: {name: 維運組, kind: team}\n",
        }
    )
    checked = check(settings, TODAY)
    assert [each.path for each in checked.catalog.documents] == ["faq/a.md"]
    assert checked.diagnostics == ()


def test_then_too_no_site_may_lie_over_what_must_survive(tmp_path):
    assert [each.split(" | ")[0] for each in faults(tmp_path, "content: .\n" + SITE % "registry/site")] == [
        "3:25 KB090 `registry/site` and the registry folder (`registry`) overlap"
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("owners.yaml", [("registry/owners.yaml", Severity.ERROR, "did you mean `owners.yml`? rename the file")]),
        ("Owners.yml", [("registry/Owners.yml", Severity.ERROR, "did you mean `owners.yml`? rename the file")]),
        ("systems.yml", [("registry/owners.yml", Severity.NOTICE, "write one, or remove the folder~")]),
    ],
)
def test_a_registry_that_looks_no_owner_up_says_so(tmp_path, name, expected):
    (tmp_path / "content").mkdir()
    (tmp_path / "registry").mkdir()
    settings = load(tmp_path, "")
    (tmp_path / "registry" / name).write_text("ops: {name: A, kind: team}\n", encoding="utf-8")
    found = check(settings, TODAY).diagnostics
    assert [(each.path, each.severity) for each in found if each.code == "KB090"] == [pair[:2] for pair in expected]
    hints = [each.hint for each in found if each.code == "KB090"]
    assert hints[0].startswith(expected[0][2].removesuffix("~"))


def test_without_a_registry_nobody_misses_one(tmp_path):
    (tmp_path / "content").mkdir()
    assert [each for each in check(load(tmp_path, ""), TODAY).diagnostics if each.code == "KB090"] == []

"""What every check promises: a rule, a permanent code, a page with its parts."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from kb_builder import checks
from kb_builder.model.diagnostic import Rule

FOLDER = Path(checks.__file__).parent
LISTED = Path(__file__).with_name("codes.txt")
# The first digit of a code is its subject; see the design of checks and diagnostics.
SUBJECTS = {
    "0": "syntax", "1": "schema", "2": "owners", "3": "review", "4": "references", "5": "flow", "6": "audience",
    "7": "unsafe or unclear content", "8": "policy", "9": "build and verification",
}  # fmt: skip
SECTIONS = ["Why", "Bad", "Good", "How to fix"]

MODULES = checks.modules()


def name_of(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def listed_codes() -> list[tuple[str, str, bool]]:
    """Return code, slug and whether it was given up, for every line of the list."""
    entries = []
    for line in LISTED.read_text(encoding="utf-8").splitlines():
        code, slug, *rest = line.split()
        assert rest in ([], ["retired"]), line
        entries.append((code, slug, bool(rest)))
    return entries


def outside_blocks(page: str) -> str:
    return re.sub(r"^(`{3,})[^`\n]*\n.*?^\1$", "", page, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_module_has_a_rule_that_matches_its_name(module: ModuleType) -> None:
    rule = module.RULE
    assert isinstance(rule, Rule)
    assert rule.slug == name_of(module).replace("_", "-")
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.slug)
    assert re.fullmatch(r"KB[0-9]{3}", rule.code)
    assert rule.code[2] in SUBJECTS
    assert rule.severity.word in ("notice", "warning", "error")
    assert (module.__doc__ or "").startswith(f"{rule.code} {rule.slug}: ")


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_page_has_heading_and_sections(module: ModuleType) -> None:
    page = checks.documentation(module.RULE.slug)
    prose = outside_blocks(page)
    assert page.startswith(f"# {module.RULE.code} {module.RULE.slug}\n\n")
    assert re.findall(r"^# ", prose, re.MULTILINE) == ["# "]
    assert re.findall(r"^##+ (.*)$", prose, re.MULTILINE) == SECTIONS
    assert not page.split("\n\n")[1].startswith(("#", "```")), "the page does not begin with what the check says"


def test_every_page_belongs_to_a_module() -> None:
    assert {file.stem for file in FOLDER.glob("*.md")} == {name_of(module) for module in MODULES}


def test_codes_and_slugs_are_unique() -> None:
    codes = [module.RULE.code for module in MODULES]
    assert len(codes) == len(set(codes))
    assert len(checks.rules()) == len(MODULES)


def test_codes_match_the_list() -> None:
    """A new check is added to codes.txt; one that goes stays there with the word `retired`."""
    current = [(code, slug) for code, slug, retired in listed_codes() if not retired]
    assert [(module.RULE.code, module.RULE.slug) for module in MODULES] == current


def test_no_code_or_slug_is_listed_twice() -> None:
    entries = listed_codes()
    assert entries == sorted(entries)
    assert len({code for code, _slug, _retired in entries}) == len(entries)
    assert len({slug for _code, slug, _retired in entries}) == len(entries)


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_page_names_only_checks_that_exist(module: ModuleType) -> None:
    known = {each.RULE.code for each in MODULES}
    assert set(re.findall(r"\bKB[0-9]{3}\b", checks.documentation(module.RULE.slug))) <= known

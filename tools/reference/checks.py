"""checks.md: what `kb check` finds, with a page for every check."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from types import ModuleType

from kb_builder import checks
from kb_builder.model.diagnostic import Rule, Severity
from reference.table import table

_SUBJECTS = {
    "0": "Files and syntax",
    "1": "Fields",
    "2": "Owners",
    "3": "Reviews",
    "4": "References and links",
    "5": "Steps",
    "6": "Audiences",
    "7": "Unsafe or unclear content",
    "8": "Policy",
    "9": "Settings, build and verification",
}
_REPEAT = re.compile(r"(?m)(?<=^```markdown )(.*) repeat=\d+$")
_INTRODUCTION = """\
# Checks

Every finding has a code and a slug, which never change. `checks` in [kb.yml](kb-yml.md) changes how severe a finding
is. `kb explain CODE` prints the page of a check in the terminal. Where **stops a build** is empty, the sites are built
all the same: readers see on the page what is wrong with it, or it does not concern them.
"""


def page() -> str:
    """Return the list of all checks, by subject."""
    parts = [_INTRODUCTION]
    for digit, modules in groupby(checks.modules(), key=lambda module: module.RULE.code[2]):
        rows = [_row(module) for module in modules]
        parts.append(
            f"## {_SUBJECTS[digit]}\n\n{table(('Code', 'Slug', 'Severity', 'Stops a build', 'Finds'), rows)}\n"
        )
    return "\n".join(parts)


def pages_of_checks() -> Mapping[str, str]:
    """Return the page of every check by its path."""
    return {f"checks/{rule.slug}.md": _page_of(rule) for rule in checks.rules().values()}


def _row(module: ModuleType) -> tuple[str, ...]:
    rule: Rule = module.RULE
    link = f"checks/{rule.slug}.md"
    return f"[{rule.code}]({link})", f"[{rule.slug}]({link})", rule.severity.word, _stops(rule), _meaning(module)


def _stops(rule: Rule) -> str:
    return "yes" if rule.severity is Severity.ERROR and rule.blocks_build else ""


def _meaning(module: ModuleType) -> str:
    """Return the first sentence of a module's docstring, after code and slug."""
    line = (module.__doc__ or "").partition("\n")[0]
    return line.partition(": ")[2].partition(". Found in ")[0].removesuffix(".")


def _page_of(rule: Rule) -> str:
    title, _break, text = checks.documentation(rule.slug).partition("\n")
    # How often an example repeats a line is for its test.
    text = _REPEAT.sub(r"\1", text)
    stops = "; no site is built while there is one" if _stops(rule) else ""
    return f"{title}\n\n*Severity: {rule.severity.word}{stops}.* [All checks](../checks.md)\n{text}"

"""All reference pages by their path."""

from __future__ import annotations

from collections.abc import Mapping

from reference import checks, cli, fields, kb_yml, registries

# Begins every page, so that a page which is no longer made can be told from one that somebody wrote.
NOTE = "<!-- Generated from the code by tools/generate_reference.py: change the code, not this page. -->\n\n"
_INDEX = """\
# Reference

These pages are made from the code and are therefore always true for this version.

- [Fields of the pages](fields.md): the front matter of every content type
- [kb.yml](kb-yml.md): the settings of a project
- [registry/owners.yml](owners.md): who answers for what
- [registry/sla.yml](sla.md): service level agreements and calendars
- [registry/kpis.yml](kpis.md): targets and readings
- [registry/channels.yml](channels.md): how people reach each other
- [registry/alerts.yml](alerts.md): which SOP answers which alert
- [Checks](checks.md): what `kb check` finds, why, and how to fix it
- [Commands](cli.md): `kb` and its options
"""


def pages() -> Mapping[str, str]:
    """Return the Markdown of every page by its path in docs/reference/."""
    made = {
        "README.md": _INDEX,
        "fields.md": fields.page(),
        "kb-yml.md": kb_yml.page(),
        **registries.pages(),
        "checks.md": checks.page(),
        "cli.md": cli.page(),
        **checks.pages_of_checks(),
    }
    return {path: f"{NOTE}{text.strip()}\n" for path, text in made.items()}

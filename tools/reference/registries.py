"""owners.md, sla.md …: the registries beside the content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kb_builder.registry.file import FILES, registry_schema
from reference.schema_rows import Row, SchemaRows
from reference.table import table

_INTRODUCTIONS: Mapping[str, str] = {
    "owners.yml": """\
Who answers for pages and steps. Every key is an owner id, the word that pages use in `owner`, `reviewers`, `approver`
and `role`; below it stand the owner's fields. An id consists of letters, digits, dots, hyphens and underscores.

```yaml
web-ops: {name: Web operations, kind: team, members: [sysadmin], deputy: sysadmin}
sysadmin: {name: System administrator, kind: role, deputy: web-ops, channels: {chat: "#ops"}}
```
""",
    "sla.yml": """\
Service level agreements: each a policy of its own, with levels from the gravest to the mildest. Pages name a policy in
`sla` and a level in `severity`; the classes of a step's `time_limit` are levels as well. `<name>` stands for an id of
your own. [How to keep the registries](../how-to/registries.md) has an example.
""",
    "kpis.yml": """\
What is to be reached, from where, and what was measured month by month. Every key is the id of an indicator.

```yaml
availability:
  {name: Availability, unit: "%", target: 99.9, direction: at_least, owner: web-ops, readings: {2026-09: 99.95}}
```
""",
    "channels.yml": """\
How people reach each other. Policies and alerts name a channel by its id, owners by its name.
[How to keep the registries](../how-to/registries.md) has an example.
""",
    "alerts.yml": """\
What monitoring reports, and which SOP answers it. Every key is the id of an alert.

```yaml
homepage-down: {name: Home page down, threshold: two probes in a row, sla: ops, severity: urgent, sop: SOP-006}
```
""",
    "synonyms.yml": """\
Words that search takes for one another. Traditional and Simplified characters, singular and plural, and regional words
such as 軟體/软件 are known to it already. [How to make search find more](../how-to/search.md) has an example.
""",
}


def pages() -> Mapping[str, str]:
    """Return the page of every registry by its path."""
    return {f"{name.removesuffix('.yml')}.md": _page(name) for name in FILES}


def _page(name: str) -> str:
    schema = registry_schema(name)
    rows = SchemaRows(schema)
    if "properties" in schema:
        listed = list(rows.rows())
        lists = any(row.path.startswith(f"{group}[]") for group in schema["properties"] for row in listed)
        tables = (
            _table(listed) if lists else "\n\n".join(_section(row, listed) for row in listed if "." not in row.path)
        )
    else:
        tables = _table(rows.rows_of_entries())
    without = f"Without the file {FILES[name]}. `kb schema {name}` prints the same as JSON Schema for editors."
    return f"# registry/{name}\n\n{_INTRODUCTIONS[name]}\n{without}\n\n{tables}"


def _section(group: Row, rows: Iterable[Row]) -> str:
    inner = [row for row in rows if row.path.startswith(f"{group.path}.")]
    return f"## `{group.path}`\n\n{group.meaning}\n\n{_table(inner)}"


def _table(rows: Iterable[Row]) -> str:
    return table(
        ("Field", "Required", "Type", "Default", "Meaning"),
        ((f"`{row.path}`", "**yes**" if row.required else "", row.type, row.default, row.meaning) for row in rows),
    )

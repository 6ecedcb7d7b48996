"""kb-yml.md: the settings of a project."""

from __future__ import annotations

from kb_builder.config.load import config_schema
from reference.schema_rows import Row, SchemaRows
from reference.table import table

_INTRODUCTION = """\
# kb.yml

The file `kb.yml` marks the folder of a project and holds its settings. All keys may be left out; an empty file will
do. `<name>` stands for any name: in `checks` a code or slug of a [check](checks.md), in `types` a
[content type](fields.md), built in or your own. A key within a group is required where the group is given. `kb schema
kb.yml` prints the same as JSON Schema for editors.
"""


def page() -> str:
    """Return the page."""
    rows = list(SchemaRows(config_schema()).rows())
    groups = {row.path.partition(".")[0] for row in rows if "." in row.path}
    plain = [row for row in rows if row.path not in groups and "." not in row.path]
    parts = [_INTRODUCTION, "## The project", _table(plain)]
    for group in rows:
        if group.path in groups:
            inner = [row for row in rows if row.path.startswith(f"{group.path}.")]
            parts += [f"## `{group.path}`", *([group.meaning] if group.meaning else []), _table(inner)]
    return "\n\n".join(part.strip() for part in parts)


def _table(rows: list[Row]) -> str:
    return table(
        ("Key", "Required", "Type", "Default", "Meaning"),
        ((f"`{row.path}`", "**yes**" if row.required else "", row.type, row.default, row.meaning) for row in rows),
    )

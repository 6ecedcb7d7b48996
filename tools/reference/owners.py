"""owners.md: the registry of owners."""

from __future__ import annotations

import json
from importlib import resources

from reference.schema_rows import SchemaRows
from reference.table import table

_INTRODUCTION = """\
# registry/owners.yml

Who answers for pages and steps. Every key is an owner id, the word that pages use in `owner`, `reviewers`, `approver`
and `role`; below it stand the owner's fields. An id consists of letters, digits, dots, hyphens and underscores.
Without the file no owner is looked up. `kb schema owners.yml` prints the same as JSON Schema for editors.

```yaml
web-ops: {name: Web operations, kind: team, members: [sysadmin], deputy: sysadmin}
sysadmin: {name: System administrator, kind: role, deputy: web-ops, channels: {chat: "#ops"}}
```
"""


def page() -> str:
    """Return the page."""
    text = resources.files("kb_builder.registry").joinpath("owners.schema.json").read_text(encoding="utf-8")
    rows = SchemaRows(json.loads(text)).rows_of_entries()
    made = table(
        ("Field", "Required", "Type", "Default", "Meaning"),
        ((f"`{row.path}`", "**yes**" if row.required else "", row.type, row.default, row.meaning) for row in rows),
    )
    return f"{_INTRODUCTION}\n{made}"

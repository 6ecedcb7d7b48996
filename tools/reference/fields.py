"""fields.md: the front matter of every content type."""

from __future__ import annotations

from kb_builder.content_types.load import (
    COMPUTED_FIELDS,
    builtin_definition,
    builtin_names,
    builtin_schema,
    make_type,
)
from kb_builder.model.content_type import ContentType
from reference.schema_rows import Row, SchemaRows
from reference.table import table

_INTRODUCTION = """\
# Fields of the pages

A page begins with its fields, between two lines of `---`. `reviews[].date` is the field `date` of every entry of
`reviews`. Required means: **yes** always, **published** once `status` is `published`; a field within another is
required where the outer one is given. `kb schema TYPE` prints the same as JSON Schema for editors.
"""


def page() -> str:
    """Return the page."""
    types = [make_type(name, builtin_definition(name), builtin_schema(name), "") for name in builtin_names()]
    return "\n".join([_INTRODUCTION, *(_section(each) for each in types), _computed()])


def _section(content_type: ContentType) -> str:
    rows = list(SchemaRows(content_type.schema).rows())
    outer = [row for row in rows if _is_outer(row)]
    parts = [f"## {content_type.label['en']}", f"{content_type.schema['title']}.", _facts(content_type)]
    parts.append(_table(outer, content_type))
    for field in outer:
        inner = [row for row in rows if not _is_outer(row) and _outermost(row) == field.path]
        if inner:
            parts += [f"### {content_type.label['en']}: `{field.path}`", _table(inner, content_type)]
    return "\n\n".join(parts) + "\n"


def _is_outer(row: Row) -> bool:
    return row.path == _outermost(row)


def _outermost(row: Row) -> str:
    return row.path.partition(".")[0].removesuffix("[]")


def _table(rows: list[Row], content_type: ContentType) -> str:
    published = _required_when_published(content_type)
    return table(
        ("Field", "Required", "Type", "Default", "Meaning"),
        (
            (
                f"`{row.path}`",
                "**yes**" if row.required else "published" if row.path in published else "",
                row.type,
                row.default,
                row.meaning,
            )
            for row in rows
        ),
    )


def _required_when_published(content_type: ContentType) -> set[str]:
    names = set(content_type.schema.get("then", {}).get("required", ()))
    # Not the schema but the check `review-never` asks for it, in words of its own.
    return names if content_type.record else {*names, "last_reviewed"}


def _facts(content_type: ContentType) -> str:
    """Say what the tool knows about a type besides its fields."""
    facts = [
        f"Folder: `{content_type.folder}/` in the content folder; ids such as `{content_type.id_example}`.",
        f"Readers: {' or '.join(f'`{each}`' for each in content_type.audiences)}.",
        _review_fact(content_type),
    ]
    if content_type.deputy_required:
        facts.append("The owner needs a deputy.")
    if content_type.evidence_required:
        facts.append("`last_reviewed` needs an entry of that day in `reviews`.")
    return "\n".join(f"- {fact}" for fact in facts)


def _review_fact(content_type: ContentType) -> str:
    if content_type.record:
        asks = f", and what it finds of a page asks for a review (`trigger: {content_type.trigger}`)"
        return f"A record: it has no review dates{asks if content_type.trigger else ''}."
    if content_type.interval is None:
        return "Every published page names its `review_interval`."
    fact = f"Reviewed every {content_type.interval} unless `review_interval` says otherwise"
    by_category = [f"`{category}` every {period}" for category, period in content_type.category_intervals.items()]
    if by_category:
        fact += f" (category {', '.join(by_category)})"
    if content_type.min_interval and content_type.max_interval:
        fact += f"; allowed are {content_type.min_interval} to {content_type.max_interval}"
    return f"{fact}."


def _computed() -> str:
    names = " and ".join(f"`{name}`" for name in sorted(COMPUTED_FIELDS))
    return f"## Computed fields\n\n{names} are computed and shown on the sites. Writing them into a page is an error.\n"

"""The anchors that the tool itself makes on a page for staff."""

from __future__ import annotations

from collections.abc import Collection

from kb_builder.model.dates import parse_timestamp
from kb_builder.model.document import Document


def made_anchors(document: Document, ids: Collection[str]) -> frozenset[str]:
    """Return the anchors that the fields of a page bring along; `ids` are those of all pages."""
    steps = document.entries("steps")
    found = {f"kb-step-{entry.get('id') or f's{index + 1}'}" for index, entry in steps}
    parts = {
        "kb-steps": bool(steps),
        "kb-rollback": bool(document.text("rollback")),
        "kb-related": any(each in ids for each in document.texts("related")),
        "kb-reviews": bool(document.entries("reviews")),
    }
    if parse_timestamp(document.text("started_at")):
        parts |= {
            "kb-glance": True,
            "kb-causes": bool(document.texts("root_causes")),
            "kb-timeline": any(parse_timestamp(str(each.get("at", ""))) for _, each in document.entries("timeline")),
            "kb-lessons": bool(document.fields.get("lessons")),
            "kb-sops": bool(document.entries("sops")),
            "kb-actions": bool(document.entries("action_items")),
        }
    return frozenset(found | {name for name, is_there in parts.items() if is_there})

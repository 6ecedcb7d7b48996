"""Alerts that lead to no procedure in force. A check reports them, and the map of alerts shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kb_builder.model.alert import Alert
from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document


class AlertGapKind(StrEnum):
    """Why an alert, or one of the SOPs that it names, leads nowhere."""

    NO_SOP = "no_sop"
    UNKNOWN = "unknown"
    OBSOLETE = "obsolete"
    NO_PROCEDURE = "no_procedure"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertGap:
    """A gap. `name` is the id that the alert names and `index` its place in the list; empty and 0 if it names none.

    `document` is the page of that id, None where there is none.
    """

    kind: AlertGapKind
    name: str = ""
    index: int = 0
    document: Document | None = None


def alert_gaps(catalog: Catalog, alert: Alert) -> Iterator[AlertGap]:
    """Yield the gap of an alert without SOP, and one for every SOP that is unknown, obsolete or has no steps."""
    if not alert.sops:
        yield AlertGap(kind=AlertGapKind.NO_SOP)
    for index, name in enumerate(alert.sops):
        document = catalog.by_id.get(name)
        if document is None:
            yield AlertGap(kind=AlertGapKind.UNKNOWN, name=name, index=index)
        elif document.is_obsolete:
            yield AlertGap(kind=AlertGapKind.OBSOLETE, name=name, index=index, document=document)
        elif "steps" not in catalog.type_of(document).schema.get("properties", {}):
            yield AlertGap(kind=AlertGapKind.NO_PROCEDURE, name=name, index=index, document=document)

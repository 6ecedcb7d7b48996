"""The map of alerts: which procedure answers which alert, and which alert leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb_builder.model.alert import Alert
from kb_builder.model.alert_gap import AlertGap, AlertGapKind, alert_gaps
from kb_builder.model.document import Document
from kb_builder.model.paths import ALERTS
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages.view import View
from kb_builder.pages.words import N_

GAPS: Mapping[AlertGapKind, str] = {
    AlertGapKind.NO_SOP: N_("no procedure answers it"),
    AlertGapKind.UNKNOWN: N_("there is no such page"),
    AlertGapKind.OBSOLETE: N_("this page is obsolete"),
    AlertGapKind.NO_PROCEDURE: N_("this page is no procedure"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An alert with the procedures that answer it and what is wrong with the others."""

    alert: Alert
    sops: Sequence[Document]
    gaps: Sequence[AlertGap]


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the map of alerts, on the staff site and where the registry holds one."""
    alerts = view.catalog.alerts
    if not view.is_staff or not alerts:
        return
    words = view.words()
    answers = [_answer(view, alert) for alert in alerts.values()]
    yield StagedPage(
        path=ALERTS,
        title=words("Alerts"),
        summary=words("Which procedure answers which alert"),
        language=words.language,
        body=view.render(
            "alerts.md.j2",
            here=ALERTS,
            # Alerts that lead nowhere come first: somebody has to do something about them.
            answers=sorted(answers, key=lambda answer: not answer.gaps),
            leading_nowhere=sum(bool(answer.gaps) for answer in answers),
            GAPS=GAPS,
        ),
        hide=("navigation", "toc"),
    )


def alerts_to(view: View, document: Document) -> Sequence[Alert]:
    """Return the alerts that a procedure answers."""

    def index() -> dict[str, list[Alert]]:
        found: dict[str, list[Alert]] = {}
        for alert in (view.catalog.alerts or {}).values():
            for name in alert.sops:
                found.setdefault(name, []).append(alert)
        return found

    return view.once(("alerts", "by SOP"), index).get(document.id, ()) if document.id else ()


def _answer(view: View, alert: Alert) -> Answer:
    gaps = tuple(alert_gaps(view.catalog, alert))
    wrong = {gap.name for gap in gaps}
    return Answer(
        alert=alert,
        sops=[view.catalog.by_id[name] for name in dict.fromkeys(alert.sops) if name not in wrong],
        gaps=gaps,
    )

"""Key figures that the records of the knowledge base give by themselves, each with the records it was made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kb_builder.model.dates import Period, nearest_minute
from kb_builder.model.document import Document
from kb_builder.pages.clocks import incidents_of, records_of
from kb_builder.pages.view import View
from kb_builder.pages.words import N_, hours_words, percent_words
from kb_builder.reports.figures import MeasureState, Share, completion, early_warning_share, freshness, measures
from kb_builder.reports.incidents import Incident

# By the names that `computed` in registry/kpis.yml may have: what is counted, and how it is worked out.
NAMES: Mapping[str, tuple[str, str]] = {
    "freshness": (
        N_("Pages in date"),
        N_("pages in date or due soon ÷ pages that must be reviewed, today"),
    ),
    "action_completion": (
        N_("Action items done"),
        N_("action items done or verified ÷ all but cancelled ones, of all records"),
    ),
    "drills_done": (
        N_("Drills held in time"),
        N_("procedures exercised within their interval ÷ procedures that ask for drills, today"),
    ),
    "early_warning": (
        N_("Noticed by monitoring first"),
        N_("incidents that monitoring noticed before anybody else ÷ incidents that say who did, of the last 12 months"),
    ),
    "mttr": (
        N_("Mean time to resolve"),
        N_("sum of the times from detection to resolution ÷ incidents that give both, of the last 12 months"),
    ),
}
_YEAR = Period(count=12, unit="month")


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A figure of the records: its value, and what it was made of in words, such as `9 of 12`.

    `counted` are the pages that speak for it, `others` those that speak against it; a mean has no others.
    """

    name: str
    label: str
    formula: str
    value: str
    made_of: str
    counted: Sequence[Document]
    others: Sequence[Document]


def computed_figures(view: View) -> tuple[Computed, ...]:
    """Return the figures of which the site has records."""
    return view.once(("computed",), lambda: tuple(_figures(view)))


def of_last_year(view: View) -> list[Incident]:
    """Return the incidents that were noticed within the 12 months up to the day of the build."""
    catalog = view.catalog
    zone = catalog.settings.zone

    def is_recent(day: date) -> bool:
        return day <= catalog.as_of < _YEAR.after(day)

    return [
        incident
        for incident in incidents_of(view)
        if incident.noticed_at and is_recent(incident.noticed_at.astimezone(zone).date())
    ]


def mean(values: Iterable[float]) -> float | None:
    """Return the mean of numbers, None if there are none."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def _figures(view: View) -> Iterator[Computed]:
    catalog, words = view.catalog, view.words()
    recent = of_last_year(view)
    yield from _share(view, "freshness", freshness(catalog, lambda _document: "all").get("all"))
    yield from _actions(view)
    yield from _share(view, "drills_done", _drills(view))
    yield from _share(view, "early_warning", early_warning_share(recent))
    resolved = {each.id: each.to_resolve for each in recent if each.to_resolve is not None}
    average = mean(resolved.values())
    if average is not None:
        made_of = words("{n} incidents", n=len(resolved))
        value = hours_words(nearest_minute(average), words)
        yield _computed(view, "mttr", value, made_of, records_of(view, resolved), ())


def _share(view: View, name: str, share: Share | None) -> Iterator[Computed]:
    """Yield a share of pages, unless there is nothing to have a share of."""
    if share and share.percent is not None:
        counted, others = records_of(view, share.records), records_of(view, share.others)
        yield _computed(view, name, percent_words(share.percent), _part(view, share), counted, others)


def _actions(view: View) -> Iterator[Computed]:
    """Yield the share of action items that are done; records in which one is not speak against it."""
    found = [each for each in measures(view.catalog) if each.state is not MeasureState.CANCELLED]
    share = completion(found)
    if share.percent is None:
        return
    is_done: dict[str, bool] = {}
    for each in found:
        is_done[each.path] = is_done.get(each.path, True) and each.state is MeasureState.DONE
    by_path = view.catalog.by_path
    counted = [by_path[path] for path, done in is_done.items() if done]
    others = [by_path[path] for path, done in is_done.items() if not done]
    yield _computed(view, "action_completion", percent_words(share.percent), _part(view, share), counted, others)


def _part(view: View, share: Share) -> str:
    return view.words()("{n} of {total}", n=len(share.records), total=len(share.records) + len(share.others))


def _computed(
    view: View, name: str, value: str, made_of: str, counted: Sequence[Document], others: Sequence[Document]
) -> Computed:
    words = view.words()
    label, formula = NAMES[name]
    return Computed(
        name=name,
        label=words(label),
        formula=words(formula),
        value=value,
        made_of=made_of,
        counted=counted,
        others=others,
    )


def _drills(view: View) -> Share:
    """Return the share of procedures whose next drill is not late; one never exercised is."""
    catalog = view.catalog
    asked = [(each, due) for each in catalog.documents if (due := catalog.next_drill(each))]
    done = {each.path: bool(catalog.last_drill(each)) and due >= catalog.as_of for each, due in asked}
    return Share(
        records=tuple(each.id or each.path for each, _due in asked if done[each.path]),
        others=tuple(each.id or each.path for each, _due in asked if not done[each.path]),
    )

"""The action register: every measure that a record decided on, what is overdue first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from kb_builder.model.paths import ACTIONS
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages.view import View
from kb_builder.reports.actions import Action, all_actions, urgency
from kb_builder.reports.figures import Measure, MeasureState, Share, completion

# Rows of each table: the page opens at once, however many records there are.
_ROWS = 200
_FINISHED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerActions:
    """What an owner has to do: how many measures are in each state, and the share that is done."""

    owner: str
    states: Mapping[MeasureState, int]
    share: Share


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the register of a staff site that has measures."""
    if not view.is_staff:
        return
    actions = actions_of(view)
    if not actions:
        return
    words = view.words()
    unfinished = [each for each in actions if each.measure.state in (MeasureState.OVERDUE, MeasureState.OPEN)]
    finished = [each for each in actions if each.measure.state in (MeasureState.DONE, MeasureState.CANCELLED)]
    finished.sort(key=_latest, reverse=True)
    yield StagedPage(
        path=ACTIONS,
        title=words("Action items"),
        summary=words("What incidents, drills and other records decided to improve"),
        language=words.language,
        body=view.render(
            "actions.md.j2",
            here=ACTIONS,
            share=completion(each.measure for each in actions),
            states=Counter(each.measure.state for each in actions),
            statuses=Counter(each.measure.status for each in actions),
            in_progress=sum(
                each.measure.status == "in_progress" and each.measure.state is MeasureState.OPEN for each in actions
            ),
            unfinished=sorted(unfinished, key=urgency)[:_ROWS],
            unfinished_count=len(unfinished),
            finished=finished[:_FINISHED],
            finished_count=len(finished),
            owners=by_owner(actions),
        ),
        in_search=False,
        hide=("toc",),
    )


def actions_of(view: View) -> tuple[Action, ...]:
    """Return the measures of all records of a site, in the order of paths and items."""
    return view.once(("actions",), lambda: all_actions(view.catalog))


def by_owner(actions: Iterable[Action]) -> list[OwnerActions]:
    """Return the measures by owner: those with most that is overdue first, then those with most that is open."""
    found: dict[str, list[Measure]] = {}
    for each in actions:
        found.setdefault(each.measure.owner, []).append(each.measure)
    made = [
        OwnerActions(owner=owner, states=Counter(each.state for each in own), share=completion(own))
        for owner, own in found.items()
    ]
    return sorted(
        made, key=lambda each: (-each.states[MeasureState.OVERDUE], -each.states[MeasureState.OPEN], each.owner)
    )


def _latest(action: Action) -> tuple[date, str, str]:
    return action.measure.due or date.min, action.measure.record, action.measure.id

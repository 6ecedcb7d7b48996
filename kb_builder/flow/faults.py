"""What is wrong with the steps of one document. Whether an SOP or a role exists is for those who know the catalog."""

from __future__ import annotations

import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from kb_builder.flow.graph import END, Step, is_blank, read_steps, time_limits
from kb_builder.model.flow import FlowFault, FlowFaultKind
from kb_builder.model.location import FieldPath

# More than this nobody follows on a screen; parts of it make a subprocess.
MAX_STEPS = 30
# More lines out of one symbol have no room for their labels, and a reader none for the choice.
MAX_OUTCOMES = 6
# Of a step's name in a message.
_LONGEST_NAME = 40
# What makes a step more than one that the next one follows.
_WAYS = frozenset(("id", "next", "outcomes", "sop", "type"))


def find_faults(steps: object) -> tuple[FlowFault, ...]:
    """Return the faults of a `steps` field in the order of the steps, whatever its value is."""
    if _is_in_order(steps):
        return ()
    read = read_steps(steps)
    found = [*_id_faults(read), *_way_faults(read), *_path_faults(read), *_text_faults(read), *_class_faults(read)]
    found.sort(key=lambda fault: fault.path[1] if len(fault.path) > 1 and isinstance(fault.path[1], int) else -1)
    names = {step.id: _short(step.entry.get("name")) for step in read}
    return tuple(replace(fault, name=names.get(fault.step, "")) for fault in found)


def _short(name: object) -> str:
    """Return a name on one line, and not all of a long one."""
    text = " ".join(name.split()) if isinstance(name, str) else ""
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1].rstrip() + "…"


def _is_in_order(steps: object) -> bool:
    """Whether there can be no fault, as in most lists: a few steps, done one after the other, with all they need."""
    return (
        isinstance(steps, list)
        and len(steps) <= MAX_STEPS
        and all(
            isinstance(step, dict)
            and _WAYS.isdisjoint(step)
            and _is_text(step.get("time_limit"))
            and _is_text(step.get("expected"))
            for step in steps
        )
    )


def _id_faults(steps: tuple[Step, ...]) -> Iterator[FlowFault]:
    by_id: dict[str, Step] = {}
    for step in steps:
        wanted = step.authored_id or f"s{step.index + 1}"
        first = by_id.setdefault(wanted, step)
        if first is step:
            continue
        # An id that is made from the position is nobody's fault: the step that wrote the same one is at fault.
        guilty = step if step.authored_id else first
        yield FlowFault(
            kind=FlowFaultKind.DUPLICATE_ID,
            path=(*guilty.path, "id"),
            step=guilty.id,
            value=wanted,
            steps=(first.id, step.id),
        )


def _way_faults(steps: tuple[Step, ...]) -> Iterator[FlowFault]:
    known = {step.id for step in steps} | {END}
    for step in steps:
        yield from _void_fields(step)
        for way in step.ways:
            if way.target not in known:
                yield FlowFault(kind=FlowFaultKind.UNKNOWN_TARGET, path=way.path, step=step.id, value=way.target)
        if not isinstance(step.entry.get("outcomes"), Mapping):
            continue
        place = (*step.path, "outcomes")
        if len(step.ways) > MAX_OUTCOMES:
            yield FlowFault(
                kind=FlowFaultKind.TOO_MANY_OUTCOMES, path=place, step=step.id, value=str(len(step.ways)), on_key=True
            )
        seen: dict[str, str] = {}
        for way in step.ways:
            folded = _folded(way.label)
            if folded in seen:
                yield FlowFault(
                    kind=FlowFaultKind.EQUAL_LABELS, path=way.path, step=step.id, value=way.label, on_key=True
                )
            seen.setdefault(folded, way.label)
        # No outcome at all is a dead end, which is said below.
        targets = {way.target for way in step.ways}
        if len(step.ways) == 1 or (len(targets) == 1 and targets != {step.id}):
            yield FlowFault(
                kind=FlowFaultKind.FEW_OUTCOMES, path=place, step=step.id, value=str(len(step.ways)), on_key=True
            )


def _folded(label: str) -> str:
    return "".join(unicodedata.normalize("NFKC", label).casefold().split())


def _void_fields(step: Step) -> Iterator[FlowFault]:
    """Yield the fields that say another kind of step than a stronger one does: `outcomes`, then `sop`, then `type`."""
    written = [name for name in ("outcomes", "sop", "type") if not is_blank(step.entry.get(name))]
    void = [(name, written[0]) for name in written[1:]]
    if "outcomes" in written and not is_blank(step.entry.get("next")):
        void.append(("next", "outcomes"))
    for name, stronger in void:
        yield FlowFault(
            kind=FlowFaultKind.FIELD_IGNORED,
            path=(*step.path, name),
            step=step.id,
            value=name,
            on_key=True,
            steps=(stronger,),
        )


def _class_faults(steps: tuple[Step, ...]) -> Iterator[FlowFault]:
    """Yield the classes of time limits that read like one that was written otherwise before."""
    seen: dict[str, str] = {}
    for step in steps:
        limits = step.entry.get("time_limit")
        for name in limits if isinstance(limits, Mapping) else ():
            first = seen.setdefault(_folded(str(name)), str(name))
            if first != str(name):
                yield FlowFault(
                    kind=FlowFaultKind.CLASSES_ALIKE,
                    path=(*step.path, "time_limit", name),
                    step=step.id,
                    value=str(name),
                    on_key=True,
                    steps=(first,),
                )


def _path_faults(steps: tuple[Step, ...]) -> Iterator[FlowFault]:
    """Yield steps that cannot be reached and steps from which the end cannot be reached.

    Of steps that lead into a loop or a dead end only the loop or the dead end itself is named. A way to an unknown
    step may be meant to lead anywhere: it counts as a way out. While there is one, or a step whose ways are yet to be
    written, nothing is called unreachable.
    """
    if not steps:
        return
    known = {step.id for step in steps} | {END}
    after = {step.id: [way.target if way.target in known else END for way in step.ways] for step in steps}
    is_clear = all(step.ways and all(way.target in known for way in step.ways) for step in steps)
    before: dict[str, list[str]] = {name: [] for name in known}
    for source, targets in after.items():
        for target in targets:
            before[target].append(source)
    reached = _reach([steps[0].id], after)
    ending = _reach([END], before)
    for step in steps:
        if is_clear and step.id not in reached:
            yield FlowFault(kind=FlowFaultKind.UNREACHABLE, path=step.path, step=step.id)
        if not step.ways:
            field = "outcomes" if "outcomes" in step.entry else "next"
            yield FlowFault(
                kind=FlowFaultKind.DEAD_END, path=(*step.path, field), step=step.id, value=field, on_key=True
            )
    stuck = [step for step in steps if step.id not in ending and after[step.id]]
    dead = [step.id for step in steps if not after[step.id]]
    to_dead = _reach(dead, before)
    named: set[str] = set()
    for step in stuck:
        if step.id in to_dead or step.id in named:
            continue
        # No way out of what can be reached from here; it is the loop itself if one comes back from all of it.
        inside = _reach(after[step.id], after)
        if step.id in inside and all(step.id in _reach(after[each], after) for each in inside):
            named |= inside
            loop = tuple(each.id for each in steps if each.id in inside)
            last = next(each for each in reversed(steps) if each.id in inside)
            path = last.ways[-1].path if last.ways else last.path
            yield FlowFault(kind=FlowFaultKind.ENDLESS_LOOP, path=path, step=last.id, steps=loop)


def _text_faults(steps: tuple[Step, ...]) -> Iterator[FlowFault]:
    if len(steps) > MAX_STEPS:
        yield FlowFault(kind=FlowFaultKind.TOO_MANY_STEPS, path=("steps",), value=str(len(steps)), on_key=True)
    for step in steps:
        if not time_limits(step.entry.get("time_limit")):
            yield FlowFault(kind=FlowFaultKind.NO_TIME_LIMIT, path=_field_path(step, "time_limit"), step=step.id)
        if not _is_text(step.entry.get("expected")):
            yield FlowFault(kind=FlowFaultKind.NO_EXPECTED, path=_field_path(step, "expected"), step=step.id)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _field_path(step: Step, name: str) -> FieldPath:
    """Return the path of a field; one that is not written is shown at its step."""
    return (*step.path, name)


def _reach(start: Iterable[str], after: Mapping[str, list[str]]) -> set[str]:
    reached = set(start)
    waiting = deque(reached)
    while waiting:
        for name in after.get(waiting.popleft(), ()):
            if name not in reached:
                reached.add(name)
                waiting.append(name)
    return reached

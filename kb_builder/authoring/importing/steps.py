"""Proposes steps of a procedure from the tables and numbered lists of a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb_builder.authoring.importing.clean import grid, text_of

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

# Headings of columns, without blanks and in lower case.
_COLUMNS: Mapping[str, str] = {
    "stage": "階段|阶段|環節|环节|stage|phase",
    "name": (
        "步驟|步骤|步驟名稱|步骤名称|作業步驟|操作步驟|操作步骤|作業項目|工作項目|工作事項|動作|动作"
        "|steps?|actions?|tasks?|activity"
    ),
    "explanation": "說明|说明|步驟說明|步骤说明|內容|内容|作業內容|explanation|description|details?|instructions?",
    "resources": "工具|使用工具|系統|系统|表單|表单|使用表單|tools?|tooling|system|resources?|forms?",
    "role": (
        "角色|負責人|负责人|責任人|责任人|負責單位|负责部门|權責單位|執行人|执行人|執行者"
        "|role|owner|responsible|who|actor|assignee"
    ),
    "time_limit": (
        "時限|时限|期限|完成時限|處理時限|时间要求|時間要求|時間|时间|timelimit|time|deadline|duration|sla|within"
    ),
    "expected": (
        "預期結果|预期结果|預期|结果|結果|產出|产出|完成標準|完成标准|expected|expectedresult|result|output|outcome"
    ),
}
_UNITS: Mapping[str, str] = {
    "minute": r"分鐘|分钟|分|minutes?|mins?|m", "hour": r"個?小時|个?小时|時|hours?|hrs?|h", "day": r"天|日|days?|d",
    "week": r"週|周|weeks?", "month": r"個月|个月|months?",
}  # fmt: skip
_AT_ONCE = re.compile(r"立即|立刻|馬上|马上|immediately|at once", re.IGNORECASE)
_LONGEST = 80
_SENTENCE = re.compile(r"(?<=[。；;！!？?])|(?<=\.)\s|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Steps as front matter holds them, and where they come from in words."""

    steps: tuple[Mapping[str, str], ...]
    source: str


def propose_steps(body: BeautifulSoup, owner: str, find_owner: Callable[[str], str]) -> Proposal | None:
    """Propose steps from the tables with a column of steps, else from the longest numbered list; None without either.

    `owner` does what names nobody; `find_owner` returns the id for a name, or nothing.
    """
    found = [steps for table in body("table") if (steps := _of_table(table, owner, find_owner))]
    if found:
        what = "a table" if len(found) == 1 else f"{len(found)} tables"
        return Proposal(steps=tuple(step for steps in found for step in steps), source=what)
    lists = [each for each in body("ol") if each.find_parent(["ol", "ul", "table"]) is None]
    longest = max(lists, key=lambda each: len(each("li", recursive=False)), default=None)
    if longest is None or len(longest("li", recursive=False)) < 2:
        return None
    names = [_name(_own_text(item)) for item in longest("li", recursive=False)]
    listed = tuple({"name": name, "role": owner} for name in names if name)
    return Proposal(steps=listed, source="a numbered list") if len(listed) > 1 else None


def _of_table(table: Tag, owner: str, find_owner: Callable[[str], str]) -> list[Mapping[str, str]]:
    rows = [[text_of(cell) for cell in row] for row in grid(table)]
    if len(rows) < 2:
        return []
    columns = _columns(rows[0])
    if "name" not in columns or len(columns) < 2:
        return []
    stage, steps = _heading_above(table), []
    for row in rows[1:]:
        cells = {key: row[index] for key, index in columns.items() if index < len(row)}
        stage = cells.get("stage") or stage
        name = _name(cells.get("name", "")) or _name(cells.get("explanation", ""))
        if name:
            steps.append(_step(name, stage, cells, owner, find_owner))
    return steps


def _columns(heads: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, head in enumerate(heads):
        plain = re.sub(r"[\s　:：*]+|[(（][^)）]*[)）]", "", head).lower()
        for key, pattern in _COLUMNS.items():
            if re.fullmatch(pattern, plain) and key not in found:
                found[key] = index
    return found


def _step(
    name: str, stage: str, cells: Mapping[str, str], owner: str, find_owner: Callable[[str], str]
) -> Mapping[str, str]:
    step: dict[str, str] = {"name": name}
    if stage:
        step["stage"] = stage
    who = cells.get("role", "")
    known = find_owner(who) if who else ""
    step["role"] = known or owner
    if who and not known:
        # Nobody of the registry: the post or person is kept, and the author settles who answers for the step.
        step["handler"] = who
    limit = duration(cells.get("time_limit", ""))
    if limit:
        step["time_limit"] = limit
    for key in ("expected", "resources"):
        if cells.get(key, "").strip("-—–／/ "):
            step[key] = cells[key]
    return step


def duration(text: str) -> str:
    """Return a time limit as kb writes it, such as `30 minutes`; nothing if the text says anything else."""
    plain = text.strip().strip("≤<~約约内內。. ").strip()
    plain = re.sub(r"^(?:within|max\.?|不超過|不超过)\s*|(?:以內|以内|之內|之内)$", "", plain, flags=re.IGNORECASE)
    if _AT_ONCE.fullmatch(plain):
        return "immediately"
    match = re.fullmatch(r"([1-9]\d{0,2}) *(\D+)", plain.translate(str.maketrans("０１２３４５６７８９", "0123456789")))
    if match is None:
        return ""
    for unit, pattern in _UNITS.items():
        if re.fullmatch(pattern, match[2].strip(), re.IGNORECASE):
            return f"{match[1]} {unit}{'' if match[1] == '1' else 's'}"
    return ""


def _name(text: str) -> str:
    """Return the first sentence of what is to be done, without its number."""
    plain = re.sub(r"^(?:\d{1,3}[.)、．]|[(（]\d{1,3}[)）]|[①-⑳])\s*", "", " ".join(text.split()))
    first = next((each for each in _SENTENCE.split(plain) if each.strip()), "").strip().rstrip("。；;，,:：")
    return first if len(first) <= _LONGEST else first[: _LONGEST - 1].rstrip() + "…"


def _own_text(item: Tag) -> str:
    """Return the text of a list entry without that of the lists, tables and code blocks within it."""
    inner = ["li", "pre", "table"]
    return "".join(str(each) for each in item.find_all(string=True) if each.find_parent(inner) is item)


def _heading_above(table: Tag) -> str:
    """Return the heading that a table stands under, as the name of its stage where there are several tables."""
    if table.find_previous("table") is None and table.find_next("table") is None:
        return ""
    heading = table.find_previous(re.compile("^h[2-6]$"))
    return text_of(heading) if heading is not None else ""

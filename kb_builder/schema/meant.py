"""What an author must have meant by a value or a name that the schema refuses, where there is one right answer.

Nothing is guessed: a form is only rewritten if it can be read in no other way, a word only if one word of the schema,
and no other, is as near. Whether the result is what the schema wants is decided by checking it anew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kb_builder.model.dates import parse_date, parse_period, parse_timestamp
from kb_builder.model.diagnostic import Remedy
from kb_builder.schema.patterns import compile_pattern

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

# Who may read a page is not for a program to guess.
_NEVER = "audience"
_LONG_NAME = 8
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
# Marks that no editor shows: they are no part of what an author meant.
_UNSEEN = str.maketrans(dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_DAY = re.compile(r"([0-9]{4}) *([-/.年]) *([0-9]{1,2}) *([-/.月]) *([0-9]{1,2}) *([日號号]?)", re.ASCII)
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})", re.ASCII)
_TIME = re.compile(
    r"(?P<day>\S+?)(?:[Tt]| +)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?P<second>:[0-9]{2}(?:\.[0-9]+)?)?"
    r" *(?P<zone>[Zz]|[-+][0-9]{2}(?::?[0-9]{2})?)",
    re.ASCII,
)
_COUNT = re.compile(
    r"([0-9]{1,4}|[一二兩两三四五六七八九十]) *-?[個个]? *([a-z]+|[分時时天日週周星期禮礼拜月年小鐘钟]+)"
)
_CHINESE = {word: str(number) for number, word in enumerate("一二三四五六七八九十", 1)} | {"兩": "2", "两": "2"}
_ISO = re.compile(r"p(?:([0-9]{1,4})([dwmy])|t([0-9]{1,4})([hm]))", re.ASCII)
_UNITS = {
    **dict.fromkeys(("min", "mins", "minute", "minutes", "分", "分鐘", "分钟"), "minute"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "小時", "小时"), "hour"),
    **dict.fromkeys(("d", "day", "days", "天", "日"), "day"),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks", "週", "周", "星期", "禮拜", "礼拜"), "week"),
    **dict.fromkeys(("mo", "mon", "mos", "mth", "mths", "month", "months"), "month"),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years", "年"), "year"),
}  # fmt: skip
_ISO_UNITS = {"d": "day", "w": "week", "m": "month", "y": "year"}
_ISO_TIMES = {"h": "hour", "m": "minute"}
_YES = {"yes": True, "on": True, "y": True, "是": True, "no": False, "off": False, "n": False, "否": False}
_WORD = re.compile(r"[\w.-]+", re.ASCII)
_BETWEEN = re.compile(r"\s*[,，、;；]\s*")


def name_meant(name: str, known: Sequence[str], given: Collection[str]) -> Remedy | None:
    """Return the one known name that looks like this one, if it is not given already."""
    near = _one_near(name, known, 2 if len(name) >= _LONG_NAME else 1)
    return Remedy(value=near) if near and near not in given and near != _NEVER else None


def value_meant(error: ValidationError) -> Remedy | None:
    """Return what a refused value must have meant, None if there is more than one answer, or none."""
    value: Any = error.instance
    limit: Any = error.validator_value
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    match error.validator:
        case "enum" if isinstance(value, str) and (not error.absolute_path or error.absolute_path[-1] != _NEVER):
            near = _one_near(value, [each for each in limit if isinstance(each, str)], 1)
            return Remedy(value=near) if near else None
        case "format" if isinstance(value, str):
            return _of_format(str(limit), value)
        case "pattern" if isinstance(value, str):
            return _of_pattern(str(limit), value)
        case "type":
            return _of_type([limit] if isinstance(limit, str) else list(limit), value, schema)
    return None


def date_meant(text: str) -> str | None:
    """Return the ISO form of a day whose year comes first: `2024/2/18`, `2024年2月18日`, `20240218`."""
    plain = _plain(text)
    match = _DAY.fullmatch(plain)
    if match:
        year, first, month, second, day, last = match.groups()
        if (first, second) != ("年", "月") and (first != second or last):
            return None
    else:
        match = _COMPACT.fullmatch(plain)
        if match is None:
            return None
        year, month, day = match.groups()
    found = f"{year}-{int(month):02}-{int(day):02}"
    return found if parse_date(found) else None


def time_meant(text: str) -> str | None:
    """Return the RFC 3339 form of a time with zone in which seconds, zeros or the colon of the zone are missing."""
    match = _TIME.fullmatch(_plain(text))
    day = date_meant(match["day"]) if match else None
    if match is None or day is None:
        return None
    zone = match["zone"].upper().replace(":", "")
    zone = zone if zone == "Z" else f"{zone[:3]}:{zone[3:] or '00'}"
    found = f"{day}T{int(match['hour']):02}:{match['minute']}{match['second'] or ':00'}{zone}"
    return found if parse_timestamp(found) else None


def period_meant(text: str) -> str | None:
    """Return `6 months` for a length of time with one count and one unit: `6months`, `6 個月`, `P6M`."""
    plain = _plain(text).lower()
    iso = _ISO.fullmatch(plain)
    if iso:
        count, unit = (iso[1], _ISO_UNITS[iso[2]]) if iso[1] else (iso[3], _ISO_TIMES[iso[4]])
    else:
        match = _COUNT.fullmatch(plain)
        if match is None:
            return None
        count = _CHINESE.get(match[1], match[1])
        # `6月` may be June.
        is_months = match[2] == "月" and ("個" in plain or "个" in plain)
        unit = "month" if is_months else _UNITS.get(match[2], "")
    period = parse_period(f"{int(count)} {unit}")
    return str(period) if period and period.count else None


def _of_format(name: str, text: str) -> Remedy | None:
    found = {"date": date_meant, "date-time": time_meant}.get(name, lambda _text: None)(text)
    return Remedy(value=found) if found else None


def _of_pattern(pattern: str, text: str) -> Remedy | None:
    accepts = compile_pattern(pattern).search
    found = next((form for form in _forms(text) if form != text and accepts(form)), None)
    return Remedy(value=found) if found else None


def _forms(text: str) -> Iterator[str]:
    """Yield a text with less and less of what an author did not mean by it."""
    yield text.strip()
    plain = _plain(text)
    if _WORD.fullmatch(plain):
        yield plain
        yield plain.upper()
        yield plain.lower()
    period = period_meant(text)
    if period:
        yield period


def _of_type(kinds: Sequence[str], value: Any, schema: Mapping[str, Any]) -> Remedy | None:
    name = str(schema.get("format", ""))
    if "string" in kinds and isinstance(value, (bool, int, float)):
        return _of_format(name, str(value)) if name else Remedy(as_text=True)
    if "string" in kinds and isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return Remedy(value=value[0])
    if "boolean" in kinds and "string" not in kinds and isinstance(value, str) and value.lower() in _YES:
        return Remedy(value=_YES[value.lower()])
    items = schema.get("items")
    if "array" in kinds and isinstance(value, str) and isinstance(items, dict) and "pattern" in items:
        return _list_of(value, compile_pattern(items["pattern"]).search)
    return None


def _list_of(text: str, accepts: Any) -> Remedy | None:
    """Return a list of what stands in a text; a comma that an entry itself may hold might be part of one."""
    entries = [each for each in _BETWEEN.split(text.strip()) if each]
    if (
        "\n" in text
        or text.startswith("-")
        or not entries
        or not all(map(accepts, entries))
        or (len(entries) > 1 and accepts(text))
    ):
        return None
    return Remedy(value=entries)


def _one_near(word: str, choices: Sequence[str], distance: int) -> str:
    """Return the choice that differs in case, width, hyphens or so many letters, if there is exactly one."""
    from rapidfuzz.distance import OSA

    bare = _letters(word)
    near = [each for each in choices if _letters(each) == bare]
    if not near and len(bare) > 2:
        near = [each for each in choices if OSA.distance(bare, _letters(each), score_cutoff=distance) <= distance]
    return near[0] if len(near) == 1 else ""


def _letters(word: str) -> str:
    return re.sub(r"[-\s]+", "_", _plain(word).casefold())


def _plain(text: str) -> str:
    """Return a text in ordinary width, without what cannot be seen."""
    return unicodedata.normalize("NFKC", text).translate(_UNSEEN).translate(_DASHES).strip()

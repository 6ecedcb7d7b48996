"""What people answer when they are asked about a review: texts become values.

A text that does not fit is a ValueError with a sentence for the user.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from kb_builder.checks.review_without_evidence import CHECKS
from kb_builder.model.catalog import Catalog
from kb_builder.model.dates import parse_date
from kb_builder.model.document import Document
from kb_builder.reviewing import last_review
from kb_builder.schema.patterns import compile_pattern
from kb_builder.schema.sentences import did_you_mean
from kb_builder.sources.decode import decode_page

# What an id is made of; whatever else stands in a reference parts one id from the next.
_WORD = re.compile(r"[A-Za-z0-9][\w-]*", re.ASCII)


def read_day(catalog: Catalog, document: Document, text: str) -> date:
    """Return the day of a review: not after today, nor before the last review of the page."""
    day = parse_date(text)
    if day is None:
        raise ValueError(f"`{text}` is no date; write it as YYYY-MM-DD, such as 2026-03-31")
    if day > catalog.as_of:
        raise ValueError(f"{day} lies in the future; today is {catalog.as_of}")
    last = last_review(document)
    if last and day < last:
        raise ValueError(f"{day} is before the last review of {document.path}, which is of {last}")
    return day


def read_owners(catalog: Catalog, document: Document, day: date, text: str) -> tuple[str, ...]:
    """Return the owners that a text with commas names; those of a registry are in it, and active that day."""
    form = catalog.type_of(document).schema["$defs"]["owner_id"]
    names = tuple(dict.fromkeys(_words(text)))
    if not names:
        raise ValueError("name at least one owner")
    for name in names:
        owner = (catalog.owners or {}).get(name)
        if not compile_pattern(form["pattern"]).search(name):
            raise ValueError(f"`{name}` is no id; write {form['x-expects']}")
        if catalog.owners is not None and owner is None:
            raise ValueError(f"`{name}` is not in {catalog.owners_path}{_or_rather(name, catalog.owners)}")
        if owner and not owner.is_active(day):
            since = f" since {owner.until}" if owner.until else ""
            raise ValueError(f"`{name}` ({owner.name}) is inactive{since}")
    return names


def read_checks(text: str, *, all_demanded: bool) -> dict[str, bool]:
    """Return which questions a text such as `complete, operable=fail` answers, and whether the page passed."""
    answers: dict[str, bool] = {}
    for word in _words(text):
        name, _, result = word.partition("=")
        if name not in CHECKS:
            raise ValueError(f"`{name}` is none of {', '.join(CHECKS)}{_or_rather(name, CHECKS)}")
        if result not in ("", "pass", "fail"):
            raise ValueError(f"`{result}` is neither pass nor fail")
        answers[name] = result != "fail"
    missing = [name for name in CHECKS if name not in answers]
    if missing and all_demanded:
        raise ValueError(f"say as well whether the page is {', '.join(missing)}; `{missing[0]}=fail` if it is not")
    return {name: answers[name] for name in CHECKS if name in answers}


def read_ref(catalog: Catalog, trigger: str, text: str) -> str:
    """Return what asked for a review. Pages that it names exist; of an incident, a change or a drill one is a record.

    A change or a drill may have a ticket instead, and an incident where the project keeps no records.
    """
    text = read_text(text)
    kinds = {each.id_example.partition("-")[0] for each in catalog.settings.types.values() if each.id_example}
    named = []
    for word in _WORD.findall(text):
        if word in catalog.by_id:
            named.append(catalog.by_id[word])
        elif "-" in word and word.partition("-")[0].upper() in kinds:
            raise ValueError(f"there is no page `{word}`{_or_rather(word, catalog.by_id)}")
    if trigger == "scheduled" or any(catalog.type_of(document).record for document in named):
        return text
    if named:
        raise ValueError(f"{named[0].id} is no record; name the one that asked for the review")
    has_records = any(catalog.type_of(document).record for document in catalog.documents)
    if not text or (trigger == "incident" and has_records):
        raise ValueError("name the record that asked for the review by its id, such as PM-2026-001")
    return text


def read_text(text: str) -> str:
    """Return a text as it may stand in a page: without characters that nobody sees, nor blanks around it."""
    text = text.replace("\r\n", "\n").strip()
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise ValueError("it is not UTF-8") from None
    _same, faults = decode_page("", data)
    if faults:
        raise ValueError(f"{faults[0].message}; {faults[0].hint}")
    return text


def _or_rather(word: str, choices: Iterable[str]) -> str:
    """Return the end of a sentence that names the choice most like the word, or nothing."""
    near = did_you_mean(word, list(choices))
    return f"; did you mean `{near}`?" if near else ""


def named_in(ref: str) -> frozenset[str]:
    """Return the words of a reference that may be ids."""
    return frozenset(_WORD.findall(ref))


def _words(text: str) -> list[str]:
    return [word for word in map(str.strip, text.split(",")) if word]

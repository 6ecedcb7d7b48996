"""Proposes a kb.yml for a repository that was surveyed: which fields mean what, which files are pages."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb_builder.adoption.survey import DATE, INTERVAL, FieldUse, Survey, ending
from kb_builder.content_types.load import builtin_definition, builtin_names
from kb_builder.sources.language import guess_language
from kb_builder.sources.read import read_yaml
from kb_builder.sources.yaml_write import write_yaml


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Names that mean one of our fields, the plainest first; capitals, hyphens and underscores do not matter.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "last_reviewed": _words(
        """
        last_reviewed last_reviewed_on last_reviewed_at last_review last_review_date reviewed_on reviewed_at
        reviewed date_reviewed review_date last_verified verified_on last_checked
        上次審閱 最後審閱 審閱日期 覆核日期 上次审阅 最后审阅 审阅日期 复核日期
        """
    ),
    "review_interval": _words(
        """
        review_interval review_in review_every review_period review_cycle review_frequency review_after
        review_cadence 審閱週期 覆核週期 审阅周期 复核周期
        """
    ),
    "owner": _words(
        """
        owner owners owner_slack owner_team owning_team page_owner content_owner document_owner doc_owner
        team maintained_by maintainer maintainers responsible accountable dri contact
        負責人 負責單位 負責組 维护人 维护者 负责人 责任人 负责部门
        """
    ),
    "title": ("title", "page_title", "標題", "标题"),
    "summary": ("summary", "description", "abstract", "摘要"),
    "tags": ("tags", "keywords", "標籤", "标签"),
}
# Fields by which other generators place and dress pages: kb needs none of them.
_LAYOUT = frozenset(
    _words(
        """
        layout parent grand_parent weight nav_order nav_title nav_exclude navigation_weight sidebar
        sidebar_position sidebar_label permalink url slug redirect_from redirect_to redirect_url old_paths
        hide_in_navigation hide toc hide_table_of_contents has_children has_toc menu menus template image
        icon css_class bodyclass show_toc order source_url pagination_next pagination_prev hide_title
        custom_edit_url
        """
    )
)
# Folders of what was written once, for the day on which something happened.
_RECORDS = frozenset(
    _words(
        """
        incidents incident-reports incident_reports postmortems post-mortems post_mortems retrospectives
        blog news posts changelog changelogs releases release-notes adr adrs decisions minutes meetings
        meeting-notes weeknotes rfcs rfc
        """
    )
)
# Markdown that tells about a repository, wherever it lies.
_ABOUT = frozenset(
    ("readme", "contributing", "changelog", "license", "licence", "code_of_conduct", "security", "support", "history")
)
_MOST = 0.95
_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a kb.yml could say, and `remarks` on what nobody but the owners of the pages can decide.

    `types` holds the types as kb.yml gives them; `reasons` says why a field was taken for one of ours.
    """

    content: str
    language: str
    timezone: str
    types: Mapping[str, Mapping[str, Any]]
    reasons: Mapping[str, str]
    remarks: tuple[str, ...]

    def kb_yml(self) -> str:
        """Return the text of the kb.yml."""
        head = "# Proposed by `kb adopt` from what the pages hold. `kb schema kb.yml` prints what may stand here.\n"
        return head + write_yaml({
            "content": self.content, "language": self.language, "timezone": self.timezone, "types": self.types,
        })  # fmt: skip


def propose(found: Survey, *, content: str | None = None, timezone: str = "UTC") -> Proposal:
    """Propose a kb.yml; `content` is the folder of the pages if it is known."""
    folder = content or content_folder(found)
    inside = found.within(folder)
    fields = inside.fields()
    remarks = list(_left_out(found, folder))
    aliases, reasons = _aliases(inside, fields, remarks)
    used = {page_name: ours for page_name, ours in aliases.items() if page_name != ours}
    defaults = _defaults(found, aliases, remarks)
    entry = {
        "folder": ".",
        "include": [f"**/*{each}" for each in _endings(inside)],
        "exclude": _exclude(inside),
        "aliases": used,
        "defaults": defaults,
        "ignore": [each.name for each in fields if _plain(each.name) in _LAYOUT and each.name not in aliases],
        "schema": "lenient",
    }
    entry = {name: value for name, value in entry.items() if value}
    records = list(_records(inside, folder, aliases))
    remarks += _other_remarks(fields, aliases)
    types: dict[str, Mapping[str, Any]] = {_type_name(folder): entry}
    for name in records:
        remarks.append(
            f"no page in {name}/ names a review: they are taken for records, which are written once and not reviewed"
        )
        taken = _identifier(name) if _identifier(name) not in (*builtin_names(), *types) else f"{_identifier(name)}_old"
        types[taken] = _as_record(entry, name)
    folders = {inside_path.partition("/")[0] for inside_path in _inside(inside, folder) if "/" in inside_path}
    for name in builtin_names():
        # A folder of that name is theirs: our own type would claim the pages in it.
        if str(builtin_definition(name).get("folder", name)).partition("/")[0] in folders and name not in types:
            types[name] = {"enabled": False}
    return Proposal(
        content=folder,
        language=guess_language("".join(page.text[:2000] for page in inside.pages[:200])),
        timezone=timezone,
        types=types,
        reasons=reasons,
        remarks=tuple(remarks),
    )


def _as_record(entry: Mapping[str, Any], folder: str) -> Mapping[str, Any]:
    """Return what kb.yml says of a type for its records in a folder: records have no review fields."""
    reviews = ("last_reviewed", "review_interval")
    changed = {
        "aliases": {theirs: ours for theirs, ours in entry.get("aliases", {}).items() if ours not in reviews},
        "defaults": {name: value for name, value in entry.get("defaults", {}).items() if name not in reviews},
    }
    kept = {name: value for name, value in {**entry, **changed, "folder": folder}.items() if value}
    return {**kept, "record": True}


def content_folder(found: Survey) -> str:
    """Return the first folder that holds nearly all pages, `.` for the repository itself."""
    folder, count = next(iter(found.folders()), (".", 0))
    return folder if count >= _MOST * len(found.pages) else "."


def _inside(found: Survey, folder: str) -> list[str]:
    return [page.path if folder == "." else page.path.removeprefix(folder + "/") for page in found.pages]


def _left_out(found: Survey, folder: str) -> Iterator[str]:
    rest = [page.path for page in found.pages if folder != "." and not page.path.startswith(folder + "/")]
    if rest:
        yield f"{len(rest)} pages lie outside of {folder}/ and are left out, such as {rest[0]}"
    if found.has_more:
        yield "there is more Markdown than was looked at: run it in the folder of the pages"


def _endings(found: Survey) -> list[str]:
    counts = Counter(ending(page.path) for page in found.pages)
    return [each for each, _n in counts.most_common()] or [".md"]


def _exclude(found: Survey) -> list[str]:
    """Return patterns for Markdown that is no page: partials, and files about the repository."""
    names = [posixpath.basename(path) for path in found.bare]
    wanted = ["**/_*"] if any(name.startswith("_") for name in names) else []
    about = sorted({name for name in names if name.partition(".")[0].lower() in _ABOUT})
    with_fields = {posixpath.basename(page.path) for page in found.pages}
    return wanted + [f"**/{name}" for name in about if name not in with_fields]


def _plain(name: str) -> str:
    """Return a field's name in lower case with underscores, whatever the habit of the authors."""
    return re.sub(r"[\s-]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).lower()


def _aliases(found: Survey, fields: Sequence[FieldUse], remarks: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return their field names with ours, and why; two names of theirs for one of ours if no page has both."""
    aliases: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for ours in _NAMES:
        taken: list[FieldUse] = []
        for each in _candidates(ours, fields):
            other = next((one for one in taken if _together(found, one.name, each.name)), None)
            if other is not None:
                remarks.append(
                    f"`{each.name}` may mean {ours} as well, but some pages have it beside `{other.name}`, "
                    "which more pages have; add it to `aliases` once no page has both"
                )
                continue
            taken.append(each)
            aliases[each.name] = ours
            reasons[each.name] = _reason(ours, each)
    return aliases, reasons


def _candidates(ours: str, fields: Sequence[FieldUse]) -> list[FieldUse]:
    """Return fields that may mean one of ours, the likeliest first: those on most pages with fitting values."""
    names = _NAMES[ours]
    found = []
    for each in fields:
        plain = _plain(each.name)
        rank = names.index(plain) if plain in names else None
        if rank is None and ours == "last_reviewed" and _says_review(plain) and each.share(DATE) > _HALF:
            rank = len(names)
        if rank is None and ours == "review_interval" and "review" in plain and each.share(INTERVAL) > _HALF:
            rank = len(names)
        if rank is not None and _fits(ours, each):
            found.append((-_fitting(ours, each), rank, each.name, each))
    return [each for *_key, each in sorted(found, key=lambda entry: entry[:3])]


def _says_review(plain: str) -> bool:
    return "review" in plain and not re.search(r"next|due|by|expir|until|before", plain)


def _fits(ours: str, use: FieldUse) -> bool:
    return _fitting(ours, use) > _HALF * use.pages


def _fitting(ours: str, use: FieldUse) -> int:
    """Return on how many pages a field has a value that could stand in one of ours."""
    if ours == "last_reviewed":
        return round(use.share(DATE) * use.pages)
    if ours == "review_interval":
        return round(use.share(INTERVAL) * use.pages)
    kinds = {"owner": ("text", "list"), "tags": ("list",)}.get(ours, ("text",))
    return sum(use.kinds.get(kind, 0) for kind in kinds)


def _reason(ours: str, use: FieldUse) -> str:
    if ours in ("last_reviewed", "review_interval"):
        kind = DATE if ours == "last_reviewed" else INTERVAL
        forms = ", ".join(
            f"{count} × {form.removeprefix(kind + ': ')}"
            for form, count in sorted(use.forms.items(), key=lambda pair: -pair[1])
            if form.startswith(kind)
        )
        return f"{_fitting(ours, use)} of {use.pages} values are {kind}s ({forms})"
    return f"on {use.pages} pages"


def _together(found: Survey, one: str, other: str) -> bool:
    return any(one in page.values and other in page.values for page in found.pages)


def _defaults(found: Survey, aliases: Mapping[str, str], remarks: list[str]) -> dict[str, str]:
    known = set(aliases.values())
    defaults: dict[str, str] = {}
    owner = _configured_owner(found)
    if owner:
        defaults["owner"] = owner
        remarks.append(f"pages that name no owner are given to {owner}, as config/tech-docs.yml says")
    elif "owner" not in known:
        remarks.append(
            "no field names an owner, so every page lacks one; add the field to `aliases`, or one owner for all "
            "to `defaults`"
        )
    if "last_reviewed" not in known:
        remarks.append("no field holds the day of a review, so every page counts as never reviewed")
    elif "review_interval" not in known:
        defaults["review_interval"] = "6 months"
        remarks.append(
            "no field says how often a page is reviewed: 6 months for all is a guess, change it in `defaults`"
        )
    return defaults


def _configured_owner(found: Survey) -> str:
    """Return the owner that the GOV.UK tech docs template gives to pages that name none."""
    file = found.root / "config" / "tech-docs.yml"
    if not file.is_file():
        return ""
    _text, block, _faults = read_yaml(file, "config/tech-docs.yml")
    owner = block.values.get("default_owner_slack")
    return owner if isinstance(owner, str) else ""


def _records(found: Survey, folder: str, aliases: Mapping[str, str]) -> Iterator[str]:
    """Yield first folders with the name of records, of which no page has a review date though others have."""
    dates = [theirs for theirs, ours in aliases.items() if ours == "last_reviewed"]
    if not dates:
        return
    dated: Counter[str] = Counter()
    for path, page in zip(_inside(found, folder), found.pages, strict=True):
        dated[path.partition("/")[0]] += any(name in page.values for name in dates)
    yield from (name for name, count in sorted(dated.items()) if not count and name.lower() in _RECORDS)


def _other_remarks(fields: Iterable[FieldUse], aliases: Mapping[str, str]) -> Iterator[str]:
    for each in fields:
        plain = _plain(each.name)
        if each.name in aliases:
            wrong = {form for form in each.forms if not form.endswith((": YYYY-MM-DD", ": 6 months"))}
            if wrong and aliases[each.name] in ("last_reviewed", "review_interval"):
                count = sum(each.forms[form] for form in wrong)
                remarks = ", ".join(sorted(form.partition(": ")[2] for form in wrong))
                yield (
                    f"`{each.name}`: {count} pages write it as {remarks}; kb reads 2026-03-31 and 6 months, "
                    "and `kb check` names the pages"
                )
        elif "review" in plain and each.share(DATE) > _HALF:
            yield f"`{each.name}` looks like the day of the next review: kb works that out and does not read it"
        elif plain == "draft" and each.kinds.get("true/false"):
            yield "`draft: true` is not read: drafts count as published pages until you exclude them"
        elif plain in ("author", "authors", "editor"):
            yield f"`{each.name}` is not taken for an owner: whoever wrote a page need not answer for it"


def _type_name(folder: str) -> str:
    name = _identifier(posixpath.basename(folder)) if folder != "." else "page"
    return name if name not in builtin_names() else f"{name}_page"


def _identifier(name: str) -> str:
    plain = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")
    return plain if re.match(r"[a-z]", plain) else "page"


def owners(found: Survey, proposal: Proposal) -> list[tuple[str, int]]:
    """Return the owners that the pages name, with the number of pages, the largest first."""
    counts: Counter[str] = Counter()
    aliases: Mapping[str, str] = next(iter(proposal.types.values())).get("aliases", {})
    names = [theirs for theirs, ours in aliases.items() if ours == "owner"] or ["owner"]
    inside = found.within(proposal.content)
    for name in names:
        for value in (page.values[name] for page in inside.pages if name in page.values):
            first = value[0] if isinstance(value, list) and value else value
            if isinstance(first, str) and first.strip():
                counts[first] += 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))

"""Searches one built customer site for everything internal, and writes down what was searched."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kb_builder.cache import Cache
from kb_builder.leaks.index_terms import unexplained_terms
from kb_builder.leaks.needles import STRICT, Needle, needles, readable, said_to_customers
from kb_builder.leaks.scan import Index, Scanner, Sighting, without_known
from kb_builder.leaks.searched import Searched, Theme
from kb_builder.leaks.unpack import search_terms
from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding
from kb_builder.model.errors import KbError
from kb_builder.search.client_script import NAME as CLIENT
from kb_builder.search_site import FOLDER, client_of

SLUG = "customer-leak"
SEARCH_TERM = "search term"
# Of each kind so many are put before the scanner in every form in which they might hide.
_TRIALS = 20
# Needles of one trial: a text of them all would be searched from its beginning for each.
_AT_ONCE = 64
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was searched for and found. `known` are internal words that customers may know, by kind."""

    files: int
    of_package: int
    size: int
    site: str
    needles: Mapping[str, int]
    known: Mapping[str, int]
    leaks: tuple[Sighting, ...]

    def report(self) -> bytes:
        """Return the report as JSON, see report.schema.json. It names nothing internal."""
        report = {
            "version": 1,
            "site": self.site,
            "files": self.files,
            "files_of_package": self.of_package,
            "bytes": self.size,
            "needles": self.needles,
            "known": self.known,
            "leaks": len(self.leaks),
        }
        return (json.dumps(report, indent=2, ensure_ascii=False) + "\n").encode()

    def findings(self, out: str) -> Iterator[Finding]:
        """Yield an error for each leak; `out` is the folder of the site in the project."""
        for leak in self.leaks:
            text = " ".join(leak.needle.text.split())
            shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
            yield Finding(
                slug=SLUG,
                path=f"{out}/{leak.file}",
                message=f"customers could read `{shown}`: {leak.needle.kind}, internal by {leak.needle.source}",
                hint="nothing was published; take it out of the page or file that brings it in"
                if leak.needle.kind == "canary"
                else "nothing was published; this is most likely a bug of kb: please report it"
                if leak.needle.kind == SEARCH_TERM
                else "nothing was published; take it out of the page or file that brings it in, or, if customers may "
                "know it, list it in sites.customers.known_words of kb.yml",
                key=f"{leak.file} {leak.needle.kind} {leak.needle.folded}",
            )


def report_schema() -> Mapping[str, Any]:
    """Return the JSON Schema of the report."""
    text = resources.files(__package__).joinpath("report.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def prove(catalog: Catalog, site: Path, cache: Cache | None = None) -> Proof:
    """Search the built customer site in `site` for what is internal in the whole catalog.

    A file in which an earlier run found nothing is searched only for what was not looked for then: `cache` knows. The
    proof is the same as without. Raises KbError if the scanner does not see what is put before it: then it would prove
    nothing.
    """
    cache = cache or Cache()
    every = needles(catalog)
    said = said_to_customers(catalog)
    index = Index.of(every)
    wanted = internal(every, said, index, Theme(cache))
    index = index.only(wanted)
    try_out(wanted, index)
    found = _read(site)
    searched = Searched(cache, wanted)
    leaks = _search(found.files, index, searched, said)
    if leaks:
        # Which files are named depends on the order in which they were searched: so all are, from the first one on.
        leaks = _search(found.files, index, Searched(Cache(), wanted), said)
    else:
        searched.remember()
    counts, all_counts = (Counter(each.kind for each in group) for group in (wanted, every))
    return Proof(
        files=found.count,
        of_package=found.count - len(found.files),
        size=sum(len(data) for data in found.files.values()),
        site=f"sha256:{found.hash}",
        needles=dict(sorted(counts.items())),
        known={kind: all_counts[kind] - counts[kind] for kind in sorted(all_counts) if all_counts[kind] > counts[kind]},
        leaks=tuple(leaks),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """A built site: how many files it has, a hash of all of them, and those that are not of a package, by name."""

    count: int
    hash: str
    files: Mapping[str, bytes]


def _read(site: Path) -> _Site:
    total = sha256()
    files: dict[str, bytes] = {}
    every = sorted(path for path in site.rglob("*") if path.is_file())
    for file in every:
        name, data = readable(file.relative_to(site).as_posix()), file.read_bytes()
        total.update(f"{name}\0{len(data)}\0".encode() + data)
        if not _is_of_package(site, name, data):
            files[name] = data
    return _Site(count=len(every), hash=total.hexdigest(), files=files)


def _search(files: Mapping[str, bytes], index: Index, searched: Searched, said: str) -> list[Sighting]:
    """Return what is internal in files; what is `searched` already is searched for new needles alone."""
    scanner = Scanner(index)
    later = Scanner(index.only(searched.new)) if searched.new else None
    searched.look_up(files)
    leaks: list[Sighting] = []
    terms: dict[str, str] = {}
    shown: set[str] = set()
    for name, data in files.items():
        known = searched.shown(name)
        if known is None:
            leaks += scanner.scan(name, data)
            known = scanner.shown
        elif later:
            leaks += later.scan(name, data)
        searched.note(name, known)
        shown.update(known)
        terms |= dict.fromkeys(search_terms(name, data), name)
    for term in unexplained_terms(terms, shown, said):
        needle = Needle(kind=SEARCH_TERM, text=term, source="a page that is not on this site")
        leaks.append(Sighting(needle, terms[term]))
    return leaks


def internal(
    every: Sequence[Needle], said: str, index: Index | None = None, theme: Theme | None = None
) -> list[Needle]:
    """Return the needles that are neither in what is `said` to customers nor, where that is an excuse, in the theme.

    `index` is one of all needles, if there is one already.
    """
    left = without_known(every, said, index)
    strict = [each for each in left if each.kind in STRICT]
    others = (theme or Theme(Cache())).without(each for each in left if each.kind not in STRICT)
    return sorted((*strict, *others), key=lambda each: (each.kind, each.folded, each.source))


def try_out(wanted: Sequence[Needle], index: Index | None = None) -> None:
    """Put every needle before the scanner as it stands, and some of each kind in every form in which it might hide."""
    index = index or Index.of(wanted)
    counts: Counter[str] = Counter()
    some: list[Needle] = []
    for each in wanted:
        counts[each.kind] += 1
        if counts[each.kind] <= _TRIALS:
            some.append(each)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        _must_see(index, part, "in plain text", "\n".join(each.text for each in part))
    for form, encode in forms().items():
        _must_see(index, some, form, "\n".join(encode(each.text) for each in some))


def forms() -> Mapping[str, Any]:
    """Return the forms in which a text may hide, each with the function that makes it."""
    from base64 import b64encode

    def base64(text: str, before: int) -> str:
        return b64encode(b" " * before + " ".join(text.split()).encode() + b"  ").decode()

    return {
        "upper case": str.upper,
        "HTML": lambda text: "".join(f"&#{ord(c)};" for c in text),
        "an address": lambda text: quote(text, safe=""),
        "JSON": lambda text: json.dumps(text)[1:-1],
        **{f"base64, {before} bytes on": lambda text, before=before: base64(text, before) for before in range(3)},
    }


def _must_see(index: Index, wanted: Sequence[Needle], form: str, text: str) -> None:
    seen = {each.needle for each in Scanner(index).scan("trial.txt", text.encode())}
    # Very short ones are not looked for in what is decoded: they occur there by chance.
    missed = [each for each in wanted if each not in seen and not (form.startswith("base64") and len(each.text) < 6)]
    if missed:
        raise KbError(
            f"the scan of the customer site does not see `{missed[0].text}` {form}",
            "this is a bug of kb; please report it",
        )


def _is_of_package(site: Path, name: str, data: bytes) -> bool:
    """Whether a file is one of the theme or of kb, unchanged, or made of such and of one that is searched."""
    if name == f"{FOLDER}/{CLIENT}":
        return data == client_of(site).encode()
    for package, folder in (("kb_builder", "theme"), ("material", "templates")):
        file = resources.files(package).joinpath(folder).joinpath(name)
        if file.is_file():
            return file.read_bytes() == data
    return False

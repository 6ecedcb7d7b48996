"""Remembers which files of the customer site were searched for what, so that they need not be searched for it again."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from kb_builder.cache import Cache, digest
from kb_builder.leaks.needles import Needle, words_of_theme
from kb_builder.leaks.scan import without_known

_FILES, _NEEDLES, _THEME = "leaks: files", "leaks: needles", "leaks: theme"
_LAST = "last"
# The state of the index, twelve digits that are in every file of it and change with any page.
_VERSION = re.compile(rb'(kbSearchPut\(")[0-9a-f]{12}"')


class Searched:
    """The files that the last run without leaks searched, all for the same needles.

    An entry is filed under a hash of these needles and of the file: it is there only if none of them is in the file.
    It holds the words that the page shows. `new` are the needles that were not looked for then.
    """

    def __init__(self, cache: Cache, wanted: Sequence[Needle]) -> None:
        self._cache = cache
        self._wanted = {_name(each): each for each in wanted}
        before = _json(cache.get(_NEEDLES, [_LAST]).get(_LAST))
        names = frozenset(name for name in before if isinstance(name, str)) if isinstance(before, list) else frozenset()
        self.new = [each for name, each in self._wanted.items() if name not in names]
        self._before = _hash(names)
        self._keys: dict[str, str] = {}
        self._found: Mapping[str, bytes] = {}
        self._shown: dict[str, Collection[str]] = {}

    def look_up(self, files: Mapping[str, bytes]) -> None:
        """Ask for what is known of files, by name."""
        self._keys = {name: digest(name, _VERSION.sub(rb"\1", data, count=1)) for name, data in files.items()}
        self._found = self._cache.get(_FILES, (digest(self._before, key) for key in self._keys.values()))

    def shown(self, name: str) -> Collection[str] | None:
        """Return the words that a file shows which holds nothing that was looked for, None if that is not known."""
        terms = _json(self._found.get(digest(self._before, self._keys[name])))
        return terms if isinstance(terms, list) and all(isinstance(term, str) for term in terms) else None

    def note(self, name: str, shown: Collection[str]) -> None:
        """Note the words that a file shows; it counts when all files were searched."""
        self._shown[name] = shown

    def remember(self) -> None:
        """Keep that no file holds any needle."""
        after = _hash(self._wanted)
        files = {digest(after, self._keys[name]): shown for name, shown in self._shown.items()}
        self._cache.put(
            _FILES,
            {key: json.dumps(sorted(shown)).encode() for key, shown in files.items() if key not in self._found},
        )
        self._cache.put(_NEEDLES, {_LAST: json.dumps(sorted(self._wanted)).encode()})
        self._cache.keep(_FILES, files)


class Theme:
    """Which needles are words that the theme brings along: that changes with the packages alone, as the cache does."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def without(self, needles: Iterable[Needle]) -> list[Needle]:
        """Return the needles that the theme does not say, in their order."""
        asked = {_name(each): each for each in needles}
        before = _json(self._cache.get(_THEME, [_LAST]).get(_LAST))
        said: dict[str, bool] = {}
        if isinstance(before, dict):
            said = {name: known for name, known in before.items() if name in asked and isinstance(known, bool)}
        missing = [each for name, each in asked.items() if name not in said]
        if missing:
            left = {_name(each) for each in without_known(missing, words_of_theme())}
            said |= {name: name not in left for name in map(_name, missing)}
            self._cache.put(_THEME, {_LAST: json.dumps(said).encode()})
        return [each for name, each in asked.items() if not said[name]]


def _name(needle: Needle) -> str:
    return f"{needle.kind} {needle.folded}"


def _hash(names: Iterable[str]) -> str:
    return digest(*sorted(names))


def _json(data: bytes | None) -> Any:
    """Return what an entry says, None if there is none or it cannot be read."""
    try:
        return None if data is None else json.loads(data)
    except (ValueError, RecursionError):
        return None

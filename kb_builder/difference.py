"""The difference between two texts of front matter, as `diff -u` shows it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

_CONTEXT = 2


def difference(path: str, old: str, new: str) -> list[str]:
    """Return the lines of a unified diff, without line ends."""
    before, after = (text.replace("\r\n", "\n").split("\n") for text in (old, new))
    found = [f"--- {path}", f"+++ {path}"]
    matcher = SequenceMatcher(None, _with_heads(before), _with_heads(after), autojunk=False)
    for hunk in matcher.get_grouped_opcodes(_CONTEXT):
        (_, start, _, new_start, _), (_, _, end, _, new_end) = hunk[0], hunk[-1]
        found.append(f"@@ -{start + 1},{end - start} +{new_start + 1},{new_end - new_start} @@")
        for tag, first, last, new_first, new_last in hunk:
            if tag == "equal":
                found += [" " + line for line in before[first:last]]
            else:
                found += ["-" + line for line in before[first:last]]
                found += ["+" + line for line in after[new_first:new_last]]
    return found


def _with_heads(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return lines with the first one of their entry, so that entries that are alike are not taken for each other."""
    found = []
    head = ""
    for line in lines:
        if line.lstrip().startswith("-"):
            head = line
        elif not line.startswith(" "):
            head = ""
        found.append((head, line))
    return found

"""Writes the search's tables of Chinese from OpenCC: `python tools/generate_fold.py`.

Needs the package `opencc` (1.4.2 was used), which is no dependency of the project: run this in an environment of its
own. Writes `fold.json` (characters that search takes for one) and `regional.json` (words that differ by region) to
kb_builder/search/data/.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata, resources
from pathlib import Path

OUT = Path(__file__).parent.parent / "kb_builder/search/data"
# Traditional and simplified characters, and how Taiwan and Hong Kong write the traditional ones.
CHARACTERS = ("TSCharacters", "STCharacters", "TWVariants", "HKVariants")
WORDS = ("TWPhrases", "HKPhrases")
# OpenCC knows nothing of the first pair; nobody takes the others for each other.
ADDED = (("你", "妳"),)
NOT_ALIKE = {frozenset("呆待")}


def main() -> None:
    """Write both tables."""
    tables = {name: dict(read_dictionary(name)) for name in (*CHARACTERS, *WORDS, "STPhrases")}
    groups = character_groups(tables)
    fold = {ord(other): group[0] for group in groups for other in group[1:]}
    source = f"OpenCC {metadata.version('opencc')}, Apache-2.0; written by tools/generate_fold.py"
    write("fold.json", source, list(lines(groups)))
    write("regional.json", source, [" ".join(words) for words in word_groups(tables, fold)])


def read_dictionary(name: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the entries of a dictionary of OpenCC: a text and what it may become, the likeliest first."""
    package = resources.files("opencc").joinpath("clib")
    with tempfile.TemporaryDirectory() as folder, resources.as_file(package) as clib:
        text = Path(folder, name)
        compiled = clib / "share/opencc" / f"{name}.ocd2"
        command = [clib / "bin/opencc_dict", "-i", compiled, "-o", text, "-f", "ocd2", "-t", "text"]
        subprocess.run(command, check=True, capture_output=True)
        for line in text.read_text(encoding="utf-8").splitlines():
            key, _tab, values = line.partition("\t")
            yield key, values.split()


def connected(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the texts that the pairs connect, directly or through others; all sorted."""
    near: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        near[one].add(other)
        near[other].add(one)
    found: list[list[str]] = []
    seen: set[str] = set()
    for text in sorted(near):
        group, waiting = [], [text]
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                group.append(each)
                waiting += near[each]
        if group:
            found.append(sorted(group))
    return found


def character_groups(tables: Mapping[str, Mapping[str, list[str]]]) -> list[str]:
    """Return characters that are alike, each group as one text that begins with the character they become.

    That is the one which simplified words use most.
    """
    uses = Counter("".join(tables["STPhrases"]))
    pairs = [(key, value) for name in CHARACTERS for key, values in tables[name].items() for value in values]
    alike = [pair for pair in (*pairs, *ADDED) if len(set(pair)) == 2 and frozenset(pair) not in NOT_ALIKE]
    groups = []
    for group in connected(alike):
        first = min(group, key=lambda each: (-uses[each], each not in tables["STCharacters"], each))
        groups.append(first + "".join(each for each in group if each != first))
    return sorted(groups)


def word_groups(tables: Mapping[str, Mapping[str, list[str]]], fold: Mapping[int, str]) -> list[list[str]]:
    """Return words that mean the same in different regions, folded; without names of persons and single characters."""
    pairs = [
        (one.lower().translate(fold), other.lower().translate(fold))
        for name in WORDS
        for one, others in tables[name].items()
        for other in others
    ]
    return connected(
        (one, other)
        for one, other in pairs
        if one != other and min(len(one), len(other)) > 1 and "·" not in one + other
    )


def lines(groups: Iterable[str], width: int = 110) -> Iterator[str]:
    """Yield the groups in lines that a person can compare."""
    line = ""
    for group in groups:
        if len(line) + len(group) >= width:
            yield line
            line = ""
        line += f" {group}" if line else group
    yield line


def write(name: str, source: str, groups: list[str]) -> None:
    """Write a table as JSON."""
    text = json.dumps({"source": source, "groups": groups}, ensure_ascii=False, indent=0)
    (OUT / name).write_text(text + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

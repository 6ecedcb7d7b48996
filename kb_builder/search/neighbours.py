"""Says which terms are written near each other, so that those of one query are in few files.

A question of eleven characters is ten pairs, and in the order of characters each would be in a file of its own. Words
of a language have the same characters beside each other again and again: 備份 and 份失 and 失敗 are asked for together.
So characters that follow each other often *sit* together, and terms are written by where their first character sits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

# A seat is written as a character that is no letter, and so begins no term.
_FIRST_SEAT = 0xE000
SEATS = 0x1900
# Characters seen less often than this say little of what is beside them.
_FEW = 10


def groups(sizes: Mapping[str, int], pairs: Mapping[str, int], most: int) -> list[str]:
    """Return groups of at least two characters, none of which has more bytes than `most`.

    `sizes` maps first characters to the bytes of their terms, `pairs` two characters to the number of pages on which
    the one follows the other. Pairs are joined by how seldom either is seen without the other, the closest first.
    """
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    for pair, count in pairs.items():
        first[pair[0]] += count
        second[pair[1]] += count
    group = {character: character for character in sizes}
    weights = dict(sizes)

    def closeness(item: tuple[str, int]) -> tuple[float, str]:
        pair, count = item
        return -count * count / ((first[pair[0]] + _FEW) * (second[pair[1]] + _FEW)), pair

    for pair, _count in sorted(pairs.items(), key=closeness):
        left, right = _root(group, pair[0]), _root(group, pair[1])
        if left and right and left != right and weights[left] + weights[right] <= most:
            group[right] = left
            weights[left] += weights[right]
    members: dict[str, list[str]] = {}
    for character in sorted(sizes):
        members.setdefault(_root(group, character), []).append(character)
    return ["".join(each) for each in members.values() if len(each) > 1]


def _root(group: dict[str, str], character: str) -> str:
    """Return the character that stands for a group, empty for a character that begins no term."""
    if character not in group:
        return ""
    while group[character] != character:
        group[character] = group[group[character]]
        character = group[character]
    return character


def order(term: str, seats: Mapping[str, int]) -> bytes:
    """Return where a term is written, to be compared with that of others. The order is that of JavaScript."""
    seat = seats.get(term[0])
    placed = term if seat is None else chr(_FIRST_SEAT + seat) + term[1:]
    return placed.encode("utf-16-be", "surrogatepass")

"""Guesses which word was meant where one is not in the index: its beginning or two run together, or a slip."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kb_builder.search.boot import Boot
from kb_builder.search.query import Slot
from kb_builder.search.tokens import stem


def guesses(slot: Slot, words: Mapping[str, int], boot: Boot, count: int) -> list[tuple[str, int]]:
    """Return the likeliest words with their sixteenths; `count` is the number of pages with the word as typed."""
    limits = boot.limits
    found = sorted(_candidates(slot, words, boot, limits.common * count))
    nearest = [each for each in found if each[0] == found[0][0]]
    return [(word, boot.weights.rare if count else weight) for *_, word, weight in nearest[: limits.guesses]]


def _candidates(slot: Slot, words: Mapping[str, int], boot: Boot, least: int) -> Iterator[tuple[int, int, str, int]]:
    """Yield edits, number of pages below zero, word and weight of each word that might have been meant."""
    term, limits, weights = slot.term, boot.limits, boot.weights
    most = 0 if len(term) < limits.typo1 else 1 if len(term) < limits.typo2 or least else 2
    for word, count in words.items():
        if count < least or word == term:
            continue
        if slot.last and not least and len(term) >= limits.prefix and word.startswith(term):
            yield 1, -count, word, weights.prefix
        elif most and abs(len(word) - len(term)) <= most and (edits := distance(term, word, most)) <= most:
            yield edits, -count, word, weights.typo1 if edits == 1 else weights.typo2


def split(term: str, words: Callable[[str], Mapping[str, int]], least: int) -> tuple[str, str] | None:
    """Return the two words that were run together, the commonest there are; each of `least` letters or more.

    `words` gives the words that begin with a letter.
    """
    best: tuple[int, int] | None = None
    for cut in range(least, len(term) - least + 1):
        count = min(words(term[0]).get(term[:cut], 0), words(term[cut]).get(stem(term[cut:]), 0))
        if count and (best is None or (count, cut) > best):
            best = count, cut
    return (term[: best[1]], stem(term[best[1] :])) if best else None


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters to add, drop, replace or swap with the next; `most` + 1 for any more than `most`."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one):
        earlier, before, row = before, row, [i + 1]
        for j, wanted in enumerate(other):
            cost = min(before[j + 1] + 1, row[j] + 1, before[j] + (letter != wanted))
            if i and j and letter == other[j - 1] and one[i - 1] == wanted:
                cost = min(cost, earlier[j - 1] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:
            return most + 1
    return min(row[-1], most + 1)

"""Holds the search index of a site against its pages: a term that no page says came from somewhere else.

The index keeps words in pieces, in which a phrase is not found. So this asks the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kb_builder.leaks.needles import Needle
from kb_builder.leaks.scan import Sighting
from kb_builder.leaks.unpack import search_terms, visible_text
from kb_builder.search.fold import fold
from kb_builder.search.tokens import count_terms

SEARCH_TERM = "search term"


@dataclass(slots=True)
class IndexTerms:
    """The terms of an index, each with its file, and those of the pages that it is made of."""

    _indexed: dict[str, str] = field(default_factory=dict)
    _shown: set[str] = field(default_factory=set)

    def add(self, name: str, data: bytes) -> None:
        """Take in a file of the site."""
        if name.startswith("search/"):
            for term in search_terms(data):
                self._indexed.setdefault(term, name)
        elif name.endswith(".html"):
            self._shown |= count_terms(fold(visible_text(data.decode("utf-8", errors="replace")))).keys()

    def unexplained(self, said: str) -> list[Sighting]:
        """Return the terms that neither a page of the site shows nor the text `said` contains."""
        left = self._indexed.keys() - self._shown
        left -= count_terms(said).keys() if left else set()
        # `~1` stands for a group of synonyms, whose words are searched for in the boot file; `@tag:備份` for a tag.
        left = {
            term
            for term in left
            if not (term[0] == "~" or (term[0] == "@" and fold(" ".join(term.partition(":")[2].split())) in said))
        }
        return [
            Sighting(Needle(kind=SEARCH_TERM, text=term, source="a page that is not on this site"), self._indexed[term])
            for term in sorted(left)
        ]

"""KB830 synonym-in-two-groups: a word that stands in two groups of synonyms."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.location import Field
from kb_builder.search.concepts import phrase_terms
from kb_builder.search.fold import fold

RULE = Rule(code="KB830", slug="synonym-in-two-groups", severity=Severity.WARNING)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report the second place of words that search cannot tell apart. A group for staff may widen one for all."""
    first: dict[tuple[object, tuple[str, ...]], int] = {}
    for group in catalog.synonyms or ():
        if group.is_one_way:
            continue
        name, number = group.field
        for index, word in enumerate(group.asked):
            other = first.setdefault((name, phrase_terms(fold(word))), int(number))
            if other != number:
                yield Finding(
                    slug=RULE.slug,
                    path=catalog.registry_path("synonyms.yml"),
                    message=f"`{word}` is in group {int(number) + 1} of `{name}` and in group {other + 1}",
                    hint="make one group of both, or remove the word from one",
                    location=Field(path=(name, number, index)),
                    key=word,
                )

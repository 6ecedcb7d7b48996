"""KB831 synonym-of-itself: two words of an entry that search cannot tell apart."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.location import Field, FieldPath
from kb_builder.model.search import SynonymGroup
from kb_builder.search.concepts import phrase_terms
from kb_builder.search.fold import fold

RULE = Rule(code="KB831", slug="synonym-of-itself", severity=Severity.WARNING)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report words of a group, and of the two sides of a pair, that are one word to search."""
    for group in catalog.synonyms or ():
        first: dict[tuple[str, ...], str] = {}
        for word, field in _words(group):
            terms = phrase_terms(fold(word))
            if terms not in first:
                first[terms] = word
            else:
                yield Finding(
                    slug=RULE.slug,
                    path=catalog.registry_path("synonyms.yml"),
                    message=f"search takes `{word}` for the same as `{first[terms]}` without being told",
                    hint="remove it",
                    location=Field(path=field),
                    key=word,
                )


def _words(group: SynonymGroup) -> Iterator[tuple[str, FieldPath]]:
    """Yield the words of an entry, each with its place."""
    if group.is_one_way:
        yield group.asked[0], (*group.field, "from")
    inner: FieldPath = ("to",) if group.is_one_way else ()
    for index, word in enumerate(group.found):
        yield word, (*group.field, *inner, index)

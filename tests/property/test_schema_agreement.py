"""The fast validator and the reference agree on every value, and where they refuse it there is something to say."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kb_builder.config.load import config_schema
from kb_builder.content_types.load import (
    COMPUTED_FIELDS,
    builtin_definition,
    builtin_file,
    builtin_names,
    builtin_schema,
    make_type,
)
from kb_builder.schema.sentences import explain
from kb_builder.schema.validator import SchemaValidator
from kb_builder.sources.front_matter import parse_front_matter

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _validator(name: str, **more: Any) -> SchemaValidator:
    definition = {**builtin_definition(name), **more}
    return SchemaValidator(make_type(name, definition, builtin_schema(name), "").schema)


def _example(name: str) -> dict[str, Any]:
    raw = parse_front_matter("a.md", "a.md", builtin_file(name, "example.md"))
    assert raw.values and not raw.faults
    return dict(raw.values)


STRICT = {name: _validator(name) for name in builtin_names()}
LENIENT = {f"{name}, lenient": _validator(name, schema="lenient") for name in builtin_names()}
OTHERS = {
    "kb.yml": SchemaValidator(config_schema()),
}
VALIDATORS = {**STRICT, **LENIENT, **OTHERS}
DOCUMENTS = {
    **{name: _example(name) for name in builtin_names()},
    **{f"{name}, lenient": _example(name) for name in builtin_names()},
    "kb.yml": {
        "content": "content", "language": "zh-Hant", "sites": {"staff": {"name": "A", "url": "https://a/",
        "out": "site/a"}},
        "review": {"due_soon": "14 days"}, "checks": {"KB301": {"severity": "warning", "reason": "r",
        "paths": ["a/**"]}},
        "types": {"sop": {"folder": "sops", "aliases": {"a": "owner"}, "schema": "lenient", "record": False}},
    },
}  # fmt: skip
# What a document of the type may hold besides what its example shows.
RICHER = {
    "sop": {
        "lifecycle": ["deploy", "maintain"], "systems": ["web"], "incident_class": ["slowdown"], "escalation": "dba",
        "rollback": "x", "training_for": ["dba"], "drill_interval": "6 months", "related": ["FAQ-001"],
        "retention": "3 years",
    },
    "faq": {"problem_type": "system_fault", "sources": ["SOP-001"], "audience": "staff", "aliases": ["a"],
    "language": "en"},
    "postmortem": {
        "roles": {"指揮": "dba"}, "lessons": {"went_well": ["a"], "lucky": []}, "customer_note": "x",
        "sops": [{"id": "SOP-001", "finding": "used", "note": "n"}],
    },
}  # fmt: skip

TEXTS = st.sampled_from([
    "", " ", "\n", "a", "A", "a\n", "\na", "a b", "字", "１", "SOP-001", "SOP-001\n", "FAQ-001", "PM-2026-001",
    "sop-1", "true",
    "published", "draft", "staff", "customers", "6 months", "6 months\n", "0 months", "30 minutes", "immediately",
    "100 years", "101 years", "999 months", "1000 weeks",
    "10000 years", "2026-02-28", "2026-02-30", "2026-2-1", "2026-02-28\n", "２０２６-02-28", "2024-02-29", "0001-01-01",
    "0000-01-01", "2026-02-01T10:00:00+08:00", "2026-02-01T10:00:00", "2026-02-01 10:00:00Z",
    "2026-02-01t10:00:00.123456789z",
    "2026-02-01T24:00:00Z", "2026-02-01T23:59:60Z", "2026-02-01T10:00:00+24:00", "x" * 61, "x" * 121, "x" * 501,
    "😀" * 120,
    "😀" * 121, "a/../b", "/a", "..", "https://a/", "a\\b", "^[A-Z]+$", "(", "error", "warning", "a\r\nb", "a\u2028b",
    "\u00a0", "-a",
    "\ufeff", "\u200b", "\x85", "\x1c", "FAQ-１００", "SOP-00１",
])  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-(10**18) + 1, 10**18 - 1),
    st.sampled_from([0, 1, -1, 10**17]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 1.5, 1e300, 1e17, 1e16, 5e-324]),
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS, st.text(max_size=10))
NAMES = st.one_of(
    st.sampled_from(["id", "title", "status", "date", "by", "users", "a b", "", "next_review", "🙂"]), TEXTS
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return every collection below with each of its indices or names."""
    found = []
    for name, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found += [(value, name), *_places(part)]
    return found


@st.composite
def mutated(draw: st.DrawFn, name: str) -> Any:
    """A valid document after one to three mistakes."""
    document = copy.deepcopy(DOCUMENTS[name])
    richer = RICHER.get(name.partition(",")[0], {})
    for field in draw(st.lists(st.sampled_from(sorted(richer)), unique=True)) if richer else []:
        document[field] = copy.deepcopy(richer[field])
    for _ in range(draw(st.integers(0, 3))):
        places = _places(document)
        if not places:
            break
        parent, key = draw(st.sampled_from(places))
        match draw(st.integers(0, 6)):
            case 0:
                del parent[key]
            case 1 | 2:
                parent[key] = draw(SCALARS)
            case 3:
                parent[key] = draw(VALUES)
            case 4:
                parent[key] = [parent[key]]
            case 5 if isinstance(parent, dict):
                parent[draw(NAMES)] = draw(VALUES)
            case _ if isinstance(parent, list):
                parent.append(copy.deepcopy(parent[0]))
    return document


@pytest.mark.parametrize("name", VALIDATORS)
def test_documents_to_start_from_are_valid(name: str) -> None:
    document = {**DOCUMENTS[name], **RICHER.get(name.partition(",")[0], {})}
    assert VALIDATORS[name].is_valid(document), VALIDATORS[name].errors(document)


@pytest.mark.parametrize("name", VALIDATORS)
def test_both_engines_agree_on_documents_with_mistakes(name: str) -> None:
    @UNHURRIED
    @given(mutated(name))
    def agree(document: Any) -> None:
        assert_agreement(VALIDATORS[name], document)

    agree()


@UNHURRIED
@given(st.sampled_from(sorted(VALIDATORS)), st.dictionaries(NAMES, VALUES, max_size=5))
@example("sop", {})
@example("faq", {"id": "FAQ-001\n"})
def test_both_engines_agree_on_anything(name: str, document: dict[str, Any]) -> None:
    assert_agreement(VALIDATORS[name], document)


ATOMS = st.sampled_from([
    "a", "字", "[ab]", "[^ab]", r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"[\d-]", r"[^\s]", r"[\S]", r"[^\W_]", ".",
    r"\$", "[$]",
    r"\\", "[[]", r"[\]]", "(a|b)", "(?:a)", r"a{2}", "a+", "b?", r"\u5b57", "$", "^",
])  # fmt: skip


@UNHURRIED
@given(
    st.lists(ATOMS, min_size=1, max_size=4).map("".join),
    st.text("ab字１1_ \t\n\r$\\[]-\ufeff\x85\x1c\u3000é", max_size=4),
)
@example(r"^\S$", "\ufeff")
@example(r"^\s$", "\x85")
@example(r"^[^\s]$", "\x1c")
@example(r"^\d$", "１")
@example(r"^[\w]$", "字")
@example("^a$", "a\n")
def test_both_engines_read_patterns_alike(pattern: str, text: str) -> None:
    validator = SchemaValidator({"$schema": "https://json-schema.org/draft/2020-12/schema", "pattern": pattern})
    assert validator.is_valid(text) == (not validator.errors(text))


@pytest.mark.parametrize("name", STRICT)
def test_both_engines_agree_on_every_field_and_text(name: str) -> None:
    @UNHURRIED
    @given(st.sampled_from(sorted(STRICT[name].schema["properties"])), SCALARS)
    def agree(field: str, value: Any) -> None:
        assert_agreement(STRICT[name], {**DOCUMENTS[name], field: value})
        assert_agreement(STRICT[name], {**DOCUMENTS[name], field: [value, value]})

    agree()


def assert_agreement(validator: SchemaValidator, document: Any) -> None:
    errors = validator.errors(document)
    assert validator.is_valid(document) == (not errors), errors
    sentences = list(explain(errors, COMPUTED_FIELDS))
    assert bool(sentences) == bool(errors)
    for sentence in sentences:
        assert sentence.message.strip()
        assert sentence.hint.strip()
        assert_place_exists(document, sentence.location.path, on_key=sentence.location.on_key)


def assert_place_exists(document: Any, path: tuple[Any, ...], *, on_key: bool) -> None:
    """A sentence is about something that is there: a field that is missing is reported where it should stand."""
    for part in path:
        if isinstance(document, dict):
            assert part in document
        else:
            assert isinstance(document, list) and 0 <= part < len(document)
            assert not on_key or part != path[-1]
        document = document[part]

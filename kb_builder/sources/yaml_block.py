"""A small, strict YAML reader: YAML 1.2 core values, a position for every key and value, limits before building.

libyaml composes the nodes; the values are built here, so that `no`, `on`, `012`, `12:30` and dates stay text
(https://yaml.org/spec/1.2.2/#103-core-schema), equal keys are found, and nothing an author writes is executed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from yaml import AliasEvent, MappingNode, Node, ScalarNode, SequenceNode, YAMLError
from yaml.cyaml import CParser

from kb_builder.model.location import FieldPath, FieldSpans, Span

MAX_BYTES = 16 * 1024
MAX_DEPTH = 8
MAX_DIGITS = 18

_TEXT = "text"
# Only a text that matches one of these can hold an anchor, alias, tag or merge key, or nest deeply on one line.
_MAYBE_FEATURE = re.compile(r"(?:^|[\s,\[{:?-])[&*!]|<<", re.MULTILINE)
_MAYBE_DEEP = re.compile(r"(?:[-?]\s+){8}")
_MAX_HARMLESS_BRACKETS = 200
_MAYBE_LOST = re.compile(r"(?<=[ \t])#[^\s#!]")

_NUMBER_START = frozenset("0123456789+-.")
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)|0x[0-9a-fA-F]+|0o[0-7]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlFault:
    """Something refused in a block. `span` and `other` are offsets within the block; `other` is a related place."""

    slug: str
    message: str
    hint: str
    span: Span
    other: Span | None = None
    other_message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlBlock:
    """What a block says: its fields (empty when unusable) and its faults."""

    values: dict[str, Any]
    faults: tuple[YamlFault, ...] = ()


@dataclass(slots=True)
class _Building:
    """Faults found while values are built."""

    text: str
    faults: list[YamlFault] = field(default_factory=list)


class _Composer(CParser):
    """libyaml's composer with every scalar left as text."""

    def resolve(self, _kind: object, _value: object, _implicit: object) -> str:
        return _TEXT

    def descend_resolver(self, _parent: object, _index: object) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


def parse_block(text: str, max_bytes: int = MAX_BYTES) -> YamlBlock:
    """Read a block of YAML that must be a mapping; nothing is raised, every refusal is a fault."""
    refusal = _exceeds_limits(text, max_bytes)
    if refusal:
        return YamlBlock(values={}, faults=(refusal,))
    try:
        root = _Composer(text).get_single_node()
    except YAMLError as error:
        from kb_builder.sources.yaml_faults import explain_syntax_error

        return YamlBlock(values={}, faults=(explain_syntax_error(text, error),))
    if root is None:
        return YamlBlock(values={}, faults=_lost_text(text, None))
    if not isinstance(root, MappingNode):
        return YamlBlock(values={}, faults=(_not_a_mapping(root),))
    building = _Building(text)
    values = _mapping(root, building, 1)
    building.faults.extend(_lost_text(text, root))
    return YamlBlock(values=values, faults=tuple(building.faults))


def locate(text: str, path: FieldPath) -> FieldSpans | None:
    """Return the spans of the field at `path` in a block, or those of its nearest existing parent.

    None if not even the first name of the path exists. The block is composed anew (and remembered for the
    next question), which is cheaper than keeping positions of every document that has no finding.
    """
    root = _compose_again(text)
    found: FieldSpans | None = None
    node = root
    for name in path:
        entry = _child(node, name)
        if entry is None:
            break
        key, node = entry
        found = FieldSpans(key=_span(text, key) if key is not None else None, value=_span(text, node))
    return found


def walk_spans(text: str) -> Iterator[tuple[FieldPath, FieldSpans, Any]]:
    """Yield path, spans and scalar text (None for collections) of every entry of a well-formed block."""
    root = _compose_again(text)
    if root is not None:
        yield from _walk(text, root, ())


def _walk(text: str, node: Node, path: FieldPath) -> Iterator[tuple[FieldPath, FieldSpans, Any]]:
    for name, key, value in _children(node):
        here = (*path, name)
        spans = FieldSpans(key=_span(text, key) if key is not None else None, value=_span(text, value))
        yield here, spans, value.value if isinstance(value, ScalarNode) else None
        yield from _walk(text, value, here)


@lru_cache(maxsize=8)
def _compose_again(text: str) -> Node | None:
    if _exceeds_limits(text, len(text) * 4):
        return None
    try:
        node: Node | None = _Composer(text).get_single_node()
    except YAMLError:
        return None
    return node


def _children(node: Node | None) -> Iterator[tuple[str | int, Node | None, Node]]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                yield key.value, key, value
    elif isinstance(node, SequenceNode):
        for index, value in enumerate(node.value):
            yield index, None, value


def _child(node: Node | None, name: str | int) -> tuple[Node | None, Node] | None:
    for entry, key, value in _children(node):
        if entry == name:
            return key, value
    return None


def _span(text: str, node: Node) -> Span:
    start, end = node.start_mark.index, node.end_mark.index
    if not isinstance(node, ScalarNode) or node.style in ("|", ">"):
        end = start + len(text[start:end].rstrip())
    return Span(start=start, end=end)


def _exceeds_limits(text: str, max_bytes: int) -> YamlFault | None:
    """Return the refusal of a block that is too large, too deep, or uses anchors, aliases or tags."""
    size = len(text) if text.isascii() else len(text.encode())
    if size > max_bytes:
        return YamlFault(
            slug="front-matter-limit",
            message=f"front matter has {size:,} bytes; the limit is {max_bytes:,}",
            hint="move long text into the body of the page",
            span=Span(start=0, end=0),
        )
    if (
        _MAYBE_FEATURE.search(text)
        or _MAYBE_DEEP.search(text)
        or text.count("[") + text.count("{") > _MAX_HARMLESS_BRACKETS
    ):
        return _scan_events(text)
    return None


def _scan_events(text: str) -> YamlFault | None:
    """Walk the parser's events, which never recurse, and stop at the first thing that is refused."""
    parser = CParser(text)
    depth = 0
    try:
        while (event := parser.get_event()) is not None:
            name = type(event).__name__
            span = Span(start=event.start_mark.index, end=event.end_mark.index)
            if isinstance(event, AliasEvent):
                return _feature(f"`*{event.anchor}` is a YAML alias", "write the value out, or put it in quotes", span)
            anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
            if anchor:
                return _feature(f"`&{anchor}` is a YAML anchor", "write the value out, or put it in quotes", span)
            if tag and not getattr(event, "implicit", (False,)) == (True, False):
                return _feature(f"`{tag}` is a YAML tag", "remove the tag, or put the value in quotes", span)
            if name in ("MappingStartEvent", "SequenceStartEvent"):
                depth += 1
                if depth > MAX_DEPTH:
                    return YamlFault(
                        slug="front-matter-limit",
                        message=f"front matter nests deeper than {MAX_DEPTH} levels",
                        hint="flatten the field",
                        span=Span(start=span.start, end=span.start + 1),
                    )
            elif name in ("MappingEndEvent", "SequenceEndEvent"):
                depth -= 1
    except YAMLError as error:
        from kb_builder.sources.yaml_faults import explain_syntax_error

        return explain_syntax_error(text, error)
    return None


def _feature(what: str, hint: str, span: Span) -> YamlFault:
    return YamlFault(slug="yaml-feature", message=f"{what}, which front matter may not use", hint=hint, span=span)


def _not_a_mapping(root: Node) -> YamlFault:
    kind = "a list" if isinstance(root, SequenceNode) else "a single text"
    return YamlFault(
        slug="front-matter-not-fields",
        message=f"front matter is {kind}, not fields",
        hint="write one `name: value` a line",
        span=Span(start=root.start_mark.index, end=root.start_mark.index + 1),
    )


def _mapping(node: MappingNode, building: _Building, depth: int) -> dict[str, Any]:
    values: dict[str, Any] = {}
    keys: dict[str, Node] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            span = Span(start=key.start_mark.index, end=key.end_mark.index)
            building.faults.append(_feature("a list or mapping as a key", "use a text as the key", span))
            continue
        name = key.value
        if name == "<<" and not key.style:
            span = Span(start=key.start_mark.index, end=key.end_mark.index)
            building.faults.append(_feature("`<<` is a YAML merge key", "write the fields out", span))
            continue
        first = keys.setdefault(name, key)
        if first is not key:
            building.faults.append(
                YamlFault(
                    slug="duplicate-key",
                    message=f"`{name}` is given twice, first on line {{line}}",
                    hint="keep one of them",
                    span=Span(start=key.start_mark.index, end=key.end_mark.index),
                    other=Span(start=first.start_mark.index, end=first.end_mark.index),
                    other_message="first given here",
                )
            )
            continue
        values[name] = _value(value, building, depth)
    return values


def _value(node: Node, building: _Building, depth: int) -> Any:
    if isinstance(node, ScalarNode):
        text: str = node.value
        if node.style or (text and text[0] not in _NUMBER_START and text not in _WORDS):
            return text
        return _plain(text, node, building)
    if depth >= MAX_DEPTH:
        building.faults.append(
            YamlFault(
                slug="front-matter-limit",
                message=f"front matter nests deeper than {MAX_DEPTH} levels",
                hint="flatten the field",
                span=Span(start=node.start_mark.index, end=node.start_mark.index + 1),
            )
        )
        return None
    if isinstance(node, MappingNode):
        return _mapping(node, building, depth + 1)
    return [_value(item, building, depth + 1) for item in node.value]


def _plain(text: str, node: Node, building: _Building) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        if len(text) > MAX_DIGITS:
            building.faults.append(
                YamlFault(
                    slug="front-matter-limit",
                    message=f"a number of {len(text):,} digits; the limit is {MAX_DIGITS}",
                    hint="put it in quotes if it is meant as text",
                    span=Span(start=node.start_mark.index, end=node.end_mark.index),
                )
            )
            return None
        return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
    if len(text) <= 40 and _FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def _lost_text(text: str, root: Node | None) -> tuple[YamlFault, ...]:
    """Find `#word` after a value or in its place: YAML takes it for a comment and the text is lost."""
    hits = list(_MAYBE_LOST.finditer(text))
    if not hits:
        return ()
    from kb_builder.sources.yaml_faults import lost_comments

    scalars = [
        (node.start_mark.index, node.end_mark.index) for node in _nodes(root) if isinstance(node, ScalarNode)
    ]
    return tuple(lost_comments(text, [hit.start() for hit in hits], scalars))


def _nodes(node: Node | None) -> Iterator[Node]:
    if node is None:
        return
    yield node
    for _name, key, value in _children(node):
        if key is not None:
            yield key
        yield from _nodes(value)

"""A small, strict YAML reader: YAML 1.2 core values, a position for every key and value, limits before building.

libyaml composes the nodes; the values are built here, so that `no`, `on`, `012`, `12:30` and dates stay text
(https://yaml.org/spec/1.2.2/#103-core-schema), equal keys are found, and nothing an author writes is executed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from yaml import (
    CollectionNode,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    YAMLError,
)
from yaml._yaml import CParser

from kb_builder.model.diagnostic import Remedy
from kb_builder.model.location import FieldPath, FieldSpans, Span
from kb_builder.sources.lost_comments import MAYBE_CUT, MAYBE_LOST, Range, lost_comments
from kb_builder.sources.yaml_fault import YamlFault, replacing
from kb_builder.sources.yaml_limits import MAX_BYTES, MAX_DEPTH, MAX_DIGITS, feature, refusal, too_deep

_TEXT = "text"
_ESCAPED_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_MAX_DUPLICATES = 20
# The depth of fields in the entries of a list: the block, the list, the entry.
_IN_LIST = 3

_NUMBER_START = frozenset("0123456789+-.")
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)|0x[0-9a-fA-F]+|0o[0-7]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlBlock:
    """What a block says: its fields (empty when unusable) and its faults."""

    values: dict[str, Any]
    faults: tuple[YamlFault, ...] = ()


@dataclass(slots=True)
class _Building:
    """Faults found while values are built of a text; `too_deep` tells that the values are not whole."""

    text: str
    faults: list[YamlFault] = field(default_factory=list)
    duplicates: int = 0
    too_deep: bool = False


class _Composer(CParser):
    """libyaml's composer with every scalar left as text.

    It asks thrice for every node. What answers is no function of ours but one of Python's own, which takes whatever it
    is given and costs half as much: a text without places formats as itself.
    """

    resolve = descend_resolver = ascend_resolver = _TEXT.format


def parse_block(text: str, max_bytes: int = MAX_BYTES) -> YamlBlock:
    """Read a block of YAML that must be a mapping; nothing is raised, every refusal is a fault."""
    refused = refusal(text, max_bytes)
    if refused:
        return YamlBlock(values={}, faults=(refused,))
    try:
        root = _Composer(text).get_single_node()
    except YAMLError as error:
        from kb_builder.sources.yaml_faults import explain_syntax_error

        return YamlBlock(values={}, faults=(explain_syntax_error(text, error),))
    if root is None or (isinstance(root, ScalarNode) and not root.value and not root.style):
        return YamlBlock(values={}, faults=_lost_text(text, None))
    if not isinstance(root, MappingNode):
        return YamlBlock(values={}, faults=(_not_a_mapping(root, text),))
    building = _Building(text=text)
    values = _mapping(root, building, 1)
    if building.faults:
        _sum_up_duplicates(building)
    if building.too_deep:
        return YamlBlock(values={}, faults=tuple(building.faults))
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


def is_there(text: str, path: FieldPath) -> bool:
    """Whether a block has the field at `path`."""
    node = _compose_again(text)
    for name in path:
        entry = _child(node, name)
        if entry is None:
            return False
        node = entry[1]
    return node is not None


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
    if refusal(text, len(text) * 4):
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
    start, end = node.start_mark.index, _end(node)
    if not isinstance(node, ScalarNode) or node.style in ("|", ">"):
        end = start + len(text[start:end].rstrip())
    return Span(start=start, end=end)


def _end(node: Node) -> int:
    """Return where a node ends: in block style with its last entry; libyaml would go on to what comes next."""
    while isinstance(node, CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, MappingNode) else last
    return int(node.end_mark.index)


def _not_a_mapping(root: Node, text: str) -> YamlFault:
    if isinstance(root, ScalarNode) and not root.style:
        from kb_builder.sources.yaml_faults import wide_colon

        fault = wide_colon(text, root.start_mark.index)
        if fault:
            return fault
    kind = "a list" if isinstance(root, SequenceNode) else "a single text"
    return YamlFault(
        slug="front-matter-not-fields",
        message=f"this is {kind}, not fields",
        hint="write one `name: value` a line",
        span=Span(start=root.start_mark.index, end=root.start_mark.index + 1),
    )


def _mapping(node: MappingNode, building: _Building, depth: int) -> dict[str, Any]:
    values: dict[str, Any] = {}
    keys: dict[str, Node] = {}
    next_repeated: str | None = None
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            building.faults.append(feature("a list or mapping as a name", "use a text as the name", _node_span(key)))
            continue
        name = key.value
        if key.style:
            if key.style == '"' and not name.isprintable():
                _find_control(key, building)
        elif name == "<<":
            building.faults.append(feature("`<<` is a YAML merge key", "write the fields out", _node_span(key)))
            continue
        first = keys.setdefault(name, key)
        if first is key:
            next_repeated = None
        else:
            # A whole entry repeated, such as one that lacks its hyphen, is one fault.
            is_same_fault, next_repeated = name == next_repeated, _next_name(keys, name)
            if is_same_fault:
                continue
            building.duplicates += 1
            if building.duplicates <= _MAX_DUPLICATES:
                remedy = _repetition(node, key, first, building.text)
                in_list = depth >= _IN_LIST and not node.flow_style
                building.faults.append(_duplicate(name, key, first, remedy, in_list=in_list))
            continue
        if isinstance(value, ScalarNode) and not value.style:
            text = value.value
            # Most values are this; one call less for each.
            if text and text[0] not in _NUMBER_START and text not in _WORDS:
                values[name] = text
                continue
        values[name] = _value(value, building, depth)
    return values


def _repetition(node: MappingNode, key: Node, first: Node, text: str) -> Remedy | None:
    """Return the remedy that deletes a line which says once more what the first one says, if that is all it holds."""
    said = [value for each, value in node.value if each in (key, first)]
    if node.flow_style or not all(isinstance(each, ScalarNode) for each in said) or said[0].value != said[1].value:
        return None
    start = key.start_mark.index - key.start_mark.column
    end = text.find("\n", said[1].end_mark.index) + 1
    is_alone = end > 0 and not (text[start : key.start_mark.index] + text[said[1].end_mark.index : end]).strip()
    return replacing(start, end, "") if is_alone and "\n" not in text[start : end - 1] else None


def _next_name(names: Iterable[str], name: str) -> str | None:
    following = iter(names)
    next(each for each in following if each == name)
    return next(following, None)


def _duplicate(name: str, key: Node, first: Node, remedy: Remedy | None, *, in_list: bool) -> YamlFault:
    return YamlFault(
        slug="duplicate-key",
        message=f"`{name}` is given twice, first on line {{line}}",
        hint="put a hyphen before it if a new entry begins here, else keep one of them"
        if in_list
        else "keep one of them",
        span=_node_span(key),
        other=_node_span(first),
        other_message="first given here",
        remedy=remedy,
    )


def _sum_up_duplicates(building: _Building) -> None:
    """Say in the last of many faults how many there would be, instead of listing thousands."""
    left = building.duplicates - _MAX_DUPLICATES
    if left > 0:
        last = max(index for index, fault in enumerate(building.faults) if fault.slug == "duplicate-key")
        fault = building.faults[last]
        building.faults[last] = replace(fault, message=f"{fault.message}; {left:,} more names are given twice below")


def _value(node: Node, building: _Building, depth: int) -> Any:
    if isinstance(node, ScalarNode):
        text: str = node.value
        if node.style:
            if node.style == '"' and not text.isprintable():
                _find_control(node, building)
            return text
        if text and text[0] not in _NUMBER_START and text not in _WORDS:
            return text
        return _plain(text, node, building)
    if depth >= MAX_DEPTH:
        if not building.too_deep:
            building.faults.append(too_deep(node.start_mark.index))
        building.too_deep = True
        return None
    if isinstance(node, MappingNode):
        return _mapping(node, building, depth + 1)
    return [_value(item, building, depth + 1) for item in node.value]


def _find_control(node: Node, building: _Building) -> None:
    """Refuse a control character that an escape such as `\\x07` brings in."""
    control = _ESCAPED_CONTROL.search(node.value)
    if control:
        building.faults.append(
            YamlFault(
                slug="control-character",
                message=f"an escape in this text makes a control character, U+{ord(control[0]):04X}",
                hint="remove the escape, or use single quotes if the backslash is meant",
                span=_node_span(node),
            )
        )


def _node_span(node: Node) -> Span:
    return Span(start=node.start_mark.index, end=node.end_mark.index)


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
                    span=_node_span(node),
                )
            )
            # As good as any: the page is refused, and neither an empty nor a long text is a second fault.
            return text[:MAX_DIGITS]
        return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
    if len(text) <= 40 and _FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def _lost_text(text: str, root: Node | None) -> tuple[YamlFault, ...]:
    """Find `#word` after a value or in its place: YAML takes it for a comment and the text is lost."""
    hits = [hit.start() for hit in MAYBE_LOST.finditer(text)]
    if " # " in text or " #\n" in text:
        hits = sorted({*hits, *(hit.start("lost") + 1 for hit in MAYBE_CUT.finditer(text))})
    if not hits:
        return ()
    scalars: list[Range] = []
    brackets: list[Range] = []
    for node in _nodes(root):
        if isinstance(node, ScalarNode):
            scalars.append((node.start_mark.index, node.end_mark.index))
        elif (
            isinstance(node, CollectionNode)
            and node.flow_style
            and not (brackets and node.start_mark.index < brackets[-1][1])
        ):
            brackets.append((node.start_mark.index, node.end_mark.index))
    return tuple(lost_comments(text, hits, scalars, brackets))


def _nodes(root: Node | None) -> Iterator[Node]:
    """Yield a node and all below it in the order of the text."""
    waiting = [root] if root is not None else []
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, MappingNode):
            waiting += [each for pair in reversed(node.value) for each in reversed(pair)]
        elif isinstance(node, SequenceNode):
            waiting += reversed(node.value)

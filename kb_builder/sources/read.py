"""Reads one file: a page into a raw document, a YAML file of our own into its fields."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from kb_builder.model.diagnostic import Finding
from kb_builder.model.document import RawDocument
from kb_builder.model.location import Span
from kb_builder.sources.decode import check_size, decode_page
from kb_builder.sources.front_matter import parse_front_matter, parse_yaml_file
from kb_builder.sources.yaml_block import YamlBlock

_MAX_READ = 8 * 1024 * 1024
# A pipe put in the place of a file since the walk must neither block nor be read.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


def read_document(
    file: Path, path: str, content_path: str, known: Callable[[bytes], RawDocument | None] | None = None
) -> RawDocument:
    """Read a page. Never raises for what is in the file or how it is protected: that is in `faults`.

    `known` may have the page already when it is given the bytes.
    """
    data, faults = _read_bytes(file, path, _NO_FOLLOW)
    if faults:
        return _unusable(path, content_path, "", faults)
    return (known and known(data)) or read_page(data, path, content_path)


def read_page(data: bytes, path: str, content_path: str) -> RawDocument:
    """Read a page of which the bytes are known already, such as an earlier version. Never raises, as above."""
    text, faults = decode_page(path, data)
    # What is not UTF-8 has no lines whose length would mean anything.
    faults = faults or check_size(path, data)
    if faults:
        return _unusable(path, content_path, text, faults)
    return parse_front_matter(path, content_path, text)


def read_yaml(file: Path, path: str) -> tuple[str, YamlBlock, tuple[Finding, ...]]:
    """Read a YAML file of our own; return its text, its fields and what was wrong with it."""
    data, faults = _read_bytes(file, path)
    if faults:
        return "", YamlBlock(values={}), faults
    text, faults = decode_page(path, data)
    if faults:
        return text, YamlBlock(values={}), faults
    block, faults = parse_yaml_file(path, text)
    return text, block, faults


def _read_bytes(file: Path, path: str, flags: int = 0) -> tuple[bytes, tuple[Finding, ...]]:
    try:
        handle = os.open(file, _OPEN_FLAGS | flags)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                return b"", (_unreadable(path, "it is not a regular file"),)
            return os.read(handle, min(status.st_size + 1, _MAX_READ)), ()
        finally:
            os.close(handle)
    except OSError as error:
        return b"", (_unreadable(path, error.strerror or type(error).__name__),)


def _unreadable(path: str, reason: str) -> Finding:
    return Finding(
        slug="unreadable",
        path=path,
        message=f"the file cannot be read: {reason}",
        hint="mend its permissions, or remove it",
    )


def _unusable(path: str, content_path: str, text: str, faults: tuple[Finding, ...]) -> RawDocument:
    nothing = Span(start=len(text), end=len(text))
    return RawDocument(
        path=path, content_path=content_path, text=text, block=None, body=nothing, values={}, faults=faults
    )

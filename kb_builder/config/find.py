"""Finds kb.yml, without loading what reads it."""

from __future__ import annotations

from pathlib import Path

from kb_builder.model.errors import ConfigError

FILE_NAME = "kb.yml"


def find_project(start: Path) -> Path:
    """Return the nearest folder, from `start` upwards, that holds a kb.yml; ConfigError if none does."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if is_file(folder / FILE_NAME):
            return folder
    raise ConfigError(
        f"no {FILE_NAME} in {start} or any folder above it",
        "run kb in the project's folder, name one with `--project DIR`, or write a kb.yml: an empty one will do",
    )


def is_file(file: Path) -> bool:
    """Whether a file is there; ConfigError if that cannot be told."""
    try:
        return file.is_file()
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}", "mend the permissions of its folder") from error

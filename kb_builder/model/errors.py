"""Exceptions. Faults of authors are findings; these are for configuration, usage and broken surroundings."""

from __future__ import annotations

from collections.abc import Sequence

from kb_builder.model.diagnostic import Diagnostic


class KbError(Exception):
    """Something that stops a command; the message is for the user, `hint` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class ConfigError(KbError):
    """kb.yml is missing or wrong; `diagnostics` hold every fault with its position."""

    def __init__(self, message: str, hint: str = "", diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message, hint)
        self.diagnostics = tuple(diagnostics)


class PublishError(KbError):
    """The finished sites could not be put in place; what was published before is untouched."""

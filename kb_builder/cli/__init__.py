"""The command line: the only place that prints, exits, and asks for the day or the environment.

A command is a module of this package with a click command called `command`; it is imported only when it is called.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `kb` and exit: 0 clean, 1 findings, 2 usage or configuration, 3 a bug of ours."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given == ["--version"]:
        # Answered before click is loaded: editors and hooks ask often.
        from kb_builder import __version__

        print(f"kb {__version__}")
        sys.exit(0)
    from kb_builder.cli.run import run

    sys.exit(run(given))

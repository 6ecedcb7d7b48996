"""Makes one script of the modules in client/: a page opened from disk may load scripts but no modules."""

from __future__ import annotations

import re
from importlib import resources

# Each after those it imports from.
MODULES = ("fold", "tokens", "postings", "files", "query", "guess", "boot", "rank", "excerpt", "search")
NAME = "client.js"
_IMPORT = re.compile(r"^import .*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
# Comments on lines of their own, which is where the modules have them.
_COMMENT = re.compile(r"^ *(?://.*|/\*\*(?:.|\n)*?\*/)\n", re.MULTILINE)
_START = """
globalThis.kbSearchReady = connect(new URL(".", document.currentScript.src).href).then(
  (found) => (globalThis.kbSearch = found),
);
"""


def client_script() -> str:
    """Return the script that connects to the index beside it: `kbSearchReady` is a promise of `kbSearch`."""
    folder = resources.files(__package__).joinpath("client")
    modules = [folder.joinpath(f"{name}.js").read_text(encoding="utf-8") for name in MODULES]
    body = "\n".join(_COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", module))) for module in modules)
    return f'(() => {{\n"use strict";\n\n{body}{_START}}})();\n'

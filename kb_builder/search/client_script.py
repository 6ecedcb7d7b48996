"""Makes one script of the modules in client/: a page opened from disk may load scripts but no modules."""

from __future__ import annotations

import re
from importlib import resources

from kb_builder.search.write import FUNCTION

# Each after those it imports from.
MODULES = ("fold", "tokens", "postings", "files", "query", "guess", "boot", "rank", "excerpt", "search")
NAME = "client.js"
_IMPORT = re.compile(r"^import .*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
# Comments on lines of their own, which is where the modules have them.
_COMMENT = re.compile(r"^ *(?://.*|/\*\*(?:.|\n)*?\*/)\n", re.MULTILINE)
_START = """
globalThis.kbSearchReady = connect(new URL(".", document.currentScript.src).href, runScript, given).then(
  (found) => (globalThis.kbSearch = found),
);
"""


def client_script(boot: str = "", box: str = "") -> str:
    """Return the script that connects to the index beside it: `kbSearchReady` is a promise of `kbSearch`.

    With the text of the index's first file, and the script of the box, it is one request instead of three.
    """
    folder = resources.files(__package__).joinpath("client")
    modules = [folder.joinpath(f"{name}.js").read_text(encoding="utf-8") for name in MODULES]
    body = "\n".join(_plain(_EXPORT.sub("", _IMPORT.sub("", module))) for module in modules)
    first = f"let given;\nglobalThis.{FUNCTION} = (version, _, data) => (given = {{ version, data }});\n{boot}"
    return f'(() => {{\n"use strict";\n\n{first}{body}{_START}}})();\n{_plain(box)}'


def _plain(script: str) -> str:
    return _COMMENT.sub("", script)

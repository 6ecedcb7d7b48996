"""`kb lsp` as a command, and small parts of it that need no editor."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from editor import FAQ, FILES, OWNERS, ROOT, Editor, write
from lsprotocol import types

from kb_builder.lsp.completion import MOST, shortened


def test_without_the_extra_one_line_says_how_to_get_it() -> None:
    code = (
        "import sys; sys.modules['pygls'] = sys.modules['lsprotocol'] = None; "
        "from kb_builder.cli import main; main(['lsp'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "kb: error: `kb lsp` needs the extra `lsp`\n  hint: install it: pip install 'kb-builder[lsp]'\n"
    )


def test_it_ends_when_interrupted() -> None:
    command = [sys.executable, "-m", "kb_builder", "lsp"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin and server.stdout
        request = b'{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}'
        server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(request), request))
        server.stdin.flush()
        assert server.stdout.readline().startswith(b"Content-Length: ")
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == -signal.SIGINT


def test_of_many_proposals_those_with_what_was_typed_are_sent() -> None:
    items = [
        types.CompletionItem(label=f"SOP-{number:05}", filter_text=f"SOP-{number:05} 標題 {number}")
        for number in range(5 * MOST)
    ]
    few = shortened(items[:MOST], "no such thing")
    assert not few.is_incomplete and few.items == items[:MOST]
    many = shortened(items, "sop-00999")
    assert many.is_incomplete and [item.label for item in many.items] == ["SOP-00999"]
    assert [item.label for item in shortened(items, "標題 777").items] == ["SOP-00777"]
    assert len(shortened(items, "").items) == MOST


def test_names_of_files_in_chinese(project: Path, start: Callable[..., Editor]) -> None:
    file, page = project / "content/faq/重設密碼.md", project / "content/faq/password.md"
    text = FAQ.format(id="FAQ-005", title="丙")
    write(project, {"content/faq/重設密碼.md": text.replace("owner: ops", "owner: nobody")})
    editor = start(project)
    editor.codes(file, "KB201")
    uri = editor.open(file)
    editor.change(uri, text)
    editor.codes(file)
    assert [each for each in editor.found if each.endswith(".md") and "faq" in each and "project" in each]
    name = editor.open(page, FILES["content/faq/password.md"] + "見 FAQ-005。\n")
    found = editor.define(name, 15, 5)
    assert found and found.uri == uri


def test_words_of_authors_cannot_act_in_explanations(project: Path, start: Callable[..., Editor]) -> None:
    wicked = "[x](command:evil) <img src=x> ![y](https://e.example/)"
    write(project, {"registry/owners.yml": OWNERS.replace("維運組", f"'{wicked}'")})
    editor = start(project)
    page = project / "content/faq/password.md"
    uri = editor.open(page, FILES["content/faq/password.md"].replace("tags:", "related: [FAQ-9]\ntags:"))
    editor.wait(page, bool)
    editor.change(uri, FILES["content/faq/password.md"].replace("title: ", f"title: 甲 {wicked} "))
    editor.codes(page)
    said = editor.hover(uri, 4, 8) + editor.hover(uri, 1, 6)
    assert "evil" in said
    assert "](" not in said and re.search(r"(?<!\\)(?:<img|!\[)", said) is None

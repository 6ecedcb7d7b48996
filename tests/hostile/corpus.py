"""Hostile cases: every threat at every place where an author can put it.

A marker that runs sets `window.kbHurt`; one that loads asks the host HOST.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

HOST = "hurt.invalid"
RUN = "window.kbHurt=1"


@dataclass(frozen=True, slots=True)
class Case:
    """Files of a project, and where `kb check` must see one of the codes; line 0 for the file as such."""

    name: str
    files: dict[str, str | bytes]
    codes: frozenset[str]
    path: str
    line: int
    last: int = 0


# What can stand in the text, with the codes of which one must be named.
HTML = {
    "script": f"<script>{RUN}</script>",
    "script-src": f'<script src="//{HOST}/a.js"></script>',
    "script-case": f"<ScRiPt>{RUN}</sCrIpT>",
    "script-slash": f"<script/x>{RUN}</script>",
    "script-line": f"<script\n>{RUN}</script>",
    "iframe": f'<iframe src="https://{HOST}/"></iframe>',
    "iframe-srcdoc": f'<iframe srcdoc="<script>{RUN}</script>"></iframe>',
    "object": f'<object data="https://{HOST}/a.swf"></object>',
    "embed": f'<embed src="https://{HOST}/a.swf">',
    "form": f'<form action="https://{HOST}/"><p>x</p></form>',
    "input": '<input name="password">',
    "input-focus": f'<input autofocus onfocus="{RUN}">',
    "button": f'<button formaction="https://{HOST}/">x</button>',
    "style": "<style>body{display:none}</style>",
    "style-import": f"<style>@import url(https://{HOST}/a.css)</style>",
    "base": f'<base href="https://{HOST}/">',
    "meta": f'<meta http-equiv="refresh" content="0;url=https://{HOST}/">',
    "link": f'<link rel="stylesheet" href="https://{HOST}/a.css">',
    "svg": f'<svg onload="{RUN}"></svg>',
    "svg-slash": f"<svg/onload={RUN}>",
    "svg-script": f"<svg><script>{RUN}</script></svg>",
    "svg-animate": f'<svg><animate onbegin="{RUN}" attributeName="x" dur="1s"></svg>',
    "svg-foreign": f'<svg><foreignObject><b onclick="{RUN}">x</b></foreignObject></svg>',
    "svg-use": f'<svg><use href="https://{HOST}/a.svg#x"></use></svg>',
    "math": f'<math><maction actiontype="statusline#x" xlink:href="javascript:{RUN}">x</maction></math>',
    "video": f'<video src="https://{HOST}/a.mp4" onerror="{RUN}" autoplay></video>',
    "audio": f'<audio src="https://{HOST}/a.mp3" onerror="{RUN}"></audio>',
    "image-element": f'<image src="https://{HOST}/a.png" onerror="{RUN}">',
    "template": f"<template><script>{RUN}</script></template>",
    "noscript": f'<noscript><p title="</noscript><img src=x onerror={RUN}>"></noscript>',
    "textarea": f'<textarea autofocus onfocus="{RUN}"></textarea>',
    "select": f'<select autofocus onfocus="{RUN}"></select>',
    "marquee": f'<marquee onstart="{RUN}">x</marquee>',
    "dialog": "<dialog open>x</dialog>",
    "frameset": f'<frameset onload="{RUN}"></frameset>',
    "xmp": f"<xmp><script>{RUN}</script></xmp>",
    "comment-early": f"<!--> <img src=x onerror={RUN}> -->",
    "img-handler": f'<img src="x.png" onerror="{RUN}">',
    "img-slash": f"<img/onerror={RUN}/src=x.png>",
    "img-lines": f'<img\nsrc="x.png"\nonerror="{RUN}">',
    "img-remote": f'<img src="https://{HOST}/a.png">',
    "img-host": f'<img src="//{HOST}/a.png">',
    "img-data": "<img src=\"data:image/svg+xml,%3Csvg onload='1'%3E\">",
    "img-srcset": f'<img src="x.png" srcset="https://{HOST}/a.png 2x">',
    "click": f'<b onclick="{RUN}">x</b>',
    "hover": f'<b onmouseover="{RUN}">x</b>',
    "hover-case": f"<b OnMouseOver='{RUN}'>x</b>",
    "toggle": f'<details open ontoggle="{RUN}"><summary>x</summary></details>',
    "focus": f'<a href="#x" tabindex="1" autofocus onfocus="{RUN}">x</a>',
    "overlay": '<div style="position:fixed;inset:0;z-index:9">x</div>',
    "overlay-class": '<div class="md-overlay md-dialog">x</div>',
    "our-class": '<div class="kb-box__panel">x</div>',
    "style-url": f'<b style="background:url(https://{HOST}/a)">x</b>',
    "id-reserved": '<p id="__config">x</p>',
    "id-drawer": '<p id="__drawer">x</p>',
    "id-script": '<p id="kbSearch">x</p>',
    "id-dollar": '<p id="document$">x</p>',
    "name": '<img src="x.png" name="getElementById">',
    "data-md": '<p data-md-component="search">x</p>',
    "data-kb": '<p data-kb-table="x">x</p>',
    "contenteditable": '<p contenteditable="true">x</p>',
    "accesskey": '<a href="#x" accesskey="x">x</a>',
    "popover": "<p popover>x</p>",
    "label": '<label for="__drawer">x</label>',
    "a-javascript": f'<a href="javascript:{RUN}">x</a>',
    "a-entity": f'<a href="&#106;avascript:{RUN}">x</a>',
    "a-tab": f'<a href="java&Tab;script:{RUN}">x</a>',
    "a-newline": f'<a href="java&NewLine;script:{RUN}">x</a>',
    "a-control": f'<a href="&#1;javascript:{RUN}">x</a>',
    "a-case": "<a href=JaVaScRiPt:kbHurt()>x</a>",
    "a-data": '<a href="data:text/html,<b>">x</a>',
    "a-vbscript": '<a href="vbscript:x">x</a>',
    "a-host": f'<a href="//{HOST}/">x</a>',
    "a-backslash": rf'<a href="\\{HOST}/">x</a>',
    "a-ping": f'<a href="#x" ping="https://{HOST}/">x</a>',
    "unclosed-details": "<details><summary>x</summary>",
    "unclosed-div": '<div class="a">',
    "surplus": "</div></article></main>",
    "custom": f'<kb-x onclick="{RUN}">x</kb-x>',
}
MARKDOWN = {
    "list": f'x\n{{: onclick="{RUN}" }}',
    "list-style": 'x\n{: style="position:fixed" }',
    "list-id": "## x {#__search}",
    "list-class": "## x {.md-overlay}",
    "list-inline": f'*x*{{: onmouseover="{RUN}" }}',
    "list-link": f'[x](https://example.com/){{: onclick="{RUN}" }}',
    "list-word": "*x*{onclick}",
    "list-word-code": "`x`{onclick} y",
    "list-word-line": "x\n{ onclick }",
    "list-word-link": "[x](https://example.com/){<}",
    "list-word-table": "| *a* {onclick} | b |\n|---|---|\n| c | d |",
    "list-table": f'| *a*{{: onclick="{RUN}" }} | b |\n|---|---|\n| c | d |',
    "link": f"[x](javascript:{RUN})",
    "link-angle": f"[x](<javascript:{RUN}>)",
    "link-entity": f"[x](&#106;avascript:{RUN})",
    "link-tab": f"[x](<java\tscript:{RUN}>)",
    "link-case": f"[x](JAVASCRIPT:{RUN})",
    "link-data": "[x](data:text/html;base64,PGI+)",
    "link-vbscript": "[x](vbscript:x)",
    "link-blob": "[x](blob:https://example.com/1)",
    "link-file": "[x](file:///etc/passwd)",
    "link-host": f"[x](//{HOST}/)",
    "link-view-source": "[x](view-source:https://example.com/)",
    "reference": f"[x][y]\n\n[y]: javascript:{RUN}",
    "reference-title": f'[y]\n\n[y]: <javascript:{RUN}> "t"',
    "reference-host": f"[x][y]\n\n[y]: //{HOST}/",
    "autolink": f"<javascript://%0a{RUN}>",
    "image": f"![x](javascript:{RUN})",
    "image-data": "![x](data:image/svg+xml,x)",
    "image-remote": f"![x](https://{HOST}/a.png)",
    "image-host": f"![x](//{HOST}/a.png)",
    "image-reference": f"![x][y]\n\n[y]: https://{HOST}/a.png",
    "image-in-link": f"[![x](https://{HOST}/a.png)](https://example.com/)",
}
HTML_CODES = frozenset(("KB710", "KB711", "KB712", "KB713", "KB714", "KB715"))
FIRST_LINE = 16

# Where it can stand in the text: what comes before and after, and how the lines are indented.
BODIES = {
    "block": ("", ""),
    "sentence": ("文 ", " 字"),
    "item": ("- 項目 ", ""),
    "quote": ("> 引 ", ""),
    "heading": ("## 標題 ", ""),
    "cell": ("| a | b |\n|---|---|\n| ", " | x |"),
    "admonition": ("!!! note\n    ", ""),
    "details": ("??? note\n    ", ""),
    "tab": ('=== "A"\n\n    ', ""),
    "footnote": ("文[^1]\n\n[^1]: ", ""),
    "emphasis": ("**", "**"),
    "definition": ("詞\n:   ", ""),
}
ONE_LINE = ("sentence", "item", "quote", "heading", "cell", "admonition", "details", "tab", "footnote", "emphasis",
            "definition")  # fmt: skip

# Fields and registries are text: what is in them is named and shown as it is written.
TEXTS = {
    "script": f"<script>{RUN}</script>",
    "title": f"</title><script>{RUN}</script>",
    "image": f"<img src=x onerror={RUN}>",
    "svg": f"<svg onload={RUN}>",
    "attribute": f'"><b onmouseover={RUN}>x</b>',
    "iframe": f"<iframe src=https://{HOST}/>",
    "form": f"<form action=https://{HOST}/>",
    "style": "</style><style>body{display:none}</style>",
    "base": f"<base href=https://{HOST}/>",
    "comment": "<!-- x",
    "cdata": f"]]><script>{RUN}</script><![CDATA[",
    "address": f"[x](javascript:{RUN})",
    "textarea": f"</textarea><script>{RUN}</script>",
}
PAGE = """\
---
id: {id}
title: {title}
summary: {summary}
owner: ops
status: published
audience: customers
topic: {topic}
tags: [{tag}]
aliases: [{alias}]
last_reviewed: 2026-11-01
---

{body}
"""
SOP = """\
---
id: SOP-001
title: 程序
summary: 摘要。
owner: ops
status: published
category: emergency
version: "1.0"
effective_date: 2026-11-01
last_reviewed: 2026-11-01
review_interval: 3 months
reviewers: [dba]
approver: ops
reviews:
  - {{date: 2026-11-01, by: dba, trigger: scheduled, checks: [complete, effective, applicable, operable], note: {note}}}
rollback: {rollback}
steps:
  - id: a
    name: {step}
    role: ops
    time_limit: 1 hour
    expected: {expected}
    handler: {handler}
    outcomes:
      {outcome}: b
      否: c
  - {{id: b, name: 乙, role: ops, time_limit: 1 hour, expected: 好}}
  - {{id: c, name: 丙, role: dba, time_limit: 1 hour, expected: 好}}
---

文字。
"""
USUAL = {"id": "FAQ-001", "title": "怎麼辦？", "summary": "摘要。", "topic": "登入", "tag": "標籤", "alias": "別名",
         "body": "文字。"}  # fmt: skip
USUAL_SOP = {"note": "好", "rollback": "還原。", "step": "甲", "expected": "好", "handler": "值班", "outcome": "是"}
OWNERS = """\
ops:
  name: {name}
  kind: team
  department: {department}
  members: [dba]
  deputy: dba
  channels: {{mail: ops@example.com}}
dba: {{name: 資料庫組, kind: role, deputy: ops}}
"""


def quoted(text: str) -> str:
    """Return a text as YAML reads it in single quotes."""
    return "'" + text.replace("'", "''") + "'"


def page(**fields: str) -> str:
    return PAGE.format(**{**USUAL, **fields})


def bodies() -> Iterator[tuple[str, str]]:
    """Yield name and Markdown of every threat at every place of a text."""
    for name, text in {**HTML, **MARKDOWN}.items():
        yield f"{name}-block", text
        if "\n" in text or text.startswith("#"):
            continue
        for place in ONE_LINE:
            if place == "cell" and "|" in text:
                continue
            before, after = BODIES[place]
            yield f"{name}-{place}", before + text + after


def cases() -> Iterator[Case]:
    yield from _fields()
    yield from _files()
    yield from _costly()


def body_cases() -> Iterator[Case]:
    """Yield a page for every threat at every place of a text; all of them fit into one project."""
    for number, (name, body) in enumerate(bodies()):
        path = f"content/faq/b{number}.md"
        text = page(id=f"FAQ-{number + 100}", title=f"第 {number} 頁", body="前言。\n\n" + body)
        codes = HTML_CODES | {"KB403"} if name.startswith("link-file") else HTML_CODES
        yield Case(name, {path: text}, codes, path, FIRST_LINE, text.count("\n"))


def _fields() -> Iterator[Case]:
    named = frozenset(("KB716",))
    for name, text in TEXTS.items():
        value = quoted(text)
        for field in ("title", "summary", "topic", "tag", "alias"):
            files = {"content/faq/a.md": page(**{field: value})}
            yield _located(f"{field}-{name}", files, named, "content/faq/a.md", text)
        for field in USUAL_SOP:
            files = {"content/sops/a.md": SOP.format(**{**USUAL_SOP, field: value})}
            yield _located(f"sop-{field}-{name}", files, named, "content/sops/a.md", text)
        usual = {"name": "維運組", "department": "技術部"}
        for field in usual:
            files = {"registry/owners.yml": OWNERS.format(**{**usual, field: value}), "content/faq/a.md": page()}
            yield _located(f"owner-{field}-{name}", files, named, "registry/owners.yml", text)


def _located(name: str, files: dict[str, str | bytes], codes: frozenset[str], path: str, text: str) -> Case:
    source = str(files[path])
    return Case(name, files, codes, path, source[: source.index(text.replace("'", "''"))].count("\n") + 1)


def _files() -> Iterator[Case]:
    usual = {"content/faq/a.md": page()}
    names = {
        "script": f"<script>{RUN}<script>.md",
        "quote": 'a"onclick=x.md',
        "space": "a b.md",
        "query": "a?b.md",
        "hash": "a#b.md",
        "percent": "a%2e.md",
        "newline": "a\nb.md",
        "escape": "a\x1b[2Jb.md",
        "right-to-left": "a\u202eb.md",
        "zero-width": "a\u200bb.md",
        "dash": "-a.md",
        "backslash": "a\\b.md",
        "decomposed": "cafe\u0301.md",
        "colon": "javascript:x.md",
    }
    for name, file in names.items():
        path = f"content/faq/{file}"
        yield Case(f"name-{name}", {path: page(id="FAQ-002"), **usual}, frozenset(("KB022",)), "", 1)
    for suffix in ("html", "js", "svg", "htm", "xhtml", "mjs", "css", "xml", "swf", "exe", "sh", "docx", "wasm", "php"):
        yield Case(f"asset-{suffix}", {f"content/faq/x.{suffix}": "x", **usual}, frozenset(("KB025",)),
                   f"content/faq/x.{suffix}", 1)  # fmt: skip
    pages = {
        "html": b"<html><script>x</script></html>",
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="x"></svg>',
        "doctype": b"<!doctype html><p>x",
        "xml": b"<?xml version='1.0'?><svg/>",
    }
    for name, data in pages.items():
        for suffix in ("png", "jpg", "jpeg", "gif", "webp", "pdf", "csv", "txt"):
            yield Case(f"asset-{suffix}-{name}", {f"content/faq/x.{suffix}": data, **usual}, frozenset(("KB720",)),
                       f"content/faq/x.{suffix}", 1)  # fmt: skip
    for name, data in {"bomb": picture(60_000, 60_000), "large": picture(9_000, 9_000), "cut": picture(1, 1)[:40],
                       "empty": b"", "tail": b"GIF89a<script>"}.items():  # fmt: skip
        yield Case(f"asset-png-{name}", {"content/faq/x.png": data, **usual}, frozenset(("KB720",)),
                   "content/faq/x.png", 1)  # fmt: skip
    yield Case("asset-photo", {"content/faq/x.jpg": _photo(), **usual}, frozenset(("KB721",)), "content/faq/x.jpg", 1)
    for folder in ("assets", "search", "kb", "api"):
        yield Case(f"folder-{folder}", {f"content/{folder}/a.png": picture(1, 1), **usual}, frozenset(("KB023",)),
                   f"content/{folder}", 1)  # fmt: skip


def picture(width: int, height: int) -> bytes:
    """Return a picture whose head promises so many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress(b"\0\0") if width == 1 else zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def _photo() -> bytes:
    from PIL import Image

    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (25.0, 2.0, 0.0)
    file = io.BytesIO()
    Image.new("L", (1, 1)).save(file, "JPEG", exif=exif)
    return file.getvalue()


def _costly() -> Iterator[Case]:
    texts = {
        "cdata": "<![CDATA[" * 1000 + "\n" + "<![CDATA[" * 1000,
        "brackets": ("[" * 6000 + "\n") * 2,
        "deep": "".join("    " * depth + "- x\n" for depth in range(300)),
    }
    for name, text in texts.items():
        if max(map(len, text.split("\n"))) <= 10_000:
            yield Case(f"costly-{name}", {"content/faq/a.md": page(body=text)},
                       frozenset(("KB703", "KB024")), "content/faq/a.md", 13)  # fmt: skip
    yield Case("costly-line", {"content/faq/a.md": page(body="x" * 11_000)}, frozenset(("KB024",)),
               "content/faq/a.md", 14)  # fmt: skip
    yield Case("costly-size", {"content/faq/a.md": page(body="x\n" * 140_000)}, frozenset(("KB024",)),
               "content/faq/a.md", 1)  # fmt: skip

"""`kb check` names file and line of every hostile case, and leaves alone what is merely shown."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from corpus import HTML, MARKDOWN, OWNERS, Case, body_cases, cases, page, picture

from kb_builder import checks
from kb_builder.config.load import load_settings
from kb_builder.model.diagnostic import Diagnostic
from kb_builder.pipeline import check

TODAY = date(2026, 11, 20)
BODIES = list(body_cases())
OTHERS = list(cases())


def write(root: Path, files: dict[str, str | bytes]) -> None:
    owners = OWNERS.format(name="維運組", department="技術部")
    for name, text in {"kb.yml": "timezone: Asia/Taipei\n", "registry/owners.yml": owners, **files}.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())


def found(root: Path) -> dict[str, list[Diagnostic]]:
    by_path = defaultdict(list)
    for each in check(load_settings(root, checks.rules()), TODAY).diagnostics:
        by_path[each.path].append(each)
    return by_path


def names(case: Case, diagnostics: list[Diagnostic]) -> bool:
    return any(
        each.code in case.codes and case.line <= each.position.line <= (case.last or case.line) for each in diagnostics
    )


@pytest.fixture(scope="module")
def on_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Diagnostic]]:
    root = tmp_path_factory.mktemp("bodies")
    write(
        root,
        {"content/faq/x.png": picture(1, 1), **{path: text for each in BODIES for path, text in each.files.items()}},
    )
    return found(root)


def test_there_are_enough() -> None:
    assert len(BODIES) + len(OTHERS) >= 500


@pytest.mark.xdist_group("hostile")
@pytest.mark.parametrize("case", BODIES, ids=lambda case: case.name)
def test_body_is_named(case: Case, on_pages: dict[str, list[Diagnostic]]) -> None:
    assert names(case, on_pages[case.path]), on_pages[case.path]


@pytest.mark.parametrize("case", OTHERS, ids=lambda case: case.name)
def test_case_is_named(case: Case, tmp_path: Path) -> None:
    write(tmp_path, case.files)
    by_path = found(tmp_path)
    diagnostics = by_path[case.path] if case.path else [each for some in by_path.values() for each in some]
    assert names(case, diagnostics), by_path


SHOWN = {
    "fence": "```html\n{}\n```",
    "fence-tilde": "~~~\n{}\n~~~",
    "indented": "文：\n\n    {}",
    "in-line": "文 `` {} `` 字",
    "in-list": "- 項\n\n    ```html\n    {}\n    ```",
    "in-cell": "| a |\n|---|\n| `` {} `` |",
}


@pytest.mark.parametrize("place", SHOWN)
def test_code_is_no_finding(place: str, tmp_path: Path) -> None:
    texts = [text for text in (*HTML.values(), *MARKDOWN.values()) if "\n" not in text and "|" not in text]
    files: dict[str, str | bytes] = {
        f"content/faq/a{number}.md": page(
            id=f"FAQ-{number + 100}", title=f"第 {number} 頁", body="前言。\n\n" + SHOWN[place].format(text)
        )
        for number, text in enumerate(texts)
    }
    write(tmp_path, files)
    unsafe = [each for some in found(tmp_path).values() for each in some if each.code.startswith("KB71")]
    assert not unsafe


def test_escaped_text_and_harmless_html_are_no_finding(tmp_path: Path) -> None:
    body = (
        "&lt;script> a < b > c, 1<2, x<-y, <3 \\`x\\` {x} {{ y }} {% z %} &#60;b onclick=x&#62;\n\n"
        "<https://example.com/> <a@example.com> <br> <kbd>x</kbd> H<sub>2</sub>O ![x](x.png){ width=300 }\n\n"
        '<details markdown="1"><summary>x</summary>\n\n*y*\n\n</details>\n\n## z {#z .note}\n\n'
        "[a](#z) [b](mailto:a@b.c)\n\n"
        '<table><tr><td colspan="2">a</td></tr></table>\n\nonclick=x style=y javascript: data:text/html\n'
    )
    write(tmp_path, {"content/faq/x.png": picture(1, 1), "content/faq/a.md": page(body=body)})
    assert [each for some in found(tmp_path).values() for each in some if each.code.startswith("KB7")] == []

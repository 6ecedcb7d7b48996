"""After renumbering nothing refers to the old id any more, and nothing else has changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kb_builder import checks
from kb_builder.authoring.renumber import renumber
from kb_builder.config.load import load_settings
from kb_builder.content_types.validate import DocumentValidator
from kb_builder.model.catalog import Catalog
from kb_builder.model.settings import Settings
from kb_builder.sources.front_matter import parse_front_matter
from tests.conftest import TODAY

OLD, NEW = "SOP-001", "SOP-4242"
# Words in which the id may stand in every way people write it; none is an address, which is left on purpose.
WORD = st.sampled_from([
    OLD, f"`{OLD}`", f"依{OLD}處理", f"({OLD})", f"**{OLD}**", f"[{OLD}](b.md)", f"[見 {OLD}](a.md)", f"{OLD}/SOP-002",
    f"{OLD}、{OLD}", f"> {OLD}", f"#{OLD}", f"'{OLD}'", f'"{OLD}"', "SOP-0011", "SOP-001-A", "SOP-01", "sop-001", "字",
    "a: b", "- x", "# y", "\\", "&amp;", "🙂",
])  # fmt: skip
TEXT = st.lists(WORD, max_size=6).map(" ".join)
IDS = st.lists(st.sampled_from([OLD, "SOP-002", "SOP-003", "WL-2025-001"]), max_size=3, unique=True)
STYLE = st.sampled_from(["{}", "'{}'", '"{}"'])


@st.composite
def page(draw, id_: str) -> str:
    style, end = draw(STYLE), draw(st.sampled_from(["\n", "\r\n"]))
    ids = draw(IDS)
    related = (
        f"related: [{', '.join(map(style.format, ids))}]"
        if draw(st.booleans())
        else "related:" + "".join(f"\n  - {style.format(each)}  # x {draw(TEXT)}" for each in ids)
    )
    summary = draw(TEXT).replace("'", "''")
    lines = f"---\nid: {style.format(id_)}  # x {draw(TEXT)}\ntitle: T\n"
    lines += f"summary: '{summary}'\nrollback: |\n  {draw(TEXT)} x\n"
    lines += f"owner: ops\nstatus: draft\ncategory: routine\n{related}\n---\n\n{draw(TEXT)}\n\n{draw(TEXT)}\n"
    return lines.replace("\n", end)


@cache
def project() -> Settings:
    """The settings of a project with nothing of its own; of its folder nothing is read any more."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "kb.yml").write_text("", "utf-8")
        return load_settings(Path(folder), checks.rules())


def catalog_of(files: Mapping[str, str]) -> Catalog:
    """Make a catalog of texts by path."""
    validator = DocumentValidator(project().types["sop"])
    pages = [path for path in sorted(files) if path.endswith(".md")]
    return Catalog(
        settings=replace(project(), text=files["kb.yml"]),
        as_of=TODAY,
        documents=tuple(
            validator.validate(parse_front_matter(path, path.removeprefix("content/"), files[path]))[0]
            for path in pages
        ),
        registry_texts={path: text for path, text in files.items() if path.startswith("registry/")},
    )


@settings(max_examples=60, deadline=None)
@given(first=page(OLD), second=page("SOP-002"), alerts=TEXT)
def test_nothing_refers_to_the_old_id_and_nothing_else_changed(first, second, alerts):
    files = {
        "kb.yml": f"# Words: {alerts}\n",
        "registry/alerts.yml": f"# Words: {alerts}\ndown: {{name: Down, threshold: x, sop: {OLD}}}\n",
        "content/sops/a.md": first,
        "content/sops/b.md": second,
    }
    before = catalog_of(files)
    assume(not any(document.raw.faults for document in before.documents))
    done = renumber(before, before.by_path["content/sops/a.md"], NEW)
    assert done.left == ()
    assert all(change.old == files[change.path] for change in done.changes)
    now = {**files, **{change.path: change.new for change in done.changes}}
    names_old = re.compile(rf"{OLD}(?![0-9]|-[A-Z])")
    for name, text in files.items():
        assert not names_old.search(now[name])
        assert now[name].replace(NEW, OLD) == text
        assert now[name].count(NEW) == len(names_old.findall(text))
    after = catalog_of(now)
    assert [(each.path, each.target) for each in after.document_references] == [
        (each.path, each.target.replace(OLD, NEW)) for each in before.document_references
    ]
    assert after.by_id[NEW].path == "content/sops/a.md"
    assert done.count == sum(text.count(NEW) for text in now.values())

"""After renumbering nothing refers to the old id any more, and nothing else has changed."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from kb_builder import checks
from kb_builder.authoring.renumber import renumber
from kb_builder.config.load import load_settings
from kb_builder.pipeline import check
from tests.conftest import OWNERS, TODAY

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
        else "related:" + "".join(f"\n  - {style.format(each)}  # {draw(TEXT)}" for each in ids)
    )
    summary = draw(TEXT).replace("'", "''")
    lines = (
        f"---\nid: {style.format(id_)}  # {draw(TEXT)}\ntitle: T\nsummary: '{summary}'\nrollback: |\n  {draw(TEXT)} x\n"
    )
    lines += f"owner: ops\nstatus: draft\ncategory: routine\n{related}\n---\n\n{draw(TEXT)}\n\n{draw(TEXT)}\n"
    return lines.replace("\n", end)


@settings(max_examples=25, deadline=None)
@given(first=page(OLD), second=page("SOP-002"), alerts=TEXT)
def test_nothing_refers_to_the_old_id_and_nothing_else_changed(first, second, alerts):
    with TemporaryDirectory() as folder:
        root = Path(folder)
        files = {
            "kb.yml": f"timezone: Asia/Taipei # {alerts}\n",
            "registry/owners.yml": OWNERS,
            "registry/alerts.yml": f"# {alerts}\ndown: {{name: Down, threshold: x, sop: {OLD}}}\n",
            "content/sops/a.md": first,
            "content/sops/b.md": second,
        }
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(text.encode())
        catalog = check(load_settings(root, checks.rules()), TODAY).catalog
        done = renumber(catalog, catalog.by_path["content/sops/a.md"], NEW)
        assert done.left == ()
        for change in done.changes:
            assert change.old == files[change.path]
            (root / change.path).write_bytes(change.new.encode())
        names_old = re.compile(rf"{OLD}(?![0-9]|-[A-Z])")
        for name, text in files.items():
            now = (root / name).read_bytes().decode()
            assert not names_old.search(now)
            assert now.replace(NEW, OLD) == text
            assert now.count(NEW) == len(names_old.findall(text))
        after = check(load_settings(root, checks.rules()), TODAY).catalog
        before = [(each.path, each.target.replace(OLD, NEW)) for each in catalog.document_references]
        assert [(each.path, each.target) for each in after.document_references] == before
        assert after.by_id[NEW].path == "content/sops/a.md"

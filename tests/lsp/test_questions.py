"""What the server answers: completion, explanations, definitions, edits, the parts of a page."""

from __future__ import annotations

from pathlib import Path

import pytest
from editor import FILES, OWNERS, Editor
from lsprotocol import types

HEAD = "---\nid: SOP-001\ntitle: 備份\nsummary: 摘要。\n"
BODY = "---\n\n## 內文\n\n見 "
STEPS = "steps:\n  - {id: check, name: 檢查, role: ops, next: fix}\n  - id: fix\n    name: 修復\n    role: dba\n"


def at(marked: str) -> tuple[str, int, int]:
    """Return a text without its mark `|`, and line and column (in UTF-16) of where that was."""
    before, _mark, after = marked.partition("|")
    last = before.rpartition("\n")[2]
    return before + after, before.count("\n"), len(last.encode("utf-16-le")) // 2


def complete(editor: Editor, file: Path, marked: str) -> dict[str, types.CompletionItem]:
    text, line, column = at(marked)
    uri = editor.open(file, text)
    found = editor.complete(uri, line, column)
    editor.close(uri)
    return found


def written(marked: str, item: types.CompletionItem) -> str:
    """Return the line of the cursor once an item is chosen."""
    text, line, _column = at(marked)
    edit = item.text_edit
    assert isinstance(edit, types.TextEdit) and edit.range.start.line == edit.range.end.line == line
    units = text.split("\n")[line].encode("utf-16-le")
    start, end = edit.range.start.character * 2, edit.range.end.character * 2
    return (units[:start] + edit.new_text.encode("utf-16-le") + units[end:]).decode("utf-16-le")


@pytest.fixture
def sop(shared_root: Path) -> Path:
    (shared_root / "content/sops").mkdir(exist_ok=True)
    return shared_root / "content/sops/backup.md"


COMPLETIONS = {
    "fields that are missing": (HEAD + "ow|\n---\n", {"owner", "status", "tags"}, {"id", "title"}),
    "fields before the closing fence is there": (HEAD + "st|", {"owner", "status"}, {"summary"}),
    "values of a choice": (HEAD + "status: |\n---\n", {"draft", "published"}, {"owner"}),
    "a choice that is half typed": (HEAD + "status: pub|\n---\n", {"published"}, {"owner"}),
    "today": (HEAD + "effective_date: |\n---\n", {"2026-11-20"}, set()),
    "lengths of time": (HEAD + "review_interval: |\n---\n", {"6 months"}, set()),
    "owners": (HEAD + "owner: |\n---\n", {"ops", "dba"}, {"FAQ-001"}),
    "owners in brackets": (HEAD + "reviewers: [ops, |]\n---\n", {"ops", "dba"}, {"FAQ-001"}),
    "owners one below the other": (HEAD + "reviewers:\n  - ops\n  - |\n---\n", {"ops", "dba"}, {"owner"}),
    "ids of pages": (HEAD + "related: [|\n---\n", {"FAQ-001", "FAQ-002"}, {"ops"}),
    "an SOP that a step calls": (HEAD + STEPS + "    sop: |\n---\n", {"FAQ-001"}, {"ops"}),
    "fields of a step": (HEAD + STEPS + "    |\n---\n", {"time_limit", "next"}, {"id", "name", "role", "owner"}),
    "fields of a new step": (HEAD + STEPS + "  - |\n---\n", {"id", "name", "role"}, {"owner"}),
    "fields of a step in braces": (HEAD + "steps:\n  - {name: x, |}\n---\n", {"role", "next"}, {"name"}),
    "the role of a step in braces": (HEAD + "steps:\n  - {name: x, role: |}\n---\n", {"ops", "dba"}, {"next"}),
    "steps that follow": (HEAD + STEPS + "    next: |\n---\n", {"check", "fix", "end"}, {"ops"}),
    "steps that an outcome leads to": (HEAD + STEPS + "    outcomes: {是: |}\n---\n", {"check", "end"}, {"ops"}),
    "yes and no": (HEAD + STEPS + "    automated: |\n---\n", {"true", "false"}, set()),
    "tags of other pages": (HEAD + "tags: [|]\n---\n", {"帳號"}, {"ops"}),
    "pages to link to": (HEAD + BODY + "[密碼](|)", {"../faq/password.md", "../faq/login.md"}, {"ops"}),
    "an id in the text": (HEAD + BODY + "FAQ-0|", {"FAQ-001", "FAQ-002"}, {"ops"}),
    "nothing in a text of several lines": (HEAD + "rollback: >\n  ow|\n---\n", set(), {"owner"}),
    "nothing in a comment": (HEAD + "# ow|\n---\n", set(), {"owner"}),
    "nothing in the middle of the text": (HEAD + BODY + "密碼 |", set(), {"owner", "FAQ-001"}),
}  # fmt: skip


@pytest.mark.parametrize("name", COMPLETIONS)
def test_completion_offers(shared: Editor, sop: Path, name: str) -> None:
    marked, wanted, unwanted = COMPLETIONS[name]
    # Links are from a page that is known.
    file = sop
    if BODY in marked:
        file = sop.parents[1] / "faq/password.md"
        marked = marked.replace("SOP-001", "FAQ-001")
        wanted = {each.replace("../faq/", "") for each in wanted} - {"password.md", "FAQ-001"}
    found = complete(shared, file, marked)
    assert wanted <= found.keys(), found.keys()
    assert not unwanted & found.keys()
    assert found or not wanted


def test_a_name_chosen_replaces_what_was_typed(shared: Editor, sop: Path) -> None:
    marked = HEAD + "ow|\n---\n"
    item = complete(shared, sop, marked)["owner"]
    assert written(marked, item) == "owner: "
    assert item.detail == "Owner (required)"
    assert isinstance(item.documentation, types.MarkupContent) and "registry/owners" in item.documentation.value


def test_an_owner_is_found_by_its_name(shared: Editor, sop: Path) -> None:
    marked = HEAD + "reviewers: [dba, 維|]\n---\n"
    item = complete(shared, sop, marked)["ops"]
    assert item.detail == "維運組" and "維運組" in str(item.filter_text)
    assert written(marked, item) == "reviewers: [dba, ops]"


def test_an_id_in_the_text_becomes_a_link(shared: Editor, shared_root: Path) -> None:
    marked = FILES["content/faq/password.md"] + "😀 見 FAQ-|"
    item = complete(shared, shared_root / "content/faq/password.md", marked)["FAQ-002"]
    assert written(marked, item) == "😀 見 [FAQ-002 無法登入怎麼辦](login.md)"


def test_registries_and_kb_yml_are_completed(shared: Editor, shared_root: Path) -> None:
    owners = shared_root / "registry/owners.yml"
    assert "team" in complete(shared, owners, OWNERS + "web: {name: 網站組, kind: |}\n")
    assert "ops" in complete(shared, owners, OWNERS + "web:\n  deputy: |\n")
    assert {"kind", "tier"} <= complete(shared, owners, OWNERS + "web:\n  name: 網站組\n  |\n").keys()
    assert "timezone" in complete(shared, shared_root / "kb.yml", "ti|\n")
    assert "en" in complete(shared, shared_root / "kb.yml", "language: |\n")
    found = complete(shared, shared_root / "kb.yml", "checks:\n  title-clash: {severity: warning, reason: x}\n  rev|\n")
    assert "review-overdue" in found and "title-clash" not in found


def test_hover_explains_a_finding_as_kb_explain_does(shared: Editor, sop: Path) -> None:
    from kb_builder import checks

    text, line, column = at(HEAD + "status: publi|shd\n---\n")
    uri = shared.open(sop, text)
    shared.wait(sop, lambda found: any(each.code == "KB104" for each in found))
    said = shared.hover(uri, line, column)
    assert checks.documentation("invalid-choice") in said
    assert "Where the page stands in its life" in said


@pytest.mark.parametrize(
    ("marked", "wanted"),
    [
        (HEAD + "review_inter|val: 6 months\n---\n", ["review", "such as 6 months", "For example"]),
        (HEAD + "owner: o|ps\n---\n", ["**ops** 維運組", "team, headquarters", "mail: ops@example.com", "Deputy: dba"]),
        (HEAD + "related: [FAQ-|002]\n---\n", ["**FAQ-002** 無法登入怎麼辦", "published", "2027-04-01", "worth"]),
        (HEAD + STEPS.replace("role: dba", "role: d|ba") + "---\n", ["**dba** 資料庫組", "Owner id of the res"]),
        (HEAD + "unknown: x|\n---\n", []),
    ],
    ids=["field", "owner", "page", "role", "nothing"],
)  # fmt: skip
def test_hover_says_what_is_there(shared: Editor, sop: Path, marked: str, wanted: list[str]) -> None:
    text, line, column = at(marked)
    uri = shared.open(sop, text)
    said = shared.hover(uri, line, column)
    for each in wanted:
        assert each in said
    assert wanted or not said


def test_definitions_lead_to_pages_owners_and_files(shared: Editor, shared_root: Path) -> None:
    page = shared_root / "content/faq/password.md"
    start = FILES["content/faq/password.md"]
    for marked, file, line in (
        (start.replace("tags:", "related: [FA|Q-002]\ntags:"), "content/faq/login.md", 1),
        (start.replace("owner: ops", "owner: op|s"), "registry/owners.yml", 1),
        (start + "見 [登入](lo|gin.md#登入)。\n", "content/faq/login.md", 0),
        (start + "見 FAQ-00|2。\n", "content/faq/login.md", 1),
    ):
        text, at_line, column = at(marked)
        uri = shared.open(page, text)
        found = shared.define(uri, at_line, column)
        assert found and found.uri == (shared_root / file).as_uri() and found.range.start.line == line
        shared.close(uri)


def test_a_step_leads_to_the_one_that_follows(shared: Editor, sop: Path) -> None:
    text, line, column = at(HEAD + STEPS.replace("next: fix", "next: f|ix") + "---\n")
    uri = shared.open(sop, text)
    found = shared.define(uri, line, column)
    assert found and found.uri == uri and found.range == _range(6, 8, 6, 11)


def test_fixes_are_offered_where_the_finding_is(shared: Editor, sop: Path) -> None:
    text = HEAD + "owner: ops\nstatus: drafft\nlast_reviewed: 2026/10/1\n---\n"
    uri = shared.open(sop, text)
    (action,) = shared.actions(uri, _range(5, 10, 5, 10), ["quickfix"])
    assert action.kind == types.CodeActionKind.QuickFix and action.is_preferred
    assert action.diagnostics and action.diagnostics[0].code == "KB104"
    assert _edited(text, action, uri) == text.replace("drafft", "draft")
    (action,) = shared.actions(uri, _range(0, 0, 0, 0), ["source.fixAll"])
    assert _edited(text, action, uri) == text.replace("drafft", "draft").replace("2026/10/1", "2026-10-01")
    assert shared.actions(uri, _range(1, 0, 1, 0), ["quickfix"]) == []
    assert shared.actions(uri, _range(5, 10, 5, 10), ["refactor"]) == []


def test_a_fix_that_brings_a_new_finding_is_not_offered(shared: Editor, sop: Path) -> None:
    # In other letters the id would be that of another page.
    text = HEAD.replace("SOP-001", "faq-001") + "owner: ops\nstatus: draft\n---\n"
    uri = shared.open(sop.parents[1] / "faq/another.md", text)
    assert shared.wait(sop.parents[1] / "faq/another.md", bool)
    assert shared.actions(uri, _range(1, 4, 1, 5), ["quickfix"]) == []
    shared.change(uri, text.replace("faq-001", "faq-777"))
    (action,) = shared.actions(uri, _range(1, 4, 1, 5), ["quickfix"])
    assert "FAQ-777" in action.title


def test_registries_have_fixes_too(shared: Editor, shared_root: Path) -> None:
    text = OWNERS + "web: {name: 網站組, kind: teem}\n"
    uri = shared.open(shared_root / "registry/owners.yml", text)
    (action,) = shared.actions(uri, _range(3, 0, 3, 5))[:1]
    assert _edited(text, action, uri) == text.replace("teem", "team")


def test_the_parts_of_a_page(shared: Editor, sop: Path) -> None:
    uri = shared.open(sop, HEAD + "---\n\n## 甲\n\n```\n# no heading\n```\n\n### 乙 ##\n\n## 丙\n")
    first, second = shared.symbols(uri)
    assert (first.name, [each.name for each in first.children or ()]) == ("甲", ["乙"])
    assert (second.name, second.range.start.line) == ("丙", 14)


def _edited(text: str, action: types.CodeAction, uri: str) -> str:
    assert action.edit and action.edit.changes
    (edit,) = action.edit.changes[uri]
    assert isinstance(edit, types.TextEdit)
    lines = text.split("\n")

    def offset(position: types.Position) -> int:
        return sum(len(line) + 1 for line in lines[: position.line]) + position.character

    return text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]


def _range(line: int, character: int, end_line: int, end_character: int) -> types.Range:
    return types.Range(types.Position(line, character), types.Position(end_line, end_character))

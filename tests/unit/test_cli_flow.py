"""`kb flow` writes a chart in every form."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kb_builder import checking
from kb_builder.cli.run import run
from kb_builder.past import Past
from kb_builder.sources import git
from tests.conftest import ROOT

SVG = "{http://www.w3.org/2000/svg}"
PAGE = "content/sops/a.md"


@pytest.fixture
def project(make_project) -> str:
    source = (ROOT / "kb_builder/content_types/sop/example.md").read_text(encoding="utf-8")
    source = source.replace("web-ops", "ops").replace("sysadmin", "dba")
    faq = (ROOT / "kb_builder/content_types/faq/example.md").read_text(encoding="utf-8").replace("web-ops", "ops")
    return str(make_project({"content/sops/a.md": source, "content/faq/a.md": faq}).root)


def flow(capsys, project: str, *arguments: str) -> tuple[int, str, str]:
    code = run(["--project", project, "flow", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_picture_stands_alone(capsys, project):
    code, out, _err = flow(capsys, project, "SOP-001")
    assert code == 0
    root = ElementTree.fromstring(out)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "--kb-flow-ink" in root.find("{http://www.w3.org/2000/svg}style").text
    assert "保存錯誤紀錄" in "".join(root.itertext())


def test_mermaid_bpmn_and_table_say_the_same(capsys, project):
    for name, begins in (("mermaid", "flowchart"), ("bpmn", "<?xml"), ("table", "| # |")):
        code, out, _err = flow(capsys, project, "SOP-001", "--format", name)
        assert code == 0
        assert out.startswith(begins)
        assert "保存錯誤紀錄" in out
        assert "5 分鐘" in out


def test_the_chart_is_written_to_a_file(capsys, project, tmp_path):
    target = tmp_path / "chart.svg"
    code, out, _err = flow(capsys, project, "SOP-001", "--output", str(target))
    assert (code, out) == (0, "")
    assert target.read_text(encoding="utf-8").startswith("<svg")


def test_a_language_that_is_none_gives_way_to_that_of_the_project(capsys, project):
    edit(Path(project), "status: published", "status: published\nlanguage: fr")
    code, out, _err = flow(capsys, project, "SOP-001", "--format", "mermaid")
    assert code == 0
    assert "時限：5 分鐘" in out


@pytest.mark.parametrize(("id_", "message"), [("SOP-002", "did you mean `SOP-001`"), ("FAQ-001", "has no steps")])
def test_what_cannot_be_drawn_is_said(capsys, project, id_, message):
    code, _out, err = flow(capsys, project, id_)
    assert code == 2
    assert message in err


@pytest.fixture
def changed(project: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the project as a folder of a repository in which everything is committed; nothing has changed yet."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "a")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "a@example.com")
    for name in ("GLOBAL", "SYSTEM"):
        monkeypatch.setenv(f"GIT_CONFIG_{name}", os.devnull)
    root = Path(project)
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(root)], check=True)
    commit(root)
    return root


def commit(root: Path) -> None:
    for arguments in (["add", "--all"], ["commit", "--quiet", "--message", "m"]):
        subprocess.run(["git", "-C", str(root), *arguments], check=True)


def edit(root: Path, old: str, new: str, path: str = PAGE) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


RESTART = "  - {name: 重新啟動服務, role: dba, time_limit: 5 minutes, expected: 首頁回應 200}\n"
ANNOUNCE = "  - {name: 公告 <停機> | 通知, role: ops, time_limit: 5 minutes, expected: 已公告}\n"


def changes(capsys, root: Path, *arguments: str) -> dict[str, str]:
    """Return the marks by name of the step, as the table says."""
    code, out, err = flow(capsys, str(root), "SOP-001", "--format", "table", *arguments)
    assert (code, err) == (0, "")
    rows = [line.split(" | ") for line in out.splitlines()]
    assert rows[0][1] == "Change"
    return {row[2]: row[1] for row in rows[2:]}


def test_a_picture_shows_what_changed(capsys, changed):
    edit(changed, RESTART, ANNOUNCE)
    edit(changed, "expected: 紀錄已另存", "expected: 紀錄已另存並備份")
    code, out, err = flow(capsys, str(changed), "SOP-001", "--since", "main")
    assert (code, err) == (0, "")
    root = ElementTree.fromstring(out)
    marks = {
        "".join(group.find(f"{SVG}text").itertext()): group.get("class", "").rpartition("kb-flow-is-")[2]
        for group in root.findall(f"{SVG}g[@data-step]")
        if "kb-flow-is-" in group.get("class", "")
    }
    assert marks == {"1. 保存錯誤紀錄": "changed", "2. 公告 <停機> | 通知": "new", "重新啟動服務": "removed"}
    assert len(root.findall(f"{SVG}g[@data-step]/{SVG}rect[@class='kb-flow-badge']")) == 3
    lines = {
        (group.get("data-from"), group.get("data-to")): group.get("class").rpartition("kb-flow-is-")[2]
        for group in root.findall(f"{SVG}g[@data-from]")
    }
    assert lines == {
        (".start", "s1"): "kb-flow-edge",
        ("s1", "s2"): "new",
        ("s2", ".end"): "new",
        ("s1", ".old-s2"): "removed",
        (".old-s2", ".end"): "removed",
    }
    legend = ["".join(group.itertext()) for group in root.iter(f"{SVG}g") if "kb-flow-key" in group.get("class", "")]
    assert legend == ["自 main 以來的變更：", "新增", "已變更", "已移除"]
    assert root.findtext(f"{SVG}desc") == ("新增: 公告 <停機> | 通知; 已變更: 保存錯誤紀錄; 已移除: 重新啟動服務")


def test_only_marks_that_occur_are_explained(capsys, changed):
    edit(changed, RESTART, RESTART + ANNOUNCE)
    _code, out, _err = flow(capsys, str(changed), "SOP-001", "--since", "main")
    assert [name for name in ("新增", "已變更", "已移除") if name in out] == ["新增"]


def test_a_long_revision_is_shortened_in_the_legend(capsys, changed):
    full = git.resolve(changed, "main")
    edit(changed, RESTART, RESTART + ANNOUNCE)
    _code, out, _err = flow(capsys, str(changed), "SOP-001", "--since", full)
    assert f"自 {full[:10]} 以來的變更：" in out


def test_a_table_and_mermaid_show_what_changed(capsys, changed):
    edit(changed, RESTART, ANNOUNCE)
    assert changes(capsys, changed, "--since", "main") == {
        "保存錯誤紀錄": "",
        "公告 <停機> \\| 通知": "new",
        "重新啟動服務": "removed",
    }
    _code, out, _err = flow(capsys, str(changed), "SOP-001", "--since", "main", "--format", "table")
    assert "| → 2; ~~→ 重新啟動服務~~ |" in out
    _code, out, _err = flow(capsys, str(changed), "SOP-001", "--since", "main", "--format", "mermaid")
    for line in ('n2["已移除 · 重新啟動服務', "n1 ==> n3", "n1 -.-> n2", "class n2 removedStep", "class n3 newStep"):
        assert line in out


def test_without_changes_the_chart_is_as_ever(capsys, changed):
    edit(changed, "title: 重新啟動網頁服務", "title: 重新啟動網站")
    for format_ in ("svg", "table", "mermaid"):
        plain = flow(capsys, str(changed), "SOP-001", "--format", format_)
        code, out, err = flow(capsys, str(changed), "SOP-001", "--format", format_, "--since", "main")
        assert (code, out) == plain[:2]
        assert err == "kb: no step of SOP-001 changed since main\n"


def test_bpmn_has_no_marks(capsys, changed):
    code, out, err = flow(capsys, str(changed), "SOP-001", "--format", "bpmn", "--since", "main")
    assert (code, out) == (2, "")
    assert "BPMN has no marks" in err


def test_a_page_that_was_moved_is_compared(capsys, changed, monkeypatch):
    for name in ("b", "c"):  # They only mention it.
        text = f"---\nid: SOP-00{name}\n---\nSOP-001\n"
        (changed / f"content/sops/{name}.md").write_text(text, encoding="utf-8")
    commit(changed)
    (changed / "content/sops/web").mkdir()
    (changed / PAGE).rename(changed / "content/sops/web/z.md")
    edit(changed, RESTART, ANNOUNCE, "content/sops/web/z.md")
    calls = []
    monkeypatch.setattr(checking, "look_back", lambda *_each: Past())
    monkeypatch.setattr(git, "_git", lambda *each, _git=git._git, **more: calls.append(each[1]) or _git(*each, **more))
    wanted = {"保存錯誤紀錄": "", "公告 <停機> \\| 通知": "new", "重新啟動服務": "removed"}
    assert changes(capsys, changed, "--since", "main") == wanted
    assert calls == ["merge-base", "cat-file", "grep", "cat-file"]
    commit(changed)
    calls.clear()
    edit(changed, "公告 <停機>", "公告 <停機中>", "content/sops/web/z.md")
    assert set(changes(capsys, changed, "--since", "main").values()) == {"", "changed"}
    assert calls == ["merge-base", "cat-file"]


def test_a_page_that_takes_the_place_of_another_is_not_compared_with_it(capsys, changed):
    (changed / PAGE).rename(changed / "content/sops/b.md")
    text = (changed / "content/sops/b.md").read_text(encoding="utf-8").replace("SOP-001", "SOP-009")
    (changed / PAGE).write_text(text, encoding="utf-8")
    code, out, err = flow(capsys, str(changed), "SOP-009", "--since", "main", "--format", "table")
    assert code == 0
    assert err == "kb: SOP-009 did not exist at main, so every step is new\n"
    assert out.count("| new |") == 2
    # Without the other, the page is the same and only its id is new.
    (changed / "content/sops/b.md").unlink()
    _code, _out, err = flow(capsys, str(changed), "SOP-009", "--since", "main")
    assert err == "kb: no step of SOP-009 changed since main\n"


def test_steps_that_are_all_new_or_all_gone(capsys, changed):
    edit(changed, "steps:\n", "drill_interval: 1 year\nx-steps:\n")
    code, out, err = flow(capsys, str(changed), "SOP-001", "--since", "main", "--format", "table")
    assert (code, err) == (0, "")
    assert out.count("| removed |") == 2
    commit(changed)
    edit(changed, "x-steps:\n", "steps:\n")
    code, out, err = flow(capsys, str(changed), "SOP-001", "--since", "main", "--format", "table")
    assert (code, err) == (0, "kb: SOP-001 had no steps at main, so every step is new\n")
    assert out.count("| new |") == 2
    code, _out, err = flow(capsys, str(changed), "FAQ-001", "--since", "main")
    assert code == 2
    assert "FAQ-001 has no steps" in err


def test_a_page_that_could_not_be_read_is_said(capsys, changed):
    whole = (changed / PAGE).read_text(encoding="utf-8")
    edit(changed, "steps:\n", "steps: [\n")
    commit(changed)
    (changed / PAGE).write_text(whole, encoding="utf-8")
    code, out, err = flow(capsys, str(changed), "SOP-001", "--since", "main")
    assert (code, out) == (2, "")
    assert "content/sops/a.md cannot be read as it was at main: " in err
    assert "hint: compare with another revision" in err


def test_what_others_did_meanwhile_is_left_out(capsys, changed):
    subprocess.run(["git", "-C", str(changed), "switch", "--quiet", "--create", "mine"], check=True)
    edit(changed, RESTART, RESTART + ANNOUNCE)
    commit(changed)
    subprocess.run(["git", "-C", str(changed), "switch", "--quiet", "main"], check=True)
    edit(changed, "expected: 紀錄已另存", "expected: 別人的修改")
    commit(changed)
    subprocess.run(["git", "-C", str(changed), "switch", "--quiet", "mine"], check=True)
    assert set(changes(capsys, changed, "--since", "main").values()) == {"", "new"}


def test_names_of_fields_may_be_those_of_kb_yml(capsys, changed):
    (changed / "kb.yml").write_text(
        "timezone: Asia/Taipei\ntypes:\n  sop: {folder: sops, aliases: {schritte: steps, nummer: id}}\n",
        encoding="utf-8",
    )
    edit(changed, "steps:\n", "schritte:\n")
    edit(changed, "id: SOP-001", "nummer: SOP-001")
    commit(changed)
    (changed / PAGE).rename(changed / "content/sops/b.md")
    edit(changed, RESTART, RESTART + ANNOUNCE, "content/sops/b.md")
    assert changes(capsys, changed, "--since", "main")["重新啟動服務"] == ""


@pytest.mark.parametrize("revision", ["none", "--all", ""])
def test_a_revision_that_is_none_is_said(capsys, changed, revision):
    code, out, err = flow(capsys, str(changed), "SOP-001", f"--since={revision}")
    assert (code, out) == (2, "")
    assert "revision" in err
    assert "  hint: name a commit" in err


def test_a_project_without_a_repository_is_said(capsys, project, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    code, _out, err = flow(capsys, project, "SOP-001", "--since", "main")
    assert code == 2
    assert "is in no Git repository" in err

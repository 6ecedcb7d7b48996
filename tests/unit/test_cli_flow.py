"""`kb flow` writes a chart in every form."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from kb_builder.cli.run import run
from tests.conftest import ROOT


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


@pytest.mark.parametrize(("id_", "message"), [("SOP-002", "did you mean `SOP-001`"), ("FAQ-001", "has no steps")])
def test_what_cannot_be_drawn_is_said(capsys, project, id_, message):
    code, _out, err = flow(capsys, project, id_)
    assert code == 2
    assert message in err

"""`kb import`: documents become drafts that are whole, safe, and pass the checks of what is written in them."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any

import pytest
from corpus import HTML, MARKDOWN
from docx import Document as new_document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from PIL import Image

from kb_builder.authoring.importing.clean import clean
from kb_builder.authoring.importing.draft import Wanted, make_draft
from kb_builder.authoring.importing.markdown import to_markdown
from kb_builder.authoring.importing.noise import find_noise, mend
from kb_builder.authoring.importing.plain_text import text_as_html
from kb_builder.authoring.importing.steps import duration, propose_steps
from kb_builder.cli.run import run
from kb_builder.model.errors import KbError
from kb_builder.model.settings import Settings
from kb_builder.pipeline import check
from kb_builder.sources.markdown_structure import render_structure
from kb_builder.sources.read import read_document
from tests.conftest import TODAY

Make = Callable[[Mapping[str, str]], Settings]
AS_OF = ["--as-of", TODAY.isoformat()]
OWNERS = """\
ops: {name: 維運組, kind: team, deputy: dba}
dba: {name: 資料庫組, kind: team, deputy: ops}
"""


@pytest.fixture
def project(make_project: Make) -> Settings:
    return make_project({"content/sops/.keep": "", "registry/owners.yml": OWNERS})


def picture(kind: str = "PNG", colour: str = "red") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (20, 10), colour).save(target, kind)
    return target.getvalue()


def word(file: Path, *, title: str = "資料庫備份作業") -> Path:
    """Write an SOP as people write them: title, headings, lists, a table of steps with a merged cell, a picture."""
    document = new_document()
    document.add_heading(title, 0)
    document.add_paragraph("每天凌晨備份資料庫，並確認可以還原。")
    document.add_heading("準備", 1)
    document.add_paragraph("登入主機", style="List Number")
    document.add_paragraph("確認空間", style="List Number")
    document.add_paragraph("項目甲", style="List Bullet")
    document.add_heading("步驟", 1)
    rows = [
        ["階段", "步驟", "說明", "工具", "負責人", "時限"],
        ["準備", "確認空間", "用 df | 看剩餘空間", "df", "資料庫組", "10 分鐘"],
        ["", "停止寫入", "", "", "值班工程師", "立即"],
        ["備份", "執行備份", "跑腳本", "pg_dump", "dba", "2 小時"],
    ]
    table = document.add_table(rows=len(rows), cols=6)
    for line, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, row, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_heading("細節", 2)
    paragraph = document.add_paragraph("看")
    paragraph.add_run("這裡").bold = True
    document.add_picture(io.BytesIO(picture()))
    document.save(str(file))
    return file


def imported(project: Settings, *files: Path, options: tuple[str, ...] = ()) -> int:
    return run(["--project", str(project.root), "import", *map(str, files), "--owner", "dba", *AS_OF, *options])


def fields(project: Settings, path: str) -> Mapping[str, Any]:
    return read_document(project.root / path, path, path).values


def test_a_word_file_becomes_a_draft(project: Settings, tmp_path: Path, capsys) -> None:
    assert imported(project, word(tmp_path / "備份.docx")) == 0
    text = (project.root / "content/sops/sop-001.md").read_text(encoding="utf-8")
    assert fields(project, "content/sops/sop-001.md") == {
        "id": "SOP-001",
        "title": "資料庫備份作業",
        "summary": "每天凌晨備份資料庫，並確認可以還原。",
        "owner": "dba",
        "status": "draft",
        "category": "routine",
        "steps": [
            {"name": "確認空間", "stage": "準備", "role": "dba", "time_limit": "10 minutes", "resources": "df"},
            {"name": "停止寫入", "stage": "準備", "role": "dba", "handler": "值班工程師", "time_limit": "immediately"},
            {"name": "執行備份", "stage": "備份", "role": "dba", "time_limit": "2 hours", "resources": "pg_dump"},
        ],
    }
    # The summary stands above the text on the page, and not in the text a second time.
    assert text.count("每天凌晨備份資料庫") == 1
    assert "\n## 準備\n\n1.  登入主機\n2.  確認空間\n\n-   項目甲\n" in text
    assert "| 準備 | 停止寫入 |  |  | 值班工程師 | 立即 |" in text
    assert "| 準備 | 確認空間 | 用 df \\| 看剩餘空間 | df | 資料庫組 | 10 分鐘 |" in text
    assert "\n### 細節\n\n看**這裡**\n\n![](sop-001-1.png)\n" in text
    assert (project.root / "content/sops/sop-001-1.png").read_bytes() == picture()
    out = capsys.readouterr().out
    assert "備份.docx → content/sops/sop-001.md (SOP-001)" in out
    assert "3 headings, 2 lists, 1 table, 1 picture, 3 steps proposed from a table" in out
    errors = [each.message for each in check(project, TODAY).diagnostics if each.severity.word == "error"]
    assert errors == []


def test_several_files_get_their_own_ids_and_a_bad_one_stops_nobody(project: Settings, tmp_path: Path, capsys) -> None:
    bad = tmp_path / "bad.docx"
    bad.write_bytes(b"PK\x03\x04 no zip")
    page = tmp_path / "a.html"
    page.write_text("<title>重啟</title><p>服務沒有回應的時候，重新啟動它。</p>", encoding="utf-8")
    notes = tmp_path / "n.txt"
    notes.write_text("Restart it\n===\n\nRestart the service when it hangs.\n", encoding="utf-8")
    files = [word(tmp_path / "a.docx"), bad, page, tmp_path / "none.docx", notes, tmp_path / "x.pdf"]
    assert imported(project, *files) == 1
    assert sorted(each.name for each in (project.root / "content/sops").glob("*.md")) == [
        "restart-it.md", "sop-001.md", "sop-002.md",
    ]  # fmt: skip
    assert fields(project, "content/sops/restart-it.md")["id"] == "SOP-003"
    err = capsys.readouterr().err
    assert "bad.docx is no Word file" in err and "none.docx cannot be read" in err and "x.pdf" in err
    assert "3 of 6 files were not imported" in err


def test_nothing_is_overwritten_unasked(project: Settings, tmp_path: Path, capsys) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Restart it\n===\n\nFirst text of the page.\n", encoding="utf-8")
    assert imported(project, file) == 0
    page = project.root / "content/sops/restart-it.md"
    before = page.read_bytes()
    file.write_text("Restart it\n===\n\nSecond text of the page.\n", encoding="utf-8")
    assert imported(project, file) == 1
    assert page.read_bytes() == before
    assert "exists already" in capsys.readouterr().err
    assert imported(project, file, options=("--force",)) == 0
    assert "Second text" in page.read_text(encoding="utf-8")


def test_type_owner_and_folder_are_chosen(project: Settings, tmp_path: Path, capsys) -> None:
    file = tmp_path / "q.txt"
    file.write_text("1. 第一步\n2. 第二步\n", encoding="utf-8")
    inside = project.root / "content/faq/login"
    assert imported(project, file, options=("--type", "faq", "--owner", "維運組", "--out", str(inside))) == 0
    page = fields(project, "content/faq/login/faq-001.md") if (inside / "faq-001.md").exists() else {}
    page = page or fields(project, "content/faq/login/q.md")
    assert (page["id"], page["owner"], page["topic"], "steps" in page) == ("FAQ-001", "ops", "待補", False)
    assert imported(project, file, options=("--owner", "dbaa")) == 2
    assert "did you mean `dba`?" in capsys.readouterr().err
    assert imported(project, file, options=("--type", "soup")) == 2
    assert "there is no type `soup`" in capsys.readouterr().err
    assert run(["--project", str(project.root), "import", str(file)]) == 2
    assert "--owner must be given, as somebody answers for every page: one of `ops` (維運組), `dba` (資料庫組)" in (
        capsys.readouterr().err
    )


def test_ids_follow_the_highest_one_on_any_branch(make_project: Make, tmp_path: Path) -> None:
    page = "---\nid: SOP-041\ntitle: t\nsummary: s\nowner: dba\nstatus: draft\ncategory: routine\n---\n\nText.\n"
    project = make_project({"content/sops/a.md": page, "registry/owners.yml": OWNERS})
    git = ["git", "-C", str(project.root), "-c", "user.name=A", "-c", "user.email=a@example.com"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "x"], ["switch", "-qc", "other"]):
        subprocess.run([*git, *command], check=True)
    (project.root / "content/sops/b.md").write_text(page.replace("041", "049"), encoding="utf-8")
    for command in (["add", "."], ["commit", "-qm", "y"], ["switch", "-q", "main"]):
        subprocess.run([*git, *command], check=True)
    file = tmp_path / "a.txt"
    file.write_text("Restart it\n===\n\nFirst text of the page.\n", encoding="utf-8")
    assert imported(project, file) == 0
    assert fields(project, "content/sops/restart-it.md")["id"] == "SOP-050"


def test_the_owner_is_that_of_git_unless_given(make_project: Make, tmp_path: Path, monkeypatch) -> None:
    owners = OWNERS.replace("kind: team, deputy: ops", "kind: team, deputy: ops, channels: {mail: dba@example.com}")
    project = make_project({"content/sops/.keep": "", "registry/owners.yml": owners})
    monkeypatch.setattr("kb_builder.sources.branches.git_user", lambda _root: ("", "dba@example.com"))
    file = tmp_path / "a.txt"
    file.write_text("Restart it\n===\n\nFirst text of the page.\n", encoding="utf-8")
    assert run(["--project", str(project.root), "import", str(file)]) == 0
    assert fields(project, "content/sops/restart-it.md")["owner"] == "dba"


def test_what_a_published_page_needs_waits_in_the_draft(project: Settings, tmp_path: Path, capsys) -> None:
    """Taking the comments away, and nothing else, makes a page that may be published."""
    assert imported(project, word(tmp_path / "a.docx")) == 0
    page = project.root / "content/sops/sop-001.md"
    text = page.read_text(encoding="utf-8")
    head, _, body = text.partition("\n---\n")
    needed = ("version", "effective_date", "last_reviewed", "reviewers", "approver", "reviews")
    for name in needed:
        assert head.count(f"\n# {name}: ") == 1
        head = head.replace(f"\n# {name}: ", f"\n{name}: ")
    # What the draft has already does not wait there as well.
    assert "\n# category:" not in head and "\n# steps:" not in head
    page.write_text(f"{head.replace('status: draft', 'status: published')}\n---\n{body}", encoding="utf-8")
    assert [each for each in check(project, TODAY).diagnostics if each.severity.word == "error"] == []


def test_roles_that_nobody_has_are_named(project: Settings, tmp_path: Path, capsys) -> None:
    assert imported(project, word(tmp_path / "a.docx")) == 0
    out = capsys.readouterr().out
    assert "  not in registry/owners.yml: 值班工程師. Their steps have `role: dba` for now" in out


# --- HTML -------------------------------------------------------------------


def body(html: str, pictures: Mapping[str, bytes] | None = None) -> str:
    return to_markdown(clean(html, pictures or {}).body)


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<h1>T</h1><h2>A</h2><h4>B</h4>", "## A\n\n#### B\n"),
        ("<h1>A</h1><h1>B</h1><h2>C</h2>", "## A\n\n## B\n\n### C\n"),
        ("<h3></h3><p>x</p>", "x\n"),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "1.  a\n    -   b\n2.  c\n"),
        ('<ol start="3"><li>a</li></ol>', "3.  a\n"),
        ("<b>x<pre>&lt;script></pre></b>", "x\n\n``` text\n<script>\n```\n"),
        ("<h1>t</h1><h2>a<ul><li>b</li></ul></h2>", "## ab\n"),
        ("<pre>a\n```\nb</pre>", "```` text\na\n```\nb\n````\n"),
        ("<p>用 <code>df -h</code> 看</p>", "用 `df -h` 看\n"),
        ("<p>一行\n二行</p><p>one\ntwo</p>", "一行二行\n\none two\n"),
        ('<a href="https://a.example/x(y) z">t</a>', "[t](https://a.example/x%28y%29%20z)\n"),
        ('<a href="b.html">t</a> <a href="#x">u</a> <a href="javascript:x">v</a>', "t u v\n"),
        ("<table><tr><td>只有框</td></tr></table>", "只有框\n"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td><p>1</p><p>2</p></td><td><ol><li>x</li><li>y</li></ol></td></tr>"
         "</table>", "| a | b |\n| --- | --- |\n| 1<br>2 | 1\\. x<br>2\\. y |\n"),
        ('<table><tr><th colspan="2">a</th></tr><tr><td rowspan="2">1</td><td>2</td></tr><tr><td>3</td></tr></table>',
         "| a | a |\n| --- | --- |\n| 1 | 2 |\n| 1 | 3 |\n"),
        ("<p># no</p><p>- no</p><p>1. no</p><p>: no</p><p>!!! no</p><p>=== no</p>",
         "\\# no\n\n\\- no\n\n1\\. no\n\n&#58; no\n\n\\!!! no\n\n&#61;== no\n"),
        ("<p>*a* _b_ [c](d) `e` {f} ~~g~~ &lt;b> &amp;lt;</p>",
         "\\*a\\* \\_b\\_ \\[c\\](d) \\`e\\` \\{f\\} &#126;&#126;g&#126;&#126; &lt;b> &amp;lt;\n"),
    ],
)  # fmt: skip
def test_html_as_markdown(html: str, markdown: str) -> None:
    assert body(html) == markdown


def test_pictures_of_a_page_are_kept_beside_it_or_left_out(project: Settings, tmp_path: Path, capsys) -> None:
    (tmp_path / "img").mkdir()
    (tmp_path / "img/a b.png").write_bytes(picture())
    (tmp_path / "scan.bmp").write_bytes(picture("BMP", "blue"))
    (tmp_path / "fake.png").write_bytes(b"<svg onload=x>")
    page = tmp_path / "in/page.html"
    page.parent.mkdir()
    (page.parent / "x").symlink_to(tmp_path / "scan.bmp")
    page.write_text(
        '<h1>Pictures</h1><img src="../img/a%20b.png"><img src="/etc/passwd"><img src="x">', encoding="utf-8"
    )
    outer = tmp_path / "page.html"
    outer.write_text(
        '<h1>More</h1><p><img src="img/a%20b.png" alt="a] [b](c)"></p><p><img src="scan.bmp"></p><img src="fake.png">'
        '<img src="https://evil.example/p.png"><img src="img/a%20b.png">',
        encoding="utf-8",
    )
    assert imported(project, page, outer) == 0
    folder = project.root / "content/sops"
    assert sorted(each.name for each in folder.glob("*.png")) == ["more-1.png", "more-2.png"]
    assert (folder / "more-1.png").read_bytes() == picture()
    with Image.open(folder / "more-2.png") as converted:
        assert converted.format == "PNG" and converted.getpixel((0, 0)) == (0, 0, 255)
    text = (folder / "more.md").read_text(encoding="utf-8")
    assert text.count("more-1.png") == 2 and "evil" not in text and "fake" not in text
    said = capsys.readouterr().out
    assert said.count("a picture is left out") == 5 and "https://evil.example/p.png" in said


def test_a_picture_that_a_word_file_links_to_is_not_opened(project: Settings, tmp_path: Path, capsys) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(picture())
    file = word(tmp_path / "a.docx")
    target = tmp_path / "b.docx"
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(target, "w") as out:
        for each in source.infolist():
            data = source.read(each)
            if each.filename == "word/_rels/document.xml.rels":
                data = re.sub(
                    rb'Target="media/[^"]*"', f'Target="{secret.as_uri()}" TargetMode="External"'.encode(), data
                )
            if each.filename == "word/document.xml":
                data = data.replace(b"r:embed=", b"r:link=")
            out.writestr(each, data)
    assert imported(project, target) == 0
    assert not list((project.root / "content/sops").glob("*.png"))
    assert "a picture is left out: it is not in the file" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .docx"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "take the password away"),
        ("a.docx", b"", "no Word file"),
        ("a.md", b"# x", "it is Markdown already"),
        ("a.txt", b"\xff\xff\x80", "save it as UTF-8"),
        ("a.html", b"<div>" * 1_000, None),
        ("a.html", b"<blockquote>" * 1_000 + b"x", "nests too deeply"),
    ],
)
def test_what_cannot_be_read_is_said(project: Settings, tmp_path: Path, capsys, name: str, data: bytes, said) -> None:
    (tmp_path / name).write_bytes(data)
    assert imported(project, tmp_path / name) == (1 if said else 0)
    assert (said or "") in capsys.readouterr().err


def test_a_zip_that_would_fill_the_memory_is_not_unpacked(
    project: Settings, tmp_path: Path, monkeypatch, capsys
) -> None:
    from kb_builder.authoring.importing import convert

    monkeypatch.setattr(convert, "_MAX_UNPACKED", 10_000)
    assert imported(project, word(tmp_path / "a.docx")) == 1
    assert "unpacks to" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "big5", "utf-16"])
def test_chinese_text_in_any_usual_encoding(project: Settings, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes("客戶來電處理\n===\n\n接到客戶來電的時候這樣做。\n".encode(encoding))
    assert imported(project, tmp_path / "a.txt") == 0
    assert fields(project, "content/sops/sop-001.md")["title"] == "客戶來電處理"


# --- steps ------------------------------------------------------------------


def steps(html: str) -> list[Mapping[str, Any]]:
    owners = {"DBA team": "dba"}
    found = propose_steps(clean(html, {}).body, "ops", lambda name: owners.get(name, ""))
    return list(found.steps) if found else []


def table(*rows: str) -> str:
    cells = ["".join(f"<td>{cell.strip()}</td>" for cell in row.split("|")) for row in rows]
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def test_steps_of_tables_in_three_languages() -> None:
    assert steps(table("Stage | Step | Explanation | Tool", "Prepare | Log in | by ssh | ssh", " | Stop it | | ")) == [
        {"name": "Log in", "stage": "Prepare", "role": "ops", "resources": "ssh"},
        {"name": "Stop it", "stage": "Prepare", "role": "ops"},
    ]
    assert steps(table("步骤 | 负责人 | 时限 | 预期结果", "登录 | DBA team | 30 分钟 | 看到提示符")) == [
        {"name": "登录", "role": "dba", "time_limit": "30 minutes", "expected": "看到提示符"}
    ]
    assert steps(table("序號 | 步驟 | 說明", "1 | 登入 | a", "2 | 執行。然後等 | b")) == [
        {"name": "登入", "role": "ops"},
        {"name": "執行", "role": "ops"},
    ]


def test_several_tables_of_steps_are_stages() -> None:
    html = "<h2>甲</h2>" + table("步驟 | 說明", "一 | x") + "<h2>乙</h2>" + table("步驟 | 說明", "二 | y")
    assert [(each["stage"], each["name"]) for each in steps(html)] == [("甲", "一"), ("乙", "二")]


def test_tables_about_other_things_give_no_steps() -> None:
    assert steps(table("Name | Phone", "Ann | 1")) == []
    assert steps(table("Step", "Log in")) == []


def test_steps_of_the_longest_numbered_list() -> None:
    entries = "<li>登入主機，用 ssh。不要用密碼</li><li>重啟<ol><li>inner</li></ol></li><li>3. 看</li>"
    html = f"<ol><li>x</li></ol><ol>{entries}</ol>"
    assert steps(html) == [{"name": name, "role": "ops"} for name in ("登入主機，用 ssh", "重啟", "看")]
    assert steps("<ol><li>one alone</li></ol><ul><li>a</li><li>b</li></ul>") == []


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("30 分鐘", "30 minutes"), ("1小時", "1 hour"), ("2 hrs", "2 hours"), ("３天內", "3 days"),
        ("立即", "immediately"),
        ("within 4 hours", "4 hours"), ("≤ 15 min", "15 minutes"),
        ("2 個工作日", ""), ("視情況", ""), ("", ""), ("5", ""),
    ],
)  # fmt: skip
def test_time_limits(text: str, limit: str) -> None:
    assert duration(text) == limit


# --- noise ------------------------------------------------------------------


def test_look_alikes_are_replaced_and_named_with_their_lines() -> None:
    text, found = mend("甲\n⽤戶\u200b與︵一︶\n⺁")
    assert text == "甲\n用戶與(一)\n⺁"
    assert [(each.line, each.message.split(" ")[0]) for each in found] == [
        (2, "`⽤`"), (2, "`︵`"), (2, "`︶`"), (2, "1"), (3, "`⺁`"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["重(chóng)啟", "重（chong2）啟", "重 (chong) 啟", "阿(ē)", "\ue000", "аdmin"])
def test_noise_is_found(text: str) -> None:
    assert [each.line for each in find_noise(f"正常\n{text}", first_line=10)] == [11]


@pytest.mark.parametrize(
    "text", ["連線(ping)", "重啟(restart)", "記憶體(RAM)", "(chóng)", "admin", "α 版", "第 3 頁的圖", "ＡＢＣ"]
)
def test_what_is_no_noise(text: str) -> None:
    assert list(find_noise(text)) == []


def test_noise_of_a_draft_is_named_by_the_lines_of_its_file(project: Settings, tmp_path: Path, capsys) -> None:
    (tmp_path / "a.txt").write_text(
        "重(chóng)啟⽤戶端\n===\n\n一切正常的一段文字。\n\n看\ue000這裡\n", encoding="utf-8"
    )
    assert imported(project, tmp_path / "a.txt") == 0
    lines = (project.root / "content/sops/sop-001.md").read_text(encoding="utf-8").splitlines()
    said = re.findall(r"sop-001\.md:(\d+): (.*)", capsys.readouterr().out)
    assert [(lines[int(number) - 1], message.split(" ")[0]) for number, message in said] == [
        ("title: 重(chóng)啟用戶端", "`⽤`"),
        ("title: 重(chóng)啟用戶端", "(chóng)"),
        ("看\ue000這裡", "`\\ue000`"),
    ]


def test_heads_and_feet_of_pages_are_named() -> None:
    text = "\n\n".join(["甲公司 機密 1", "內文一", "甲公司 機密 2", "內文二", "甲公司 機密 3", "第 3 頁，共 9 頁"])
    assert [each.line for each in find_noise(text)] == [1, 5, 9, 11]


# --- safety -----------------------------------------------------------------

THREATS = [*HTML.values(), *MARKDOWN.values()]
PLACES = {
    "text.txt": lambda text: f"標題\n===\n\n{text}\n\n1. {text}\n2. 好\n\na\tb\n{' '.join(text.split())}\tc\n",
    "as-text.html": lambda text: (
        f"<h2>{escape(text)}</h2><p>{escape(text)}</p><ul><li>{escape(text)}</li></ul>"
        f"<table><tr><td>步驟</td><td>說明</td></tr><tr><td>{escape(text)}</td><td><p>{escape(text)}</p></td></tr></table>"
        f"<pre>{escape(text)}</pre><p><code>{escape(text)}</code></p><title>{escape(text)}</title>"
    ),
    "as-html.html": lambda text: f"<p>a</p>{text}<p>{text}</p><table><tr><td>步驟</td><td>{text}</td></tr></table>",
}


@pytest.mark.parametrize("place", PLACES)
def test_no_threat_survives(project: Settings, tmp_path: Path, place: str) -> None:
    catalog = check(project, TODAY).catalog
    wanted = Wanted(type=project.types["sop"], owner="dba", id="SOP-001", folder="sops")
    for number, threat in enumerate(THREATS):
        file = tmp_path / f"{number}-{place}"
        file.write_text(PLACES[place](threat), encoding="utf-8")
        draft = make_draft(catalog, file, wanted)
        (project.root / f"content/sops/{number}.md").write_text(draft.text.replace("SOP-001", f"SOP-{number + 100}"))
    found = [each for each in check(project, TODAY).diagnostics if each.code.startswith(("KB0", "KB1", "KB7"))]
    assert [f"{each.path}:{each.position.line} {each.code} {each.message}" for each in found
            if each.slug not in ("long-sentence", "page-untagged")] == []  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.text(some.sampled_from("ab 甲。\n\t<>&;#*_-+=~^`!?[](){}|:/\\.1\"'$@%"), max_size=60))
def test_text_is_shown_as_it_was_written(text: str) -> None:
    """Whatever signs a paragraph holds, its page shows them, and nothing becomes markup."""
    shown = "".join(text.split())
    structure = render_structure(body(f"<p>x {escape(text)}</p><p>{escape(text)}</p>"))
    assert structure.faults == [] and structure.targets == [] and structure.headings == []
    assert "".join("".join(structure.text).split()) == "x" + shown * 2


def test_plain_text_without_anything_is_nothing() -> None:
    assert text_as_html("\n\n") == ""


def test_a_library_that_is_missing_is_named(project: Settings, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "mammoth", None)
    catalog = check(project, TODAY).catalog
    wanted = Wanted(type=project.types["sop"], owner="dba", id="SOP-001", folder="sops")
    with pytest.raises(KbError, match="needs the library mammoth"):
        make_draft(catalog, word(tmp_path / "a.docx"), wanted)

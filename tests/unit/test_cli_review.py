"""`kb review`: what it asks, what it refuses, and what it writes."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from kb_builder.cli import review as review_command
from kb_builder.cli.review import TRIGGERS
from kb_builder.cli.run import run
from kb_builder.content_types.load import shared_schema
from kb_builder.model.review import ReviewState
from kb_builder.review_answers import CHECKS
from tests.conftest import OWNERS, ROOT

SOP = """\
---
id: SOP-101
title: 重新啟動   # spaces stay
summary: '網站沒有回應時,重新啟動。'
owner: ops
status: published
category: routine
version: "1.0"
effective_date: 2026-01-01
last_reviewed: "2026-01-02"   # by hand
reviewers: [dba]
approver: ops
reviews:
- date: 2026-01-02
  by: dba
  trigger: scheduled
  checks: [complete, effective, applicable, operable]
  # so far
steps:
- {name: 保存, role: dba, time_limit: 5 minutes, expected: 已另存}
- {name: 啟動, role: dba, time_limit: 5 minutes, expected: 回應 200}
---

先存檔。\u2028再啟動。"""
REVIEWED = SOP.replace('"2026-01-02"   #', '"2026-11-20"   #').replace(
    "  # so far\n",
    """\
  # so far
- date: 2026-11-20
  by: [dba, ops]
  trigger: incident
  checks: [complete, effective, applicable, operable]
  outcome: '補上: 第 2 步'
  ref: PM-2026-001
  note: '沿用 # 1'
""",
)
FAQ = """\
---
id: FAQ-101
title: 密碼？
summary: 重設。
owner: ops
status: published
topic: 帳號
last_reviewed: 2026-11-01
---

答。
"""
PM = (ROOT / "kb_builder/content_types/postmortem/example.md").read_text(encoding="utf-8").replace("web-ops", "ops")
FILES = {
    "kb.yml": "timezone: Asia/Taipei\n",
    "registry/owners.yml": OWNERS + "gone: {name: 前手, kind: role, until: 2026-06-30}\n",
    "content/sops/a.md": SOP,
    "content/faq/a.md": FAQ,
    "content/postmortems/a.md": PM,
}
ALL_CHECKS = "complete,effective,applicable,operable"
SCHEDULED = ("--by", "dba", "--trigger", "scheduled", "--checks", ALL_CHECKS)

Kb = Callable[..., tuple[int, str, str]]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795132800")  # 2026-11-20T00:00:00Z
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    return tmp_path


@pytest.fixture
def kb(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Kb:
    """Return a function that runs a command, on a terminal if there are lines to type."""

    def call(*arguments: str, typed: str | None = None) -> tuple[int, str, str]:
        if typed is not None:
            monkeypatch.setattr(sys, "stdin", Terminal(typed))
        code = run(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())


def read(root: Path, name: str = "content/sops/a.md") -> str:
    return (root / name).read_bytes().decode()


# --- options ----------------------------------------------------------------


def test_options_say_it_all(project, kb):
    code, out, err = kb(
        "review", "SOP-101", "--by", "dba", "--by", "ops", "--trigger", "incident", "--ref", "PM-2026-001",
        "--checks", "operable, complete", "--check", "applicable", "--check", "effective",
        "--outcome", " 補上: 第 2 步 ", "--note", "沿用 # 1",
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert read(project) == REVIEWED
    assert "+- date: 2026-11-20\n+  by: [dba, ops]\n+  trigger: incident\n" in out
    assert out.splitlines()[:3] == ["--- content/sops/a.md", "+++ content/sops/a.md", "@@ -8,5 +8,5 @@"]
    assert '-last_reviewed: "2026-01-02"   # by hand\n+last_reviewed: "2026-11-20"   # by hand\n' in out
    assert "SOP-101: review of 2026-11-20 written to content/sops/a.md\nnext review: 2027-05-20\n" in out


def test_the_check_is_content_afterwards(project, kb):
    assert "KB301 review-overdue" in kb("check")[1]
    assert kb("review", "SOP-101", *SCHEDULED)[0] == 0
    code, out, _err = kb("check", "content/sops")
    assert (code, out) == (0, "1 page checked as of 2026-11-20: nothing to complain about\n")


def test_line_ends_and_mark_stay(project, kb):
    file = project / "content/sops/a.md"
    before = b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n")
    file.write_bytes(before)
    assert kb("review", "SOP-101", *SCHEDULED)[0] == 0
    after = file.read_bytes()
    entry = b"- date: 2026-11-20\n  by: dba\n  trigger: scheduled\n  checks: [" + ALL_CHECKS.replace(",", ", ").encode()
    expected = before.replace(b'"2026-01-02"', b'"2026-11-20"')
    expected = expected.replace(b"# so far\r\n", b"# so far\r\n" + (entry + b"]\n").replace(b"\n", b"\r\n"))
    assert after == expected


def test_what_did_not_pass_is_said(project, kb):
    code, out, _err = kb(
        "review", "SOP-101", "--by", "dba", "--trigger", "scheduled", "--checks", f"{ALL_CHECKS[:-9]},operable=fail"
    )
    assert code == 0
    assert "the page is not operable: correct it and review it again" in out
    assert "next review" not in out
    assert "  checks: {complete: pass, effective: pass, applicable: pass, operable: fail}\n" in read(project)
    code, out, _err = kb("check", "content/sops")
    assert code == 1
    assert "KB310 review-failed: the review of 2026-11-20 found that the page is not operable" in out
    assert kb("review", "SOP-101", *SCHEDULED)[0] == 0
    assert kb("check", "content/sops")[0] == 0


def test_a_day_of_the_past(project, kb):
    code, out, _err = kb("review", "SOP-101", *SCHEDULED, "--date", "2026-03-01")
    assert code == 0
    assert "next review: 2026-09-01, which is past\n" in out
    assert 'last_reviewed: "2026-03-01"' in read(project)


def test_two_reviews_of_one_day_are_two_entries(project, kb):
    for _ in range(2):
        assert kb("review", "SOP-101", *SCHEDULED)[0] == 0
    assert read(project).count("- date: 2026-11-20\n") == 2


def test_the_new_entry_is_shown_whole_however_much_it_is_like_the_last_one(project, kb):
    _code, out, _err = kb("review", "SOP-101", *SCHEDULED)
    assert out.rpartition("@@\n")[2].splitlines()[:-2] == [
        "   checks: [complete, effective, applicable, operable]",
        "   # so far",
        "+- date: 2026-11-20",
        "+  by: dba",
        "+  trigger: scheduled",
        "+  checks: [complete, effective, applicable, operable]",
        " steps:",
        " - {name: 保存, role: dba, time_limit: 5 minutes, expected: 已另存}",
    ]


def test_a_dry_run_writes_nothing(project, kb):
    before = read(project)
    code, out, _err = kb("review", "SOP-101", *SCHEDULED, "--dry-run")
    assert code == 0
    assert "+- date: 2026-11-20\n" in out
    assert out.endswith("nothing was written: this was a dry run\n")
    assert read(project) == before


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        ([], "--by, --trigger, --checks must be given"),
        (["--by", "dba", "--checks", ALL_CHECKS, "--trigger", "drill"], "--ref must be given"),
        (["--trigger", "scheduled", "--by", ","], "name at least one owner"),
    ],
)
def test_without_a_terminal_options_are_demanded(project, kb, options, missing):
    if "," in options:
        options += ["--checks", ALL_CHECKS]
    code, _out, err = kb("review", "SOP-101", *options)
    assert code == 2
    assert missing in err


def test_a_faq_needs_no_checks(project, kb):
    code, _out, _err = kb("review", "FAQ-101", "--by", "ops", "--trigger", "scheduled", "--ref", "工單 7")
    assert code == 0
    assert read(project, "content/faq/a.md") == FAQ.replace(
        "last_reviewed: 2026-11-01\n",
        "last_reviewed: 2026-11-20\nreviews:\n  - date: 2026-11-20\n    by: ops\n    trigger: scheduled\n"
        "    ref: 工單 7\n",
    )


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--by", "dbaa", "`dbaa` is not in registry/owners.yml; did you mean `dba`?"),
        ("--by", "gone", "`gone` (前手) is inactive since 2026-06-30"),
        ("--by", "#ops", "`#ops` is no id; write an id of registry/owners.yml, such as web-ops"),
        ("--trigger", "audit", "'audit' is not one of 'scheduled', 'incident', 'change', 'drill'"),
        ("--checks", "operabel", "`operabel` is none of complete, effective, applicable, operable; did you mean"),
        ("--checks", "operable=no", "`no` is neither pass nor fail"),
        ("--ref", "PM-2026-002", "there is no page `PM-2026-002`; did you mean `PM-2026-001`?"),
        ("--ref", "pm-2026-001", "there is no page `pm-2026-001`"),
        ("--date", "2026-11-21", "2026-11-21 lies in the future; today is 2026-11-20"),
        ("--date", "2026-01-01", "2026-01-01 is before the last review of content/sops/a.md, which is of 2026-01-02"),
        ("--date", "1 May", "`1 May` is no date; write it as YYYY-MM-DD"),
        ("--outcome", "a\nb", "`outcome` is `a b`, which has not the form it must have"),
        ("--outcome", "a\x1b[2J", "control character U+001B at byte 1; delete it"),
        ("--note", "\udcff", "it is not UTF-8"),
        ("--note", "a\u2028b", "`reviews` cannot be written: line separator (U+2028)"),
    ],
)
def test_what_does_not_fit_is_refused(project, kb, option, value, message):
    before = read(project)
    options = {"--by": "dba", "--trigger": "scheduled", "--checks": ALL_CHECKS, option: value}
    code, _out, err = kb("review", "SOP-101", *(word for pair in options.items() for word in pair))
    assert code == 2
    assert message in err
    assert "hint: " in err
    assert read(project) == before


def test_an_sop_answers_all_four_questions(project, kb):
    code, _out, err = kb("review", "SOP-101", *SCHEDULED[:4], "--checks", "complete,effective=fail")
    assert code == 2
    assert "say as well whether the page is applicable, operable; `applicable=fail` if it is not" in err


@pytest.mark.parametrize(
    ("trigger", "ref", "message"),
    [
        ("incident", "PM-2026-001", ""),
        ("drill", "FAQ-101, PM-2026-001", ""),
        ("drill", "工單 20261120-01", ""),
        ("change", "JIRA-7", ""),
        ("incident", "JIRA-7", "name the record that asked for the review by its id"),
        ("incident", "SOP-101", "SOP-101 is no record"),
        ("change", "FAQ-101", "FAQ-101 is no record"),
        ("scheduled", "FAQ-101", ""),
    ],
)
def test_what_asked_for_the_review_is_cited(project, kb, trigger, ref, message):
    code, _out, err = kb("review", "SOP-101", "--by", "dba", "--checks", ALL_CHECKS, "--trigger", trigger, "--ref", ref)
    assert code == (2 if message else 0)
    assert message in err


def test_a_project_without_registry_knows_no_owners(project, kb):
    (project / "registry/owners.yml").unlink()
    assert kb("review", "SOP-101", "--by", "anybody", *SCHEDULED[2:])[0] == 0
    assert "  by: anybody\n" in read(project)


# --- pages ------------------------------------------------------------------


def test_a_page_with_errors_is_refused_before_anything_is_asked(project, kb):
    text = read(project).replace("owner: ops", "owner: opps").replace("再啟動。", "[x](none.md)")
    write(project, {"content/sops/a.md": text})
    code, out, err = kb("review", "SOP-101", typed="")
    assert code == 1
    assert re.findall(r"error (KB\d+)", out) == ["KB201", "KB403"]
    assert "content/sops/a.md:5:8: error KB201 owner-unknown: `opps`" in out
    assert err == "nothing was written: mend content/sops/a.md first\n"
    assert read(project) == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('last_reviewed: "2026-01-02"   # by hand\n', ""),
        ('last_reviewed: "2026-01-02"', "last_reviewed:"),
        ('"2026-01-02"   #', "2026-02-30   #"),
        ('"2026-01-02"   #', "2026-01-09   #"),
        (SOP[SOP.index("reviews:") : SOP.index("steps:")], ""),
        (SOP[SOP.index("reviews:") : SOP.index("steps:")], "reviews:\n"),
        (SOP[SOP.index("reviews:") : SOP.index("steps:")], "reviews: []\n"),
        ("  checks: [complete, effective, applicable, operable]\n", ""),
    ],
)
def test_errors_that_a_review_mends_do_not_hinder_it(project, kb, old, new):
    text = read(project)
    assert old in text
    write(project, {"content/sops/a.md": text.replace(old, new, 1)})
    assert kb("check", "content/sops")[0] == 1
    code, out, err = kb("review", "SOP-101", *SCHEDULED)
    assert (code, err) == (0, ""), out
    assert kb("check", "content/sops")[:2] == (0, "1 page checked as of 2026-11-20: nothing to complain about\n")


@pytest.mark.parametrize(
    ("old", "new", "slug"),
    [
        ("reviews:\n-", "reviews: soon\nnotes:\n-", "wrong-type"),
        ("trigger: scheduled", "trigger: audit", "invalid-choice"),
        ("version:", "owner: ops\nversion:", "duplicate-key"),
        ("title: 重新啟動", "title: #重新啟動", "lost-value"),
        ("date: 2026-01-02", "date: 2027-01-02", "date-in-future"),
    ],
)
def test_errors_that_a_review_does_not_mend_hinder_it(project, kb, old, new, slug):
    text = read(project).replace(old, new, 1)
    write(project, {"content/sops/a.md": text})
    code, out, _err = kb("review", "SOP-101", *SCHEDULED)
    assert code == 1
    assert slug in out
    assert read(project) == text


def test_errors_of_other_pages_do_not_hinder(project, kb):
    write(project, {"content/faq/a.md": FAQ.replace("owner: ops", "owner: opps")})
    assert kb("review", "SOP-101", *SCHEDULED)[0] == 0


@pytest.mark.parametrize(
    ("id_", "message"),
    [
        ("SOP-102", "there is no page `SOP-102`; did you mean `SOP-101`?"),
        ("PM-2026-001", "PM-2026-001 is a record (postmortem), and records are not reviewed"),
        ("FAQ-102", "FAQ-102 is obsolete, so it is not reviewed"),
        ("FAQ-103", "content/faq/c.md and content/faq/d.md have the same id, FAQ-103"),
    ],
)
def test_a_page_that_cannot_be_reviewed(project, kb, id_, message):
    obsolete = FAQ.replace("FAQ-101", "FAQ-102").replace("published", "obsolete")
    same = FAQ.replace("FAQ-101", "FAQ-103")
    write(project, {"content/faq/b.md": obsolete, "content/faq/c.md": same, "content/faq/d.md": same})
    code, _out, err = kb("review", id_, *SCHEDULED)
    assert code == 2
    assert message in err


def test_an_id_may_stand_in_a_page_that_cannot_be_read(project, kb):
    write(project, {"content/faq/b.md": "---\nid: SOP-102 # of last year\n\ttab\n---\n"})
    for command in (("review", "SOP-102", *SCHEDULED), ("flow", "SOP-102")):
        code, _out, err = kb(*command)
        assert code == 2
        assert "the page that seems to be SOP-102 cannot be read: content/faq/b.md:3:1: " in err


def test_an_id_in_other_letters_is_known(project, kb):
    assert "there is no page `sop-101`; did you mean `SOP-101`?" in kb("review", "sop-101", *SCHEDULED)[2]


def test_a_draft_is_reviewed_like_any_page(project, kb):
    write(project, {"content/faq/a.md": FAQ.replace("published", "draft").replace("last_reviewed: 2026-11-01\n", "")})
    code, out, _err = kb("review", "FAQ-101", *SCHEDULED[:4])
    assert code == 0
    assert out.endswith("next review: 2027-11-20\n")


SCHEMA = '{"properties": {"text": {"type": "string"}%s}}'
GUIDE = """\
---
id: GUIDE-1
title: 指南
summary: 摘要
owner: ops
status: published
last_reviewed: 2026-11-01
review_interval: 6 months
---

內容。
"""


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ("", ""),
        (', "reviews": {"type": "array"}', ""),
        (', "reviews": {"type": "array", "items": true}', ""),
        (', "reviews": {"type": "array", "items": {"type": "string"}}', "it must be text"),
        (', "reviews": {"type": "array", "maxItems": 0}', "the review does not fit content/guides/a.md: "),
    ],
)
def test_a_type_of_ones_own(project, kb, own, message):
    settings = (
        "timezone: Asia/Taipei\ntypes:\n  guide: {folder: guides, schema: guide.json, id_pattern: '^GUIDE-[0-9]+$'}\n"
    )
    write(project, {"kb.yml": settings, "guide.json": SCHEMA % own, "content/guides/a.md": GUIDE})
    code, out, err = kb("review", "GUIDE-1", *SCHEDULED)
    assert code == (2 if message else 0), out + err
    assert message in err


# --- pages of others --------------------------------------------------------

LENIENT = """\
content: source
timezone: Asia/Taipei
types:
  manual:
    folder: .
    aliases: {last_reviewed_on: last_reviewed, review_in: review_interval, owner_slack: owner}
    schema: lenient
"""
MANUAL = """\
---
title: Deploy
owner_slack: "#platform"
last_reviewed_on: 2026-01-10
review_in: 6 months
---

<%= x %>
"""


def test_fields_keep_the_names_their_authors_gave_them(tmp_path, project, kb):
    root = tmp_path / "theirs"
    write(root, {"kb.yml": LENIENT, "source/deploy.md": MANUAL})
    options = ("--by", "platform", "--trigger", "incident", "--ref", "INC-7")
    code, out, err = kb("--project", str(root), "review", "deploy.md", *options)
    assert (code, err) == (0, ""), out
    assert read(root, "source/deploy.md") == MANUAL.replace(
        "last_reviewed_on: 2026-01-10\n",
        "last_reviewed_on: 2026-11-20\nreviews:\n  - date: 2026-11-20\n    by: platform\n    trigger: incident\n"
        "    ref: INC-7\n",
    )
    assert kb("--project", str(root), "check")[0] == 0


@pytest.mark.parametrize(
    ("settings", "page"),
    [
        (LENIENT, MANUAL.replace("title:", "reviews: 5\ntitle:")),
        (LENIENT.replace("schema:", "ignore: [reviews]\n    schema:"), MANUAL),
        (LENIENT.replace("schema:", "ignore: [reviews]\n    schema:"), MANUAL.replace("title:", "reviews: []\ntitle:")),
    ],
)
def test_a_field_of_theirs_that_means_something_else_is_left_alone(tmp_path, project, kb, settings, page):
    root = tmp_path / "theirs"
    write(root, {"kb.yml": settings, "source/deploy.md": page})
    code, _out, err = kb("--project", str(root), "review", "deploy.md", "--by", "platform", "--trigger", "scheduled")
    assert code == 2
    assert "`reviews` of source/deploy.md is let through unread" in err
    assert "give it another name in types.manual.aliases" in err
    assert read(root, "source/deploy.md") == page


# --- on a terminal ----------------------------------------------------------


def test_everything_is_asked_and_has_an_answer_at_hand(project, kb):
    code, out, err = kb("review", "SOP-101", typed="\n" * 9)
    assert (code, err) == (0, "")
    for question in (
        "Reviewed by (owner ids, with commas) [dba]: ",
        "Trigger (scheduled, incident, change, drill) [scheduled]: ",
        "Is the page complete? [Y/n]: ",
        "Is the page effective? [Y/n]: ",
        "Is the page applicable? [Y/n]: ",
        "Is the page operable? [Y/n]: ",
        "Outcome, in a few words (may be empty): ",
        "Note to the next reviewer (may be empty): ",
        "Write this? [Y/n]: ",
    ):
        assert question in out
    assert "- date: 2026-11-20\n  by: dba\n  trigger: scheduled\n  checks: [complete, effective, " in read(project)


@pytest.mark.parametrize(("id_", "usual"), [("SOP-101", "[dba, ops]"), ("FAQ-101", "[ops]")])
def test_reviewers_are_at_hand_and_the_owner_where_there_are_none(project, kb, id_, usual):
    write(project, {"content/sops/a.md": SOP.replace("reviewers: [dba]", "reviewers: [dba, ops]")})
    code, out, err = kb("review", id_, typed="")
    assert (code, err) == (130, "kb: stopped\n")
    assert out == f"Reviewed by (owner ids, with commas) {usual}: "


def test_an_owner_of_theirs_that_is_no_id_is_not_at_hand(tmp_path, project, kb):
    root = tmp_path / "theirs"
    write(root, {"kb.yml": LENIENT, "source/deploy.md": MANUAL})
    _code, out, _err = kb("--project", str(root), "review", "deploy.md", typed="")
    assert out == "Reviewed by (owner ids, with commas): "


def test_an_answer_that_does_not_fit_is_asked_again(project, kb):
    typed = ["dbaa", "dba", "incident", "FAQ-101", "", "PM-2026-001", "y", "n", "y", "y", "\x1b[A", "沿用", "", "y"]
    code, out, _err = kb("review", "SOP-101", typed="\n".join(typed) + "\n")
    assert code == 0
    assert "Error: `dbaa` is not in registry/owners.yml; did you mean `dba`?\n" in out
    assert "Error: FAQ-101 is no record; name the one that asked for the review\n" in out
    assert "Error: control character U+001B at byte 0; delete it\n" in out
    assert (
        "  by: dba\n  trigger: incident\n"
        "  checks: {complete: pass, effective: fail, applicable: pass, operable: pass}\n"
        "  outcome: 沿用\n  ref: PM-2026-001\n"
    ) in read(project)


def test_only_what_no_option_gives_is_asked(project, kb):
    options = (*SCHEDULED, "--outcome", "沿用", "--note", "")
    code, out, _err = kb("review", "SOP-101", *options, typed="y\n")
    assert code == 0
    for question in ("Reviewed by", "Trigger", "Is the page", "Outcome,", "Note to", "Record that"):
        assert question not in out
    assert "Write this?" in out


@pytest.mark.parametrize(("typed", "code"), [("n\n", 1), ("", 130)])
def test_nothing_is_written_without_a_yes(project, kb, typed, code):
    before = read(project)
    options = (*SCHEDULED, "--outcome", "", "--note", "")
    found, _out, err = kb("review", "SOP-101", *options, typed=typed)
    assert found == code
    assert err in ("nothing was written\n", "kb: stopped\n")
    assert read(project) == before


def test_yes_asks_no_more(project, kb):
    code, out, _err = kb("review", "SOP-101", *SCHEDULED, "--yes", typed="")
    assert code == 0
    assert "Write this?" not in out


def test_a_record_that_asks_for_the_review_is_at_hand(project, kb, monkeypatch):
    monkeypatch.setattr(review_command, "_asking", lambda _catalog, _page: ("incident", ("PM-2026-001", "PM-2026-009")))
    code, out, _err = kb("review", "SOP-101", "--checks", ALL_CHECKS, typed="\n\nPM-2026-001\n\n\n\n")
    assert code == 0
    assert "Trigger (scheduled, incident, change, drill) [incident]: " in out
    assert "Record that asked for it [PM-2026-001, PM-2026-009]: " in out
    assert out.endswith("PM-2026-009 still asks for a review: cite it with --ref\n")


@pytest.mark.parametrize(
    ("review", "expected"),
    [
        (SimpleNamespace(state=ReviewState.FRESH, triggers=(), failed=None), ("scheduled", ())),
        (SimpleNamespace(state=ReviewState.TRIGGERED, triggers=(), failed=True), ("change", ())),
        (
            SimpleNamespace(
                state=ReviewState.OVERDUE,
                triggers=[
                    SimpleNamespace(mention=SimpleNamespace(kind=kind, record=SimpleNamespace(id=id_)))
                    for kind, id_ in (("drill", "DR-2026-001"), ("incident", "PM-2026-001"))
                ],
            ),
            ("drill", ("DR-2026-001", "PM-2026-001")),
        ),
    ],
)
def test_what_asks_for_a_review(review, expected):
    assert review_command._asking(SimpleNamespace(review=lambda _page: review), None) == expected


# --- one home ---------------------------------------------------------------


def test_words_are_those_of_the_schema():
    definitions = shared_schema()["$defs"]
    assert list(TRIGGERS) == definitions["review"]["properties"]["trigger"]["enum"]
    assert list(CHECKS) == definitions["review_check"]["enum"]

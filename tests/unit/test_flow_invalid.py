"""Invalid flows as an author meets them: the code, the words and the place of every fault, through `kb check`."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from kb_builder.cli.run import run

HEAD = """\
---
id: {id}
title: 程序 {id}
summary: 摘要
owner: ops
status: {status}
category: routine
version: "1.0"
effective_date: 2026-11-01
last_reviewed: 2026-11-01
reviewers: [dba]
approver: ops
reviews:
  - date: 2026-11-01
    by: dba
    trigger: scheduled
    checks: [complete, effective, applicable, operable]
    outcome: 沿用
{more}"""
STEP = "name: 查看, role: ops, time_limit: 1 hour, expected: 完成"
PATH = "content/sops/page.md"
_MARK = re.compile(r"[①-⑨]")


def steps(*entries: str) -> str:
    """Return a `steps` field in which every entry has all that a step needs, and what is given here."""
    return "steps:\n" + "".join(f"  - {{{STEP}{', ' if entry else ''}{entry}}}\n" for entry in entries)


@pytest.fixture
def check(make_project, capsys):
    """Return a function that checks a page with the given field and returns exit code and diagnostics of the page.

    The project has SOP-002, which is in force, and SOP-003, which SOP-002 supersedes.
    """

    def call(field: str) -> tuple[int, list[dict[str, Any]]]:
        def page(id_: str, text: str, status: str = "published", more: str = "") -> str:
            return HEAD.format(id=id_, status=status, more=more) + text + "---\n\n正文。\n"

        root = make_project(
            {
                PATH: page("SOP-001", field),
                "content/sops/called.md": page("SOP-002", steps(""), more="supersedes: [SOP-003]\n"),
                "content/sops/old.md": page("SOP-003", steps(""), status="obsolete"),
            }
        ).root
        code = run(["--project", str(root), "check", "--as-of", "2026-11-20", "--format", "json"])
        found = json.loads(capsys.readouterr().out)["diagnostics"]
        assert {each["path"] for each in found} <= {PATH}
        return code, found

    return call


def without_marks(field: str) -> tuple[str, dict[str, tuple[int, int]]]:
    """Return a field without its marks ①, ②, and the line and column where each stood in the page."""
    places = {}
    while mark := _MARK.search(field):
        before = HEAD.format(id="SOP-001", status="published", more="") + field[: mark.start()]
        places[mark[0]] = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        field = field[: mark.start()] + field[mark.end() :]
    return field, places


# What is wrong → the field, with a mark at each fault, and for each mark code, severity, and part of message and hint.
INVALID: dict[str, tuple[str, list[tuple[str, str, str, str, str]]]] = {
    # --- where ways lead ---
    "next names no step": (
        steps("next: ①nowhere", ""),
        [("①", "KB501", "error", "there is no step `nowhere`", "name the id of a step of this page, or `end`")],
    ),
    "an outcome names no step": (
        steps("outcomes: {是: ①nowhere, 否: s2}", ""),
        [("①", "KB501", "error", "there is no step `nowhere`", "")],
    ),
    "a slip of the pen in an outcome": (
        steps("outcomes: {是: ①assing, 否: end}", "id: assign"),
        [("①", "KB501", "error", "there is no step `assing`", "did you mean `assign`?")],
    ),
    "both outcomes name no step": (
        steps("outcomes: {是: ①here, 否: ②there}"),
        [
            ("①", "KB501", "error", "there is no step `here`", ""),
            ("②", "KB501", "error", "there is no step `there`", ""),
        ],
    ),
    "the position of a step that has an id of its own": (
        steps("next: ①s2", "id: second"),
        [("①", "KB501", "error", "there is no step `s2`", "")],
    ),
    "a way over lines": (
        "steps:\n  - name: 恢復了嗎？\n    role: ops\n    time_limit: 1 hour\n    expected: 有結論\n"
        "    outcomes:\n      是: end\n      否: ①nowhere\n",
        [("①", "KB501", "error", "there is no step `nowhere`", "")],
    ),
    "a step that is jumped over": (
        f"steps:\n  - {{{STEP}, next: s3}}\n  - ①{{{STEP}}}\n  - {{{STEP}}}\n",
        [("①", "KB502", "error", "no way leads to step `s2`", "let a step before it lead here")],
    ),
    "two steps after the end": (
        f"steps:\n  - {{{STEP}, next: end}}\n  - ①{{{STEP}, id: late}}\n  - ②{{{STEP}}}\n",
        [
            ("①", "KB502", "error", "no way leads to step `late`", ""),
            ("②", "KB502", "error", "no way leads to step `s3`", ""),
        ],
    ),
    "a decision without any outcome": (
        steps("", "①outcomes: {}"),
        [("①", "KB503", "error", "step `s2` (查看) leads nowhere: `outcomes` is empty", "fill it in, or leave it out")],
    ),
    "an empty next": (
        steps("", "①next: "),
        [("①", "KB103", "error", "`steps[2].next` is empty; it must be text", "")],
    ),
    "an empty text as next": (
        steps("", 'next: ①""'),
        [("①", "KB105", "error", "`steps[2].next` is empty", "")],
    ),
    # --- loops ---
    "a step that leads to itself": (
        steps("", "id: wait, next: ①wait"),
        [("①", "KB504", "error", "step `wait` leads only to itself", "give it an outcome that leads out")],
    ),
    "a decision whose outcomes all lead back to it": (
        steps("id: ask, outcomes: {是: ask, 否: ①ask}"),
        [("①", "KB504", "error", "step `ask` leads only to itself", "")],
    ),
    "two steps that lead to each other": (
        steps("id: look", "id: wait, next: ①look"),
        [("①", "KB504", "error", "steps `look`, `wait` lead only to one another", "give one of them an outcome")],
    ),
    "a larger loop behind a way in": (
        steps("", "id: look", "", "outcomes: {是: look, 否: ①s3}"),
        [("①", "KB504", "error", "steps `look`, `s3`, `s4` lead only to one another, and none to the end", "")],
    ),
    "a loop, and a step behind it": (
        f"steps:\n  - {{{STEP}, id: wait, next: ①wait}}\n  - ②{{{STEP}}}\n",
        [
            ("①", "KB504", "error", "step `wait` leads only to itself", ""),
            ("②", "KB502", "error", "no way leads to step `s2`", ""),
        ],
    ),
    # --- outcomes ---
    "a single outcome": (
        steps("①outcomes: {是: s2}", ""),
        [("①", "KB505", "error", "a decision needs at least two outcomes; `s1` has 1", "add the other outcome")],
    ),
    "outcomes that differ in case alone": (
        steps("outcomes: {Yes: s2, ①yes: end}", ""),
        [("①", "KB506", "error", "two outcomes are called `yes`", "say what tells them apart")],
    ),
    "outcomes that differ in width alone": (
        steps("outcomes: {A 類: s2, ①Ａ類: end}", ""),
        [("①", "KB506", "error", "two outcomes are called `Ａ類`", "")],
    ),
    "three outcomes that read the same": (
        steps("outcomes: {A: s2, ①a: end, ②Ａ: end}", ""),
        [("①", "KB506", "error", "`a`", ""), ("②", "KB506", "error", "`Ａ`", "")],
    ),
    "outcomes written the same": (
        steps("outcomes: {是: s2, 否: end, ①是: end}", ""),
        [("①", "KB006", "error", "`是` is given twice", "keep one of them")],
    ),
    "an outcome without a name": (
        steps('outcomes: {①"": s2, 否: end}', ""),
        [("①", "KB105", "error", "an empty text cannot be a name here", "a text on one line")],
    ),
    "an outcome that leads to no value": (
        steps("outcomes: {①是: , 否: end}", ""),
        [("①", "KB103", "error", "`steps[1].outcomes.是` is empty", "")],
    ),
    "outcomes as a list": (
        steps("outcomes: ①[是, 否]"),
        [("①", "KB103", "error", "`steps[1].outcomes` is a list; it must be a group of fields", "`name: value`")],
    ),
    "outcomes left empty": (
        steps("①outcomes: "),
        [("①", "KB103", "error", "`steps[1].outcomes` is empty", "such as {yes: check-logs, no: end}")],
    ),
    # --- subprocesses ---
    "an SOP that does not exist": (
        steps("sop: ①SOP-009"),
        [("①", "KB402", "error", "there is no page `SOP-009`", "did you mean `SOP-002` (程序 SOP-002)?")],
    ),
    "an SOP that is obsolete": (
        steps("sop: ①SOP-003"),
        [("①", "KB406", "error", "`SOP-003` (程序 SOP-003) is obsolete", "refer to its successor SOP-002")],
    ),
    "an SOP that calls itself": (
        steps("sop: ①SOP-001"),
        [("①", "KB402", "error", "the page refers to itself (`SOP-001`)", "with `next`")],
    ),
    "an SOP by its file": (
        steps("sop: ①called.md"),
        [("①", "KB105", "error", "`steps[1].sop` is `called.md`", "the id of a page, such as SOP-001")],
    ),
    # --- who, how long, what for ---
    "no role": (
        "steps:\n  - ①{name: 查看, time_limit: 1 hour, expected: 完成}\n",
        [("①", "KB101", "error", "`steps[1].role` is missing", "add `role: …`")],
    ),
    "an empty role": (
        'steps:\n  - {name: 查看, role: ①"", time_limit: 1 hour, expected: 完成}\n',
        [("①", "KB105", "error", "`steps[1].role` is empty", "an id of registry/owners.yml")],
    ),
    "a role that nobody has": (
        "steps:\n  - {name: 查看, role: ①opps, time_limit: 1 hour, expected: 完成}\n",
        [("①", "KB201", "error", "`opps` is not in registry/owners.yml", "did you mean `ops`?")],
    ),
    "no name": (
        "steps:\n  - ①{role: ops, time_limit: 1 hour, expected: 完成}\n",
        [("①", "KB101", "error", "`steps[1].name` is missing", "add `name: …`")],
    ),
    "no time limit": (
        "steps:\n  - ①{name: 查看, role: ops, expected: 完成}\n",
        [("①", "KB511", "warning", "step `s1` (查看) has no time limit", "add `time_limit`, such as 30 minutes")],
    ),
    "no expected result": (
        "steps:\n  - ①{name: 查看, role: ops, id: look, time_limit: 1 hour}\n",
        [
            (
                "①",
                "KB512",
                "warning",
                "step `look` (查看) does not say by what one sees that it is done",
                "add `expected: …`",
            )
        ],
    ),
    "neither time limit nor expected result": (
        "steps:\n  - ①name: 查看\n    role: ops\n  - ②name: 處理\n    role: ops\n",
        [
            ("①", "KB511", "warning", "step `s1`", ""),
            ("①", "KB512", "warning", "step `s1`", ""),
            ("②", "KB511", "warning", "step `s2`", ""),
            ("②", "KB512", "warning", "step `s2`", ""),
        ],
    ),
    "a blank expected result": (
        'steps:\n  - {name: 查看, role: ops, time_limit: 1 hour, expected: ①" "}\n',
        [("①", "KB105", "error", "`steps[1].expected` is empty", "")],
    ),
    "a time limit in words": (
        "steps:\n  - {name: 查看, role: ops, expected: 完成, time_limit: ①soon}\n",
        [("①", "KB105", "error", "`steps[1].time_limit` is `soon`", "such as 30 minutes, or immediately")],
    ),
    "a time limit without a unit": (
        "steps:\n  - {name: 查看, role: ops, expected: 完成, time_limit: ①30}\n",
        [("①", "KB103", "error", "`steps[1].time_limit` is a number (30)", "such as 30 minutes")],
    ),
    "a time limit of no time": (
        "steps:\n  - {name: 查看, role: ops, expected: 完成, time_limit: ①0 minutes}\n",
        [("①", "KB105", "error", "`0 minutes`", "or immediately")],
    ),
    "a bad time limit of one class": (
        "steps:\n  - {name: 查看, role: ops, expected: 完成, time_limit: {A: 1 hour, B: ①1.5 hours}}\n",
        [("①", "KB105", "error", "`steps[1].time_limit.B` is `1.5 hours`", "")],
    ),
    "time limits of no class": (
        "steps:\n  - {name: 查看, role: ops, expected: 完成, time_limit: ①{}}\n",
        [("①", "KB105", "error", "`steps[1].time_limit` needs at least 1 entry", "")],
    ),
    # --- ids, symbols, and what is no step ---
    "one id twice": (
        steps("id: look", "id: ①look"),
        [("①", "KB507", "error", "two steps have the id `look`", "give one of them another id")],
    ),
    "an id that another step has by its position": (
        steps("id: ①s2", ""),
        [("①", "KB507", "error", "two steps have the id `s2`", "")],
    ),
    "an id with a space": (
        steps("id: ①look here"),
        [("①", "KB105", "error", "`steps[1].id` is `look here`", "lower-case letters, digits and hyphens")],
    ),
    "a symbol that does not exist": (
        steps("type: ①decision"),
        [("①", "KB104", "error", "`steps[1].type` is `decision`, which is none of its values", "document, wait")],
    ),
    "a field that does not exist": (
        steps("①outcome: {是: end}"),
        [("①", "KB102", "error", "unknown field `steps[1].outcome`", "did you mean `outcomes`?")],
    ),
    "more steps than a reader can follow": (
        "①" + steps(*[""] * 31),
        [("①", "KB513", "warning", "31 steps are more than a reader can follow", "an SOP of its own")],
    ),
    "steps left empty": (
        "①steps:\n",
        [("①", "KB103", "error", "`steps` is empty; it must be a list", "each with at least `name` and `role`")],
    ),
    "an empty list of steps": (
        "steps: ①[]\n",
        [("①", "KB105", "error", "`steps` needs at least 1 entry", "")],
    ),
    "steps as a text": (
        "steps: ①查看、處理\n",
        [("①", "KB103", "error", "`steps` is text; it must be a list", "begin each entry on a line of its own")],
    ),
    "steps as fields": (
        "steps:\n  ①look: {name: 查看, role: ops}\n",
        [("①", "KB103", "error", "`steps` is a group of fields; it must be a list", "")],
    ),
    "steps that are only names": (
        "steps:\n  - ①查看\n  - ②處理\n",
        [
            ("①", "KB103", "error", "`steps[1]` is text; it must be a group of fields", "`name: value`"),
            ("②", "KB103", "error", "`steps[2]` is text", ""),
        ],
    ),
    "a good step and a bare name": (
        f"steps:\n  - {{{STEP}}}\n  - ①處理\n",
        [("①", "KB103", "error", "`steps[2]` is text; it must be a group of fields", "")],
    ),
}

VALID = {
    "unquoted yes and no stay the text they are": steps("outcomes: {yes: end, no: s2}", ""),
    "on and off, numbers and true are text as well": steps(
        "outcomes: {on: s2, off: end}", "outcomes: {1: s3, 2: end}", "outcomes: {true: s1, false: end}"
    ),
    "steps called yes and no": steps("outcomes: {go on: yes, stop: no}", "id: yes, next: end", "id: no"),
    "a loop with a way out": steps("id: look", "outcomes: {是: end, 否: look}"),
    "as many steps as a reader can follow": steps(*[""] * 30),
    "a subprocess in force": steps("sop: SOP-002"),
    "limits of classes, and none at all": "steps:\n"
    "  - {name: 查看, role: ops, expected: 完成, time_limit: {A: immediately, B: 2 hours}}\n",
    "a step called end": steps("outcomes: {是: end, 否: s2}", "next: end", "id: end"),
}


@pytest.mark.parametrize("name", INVALID)
def test_every_fault_has_its_code_its_words_and_its_place(check, name):
    marked, expected = INVALID[name]
    field, places = without_marks(marked)
    code, found = check(field)
    assert [(each["line"], each["column"], each["code"], each["severity"]) for each in found] == sorted(
        (*places[mark], code, severity) for mark, code, severity, _message, _hint in expected
    )
    said = {(each["line"], each["column"], each["code"]): each for each in found}
    for mark, fault, _severity, message, hint in expected:
        each = said[*places[mark], fault]
        assert message in each["message"]
        assert hint in each["hint"]
    assert code == int(any(severity == "error" for _mark, _code, severity, _message, _hint in expected))


@pytest.mark.parametrize("name", VALID)
def test_what_is_valid_is_let_through(check, name):
    assert check(VALID[name]) == (0, [])

"""The forms in which problems are reported are what the schema of a ticket says, wherever they stand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from kb_builder import checks
from kb_builder.authoring import issue_forms
from kb_builder.cli.run import run
from kb_builder.config.load import load_settings
from kb_builder.messages import messages
from kb_builder.model.report_address import placeholders
from kb_builder.model.settings import LANGUAGES
from kb_builder.pages.forms import TICKET_FORM, fields_of, schema_of

ROOT = Path(__file__).parents[2]
# Where readers are told what to report, and by which words of each language the fields are known there.
FAQS = {
    "how-to-report-a-problem.md": {
        "summary": "現象", "url": "網址", "browser": "瀏覽器", "os": "作業系統", "version": "版本", "evidence": "截圖",
        "occurred_at": "何時發生", "frequency": "多常發生", "tried": "試過的方法與結果", "wish": "希望的結果",
    },
    "report-a-problem-en.md": {
        "summary": "What happened", "url": "Page address", "browser": "Browser", "os": "operating system",
        "version": "version", "evidence": "Screenshot", "occurred_at": "When", "frequency": "how often",
        "tried": "What I tried, and the result", "wish": "Result I would like",
    },
}  # fmt: skip


@pytest.mark.parametrize("forge", issue_forms.PATHS)
def test_the_committed_form_is_what_the_schema_gives(forge: str) -> None:
    path, language = issue_forms.PATHS[forge], load_settings(ROOT, checks.rules()).language
    told = f"run `kb schema ticket --format {forge} > {path}`, read the changes and commit them"
    assert (ROOT / path).read_text(encoding="utf-8") == issue_forms.written(forge, language), told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_of_github_asks_for_every_field_of_the_schema(language: str) -> None:
    form = yaml.safe_load(issue_forms.written("github", language))
    schema = schema_of(TICKET_FORM)
    assert set(form) == {"name", "description", "body"}
    first, *fields = form["body"]
    assert first["type"] == "markdown" and first["attributes"]["value"]
    assert [field["id"] for field in fields] == list(schema["properties"])
    assert [field["id"] for field in fields if field["validations"]["required"]] == schema["required"]
    assert [field["id"] for field in fields if field["type"] == "textarea"] == [
        name for name, kind in schema["properties"].items() if kind["type"] == "array"
    ]
    # GitHub refuses a form with two labels alike, or with an id of other characters.
    labels = [field["attributes"]["label"] for field in fields]
    assert len(set(labels)) == len(labels)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", field["id"]) for field in fields)
    words = {field.name: (field.label, field.hint) for field in fields_of(TICKET_FORM, messages(language))}
    assert words == {field["id"]: tuple(field["attributes"].values()) for field in fields}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_of_gitlab_has_a_heading_for_every_field(language: str) -> None:
    headings = re.findall(r"^## (.+?)(?: \*)?$", issue_forms.written("gitlab", language), re.MULTILINE)
    assert headings == [field.label for field in fields_of(TICKET_FORM, messages(language))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_link_fills_in_fields_of_the_form(language: str) -> None:
    def asked(forge: str) -> dict[str, list[str]]:
        url = issue_forms.new_issue(forge, "https://git.example/a/b", language)
        assert set(re.findall(r"\{(\w*)\}", url)) <= set(placeholders("staff"))
        return parse_qs(urlsplit(url).query)

    github = asked("github")
    assert github.pop("template") == [Path(issue_forms.PATHS["github"]).name]
    assert set(github) - {"title"} <= set(schema_of(TICKET_FORM)["properties"])
    gitlab = asked("gitlab")
    assert gitlab.pop("issuable_template") == [Path(issue_forms.PATHS["gitlab"]).stem]
    assert set(gitlab) == {"issue[title]", "issue[description]"}
    for value in ("{id}", "{version}", "{heading}", "{url}"):
        assert any(value in text for text in gitlab["issue[description]"])


def test_the_command_prints_schema_and_forms(capsys: pytest.CaptureFixture[str]) -> None:
    def printed(*arguments: str) -> str:
        assert run(["--project", str(ROOT), "schema", *arguments]) == 0
        return capsys.readouterr().out

    schema = json.loads(printed("ticket"))
    assert schema["title"] == "工單範本"
    assert all(kind["title"] and kind["description"] for kind in schema["properties"].values())
    assert printed("ticket", "--format", "gitlab") == issue_forms.written("gitlab", "zh-Hant")
    assert run(["--project", str(ROOT), "schema", "sop", "--format", "github"]) == 2
    assert "is for `kb schema ticket`" in capsys.readouterr().err


@pytest.mark.parametrize("name", FAQS)
def test_readers_are_told_to_say_what_a_ticket_asks_for(name: str) -> None:
    words = FAQS[name]
    assert set(words) == set(schema_of(TICKET_FORM)["properties"]) - {"page", "heading"}, "these come by the link"
    to_copy = re.search(r"```text\n(.*?)```", (ROOT / "content/faq" / name).read_text(encoding="utf-8"), re.DOTALL)
    assert to_copy
    assert [word for word in words.values() if word not in to_copy[1]] == []

"""Templates to copy, made from schemas: a ticket, and the monthly maintenance report.

`authoring/issue_forms.py` makes the forms of GitHub and GitLab of the same ticket.

The schema says which fields there are, in which order and which of them nobody may leave out. Its words stand here, so
that they can be translated; the schema that is published has them, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from kb_builder.messages import Messages
from kb_builder.model.paths import REPORT, TICKET
from kb_builder.model.site_tree import StagedFile, StagedPage
from kb_builder.pages.view import View
from kb_builder.pages.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A template: where its page is, its schema, and label and hint of every field."""

    path: str
    schema: str
    title: str
    summary: str
    words: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field in the language of the site. `always` is whether it is required of whatever the form is about.

    `lines` is whether it takes more than a line.
    """

    name: str
    label: str
    hint: str
    required: bool
    always: bool
    lines: bool


_RATING = N_("customers' mark in the survey, 1 (bad) to 5 (good)")
FORMS = (
    Form(
        path=TICKET,
        schema="ticket.schema.json",
        title=N_("Ticket template"),
        summary=N_("What a report of a problem says, so that nobody has to ask back"),
        words={
            "summary": (N_("Summary"), N_("what happens, in one sentence")),
            "page": (
                N_("Page of the knowledge base"),
                N_("its id and version, if the problem is in a page; then no more than the summary is required"),
            ),
            "heading": (N_("Section"), N_("the heading under which something is wrong")),
            "url": (N_("Address"), N_("the address of the page, copied from the browser")),
            "browser": (N_("Browser"), N_("name and version, such as Chrome 131")),
            "os": (N_("Operating system"), N_("name and version, such as Windows 11 or Android 15")),
            "version": (N_("Version"), N_("version of the site or app as it shows it; unknown if it shows none")),
            "evidence": (N_("Screenshots or logs"), N_("files or the whole text of the message; cover personal data")),
            "occurred_at": (N_("When"), N_("day and time with time zone, of the first and of the last time")),
            "frequency": (N_("How often"), N_("always, sometimes or once; how many people see it")),
            "tried": (N_("What was tried"), N_("each thing that was tried, with its effect")),
            "wish": (N_("Wished result"), N_("what should be so in the end")),
        },
    ),
    Form(
        path=REPORT,
        schema="report.schema.json",
        title=N_("Template of the monthly report"),
        summary=N_("What the monthly maintenance report says: done, solved, planned, and how satisfied customers are"),
        words={
            "month": (N_("Month"), N_("year and month, such as 2026-10")),
            "done": (N_("Done"), N_("maintenance that was carried out, with its work log or ticket")),
            "solved": (N_("Solved"), N_("problems that were solved, with their ticket or postmortem")),
            "planned": (N_("Planned"), N_("what is planned next, each with an owner and a day")),
            "speed": (N_("Satisfaction: speed"), _RATING),
            "function": (N_("Satisfaction: functions"), _RATING),
            "security": (N_("Satisfaction: security"), _RATING),
            "stability": (N_("Satisfaction: stability"), _RATING),
            "service": (N_("Satisfaction: service"), _RATING),
            "feedback": (N_("Feedback"), N_("complaints, suggestions and praise, each with what follows from it")),
        },
    ),
)


TICKET_FORM = FORMS[0]


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the page of each template, on a staff site that has use for it."""
    words = view.words()
    for form in _wanted(view):
        fields = fields_of(form, words)
        yield StagedPage(
            path=form.path,
            title=words(form.title),
            summary=words(form.summary),
            language=words.language,
            body=view.render(
                "form.md.j2",
                here=form.path,
                form=form,
                fields=fields,
                text=template(words(form.title), fields),
                channels=_ticket_channels(view) if form.path == TICKET else [],
            ),
            hide=("navigation", "toc"),
        )


def files(view: View) -> Iterator[StagedFile]:
    """Yield the schemas for other programs, with the words of the site."""
    for form in _wanted(view):
        text = json.dumps(worded_schema(form, view.words()), ensure_ascii=False, indent=1)
        yield StagedFile(path=f"api/{form.schema}", data=f"{text}\n".encode())


def template(title: str, fields: Sequence[Field]) -> str:
    """Return the Markdown to copy: a heading for every field, with its hint as a comment that nobody sees later."""
    parts = [f"# {title}"]
    for field in fields:
        parts.append(f"## {field.label}{' *' if field.required else ''}\n\n<!-- {field.hint} -->")
    return "\n\n".join(parts) + "\n"


def fields_of(form: Form, words: Messages) -> list[Field]:
    """Return the fields of a form in the order of its schema."""
    schema = schema_of(form)
    often = schema.get("else", {}).get("required", ())
    return [
        Field(
            name=name,
            label=words(form.words[name][0]),
            hint=words(form.words[name][1]),
            required=name in schema["required"] or name in often,
            always=name in schema["required"],
            lines=kind["type"] == "array",
        )
        for name, kind in schema["properties"].items()
    ]


def schema_of(form: Form) -> dict[str, Any]:
    """Return the JSON Schema of a form."""
    schema: dict[str, Any] = json.loads(resources.files(__package__).joinpath(form.schema).read_text("utf-8"))
    return schema


def worded_schema(form: Form, words: Messages) -> dict[str, Any]:
    """Return the schema of a form with titles and descriptions in a language."""
    schema = schema_of(form)
    for field in fields_of(form, words):
        schema["properties"][field.name] |= {"title": field.label, "description": field.hint}
    schema["title"] = words(form.title)
    return schema


def _wanted(view: View) -> Iterator[Form]:
    """Yield the forms that somebody fills in: tickets where there is a ticket system, reports where there are KPIs."""
    if not view.is_staff:
        return
    for form in FORMS:
        if _ticket_channels(view) if form.path == TICKET else view.catalog.kpis:
            yield form


def _ticket_channels(view: View) -> list[str]:
    channels = view.catalog.channels.channels if view.catalog.channels else {}
    return [id_ for id_, channel in channels.items() if channel.kind == "ticket"]

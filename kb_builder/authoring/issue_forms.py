"""What readers fill in on GitHub or GitLab, made from the schema of a ticket, and the link that opens it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from kb_builder.messages import messages
from kb_builder.pages.forms import TICKET_FORM, Field, fields_of, template
from kb_builder.pages.report_link import what_is_reported
from kb_builder.pages.words import N_
from kb_builder.sources.yaml_write import write_yaml

# By these names the forges find them.
PATHS = {"github": ".github/ISSUE_TEMPLATE/problem.yml", "gitlab": ".gitlab/issue_templates/problem.md"}
_ABOUT = N_("Report a problem on the website, or in a page of the knowledge base")
_THANKS = N_(
    "Thank you. The more is filled in, the less needs to be asked. Never write down passwords or personal data."
)


def written(forge: str, language: str) -> str:
    """Return the issue form of GitHub, or the issue template of GitLab, in a language."""
    words = messages(language)
    fields = fields_of(TICKET_FORM, words)
    if forge == "gitlab":
        return template(words(TICKET_FORM.title), fields)
    return write_yaml(
        {
            "name": words("Report a problem"),
            "description": words(_ABOUT),
            "body": [
                {"type": "markdown", "attributes": {"value": words(_THANKS)}},
                *(_github_field(field) for field in fields),
            ],
        }
    )


def _github_field(field: Field) -> dict[str, Any]:
    # GitHub refuses an issue that lacks what is required, and knows no conditions: so only what is always required is.
    return {
        "type": "textarea" if field.lines else "input",
        "id": field.name,
        "attributes": {"label": field.label, "description": field.hint},
        "validations": {"required": field.always},
    }


def new_issue(forge: str, repository: str, language: str) -> str:
    """Return the address, for `report_url`, of a new issue in a repository that says which page it is about.

    GitHub fills in the fields of its form by their ids. GitLab has no fields: some of its versions add the description
    to the template, others put it in its place.
    """
    if forge == "github":
        page = "page={id}%20{version}&heading={heading}&url={url}"
        return f"{repository}/issues/new?template=problem.yml&title={{id}}%20{{title}}&{page}"
    title, description = (quote(f"issue[{name}]", safe="") for name in ("title", "description"))
    lines = what_is_reported(messages(language), "%0A%0A")
    return f"{repository}/-/issues/new?issuable_template=problem&{title}={{id}}%20{{title}}&{description}={lines}"

"""The files of a new repository: settings, registries, an example of every type, what CI and editors need."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import metadata, resources
from string import Template
from zoneinfo import ZoneInfo

from kb_builder import __version__
from kb_builder.authoring import issue_forms
from kb_builder.config.load import config_schema
from kb_builder.content_types.load import builtin_definition, builtin_names, builtin_page
from kb_builder.model.document import Document
from kb_builder.model.owner import Owner
from kb_builder.registry.file import FILES, registry_schema
from kb_builder.sources.yaml_write import write_value

FORGES = ("github", "gitlab", "both", "none")
ZONES: Mapping[str, str] = {"zh-Hant": "Asia/Taipei", "zh-Hans": "Asia/Shanghai", "en": "UTC"}
NAMES: Mapping[str, str] = {"zh-Hant": "維運知識庫", "zh-Hans": "运维知识库", "en": "Knowledge base"}
# The day on which all examples are in order; their dates are moved as far as today is away from it.
_EXAMPLE_DAY = date(2026, 9, 1)
_EXAMPLE_OFFSET = "+08:00"
_DATE = re.compile(r"\b([12][0-9]{3}-[01][0-9]-[0-3][0-9])(T[0-9:]+)?(\+08:00)?")
_RECORD_ID = re.compile(r"(?m)^(id: [A-Z]+-)[0-9]{4}(-[0-9]+)$")
_ACTION = ".github/actions/kb"
# Where kb itself is developed, the templates for CI install it from there, and the action is the repository's.
_INSTEAD = (
    ("--constraint constraints.txt .", "--requirement requirements.txt"),
    ('--constraint "$KB_SOURCE/constraints.txt" "$KB_SOURCE"', '--requirement "$KB_SOURCE/../../../requirements.txt"'),
    ("uses: ./base", f"uses: ./base/{_ACTION}"),
    ("uses: ./\n", f"uses: ./{_ACTION}\n"),
)
_COMMENTS: Mapping[str, str] = {
    "en": "Who is asked when a file changes. Made from registry/owners.yml; the last line that fits a file counts.",
    "zh-Hant": "檔案變更時請誰審核。取自 registry/owners.yml；最後一行符合的有效。",
    "zh-Hans": "文件变更时请谁审核。取自 registry/owners.yml；最后一行符合的有效。",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a new repository is to be. `url` is its address on the forge, empty when unknown; `mail` the user's own."""

    name: str
    language: str
    timezone: str
    forge: str
    mail: str = "sysadmin@example.com"
    url: str = ""

    @property
    def forges(self) -> tuple[str, ...]:
        """The forges that get a workflow."""
        return ("github", "gitlab") if self.forge == "both" else () if self.forge == "none" else (self.forge,)


def settings_files(plan: Plan) -> dict[str, str]:
    """Return path and text of kb.yml and the registries."""
    return {
        "kb.yml": _text(plan, f"{plan.language}/kb.yml"),
        "registry/owners.yml": _text(plan, f"{plan.language}/owners.yml"),
        "registry/sla.yml": _text(plan, f"{plan.language}/sla.yml"),
        "registry/channels.yml": _text(plan, f"{plan.language}/channels.yml"),
    }


def example_files(language: str, day: date, zone: ZoneInfo) -> dict[str, str]:
    """Return path and text of an example of every built-in type; its dates lie before the day as far as they should."""
    return {
        f"content/{builtin_definition(name)['folder']}/example.md": dated(
            builtin_page(name, "example", language), day, zone
        )
        for name in builtin_names()
    }


def other_files(plan: Plan) -> dict[str, str]:
    """Return path and text of what surrounds the content: for Git, editors, MkDocs, hooks and CI."""
    files = {
        "README.md": _text(plan, f"{plan.language}/README.md"),
        "mkdocs.yml": _text(plan, "mkdocs.yml"),
        "requirements.txt": f"{requirement()}\n",
        ".gitignore": _text(plan, "gitignore.txt"),
        ".editorconfig": _text(plan, "editorconfig.txt"),
        ".pre-commit-config.yaml": _text(plan, "pre-commit.yml"),
        ".kb/staged/staff/docs/.gitkeep": "",
        **dict(_editor_files()),
    }
    for forge in plan.forges:
        files.update(_workflows(forge))
        files[issue_forms.PATHS[forge]] = issue_forms.written(forge, plan.language)
    return files


def requirement() -> str:
    """Return what pip installs to get this kb: a commit where it came from Git, else a version."""
    try:
        told = metadata.distribution("kb-builder").read_text("direct_url.json")
        source = json.loads(told or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        source = {}
    vcs = source.get("vcs_info", {})
    if vcs.get("vcs") == "git":
        return f"kb-builder @ git+{source['url']}@{vcs['commit_id']}"
    return f"kb-builder=={__version__}"


def codeowners(documents: Iterable[Document], owners: Mapping[str, Owner], plan: Plan) -> str:
    """Return CODEOWNERS: for each folder of pages the owner of most of them, and for the rest the first team.

    An owner is named by the channel called as the forge (`github: "@org/team"`), else by the mail address.
    """
    handles = {id_: handle for id_, owner in owners.items() if (handle := _handle(owner, plan))}
    teams = [id_ for id_ in handles if owners[id_].kind == "team"] or list(handles)
    lines = [f"# {_COMMENTS[plan.language]}"]
    if teams:
        lines.append(f"* {handles[teams[0]]}")
    folders: dict[str, Counter[str]] = {}
    for document in documents:
        if document.text("owner") in handles:
            folder = document.path.rpartition("/")[0]
            folders.setdefault(folder, Counter())[document.text("owner")] += 1
    lines += [f"/{folder}/ {handles[counts.most_common(1)[0][0]]}" for folder, counts in sorted(folders.items())]
    return "\n".join(lines) + "\n"


def dated(example: str, day: date, zone: ZoneInfo) -> str:
    """Return an example as if the day on which it is in order were this one, with times of a zone."""
    distance = day - _EXAMPLE_DAY

    def move(match: re.Match[str]) -> str:
        moved = date.fromisoformat(match[1]) + distance
        if not match[2]:
            return moved.isoformat()
        offset = f"{datetime.combine(moved, datetime.min.time(), zone):%z}"
        return f"{moved.isoformat()}{match[2]}{offset[:3]}:{offset[3:5]}"

    text = _DATE.sub(move, example)
    first = re.search(r"(?m)^(?:started_at|time|held_on): ([0-9]{4})", text)
    return _RECORD_ID.sub(rf"\g<1>{first[1]}\g<2>", text) if first else text


def _handle(owner: Owner, plan: Plan) -> str:
    named = (owner.channels.get(forge, "") for forge in plan.forges)
    return next(filter(None, named), owner.channels.get("mail", ""))


def _text(plan: Plan, name: str) -> str:
    """Return a file with the plan's words in their places."""
    words = {
        "language": plan.language,
        "timezone": plan.timezone,
        "name": write_value(plan.name),
        "title": plan.name,
        "mail": write_value(plan.mail),
        "links": "".join(f"\n    {key}: {write_value(value)}" for key, value in _links(plan)),
        "requirement": write_value(requirement()),
        "handle": plan.forges[0] if plan.forges else "mail",
    }
    return Template(_packaged(name)).safe_substitute(words)


def _links(plan: Plan) -> Iterator[tuple[str, str]]:
    url = plan.url.rstrip("/").removesuffix(".git")
    if url:
        is_gitlab = plan.forge == "gitlab"
        yield "edit_url", f"{url}{'/-' if is_gitlab else ''}/edit/main/{{path}}"
        yield "report_url", issue_forms.new_issue("gitlab" if is_gitlab else "github", url, plan.language)


def _workflows(forge: str) -> Iterator[tuple[str, str]]:
    """Yield the workflows of a forge and what they call; `github-NAME.yml` is NAME, `github.yml` for pull requests."""
    folder = resources.files(__package__).joinpath("files/ci")
    # pip puts a folder of compiled modules beside them.
    for name in sorted(entry.name for entry in folder.iterdir() if entry.is_file()):
        text = _packaged(f"ci/{name}")
        for ours, theirs in _INSTEAD:
            text = text.replace(ours, theirs)
        stem, _, ending = name.rpartition(".")
        kind = stem.partition("-")[0]
        if kind == "send" or (ending != "yml" and stem.startswith(forge)):
            yield f"deploy/ci/{name}", text
        elif forge == kind == "gitlab":
            yield ".gitlab-ci.yml", text
        elif forge == kind == "github":
            yield f".github/workflows/{stem.partition('-')[2] or 'pull-request'}.yml", text
        elif forge == "github" and kind == "action":
            yield f"{_ACTION}/{name}", text


def _editor_files() -> Iterator[tuple[str, str]]:
    """Yield settings of Visual Studio Code, and the schemas of YAML files that they name."""
    schemas = {"kb.yml": config_schema(), **{f"registry/{name}": registry_schema(name) for name in FILES}}
    named = {f".vscode/schemas/{path.rpartition('/')[2]}.json": path for path in schemas}
    for place, path in named.items():
        yield place, _json(schemas[path])
    settings = {
        "yaml.schemas": named,
        "files.eol": "\n",
        "files.insertFinalNewline": True,
        "[markdown]": {"editor.wordWrap": "on", "editor.quickSuggestions": {"other": "off"}},
    }
    yield ".vscode/settings.json", _json(settings)
    yield ".vscode/extensions.json", _json({"recommendations": ["redhat.vscode-yaml"]})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _packaged(name: str) -> str:
    return resources.files(__package__).joinpath("files", name).read_text(encoding="utf-8")

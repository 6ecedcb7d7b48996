"""Keeps one issue for every owner who has something to do: opens it, brings it up to date, closes it when all is done.

Usage: `python3 gitlab_issues.py FOLDER`, which `kb report owners --format markdown --folder FOLDER` has written. In the
job's environment, beside what GitLab puts there, is `KB_ISSUES_TOKEN`, a project's access token with the scope `api`.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

LABEL = "kb-due"
PREFIX = "kb: what is due for "
PER_PAGE = 100


def main(folder: Path) -> None:
    """Bring the issues of the project up to date with the files of a folder, OWNER.md."""
    due = {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.md"))}
    issues = {issue["title"].removeprefix(PREFIX): issue["iid"] for issue in open_issues()}
    for owner, text in due.items():
        if owner in issues:
            ask("PUT", f"/{issues[owner]}", description=text)
            print(f"{owner}: issue {issues[owner]} is up to date")
        else:
            ask("POST", "", title=PREFIX + owner, labels=LABEL, description=text)
            print(f"{owner}: a new issue")
    for owner, number in issues.items():
        if owner not in due:
            ask("PUT", f"/{number}", state_event="close")
            print(f"{owner}: issue {number} is closed")


def open_issues() -> Iterator[dict[str, Any]]:
    """Yield the open issues that this script keeps."""
    page = 1
    while True:
        query = urlencode({"labels": LABEL, "state": "opened", "per_page": PER_PAGE, "page": page})
        found = ask("GET", f"?{query}")
        yield from (issue for issue in found if issue["title"].startswith(PREFIX))
        if len(found) < PER_PAGE:
            return
        page += 1


def ask(method: str, path: str, **values: str) -> Any:
    """Ask GitLab about the project's issues and return its answer."""
    request = urllib.request.Request(
        f"{os.environ['CI_API_V4_URL']}/projects/{os.environ['CI_PROJECT_ID']}/issues{path}",
        data=json.dumps(values).encode() if values else None,
        method=method,
        headers={"PRIVATE-TOKEN": os.environ["KB_ISSUES_TOKEN"], "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""A mark in every channel of every internal page: none reaches the customer site, and the scanner can see them all."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from kb_builder import checks
from kb_builder.config.load import load_settings
from kb_builder.leaks.needles import needles, said_to_customers
from kb_builder.leaks.proof import internal, prove, report_schema, try_out
from kb_builder.leaks.scan import Index, Scanner
from kb_builder.leaks.unpack import search_terms
from kb_builder.pipeline import build, check
from kb_builder.search.fold import fold
from kb_builder.search.tokens import read_tokens
from tests.conftest import TODAY
from tests.leaks.test_scan import png

SOP = """\
---
id: {id}
title: <title>
summary: <summary>
owner: ops
status: published
category: routine
version: "<version>"
effective_date: 2026-09-01
last_reviewed: 2026-09-01
review_interval: 6 months
reviewers: [ops, dba]
approver: ops
reviews:
  - {{date: 2026-09-01, by: dba, trigger: scheduled, checks: [complete, effective, applicable, operable],
     outcome: <review-outcome>}}
tags: [<tag>]
aliases: [<nickwort>]
references:
  - {{title: <reference>, url: "https://example.org/<reference-url>"}}
steps:
  - {{name: <step-name>, role: ops, handler: <step-handler>, time_limit: 5 minutes, expected: <step-expected>,
     checkpoint: <step-checkpoint>, resources: [<step-resource>], on_failure: <step-failure>, stage: <step-stage>}}
  - {{name: <step-question>, role: dba, time_limit: 5 minutes, outcomes: {{<outcome>: s3, 否: end}}}}
  - {{id: s3, name: 記錄, role: dba, time_limit: 5 minutes, expected: 已記錄}}
---
<body> <!-- <comment> --> [<link-text>](other{other}.md "<link-title>") `<code>`[^1]

## <heading>

![<alt>](<asset-name>.png)
[表](<table-name>.csv)

```python
print("<fence>")
```

| <cell> | b |
| --- | --- |
| 1 | 2 |

<abbr title="<html-title>">x</abbr>

[^1]: <footnote>
"""
OPEN = """\
---
id: FAQ-{number}
title: 怎麼登入第 {number} 次？
summary: 用您的電子郵件登入。
owner: ops
status: published
audience: customers
topic: 帳號
last_reviewed: 2026-09-01
aliases: [kbczcustomernick]
sources: [SOP-001]
related: [SOP-002]
---

請用電子郵件登入。
"""
OWNERS = """\
ops: {name: kbczownername, kind: team, department: kbczdepartment, members: [dba], deputy: dba,
      channels: {mail: kbczownermail@example.com, phone: "02-5550-9876", chat: "#kbczchat"}}
dba: {name: 資料庫組, kind: role, deputy: ops}
"""
CHANNELS = """\
channels:
  kbczchannelid: {name: "#kbczchannelname", kind: chat, purpose: kbczpurpose, urgency: ordinary, posting: [kbczposting],
                  response: 1 hour, owner: ops}
"""
SYNONYMS = "groups: []\nstaff_only:\n  - [kbczsynonym, 登入]\n"
PAGES = 3
# No figures in a canary: search cuts words there. The first letter is for what belongs to no page.
LETTERS = "zyxw"
FILE_CHANNELS = ("pngtext", "pngpacked", "exif", "csv")


def files() -> tuple[dict[str, str | bytes], list[str]]:
    """Return the files of a project and all its canaries; those of a page are named for their channel."""
    made: dict[str, str | bytes] = {
        "registry/owners.yml": OWNERS,
        "registry/channels.yml": CHANNELS,
        "registry/synonyms.yml": SYNONYMS,
        **{f"content/faq/open{number}.md": OPEN.format(number=100 + number) for number in range(3)},
    }
    for number in range(1, PAGES + 1):

        def canary(channel: re.Match[str], number: int = number) -> str:
            return f"kbc{LETTERS[number]}{channel[1].replace('-', '')}"

        text = SOP.format(id=f"SOP-{number:03}", other=LETTERS[number % PAGES + 1])
        text = re.sub(r"<([a-z]+(?:-[a-z]+)*)>", canary, text)
        text = re.sub(r"other([w-z])\.md", lambda m: f"kbc{m[1]}filename.md", text)
        made[f"content/sops/kbc{LETTERS[number]}filename.md"] = text
        made[f"content/sops/kbc{LETTERS[number]}assetname.png"] = png(
            plain=f"kbc{LETTERS[number]}pngtext",
            packed=f"kbc{LETTERS[number]}pngpacked",
            exif=f"kbc{LETTERS[number]}exif",
        )
        made[f"content/sops/kbc{LETTERS[number]}tablename.csv"] = f"a,b\nkbc{LETTERS[number]}csv,1\n".encode(
            "utf-8-sig"
        )
    texts = "\n".join(text for text in made.values() if isinstance(text, str)) + "".join(made)
    hidden = (
        f"kbc{LETTERS[number]}{kind}"
        for number in range(1, PAGES + 1)
        for kind in ("pngtext", "pngpacked", "exif", "csv")
    )
    return made, sorted({*re.findall(r"kbc[w-z][a-z]+", texts), *hidden})


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """Return the settings of a project full of canaries, what its build gave, and the canaries."""
    root = tmp_path_factory.mktemp("marked")
    made, canaries = files()
    made["kb.yml"] = (
        "timezone: Asia/Taipei\nsites:\n  staff: {name: 內部, url: https://kbczstaffhost.example.com/,"
        ' edit_url: "https://git.example.com/kbczrepository/{path}"}\n'
        f"  customers: {{name: 說明, canaries: {json.dumps(canaries)}}}\n"
    )
    for name, text in made.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    settings = load_settings(root, checks.rules())
    return settings, build(settings, TODAY), canaries


def seen_in(folder, wanted):
    """Return the needles that the scanner sees in a site, and the terms of its index."""
    scanner = Scanner(Index.of(wanted))
    found, terms = set(), set()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name, data = file.relative_to(folder).as_posix(), file.read_bytes()
        found |= {each.needle for each in scanner.scan(name, data)}
        terms |= set(search_terms(name, data))
    return found, terms


def test_there_are_many_channels(marked):
    _settings, _built, canaries = marked
    for number in range(1, PAGES + 1):
        assert len([each for each in canaries if each.startswith(f"kbc{LETTERS[number]}")]) >= 30


def test_no_canary_reaches_customers(marked):
    settings, built, canaries = marked
    assert set(built.published) == {"staff", "customers"}, built.diagnostics
    for file in built.published["customers"].rglob("*"):
        assert "kbc" not in file.name
        assert not file.is_file() or b"kbc" not in file.read_bytes()
    report = json.loads((settings.root / "site/customers.verify.json").read_text())
    jsonschema.validate(report, report_schema())
    assert report["needles"]["canary"] == len(canaries)
    assert report["leaks"] == 0
    assert "kbc" not in json.dumps(report)


def test_every_canary_is_seen_on_the_staff_site(marked):
    settings, built, canaries = marked
    wanted = [each for each in needles(check(settings, TODAY).catalog) if each.kind == "canary"]
    assert len(wanted) == len(canaries)
    found, _terms = seen_in(built.published["staff"], wanted)
    # Comments are taken out of pages for staff as well.
    assert sorted(each.text for each in wanted if each not in found and not each.text.endswith("comment")) == []


@pytest.mark.parametrize("which", ["marked", "sample"])
def test_everything_that_is_looked_for_is_seen_on_the_staff_site(which, request):
    """But for the folder of the project; other words to find a page by are in the index in pieces, as search cuts them.

    Names of files that no page refers to are seen as files.
    """
    if which == "marked":
        settings, built, _canaries = request.getfixturevalue("marked")
    else:
        settings, built = request.getfixturevalue("sample").checked.catalog.settings, request.getfixturevalue("sample")
    catalog = check(settings, TODAY).catalog
    wanted = internal(needles(catalog), said_to_customers(catalog))
    found, terms = seen_in(built.published["staff"], wanted)
    unseen = [
        each
        for each in wanted
        if each not in found
        and not each.text.endswith("comment")
        and not (each.kind == "alias" and {token.term for token in read_tokens(fold(each.text))} <= terms)
    ]
    assert [each.text for each in unseen] == [str(settings.root)]


def test_what_is_put_on_the_customer_site_is_a_leak_with_its_file(marked, tmp_path):
    """Each of the needles, in a file of its own among those of the site."""
    settings, _built, _canaries = marked
    catalog = check(settings, TODAY).catalog
    (tmp_path / "faq").mkdir()
    wanted = internal(needles(catalog), said_to_customers(catalog))
    for number, each in enumerate(wanted):
        (tmp_path / f"faq/{number}.html").write_text(f"<p>{number}: {each.text}</p>", encoding="utf-8")
    proof = prove(catalog, tmp_path)
    assert {(each.needle, each.file) for each in proof.leaks} >= {
        (each, f"faq/{number}.html") for number, each in enumerate(wanted)
    }
    messages = [each.message for each in proof.findings("site/customers")]
    assert any(
        message == "customers could read `kbczownermail@example.com`: e-mail, internal by registry/owners.yml"
        for message in messages
    )


def test_a_path_is_read_as_utf_8_whatever_the_environment_speaks(make_project):
    """With `LC_ALL=C PYTHONUTF8=0` a folder of this name comes as bytes that Python cannot write down."""
    settings = make_project({"content/faq/open.md": OPEN.format(number=100)})
    apart = Path("/srv") / "知識庫".encode().decode("ascii", "surrogateescape")
    catalog = replace(check(settings, TODAY).catalog, settings=replace(settings, root=apart))
    (root,) = [each for each in needles(catalog) if each.text.startswith("/srv")]
    assert root.text == "/srv/知識庫"
    try_out([root])

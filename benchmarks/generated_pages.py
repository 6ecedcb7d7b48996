"""Measures what the generated pages cost: `python benchmarks/generated_pages.py`. Takes minutes of CPU.

A staff site of 1,000 documents, 300 of them postmortems, is built with all generated pages, and again with empty pages
in their places, each in a process of its own. (Without them, broken links and a navigation that MkDocs makes by itself
would be measured instead.)
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from random import Random

from corpus import AS_OF, is_faq, page_id, write_corpus
from cpu import cpu_seconds

# The generated pages together may take this share of a build's CPU time.
TARGET = 0.15
_LEVELS = ("high", "low")
_SLA = """\
calendars:
  office:
    name: 上班時間
    timezone: Asia/Taipei
    hours: {monday: ["09:00-18:00"], tuesday: ["09:00-18:00"], wednesday: ["09:00-18:00"], thursday: ["09:00-18:00"],
            friday: ["09:00-18:00"]}
policies:
  ops:
    name: 維運協議
    owner: OWNER
    scope: 線上故障
    calendar: office
    channels: [phone]
    accountability: 值班組長負責
    availability: {target: 99.9}
    maintenance_window: {reason: 未約定}
    levels:
      high: {name: 嚴重, criteria: 網站中斷, response: 15 minutes, resolution: 4 hours}
      low: {name: 一般, criteria: 其他, response: 1 hour, resolution: 16 hours}
"""
_POSTMORTEM = """\
---
id: PM-2026-{number:03d}
title: 第 {number} 起事件：{cause}
summary: 由 {cause} 造成的中斷，已修復並訂出改善措施。
owner: {owner}
status: published
severity: {level}
sla: ops
incident_class: [core_function]
detected_by: {found}
cause: {cause}
started_at: 2026-{month:02d}-{day:02d}T{hour:02d}:00:00+08:00
detected_at: 2026-{month:02d}-{day:02d}T{hour:02d}:05:00+08:00
acknowledged_at: 2026-{month:02d}-{day:02d}T{hour:02d}:12:00+08:00
mitigated_at: 2026-{month:02d}-{day:02d}T{hour:02d}:40:00+08:00
resolved_at: 2026-{month:02d}-{day:02d}T{later:02d}:30:00+08:00
impact: {{users: {users}, duration: 90 minutes, data_loss: false, cost: {users}0}}
root_causes: [{cause}]
timeline:
  - {{at: "2026-{month:02d}-{day:02d}T{hour:02d}:05:00+08:00", event: 監控發出告警}}
  - {{at: "2026-{month:02d}-{day:02d}T{hour:02d}:40:00+08:00", event: 服務恢復}}
sops:
  - {{id: {sop}, finding: used, note: 依步驟處理}}
action_items:
  - {{id: A1, title: 補上監控, kind: prevent, owner: {owner}, due: 2026-12-{day:02d}, status: open}}
---

## 經過

監控發出告警，值班人員依程序處理，服務恢復後完成檢討。
"""
_BUILD = """\
import json
import re
import sys
from datetime import date
from pathlib import Path

from kb_builder import checks, pages, pipeline
from kb_builder.config.load import load_settings
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages import document_page

folder, what, day, stubs = Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])
generate = pages.generate
if what == "all":
    made = []
    pages.generate = lambda view: (made.append(page) or page for page in generate(view))
else:
    stubbed = [StagedPage(**each) for each in json.loads(stubs.read_text(encoding="utf-8"))]
    pages.generate = lambda view: (*document_page.pages(view), *stubbed)
    pages.generate_files = lambda view: ()
checked = pipeline.check(load_settings(folder, checks.rules()), date.fromisoformat(day))
assert not checked.blockers, checked.blockers[0]
pipeline.build_site(checked.catalog, "staff", folder / "out", folder / "none")
if what == "all":
    # Places that other pages lead to stay, so that no link is broken.
    places = lambda body: "".join(f'<a id="{name}"></a>' for name in re.findall(r'(?:id="|{#)([^"}\\s]+)', body))
    kept = [
        {"path": page.path, "title": page.title, "summary": "", "language": page.language, "body": places(page.body)}
        for page in made if not page.source
    ]
    stubs.write_text(json.dumps(kept), encoding="utf-8")
"""


def write_project(folder: Path, documents: int, postmortems: int) -> None:
    """Write a corpus with so many documents in all, of which so many are postmortems."""
    others = documents - postmortems
    write_corpus(folder, others)
    owner = (folder / "registry/owners.yml").read_text(encoding="utf-8").partition(":")[0]
    (folder / "registry/sla.yml").write_text(_SLA.replace("OWNER", owner), encoding="utf-8")
    (folder / "content/postmortems").mkdir()
    random = Random("kb-postmortems")
    sops = [page_id(number) for number in range(1, others + 1) if not is_faq(number)]
    for number in range(1, postmortems + 1):
        hour = random.randint(0, 21)
        text = _POSTMORTEM.format(
            number=number,
            owner=owner,
            cause=random.choice(("database-full", "certificate-expired", "wrong-setting", "third-party")),
            level=random.choice(_LEVELS),
            found=random.choice(("monitoring", "users")),
            month=random.randint(1, 10),
            day=random.randint(1, 28),
            hour=hour,
            later=hour + 1,
            users=random.randint(1, 9_000),
            sop=random.choice(sops),
        )
        (folder / f"content/postmortems/pm-{number:03d}.md").write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the share of the generated pages in the CPU time of a build.")
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--postmortems", type=int, default=300)
    arguments = parser.parse_args()
    seconds = {}
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as name:
        stubs = Path(name) / "stubs.json"
        for what in ("all", "documents"):
            project = Path(name) / what
            write_project(project, arguments.documents, arguments.postmortems)
            command = [sys.executable, "-c", _BUILD, str(project), what, AS_OF, str(stubs)]
            seconds[what] = cpu_seconds(command, project)
        empty = len(json.loads(stubs.read_text(encoding="utf-8")))
    # What the theme costs for a page that is empty belongs to the generated pages too.
    seconds["documents"] *= arguments.documents / (arguments.documents + empty)
    share = 1 - seconds["documents"] / seconds["all"]
    print(f"all pages {seconds['all']:.1f} s CPU, documents' own pages {seconds['documents']:.1f} s; {empty} generated")
    print(f"share of the generated pages: {share:.3f}; target {TARGET}: {'met' if share <= TARGET else 'MISSED'}")
    sys.exit(0 if share <= TARGET else 1)


if __name__ == "__main__":
    main()

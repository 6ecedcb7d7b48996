"""Mistakes that people make who write pages: each in a project that is in order but for this one.

A mistake puts `wrong` in the place of `right` in one file. The sign ▸ in `wrong` stands before the character at which
the one finding is expected; without it, that is the first line. `mended` says what `kb check --fix` puts there:
True for what was right, a text for another good form, False where somebody must decide.
"""

from __future__ import annotations

from dataclasses import dataclass

MARK = "▸"
SOP = "content/sops/restart.md"
FAQ = "content/faq/password.md"
REFUND = "content/faq/refund.md"
RECORD = "content/postmortems/outage.md"
OWNERS = "registry/owners.yml"
CHANNELS = "registry/channels.yml"

GOOD = {
    "kb.yml": "timezone: Asia/Taipei\n",
    SOP: """\
---
# 控制欄位：改版時先改 version
id: SOP-001
title: 網站無回應時重新啟動
summary: 網站沒有回應時，由值班人員重新啟動服務。
owner: web-ops
status: published
category: routine
version: "1.2"  # 每次改版加 0.1
effective_date: 2026-01-10
last_reviewed: 2026-02-18
review_interval: 6 months
reviewers: [dba]
approver: web-ops
tags: [網站, 重新啟動]
related: [FAQ-001]
reviews:
  - date: 2026-02-18
    by: dba
    trigger: scheduled
    checks: [complete, effective, applicable, operable]
steps:
  - name: 查看監控畫面
    role: web-ops
    time_limit: 10 minutes
    expected: 知道哪一台主機沒有回應
    automated: false
  - name: 重新啟動服務
    role: dba
    time_limit: 30 minutes
    expected: 首頁回應 200
---

## 何時使用

首頁三分鐘沒有回應時使用。密碼問題見[常見問題](../faq/password.md)。
""",
    FAQ: """\
---
id: FAQ-001
title: 忘記密碼怎麼辦？
summary: 在登入頁選「忘記密碼」，依信件裡的連結重設。
owner: web-ops
status: published
topic: 帳號與登入
last_reviewed: 2026-02-01
tags: [登入]
---

## 步驟

1. 在登入頁選「忘記密碼」。
2. 收信後開啟連結。
""",
    REFUND: """\
---
id: FAQ-002
title: 多久會收到退款？
summary: 七個工作天內退回原付款方式。
owner: web-ops
status: published
topic: 付款
last_reviewed: 2026-02-01
---

七個工作天內退回原付款方式。
""",
    RECORD: """\
---
id: PM-2026-001
title: 首頁中斷四十分鐘
summary: 記憶體上限太低，首頁在尖峰時段沒有回應。
owner: web-ops
status: draft
started_at: 2026-02-11T10:00:00+08:00
resolved_at: 2026-02-11T10:40:00+08:00
impact: {users: 1200, duration: 40 minutes, data_loss: false, cost: 0}
root_causes: [記憶體上限沒有隨流量調整]
timeline:
  - {at: 2026-02-11T10:00:00+08:00, event: 首頁沒有回應}
  - {at: 2026-02-11T10:40:00+08:00, event: 調高上限並重新啟動}
---

## 背景

活動開始後流量是平日的三倍。
""",
    OWNERS: """\
# 誰負責什麼
web-ops:
  name: 網站維運組
  kind: team
  members: [dba]
  deputy: dba
  channels: {chat: "#general", mail: web-ops@example.com}
dba:
  name: 資料庫組
  kind: role
  deputy: web-ops
  active: true
""",
    CHANNELS: """\
channels:
  alerts:
    name: "#alerts"
    kind: chat
    purpose: 監控告警
    urgency: urgent
    posting: 只發告警
    response: 5 minutes
    owner: web-ops
""",
}


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One mistake, the finding it must give, and what becomes of it; see above."""

    name: str
    file: str
    right: str
    wrong: str
    code: str
    says: tuple[str, ...]
    mended: bool | str


def _of(file: str, name: str, right: str, wrong: str, code: str, *says: str, mended: bool | str = False) -> Mistake:
    return Mistake(name=name, file=file, right=right, wrong=wrong, code=code, says=says, mended=mended)


DATE = "last_reviewed: 2026-02-18"
HEAD = "---\n# 控制"
END = "---\n\n## 何時"

FENCES = [
    _of(SOP, "opening fence is a dash of Word", HEAD, "▸—\n# 控制", "KB004", "three hyphens", mended=True),
    _of(SOP, "opening fence of full-width hyphens", HEAD, "▸－－－\n# 控制", "KB004", "three hyphens", mended=True),
    _of(FAQ, "opening fence missing", "---\nid", "▸id", "KB004", "put a line `---`", mended=True),
    _of(FAQ, "empty line before the opening fence", "---\nid", "▸\n---\nid", "KB004", "very first line", mended=True),
    _of(FAQ, "heading before the opening fence", "---\nid", "▸# 忘記密碼\n---\nid", "KB004", "very first line"),
    _of(FAQ, "closing fence missing", "[登入]\n---\n\n", "[登入]\n\n", "KB004", "behind line 9", mended=True),
    _of(SOP, "closing fence of two hyphens", END, "▸--\n\n## 何時", "KB004", "exactly three hyphens", mended=True),
    _of(SOP, "closing fence is a dash", END, "▸——\n\n## 何時", "KB004", "exactly three hyphens", mended=True),
    _of(SOP, "closing fence with a wide space", END, "---▸　\n\n## 何時", "KB004", "U+3000", "delete it", mended=True),
    _of(
        REFUND,
        "no front matter",
        GOOD[REFUND][: GOOD[REFUND].rindex("七個")],
        "▸",
        "KB003",
        "begin the file with a line `---`",
    ),
]

DATES = [
    _of(SOP, "date without zeros", DATE, "last_reviewed: ▸2026-2-18", "KB106", "YYYY-MM-DD: 2026-02-18", mended=True),
    _of(SOP, "date with slashes", DATE, "last_reviewed: ▸2026/02/18", "KB106", "YYYY-MM-DD", mended=True),
    _of(SOP, "date with dots", DATE, "last_reviewed: ▸2026.02.18", "KB106", "YYYY-MM-DD", mended=True),
    _of(SOP, "date in wide digits", DATE, "last_reviewed: ▸２０２６-０２-１８", "KB106", "YYYY-MM-DD", mended=True),
    _of(SOP, "date in Chinese", DATE, "last_reviewed: ▸2026年2月18日", "KB106", "YYYY-MM-DD", mended=True),
    _of(SOP, "date in quotes with slashes", DATE, 'last_reviewed: ▸"2026/2/18"', "KB106", "YYYY-MM-DD",
        mended='last_reviewed: "2026-02-18"'),
    _of(SOP, "day or month first", DATE, "last_reviewed: ▸02/03/2026", "KB106", "`02/03/2026`", "YYYY-MM-DD"),
    _of(SOP, "year of the Republic", DATE, "last_reviewed: ▸115-02-18", "KB106", "YYYY-MM-DD"),
    _of(SOP, "day that does not exist", DATE, "last_reviewed: ▸2026-02-30", "KB106", "not a date"),
    _of(SOP, "date in a word", DATE, "last_reviewed: ▸昨天", "KB106", "`昨天`", "YYYY-MM-DD"),
    _of(SOP, "date in the future", DATE, "last_reviewed: ▸2062-02-18", "KB304", "future"),
    _of(RECORD, "time without seconds", "resolved_at: 2026-02-11T10:40:00+08:00",
        "resolved_at: ▸2026-02-11 10:40 +0800", "KB106", "RFC 3339", mended=True),
    _of(RECORD, "time without zone", "resolved_at: 2026-02-11T10:40:00+08:00",
        "resolved_at: ▸2026-02-11T10:40:00", "KB106", "with zone"),
]  # fmt: skip

QUOTES = [
    _of(SOP, "colon in a title", "title: 網站無回應時重新啟動", "title: ▸緊急: 網站無回應時重新啟動",
        "KB011", "must be in quotes", mended='title: "緊急: 網站無回應時重新啟動"'),
    _of(SOP, "title that begins with an asterisk", "title: 網站無回應時重新啟動", "title: ▸**緊急**重新啟動",
        "KB005", 'title: "**緊急**重新啟動"', mended='title: "**緊急**重新啟動"'),
    _of(FAQ, "value that begins with @", "topic: 帳號與登入", "topic: ▸@登入", "KB005", 'topic: "@登入"',
        mended='topic: "@登入"'),
    _of(FAQ, "value that begins with %", "topic: 帳號與登入", "topic: ▸%登入", "KB005", 'topic: "%登入"',
        mended='topic: "%登入"'),
    _of(FAQ, "value that begins with &", "topic: 帳號與登入", "topic: ▸& 其他", "KB005", 'topic: "& 其他"',
        mended='topic: "& 其他"'),
    _of(FAQ, "value that begins with !", "topic: 帳號與登入", "topic: ▸!重要", "KB005", 'topic: "!重要"',
        mended='topic: "!重要"'),
    _of(CHANNELS, "channel without quotes", 'name: "#alerts"', "name: ▸#alerts", "KB010", "is lost", '"#alerts"',
        mended=True),
    _of(OWNERS, "channel without quotes in brackets", 'chat: "#general"', "chat: ▸#general", "KB010", '"#general"',
        mended=True),
    _of(SOP, "number sign behind text", "expected: 首頁回應 200", "expected: 見 ▸#200", "KB010", "is lost",
        '"見 #200"'),
    _of(SOP, "quote that is never closed", 'version: "1.2"', 'version: ▸"1.2', "KB005", "never closed"),
    _of(SOP, "version without quotes", 'version: "1.2"', "version: ▸1.2", "KB103", "in quotes", mended=True),
    _of(FAQ, "title that is a number", "title: 忘記密碼怎麼辦？", "title: ▸404", "KB103", 'quotes: "404"',
        mended='title: "404"'),
    _of(SOP, "comma missing in brackets", "[網站, 重新啟動]", '["網站" ▸"重新啟動"]', "KB005", "a comma",
        mended='["網站", "重新啟動"]'),
    _of(SOP, "bracket never closed", "[網站, 重新啟動]", "▸[網站, 重新啟動", "KB005", "close it with `]`", mended=True),
]  # fmt: skip

COLONS_AND_TABS = [
    _of(SOP, "full-width colon", "title: 網站", "title▸：網站", "KB005", "U+FF1A", "ordinary colon", mended=True),
    _of(SOP, "no space behind the colon", "owner: web-ops", "▸owner:web-ops", "KB005", "a space behind the colon",
        mended=True),
    _of(SOP, "wide space behind the colon", "owner: web-ops", "owner:▸　web-ops", "KB005", "U+3000",
        mended="owner:  web-ops"),
    _of(SOP, "tab before an entry", "  - name: 查看", "▸\t- name: 查看", "KB012", "replace the tab by two spaces",
        mended=True),
    _of(SOP, "two tabs before a field", "    trigger: scheduled", "▸\t\ttrigger: scheduled", "KB012", "the tab",
        mended=True),
    _of(SOP, "field indented too far", "    trigger: scheduled", "      ▸trigger: scheduled", "KB005", "indented"),
    _of(SOP, "hyphen missing before a step", "  - name: 重新啟動服務", "    ▸name: 重新啟動服務", "KB006",
        "a hyphen"),
]  # fmt: skip

IDS = [
    _of(SOP, "id in small letters", "id: SOP-001", "id: ▸sop-001", "KB105", "write SOP-001", mended=True),
    _of(SOP, "id in wide digits", "id: SOP-001", "id: ▸SOP-００１", "KB105", "such as SOP-001", mended=True),
    _of(FAQ, "blank at the end of an id", "id: FAQ-001", 'id: ▸"FAQ-001 "', "KB105", "ends in space",
        mended='id: "FAQ-001"'),
    _of(FAQ, "wide space at the end of an id", "id: FAQ-001", "id: ▸FAQ-001　", "KB105", "U+3000", mended=True),
    _of(SOP, "reference in small letters", "[FAQ-001]", "[▸faq-001]", "KB105", "such as SOP-001", mended=True),
    _of(SOP, "reference to a page that is not there", "[FAQ-001]", "[▸FAQ-009]", "KB402", "no page", "did you mean"),
    _of(SOP, "references without brackets", "related: [FAQ-001]", "related: ▸FAQ-001, FAQ-002", "KB103",
        "[FAQ-001, FAQ-002]", mended="related: [FAQ-001, FAQ-002]"),
    _of(SOP, "reference without brackets", "related: [FAQ-001]", "related: ▸FAQ-001", "KB103", "[FAQ-001]",
        mended=True),
    _of(REFUND, "id of another page", "id: FAQ-002", "id: ▸FAQ-001", "KB401", "already the id", "`kb renumber"),
    _of(REFUND, "id of another type", "id: FAQ-002", "id: ▸PM-2026-002", "KB105", "such as FAQ-001"),
    _of(FAQ, "id without hyphen", "id: FAQ-001", "id: ▸FAQ001", "KB105", "such as FAQ-001"),
    _of(SOP, "owner in capitals", "owner: web-ops", "owner: ▸Web-Ops", "KB201", "did you mean `web-ops`", mended=True),
    _of(SOP, "owner misspelt", "owner: web-ops", "owner: ▸web-op", "KB201", "did you mean `web-ops`"),
    _of(SOP, "owner by name", "approver: web-ops", "approver: ▸網站維運組", "KB105", "an id of registry/owners.yml"),
    _of(SOP, "owner in brackets", "owner: web-ops", "owner: ▸[web-ops]", "KB103", "without brackets", mended=True),
]  # fmt: skip

NAMES = [
    _of(SOP, "letter missing in a name", "summary:", "▸sumary:", "KB102", "did you mean `summary`", mended=True),
    _of(SOP, "letters swapped in a name", "last_reviewed:", "▸last_reveiwed:", "KB102", "did you mean `last_reviewed`",
        mended=True),
    _of(SOP, "hyphen in a name", "review_interval:", "▸review-interval:", "KB102", "did you mean `review_interval`",
        mended=True),
    _of(SOP, "capital in a name", "title:", "▸Title:", "KB102", "did you mean `title`", mended=True),
    _of(SOP, "name of a step's field", "    expected: 首頁", "    ▸expcted: 首頁", "KB102", "did you mean `expected`",
        mended=True),
    _of(SOP, "name in Chinese", "tags:", "▸標籤:", "KB102", "unknown field `標籤`", "known fields", "tags"),
    _of(OWNERS, "name in a registry", "kind: team", "▸knd: team", "KB102", "did you mean `kind`", mended=True),
    _of(FAQ, "field of another system", "topic:", "▸layout: page\ntopic:", "KB102", "known fields"),
    _of(SOP, "field given twice", "owner: web-ops\n", "owner: web-ops\n▸owner: web-ops\n", "KB006", "on line 6",
        mended=True),
    _of(SOP, "field given twice with two values", "owner: web-ops\n", "owner: web-ops\n▸owner: dba\n", "KB006",
        "keep one of them"),
    _of(FAQ, "field that kb computes", "tags:", "▸next_review: 2026-08-01\ntags:", "KB107", "delete it"),
    _of(FAQ, "title missing", "title: 忘記密碼怎麼辦？\n", "", "KB101", "add `title: …`"),
    _of(FAQ, "owner empty", "owner: web-ops", "▸owner:", "KB103", "is empty", "registry/owners.yml"),
    _of(SOP, "role missing in a step", "- name: 重新啟動服務\n    role: dba", "- ▸name: 重新啟動服務", "KB101",
        "`steps[2].role` is missing"),
]  # fmt: skip

VALUES = [
    _of(SOP, "letter missing in a word", "status: published", "status: ▸publishd", "KB104", "did you mean `published`",
        mended=True),
    _of(SOP, "capital in a word", "category: routine", "category: ▸Routine", "KB104", "did you mean `routine`",
        mended=True),
    _of(SOP, "word in a list", "effective, app", "▸efective, app", "KB104", "did you mean `effective`", mended=True),
    _of(OWNERS, "word in a registry", "kind: role", "kind: ▸roel", "KB104", "did you mean `role`", mended=True),
    _of(SOP, "word of another language", "status: published", "status: ▸已發布", "KB104", "allowed are draft"),
    _of(SOP, "word that is near to none", "category: routine", "category: ▸daily", "KB104", "allowed are routine"),
    _of(FAQ, "audience misspelt", "tags:", "audience: ▸customer\ntags:", "KB104", "did you mean `customers`"),
    _of(SOP, "interval without space", "interval: 6 months", "interval: ▸6months", "KB105", "6 months", mended=True),
    _of(SOP, "interval in Chinese", "interval: 6 months", "interval: ▸6個月", "KB105", "write 6 months", mended=True),
    _of(SOP, "interval of ISO 8601", "interval: 6 months", "interval: ▸P6M", "KB105", "6 months", mended=True),
    _of(SOP, "interval without unit", "interval: 6 months", "interval: ▸6", "KB103", "such as 6 months"),
    _of(SOP, "limit with a short unit", "limit: 30 minutes", "limit: ▸30 mins", "KB105", "30 minutes", mended=True),
    _of(SOP, "yes instead of true", "automated: false", "automated: ▸no", "KB103", "write false", mended=True),
    _of(SOP, "list without brackets", "reviewers: [dba]", "reviewers: ▸dba", "KB103", "[dba]", mended=True),
    _of(SOP, "list with commas alone", "tags: [網站, 重新啟動]", "tags: ▸網站, 重新啟動", "KB103", "in brackets"),
    _of(SOP, "title of two lines", "title: 網站無回應時重新啟動", "title: ▸|\n  網站\n  重新啟動", "KB105",
        "on one line"),
    _of(FAQ, "title too long", "title: 忘記密碼怎麼辦？", "title: ▸" + "忘" * 121, "KB105", "shorten it"),
    _of(RECORD, "number in words", "users: 1200", "users: ▸一千二百", "KB103", "whole number"),
]  # fmt: skip

OTHERS = [
    _of(FAQ, "unfinished merge", "owner: web-ops\n", "▸<<<<<<< HEAD\nowner: web-ops\n=======\nowner: dba\n>>>>>>> b\n",
        "KB009", "keep one side"),
    _of(SOP, "link to a page that is not there", "../faq/password.md", "▸../faq/pasword.md", "KB403", "pasword"),
    _of(SOP, "two dates for the last review", DATE, "last_reviewed: ▸2026-02-17", "KB306", "make the two dates equal"),
    _of(OWNERS, "owner in small letters as deputy", "deputy: dba", "deputy: ▸DBA", "KB204", "did you mean `dba`"),
]  # fmt: skip

MISTAKES: list[Mistake] = [
    *FENCES, *DATES, *QUOTES, *COLONS_AND_TABS, *IDS, *NAMES, *VALUES, *OTHERS,
]  # fmt: skip

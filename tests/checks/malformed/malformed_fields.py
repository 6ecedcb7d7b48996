"""Fields that are unknown, missing, of the wrong kind or form."""

from malformed_case import CASE_PATH, Case, case, fine, page, postmortem, sop

REVIEW = "  - {date: 2026-02-01, by: dba, trigger: change"
DATE_HINT = "YYYY-MM-DD"
TIME_HINT = "RFC 3339"
FORM = "has not the form"
EMPTY = "is empty"

UNKNOWN: list[Case] = [
    case("unknown-near", page("▸tag: [a]"), ("KB102", "unknown field `tag`", "did you mean `tags`")),
    case("unknown-letters-swapped", page("▸ower: web-ops"), ("KB102", "did you mean `owner`")),
    case("unknown-hyphen", page("▸review-interval: 6 months"), ("KB102", "did you mean `review_interval`")),
    case("unknown-capital", page("▸Audience: staff"), ("KB102", "did you mean `audience`")),
    case("unknown-part-of-a-name", page("▸date: 2026-02-01"), ("KB102", "did you mean `effective_date`")),
    case("unknown-far", page("▸xyzzy: 1"), ("KB102", "unknown field `xyzzy`", "known fields: aliases, approver")),
    case("unknown-short", page("▸a: 1"), ("KB102", "known fields")),
    case("unknown-template", page("▸template: ../../etc/passwd"), ("KB102", "`template`", "known fields")),
    case("unknown-hide", page("▸hide: [toc]"), ("KB102", "`hide`", "known fields")),
    case("unknown-search", page("▸search: {exclude: true}"), ("KB102", "`search`")),
    case("unknown-of-another-type", page("▸category: routine"), ("KB102", "`category`")),
    case("unknown-number", page("▸1: x"), ("KB102", "`1`")),
    case("unknown-true", page("▸true: x"), ("KB102", "`true`")),
    case("unknown-empty", page("▸'': x"), ("KB102", "``")),
    case("unknown-with-zero-width-space", page("▸\u200baudience: staff"), ("KB102", "did you mean `audience`")),
    case("unknown-nested", page("reviews:", REVIEW + ", ▸outcom: x}"), ("KB102", "`reviews[1].outcom`", "`outcome`")),
    case(
        "unknown-in-step",
        sop("steps:", "  - {name: 做, role: dba, expected: 好, time_limit: 1 hour, ▸rol: dba}"),
        ("KB102", "`steps[1].rol`", "did you mean `role`"),
    ),
    case("unknown-twice", page("▸foo: 1", "▸bar: 2"), ("KB102", "`foo`"), ("KB102", "`bar`")),
    case("computed-next-review", page("▸next_review: 2026-08-01"), ("KB107", "`next_review` is computed", "delete")),
    case("computed-review-state", page("▸review_state: fresh"), ("KB107", "`review_state` is computed")),
    case("missing-title", page(title=None), ("KB101", 1, 1, "`title` is missing", "add `title: …`")),
    case("missing-two", page(title=None, owner=None), ("KB101", 1, 1, "`owner`"), ("KB101", 1, 1, "`title`")),
    case("missing-own-field-of-type", page(topic=None), ("KB101", 1, 1, "`topic` is missing")),
    case("missing-in-entry", page("reviews:", "  - ▸date: 2026-02-01", "    by: dba"), ("KB101", "reviews[1].trigger")),
    case(
        "missing-in-step",
        sop("steps:", "  - ▸{name: 做, expected: 好, time_limit: 1 hour}"),
        ("KB101", "`steps[1].role` is missing", "Owner id"),
    ),
    case(
        "missing-when-published",
        sop(
            "reviews: []",
            "reviewers: [dba]",
            "approver: dba",
            "effective_date: 2026-02-01",
            "steps: [{name: 做, role: dba, expected: 好, time_limit: 1 hour}]",
            status="published",
        ),
        ("KB101", 1, 1, "`version` is missing; a published page needs it", "Version as text"),
        ("KB303", 1, 1, "review"),
    ),
]

TEXTS: list[Case] = [
    case("title-empty", page(title="").replace("title:", "▸title:"), ("KB103", f"`title` {EMPTY}")),
    case("title-null", page(title="▸~"), ("KB103", f"`title` {EMPTY}")),
    case("title-quotes-empty", page(title="▸''"), ("KB105", f"`title` {EMPTY}")),
    case("title-blanks", page(title="▸'  '"), ("KB105", f"`title` {EMPTY}")),
    case("title-number", page(title="▸2024"), ("KB103", "`title` is a number (2024); it must be text", '"2024"')),
    case("title-true", page(title="▸true"), ("KB103", "is true or false; it must be text", '"true"')),
    case("title-list", page(title="▸[忘記]"), ("KB103", "is a list; it must be text", "without brackets", "忘記")),
    case("title-mapping", page(title="▸{zh: 忘, en: b}"), ("KB103", "is a group of fields; it must be text")),
    case("title-two-lines", page(title='▸"a\\nb"'), ("KB105", FORM, "on one line")),
    case("title-block", page(title="▸|\n  a\n  b"), ("KB105", FORM, "on one line")),
    case("title-too-long", page(title="▸" + "字" * 121), ("KB105", "121 characters; the limit is 120")),
    case("summary-too-long", page(summary="▸" + "字" * 501), ("KB105", "501 characters; the limit is 500")),
    case("summary-blank-block", page(summary="▸|\n\n  "), ("KB105", f"`summary` {EMPTY}")),
    case("version-number", page("version: ▸2"), ("KB103", "`version` is a number (2)", '"2"')),
    case("id-of-another-type", page(id="▸SOP-001"), ("KB105", FORM, "such as FAQ-001"), path=CASE_PATH),
    case("id-lower-case", page(id="▸faq-100"), ("KB105", FORM, "such as FAQ-001")),
    case("id-too-short", page(id="▸FAQ-1"), ("KB105", FORM)),
    case("id-wide-digits", page(id="▸FAQ-１００"), ("KB105", FORM)),
    case("id-line-end", page(id='▸"FAQ-100\\n"'), ("KB105", "ends in a line break", "FAQ-100")),
    case("id-wide-space", page(id="▸\u3000FAQ-100"), ("KB105", "begins with ideographic space", "delete it: FAQ-100")),
    case("id-number", page(id="▸100"), ("KB103", "`id` is a number (100)", "such as FAQ-001")),
    case("id-list", page(id="▸[FAQ-100]"), ("KB103", "`id` is a list", "FAQ-100")),
    case("owner-list", page(owner="▸[web-ops]"), ("KB103", "`owner` is a list", "without brackets or hyphen: web-ops")),
    case("owner-mapping", page(owner="▸{name: web-ops}"), ("KB103", "`owner` is a group of fields")),
    case("owner-empty", page(owner="").replace("owner:", "▸owner:"), ("KB103", f"`owner` {EMPTY}", "owners.yml")),
    case("owner-near", page(owner="▸web-opps"), ("KB201", "`web-opps`", "did you mean `web-ops`")),
]

LISTS: list[Case] = [
    case("list-is-text", page("tags: ▸a, b"), ("KB103", "`tags` is text; it must be a list", "[a, b]")),
    case("list-is-text-glued", page("tags: ▸-a"), ("KB103", "`tags` is text; it must be a list")),
    case("list-is-number", page("tags: ▸1"), ("KB103", "is a number (1); it must be a list", "hyphen and a space")),
    case("list-is-true", page("tags: ▸true"), ("KB103", "is true or false; it must be a list")),
    case("list-is-mapping", page("tags: ▸{a: b}"), ("KB103", "is a group of fields; it must be a list", "hyphen")),
    case("list-is-empty", page("▸tags:"), ("KB103", f"`tags` {EMPTY}", "leave the field out")),
    case("entry-number", page("tags: [a, ▸2024]"), ("KB103", "`tags[2]` is a number", '"2024"')),
    case("entries-two", page("tags: [▸1, ▸2.5]"), ("KB103", "`tags[1]`"), ("KB103", "`tags[2]`", "in quotes")),
    case("entry-empty", page("tags:", "  - a", "  -▸"), ("KB103", f"`tags[2]` {EMPTY}")),
    case("entry-quotes-empty", page("tags: [a, ▸'']"), ("KB105", f"`tags[2]` {EMPTY}")),
    case("entry-list", page("tags: [▸[a]]"), ("KB103", "`tags[1]` is a list; it must be text")),
    case("entry-twice", page("tags: [a, b, ▸a]"), ("KB105", "`tags[3]` repeats `a`")),
    case("ids-is-text", page("related: ▸FAQ-001"), ("KB103", "`related` is text; it must be a list", "[FAQ-001]")),
    case("ids-unknown", page("related: [FAQ-001, ▸FAQ-999]"), ("KB402", "FAQ-999")),
    case(
        "reviews-is-date", page("reviews: ▸2026-02-01"), ("KB103", "is text; it must be a list", "hyphen and a space")
    ),
    case(
        "reviews-is-mapping", page("reviews: ▸{date: 2026-02-01}"), ("KB103", "is a group of fields; it must be a list")
    ),
    case("review-is-date", page("reviews: [▸2026-02-01]"), ("KB103", "`reviews[1]` is text", "a group of fields")),
    case("review-is-empty", page("reviews:", "  -▸"), ("KB103", f"`reviews[1]` {EMPTY}")),
    case("steps-none", sop("steps: ▸[]"), ("KB105", "`steps` needs at least 1 entry")),
    case("step-is-text", sop("steps: [▸備份]"), ("KB103", "`steps[1]` is text; it must be a group of fields")),
]

DATES: list[Case] = [
    case("date-february-30", page(last_reviewed="▸2026-02-30"), ("KB106", "`2026-02-30`", "not a date", DATE_HINT)),
    case("date-february-29", page(last_reviewed="▸2025-02-29"), ("KB106", "`2025-02-29`")),
    case("date-month-13", page(last_reviewed="▸2025-13-01"), ("KB106", "`2025-13-01`")),
    case("date-without-zeros", page(last_reviewed="▸2026-2-1"), ("KB106", "`2026-2-1`", DATE_HINT)),
    case("date-slashes", page(last_reviewed="▸2026/02/01"), ("KB106", "`2026/02/01`", DATE_HINT)),
    case("date-dots", page(last_reviewed="▸1.2.2026"), ("KB106", "`1.2.2026`")),
    case("date-compact", page(last_reviewed="▸20260201"), ("KB106", "`20260201`", DATE_HINT)),
    case("date-year-only", page(last_reviewed="▸2026"), ("KB106", "`2026`", DATE_HINT)),
    case("date-chinese", page(last_reviewed="▸2026年2月1日"), ("KB106", DATE_HINT)),
    case("date-minguo", page(last_reviewed="▸115-02-01"), ("KB106", "`115-02-01`")),
    case("date-wide-digits", page(last_reviewed="▸２０２６-02-01"), ("KB106", DATE_HINT)),
    case("date-with-time", page(last_reviewed="▸2026-02-01T10:00:00Z"), ("KB106", DATE_HINT)),
    case("date-word", page(last_reviewed="▸yesterday"), ("KB106", "`yesterday`")),
    case("date-year-zero", page(last_reviewed="▸0000-01-01"), ("KB106", "`0000-01-01`")),
    case("date-list", page(last_reviewed="▸[2026-02-01]"), ("KB103", "is a list; it must be a date")),
    case("date-empty", page("▸effective_date:"), ("KB103", f"`effective_date` {EMPTY}; it must be a date", DATE_HINT)),
    case("date-in-future", page(last_reviewed="▸2026-03-02"), ("KB304", "future")),
    case(
        "date-in-entry",
        page("reviews:", "  - {date: ▸2026-02-30, by: dba, trigger: change}"),
        ("KB106", "`reviews[1].date`"),
    ),
    case("time-without-zone", postmortem("started_at: ▸2026-02-01T10:00:00"), ("KB106", "time with zone", TIME_HINT)),
    case("time-only-date", postmortem("started_at: ▸2026-02-01"), ("KB106", TIME_HINT)),
    case("time-without-seconds", postmortem("started_at: ▸2026-02-01T10:00+08:00"), ("KB106", TIME_HINT)),
    case(
        "time-hour-25", postmortem("started_at: ▸2026-02-01T25:00:00+08:00"), ("KB106", "`2026-02-01T25:00:00+08:00`")
    ),
    case("time-february-30", postmortem("started_at: ▸2026-02-30T10:00:00Z"), ("KB106", TIME_HINT)),
    case("time-zone-by-name", postmortem("started_at: ▸2026-02-01T10:00:00 CST"), ("KB106", TIME_HINT)),
    case("time-number", postmortem("started_at: ▸1769911200"), ("KB106", "`1769911200`", TIME_HINT)),
    case(
        "time-in-timeline",
        postmortem("timeline:", "  - {at: ▸10:00, event: 告警}"),
        ("KB106", "`timeline[1].at` is `10:00`", TIME_HINT),
    ),
    fine("time-forms", postmortem("started_at: 2026-02-01 10:00:00.5+08:00", "detected_at: 2026-02-01t10:01:00z")),
    case("interval-number", page("review_interval: ▸6"), ("KB103", "is a number (6)", "such as 6 months")),
    case("interval-words", page("review_interval: ▸six months"), ("KB105", FORM, "such as 6 months")),
    case("interval-glued", page("review_interval: ▸6months"), ("KB105", FORM)),
    case("interval-chinese", page("review_interval: ▸6 個月"), ("KB105", FORM)),
    case("interval-iso", page("review_interval: ▸P6M"), ("KB105", FORM)),
    case("interval-fraction", page("review_interval: ▸1.5 months"), ("KB105", FORM)),
    case("interval-list", page("review_interval: ▸[6 months]"), ("KB103", "is a list", "6 months")),
    case(
        "duration-number",
        sop("steps: [{name: 做, role: dba, expected: 好, time_limit: ▸30}]"),
        ("KB103", "a number (30)", "30 minutes"),
    ),
    case(
        "duration-unit",
        sop("steps: [{name: 做, role: dba, expected: 好, time_limit: ▸30 min}]"),
        ("KB105", FORM, "30 minutes"),
    ),
    case(
        "duration-per-class",
        sop("steps: [{name: 做, role: dba, expected: 好, time_limit: {A: 2 hours, B: ▸4 hrs}}]"),
        ("KB105", "`steps[1].time_limit.B`", FORM),
    ),
]

CHOICES: list[Case] = [
    case("choice-typo", page(status="▸publishd"), ("KB104", "`publishd`", "did you mean `published`")),
    case("choice-capital", page("audience: ▸Customers"), ("KB104", "did you mean `customers`")),
    case("choice-beginning", page("language: ▸zh"), ("KB104", "did you mean `zh-Hant`")),
    case("choice-far", page("audience: ▸public"), ("KB104", "allowed are staff, customers")),
    case("choice-not-for-this-type", sop("audience: ▸customers"), ("KB104", "allowed are staff")),
    case("choice-yes", page(status="▸yes"), ("KB104", "`yes`")),
    case("choice-true", page(status="▸true"), ("KB104", "`true`")),
    case("choice-number", page(status="▸1"), ("KB104", "`1`")),
    case("choice-list", page("audience: ▸[staff, customers]"), ("KB103", "is a list, not one word")),
    case("choice-mapping", page("audience: ▸{staff: true}"), ("KB103", "is a group of fields, not one word")),
    case("choice-empty", page("▸audience:"), ("KB103", f"`audience` {EMPTY}", "allowed are staff, customers")),
    case(
        "choice-in-entry", page("reviews:", "  - {date: 2026-02-01, by: dba, trigger: ▸chagne}"), ("KB104", "`change`")
    ),
    case("choice-in-list", page("reviews:", REVIEW + ", checks: [complete, ▸efective]}"), ("KB104", "`effective`")),
    case("choice-in-mapping", page("reviews:", REVIEW + ", checks: {complete: ▸yes}}"), ("KB104", "pass, fail")),
    case("choice-name-in-mapping", page("reviews:", REVIEW + ", checks: {▸complet: pass}}"), ("KB102", "`complete`")),
    case("choice-list-of-one-kind", sop("incident_class: [slowdown, ▸slow]"), ("KB104", "`slow`")),
    case("choice-one-or-many", sop("incident_class: ▸slow"), ("KB104", "`slow`", "slowdown")),
    case("choice-none-of-many", sop("incident_class: ▸[]"), ("KB105", "at least 1 entry")),
]

OTHER_KINDS: list[Case] = [
    case(
        "one-or-many-number",
        page("reviews:", "  - {date: 2026-02-01, by: ▸5, trigger: change}"),
        ("KB103", "text or a list"),
    ),
    case("one-or-many-empty", page("reviews:", "  - {date: 2026-02-01, ▸by: , trigger: change}"), ("KB103", EMPTY)),
    case(
        "one-or-many-entry",
        page("reviews:", "  - {date: 2026-02-01, by: [dba, ▸5], trigger: change}"),
        ("KB103", "by[2]"),
    ),
    case(
        "resources-number",
        sop("steps: [{name: 做, role: dba, expected: 好, time_limit: 1 hour, resources: ▸3}]"),
        ("KB103", "text or a list"),
    ),
    case(
        "automated-yes",
        sop("steps: [{name: 做, role: dba, expected: 好, time_limit: 1 hour, automated: ▸yes}]"),
        ("KB103", "is text; it must be true or false"),
    ),
    case(
        "automated-number",
        sop("steps: [{name: 做, role: dba, expected: 好, time_limit: 1 hour, automated: ▸1}]"),
        ("KB103", "must be true or false"),
    ),
    case(
        "outcomes-list",
        sop("steps: [{name: 好？, role: dba, expected: 好, time_limit: 1 hour, outcomes: ▸[a, b]}]"),
        ("KB103", "must be a group of fields"),
    ),
    case("slug-capital", sop("sla: ▸OPS"), ("KB105", FORM, "lower-case")),
    case(
        "roles-list",
        postmortem("roles: ▸[dba]"),
        ("KB103", "`roles` is a list; it must be a group of fields", "indented"),
    ),
    case("role-number", postmortem("roles: {指揮: ▸5}"), ("KB103", "`roles.指揮` is a number")),
    case(
        "impact-text",
        postmortem("impact: ▸大"),
        ("KB103", "`impact` is text; it must be a group of fields", "`name: value`"),
    ),
    case(
        "impact-of-wrong-kinds",
        postmortem("impact:", "  users: ▸many", "  duration: ▸40", "  data_loss: ▸[x]", "  cost: ▸-5"),
        ("KB103", "`impact.users` is text; it must be a whole number"),
        ("KB103", "`impact.duration` is a number (40)", "30 minutes"),
        ("KB103", "`impact.data_loss` is a list; it must be true or false or text"),
        ("KB105", "`impact.cost` is -5; the least is 0"),
    ),
    case(
        "impact-fraction-and-gap",
        postmortem("impact: ▸{users: ▸1.5, duration: 40 minutes, data_loss: false}"),
        ("KB101", "`impact.cost` is missing"),
        ("KB103", "`impact.users` is a number; it must be a whole number"),
    ),
    case("causes-text", postmortem("root_causes: ▸磁碟滿"), ("KB103", "must be a list", "[磁碟滿]")),
    case("causes-none", postmortem("root_causes: ▸[]"), ("KB105", "at least 1 entry")),
    case("lessons-text", postmortem("lessons: {went_well: ▸快}"), ("KB103", "`lessons.went_well` is text", "[快]")),
    case(
        "action-kind",
        postmortem("action_items: [{id: ▸1, title: 監控, owner: dba, due: 2026-04-01}]"),
        ("KB103", '"1"'),
    ),
    case(
        "action-status",
        postmortem("action_items: [{id: A, title: b, owner: dba, due: 2026-04-01, status: ▸finished}]"),
        ("KB104", "`finished`", "done"),
    ),
    case(
        "several-at-once",
        page("tags: ▸a", "audience: ▸all", title="▸5", last_reviewed="▸x"),
        ("KB103", "title"),
        ("KB106", "last_reviewed"),
        ("KB103", "tags"),
        ("KB104", "audience"),
    ),
    case("record-has-no-review-dates", postmortem("▸last_reviewed: 2026-02-01"), ("KB102", "`last_reviewed`")),
]

CASES = [*UNKNOWN, *TEXTS, *LISTS, *DATES, *CHOICES, *OTHER_KINDS]

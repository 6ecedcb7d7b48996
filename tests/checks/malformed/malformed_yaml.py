"""Front matter that is no YAML, or YAML that front matter does without."""

from malformed_case import Case, case, fine, page, postmortem, sop

NEVER_CLOSED = "is never closed"
IN_QUOTES = "unless it is in quotes"
LOST = "is lost: YAML takes it for a comment"
TOO_DEEP = "nest deeper than 8 levels"
NOT_A_FIELD = "is no `name: value`"

BOMB = ["a: ▸&a [x, x, x, x, x, x, x, x, x]"] + [
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
]
MERGE_CHAIN = ["a: ▸&a0 {k: v}"] + [f"b{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 26)]

DUPLICATES: list[Case] = [
    case(
        "duplicate", page("audience: staff", "▸audience: customers"), ("KB006", "`audience` is given twice", "line 9")
    ),
    case("duplicate-of-first-field", page("▸id: FAQ-101"), ("KB006", "`id` is given twice", "line 2")),
    case(
        "duplicate-three-times",
        page("audience: staff", "▸audience: staff", "▸audience: staff"),
        ("KB006", "line 9"),
        ("KB006", "line 9"),
    ),
    case("duplicate-quoted", page("audience: staff", '▸"audience": staff'), ("KB006", "line 9")),
    case(
        "duplicate-nested",
        page("reviews:", "  - date: 2026-02-01", "    by: dba", "    trigger: change", "    ▸by: web-ops"),
        ("KB006", "`by` is given twice", "line 11"),
    ),
    case(
        "duplicate-in-brackets",
        page("reviews:", "  - {date: 2026-02-01, by: dba, trigger: change, ▸by: dba}"),
        ("KB006", "`by` is given twice", "line 10"),
    ),
    case(
        "duplicates-of-two-fields",
        page("tags: [a]", "▸tags: [b]", "aliases: [c]", "▸aliases: [d]"),
        ("KB006", "line 9"),
        ("KB006", "line 11"),
    ),
    case(
        "duplicates-a-thousand",
        page("version: '1'", *["▸version: '1'"] * 20, *["version: '1'"] * 1000),
        *[("KB006", "line 9")] * 19,
        ("KB006", "line 9", "1,000 more names"),
    ),
]

FEATURES: list[Case] = [
    case("anchor", page("tags: ▸&t [a]"), ("KB007", "`&t` is a YAML anchor")),
    case("anchor-on-name", page("▸&k audience: staff"), ("KB007", "`&k` is a YAML anchor")),
    case("alias", page("tags: ▸*t"), ("KB007", "`*t` is a YAML alias")),
    case("anchor-and-alias", page("tags: ▸&t [a]", "aliases: *t"), ("KB007", "anchor")),
    case("merge-key", page("▸<<: {audience: staff}"), ("KB007", "`<<` is a YAML merge key")),
    case(
        "merge-key-nested",
        page("reviews:", "  - ▸<<: {by: dba}", "    date: 2026-02-01", "    by: dba", "    trigger: change"),
        ("KB007", "merge key"),
    ),
    case("tag-standard", page("audience: ▸!!str staff"), ("KB007", "`!!str` is a YAML tag")),
    case("tag-python", page("audience: ▸!!python/object/apply:os.system [id]"), ("KB007", "`!!python/object/apply")),
    case("tag-own", page("audience: ▸!ENV AUDIENCE"), ("KB007", "`!ENV` is a YAML tag")),
    case("tag-verbatim", page("audience: ▸!<tag:yaml.org,2002:str> staff"), ("KB007", "`!!str` is a YAML tag")),
    case("tag-alone", page("version: ▸!"), ("KB007", "YAML tag")),
    case("tag-not-meant", page("topic2: x", topic="▸!important"), ("KB007", "in quotes")),
    case("alias-bomb", page(*BOMB), ("KB007", "`&a` is a YAML anchor")),
    case("merge-chain", page(*MERGE_CHAIN), ("KB007", "`&a0` is a YAML anchor")),
    case("complex-name-list", page("? ▸[a, b]", ": c"), ("KB007", "a list or mapping as a name")),
    case("complex-name-mapping", page("▸{a: b}: c"), ("KB007", "a list or mapping as a name")),
    fine("signs-in-text", page("tags: [R&D, a & b, a *b*, wow!, a<<b]", "aliases: ['*a', \"&b\", '!c']")),
]

LIMITS: list[Case] = [
    case("deep-in-brackets", page("tags: [[[[[[[▸" + "[" * 9000), ("KB008", TOO_DEEP)),
    case("deep-closed", page("tags: " + "[" * 7 + "▸[" + "]" * 8), ("KB008", TOO_DEEP)),
    case("deep-mappings", page("tags: {a: {a: {a: {a: {a: {a: {a: ▸{a: " + "{a: " * 2000), ("KB008", TOO_DEEP)),
    case("deep-mixed", page("tags: [{a: [{a: [{a: [▸{a: " + "[{a: " * 1500), ("KB008", TOO_DEEP)),
    case("deep-block", page("tags:", *("  " * n + "a:" for n in range(1, 8)), "  " * 8 + "▸a: b"), ("KB008", TOO_DEEP)),
    case("deep-lists", page("tags:", "  " + "- " * 7 + "▸- " + "- " * 2000), ("KB008", TOO_DEEP)),
    case("deep-questions", page("? " * 8 + "▸? " + "? " * 2000), ("KB008", TOO_DEEP)),
    case("deep-200000-in-brackets", page("tags: " + "[" * 200_000), ("KB024", 9, 1, "200,006 bytes")),
    case("deep-200000-lists", page("tags:\n  " + "- " * 50_000), ("KB024", 10, 1, "100,002 bytes")),
    case("deep-200000-mappings", page("tags: " + "{a: " * 50_000), ("KB024", 9, 1, "200,006 bytes")),
    case(
        "deep-200000-over-lines",
        page(*["[" * 5000] * 40),
        ("KB008", 2, 1, "front matter has 200,", "16,384"),
    ),
    case("too-many-bytes", page(*[f"k{n}: {'v' * 90}" for n in range(180)]), ("KB008", 2, 1, "the limit is 16,384")),
    case("too-many-bytes-not-characters", page(*["# " + "字" * 1800] * 4), ("KB008", 2, 1, "16,384")),
    case("a-megabyte-of-names", page(*(f"k{n}: v" for n in range(100_000))), ("KB024", 1, 1, "262,144")),
    case(
        "a-thousand-unknown-fields",
        page(*(f"▸k{n}: v" for n in range(21)), *(f"k{n}: v" for n in range(21, 1000))),
        *(("KB102", f"unknown field `k{n}`") for n in range(20)),
        ("KB102", "unknown field `k20`, and 979 more"),
    ),
    case(
        "a-thousand-empty-names",
        page(*["?▸ "] * 21, *["? "] * 979),
        ("KB102", "unknown field ``"),
        *[("KB006", "given twice")] * 20,
    ),
    case("number-of-5000-digits", page("version: ▸" + "1" * 5000), ("KB008", "a number of 5,000 digits", "18")),
    case("number-of-19-digits", page("version: ▸" + "-1" + "0" * 18), ("KB008", "20 digits")),
    case("number-hexadecimal", page("version: ▸0x" + "f" * 4000), ("KB008", "4,002 digits")),
    case("eight-levels-are-read", page("tags: [▸" + "[" * 6 + "]" * 7), ("KB103", "`tags[1]` is a list")),
]

STAYS_TEXT: list[Case] = [
    fine("words-of-yaml-1.1", page("tags: [no, on, off, yes, y, N, No, OFF]", title="no")),
    fine("numbers-of-yaml-1.1", page("tags: [012, 0777, 12:30, '190:20:30', 1_000, 0b101, +1_2, 1:2]")),
    fine("sexagesimal-version", page("version: 12:30:45", title="190:20:30")),
    fine("dates-and-times", page("tags: [2024-01-01, 2024-01-01 10:00:00]", title="2024-01-01")),
    fine("words-of-infinity", page("tags: [.inf, .nan, -.inf, 1e999, ~a, null., nUll]")),
    case("number-one-point-zero", page("version: ▸1.0"), ("KB103", "`version` is a number", "in quotes")),
    case("octal-of-yaml-1.2", page("version: ▸0o14"), ("KB103", "`version` is a number")),
]

CHARACTERS: list[Case] = [
    case("nul", page("audience: st▸\0aff"), ("KB002", "NUL character at byte 161")),
    case("escape", page("version: ▸\x1b[31m1"), ("KB002", "U+001B", "byte")),
    case("bell-in-body", page(body="\n內▸\x07文。\n"), ("KB002", "U+0007")),
    case("delete", page("version: a▸\x7fb"), ("KB002", "U+007F")),
    case("form-feed", page("version:▸\x0c1"), ("KB002", "U+000C")),
    case("c1-next-line", page("version: 1▸\x85audience: customers"), ("KB002", "U+0085")),
    case("c1-control-sequence", page("version: a▸\x9b31m"), ("KB002", "U+009B")),
    case("c1-in-body", page(body="\n內▸\x80文。\n"), ("KB002", "U+0080")),
    case("escaped-nul", page('version: ▸"a\\0b"'), ("KB002", "an escape", "U+0000")),
    case("escaped-escape", page(title='▸"\\e[31m紅"'), ("KB002", "an escape", "U+001B")),
    case("escaped-c1", page('version: ▸"a\\x85b"'), ("KB002", "an escape", "U+0085")),
    case(
        "escaped-control-in-name",
        sop(
            "steps:",
            '  - {name: 好嗎？, role: dba, expected: 好, time_limit: 1 hour, outcomes: {▸"a\\x07": x, b: y}}',
            "  - {id: x, name: 做, role: dba, expected: 好, time_limit: 1 hour}",
            "  - {id: y, name: 完, role: dba, expected: 好, time_limit: 1 hour}",
        ),
        ("KB002", "an escape", "U+0007"),
    ),
    case("line-separator-hides-a-field", page("version: '1'▸\u2028audience: customers"), ("KB002", "line separator")),
    case("paragraph-separator", page("version: 1▸\u2029"), ("KB002", "paragraph separator", "U+2029")),
    case("carriage-return-hides-a-field", page("version: '1'▸\raudience: customers"), ("KB002", "carriage return")),
    case("not-a-character", page("version: 字▸\uffff"), ("KB002", "U+FFFF")),
    fine("middle-dot-and-friends", page("tags: [a·b, 20°, ©, 「引號」, 😀]", title="a·b\u00a0c")),
    fine("escapes-that-are-text", page('tags: ["a\\tb", "\\u5b57", "\\x41"]', r"aliases: ['C:\temp\x07']")),
]

TABS: list[Case] = [
    case("tab-before-field", page("▸\taudience: staff"), ("KB012", "a tab")),
    case("tab-before-list", page("tags:", "▸\t- a"), ("KB012", "a tab", "two spaces")),
    case("tab-before-second-entry", page("tags:", "  - a", "▸\t- b"), ("KB012", "a tab")),
    case("tab-behind-spaces", page("tags:", " ▸\t- a"), ("KB012", "a tab")),
    case("tab-behind-hyphen", page("tags:", "  -▸\ta"), ("KB012", "a tab")),
    case("tab-nested", page("reviews:", "  - date: 2026-02-01", "▸\t  by: dba"), ("KB012", "a tab")),
    case("tab-in-block-text", page(summary="|\n▸\t重設。"), ("KB012", "a tab")),
    fine("tabs-that-do-no-harm", page("audience:\tstaff\t", "tags: [a,\tb,", "\tc]", "version: 'a\tb'")),
]

COLONS: list[Case] = [
    case(
        "colon-in-title", page(title="▸問題: 忘記密碼"), ("KB011", "`title` holds a colon", 'title: "問題: 忘記密碼"')
    ),
    case("colon-at-end", page(topic="▸登入:"), ("KB011", "`topic`", '"登入:"')),
    case("colon-twice", page(title="▸a: b: c"), ("KB011", '"a: b: c"')),
    case("colon-beside-quotes", page(title='▸他說: "好"'), ("KB011", "'他說: \"好\"'")),
    case(
        "colon-nested",
        page("reviews:", "  - date: 2026-02-01", "    by: dba", "    trigger: change", "    note: ▸a: b"),
        ("KB011", "`note` holds a colon"),
    ),
    case("colon-in-list-entry-field", page("reviews:", "  - note: ▸a: b"), ("KB011", "`note`")),
    case("colon-in-list", page("tags:", "  - ▸怎麼辦: 忘記"), ("KB103", "`tags[1]`", '"怎麼辦: 忘記"')),
    case("colon-in-brackets", page("tags: [▸怎麼辦: 忘記]"), ("KB103", "`tags[1]`", '"怎麼辦: 忘記"')),
    case("colon-twice-in-brackets", page("tags: [▸a: b: c]"), ("KB011", "in brackets holds a colon")),
    case(
        "colon-in-step",
        sop("steps:", "  - {name: ▸檢查: 備份, role: dba}"),
        ("KB011", "in brackets holds a colon", '"檢查: 備份"'),
    ),
    case("colon-fullwidth", page("audience▸：staff"), ("KB005", "fullwidth colon", "U+FF1A")),
    case("colon-fullwidth-and-space", page("audience▸： staff"), ("KB005", "fullwidth colon")),
    case("colon-without-space", page("▸audience:staff"), ("KB005", NOT_A_FIELD, "audience: staff")),
    case(
        "colon-without-space-first",
        "---\n▸id:FAQ-100\ntitle: 忘\n---\n\n內文。\n",
        ("KB005", NOT_A_FIELD, "id: FAQ-100"),
    ),
    case("colon-missing", page("▸audience staff"), ("KB005", NOT_A_FIELD)),
    case("colon-missing-value-missing", page("▸audience"), ("KB005", NOT_A_FIELD)),
    case("name-missing", page("▸: staff"), ("KB005", "no name before the colon")),
    fine("colon-that-does-no-harm", page("tags: [http://a/b, 12:30, a:b]", title="12:30 http://a/b 問：答")),
]

LOST_TEXT: list[Case] = [
    case("channel-alone", page("version: ▸#ops"), ("KB010", f"the value `#ops` {LOST}", 'version: "#ops"')),
    case("channel-at-end", page(topic="見 ▸#ops"), ("KB010", f"the end of the line `#ops` {LOST}", '"見 #ops"')),
    case("number-sign", page(title="修正 ▸#123 與 #124"), ("KB010", "`#123 與 #124`")),
    case("channel-in-list", page("tags:", "  - ▸#ops", "  - b"), ("KB010", f"the value `#ops` {LOST}")),
    case("channel-first-in-brackets", page("tags: [▸#ops, b]"), ("KB010", "the value `#ops, b]`", 'write "#ops"')),
    case("channel-last-in-brackets", page("tags: [a, ▸#ops]"), ("KB010", "the value `#ops]`", 'write "#ops"')),
    case("channel-glued-in-brackets", page("tags: [a,▸#ops]"), ("KB010", "the value `#ops]`")),
    case("channel-behind-text-in-brackets", page("tags: [a ▸#ops]"), ("KB010", "the end of the line `#ops]`")),
    case(
        "channel-in-mapping",
        page("reviews:", "  - {date: 2026-02-01, by: dba, trigger: change, note: ▸#ops}"),
        ("KB010", "the value `#ops}`", 'write "#ops"'),
    ),
    case("channel-in-brackets-over-lines", page("tags: [a,", "  ▸#ops,", "  b]"), ("KB010", "the value `#ops,`")),
    case("channel-behind-brackets", page("tags: [a] ▸#ops"), ("KB010", "within the brackets")),
    case("channel-behind-quotes", page('version: "1" ▸#ops'), ("KB010", f"the end of the line `#ops` {LOST}")),
    case("channel-before-list", page("tags: ▸#ops", "  - a"), ("KB010", f"the value `#ops` {LOST}")),
    case(
        "channels-in-two-fields",
        page("version: ▸#a", topic="▸#b"),
        ("KB010", "`#b`"),
        ("KB010", "`#a`"),
    ),
    fine(
        "comments-that-are-meant",
        page("# 一", "audience: staff # 二", "tags: [a, # 三", "  b]", "#aliases: [c]", "reviews: [] ## 四"),
    ),
    fine("channel-within-text", page("tags: ['#ops', \"#dev\", a#b]", "aliases:", "  - a#b", summary="|\n  見 #ops")),
]

QUOTES: list[Case] = [
    case("double-quote-unclosed", page('version: ▸"1'), ("KB005", f'the quote " {NEVER_CLOSED}')),
    case("single-quote-unclosed", page("version: ▸'1"), ("KB005", f"the quote ' {NEVER_CLOSED}")),
    case("quote-unclosed-in-list", page("tags:", '  - ▸"a', "  - b"), ("KB005", NEVER_CLOSED)),
    case("quote-unclosed-in-brackets", page('tags: [▸"a, b]'), ("KB005", NEVER_CLOSED)),
    case("quote-unclosed-before-quoted-field", page('version: ▸"1', 'tags: ["a"]'), ("KB005", NEVER_CLOSED)),
    case("quote-closed-too-early", page(title="'it'▸s over'"), ("KB005", "behind the closing quote '", "twice")),
    case("quote-then-text", page(title='"密碼" ▸忘了'), ("KB005", 'behind the closing quote "')),
    case("escape-of-windows-path", page('version: "C:▸\\path"'), ("KB005", "backslash", "single quotes")),
    case("escape-too-short", page('version: "▸\\u12"'), ("KB005", "backslash")),
    case("escape-no-hexadecimal", page('version: "a▸\\xZZ"'), ("KB005", "backslash")),
    case("escape-of-surrogate", page('version: "▸\\ud800"'), ("KB005", "backslash")),
]

FIRST_CHARACTERS: list[Case] = [
    case("value-at-sign", page(topic="▸@ops 問題"), ("KB005", "`@`", IN_QUOTES, 'topic: "@ops 問題"')),
    case("value-backtick", page(topic="▸`systemctl`"), ("KB005", "a backtick", IN_QUOTES, 'topic: "`systemctl`"')),
    case("value-percent", page(topic="▸%done"), ("KB005", "`%`", IN_QUOTES)),
    case("value-emphasis", page(title="▸*重要*"), ("KB005", "`*`", IN_QUOTES, 'title: "*重要*"')),
    case("value-strong", page(title="▸**重要** 通知"), ("KB005", "`*`", IN_QUOTES)),
    case("value-ampersand", page(topic="▸& more"), ("KB005", "`&`", IN_QUOTES)),
    case("value-closing-bracket", page(topic="▸]"), ("KB005", "`]`", IN_QUOTES)),
    case("value-closing-brace", page(topic="▸}"), ("KB005", "`}`", IN_QUOTES)),
    case("value-question", page(topic="▸? 登入"), ("KB005", "`?`", IN_QUOTES)),
    case("value-pipe-and-text", page(summary="|▸重設。"), ("KB005", "behind `|` the text begins on the next line")),
    case("value-folded-and-text", page(summary="> ▸重設。"), ("KB005", "behind `>`")),
    case("value-comma", page(topic="▸, 登入"), ("KB005", "comma")),
    case("entry-at-sign", page("tags:", "  - a", "  - ▸@ops"), ("KB005", "`@`", 'write "@ops"')),
    case("entry-backtick-in-brackets", page("tags: [a, ▸`b`, c]"), ("KB005", "a backtick", 'write "`b`"')),
    case("line-percent", page("▸%audience: staff"), ("KB005", "a line may not begin with `%`")),
    fine("values-with-such-signs-inside", page("tags: [a@b, 50%, a`b`]", topic="a @b `c` %d *e* | > ?")),
]

STRUCTURE: list[Case] = [
    case("indented-field", page("  ▸audience: staff"), ("KB005", "indented as if it belonged to the value above")),
    case(
        "indented-one-too-few",
        page("reviews:", "  - date: 2026-02-01", "   ▸by: dba"),
        ("KB005", "indentation fits nothing above"),
    ),
    case(
        "indented-one-too-many",
        page("reviews:", "  - date: 2026-02-01", "     ▸by: dba"),
        ("KB005", "indented as if it belonged to the value above"),
    ),
    case("list-one-too-few", page("tags:", "  - a", " ▸- b"), ("KB005", "list entry belongs to no field")),
    case("list-without-field", page("▸- a"), ("KB005", "list entry belongs to no field")),
    case("field-indented-as-list", page("tags:", "  - a", "  ▸audience: staff"), ("KB005", "indentation")),
    case("list-on-line-of-its-field", page("tags: ▸- a", "  - b"), ("KB005", "may not begin on the line of its key")),
    case("indented-with-no-break-space", page("tags:", "▸\u00a0\u00a0- a"), ("KB005", "no-break space", "U+00A0")),
    case("indented-with-wide-space", page("tags:", "▸\u3000- a"), ("KB005", "ideographic space", "U+3000")),
    case("no-break-space-behind-colon", page("audience:▸\u00a0staff"), ("KB005", "no-break space")),
    case("comma-missing", page('tags: ["a" ▸"b"]'), ("KB005", "a comma is missing")),
    case("comma-missing-over-lines", page("tags: [", "  'a'", "  ▸'b'", "]"), ("KB005", "a comma is missing")),
    case(
        "comma-missing-in-mapping",
        page("reviews:", "  - {date: 2026-02-01 ▸by: dba, trigger: change}"),
        ("KB005", "a comma is missing before `by`"),
    ),
    case("comma-twice", page("tags: [a,▸, b]"), ("KB005", "no entry before the comma")),
    case("comma-first", page("tags: [▸, a]"), ("KB005", "no entry before the comma")),
    case("bracket-unclosed", page("tags: ▸[a, b"), ("KB005", f"the `[` {NEVER_CLOSED}")),
    case("bracket-unclosed-field-follows", page("tags: ▸[a, b", "audience: staff"), ("KB005", NEVER_CLOSED)),
    case(
        "brace-unclosed-entry-follows",
        page("reviews:", "  - ▸{date: 2026-02-01, by: dba", "  - {date: 2026-02-02, by: dba}"),
        ("KB005", NEVER_CLOSED),
    ),
    case("brace-unclosed", page("reviews:", "  - ▸{date: 2026-02-01, by: dba"), ("KB005", f"the `{{` {NEVER_CLOSED}")),
    case("bracket-closed-by-brace", page("tags: [a, b▸}"), ("KB005", "`[` is closed by `}`")),
    case("bracket-closed-twice", page("tags: [a, b]▸]"), ("KB005", "behind the closing `]`")),
    case("text-behind-bracket", page("tags: [a]▸, b"), ("KB005", "behind the closing `]`")),
    case("second-document", page("▸--- x", "audience: staff"), ("KB005", "`---`", "ends the YAML")),
    case("document-end", page("▸...", "audience: staff"), ("KB005", "`...`", "ends the YAML")),
    case("directive", page("▸%YAML 1.2", "audience: staff"), ("KB005", "`%`")),
    case(
        "field-behind-brackets",
        "---\n{id: FAQ-100}\n▸title: 忘\n---\n\n內文。\n",
        ("KB005", "this line stands behind the closing `}`"),
    ),
    fine("flow-style-throughout", page("tags: [a, b, ]", "aliases: [\"c, d\", 'e: f']", "reviews: [", "]")),
    case(
        "only-the-first-of-two-mistakes-can-be-seen",
        page('version: ▸"1', "tags: [a"),
        ("KB005", NEVER_CLOSED),
    ),
    case(
        "timeline-without-quotes",
        postmortem("timeline:", "  - {at: 2026-02-01T10:00:00+08:00, event: ▸告警: 磁碟滿}"),
        ("KB011", "in brackets holds a colon", '"告警: 磁碟滿"'),
    ),
]

CASES = [
    *DUPLICATES, *FEATURES, *LIMITS, *STAYS_TEXT, *CHARACTERS, *TABS, *COLONS, *LOST_TEXT, *QUOTES, *FIRST_CHARACTERS,
    *STRUCTURE,
]  # fmt: skip

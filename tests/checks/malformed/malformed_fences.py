"""Fences: missing, misspelt, in the wrong place."""

from malformed_case import BODY, Case, case, fine, page

FIELDS = page(opening="", closing="", body="")
NOT_FENCE = ("KB004", 1, 1, "not the fence `---`")
NOT_CLOSED = "does not close the front matter"

CASES: list[Case] = [
    # The opening fence.
    case("opening-two-hyphens", page(opening="--\n"), NOT_FENCE),
    case("opening-four-hyphens", page(opening="----\n"), NOT_FENCE),
    case("opening-en-dashes", page(opening="–––\n"), NOT_FENCE),
    case("opening-em-dash", page(opening="—\n"), NOT_FENCE),
    case("opening-em-dash-and-hyphen", page(opening="—-\n"), NOT_FENCE),
    case("opening-fullwidth-hyphens", page(opening="－－－\n"), NOT_FENCE),
    case("opening-indented", page(opening="  ---\n"), NOT_FENCE),
    case("opening-spaced", page(opening="- - -\n"), NOT_FENCE),
    case("opening-asterisks", page(opening="***\n"), NOT_FENCE),
    case("opening-equals-signs", page(opening="===\n"), NOT_FENCE),
    case("opening-toml", 'id = "FAQ-100"\n'.join(("+++\n", "+++\n")) + BODY, ("KB004", 1, 1, "TOML", "YAML")),
    case("opening-json", '{\n  "id": "FAQ-100"\n}\n' + BODY, ("KB004", 1, 1, "JSON")),
    case("opening-in-quote", page(opening="> ---\n"), NOT_FENCE),
    case("opening-quoted", page(opening="'---'\n"), NOT_FENCE),
    case("opening-with-comment", page(opening="--- # front matter\n"), NOT_FENCE),
    case("opening-with-word", page(opening="---yaml\n"), NOT_FENCE),
    case("opening-code-block", page(opening="```yaml\n", closing="```\n"), NOT_FENCE),
    case("opening-after-zero-width-space", page(opening="\u200b---\n"), ("KB004", 1, 1, "zero width space", "U+200B")),
    case("opening-after-second-bom", page(opening="\ufeff\ufeff---\n"), ("KB004", 1, 1, "U+FEFF")),
    case("opening-then-no-break-space", page(opening="---\u00a0\n"), ("KB004", 1, 4, "no-break space", "U+00A0")),
    case("opening-missing", page(opening=""), ("KB004", 1, 1, "opening fence `---` is missing")),
    case("text-before", page(opening="你好\n---\n"), ("KB004", 1, 1, "text stands before", "line 2")),
    case("heading-before", page(opening="# 標題\n\n---\n"), ("KB004", 1, 1, "text stands before", "line 3")),
    case("html-comment-before", page(opening="<!-- 草稿 -->\n---\n"), ("KB004", 1, 1, "text stands before")),
    case("yaml-directive-before", page(opening="%YAML 1.2\n---\n"), ("KB004", 1, 1, "text stands before")),
    case("blank-line-before", page(opening="\n---\n"), ("KB004", 1, 1, "blank lines stand before", "line 2")),
    case("blank-lines-before", page(opening="\n  \n\n---\n"), ("KB004", 1, 1, "blank lines stand before", "line 4")),
    case("blank-line-before-comment", page(opening="\n---\n# 欄位\n"), ("KB004", 1, 1, "blank lines stand before")),
    case("carriage-returns-alone", page().replace("\n", "\r"), ("KB004", 1, 1, "carriage return")),
    case("carriage-return-twice", page().replace("\n", "\r\r\n"), ("KB004", 1, 1, "carriage return")),
    # The closing fence.
    case("closing-missing", page(closing=""), ("KB004", 1, 1, "never closed", "behind line 8")),
    case("closing-missing-only-fields", FIELDS.join(("---\n", "")), ("KB004", 1, 1, "never closed", "behind line 8")),
    case("closing-two-hyphens", page(closing="▸--\n"), ("KB004", NOT_CLOSED, "`--`")),
    case("closing-four-hyphens", page(closing="▸----\n"), ("KB004", NOT_CLOSED, "`----`")),
    case("closing-en-dashes", page(closing="▸–––\n"), ("KB004", NOT_CLOSED)),
    case("closing-em-dash", page(closing="▸—\n"), ("KB004", NOT_CLOSED)),
    case("closing-indented", page(closing="▸ ---\n"), ("KB004", NOT_CLOSED)),
    case("closing-dots", page(closing="▸...\n"), ("KB004", NOT_CLOSED, "`...`")),
    case("closing-asterisks", page(closing="▸***\n"), ("KB004", NOT_CLOSED)),
    case("closing-equals-signs", page(closing="▸===\n"), ("KB004", NOT_CLOSED)),
    case("closing-underscores", page(closing="▸___\n"), ("KB004", NOT_CLOSED)),
    case("closing-toml", page(closing="▸+++\n"), ("KB004", NOT_CLOSED)),
    case("closing-spaced", page(closing="▸- - -\n"), ("KB004", NOT_CLOSED)),
    case("closing-with-text", page(closing="▸--- end\n"), ("KB004", NOT_CLOSED)),
    case("closing-then-zero-width-space", page(closing="---▸\u200b\n"), ("KB004", "zero width space", "U+200B")),
    # A line across the page, further down, is taken for the closing fence.
    case(
        "closing-missing-line-below",
        page(closing="", body="\n## 步驟\n\n先備份。\n\n---\n\n更多。\n"),
        ("KB004", 1, 1, "never closed", "behind line 8"),
    ),
    case(
        "closing-missing-list-and-line-below",
        page(closing="", body="\n- 先備份。\n- 再重新啟動。\n\n---\n\n更多。\n"),
        ("KB004", 1, 1, "never closed", "behind line 8"),
    ),
    case(
        "closing-missing-code-below",
        page(closing="", body="\n```yaml\n---\na: b\n---\n```\n"),
        ("KB004", 1, 1, "never closed", "behind line 8"),
    ),
    case(
        "closing-misspelt-line-below",
        page(closing="▸----\n", body="\n先備份。\n\n---\n\n更多。\n"),
        ("KB004", NOT_CLOSED, "`----`"),
    ),
    case(
        "closing-dots-line-below",
        page(closing="▸...\n", body="\n先。\n\n---\n\n後。\n"),
        ("KB004", NOT_CLOSED, "`...`"),
    ),
    # Nothing, or nothing but fences.
    case("empty-file", "", ("KB003", 1, 1, "the file is empty")),
    case("only-blank-lines", "\n  \n\n", ("KB003", 1, 1, "the file is empty")),
    case("only-bom", b"\xef\xbb\xbf", ("KB003", 1, 1, "the file is empty")),
    case("only-text", "# 標題\n\n內文。\n", ("KB003", 1, 1, "no front matter")),
    case("only-opening", "---\n", ("KB004", 1, 1, "never closed")),
    case("only-opening-no-line-end", "---", ("KB004", 1, 1, "never closed")),
    case("only-fences", "---\n---\n", ("KB101", 1, 1, "not a single field", "`title`"), ("KB701", 3, 1, "no text")),
    case("only-fences-and-body", f"---\n---\n{BODY}", ("KB101", 1, 1, "not a single field")),
    case("only-comment", f"---\n# 之後再寫\n---\n{BODY}", ("KB101", 1, 1, "not a single field")),
    case("not-fields-text", f"---\n▸忘記密碼\n---\n{BODY}", ("KB013", "a single text")),
    case("not-fields-list", f"---\n▸- id: FAQ-100\n- title: 忘記密碼\n---\n{BODY}", ("KB013", "a list")),
    case("not-fields-list-in-brackets", f"---\n▸[id, title]\n---\n{BODY}", ("KB013", "a list")),
    case("not-fields-number", f"---\n▸42\n---\n{BODY}", ("KB013", "a single text")),
    case("not-fields-block", f"---\n▸|\n  忘記密碼\n---\n{BODY}", ("KB013", "a single text")),
    # All in order.
    fine("fences-with-trailing-blanks", page(opening="---  \n", closing="---\t\n")),
    fine("horizontal-line-in-body", page(body="\n先。\n\n---\n\n後。\n\n***\n")),
    fine("fence-indented-in-block-text", page("review_interval: >-", "  6 months", summary="|\n  先\n  ---\n  後")),
    # Unfinished merges.
    case(
        "conflict",
        page("▸<<<<<<< HEAD", "audience: staff", "=======", "audience: customers", ">>>>>>> branch"),
        ("KB009", "merge was left unfinished"),
    ),
    case(
        "conflict-three-way",
        page("▸<<<<<<< HEAD", "a: 1", "||||||| base", "a: 2", "=======", "a: 3", ">>>>>>> branch"),
        ("KB009", "merge was left unfinished"),
    ),
    case("conflict-no-labels", page("▸<<<<<<<", "a: 1", "=======", "a: 2", ">>>>>>>"), ("KB009", "merge")),
    case("conflict-half-resolved", page("audience: staff", "▸=======", "a: 2", ">>>>>>> branch"), ("KB009", "merge")),
    case("conflict-middle-left", page("▸======="), ("KB009", "merge")),
    case("conflict-end-left", page("▸>>>>>>> branch"), ("KB009", "merge")),
    case(
        "conflict-whole-file",
        "▸<<<<<<< HEAD\n" + page() + "=======\n" + page() + ">>>>>>> branch\n",
        ("KB009", "merge"),
    ),
    case(
        "conflict-across-fence",
        page(
            "▸<<<<<<< HEAD", "audience: staff", closing="---\n\n舊。\n=======\n---\n\n新。\n>>>>>>> branch\n", body=""
        ),
        ("KB009", "merge"),
    ),
    case(
        "conflict-in-body-twice",
        page(body="\n▸<<<<<<< HEAD\n舊。\n=======\n新。\n>>>>>>> b\n\n▸<<<<<<< HEAD\n=======\n新。\n>>>>>>> b\n"),
        ("KB009", "merge"),
        ("KB009", "merge"),
    ),
    fine("conflict-in-code", page(body="\n```text\n<<<<<<< HEAD\n=======\n>>>>>>> b\n```\n")),
    fine("heading-underlined-with-seven", page(body="\n標題\n=======\n\n內文。\n")),
]

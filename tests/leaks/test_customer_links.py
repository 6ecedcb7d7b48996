"""Links of customers' pages to what is internal are errors at their line, however they are written."""

from __future__ import annotations

import pytest

from kb_builder.audience import project
from kb_builder.pipeline import check
from tests.conftest import TODAY
from tests.unit.test_audience import page

TO_PAGE = {
    "Markdown": "[頁](inside.md)",
    "with a title": '[頁](inside.md "題")',
    "in angle brackets": "[頁](<inside.md>)",
    "with an anchor": "[頁](inside.md#內容)",
    "with a query": "[頁](inside.md?x=1)",
    "by a roundabout way": "[頁](../faq/./inside.md)",
    "percent-encoded": "[頁](%69nside.md)",
    "with a character reference": "[頁](&#105;nside.md)",
    "with a backslash": "[頁](inside\\.md)",
    "reference": "[頁][r]\n\n[r]: inside.md",
    "short reference": "[頁]\n\n[頁]: inside.md",
    "reference in angle brackets": "[頁][r]\n\n[r]: <inside.md>",
    "reference with a title below": '[頁][r]\n\n[r]: inside.md\n    "題"',
    "HTML": '<a href="inside.md">頁</a>',
    "HTML of the built page": '<a href="inside.html">頁</a>',
    "HTML in single quotes": "<a href='inside.md'>頁</a>",
    "HTML without quotes": "<a href=inside.md>頁</a>",
    "HTML in capitals": '<A HREF = "inside.md">頁</A>',
    "HTML on two lines": '<a\nhref="inside.md">頁</a>',
    "in a list": "- 項\n    - [頁](inside.md)",
    "in a table": "| a | b |\n| --- | --- |\n| [頁](inside.md) | 1 |",
    "in a footnote": "x[^1]\n\n[^1]: [頁](inside.md)",
    "in a box": '!!! note "題"\n\n    [頁](inside.md)',
    "to a page for customers that is a draft": "[頁](draft.md)",
    "quotation": '<blockquote cite="inside.md"><p>x</p></blockquote>',
}
TO_FILE = {
    "image": "![圖](../sops/secret.png)",
    "image with a title": '![圖](../sops/secret.png "題")',
    "image by reference": "![圖][r]\n\n[r]: ../sops/secret.png",
    "link": "[檔](../sops/secret.png)",
    "HTML": '<img src="../sops/secret.png" alt="圖">',
    "HTML without quotes": "<img src=../sops/secret.png alt=圖>",
    "several sizes": '<img srcset="../sops/secret.png 2x" src="a.png" alt="圖">',
    "picture": '<picture><source srcset="../sops/secret.png"><img src="a.png" alt="圖"></picture>',
    "video": '<video poster="../sops/secret.png"></video>',
    "image in a link": "[![圖](../sops/secret.png)](https://example.org/)",
    "object": '<object data="../sops/secret.png"></object>',
}


def problems(make_project, body):
    """Return the errors of a page for customers with their lines, and the assets that pass to customers."""
    settings = make_project(
        {
            "content/faq/open.md": page("FAQ-001", body=f"第一行\n\n{body}"),
            "content/faq/inside.md": page("FAQ-900", audience="staff", related="FAQ-001"),
            "content/faq/draft.md": page("FAQ-901", status="draft", related="FAQ-001"),
            "content/faq/a.png": "png",
            "content/sops/secret.png": "png",
        }
    )
    checked = check(settings, TODAY)
    found = [each for each in checked.blockers if each.path == "content/faq/open.md"]
    return found, [asset.content_path for asset in project(checked.catalog, "customers").assets]


@pytest.mark.parametrize("form", TO_PAGE)
def test_a_link_to_an_internal_page_stops_the_build_at_its_line(make_project, form):
    found, _assets = problems(make_project, TO_PAGE[form])
    # A form that the site would not turn into a link is an error of its own.
    assert {each.code for each in found} & {"KB601", "KB403"}, found
    assert all(each.position.line >= 17 for each in found), found


@pytest.mark.parametrize("form", TO_FILE)
def test_a_reference_to_an_internal_file_stops_the_build_at_its_line(make_project, form):
    found, _assets = problems(make_project, TO_FILE[form])
    assert found
    assert all(each.position.line >= 17 for each in found), found


@pytest.mark.parametrize(
    "body", ["`![圖](a.png)`", "```\n![圖](a.png)\n```", "    ![圖](a.png)", "\\![圖]\\(a.png)", "[r]: a.png"]
)
def test_a_file_that_no_page_shows_does_not_pass(make_project, body):
    assert problems(make_project, body)[1] == []
    assert problems(make_project, body + "\n\n![圖](a.png)\n")[1] == ["faq/a.png"]

"""What people type finds the page that answers, in both rankers alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from kb_builder.model.search import SearchPage, SearchSection, SynonymGroup
from kb_builder.pipeline import Built
from kb_builder.search.fold import alike
from kb_builder.search.rank import Searcher
from kb_builder.search.write import write_index
from kb_builder.search_site import FOLDER, open_search

pytestmark = pytest.mark.xdist_group("site")
Files = Mapping[str, str]
QUERIES = yaml.safe_load((Path(__file__).parent / "queries.yml").read_text(encoding="utf-8"))
EVERY = [(audience, query) for audience, queries in QUERIES.items() for query in queries]


def test_there_are_queries_of_every_kind() -> None:
    assert len(EVERY) >= 180
    assert len({query["q"] for _audience, query in EVERY if len(query["q"]) <= 2}) >= 15
    assert sum(query["q"].isascii() for _audience, query in EVERY) >= 40


@pytest.mark.parametrize(("audience", "query"), EVERY, ids=[query["q"] for _audience, query in EVERY])
def test_the_right_page_is_found(searchers: Mapping[str, Searcher], audience: str, query: dict[str, Any]) -> None:
    results = searchers[audience].query(query["q"]).results
    names = [result.id or result.url for result in results]
    wanted = query.get("first") or query["five"]
    assert set(names[: 1 if "first" in query else 5]) & set([wanted] if isinstance(wanted, str) else wanted), names


@pytest.mark.parametrize("audience", ["staff", "customers"])
def test_the_script_does_not_matter(searchers: Mapping[str, Searcher], audience: str) -> None:
    forms: dict[str, list[str]] = {}
    for other, common in alike().items():
        if "一" <= other <= "鿿" and "一" <= common <= "鿿":
            forms.setdefault(common, [common]).append(other)
            forms[other] = forms[common]
    random = Random(3)
    for query in QUERIES[audience]:
        swapped = "".join(random.choice(forms.get(character, [character])) for character in query["q"])
        searcher = searchers[audience]
        assert top_five(searcher, swapped) == top_five(searcher, query["q"]), (query["q"], swapped)


def top_five(searcher: Searcher, text: str) -> list[str]:
    return [result.url for result in searcher.query(text, 5).results]


@pytest.mark.parametrize("audience", ["staff", "customers"])
def test_python_and_javascript_agree(
    indexes: Mapping[str, Files],
    searchers: Mapping[str, Searcher],
    sample_pages: Mapping[str, list[SearchPage]],
    run_queries: Callable[..., list[dict[str, Any]]],
    audience: str,
) -> None:
    queries = [query["q"] for query in QUERIES[audience]] + made_up(sample_pages[audience], Random(7))
    answers = run_queries(indexes[audience], queries)
    assert len(answers) == len(queries) > 200
    for answer in answers:
        ours = searchers[audience].query(answer["query"])
        theirs = [(each["url"].partition("#")[0], tuple(each["missing"])) for each in answer["results"]]
        assert theirs == [(result.url, result.missing) for result in ours.results], answer["query"]
        assert answer["count"] == ours.count, answer["query"]


def test_they_agree_on_slips_and_odd_spellings(run_queries: Callable[..., list[dict[str, Any]]]) -> None:
    random = Random(11)
    common = [
        "restore",
        "monitor",
        "backup",
        "cafe",
        "folder",
        "LDAP",
        "auth",
        "health",
        "備份",
        "資料夾",
        "ﬁle",
        "登入",
    ]
    rare = [
        "rstore",
        "monitr",
        "backups-2",
        "Café",
        "floder",
        "ldapAuth",
        "helth",
        "备份檔",
        "文件夾",
        "①",
        "登錄",
        "v2.10",
    ]
    typed = [
        *common,
        *rare,
        "restroe",
        "CAFE\u0301",
        "ldapauth",
        "ldapAuht",
        "monit",
        "montior",
        "ＲＥＳＴＯＲＥ",
        "estore",
        "x",
        "的",
    ]
    pages = [
        SearchPage(
            url=f"{number:02}",
            title=" ".join(random.choices(common, k=2)),
            language="en",
            sections=(
                SearchSection(text=" ".join([*random.choices(common, k=6), *random.choices(rare, k=number % 2)])),
            ),
            record=number % 3 == 1,
        )
        for number in range(50)
    ]
    groups = [SynonymGroup.of(("資料夾", "folder")), SynonymGroup(asked=("health",), found=("monitor", "log in"))]
    files = write_index(pages, groups)
    searcher = Searcher(files.__getitem__)
    queries = [" ".join(random.choices(typed, k=random.randint(1, 4))) for _ in range(600)]
    for answer in run_queries(files, queries):
        ours = searcher.query(answer["query"])
        theirs = [(each["url"], tuple(each["missing"])) for each in answer["results"]]
        assert theirs == [(result.url, result.missing) for result in ours.results], answer["query"]


def made_up(pages: list[SearchPage], random: Random) -> list[str]:
    """Return titles, ids, pieces of texts, and all of these with a character changed."""
    texts = [section.text for page in pages for section in page.sections if len(section.text) > 30]
    queries = [page.title for page in pages] + [page.id for page in pages if page.id]
    for _ in range(150):
        text = random.choice(texts)
        start = random.randrange(len(text) - 20)
        queries.append(text[start : start + random.randint(1, 20)])
    for query in list(queries):
        place = random.randrange(len(query))
        queries.append(
            query[:place] + random.choice(["", "-", " ", "a", "錯", "🙂", "𠮷", query[place] * 2]) + query[place + 1 :]
        )
    return [
        *queries,
        "",
        "  ",
        "的",
        "怎麼辦",
        "the",
        "__proto__ constructor toString",
        "x" * 300,
        "備" * 300,
        "\\\"'<>&",
        "𝐑𝐞𝐝𝐢𝐬",
    ]


def test_facets_are_counted(
    run_queries: Callable[..., list[dict[str, Any]]], indexes: Mapping[str, Files], searchers: Mapping[str, Searcher]
) -> None:
    (answer,) = run_queries(indexes["staff"], ["備份 redis"])
    searcher = searchers["staff"]
    for name, values in answer["facets"].items():
        assert values, name
        for value in values:
            wanted = searcher.query("備份 redis", **{name: [value["value"]]}).count
            assert value["count"] == wanted, (name, value)


def test_customers_find_nothing_internal(sample: Built, sample_pages: Mapping[str, list[SearchPage]]) -> None:
    folder = sample.published["customers"] / FOLDER
    everything = b"\n".join(file.read_bytes() for file in sorted(folder.iterdir())).lower()
    assert "忘記密碼".encode() in everything
    catalog = sample.checked.catalog
    shown = {page.url for page in sample_pages["customers"]}
    hidden = [page for page in sample_pages["staff"] if page.url not in shown]
    secrets = {text for page in hidden for text in (page.title, page.url)}
    secrets |= {f"{quote}{document.id}" for document in catalog.documents for quote in ('"', " ", "（", "(")}
    for owner in catalog.owners.values():
        # An id alone may be a word that customers read as well.
        secrets |= {owner.name, f"@owner:{owner.id}", f"owners/{owner.id}", *owner.channels.values()}
    secrets |= {word for group in catalog.synonyms if group.staff_only for word in group.asked}
    secrets |= {document.path for document in catalog.documents}
    assert len(secrets) > 300
    assert {secret for secret in secrets if secret.lower().encode() in everything} == set()
    searcher = open_search(folder.parent)
    assert [name for name in ("type", "owner", "state", "tag") if searcher.facet(name)] == ["type", "tag"]
    assert not any(page.id or page.owner or page.state or page.aliases for page in sample_pages["customers"])

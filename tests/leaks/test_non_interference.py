"""Whatever happens to internal pages and registries, the customer site stays byte for byte what it was."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from kb_builder import checks
from kb_builder.audience import project
from kb_builder.config.load import load_settings
from kb_builder.model.catalog import Catalog
from kb_builder.model.paths import address
from kb_builder.model.settings import Settings
from kb_builder.pipeline import build, discover, generate, index, parse, stage_tree, validate
from kb_builder.renderers.mkdocs import DOCS_NAME
from kb_builder.search_site import labels, search_pages
from kb_builder.staging import page_text, stage
from tests.conftest import ROOT, TODAY
from tests.remembered import remember_readings

EDITS = 200
# After so many changes the configuration of the renderer is compared as well.
CONFIGURED = 10
BUILDS = 2
WORDS = (
    "備份",
    "還原",
    "SOP-001",
    "值班室",
    "night-shift",
    "rota@example.com",
    "<!-- x -->",
    "登入",
    "電子郵件",
    "網站",
)


def tree_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class Hand:
    """Makes seeded changes to what is internal in a copy of the sample, each on top of those before."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.random = Random(seed)
        self.made = 0

    def pages(self) -> list[Path]:
        every = sorted((self.root / "content").rglob("*.md"))
        return [each for each in every if "\naudience: customers\n" not in each.read_text(encoding="utf-8")]

    def change(self) -> str:
        """Make one change and return what it was."""
        kinds = [
            *(self.edit_field, self.edit_body, self.edit_date, self.edit_owner, self.add_page, self.add_page),
            *(self.remove_page, self.rename_page, self.add_asset, self.remove_asset, self.edit_registry),
            *(self.edit_registry, self.break_page, self.commit, self.edit_sources, self.staff_words),
        ]
        kind = self.random.choice(kinds)
        kind()
        return kind.__name__

    def word(self) -> str:
        self.made += 1
        return f"{self.random.choice(WORDS)} {self.made}"

    def page(self) -> Path:
        return self.random.choice(self.pages())

    def put(self, path: Path, old: str, new: str) -> None:
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    def line_of(self, path: Path, name: str) -> str:
        lines = path.read_text(encoding="utf-8").splitlines()
        return next((line for line in lines if line.startswith(f"{name}:")), "")

    def edit_field(self) -> None:
        path = self.page()
        name = self.random.choice(("title", "summary", "topic"))
        line = self.line_of(path, name)
        if line:
            self.put(path, line, f'{name}: "{self.word()}"')

    def edit_body(self) -> None:
        path = self.page()
        text = path.read_text(encoding="utf-8")
        path.write_text(f"{text}\n## {self.word()}\n\n{self.word()}\n", encoding="utf-8")

    def edit_date(self) -> None:
        """Of a FAQ: other pages say twice when they were reviewed."""
        path = self.random.choice([each for each in self.pages() if each.parent.name == "faq"])
        line = self.line_of(path, "last_reviewed")
        if line:
            self.put(path, line, f"last_reviewed: 2026-0{self.random.randint(1, 9)}-1{self.random.randint(0, 9)}")

    def edit_owner(self) -> None:
        path = self.page()
        line = self.line_of(path, "owner")
        if line:
            self.put(path, line, f"owner: {self.random.choice(('dba', 'dev', 'security', 'nobody'))}")

    def edit_sources(self) -> None:
        """Internal fields of pages for customers."""
        every = sorted((self.root / "content/faq").glob("*.md"))
        path = self.random.choice([each for each in every if each not in self.pages()])
        name = self.random.choice(("sources", "aliases", "owner", "problem_type", "related", "id"))
        line = self.line_of(path, name)
        new = {"sources": f"[SOP-00{self.random.randint(1, 9)}]", "aliases": f"[{self.word()}]", "owner": "dba",
               "problem_type": "operation", "related": "[FAQ-001]", "id": f"FAQ-{500 + self.made}"}[name]  # fmt: skip
        if line:
            self.put(path, line, f"{name}: {new}")

    def add_page(self) -> None:
        """A new one, or a page for customers that is not published."""
        self.made += 1
        status, audience = self.random.choice(
            (("published", "staff"), ("draft", "customers"), ("obsolete", "customers"))
        )
        self.folder("faq").joinpath(f"{self.random.choice('am')}-new-{self.made}.md").write_text(
            f"---\nid: FAQ-{600 + self.made}\ntitle: {self.word()}\nsummary: {self.word()}\nowner: dba\n"
            f"status: {status}\naudience: {audience}\ntopic: {self.random.choice(('帳號與登入', '新主題'))}\n"
            f"last_reviewed: 2026-06-01\ntags: [登入, {self.word()}]\n---\n\n{self.word()} [頁](order-status.md)\n",
            encoding="utf-8",
        )

    def folder(self, name: str) -> Path:
        return self.root / "content" / name

    def remove_page(self) -> None:
        self.page().unlink()

    def rename_page(self) -> None:
        path = self.page()
        self.made += 1
        path.rename(path.with_name(f"{self.random.choice('bz')}-moved-{self.made}.md"))

    def add_asset(self) -> None:
        self.made += 1
        folder = self.folder(self.random.choice(("faq", "sops")))
        (folder / f"secret-{self.made}.csv").write_text(f"值班室,{self.made}\n", encoding="utf-8")

    def remove_asset(self) -> None:
        for path in sorted(self.root.joinpath("content").rglob("secret-*.csv"))[:1]:
            path.unlink()

    def edit_registry(self, names: Sequence[str] = ("owners", "channels", "alerts", "kpis", "sla")) -> None:
        name = self.random.choice(names)
        path = self.root / f"registry/{name}.yml"
        lines = path.read_text(encoding="utf-8").splitlines()
        places = [number for number, line in enumerate(lines) if "  name: " in line]
        number = self.random.choice(places)
        lines[number] = lines[number].partition("name: ")[0] + f'name: "{self.word()}"'
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def staff_words(self) -> None:
        path = self.root / "registry/synonyms.yml"
        text = path.read_text(encoding="utf-8")
        if "\nstaff_only:\n" in text:
            self.put(path, "\nstaff_only:\n", f"\nstaff_only:\n  - [登入, {self.word()}]\n")

    def break_page(self) -> None:
        """Front matter that cannot be read: nobody knows any more for whom the page is."""
        path = self.page()
        self.put(path, "summary:", "summary: [\nsummary:")

    def commit(self) -> None:
        command = ["git", "-c", "user.name=Somebody", "-c", f"user.email={self.made}@example.com", "-C", str(self.root)]
        if not (self.root / ".git").exists():
            subprocess.run(["git", "init", "-q", str(self.root)], check=True)
        subprocess.run([*command, "add", "-A"], check=True)
        subprocess.run([*command, "commit", "-q", "--allow-empty", "-m", self.word()], check=True)


@pytest.fixture
def project_copy(tmp_path):
    for name in ("content", "registry"):
        shutil.copytree(ROOT / name, tmp_path / "p" / name)
    shutil.copy(ROOT / "kb.yml", tmp_path / "p")
    return tmp_path / "p"


@pytest.fixture
def settings(project_copy, monkeypatch):
    """Return the settings of the copy. No change touches kb.yml; what a page's text gives is worked out once."""
    remember_readings(monkeypatch)
    return load_settings(project_copy, checks.rules())


def given_to_renderer(settings: Settings, folder: Path, *, configured: bool = True) -> dict[str, str]:
    """Return everything that the renderer and the search index of customers are made from.

    The index is made of the rendered pages, and of what `search_pages` and `labels` take from the catalog. The staged
    pages stand in for the rendered ones. What is not `configured` lacks the configuration of the renderer and its
    theme; the navigation and the site, which it is made from, stand in for them.
    """
    catalog = catalog_of(settings)
    tree = generate(catalog, "customers")
    shutil.rmtree(folder, ignore_errors=True)
    if configured:
        stage_tree(tree, folder)
    else:
        stage(tree, folder / DOCS_NAME)
    for page in tree.pages:
        file = folder / "rendered" / address(page.path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"<html><body><article>{page_text(page)}</article></body></html>", encoding="utf-8")
    projected = project(catalog, "customers")
    made = [repr(each) for each in search_pages(tree, projected, folder / "rendered")]
    words = repr((made, projected.synonyms, labels(projected, tree.site.language)))
    return {
        **tree_of(folder),
        "search": sha256(words.encode()).hexdigest(),
        "navigation": repr(tree.nav),
        "site": repr(tree.site),
    }


def catalog_of(settings: Settings) -> Catalog:
    """Return the catalog without running the checks: they change nothing in it."""
    discovery = discover(settings)
    documents, _findings = validate(settings, discovery, parse(discovery))
    return index(settings, TODAY, discovery, documents)[0]


def test_a_change_for_customers_would_be_seen(project_copy, settings, tmp_path):
    catalog = catalog_of(settings)
    before = given_to_renderer(settings, tmp_path / "staged")
    page = next(each for each in catalog.documents if each.is_for_customers)
    path = project_copy / page.path
    for old, new in (("tags: [", "tags: [新標籤, "), ("title: ", "title: 新"), ("\n---\n", "\n---\n新的文字\n")):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        after = given_to_renderer(settings, tmp_path / "staged")
        assert after["search"] != before["search"], old
        before = after


def test_internal_changes_leave_the_customer_site_as_it_is(project_copy, settings, tmp_path):
    """200 seeded changes, one on top of the other.

    A build of the sample takes seconds, so after every change what the renderer gets is compared: the bytes of all
    staged pages and assets, the site and its navigation, and what the search index takes besides. After every tenth and
    the last, its configuration and theme are written and compared too, which are made of the site and the navigation
    alone. How all that becomes a site depends on nothing else; the next test has real builds.
    """
    folder = tmp_path / "staged"
    before = {configured: given_to_renderer(settings, folder, configured=configured) for configured in (True, False)}
    hand = Hand(project_copy, seed=20261120)
    done = set()
    for number in range(1, EDITS + 1):
        what = hand.change()
        done.add(what)
        # Changes heap up, so what has changed since the first is seen whenever one looks.
        configured = number % CONFIGURED == 0
        after = given_to_renderer(settings, folder, configured=configured)
        assert after == before[configured], f"{number}: {what}"
    assert EDITS % CONFIGURED == 0
    assert len(done) >= 14


def test_built_customer_sites_are_the_same_bytes(project_copy, settings):
    """Real builds, each after as many changes as a page for staff can take without an error that stops the build."""
    hand = Hand(project_copy, seed=4711)
    steps = [hand.edit_body, hand.edit_date, hand.add_asset, hand.staff_words, hand.commit]
    steps.append(lambda: hand.edit_registry(("owners", "kpis")))
    before: dict[str, str] = {}
    reports = set()
    for _number in range(BUILDS):
        built = build(settings, TODAY, ["customers"])
        assert built.published, [each for each in built.diagnostics if each in built.checked.blockers]
        after = tree_of(built.published["customers"])
        assert after == (before or after)
        before = after
        reports.add((project_copy / "site/customers.verify.json").read_text().partition('"files"')[0])
        for step in steps * 6:
            step()
    # The hash of the site is in the report.
    assert len(reports) == 1

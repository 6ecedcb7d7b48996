"""The whole way from content to two sites."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from kb_builder import checks, pipeline
from kb_builder.cli.run import run
from kb_builder.config.load import load_settings
from kb_builder.model.errors import ConfigError, KbError
from kb_builder.pipeline import build
from kb_builder.search_site import open_search
from tests.conftest import ROOT, TODAY

pytestmark = pytest.mark.xdist_group("site")


def tree_of(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()
    }


def test_the_sample_passes_on_its_day(sample):
    slugs = {each.slug for each in sample.diagnostics}
    # One SOP shows what it looks like when a drill has just asked for a review.
    # The registries show what the agreements contradict themselves in, and targets that are missed.
    assert slugs == {
        "review-due-soon", "review-triggered",
        "sla-milder-level-faster", "sla-figure-missing", "kpi-missed", "kpi-reading-missing",
    }  # fmt: skip


def test_the_sample_is_a_real_knowledge_base(sample):
    documents = sample.checked.catalog.documents
    names = ("sop", "faq", "postmortem", "worklog", "drill")
    count = {name: sum(d.type == name and d.is_published for d in documents) for name in names}
    assert count["sop"] >= 12
    assert count["faq"] >= 20
    assert count["postmortem"] >= 6
    assert count["worklog"] >= 3
    assert count["drill"] >= 4
    assert sum(document.is_for_customers for document in documents) >= 14
    for language in ("en", "zh-Hans"):
        assert sum(document.text("language") == language for document in documents) >= 3
    emergency = sample.checked.catalog.by_id["SOP-006"]
    steps = [entry for _index, entry in emergency.entries("steps")]
    assert len(steps) == 20
    assert len({entry["stage"] for entry in steps}) == 7


def test_every_page_of_the_catalog_is_on_the_staff_site(sample):
    site = sample.published["staff"]
    for document in sample.checked.catalog.documents:
        html = (site / document.content_path).with_suffix(".html").read_text(encoding="utf-8")
        assert document.id in html


def test_the_customer_site_has_the_customer_pages_and_no_other(sample):
    site = sample.published["customers"]
    wanted = {d.content_path.replace(".md", ".html") for d in sample.checked.catalog.documents if d.is_for_customers}
    found = {file.relative_to(site).as_posix() for file in site.rglob("*.html")}
    assert found == wanted | {"index.html", "404.html"}


def test_no_internal_word_is_on_the_customer_site(sample):
    catalog = sample.checked.catalog
    words = {document.id for document in catalog.documents}
    words |= {document.title for document in catalog.documents if not document.is_for_customers}
    words |= {owner.name for owner in catalog.owners.values() if owner.kind == "person"}
    words |= {value for owner in catalog.owners.values() for value in owner.channels.values()}
    words |= {"content/", "registry/", "git.example.com", catalog.settings.sites["staff"].name}
    said = "".join(
        document.raw.body_text + document.title + document.text("summary")
        for document in catalog.documents
        if document.is_for_customers
    )
    for name, data in tree_of(sample.published["customers"]).items():
        if name.startswith("assets/"):
            continue
        text = (gzip.decompress(data) if name.endswith(".gz") else data).decode("utf-8", "replace")
        leaked = [word for word in words if word in text and word not in said]
        assert not leaked, name


def test_a_link_in_an_internal_word_list_would_be_seen(sample):
    """The check above can fail: the same words are found on the staff site."""
    staff = (sample.published["staff"] / "faq/site-unreachable.html").read_text(encoding="utf-8")
    assert "FAQ-001" in staff
    assert "content/" in staff


def test_pages_do_not_list_the_other_pages(sample):
    """Nav holds hubs only: a page names no page that it does not refer to."""
    page = (sample.published["staff"] / "faq/forgot-password.html").read_text(encoding="utf-8")
    nav = page[page.index('data-md-type="navigation"') : page.index('data-md-type="toc"')]
    named = {document.content_path.replace(".md", ".html") for document in sample.checked.catalog.documents}
    assert "flowcharts.html" in nav
    assert not {path for path in named if path.rpartition("/")[2] in nav}


def test_titles_with_markup_show_as_text(make_project):
    source = (ROOT / "kb_builder/content_types/faq/example.md").read_text(encoding="utf-8")
    title = "Use `</title><script>alert(1)</script>` & <b>x</b>"
    settings = make_project(
        {"content/faq/a.md": source.replace("title: 忘記密碼怎麼辦？", f"title: '{title}'").replace("web-ops", "ops")}
    )
    for folder in build(settings, TODAY).published.values():
        for file in folder.rglob("*.html"):
            html = file.read_text(encoding="utf-8")
            assert "<script>alert" not in html, file
            assert "<b>x</b>" not in html, file
        page = (folder / "faq/a.html").read_text(encoding="utf-8")
        assert "<title>Use `&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;` &amp; &lt;b&gt;x&lt;/b&gt;" in page
        # The search box escapes what it shows: the index holds plain text.
        assert open_search(folder).query("alert").results[0].title == title


def test_a_stale_page_says_so_at_its_top_and_the_site_is_built(make_project):
    source = (ROOT / "kb_builder/content_types/faq/example.md").read_text(encoding="utf-8")
    settings = make_project({"content/faq/a.md": source.replace("2026-06-01", "2025-01-31").replace("web-ops", "ops")})
    built = build(settings, TODAY)
    assert [each.slug for each in built.diagnostics] == ["review-overdue"]
    html = (built.published["staff"] / "faq/a.html").read_text(encoding="utf-8")
    article = html[html.index("<article") :]
    assert article.index("kb-notice--stale") < article.index("kb-control")
    assert "審查逾期" in article
    assert "請先向維運組確認" in article
    assert "2026-01-31" in article


def test_obsolete_pages_name_their_successor_and_leave_search(make_project):
    source = (ROOT / "kb_builder/content_types/faq/example.md").read_text(encoding="utf-8").replace("web-ops", "ops")
    old = source.replace("status: published", "status: obsolete").replace("忘記密碼怎麼辦？", "舊的問題")
    new = source.replace("FAQ-001", "FAQ-002\nsupersedes: [FAQ-001]")
    built = build(make_project({"content/faq/old.md": old, "content/faq/new.md": new}), TODAY)
    staff = built.published["staff"]
    html = (staff / "faq/old.html").read_text(encoding="utf-8")
    assert "本頁已廢止" in html
    assert 'href="new.html">FAQ-002' in html
    # Both pages are about passwords, the old one by its text alone.
    found = {result.url for result in open_search(staff).query("忘記密碼", limit=100).results}
    assert "faq/new.html" in found
    assert "faq/old.html" not in found
    assert not (built.published["customers"] / "faq/old.html").exists()


def test_a_warning_of_the_generator_is_a_finding_and_nothing_is_published(make_project, monkeypatch):
    source = (ROOT / "kb_builder/content_types/faq/example.md").read_text(encoding="utf-8").replace("web-ops", "ops")
    settings = make_project({"content/faq/a.md": source + "\n[x](gone.md)\n"})
    monkeypatch.setattr("kb_builder.checks.broken_link.check", lambda catalog: iter(()))
    built = build(settings, TODAY)
    assert built.published == {}
    assert {(each.code, each.path) for each in built.diagnostics} == {("KB903", "content/faq/a.md")}
    assert not (settings.root / "site").exists() or not list((settings.root / "site").glob("*"))


def test_same_input_same_bytes(tmp_path, sample):
    """Another folder, locale, time zone and hash seed change nothing."""
    root = tmp_path / "elsewhere" / "deep"
    for name in ("content", "registry"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "kb.yml", root)
    environment = {
        **os.environ, "LC_ALL": "C", "TZ": "America/St_Johns", "PYTHONHASHSEED": "4711", "SOURCE_DATE_EPOCH": "1",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "kb_builder", "build", "--as-of", TODAY.isoformat()],
        cwd=root, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    for audience, folder in sample.published.items():
        other = tree_of(root / "site" / audience)
        assert {name for name, data in tree_of(folder).items() if other.get(name) != data} == set()
        assert len(other) == len(tree_of(folder))


def test_kb_build_prints_no_noise_of_others(make_project, capfd):
    source = (ROOT / "kb_builder/content_types/faq/example.md").read_text(encoding="utf-8").replace("web-ops", "ops")
    settings = make_project({"content/faq/a.md": source})
    assert run(["--project", str(settings.root), "build", "--as-of", "2026-11-20"]) == 0
    out, err = capfd.readouterr()
    assert out.splitlines() == [
        "1 page checked as of 2026-11-20: nothing to complain about",
        "staff: site/staff/index.html",
        "customers: site/customers/index.html",
    ]
    assert err == ""


def test_one_site_alone(make_project):
    source = (ROOT / "kb_builder/content_types/faq/example.md").read_text(encoding="utf-8").replace("web-ops", "ops")
    settings = make_project({"content/faq/a.md": source})
    assert run(["--project", str(settings.root), "build", "--as-of", "2026-11-20", "--audience", "customers"]) == 0
    assert (settings.root / "site/customers/faq/a.html").exists()
    assert not (settings.root / "site/staff").exists()


def test_nothing_is_left_beside_the_sites(sample):
    left = {path.name for path in sample.published["staff"].parent.iterdir()}
    assert left == {"staff", "customers", "customers.verify.json"}


def test_plain_mkdocs_builds_the_staff_site(tmp_path, sample):
    for name in ("content", "registry"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("kb.yml", "mkdocs.yml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".kb/staged/staff/docs").mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1795132800"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    ours, theirs = tree_of(sample.published["staff"]), tree_of(tmp_path / "site/mkdocs")
    assert {name for name in theirs if name.endswith(".html")} == {name for name in ours if name.endswith(".html")}
    assert tree_of(tmp_path / "site/mkdocs/search") == tree_of(sample.published["staff"] / "search")


def test_plain_mkdocs_publishes_nothing_that_the_checks_refuse(tmp_path):
    shutil.copytree(ROOT / "registry", tmp_path / "registry")
    for name in ("kb.yml", "mkdocs.yml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".kb/staged/staff/docs").mkdir(parents=True)
    (tmp_path / "content/faq").mkdir(parents=True)
    (tmp_path / "content/faq/a.md").write_text("no front matter", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "content/faq/a.md:1:1: error KB003" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "site").exists()


def test_the_project_loads_from_its_own_folder():
    assert load_settings(ROOT, checks.rules()).sites["staff"].name == "維運知識庫"


def test_a_page_that_breaks_the_markdown_library_is_named(make_project):
    source = (ROOT / "kb_builder/content_types/faq/example.md").read_text(encoding="utf-8").replace("web-ops", "ops")
    settings = make_project({"content/faq/a.md": source + "- " * 600 + "x\n"})
    built = build(settings, TODAY)
    assert built.published == {}
    assert [(each.code, each.path) for each in built.diagnostics] == [("KB903", "content/faq/a.md")]


def test_output_survives_an_ascii_locale(make_project):
    source = (ROOT / "kb_builder/content_types/faq/example.md").read_text(encoding="utf-8")
    settings = make_project({"content/faq/a.md": source.replace("owner: web-ops", "owner: 沒有人")})
    done = subprocess.run(
        [sys.executable, "-m", "kb_builder", "check"],
        cwd=settings.root,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert "沒有人" in done.stdout.decode()


def faq(**changes: str) -> str:
    """Return the example FAQ with some texts replaced."""
    source = (ROOT / "kb_builder/content_types/faq/example.md").read_text(encoding="utf-8").replace("web-ops", "ops")
    for old, new in changes.items():
        source = source.replace({"title": "忘記密碼怎麼辦？", "id": "FAQ-001"}.get(old, old), new)
    return source


@pytest.mark.parametrize("title", ["🚨　緊急應變", "家庭 👨‍👩‍👧 方案", "\\ \" ' `"])
def test_any_title_reaches_the_page(make_project, title):
    quoted = "'" + title.replace("'", "''") + "'"
    built = build(make_project({"content/faq/a.md": faq(title=quoted)}), TODAY)
    assert set(built.published) == {"staff", "customers"}, built.diagnostics


def test_a_softened_check_does_not_lose_the_page(make_project):
    settings = make_project(
        {
            "kb.yml": "checks: {unknown-field: {severity: warning, reason: legacy}}\n",
            "content/faq/a.md": faq(),
            "content/faq/b.md": faq(id="FAQ-002\nfoo: 1", title="另一題"),
        }
    )
    for folder in build(settings, TODAY).published.values():
        assert (folder / "faq/b.html").exists()


def test_what_cannot_be_published_cannot_be_softened(make_project):
    for slug in ("build-warning", "duplicate-key", "customer-link-internal"):
        with pytest.raises(ConfigError):
            make_project({"kb.yml": f"checks: {{{slug}: {{severity: warning, reason: legacy}}}}\n"})


def test_a_readme_and_a_templates_folder_are_pages_like_others(make_project):
    settings = make_project(
        {
            "content/faq/sub/README.md": faq(),
            "content/faq/templates/b.md": faq(id="FAQ-002", title="另一題") + "\n[x](../sub/README.md)\n",
        }
    )
    built = build(settings, TODAY)
    assert set(built.published) == {"staff", "customers"}, built.diagnostics
    assert 'href="sub/index.html"' in (built.published["staff"] / "faq/index.html").read_text(encoding="utf-8")


def test_fields_of_another_shape_break_no_page(make_project):
    fields = ("impact", "started_at", "lessons", "timeline", "sops", "action_items")
    settings = make_project(
        {
            "kb.yml": "types: {change: {folder: changes, schema: c.json, record: true, label: 變更}}\n",
            "c.json": json.dumps({"properties": {field: {} for field in fields}}),
            "content/changes/a.md": "---\nid: CH-001\ntitle: t\nsummary: s\nowner: ops\nstatus: published\n"
            "impact: low\n"
            "started_at: 2026-10-01T00:00:00+08:00\nlessons: x\ntimeline: [{at: x}]\nsops: [{x: y}]\n"
            "action_items: [{status: z, owner: ops, due: 2026-12-01}]\n---\n\ntext\n",
        }
    )
    built = build(settings, TODAY)
    assert built.published, built.diagnostics
    assert (built.published["staff"] / "changes/a.html").exists()


def test_content_that_vanishes_during_the_build_is_named(make_project, monkeypatch):
    settings = make_project({"content/faq/a.md": faq() + "\n![x](x.png)\n", "content/faq/x.png": "png"})
    generate = pipeline.generate

    def vanish(catalog, audience, cache):
        (settings.root / "content/faq/x.png").unlink(missing_ok=True)
        return generate(catalog, audience, cache)

    monkeypatch.setattr(pipeline, "generate", vanish)
    with pytest.raises(KbError, match=r"x\.png"):
        build(settings, TODAY)
    assert not (settings.root / "site/staff").exists()


def test_a_site_carries_nothing_of_the_other(sample):
    for audience, other in (("staff", "customers"), ("customers", "staff")):
        assert not list((sample.published[audience] / "kb").glob(f"{other}.*"))


def test_anchors_on_which_the_check_and_the_generator_must_agree(make_project):
    body = (
        "\n## 備份\n\n## :warning: Watch\n\n[a](#%E5%82%99%E4%BB%BD) [b](b.md#%E5%82%99%E4%BB%BD) [c](#watch) "
        "[d][r]\n\n"
        "`[e](#%E5%82%99%E4%BB%BD)`\n\n[r]: b.md#%E5%82%99%E4%BB%BD\n"
    )
    settings = make_project(
        {
            "content/faq/a.md": faq() + body,
            "content/faq/b.md": faq(id="FAQ-002", title="備份怎麼做？") + "\n## 備份\n\nx\n",
        }
    )
    built = build(settings, TODAY)
    assert set(built.published) == {"staff", "customers"}, built.diagnostics
    for site in built.published.values():
        html = (site / "faq/a.html").read_text(encoding="utf-8")
        assert 'href="b.html#備份"' in html
        assert "[e](#%E5%82%99%E4%BB%BD)" in html


@pytest.mark.parametrize("as_of", [date(1900, 1, 1), date(2099, 12, 31)])
def test_a_site_may_be_built_of_the_first_and_the_last_day(make_project, as_of):
    """Packed files bear the day in 32 bits, counted from 1970."""
    page = re.sub(r"\b20[0-9]{2}-", "1899-", faq())
    assert build(make_project({"content/faq/a.md": page}), as_of).published

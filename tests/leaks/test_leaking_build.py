"""A build that would leak publishes nothing, says where, and leaves the report of the last good site alone."""

from __future__ import annotations

import hashlib
import json

import pytest

from kb_builder.leaks import proof as proof_module
from kb_builder.model.errors import KbError, PublishError
from kb_builder.pipeline import build
from kb_builder.publish import REPORT, publish
from tests.conftest import TODAY
from tests.leaks.test_scan import png
from tests.unit.test_audience import page

FILES = {
    "content/faq/open.md": page("FAQ-001", body="![圖](a.png)"),
    "content/faq/inside.md": page("FAQ-900", audience="staff", topic="祕密主題", related="FAQ-001"),
}


def reports(settings):
    return {path.name: path.read_bytes() for path in (settings.root / "site").glob("*.json")}


@pytest.fixture
def published(make_project):
    """Return the settings of a project whose sites are published."""
    settings = make_project(FILES)
    (settings.root / "content/faq/a.png").write_bytes(png(plain="客服"))
    assert set(build(settings, TODAY).published) == {"staff", "customers"}
    return settings


def test_a_picture_that_names_an_owner_is_not_published(published):
    before = reports(published)
    (published.root / "content/faq/a.png").write_bytes(png(packed="made by OPS@example.com"))
    built = build(published, TODAY)
    assert built.published == {}
    found = [each for each in built.diagnostics if each.code == "KB910"]
    assert {each.path for each in found} == {"site/customers/faq/a.png"}
    assert {each.message for each in found} == {
        "customers could read `ops@example.com`: e-mail, internal by registry/owners.yml",
        "customers could read `ops`: owner id, internal by registry/owners.yml",
    }
    assert reports(published) == before


def test_a_field_that_passes_by_mistake_is_found(published, monkeypatch):
    """In the index, where it is in pieces."""
    monkeypatch.setattr("kb_builder.audience.CUSTOMER_FIELDS", ("title", "summary", "topic", "tags", "aliases"))
    found = {each.message for each in build(published, TODAY).diagnostics if each.code == "KB910"}
    assert any("`alias-faq-1`: search term" in each for each in found), found


def test_a_page_that_passes_by_mistake_is_found(published, monkeypatch):
    monkeypatch.setattr("kb_builder.model.document.Document.is_for_customers", True)
    built = build(published, TODAY, ["customers"])
    assert built.published == {}
    found = {each.message for each in built.diagnostics if each.code == "KB910"}
    assert "customers could read `標題 FAQ-900`: title, internal by content/faq/inside.md" in found


def test_known_words_and_canaries_of_kb_yml_count(published, make_project):
    (published.root / "content/faq/a.png").write_bytes(png(plain="ops@example.com"))
    kb = "timezone: Asia/Taipei\nsites:\n  customers: {name: 說明, known_words: [ops@example.com]CANARY}\n"
    assert build(make_project({"kb.yml": kb.replace("CANARY", "")}), TODAY).published
    settings = make_project({"kb.yml": kb.replace("CANARY", ", canaries: [標題 FAQ-001]")})
    found = [each for each in build(settings, TODAY).diagnostics if each.code == "KB910"]
    assert found
    assert all("`標題 FAQ-001`: canary, internal by kb.yml" in each.message for each in found)


def test_the_report_is_of_the_published_bytes(published):
    folder = published.root / "site/customers"
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        total.update(f"{path.relative_to(folder).as_posix()}\0{len(data)}\0".encode() + data)
    report = json.loads(reports(published)["customers.verify.json"])
    assert report["site"] == f"sha256:{total.hexdigest()}"
    before = reports(published)
    build(published, TODAY)
    assert reports(published) == before


def test_a_scanner_that_sees_nothing_stops_the_build(published, monkeypatch):
    before = reports(published)
    monkeypatch.setattr(proof_module.Index, "find", lambda *_given, **_options: iter(()))
    with pytest.raises(KbError, match="does not see"):
        build(published, TODAY)
    assert reports(published) == before


def test_a_report_that_cannot_be_put_in_place_takes_the_sites_back(tmp_path):
    for name, text in (("fresh/site", "new"), ("out", "old")):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "index.html").write_text(text)
    (tmp_path / "fresh" / REPORT).write_text("{}")
    (tmp_path / "out.verify.json").mkdir()
    with pytest.raises(PublishError):
        publish({tmp_path / "fresh/site": tmp_path / "out"})
    assert (tmp_path / "out/index.html").read_text() == "old"

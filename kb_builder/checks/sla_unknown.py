"""KB411 sla-unknown: an SLA policy, or a level of one, that the registry does not know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rapidfuzz import process

from kb_builder.flow.graph import time_limits
from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.document import Document
from kb_builder.model.location import Field
from kb_builder.model.sla import Policy, SlaRegistry

RULE = Rule(code="KB411", slug="sla-unknown", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report policies and levels that pages, steps and alerts name and registry/sla.yml, if there, does not hold."""
    sla = catalog.sla
    if sla is None:
        return
    there = catalog.registry_path("sla.yml")
    for document in catalog.documents:
        name = document.text("sla")
        if not name or document.is_obsolete:
            continue
        policy = sla.policies.get(name)
        if policy is None:
            yield _no_policy(sla, name, document.path, document.field("sla"), there)
            continue
        severity = document.text("severity")
        if severity and policy.level(severity) is None:
            yield _no_level(policy, severity, document.path, document.field("severity"))
        yield from _classes(document, policy)
    for alert in (catalog.alerts or {}).values():
        path = catalog.registry_path("alerts.yml")
        policy = sla.policies.get(alert.sla)
        if alert.sla and policy is None:
            yield _no_policy(sla, alert.sla, path, Field(path=(alert.id, "sla")), there)
        elif policy and alert.severity and policy.level(alert.severity) is None:
            yield _no_level(policy, alert.severity, path, Field(path=(alert.id, "severity")))


def _classes(document: Document, policy: Policy) -> Iterator[Finding]:
    """Yield the classes of time limits in steps that are no level of the policy."""
    for index, step in document.entries("steps"):
        for name, _limit in time_limits(step.get("time_limit")):
            if name and policy.level(name) is None:
                place = document.field("steps", index, "time_limit", name, on_key=True)
                yield _no_level(policy, name, document.path, place)


def _no_policy(sla: SlaRegistry, name: str, path: str, place: Field, there: str) -> Finding:
    return _finding(path, place, f"there is no SLA policy `{name}` in {there}", name, sla.policies)


def _no_level(policy: Policy, name: str, path: str, place: Field) -> Finding:
    known = [word for level in policy.levels for word in dict.fromkeys((level.id, level.name, *level.aliases))]
    return _finding(path, place, f"`{name}` is no level of the SLA policy `{policy.id}`", name, known)


def _finding(path: str, place: Field, message: str, name: str, known: Iterable[str]) -> Finding:
    choices = list(known)
    near = process.extractOne(name, choices, score_cutoff=60)
    if near:
        hint = f"did you mean `{near[0]}`?"
    elif choices:
        hint = "known are " + ", ".join(f"`{each}`" for each in choices)
    else:
        hint = "none is known: add it there, or take the name out here"
    return Finding(slug=RULE.slug, path=path, message=message, hint=hint, location=place)

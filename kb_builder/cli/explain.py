"""`kb explain`: what a check means and how to fix what it found."""

from __future__ import annotations

from collections.abc import Iterable

import click

from kb_builder.model.diagnostic import Rule


@click.command("explain")
@click.argument("check", required=False)
def command(check: str | None) -> int:
    """Explain a CHECK, given by its code or slug; without one, list all checks."""
    from kb_builder import checks

    rules = checks.rules()
    if check is None:
        for rule in rules.values():
            click.echo(f"{rule.code}  {rule.severity.word:<7}  {rule.slug}")
        return 0
    rule = _find(check, rules.values())
    click.echo(checks.documentation(rule.slug), nl=False)
    return 0


def _find(check: str, rules: Iterable[Rule]) -> Rule:
    wanted = check.strip().lower()
    known = list(rules)
    for rule in known:
        if wanted in (rule.slug, rule.code.lower()):
            return rule
    from kb_builder.schema.sentences import did_you_mean

    near = did_you_mean(wanted, [rule.slug for rule in known])
    raise click.UsageError(
        f"there is no check `{check}`" + (f"; did you mean `{near}`?" if near else "; `kb explain` lists all checks")
    )

"""KB908 baseline-outdated: an entry of the baseline of which there is no finding any more."""

from __future__ import annotations

from kb_builder.model.diagnostic import Rule, Severity

# What was mended is good news; the nightly run reports it, and nobody is stopped by it.
RULE = Rule(code="KB908", slug="baseline-outdated", severity=Severity.NOTICE)

"""KB101 missing-field: a field the page must have. Found in `kb_builder/schema/sentences.py`."""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB101", slug="missing-field", severity=Severity.ERROR)

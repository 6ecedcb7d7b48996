"""KB102 unknown-field: a field nobody reads. Found in `kb_builder/schema/sentences.py`."""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB102", slug="unknown-field", severity=Severity.ERROR)

"""KB105 invalid-value: a value that has not the form or size it must have.

Found in `kb_builder/schema/sentences.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB105", slug="invalid-value", severity=Severity.ERROR)

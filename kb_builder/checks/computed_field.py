"""KB107 computed-field: a computed field written by hand.

Found in `kb_builder/schema/sentences.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB107", slug="computed-field", severity=Severity.ERROR)

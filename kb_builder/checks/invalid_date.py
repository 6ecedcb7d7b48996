"""KB106 invalid-date: a date or time that does not exist or is written otherwise.

Found in `kb_builder/schema/sentences.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB106", slug="invalid-date", severity=Severity.ERROR)

"""KB103 wrong-type: a value of the wrong kind. Found in `kb_builder/schema/sentences.py`."""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB103", slug="wrong-type", severity=Severity.ERROR)

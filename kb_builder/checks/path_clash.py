"""KB023 path-clash: two files for one address. Found in `kb_builder/sources/walk.py`."""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB023", slug="path-clash", severity=Severity.ERROR, is_fixed=True)

"""KB001 encoding: a page is not UTF-8. Found in `kb_builder/sources/decode.py`."""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB001", slug="encoding", severity=Severity.ERROR, is_fixed=True)

"""KB020 unreadable: a file or folder that cannot be read. Found in `kb_builder/sources/read.py`."""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB020", slug="unreadable", severity=Severity.ERROR, is_fixed=True)

"""KB009 merge-conflict: a merge left unfinished. Found in `kb_builder/sources/front_matter.py`."""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB009", slug="merge-conflict", severity=Severity.ERROR, is_fixed=True)

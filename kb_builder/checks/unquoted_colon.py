"""KB011 unquoted-colon: a value with a colon that lacks quotes.

Found in `kb_builder/sources/yaml_faults.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB011", slug="unquoted-colon", severity=Severity.ERROR, is_fixed=True)

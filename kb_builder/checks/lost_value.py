"""KB010 lost-value: a value that YAML takes for a comment.

Found in `kb_builder/sources/yaml_faults.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB010", slug="lost-value", severity=Severity.ERROR, is_fixed=True)

"""KB012 tab-indentation: a tab where YAML wants spaces.

Found in `kb_builder/sources/yaml_faults.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB012", slug="tab-indentation", severity=Severity.ERROR, is_fixed=True)

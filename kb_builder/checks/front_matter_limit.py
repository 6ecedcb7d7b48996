"""KB008 front-matter-limit: front matter too large or too deep.

Found in `kb_builder/sources/yaml_limits.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB008", slug="front-matter-limit", severity=Severity.ERROR, is_fixed=True)

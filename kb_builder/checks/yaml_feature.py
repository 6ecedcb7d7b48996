"""KB007 yaml-feature: anchors, aliases, merge keys and tags.

Found in `kb_builder/sources/yaml_limits.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB007", slug="yaml-feature", severity=Severity.ERROR, is_fixed=True)

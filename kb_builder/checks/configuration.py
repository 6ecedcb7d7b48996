"""KB090 configuration: kb.yml contradicts itself or names what is not there.

Found in `kb_builder/config/` and `kb_builder/registry/`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB090", slug="configuration", severity=Severity.ERROR, is_fixed=True)

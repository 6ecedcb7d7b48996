"""KB816 registry-empty: a registry file that holds nothing. Found in `kb_builder/registry/`."""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB816", slug="registry-empty", severity=Severity.WARNING)

"""KB906 inline-code: a built page holds a script, a handler or a style within it.

Found in `kb_builder/policy.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB906", slug="inline-code", severity=Severity.ERROR, is_fixed=True)

"""KB910 customer-leak: something internal on the built customer site.

Found in `kb_builder/leaks/proof.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB910", slug="customer-leak", severity=Severity.ERROR, is_fixed=True)

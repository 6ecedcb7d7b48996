"""KB025 asset-not-allowed: a file of a kind that is not published.

Found in `kb_builder/sources/walk.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB025", slug="asset-not-allowed", severity=Severity.ERROR)

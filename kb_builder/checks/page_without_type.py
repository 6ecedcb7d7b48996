"""KB026 page-without-type: a page outside the folders of all content types.

Found in `kb_builder/sources/walk.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB026", slug="page-without-type", severity=Severity.ERROR)

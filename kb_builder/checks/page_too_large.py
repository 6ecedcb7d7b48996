"""KB024 page-too-large: a page or line that no person wrote.

Found in `kb_builder/sources/decode.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB024", slug="page-too-large", severity=Severity.ERROR)

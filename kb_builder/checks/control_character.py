"""KB002 control-character: NUL or another control character in a page.

Found in `kb_builder/sources/decode.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB002", slug="control-character", severity=Severity.ERROR, is_fixed=True)

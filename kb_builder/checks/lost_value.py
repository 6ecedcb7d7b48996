"""KB010 lost-value: a value that YAML takes for a comment.

Found in `kb_builder/sources/lost_comments.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB010", slug="lost-value", severity=Severity.ERROR, is_fixed=True)

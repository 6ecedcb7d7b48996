"""KB904 site-incomplete: a page that is missing from the built site.

Found in `kb_builder/verify.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB904", slug="site-incomplete", severity=Severity.ERROR, is_fixed=True)

"""KB003 front-matter-missing: a page without front matter.

Found in `kb_builder/sources/fences.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB003", slug="front-matter-missing", severity=Severity.ERROR, is_fixed=True)

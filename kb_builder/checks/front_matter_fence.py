"""KB004 front-matter-fence: front matter whose fences are missing or misspelt.

Found in `kb_builder/sources/fences.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB004", slug="front-matter-fence", severity=Severity.ERROR, is_fixed=True)

"""KB013 front-matter-not-fields: front matter that is a list or a single text.

Found in `kb_builder/sources/yaml_block.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB013", slug="front-matter-not-fields", severity=Severity.ERROR, is_fixed=True)

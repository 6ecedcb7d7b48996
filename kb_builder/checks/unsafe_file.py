"""KB021 unsafe-file: links, pipes and devices in the content folder.

Found in `kb_builder/sources/walk.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB021", slug="unsafe-file", severity=Severity.ERROR, is_fixed=True)

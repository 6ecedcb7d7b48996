"""KB903 build-warning: a warning of the site generator.

Found in `kb_builder/renderers/mkdocs.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB903", slug="build-warning", severity=Severity.ERROR, is_fixed=True)

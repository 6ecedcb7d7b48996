"""KB022 unsafe-name: a file name that does not survive in a web address.

Found in `kb_builder/sources/walk.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB022", slug="unsafe-name", severity=Severity.ERROR)

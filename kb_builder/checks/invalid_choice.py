"""KB104 invalid-choice: a word that is none of the field's values.

Found in `kb_builder/schema/sentences.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB104", slug="invalid-choice", severity=Severity.ERROR)

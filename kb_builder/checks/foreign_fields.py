"""KB108 foreign-fields: fields a lenient schema lets through. Found in `kb_builder/checking.py`."""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB108", slug="foreign-fields", severity=Severity.NOTICE)

"""KB006 duplicate-key: a field given twice. Found in `kb_builder/sources/yaml_block.py`."""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB006", slug="duplicate-key", severity=Severity.ERROR, is_fixed=True)

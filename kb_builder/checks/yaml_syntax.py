"""KB005 yaml-syntax: front matter that is not YAML.

Found in `kb_builder/sources/yaml_faults.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB005", slug="yaml-syntax", severity=Severity.ERROR, is_fixed=True)

"""KB720 asset-unfit: a file beside the pages that is not what its name says, damaged or too large.

Found in `kb_builder/sources/pictures.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB720", slug="asset-unfit", severity=Severity.ERROR, is_fixed=True)

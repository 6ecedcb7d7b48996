"""KB721 photo-location: a photo that says where it was taken.

Found in `kb_builder/sources/pictures.py`.
"""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB721", slug="photo-location", severity=Severity.ERROR)

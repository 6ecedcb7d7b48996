"""KB815 channel-misnamed: a channel whose name breaks the naming rule of its kind. Found in `kb_builder/registry/`."""

from kb_builder.model.diagnostic import Rule, Severity

RULE = Rule(code="KB815", slug="channel-misnamed", severity=Severity.WARNING)

"""Pages the tool makes itself: one module and one Jinja template each."""

"""The registries beside the content: who answers for pages, and what they refer to."""

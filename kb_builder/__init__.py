"""kb_builder: a checked Markdown knowledge base, published as a staff site and a customer site."""

__version__ = "0.1.0"

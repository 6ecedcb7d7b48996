"""The reference pages: one module per page, each with a function that returns Markdown."""

"""kb.yml: its schema, and loading it into settings."""

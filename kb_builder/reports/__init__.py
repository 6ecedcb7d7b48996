"""Tables about the knowledge base: one module each, values in, rows out."""

"""JSON Schema: deciding fast whether a value is valid, and saying in plain sentences why it is not."""

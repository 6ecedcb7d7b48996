"""Content types: one folder each, all of it data. `load` composes them, `validate` reads pages by them."""

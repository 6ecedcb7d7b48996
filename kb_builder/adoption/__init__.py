"""Taking over pages that exist already: a survey of what is there, and a list of the findings that are known."""

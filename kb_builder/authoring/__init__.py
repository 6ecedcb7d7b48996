"""What helps people who write: mending what has one right answer."""

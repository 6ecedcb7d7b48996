"""What helps people who write: new pages, ids and repositories, and mending what has one right answer."""

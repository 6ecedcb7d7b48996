"""Makes drafts of Word, HTML and text files.

A file becomes HTML (`convert`), the HTML is cleaned (`clean`) and becomes Markdown (`markdown`), steps are proposed
from its lists and tables (`steps`), and all of it becomes a page with front matter (`draft`), whose characters are
looked at (`noise`).
"""

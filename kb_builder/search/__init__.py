"""Full-text search without a server: an index written as small files, and rankers in Python and JavaScript.

The way of a page: `tokens` cuts it into terms, `inverted` collects who holds them, `write` makes files of it. The way
of a query: `query` cuts it into slots, `rank` reads the files it needs and puts pages in order. `client/` does the
latter in the browser, term for term and figure for figure the same.
"""

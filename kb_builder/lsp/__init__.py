"""`kb lsp`: what `kb check` knows, in an editor. This package and `cli/lsp.py` alone know the protocol's library.

`project.py` holds what is known of a project, `worker.py` checks it in the background, `server.py` meets the editor.
Nothing of a project is run and nothing is fetched; texts of the editor take the place of files, within the same limits.
"""

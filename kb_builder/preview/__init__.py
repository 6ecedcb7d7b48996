"""The site as its author sees it while writing: built again at every change, shown by a server of its own.

`builder.py` decides what is to be made and in which order, `shown.py` holds what browsers get, `server.py` hands it
out, `watch.py` tells when files are written, `faults.py` makes the page that stands in for one that is at fault.
"""

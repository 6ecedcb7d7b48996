#!/bin/sh
# Puts a packed file beside each larger text file of the sites in a folder, `site` unless another is given.
# The same files give the same bytes: neither names nor times go into them. Run it after each `kb build`.
set -eu
find "${1:-site}" -type f -size +1k \
  \( -name '*.html' -o -name '*.js' -o -name '*.css' -o -name '*.svg' -o -name '*.xml' -o -name '*.json' \
     -o -name '*.txt' -o -name '*.csv' -o -name '*.ics' \) \
  -exec gzip --best --keep --force --no-name {} +

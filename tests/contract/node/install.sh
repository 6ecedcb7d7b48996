#!/bin/sh
# Installs the npm packages that judge Mermaid and BPMN text, by the lock file, and prints the folder they are in.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
into=${KB_NODE_CACHE:-$here/../../../.venv/node}
if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
  echo "the format tests need node (20 or newer) and npm; install them and run make test again" >&2
  exit 1
fi
mkdir -p "$into"
if ! cmp -s "$here/package-lock.json" "$into/package-lock.json" || [ ! -f "$into/.ready" ]; then
  rm -f "$into/.ready"
  cp "$here/package.json" "$here/package-lock.json" "$into/"
  (cd "$into" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
  touch "$into/.ready"
fi
cp "$here/judge.mjs" "$into/judge.mjs"
echo "$into"

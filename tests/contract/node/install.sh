#!/bin/sh
# Installs the npm packages that judge Mermaid and BPMN text, by the lock file, and prints the folder they are in.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
into=${KB_NODE_CACHE:-$here/../../../.venv/node}
have() { command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; }
if ! have && command -v apt-get >/dev/null 2>&1; then
  sudo=""
  if [ "$(id -u)" != 0 ]; then sudo="sudo"; fi
  $sudo apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends nodejs npm >&2
fi
if ! have; then
  echo "the format tests need node and npm; install them and run make test again" >&2
  exit 1
fi
mkdir -p "$into"
# Test workers start this at the same time: the first installs, the others wait and find it done.
exec 9>"$into/.lock"
flock 9
if ! cmp -s "$here/package-lock.json" "$into/package-lock.json" || [ ! -f "$into/.ready" ]; then
  rm -f "$into/.ready"
  cp "$here/package.json" "$here/package-lock.json" "$into/"
  (cd "$into" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
  touch "$into/.ready"
fi
cp "$here/judge.mjs" "$into/judge.mjs"
echo "$into"

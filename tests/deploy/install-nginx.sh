#!/bin/sh
# Sees to it that nginx is there, for the test of deploy/nginx.conf; installs Debian's package where it is not.
set -eu
PATH="$PATH:/usr/sbin"
server() { command -v nginx >/dev/null 2>&1; }
if server; then exit 0; fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "the tests of deploy/ need nginx; install it and run make test again" >&2
  exit 1
fi
sudo=""
if [ "$(id -u)" != 0 ]; then sudo="sudo"; fi
$sudo apt-get update -qq
# The package would start a server of its own on port 80.
DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 $sudo apt-get install -y -qq --no-install-recommends nginx-light >/dev/null
server

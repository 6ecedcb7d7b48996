#!/bin/sh
# Sees to it that a compiler for C is there, for the tests of failing calls; installs Debian's package where it is not.
set -eu
if command -v cc >/dev/null 2>&1; then exit 0; fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "without a compiler for C (cc) the tests of failing calls are left out" >&2
  exit 0
fi
sudo=""
if [ "$(id -u)" != 0 ]; then sudo="sudo"; fi
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends gcc libc6-dev >/dev/null
command -v cc >/dev/null

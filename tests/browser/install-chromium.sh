#!/bin/sh
# Sees to it that Chromium and Chinese fonts are there; installs Debian's packages where they are not.
set -eu
fonts() { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh-tw)" ]; }
browser() { command -v chromium >/dev/null 2>&1; }
if browser && fonts; then exit 0; fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "the browser tests need chromium and Chinese fonts (Noto Sans CJK); install them and run make test again" >&2
  exit 1
fi
sudo=""
if [ "$(id -u)" != 0 ]; then sudo="sudo"; fi
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends chromium fontconfig fonts-noto-cjk >/dev/null
browser && fonts

#!/usr/bin/env bash
# Sends site/ to the web server and switches to it in one step; the generation before stays there.
# KB_HOST is user@host, KB_FOLDER a folder there (/srv/kb): it gets `site`, a link that a web server can serve, as
# deploy/nginx.conf does. KB_SSH_KEY is the private key, KB_KNOWN_HOSTS what `ssh-keyscan HOST` prints.
set -euo pipefail
: "${KB_HOST:?is missing: user@host of the web server}" "${KB_FOLDER:?is missing: a folder there, such as /srv/kb}"
: "${KB_SSH_KEY:?is missing: the private key}" "${KB_KNOWN_HOSTS:?is missing: what ssh-keyscan prints}"
if [[ ! $KB_FOLDER =~ ^/[A-Za-z0-9._/-]+$ ]]; then
  echo "KB_FOLDER is \`$KB_FOLDER\`; write an absolute path of letters, digits, dots, hyphens and underscores" >&2
  exit 2
fi
secret=$(mktemp -d)
trap 'rm -rf "$secret"' EXIT
install -m 600 /dev/null "$secret/key"
printf '%s\n' "$KB_SSH_KEY" > "$secret/key"
printf '%s\n' "$KB_KNOWN_HOSTS" > "$secret/known_hosts"

name=$(date -u +%Y%m%dT%H%M%SZ)-$$
# Packed before it is sent: what is cut off on the way cannot be unpacked, and nothing is switched.
tar -C site -czf "$secret/site.tar.gz" staff customers
ssh -i "$secret/key" -o UserKnownHostsFile="$secret/known_hosts" -o StrictHostKeyChecking=yes -o BatchMode=yes \
  "$KB_HOST" "
    set -eu
    mkdir -p $KB_FOLDER/generations
    cd $KB_FOLDER
    rm -rf .incoming
    mkdir .incoming
    tar -C .incoming -xz
    mv .incoming generations/$name
    ln -s generations/$name .next
    mv -T .next site
    cd generations
    ls -1 | sort | head -n -2 | xargs -r rm -rf --
  " < "$secret/site.tar.gz"
echo "sent as $name"

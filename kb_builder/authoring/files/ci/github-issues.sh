#!/usr/bin/env bash
# Keeps one issue for every owner who has something to do: opens it, brings it up to date, closes it when all is done.
# Usage: github-issues.sh FOLDER, which `kb report owners --format markdown --folder FOLDER` has written.
# Needs gh and GH_TOKEN, with leave to write issues.
set -euo pipefail
folder=$1
label=kb-due
prefix="kb: what is due for "

gh label create "$label" --force --description "Reviews and other tasks that are due; kept by kb" > /dev/null
issues=$(gh issue list --label "$label" --state open --limit 1000 --json number,title --jq '.[] | "\(.number)\t\(.title)"')

for file in "$folder"/*.md; do
  [ -e "$file" ] || continue
  owner=$(basename "$file" .md)
  number=""
  while IFS=$'\t' read -r open title; do
    if [ "$title" = "$prefix$owner" ]; then number=$open; fi
  done <<< "$issues"
  if [ -n "$number" ]; then
    gh issue edit "$number" --body-file "$file" > /dev/null
    echo "$owner: issue $number is up to date"
  else
    gh issue create --title "$prefix$owner" --label "$label" --body-file "$file" > /dev/null
    echo "$owner: a new issue"
  fi
done

while IFS=$'\t' read -r open title; do
  owner=${title#"$prefix"}
  if [ -n "$open" ] && [ "$owner" != "$title" ] && [ ! -e "$folder/$owner.md" ]; then
    gh issue close "$open" --comment "Nothing is due any more." > /dev/null
    echo "$owner: issue $open is closed"
  fi
done <<< "$issues"

#!/usr/bin/env bash
# Verifies a deployment; arguments are options of dicom-lake verify. Leaves reports and journal in out/verify.
#
#   DICOM_LAKE_TARGET  what to verify: a manifest, or --subscription and the other names, one a line as --name=value;
#                      out/manifest.json where it is empty
#
# Ends as dicom-lake verify does.
set -euo pipefail
cli="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/dist/cli/dicom-lake.js"
target=()
while IFS= read -r word; do
  [ -z "$word" ] || target+=("$word")
done <<< "${DICOM_LAKE_TARGET:-out/manifest.json}"

[ -z "${GITHUB_STEP_SUMMARY:-}" ] || set -- "$@" --github
[ ! -e waivers.yaml ] || set -- "$@" --waivers waivers.yaml
mkdir -p out/verify
exec node "$cli" verify "${target[@]}" --state out/verify/journal "$@" \
  --report html=out/verify/report.html --report json=out/verify/report.json --report junit=out/verify/report.xml

#!/usr/bin/env bash
# Deletes what verify.sh left, where it was killed; to be run whatever became of it.
#
#   DICOM_LAKE_TARGET  as for verify.sh
#
# Ends with 0 where nothing is left, 3 where something could not be deleted: out/verify/journal says what.
set -euo pipefail
cli="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/dist/cli/dicom-lake.js"
target=()
while IFS= read -r word; do
  [ -z "$word" ] || target+=("$word")
done <<< "${DICOM_LAKE_TARGET:-out/manifest.json}"

if [ ! -d out/verify/journal ]; then
  printf 'Nothing was sent.\n'
  exit 0
fi
exec node "$cli" sweep "${target[@]}" --state out/verify/journal

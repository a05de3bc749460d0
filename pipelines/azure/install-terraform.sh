#!/usr/bin/env bash
# Installs Terraform on an agent of Linux that has none of this version; whoever changes the version changes its SHA-256.
set -euo pipefail
version=1.11.4
sha256=1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc

folder="${AGENT_TOOLSDIRECTORY:?this is for agents of Azure Pipelines}/terraform/$version/x64"
if [ ! -x "$folder/terraform" ]; then
  zip="$(mktemp)"
  trap 'rm -f "$zip"' EXIT
  curl --fail --silent --show-error --location --retry 3 --output "$zip" \
    "https://releases.hashicorp.com/terraform/$version/terraform_${version}_linux_amd64.zip"
  printf '%s  %s\n' "$sha256" "$zip" | sha256sum --check --quiet
  mkdir -p "$folder"
  unzip -q -o "$zip" terraform -d "$folder"
fi
printf '##vso[task.prependpath]%s\n' "$folder"

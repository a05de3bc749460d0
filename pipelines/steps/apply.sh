#!/usr/bin/env bash
# Applies the plan that plan.sh left in out/plan, and nothing else: what was reviewed is what is done. Writes the manifest of
# the deployment, which holds no secret, to out/manifest.json.
#
#   TERRAFORM_BINARY_NAME  another Terraform than the first in PATH
#
# Ends with 0 where it is applied, 1 where Terraform failed, 2 where there is no plan.
set -euo pipefail
terraform="${TERRAFORM_BINARY_NAME:-terraform}"

if [ ! -e out/plan/plan.bin ]; then
  printf 'error: there is no out/plan/plan.bin; run plan.sh first, and bring out/plan here\n' >&2
  exit 2
fi
"$terraform" -chdir=out/plan init -input=false -lockfile=readonly || exit 1
"$terraform" -chdir=out/plan apply -input=false -lock-timeout=10m plan.bin || exit 1
"$terraform" -chdir=out/plan output -json manifest > out/manifest.json || exit 1

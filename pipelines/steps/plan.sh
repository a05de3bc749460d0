#!/usr/bin/env bash
# Synthesizes one deployment, plans it, and guards the plan. Leaves in out/plan what apply.sh needs.
#
#   DICOM_LAKE_DEPLOYMENT  which deployment of dicom-lake.yaml; may be empty where there is only one
#   DICOM_LAKE_DRIFT       true: a plan that would change anything ends with 1
#   TERRAFORM_BINARY_NAME  another Terraform than the first in PATH
#
# Ends with 0 where the plan may be applied, 1 where the guard refuses it or where there is drift, 2 where settings are
# wrong, 3 where Terraform could not plan.
set -euo pipefail
cli="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/dist/cli/dicom-lake.js"
terraform="${TERRAFORM_BINARY_NAME:-terraform}"

wrong() {
  printf 'error: %s\n' "$1" >&2
  exit 2
}

rm -rf out/plan cdktf.out/stacks
npx --no-install cdktf synth || wrong 'the deployment cannot be synthesized, see above; mend dicom-lake.yaml'

shopt -s nullglob
stacks=(cdktf.out/stacks/*/)
[ "${#stacks[@]}" -gt 0 ] || wrong 'dicom-lake.yaml has no deployment; add one under deployments'
stacks=("${stacks[@]%/}")
names=("${stacks[@]##*/}")
deployment="${DICOM_LAKE_DEPLOYMENT:-}"
if [ -z "$deployment" ]; then
  [ "${#names[@]}" = 1 ] || wrong "there are several deployments; set DICOM_LAKE_DEPLOYMENT to one of: ${names[*]}"
  deployment="${names[0]}"
fi
stack="cdktf.out/stacks/$deployment"
[ -d "$stack" ] || wrong "there is no deployment '$deployment'; set DICOM_LAKE_DEPLOYMENT to one of: ${names[*]}"

node -e 'process.exit(require(require("path").resolve(process.argv[1])).terraform.backend?.azurerm ? 0 : 1)' \
  "$stack/cdk.tf.json" ||
  wrong "'$deployment' keeps its state on this machine, which a pipeline forgets; give it 'state' in dicom-lake.yaml"

# A plan changes no state, and apply refuses one that is older than the state: no lock, so that reading it is enough.
"$terraform" -chdir="$stack" init -input=false || exit 3
changes=0
"$terraform" -chdir="$stack" plan -input=false -lock=false -detailed-exitcode -out=plan.bin || changes=$?
[ "$changes" = 0 ] || [ "$changes" = 2 ] || exit 3

mkdir -p out/plan
for file in cdk.tf.json plan.bin .terraform.lock.hcl; do cp "$stack/$file" out/plan/; done
if [ "${DICOM_LAKE_DRIFT:-}" = true ]; then
  "$terraform" -chdir="$stack" output -json manifest > out/manifest.json || exit 3
fi

# As JSON it shows what Terraform hides, so it does not stay.
json="$(mktemp)"
trap 'rm -f "$json"' EXIT
"$terraform" -chdir="$stack" show -json plan.bin > "$json" || exit 3
set -- "$json"
[ ! -e guard-allowed.yaml ] || set -- "$@" --allow-file guard-allowed.yaml
node "$cli" guard "$@"

if [ "${DICOM_LAKE_DRIFT:-}" = true ] && [ "$changes" = 2 ]; then
  printf 'error: drift: what is deployed differs from dicom-lake.yaml, as the plan above shows\n' >&2
  exit 1
fi

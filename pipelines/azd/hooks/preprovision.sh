#!/usr/bin/env bash
# Plans and guards the deployment that the environment of azd names, and gives azd the same stack to apply.
set -euo pipefail
: "${AZURE_ENV_NAME:?run it as a hook: azd provision}"
# For settings that leave them out.
[ -z "${AZURE_SUBSCRIPTION_ID:-}" ] || export ARM_SUBSCRIPTION_ID="$AZURE_SUBSCRIPTION_ID"
[ -z "${AZURE_TENANT_ID:-}" ] || export ARM_TENANT_ID="$AZURE_TENANT_ID"

DICOM_LAKE_DEPLOYMENT="$AZURE_ENV_NAME" bash node_modules/dicom-lake/pipelines/steps/plan.sh

rm -rf out/infra
mkdir -p out/infra
cp out/plan/cdk.tf.json out/plan/.terraform.lock.hcl out/infra/
printf '{}\n' | tee out/infra/main.tfvars.json > out/infra/provider.conf.json
# azd looks for the words in files of HCL only, and would keep the state on this machine.
printf '# the stack has a backend "azurerm"\n' > out/infra/backend.tf

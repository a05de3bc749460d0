# shellcheck shell=bash
# To be sourced in AzureCLI@2: lets Terraform sign in as the service connection of the task does, anew whenever a token ends.
: "${SYSTEM_ACCESSTOKEN:?map it in env of the task: SYSTEM_ACCESSTOKEN: \$(System.AccessToken)}"
: "${AZURESUBSCRIPTION_SERVICE_CONNECTION_ID:?use AzureCLI@2 with a service connection of workload identity}"
export ARM_USE_OIDC=true ARM_USE_CLI=false TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
export ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID="$AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"
export ARM_CLIENT_ID="$AZURESUBSCRIPTION_CLIENT_ID" ARM_TENANT_ID="$AZURESUBSCRIPTION_TENANT_ID"
ARM_SUBSCRIPTION_ID="$(az account show --query id --output tsv)"
export ARM_SUBSCRIPTION_ID

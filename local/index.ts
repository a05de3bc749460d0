export { ArmClient, ArmError, type ArmConnection, type ArmResource } from './arm-client';
export { applyStack } from './apply-stack';
export { StackError } from './stack-error';

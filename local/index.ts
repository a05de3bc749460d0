export { ArmClient, ArmError, type ArmConnection, type ArmResource } from './arm-client';
export { applyStack, type ApplyOptions } from './apply-stack';
export { StackError } from './stack-error';

import type { ArgumentReader } from './argument-reader';
import type { ArmClient } from './arm-client';

/** Attributes of an applied resource, by the names that references use. */
export type Attributes = Readonly<Record<string, unknown>>;

/** A resource whose arguments are read and found complete; sending it talks to Azure Resource Manager. */
export type PreparedResource = (arm: Pick<ArmClient, 'get' | 'put'>) => Promise<Attributes>;

/** Major versions of the provider that send different requests. */
export type AzurermMajor = 4 | 5;

/** What the configuration of the provider says, as far as it changes what is sent. */
export interface ProviderSettings {
  readonly subscriptionId: string;
  readonly tenantId: string;
  /** Major version of the provider that the stack asks for. */
  readonly major: AzurermMajor;
}

/** One resource type of the azurerm provider. */
export interface AzurermResource {
  /** The attributes that references may ask for, with the steps into nested blocks. */
  readonly attributes: readonly string[];
  /** Reads the arguments into the requests that the provider would make. */
  readonly prepare: (args: ArgumentReader, provider: ProviderSettings) => PreparedResource;
}

export function groupId(subscriptionId: string, name: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
}

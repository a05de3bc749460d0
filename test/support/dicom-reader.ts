import { AUDIENCES, ROLES } from '../../contract';
import type { Emulator } from '../../emulator';
import { armOf, assignRole, type ProvisionedLake } from './emulator';

const API = '2024-11-30';

/** Makes somebody who may read the DICOM service and no more, and answers its token. */
export async function makeDicomReader(emulator: Emulator, lake: ProvisionedLake): Promise<string> {
  const arm = armOf(emulator);
  const made = await arm.put(readerId(lake), API, { location: 'westeurope', properties: {} });
  const { principalId } = made['properties'] as { readonly principalId: string };
  await assignRole(arm, lake.dicomServiceId, ROLES.dicomDataReader.id, principalId, 77);
  return dicomReaderToken(emulator, lake);
}

/** A token of the reader that was made. */
export async function dicomReaderToken(emulator: Emulator, lake: ProvisionedLake): Promise<string> {
  const { properties } = await armOf(emulator).get(readerId(lake), API);
  const { clientId } = properties as { readonly clientId: string };
  const { endpoint, header } = emulator.managedIdentity;
  const query = new URLSearchParams({ resource: AUDIENCES.dicom, client_id: clientId });
  const answer = await fetch(`${endpoint}?api-version=2019-08-01&${query.toString()}`, {
    headers: { 'x-identity-header': header },
  });
  return ((await answer.json()) as { readonly access_token: string }).access_token;
}

function readerId({ groupId }: ProvisionedLake): string {
  return `${groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/reader`;
}

import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { ROLES } from '../../../contract';
import { connectionTo, provisionLake, startTestEmulator } from '../../support/emulator';
import { rejectionOf } from '../../support/errors';

/** The SDK puts a slash before the scope itself. */
const withoutSlash = (id: string): string => id.slice(1);

test('role and deny assignments are listed by the SDK with the filters of Azure', async () => {
  await using emulator = await startTestEmulator();
  const lake = await provisionLake(emulator);
  const { endpoint, credential, ca } = connectionTo(emulator, 'verifier');
  const client = new AuthorizationManagementClient(credential, emulator.ready.subscriptionId, {
    endpoint,
    tlsOptions: { ca },
    retryOptions: { maxRetries: 0 },
  });
  const scope = withoutSlash(lake.containerId);
  const rolesOf = async (filter: string, at = scope): Promise<readonly string[]> => {
    const roles: string[] = [];
    for await (const { roleDefinitionId } of client.roleAssignments.listForScope(at, { filter }))
      roles.push(roleDefinitionId?.split('/').at(-1) ?? '');
    return roles.sort();
  };
  const { objectId } = emulator.ready.credentials.verifier;
  const own = [ROLES.storageBlobDataReader.id, ROLES.reader.id].sort();
  expect(await rolesOf(`atScope() and assignedTo('${objectId}')`)).toEqual(own);
  expect(await rolesOf(`assignedTo('${objectId}')`)).toEqual(own);
  const account = withoutSlash(lake.accountId);
  expect(await rolesOf(`atScope() and assignedTo('${objectId}')`, account)).toEqual([ROLES.reader.id]);
  expect(await rolesOf(`assignedTo('${objectId}')`, account)).toEqual(own);
  expect(await rolesOf('atScope()')).toHaveLength(4);
  expect(await rejectionOf(rolesOf(`roleName eq 'Reader'`))).toMatchObject({ code: 'UnsupportedQuery' });

  const denials = async (): Promise<readonly unknown[]> => {
    const found: unknown[] = [];
    for await (const { denyAssignmentName, scope: at, principals } of client.denyAssignments.listForScope(
      scope,
      {
        filter: 'atScope()',
      },
    ))
      found.push({ denyAssignmentName, at, principals: principals?.map(({ id }) => id) });
    return found;
  };
  expect(await denials()).toEqual([]);
  await emulator.faults.set('lake/deny-assignment');
  expect(await denials()).toEqual([
    { denyAssignmentName: 'Deny files', at: lake.containerId, principals: [lake.principalId] },
  ]);
});

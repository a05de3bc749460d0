import { ArmReader } from '../../../verify/clients/arm-reader';
import type { HttpCall } from '../../../verify/clients/http';
import { denyAssignments, heldRoles } from '../../../verify/clients/role-assignments';

const SCOPE = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a';
const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
const READER = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1';
const OWN = 'aaaaaaaa-0000-0000-0000-000000000001';

/** Azure Resource Manager with one answer for each path. */
function armWith(answers: Readonly<Record<string, unknown>>): {
  readonly arm: ArmReader;
  readonly calls: HttpCall[];
} {
  const calls: HttpCall[] = [];
  const arm = new ArmReader((call) => {
    calls.push(call);
    const body = answers[new URL(call.url).pathname];
    return Promise.resolve({
      status: body === undefined ? 404 : 200,
      header: () => undefined,
      body: Buffer.from(JSON.stringify(body ?? {})),
    });
  }, 'https://arm.example');
  return { arm, calls };
}

function assignment(roleId: string, changes: object = {}): object {
  return {
    properties: {
      principalId: 'p',
      principalType: 'User',
      scope: SCOPE,
      roleDefinitionId: `/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
      createdOn: '2026-01-01T00:00:00.1234567Z',
      ...changes,
    },
  };
}

const ASSIGNMENTS = `${SCOPE}/providers/Microsoft.Authorization/roleAssignments`;

test('a role of somebody’s own permits what its definition says, less what that leaves out', async () => {
  const { arm, calls } = armWith({
    [ASSIGNMENTS]: { value: [assignment(OWN), assignment(OWN.toUpperCase())] },
    [`${SCOPE}/providers/Microsoft.Authorization/roleDefinitions/${OWN}`]: {
      properties: {
        roleName: 'Uploader',
        permissions: [
          { dataActions: [`${BLOBS}/*`], notDataActions: [`${BLOBS}/delete`], actions: [], notActions: [] },
        ],
      },
    },
  });
  const [held, again] = await heldRoles(arm, SCOPE, { assignedTo: 'p' });
  expect(held?.powers.roleName).toBe('Uploader');
  expect(held?.powers.allows('data-action', `${BLOBS}/write`)).toBe(true);
  expect(held?.powers.allows('data-action', `${BLOBS}/delete`)).toBe(false);
  expect(held?.powers.allows('action', `${BLOBS}/write`)).toBe(false);
  expect(again?.powers).toBe(held?.powers);
  expect(calls).toHaveLength(2);
  expect(new URL(calls[0]?.url ?? '').searchParams.get('$filter')).toBe(`atScope() and assignedTo('p')`);
});

test('a built-in role is known, with its time and condition', async () => {
  const { arm, calls } = armWith({ [ASSIGNMENTS]: { value: [assignment(READER, { condition: 'c' })] } });
  expect(await heldRoles(arm, SCOPE, 'atScope')).toMatchObject([
    {
      principalId: 'p',
      principalType: 'User',
      roleId: READER,
      condition: 'c',
      createdAt: Date.UTC(2026, 0, 1) + 123,
    },
  ]);
  expect(calls).toHaveLength(1);
});

test('a role that cannot be looked up is no role without powers', async () => {
  const { arm } = armWith({ [ASSIGNMENTS]: { value: [assignment(OWN)] } });
  await expect(heldRoles(arm, SCOPE, 'atScope')).rejects.toThrow(/roleDefinitions\/.* was answered 404/);
});

test('deny assignments are read with whom they name and spare', async () => {
  const { arm } = armWith({
    [`${SCOPE}/providers/Microsoft.Authorization/denyAssignments`]: {
      value: [
        {
          name: 'd',
          properties: {
            denyAssignmentName: 'stack',
            scope: SCOPE,
            permissions: [{ dataActions: [`${BLOBS}/*`] }],
            principals: [{ id: '0', type: 'SystemDefined' }],
            excludePrincipals: [{ id: 'q', type: 'ServicePrincipal' }],
          },
        },
      ],
    },
  });
  const [denial] = await denyAssignments(arm, SCOPE);
  expect(denial).toMatchObject({
    name: 'stack',
    principals: [{ id: '0', type: 'SystemDefined' }],
    excludedIds: ['q'],
  });
  expect(denial?.denies.allows('data-action', `${BLOBS}/read`)).toBe(true);
});

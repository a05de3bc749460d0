import { applyStack, StackError } from '../../local';

const CONNECTION = {
  endpoint: 'https://localhost:1',
  credential: { getToken: () => Promise.reject(new Error('nothing may be sent')) },
  ca: '',
};

async function problemsOf(text: string): Promise<readonly string[]> {
  const stack = {
    resource: {
      azurerm_resource_group: { group: { name: 'rg', location: 'westeurope' } },
      azurerm_healthcare_dicom_service: {
        images: {
          name: 'images',
          workspace_id: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.HealthcareApis/workspaces/ws',
          location: 'westeurope',
        },
      },
      azurerm_management_lock: { lock: { name: 'keep', scope: text, lock_level: 'CanNotDelete' } },
    },
    output: { manifest: { value: {} } },
  };
  const options = {
    connection: CONNECTION,
    subscriptionId: '44444444-4444-4444-4444-444444444444',
    tenantId: '11111111-1111-1111-1111-111111111111',
  };
  const error: unknown = await applyStack(stack, options).catch((reason: unknown) => reason);
  return error instanceof StackError ? error.problems : [`no StackError: ${String(error)}`];
}

test.each([
  ['azurerm_resource_group.group.id[0].nothing', 'id, name, location'],
  ['azurerm_healthcare_dicom_service.images.identity[0].secret', 'id, name, service_url, identity'],
  ['azurerm_healthcare_dicom_service.images.identity.principal_id', 'id, name, service_url, identity'],
])('a stack that asks for %s is refused before anything is sent', async (reference) => {
  const problems = await problemsOf(`\${${reference}}`);
  expect(problems).toEqual([expect.stringContaining(`'\${${reference}}' asks for an attribute`)]);
});

test('the principal of a service of its own may be asked for', async () => {
  const text = '${azurerm_healthcare_dicom_service.images.identity[0].principal_id}';
  expect(await problemsOf(text)).toEqual([expect.stringContaining('nothing may be sent')]);
});

import type { Emulator } from '../../../emulator';
import { provisionLake, startTestEmulator } from '../../support/emulator';
import { rawRequests } from '../../support/raw-arm';

const API = 'api-version=2025-07-01';

/** An environment in a group, and the body of a job for it. */
async function bench(emulator: Emulator) {
  const lake = await provisionLake(emulator);
  const send = await rawRequests(emulator);
  const provider = `${lake.groupId}/providers/Microsoft.App`;
  const environment = `${provider}/managedEnvironments/images-verify`;
  const made = await send('PUT', `${environment}?${API}`, { location: 'westeurope', properties: {} });
  expect(made).toMatchObject({ status: 201, body: { properties: { provisioningState: 'Succeeded' } } });
  const identity = `${lake.groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/verifier`;
  await send('PUT', `${identity}?api-version=2024-11-30`, { location: 'westeurope' });
  const job = {
    location: 'westeurope',
    identity: { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } },
    properties: {
      environmentId: environment,
      configuration: {
        triggerType: 'Schedule',
        scheduleTriggerConfig: { cronExpression: '17 * * * *', parallelism: 1 },
        replicaTimeout: 1200,
        registries: [{ server: 'demo.azurecr.io', identity }],
      },
      template: { containers: [{ name: 'verify', image: 'demo.azurecr.io/dicom-lake:1.2.3' }] },
    },
  };
  return { send, provider, environment, identity, job, path: `${provider}/jobs/images-verify` };
}

test('a job is made, read with its secrets, and goes before its environment', async () => {
  await using emulator = await startTestEmulator();
  const { send, environment, identity, job, path } = await bench(emulator);
  expect(await send('POST', `${path}/listSecrets?${API}`)).toMatchObject({ status: 404 });
  expect(await send('PUT', `${path}?${API}`, job)).toMatchObject({ status: 201 });
  expect(await send('GET', `${path}?${API}`)).toMatchObject({
    status: 200,
    body: {
      identity: { userAssignedIdentities: { [identity]: { clientId: expect.any(String) as unknown } } },
      properties: { ...job.properties, provisioningState: 'Succeeded' },
    },
  });
  expect(await send('POST', `${path}/listSecrets?${API}`)).toMatchObject({
    status: 200,
    body: { value: [] },
  });
  expect(await send('DELETE', `${environment}?${API}`)).toMatchObject({
    status: 409,
    body: { error: { code: 'ManagedEnvironmentNotEmpty' } },
  });
  expect(await send('DELETE', `${path}?${API}`)).toMatchObject({ status: 200 });
  expect(await send('DELETE', `${environment}?${API}`)).toMatchObject({ status: 200 });
});

test('all that is wrong with a job is said at once', async () => {
  await using emulator = await startTestEmulator();
  const { send, provider, identity, job, path } = await bench(emulator);
  const { configuration } = job.properties;
  const wrong = {
    ...job,
    identity: { type: 'None' },
    properties: {
      environmentId: `${provider}/managedEnvironments/nowhere`,
      configuration: { ...configuration, scheduleTriggerConfig: {}, replicaTimeout: 0 },
      template: { containers: [] },
    },
  };
  expect(await send('PUT', `${path}?${API}`, wrong)).toMatchObject({
    status: 400,
    body: {
      error: {
        code: 'InvalidParameterValueInJob',
        message:
          `The environment "${provider}/managedEnvironments/nowhere" does not exist. A scheduled job needs a ` +
          'cronExpression, got nothing. replicaTimeout must be at least 1 second, got 0. A job needs a container, got ' +
          `none. The identity "${identity}" of a registry must be attached to the job.`,
      },
    },
  });
});

test('an environment needs a subnet that exists', async () => {
  await using emulator = await startTestEmulator();
  const { send, provider } = await bench(emulator);
  const subnet = `${provider.replace('Microsoft.App', 'Microsoft.Network')}/virtualNetworks/hub/subnets/jobs`;
  const body = {
    location: 'westeurope',
    properties: { vnetConfiguration: { infrastructureSubnetId: subnet, internal: true } },
  };
  expect(await send('PUT', `${provider}/managedEnvironments/inside?${API}`, body)).toMatchObject({
    status: 400,
    body: { error: { message: `The subnet "${subnet}" does not exist.` } },
  });
});

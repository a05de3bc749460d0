import { App } from 'cdktf';
import { applyStack } from '../../local';
import { DicomLakeStack, type DicomLakeStackProps } from '../../stacks/dicom-lake-stack';
import { armOf, connectionTo, startTestEmulator } from '../support/emulator';
import { synth } from '../support/synth';

const API = '2025-07-01';
const IMAGE = `demoregistry.azurecr.io/dicom-lake@sha256:${'0123456789abcdef'.repeat(4)}`;

function stackWith(
  target: Pick<DicomLakeStackProps, 'tenantId' | 'subscriptionId'>,
  azurermMajor: 4 | 5,
): unknown {
  return synth(
    new DicomLakeStack(new App(), 'imaging', {
      ...target,
      azurermMajor,
      resourceGroupName: 'imaging',
      location: 'westeurope',
      profile: 'minimal',
      workspaceName: 'demohealth',
      dicomServiceName: 'images',
      storageAccountName: 'demolake',
      monitoring: {},
      verificationJob: { image: IMAGE },
    }),
  );
}

test.each([4, 5] as const)('a stack of azurerm %s with a job is applied, again and again', async (major) => {
  await using emulator = await startTestEmulator();
  const { subscriptionId, tenantId } = emulator.ready;
  const options = { connection: connectionTo(emulator), subscriptionId, tenantId };
  const stack = stackWith({ subscriptionId, tenantId }, major);
  const manifest = await applyStack(stack, options);
  expect(await applyStack(stack, options)).toEqual(manifest);

  const provider = `/subscriptions/${subscriptionId}/resourceGroups/imaging/providers/Microsoft.App`;
  const job = await armOf(emulator).get(`${provider}/jobs/images-verify`, API);
  const [identity] = Object.values(
    (job['identity'] as { userAssignedIdentities: Record<string, { clientId: string }> })
      .userAssignedIdentities,
  );
  expect(job['properties']).toMatchObject({
    environmentId: `${provider}/managedEnvironments/images-verify`,
    configuration: {
      triggerType: 'Schedule',
      replicaTimeout: 1200,
      replicaRetryLimit: 0,
      scheduleTriggerConfig: { cronExpression: '17 * * * *', parallelism: 1, replicaCompletionCount: 1 },
    },
    template: { containers: [{ image: IMAGE, args: ['verify', '--profile', 'full', '--quiet'] }] },
  });
  const { template } = job['properties'] as {
    template: { containers: readonly { env: readonly { name: string; value: string }[] }[] };
  };
  const env = Object.fromEntries((template.containers[0]?.env ?? []).map(({ name, value }) => [name, value]));
  expect(JSON.parse(env['DICOM_LAKE_MANIFEST'] ?? '')).toEqual(manifest);
  expect(env['AZURE_CLIENT_ID']).toBe(identity?.clientId);
});

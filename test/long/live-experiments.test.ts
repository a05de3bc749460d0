import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ExperimentContext } from '../live/experiment';
import { EXPERIMENTS } from '../live/experiments';
import { answerWith, keyInTheCreateCall } from '../live/experiments/key-in-the-create-call';
import { cleanUp, runExperiments } from '../live/run-experiments';
import type { Deployer } from '../live/terraform-deployer';
import { armOf } from '../support/emulator';
import { startLiveBench } from '../support/live-bench';

/** The answer of the emulator is what the kit assumes; that it comes at all shows that the experiment runs. */
test.each(
  EXPERIMENTS.flatMap((experiment) =>
    'answers' in experiment.onEmulator
      ? [[experiment.id, experiment.onEmulator.answers, experiment] as const]
      : [],
  ),
)(
  '%s answers "%s" on the emulator',
  async (id, expected, experiment) => {
    await using bench = await startLiveBench();
    const { journal } = bench.run;
    await runExperiments([experiment], bench.run);
    expect(Object.fromEntries(journal.failures)).toEqual({});
    expect(journal.answers.get(id)).toMatchObject({ answer: expected });
    await cleanUp(bench.run);
    expect(journal.groups).toEqual([]);
  },
  120_000,
);

test('key-in-the-create-call tells a service with its key on the emulator, which takes any', async () => {
  await using bench = await startLiveBench();
  const { journal } = bench.run;
  const { subscriptionId } = bench.emulator.ready;
  const key = {
    keyVaultId: `/subscriptions/${subscriptionId}/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/live`,
    keyUrl: `https://live.vault.azure.net/keys/images/${'0'.repeat(32)}`,
  };
  const experiment = {
    ...keyInTheCreateCall,
    run: (context: ExperimentContext) => answerWith(context, key),
  };
  await runExperiments([experiment], { ...bench.run, deployer: withoutRolesOnVaults(bench.run.deployer) });
  expect(Object.fromEntries(journal.failures)).toEqual({});
  expect(journal.answers.get(experiment.id)).toEqual({
    answer: 'taken',
    observed: { hasKey: true, stored: 'stored' },
  });
});

/** The emulator has no vaults to which anybody could be given a role. */
function withoutRolesOnVaults(deployer: Deployer): Deployer {
  return (stackFolder, signal) => {
    const file = path.join(stackFolder, 'cdk.tf.json');
    const stack = JSON.parse(readFileSync(file, 'utf8')) as {
      resource: Record<string, Record<string, { scope?: string; depends_on?: string[] }>>;
    };
    const roles = stack.resource['azurerm_role_assignment'] ?? {};
    const dropped = Object.keys(roles).filter(
      (id) => roles[id]?.scope?.includes('Microsoft.KeyVault') === true,
    );
    expect(dropped).toHaveLength(1);
    stack.resource['azurerm_role_assignment'] = Object.fromEntries(
      Object.entries(roles).filter(([id]) => !dropped.includes(id)),
    );
    for (const resource of Object.values(stack.resource).flatMap((one) => Object.values(one)))
      if (resource.depends_on !== undefined)
        resource.depends_on = resource.depends_on.filter(
          (address) => !dropped.some((id) => address.endsWith(`.${id}`)),
        );
    writeFileSync(file, JSON.stringify(stack));
    return deployer(stackFolder, signal);
  };
}

test('an experiment that fails is written down, and what it made is deleted', async () => {
  await using bench = await startLiveBench();
  const { journal } = bench.run;
  await runExperiments(
    [keyInTheCreateCall, ...EXPERIMENTS.filter(({ id }) => id === 'smart-tier')],
    bench.run,
  );
  expect(journal.failures.get('key-in-the-create-call')).toContain('is not in the emulator');
  expect([...journal.answers.keys()]).toEqual(['smart-tier']);
  expect(journal.groups).toEqual(['live-questions-apart-vault', 'live-questions']);
  await cleanUp(bench.run);
  expect(journal.groups).toEqual([]);
  const arm = armOf(bench.emulator);
  const { subscriptionId } = bench.emulator.ready;
  await expect(
    arm.get(`/subscriptions/${subscriptionId}/resourceGroups/live-questions`, '2023-07-01'),
  ).rejects.toMatchObject({ status: 404 });
});

import { containerIdOf, ROLES } from '../../../contract';
import type { Experiment } from '../experiment';
import { rolesOfService } from '../lake-role';

type Id = 'enough' | 'not enough' | 'undecided';

export const containerScopeRole: Experiment<Id> = {
  id: 'container-scope-role',
  questions: ['role-on-the-container-alone'],
  measured:
    'the roles that count for the service’s identity are read, inherited ones too; then verify runs its checks of the ' +
    'service, its lake and its health',
  answers: {
    enough: {
      meaning: 'with Storage Blob Data Contributor on the container and nothing else every check passes',
      goesTo: [{ file: 'docs/architecture.md', change: 'may say that least privilege was measured' }],
    },
    'not enough': {
      meaning: 'some checks fail although the role is there',
      goesTo: [
        { file: 'constructs/lake-grants.ts', change: 'readWrite grants on the account' },
        { file: 'verify/checks/identity/service-can-write.ts', change: 'which scope it asks for' },
        { file: 'docs/runbook/identity.md', change: 'the scope in the commands' },
      ],
    },
    undecided: {
      meaning: 'the identity holds roles from elsewhere, or a check could not be judged: nothing follows',
      goesTo: [],
    },
  },
  rights: [],
  minutes: 20,
  operations: 1_000,
  deploysApart: 0,
  unpriced: [],
  onEmulator: { answers: 'enough' },
  run: async (context) => {
    const manifest = await context.deployment();
    const roles = await rolesOfService(context, manifest);
    const container = containerIdOf(manifest.lake).toLowerCase();
    const elsewhere = roles.filter(({ scope }) => scope.toLowerCase() !== container);
    const held = roles.map(({ roleId }) => nameOf(roleId)).sort();
    const { rows } = await context.verify(manifest, ['dicomweb', 'contract', 'health'], 'full');
    const failed = rows.filter(({ outcome }) => outcome === 'fail');
    const unknown = rows.filter(({ outcome }) => outcome === 'inconclusive');
    const observed = {
      roles: held,
      rolesElsewhere: elsewhere.length,
      passed: rows.filter(({ outcome }) => outcome === 'pass').length,
      failed: failed.map(({ id }) => id),
      inconclusive: unknown.map(({ id }) => id),
    };
    const isContributor =
      held.length > 0 && held.every((name) => name === ROLES.storageBlobDataContributor.name);
    if (elsewhere.length > 0 || !isContributor) return { answer: 'undecided', observed };
    if (failed.length > 0) return { answer: 'not enough', observed };
    return { answer: unknown.length === 0 ? 'enough' : 'undecided', observed };
  },
};

function nameOf(roleId: string): string {
  return Object.values(ROLES).find(({ id }) => id === roleId)?.name ?? 'another role';
}

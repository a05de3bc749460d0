import type { Experiment } from '../experiment';
import { closeLake, openLake, type Passing } from '../lake-firewall';
import { settled } from '../settled';
import { storedImage } from '../stored-image';

const ARRANGEMENTS: Readonly<Record<'neither' | 'rule' | 'bypass', Passing>> = {
  neither: { resourceInstance: false, trustedServices: false },
  rule: { resourceInstance: true, trustedServices: false },
  bypass: { resourceInstance: false, trustedServices: true },
};

const NETWORK = {
  file: 'constructs/lake-network.ts',
  change: 'docstring of trustedServices: what a DICOM service needs it for',
};
const FIDELITY = {
  file: 'docs/emulator-fidelity.md',
  change: 'row "Network rules of storage accounts": measured',
};
const EMULATOR = {
  file: 'emulator/domain/network-access.ts',
  change: 'lakeAdmitsResource: only what was seen to pass',
};
const CHECK = {
  file: 'verify/checks/network/service-access-as-intended.ts',
  change: 'which of the two exceptions it demands',
};

type Id = 'both' | 'rule alone' | 'bypass alone' | 'neither' | 'undecided';

/** The identity of the service is user-assigned, as the kit has it unless told otherwise. */
export const userAssignedThroughFirewall: Experiment<Id> = {
  id: 'user-assigned-through-firewall',
  questions: ['user-assigned-through-resource-instance', 'user-assigned-through-trusted-services'],
  measured:
    'public access of the account off, then neither exception, the workspace as resource instance alone, trusted ' +
    'services alone; after each, images are sent until three minutes in a row say the same',
  answers: {
    both: { meaning: 'either exception is enough', goesTo: [NETWORK, FIDELITY] },
    'rule alone': {
      meaning: 'the resource instance rule is needed and enough',
      goesTo: [NETWORK, FIDELITY, EMULATOR, CHECK],
    },
    'bypass alone': {
      meaning: 'trusted services have to pass',
      goesTo: [
        NETWORK,
        FIDELITY,
        EMULATOR,
        CHECK,
        {
          file: 'constructs/dicom-lake-problems.ts',
          change: 'refuse trustedServices: false for a lake of its own firewall',
        },
      ],
    },
    neither: {
      meaning: 'a service with a user-assigned identity cannot use a closed lake',
      goesTo: [
        NETWORK,
        FIDELITY,
        EMULATOR,
        CHECK,
        {
          file: 'constructs/dicom-lake.ts',
          change: 'the profiles standard and private need a system-assigned identity',
        },
      ],
    },
    undecided: { meaning: 'images were stored without any exception: the firewall did not bind', goesTo: [] },
  },
  rights: [],
  minutes: 60,
  operations: 2_000,
  deploysApart: 0,
  unpriced: [],
  onEmulator: { answers: 'both' },
  run: async (context) => {
    const manifest = await context.deployment();
    const seen = { neither: '', rule: '', bypass: '' };
    try {
      for (const name of ['neither', 'rule', 'bypass'] as const) {
        context.progress(`the lake is closed; passes: ${name}`);
        await closeLake(context, manifest, ARRANGEMENTS[name]);
        seen[name] = await settled(context, () => storedImage(context, manifest));
      }
    } finally {
      await openLake(context, manifest);
    }
    await settled(context, () => storedImage(context, manifest));
    return { answer: answerOf(seen), observed: seen };
  },
};

function answerOf({ neither, rule, bypass }: Readonly<Record<keyof typeof ARRANGEMENTS, string>>): Id {
  if (neither === 'stored') return 'undecided';
  if (rule === 'stored') return bypass === 'stored' ? 'both' : 'rule alone';
  return bypass === 'stored' ? 'bypass alone' : 'neither';
}

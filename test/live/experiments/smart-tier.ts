import { isRestError } from '@azure/core-rest-pipeline';
import { API_VERSIONS, servicePath, lakeTenantOf } from '../../../contract';
import type { Experiment } from '../experiment';
import { settled } from '../settled';
import { storedImage } from '../stored-image';

/** The first version of the storage provider that the kit knows to have the tier. */
const API_OF_SMART = '2025-08-01';

type Id = 'works' | 'fails' | 'account refused';

export const smartTier: Experiment<Id> = {
  id: 'smart-tier',
  questions: ['service-on-smart-tier'],
  measured:
    'the tier of the account is set to Smart, images are sent until three minutes in a row say the same, the tiers that ' +
    'a listing gives are kept, and the tier is set back to Hot',
  answers: {
    works: {
      meaning: 'the service stores and reads as before',
      goesTo: [
        { file: 'constructs/lake-storage.ts', change: 'a prop for the tier, with azurerm 5' },
        { file: 'contract/access-tier.ts', change: 'Smart, and that it is online' },
        { file: 'emulator/domain/lake-tier.ts', change: 'Smart as a tier of the account' },
      ],
    },
    fails: {
      meaning: 'the service does not store or read on such an account',
      goesTo: [{ file: 'verify/checks/arm/storage-as-intended.ts', change: 'fail on the tier Smart' }],
    },
    'account refused': {
      meaning: 'the account does not take the tier',
      goesTo: [
        { file: 'docs/emulator-fidelity.md', change: 'a row: refused for which account, with which code' },
      ],
    },
  },
  rights: [],
  minutes: 25,
  operations: 500,
  deploysApart: 0,
  unpriced: [],
  onEmulator: { answers: 'works' },
  run: async (context) => {
    const { owned, signal } = context;
    const manifest = await context.deployment();
    const { storageAccountId } = manifest.lake;
    try {
      await owned.patch(storageAccountId, API_OF_SMART, { properties: { accessTier: 'Smart' } });
    } catch (error) {
      if (!isRestError(error)) throw error;
      return {
        answer: 'account refused',
        observed: { status: error.statusCode ?? 0, code: error.code ?? 'none' },
      };
    }
    try {
      const stored = await settled(context, () => storedImage(context, manifest));
      const account = await owned.read(storageAccountId, API_OF_SMART);
      const { accessTier } = (account?.['properties'] ?? {}) as { readonly accessTier?: string };
      const prefix = servicePath(lakeTenantOf(manifest));
      let files = 0;
      for await (const { isDirectory } of context
        .lakeOf(manifest)
        .listPaths({ path: prefix, recursive: true, abortSignal: signal }))
        if (isDirectory !== true) files += 1;
      return {
        answer: stored === 'stored' ? 'works' : 'fails',
        observed: { stored, accountTier: accessTier ?? 'none', filesListed: files },
      };
    } finally {
      await owned.patch(storageAccountId, API_VERSIONS.storage, { properties: { accessTier: 'Hot' } });
    }
  },
};

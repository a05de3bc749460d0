import fc from 'fast-check';
import { lakeTenantOf, servicePath } from '../../../contract';
import { inventorySource } from '../../../verify/audit/inventory/inventory-source';
import type { TierPlan } from '../../../verify/audit/model';
import { arbitraryFiles } from '../../support/arbitrary-files';
import { auditRequest, censusOf, settled } from '../../support/audited-lake';
import { temporaryFolder } from '../../support/cli';
import { inventoryRowOf, writeInventoryRun } from '../../support/inventory-run';
import { manifestFixture } from '../../support/manifest';

const AS_OF = Date.UTC(2026, 0, 4);
const MANIFEST = manifestFixture();
const ROOT = servicePath(lakeTenantOf(MANIFEST));

const days = fc.option(fc.constantFrom(0, 30, 44, 90, 365), { nil: undefined });
const plan: fc.Arbitrary<TierPlan> = fc
  .record({
    basis: fc.constantFrom('lastAccess' as const, 'lastModification' as const, 'creation' as const),
    cool: days,
    cold: days,
  })
  .map(({ basis, cool, cold }) => ({
    basis,
    ...(cool === undefined ? {} : { coolAfterDays: cool }),
    ...(cold === undefined ? {} : { coldAfterDays: cold }),
  }));

test.each(['Csv', 'Parquet'] as const)(
  'SQL over a %s inventory counts any files as they are counted one by one',
  async (format) => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryFiles(ROOT, AS_OF),
        fc.array(plan, { maxLength: 3 }),
        fc.boolean(),
        async (files, plans, dataPartitionsEnabled) => {
          const manifest = { ...MANIFEST, dicomService: { ...MANIFEST.dicomService, dataPartitionsEnabled } };
          using place = temporaryFolder();
          const rows = files.map((one) => inventoryRowOf(one, 'dicom'));
          await writeInventoryRun(place.path, { format, at: AS_OF, rows });
          const request = auditRequest(manifest, { plans });
          const audited = await inventorySource({ from: { folder: place.path } })(request);
          expect(settled({ ...audited, found: request.found })).toEqual(
            censusOf(files, manifest, plans, AS_OF),
          );
        },
      ),
      { numRuns: 30 },
    );
  },
  120_000,
);

import fc from 'fast-check';
import { HEALTH_CHECK_FOLDER, lakeTenantOf, servicePath } from '../../../contract';
import { inventorySource } from '../../../verify/audit/inventory/inventory-source';
import { BAND_EDGES, DAY_MS } from '../../../verify/audit/age-band';
import type { AuditedFile, TierPlan } from '../../../verify/audit/model';
import { auditRequest, censusOf, settled } from '../../support/audited-lake';
import { temporaryFolder } from '../../support/cli';
import { inventoryRowOf, writeInventoryRun } from '../../support/inventory-run';
import { manifestFixture } from '../../support/manifest';

const AS_OF = Date.UTC(2026, 0, 4);
const MANIFEST = manifestFixture();
const ROOT = servicePath(lakeTenantOf(MANIFEST));

const folder = fc.oneof(
  fc.constantFrom(
    ...[
      'Microsoft.Default',
      'ward-7',
      'a'.repeat(64),
      'a'.repeat(65),
      HEALTH_CHECK_FOLDER,
      '2.25.1',
      'microsoft.default',
    ],
    ...[
      `2.25.${'1'.repeat(39)}`,
      `2.25.${'1'.repeat(40)}`,
      '2.25.',
      '2.25.1x',
      '',
      'ä',
      'MicrosoftxDefault',
      'has space',
    ],
  ),
  fc.stringMatching(/^[A-Za-z0-9_.-]{1,5}$/),
);
const name = fc.oneof(
  fc.constantFrom(
    ...[
      '1_1.dcm',
      '123_1234567890123456789.dcm',
      '1234_1.dcm',
      '1_12345678901234567890.dcm',
      '1_01.dcm',
      '_1.dcm',
    ],
    ...[
      '1_.dcm',
      '1_1xdcm',
      '1_1.dcm ',
      '1_1.DCM',
      '1_1.2.dcm',
      '١_1.dcm',
      '1__1.dcm',
      'a_workitem.json',
      '_workitem.json',
    ],
    ...['Xworkitem.json', 'notes "a", b.txt', '💾.txt', '\u{ffee}.txt', 'health1.txt', '%_', "it's"],
  ),
  fc.stringMatching(/^[0-9]{1,4}_[0-9]{1,3}\.dcm$/),
);
const path = fc
  .tuple(fc.array(folder, { maxLength: 2 }), name)
  .map(([folders, last]) => [ROOT, ...folders, last].join('/'));

const time = fc
  .tuple(fc.constantFrom(0, 1 / 24, ...BAND_EDGES, 45, 3000), fc.constantFrom(-1_000, 0, 1_000))
  .map(([days, more]) => AS_OF - days * DAY_MS + more);

const file: fc.Arbitrary<AuditedFile> = fc
  .record({
    path,
    bytes: fc.oneof(fc.constantFrom(0, 131_071, 131_072, 131_073, 2 ** 45), fc.nat(1_000_000)),
    createdAt: time,
    modifiedAt: time,
    accessedAt: fc.option(time, { nil: undefined }),
    tier: fc.constantFrom('Hot', 'Cool', 'Cold', 'Archive', 'Premium'),
    tierChangedAt: fc.option(time, { nil: undefined }),
    rehydrating: fc.boolean(),
  })
  .map(({ accessedAt, tierChangedAt, ...rest }) => ({
    ...rest,
    ...(accessedAt === undefined ? {} : { accessedAt }),
    ...(tierChangedAt === undefined ? {} : { tierChangedAt }),
  }));

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
        fc.uniqueArray(file, { maxLength: 60, selector: (one) => one.path }),
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

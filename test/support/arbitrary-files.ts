import fc from 'fast-check';
import { HEALTH_CHECK_FOLDER } from '../../contract';
import { BAND_EDGES, DAY_MS } from '../../verify/audit/age-band';
import type { AuditedFile } from '../../verify/audit/model';

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
/**
 * Files near every border that an audit draws.
 *
 * @param root folder of the service
 * @param asOf whole seconds, in milliseconds since the epoch
 */
export function arbitraryFiles(root: string, asOf: number): fc.Arbitrary<readonly AuditedFile[]> {
  const path = fc
    .tuple(fc.array(folder, { maxLength: 2 }), name)
    .map(([folders, last]) => [root, ...folders, last].join('/'));

  const time = fc
    .tuple(fc.constantFrom(0, 1 / 24, ...BAND_EDGES, 45, 3000), fc.constantFrom(-1_000, 0, 1_000))
    .map(([days, more]) => asOf - days * DAY_MS + more);

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
  return fc.uniqueArray(file, { maxLength: 100, selector: (one) => one.path });
}

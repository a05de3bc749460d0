import { changeFeedNamesFile } from '../../../verify/checks/contract/change-feed-names-file';
import { fileHoldsImage } from '../../../verify/checks/contract/file-holds-image';
import { fileRemovedAfterDelete } from '../../../verify/checks/contract/file-removed-after-delete';
import { fileWherePromised } from '../../../verify/checks/contract/file-where-promised';
import type { Verdict } from '../../../verify/model';
import type { FileRemoval } from '../../../verify/evidence/file-removal';
import type { InstanceTrip } from '../../../verify/evidence/round-trip';
import {
  done,
  judgeRoundTrip,
  LAKE_PATH,
  refused,
  SENT,
  skipped,
  trip,
  tripNotStored,
} from '../../support/verify-evidence';

type Row = readonly [name: string, trips: readonly InstanceTrip[], verdict: Verdict];

const LAKE_READ = 'reading the file in the lake';
const PASSED: Verdict = { outcome: 'pass', detail: '1 instance' };
const NOT_STORED: Row = [
  'nothing stored',
  [tripNotStored(refused('STOW-RS POST /studies', 503))],
  { outcome: 'not-applicable', reason: 'the instance was not stored' },
];
const NO_FILE: Row = [
  'a change feed that names no file',
  [trip({ lakeFile: skipped('the change feed names no file') })],
  { outcome: 'not-applicable', reason: 'the change feed names no file' },
];

describe('contract/change-feed-names-file', () => {
  const silent = (actual: string): Verdict => ({
    outcome: 'fail',
    reason: 'the change feed lacks what was stored',
    remedy:
      'check that the service is connected to a data lake: services with a store of their own name no file',
    findings: [{ subject: 'synthetic', expected: 'an entry with filePath', actual }],
  });

  test.each<Row>([
    ['an entry with a path', [trip()], PASSED],
    [
      'an entry without a path',
      [trip({ changeFeed: done({ found: true }) })],
      silent('an entry without filePath'),
    ],
    ['no entry', [trip({ changeFeed: done({ found: false }) })], silent('no entry')],
    [
      'a refusal',
      [trip({ changeFeed: refused('GET /changefeed', 429) })],
      {
        outcome: 'fail',
        reason: 'the change feed lacks what was stored: the service is throttling',
        remedy: 'try again later, with fewer requests at once',
        findings: [{ subject: 'synthetic', expected: 'GET /changefeed succeeds', actual: '429' }],
      },
    ],
    NOT_STORED,
  ])('judges %s', (_name, trips, verdict) => {
    expect(judgeRoundTrip(changeFeedNamesFile, trips)).toEqual(verdict);
  });
});

describe('contract/file-where-promised', () => {
  const elsewhere = (kind: 'directory' | 'foreign' | 'health-file', path: string): Row => [
    `a path that is of kind ${kind}`,
    [trip({ lakeFile: done({ ...SENT, path, kind }) })],
    {
      outcome: 'fail',
      reason: 'a file of the service is not where it should be',
      remedy:
        'compare workspace and service name of the manifest with the deployment; tell the authors if the layout of the service changed',
      findings: [
        {
          subject: 'synthetic',
          expected: 'AHDS/{workspace}/dicom/{service}/{partition}/{prefix}_{watermark}.dcm',
          actual: path,
        },
      ],
    },
  ];

  test.each<Row>([
    ['a file in its place', [trip()], PASSED],
    elsewhere('foreign', 'AHDS/other/dicom/images/Microsoft.Default/132_1.dcm'),
    elsewhere('directory', 'AHDS/hospital/dicom/images/Microsoft.Default'),
    elsewhere('health-file', 'AHDS/hospital/dicom/images/healthCheck/health1.txt'),
    NO_FILE,
    NOT_STORED,
  ])('judges %s', (_name, trips, verdict) => {
    expect(judgeRoundTrip(fileWherePromised, trips)).toEqual(verdict);
  });
});

describe('contract/file-holds-image', () => {
  const lakeFile = (changes: Partial<typeof SENT>): InstanceTrip['lakeFile'] =>
    done({ ...SENT, path: LAKE_PATH, kind: 'dicom-file', ...changes });
  const inWords = (where: string, { bytes, whole, fromPreamble }: typeof SENT): string =>
    `${where} ${bytes} bytes with SHA-256 ${whole}, from offset 128 on ${fromPreamble}`;
  const differs = (changes: Partial<typeof SENT>, retrieved = inWords('retrieved', SENT)): Verdict => ({
    outcome: 'fail',
    reason: 'a file in the lake is not what was sent',
    remedy:
      'find out who writes below AHDS/: only the service may; then delete the instance and store it again',
    findings: [
      {
        subject: 'synthetic',
        expected: `${inWords('sent', SENT)}, or the same image behind a preamble of zeros`,
        actual: `${inWords('in the lake', { ...SENT, ...changes })}; ${retrieved}`,
      },
    ],
  });
  const otherWhole = 'c'.repeat(64);

  test.each<Row>([
    ['the file that was sent', [trip()], PASSED],
    [
      'the image behind a preamble of zeros',
      [trip({ lakeFile: lakeFile({ whole: otherWhole, preambleIsZero: true }) })],
      PASSED,
    ],
    [
      'the image behind a preamble that is neither its own nor zeros',
      [trip({ lakeFile: lakeFile({ whole: otherWhole }) })],
      differs({ whole: otherWhole }),
    ],
    [
      'such an image that was not retrieved',
      [
        trip({
          lakeFile: lakeFile({ whole: otherWhole }),
          retrieve: refused('WADO-RS GET instance', 424, 'ConditionNotMet'),
        }),
      ],
      differs({ whole: otherWhole }, 'not retrieved'),
    ],
    [
      'another image behind a preamble of zeros',
      [
        trip({
          lakeFile: lakeFile({
            bytes: 1400,
            whole: otherWhole,
            fromPreamble: otherWhole,
            preambleIsZero: true,
          }),
        }),
      ],
      differs({ bytes: 1400, whole: otherWhole, fromPreamble: otherWhole }),
    ],
    [
      'a file that the lake keeps back, explained as a failure of the lake',
      [trip({ lakeFile: refused(LAKE_READ, 409, 'BlobArchived') })],
      {
        outcome: 'fail',
        reason: 'a file in the lake is not what was sent: the file is in the archive tier',
        remedy: 'move it to hot, cool or cold; rehydration takes up to 15 hours',
        findings: [
          {
            subject: 'synthetic',
            expected: 'reading the file in the lake succeeds',
            actual: '409 BlobArchived',
          },
        ],
      },
    ],
    [
      'a file that is not there',
      [trip({ lakeFile: refused(LAKE_READ, 404, 'BlobNotFound') })],
      {
        outcome: 'fail',
        reason: 'a file in the lake is not what was sent: the file is gone from the lake',
        remedy:
          'delete the instance through DICOMweb and store it again; find out who changed the file: only the service may write below AHDS/; a soft-deleted file can be undeleted first',
        findings: [
          {
            subject: 'synthetic',
            expected: 'reading the file in the lake succeeds',
            actual: '404 BlobNotFound',
          },
        ],
      },
    ],
    NO_FILE,
    NOT_STORED,
  ])('judges %s', (_name, trips, verdict) => {
    expect(judgeRoundTrip(fileHoldsImage, trips)).toEqual(verdict);
  });
});

describe('contract/file-removed-after-delete', () => {
  type FileGone = FileRemoval['instances'][number]['fileGone'];

  test.each<readonly [name: string, fileGone: FileGone, verdict: Verdict]>([
    ['a removed file', done({ removed: true, waitedSeconds: 90, path: LAKE_PATH }), PASSED],
    [
      'a file that stays',
      done({ removed: false, waitedSeconds: 600, path: LAKE_PATH }),
      {
        outcome: 'fail',
        reason: 'the service does not remove the files of deleted images',
        remedy:
          'the service leaves a file that was changed behind its back, and retries daily where it may not delete: check its role on the container, then remove the file by hand',
        findings: [
          {
            subject: 'synthetic',
            expected: 'the file is removed within minutes',
            actual: `${LAKE_PATH} is still there after 600 s`,
          },
        ],
      },
    ],
    [
      'a study that could not be deleted',
      skipped('the study could not be deleted'),
      { outcome: 'not-applicable', reason: 'the study could not be deleted' },
    ],
    [
      'nothing stored',
      skipped('the instance was not stored'),
      { outcome: 'not-applicable', reason: 'the instance was not stored' },
    ],
  ])('judges %s', (_name, fileGone, verdict) => {
    const instances = [{ label: 'synthetic', fileGone }];
    expect(fileRemovedAfterDelete.judge({ 'contract.file-removal': { instances } })).toEqual(verdict);
  });
});

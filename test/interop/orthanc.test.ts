import path from 'node:path';
import type { Report } from '../../verify';
import { ORTHANC_DICOMWEB, runBesideOrthanc, whyNoOrthanc } from '../support/orthanc';

/** The DICOMweb part of verify against a server that nobody here wrote. */
const ROOT = path.resolve(__dirname, '../..');
const missing = whyNoOrthanc();
if (missing !== undefined && process.env['REQUIRE_PEERS'] === '1')
  throw new Error(`Orthanc was demanded, but ${missing}`);

const suite = missing === undefined ? describe : describe.skip;

suite(`verify against Orthanc${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  test('passes the round trip and names what this server does not offer', async () => {
    const { exitCode, report } = await verifyOrthanc([]);
    expect(outcomes(report)).toEqual({
      'dicomweb/instance-stored': 'pass',
      'dicomweb/found-by-search': 'pass',
      'dicomweb/bytes-unchanged': 'pass',
      'dicomweb/metadata-agrees': 'pass',
      'dicomweb/frames-unchanged': 'pass',
      'dicomweb/deleted-image-gone': 'warn',
      'dicomweb/given-files-accepted': 'not-applicable',
      'contract/change-feed-names-file': 'not-applicable',
      'contract/file-where-promised': 'not-applicable',
      'contract/file-holds-image': 'not-applicable',
      'contract/file-removed-after-delete': 'not-applicable',
      'lake/health-file-fresh': 'not-applicable',
      'tiers/files-online': 'not-applicable',
      'tiers/policy-keeps-files-online': 'not-applicable',
      'tiers/policy-as-intended': 'not-applicable',
      'tiers/last-access-tracked': 'not-applicable',
    });
    expect(exitCode).toBe(0);
    expect(report.leftovers).toHaveLength(1);
    const azureOnly = report.rows
      .filter(({ id }) => /^(contract|lake|tiers)\//.test(id))
      .map(({ reason }) => reason);
    expect(new Set(azureOnly)).toEqual(
      new Set(['only a DICOMweb URL was given; this needs the manifest of a deployment']),
    );
  });

  test('fails to reach a server that is not there', async () => {
    const { exitCode, report } = await verifyOrthanc([], 'http://127.0.0.1:8043/dicom-web');
    expect(report.rows.find(({ id }) => id === 'dicomweb/instance-stored')).toMatchObject({
      outcome: 'inconclusive',
      reason: '127.0.0.1:8043 cannot be reached: nothing listens there (ECONNREFUSED)',
    });
    expect(exitCode).toBe(3);
  });

  const files = process.env['TEST_DICOM_FOLDER'] ?? '';
  (files === '' ? test.skip : test)(
    'takes real files under fresh UIDs and gives back the same bytes',
    async () => {
      const { report } = await verifyOrthanc(['--dicom', files]);
      const rows = outcomes(report);
      expect(rows['dicomweb/bytes-unchanged']).toBe('pass');
      expect(rows['dicomweb/found-by-search']).toBe('pass');
      expect(report.rows.find(({ id }) => id === 'dicomweb/bytes-unchanged')?.detail).toMatch(
        /^1[0-9] instances$/,
      );
    },
  );
});

function outcomes(report: Report): Readonly<Record<string, string>> {
  return Object.fromEntries(report.rows.map(({ id, outcome }) => [id, outcome]));
}

async function verifyOrthanc(
  args: readonly string[],
  url = ORTHANC_DICOMWEB,
): Promise<{ readonly exitCode: number | null; readonly report: Report }> {
  const { exitCode, stdout } = await runBesideOrthanc((folder) => [
    path.join(ROOT, 'dist/cli/dicom-lake.js'),
    'verify',
    '--dicomweb',
    url,
    '--json',
    '--quiet',
    '--state',
    path.join(folder, 'journal'),
    ...args,
  ]);
  return { exitCode, report: JSON.parse(stdout) as Report };
}

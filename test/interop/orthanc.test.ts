import { execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Report } from '../../verify';
import { temporaryFolder } from '../support/cli';

/**
 * The DICOMweb part of verify against a server that nobody here wrote. Orthanc listens on every interface and cannot
 * be told otherwise, so it runs in a network namespace of its own, and the command line beside it.
 */
const ROOT = path.resolve(__dirname, '../..');
const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';
const missing = whatIsMissing();
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
  url = 'http://127.0.0.1:8042/dicom-web',
): Promise<{ readonly exitCode: number | null; readonly report: Report }> {
  using folder = temporaryFolder();
  const configuration = path.join(folder.path, 'orthanc.json');
  writeFileSync(
    configuration,
    JSON.stringify({
      StorageDirectory: path.join(folder.path, 'db'),
      IndexDirectory: path.join(folder.path, 'db'),
      HttpPort: 8042,
      DicomServerEnabled: false,
      AuthenticationEnabled: false,
      Plugins: [PLUGIN],
      DicomWeb: { Enable: true, Root: '/dicom-web/' },
    }),
  );
  const script = `
    ip link set lo up || exit 99
    Orthanc "$1" >"$2/log" 2>&1 &
    orthanc=$!
    trap 'kill $orthanc' EXIT
    for attempt in $(seq 100); do
      "$3" -e "require('http').get('http://127.0.0.1:8042/system', (r) => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))" && break
      sleep 0.1
    done
    shift 2
    "$@"`;
  const cli = [
    path.join(ROOT, 'dist/cli/dicom-lake.js'),
    'verify',
    '--dicomweb',
    url,
    '--json',
    '--quiet',
    '--state',
    path.join(folder.path, 'journal'),
  ];
  const child = spawn(
    'unshare',
    ['-n', 'sh', '-c', script, 'sh', configuration, folder.path, process.execPath, ...cli, ...args],
    { cwd: folder.path, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { exitCode, report: JSON.parse(stdout) as Report };
}

function whatIsMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'it needs root';
  if (!existsSync(PLUGIN)) return 'the Debian packages orthanc and orthanc-dicomweb are not installed';
  try {
    execFileSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no network namespace can be made (unshare -n, iproute2)';
  }
}

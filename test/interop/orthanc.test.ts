import path from 'node:path';
import type { Report, ReportRow } from '../../verify';
import { CLI_PATH } from '../support/cli';
import { ORTHANC_DICOMWEB, runBesideOrthanc, whyNoOrthanc } from '../support/orthanc';

/** The DICOMweb part of verify against a server that nobody here wrote. */
const missing = whyNoOrthanc();
if (missing !== undefined && process.env['REQUIRE_PEERS'] === '1')
  throw new Error(`Orthanc was demanded, but ${missing}`);

/** Where Orthanc 1.10 with DICOMweb plugin 1.7 does otherwise than the DICOM service, and where that is written. */
const DEVIATIONS: Readonly<Record<string, Deviation>> = {
  'dicomweb/deleted-image-gone': {
    outcome: 'warn',
    reason: 'the server offers no deletion of studies over DICOMweb; the study stays in it',
    actual: ['405'],
    source: 'Orthanc Book, DICOMweb plugin: HasDelete is about other servers; the plugin has no route for it',
  },
  'dicomweb/deleted-at-every-level': {
    outcome: 'not-applicable',
    reason: 'the server offers no deletion over DICOMweb, which is no part of the standard',
    source: 'as above',
  },
  'dicomweb/single-part-stored': {
    outcome: 'not-applicable',
    reason: 'the server takes multipart bodies only, as the standard lets it',
    source: 'orthanc-dicomweb, Plugin/StowRs.cpp: the handler of stores reads multipart bodies',
  },
  'dicomweb/duplicate-refused': {
    outcome: 'not-applicable',
    reason: 'the server takes an instance again and replaces the first one; the standard leaves that to it',
    source: 'Orthanc Book, configuration: OverwriteInstances, which is on here',
  },
  'dicomweb/partial-store-reported': {
    outcome: 'fail',
    reason: 'STOW-RS does not tell apart what it stored and what it did not',
    actual: ['400, stored good, failed broken (49152), there afterwards: good'],
    source: 'orthanc-dicomweb, Plugin/StowRs.cpp: bad syntax of one instance makes the answer 400',
  },
  'dicomweb/search-matches': {
    outcome: 'fail',
    reason: 'QIDO-RS does not match as documented: 2 of 43 searches',
    subjects: ['study level: PatientName', 'study level: ReferringPhysicianName'],
    actual: ['none', 'none'],
    source:
      'orthanc-dicomweb, Plugin/QidoRs.cpp: of what is percent-encoded in a value it decodes the comma only, so that ^ finds nothing',
  },
  'dicomweb/metadata-cached': {
    outcome: 'not-applicable',
    reason: 'the server gives metadata no ETag, which the standard leaves to it',
    source: 'orthanc-dicomweb, Plugin/WadoRs.cpp: metadata are answered without ETag',
  },
  'dicomweb/media-types-negotiated': {
    outcome: 'warn',
    reason: 'the service takes or gives what was not agreed on',
    subjects: ['a study as image/gif'],
    actual: ['400'],
    source: 'orthanc-dicomweb, Plugin/WadoRs.cpp: an Accept that it cannot meet is a bad request',
  },
};

interface Deviation {
  readonly outcome: ReportRow['outcome'];
  readonly reason: string;
  readonly subjects?: readonly string[];
  readonly actual?: readonly string[];
  readonly source: string;
}

/** What is asked of no other server. */
const NOT_ASKED: Readonly<Record<string, string>> = {
  'dicomweb/given-files-accepted': 'no folder of DICOM files was given (--dicom)',
  'dicomweb/partitions-isolated': 'only a DICOMweb URL was given; this needs the manifest of a deployment',
};

const suite = missing === undefined ? describe : describe.skip;

suite(`verify against Orthanc${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  test('finds its documented deviations, and no others', async () => {
    const { exitCode, report } = await verifyOrthanc([]);
    const rows = report.rows.filter(({ id }) => id.startsWith('dicomweb/'));
    const unlike = rows.filter(({ outcome }) => outcome !== 'pass');
    expect(unlike.map(({ id }) => id).sort()).toEqual(
      [...Object.keys(DEVIATIONS), ...Object.keys(NOT_ASKED)].sort(),
    );
    for (const { id, outcome, reason, findings = [] } of unlike) {
      const deviation = DEVIATIONS[id];
      expect({ id, outcome, reason }).toEqual({
        id,
        outcome: deviation?.outcome ?? 'not-applicable',
        reason: deviation?.reason ?? NOT_ASKED[id],
      });
      expect(findings.map(({ actual }) => actual)).toEqual(deviation?.actual ?? []);
      if (deviation?.subjects !== undefined)
        expect(findings.map(({ subject }) => subject)).toEqual(deviation.subjects);
    }
    expect(exitCode).toBe(1);
    expect(report.leftovers).toHaveLength(6);
    const others = report.rows.filter(({ id }) => !id.startsWith('dicomweb/'));
    expect(new Set(others.map(({ reason }) => reason))).toEqual(
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
    CLI_PATH,
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

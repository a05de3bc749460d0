import { bytesUnchanged } from '../../../verify/checks/dicomweb/bytes-unchanged';
import { deletedImageGone } from '../../../verify/checks/dicomweb/deleted-image-gone';
import { foundBySearch } from '../../../verify/checks/dicomweb/found-by-search';
import { framesUnchanged } from '../../../verify/checks/dicomweb/frames-unchanged';
import { givenFilesAccepted } from '../../../verify/checks/dicomweb/given-files-accepted';
import { instanceStored } from '../../../verify/checks/dicomweb/instance-stored';
import { metadataAgrees } from '../../../verify/checks/dicomweb/metadata-agrees';
import type { Verdict } from '../../../verify/model';
import type { InstanceTrip, RoundTrip } from '../../../verify/evidence/round-trip';
import {
  done,
  judgeRoundTrip,
  refused,
  roundTrip,
  SENT,
  skipped,
  trip,
  tripNotStored,
  unreadable,
} from '../../support/verify-evidence';

type Row = readonly [name: string, evidence: RoundTrip | readonly InstanceTrip[], verdict: Verdict];

const NOT_STORED: Verdict = { outcome: 'not-applicable', reason: 'the instance was not stored' };
const STORE = 'STOW-RS POST /studies';
const LAKE_FULL_STOP = tripNotStored(refused(STORE, 424, 'AuthorizationPermissionMismatch'));
const GRANT_AGAIN =
  'grant Storage Blob Data Contributor on the container to the identity attached to the DICOM service ' +
  '(lake.grants.readWrite(identity), or deploy the stack again), then wait up to 10 minutes for the role to take effect';
const REFUSED_FILE = tripNotStored(refused(STORE, 409, '43264'), { label: 'ct/1.dcm', origin: 'given' });

describe('dicomweb/instance-stored', () => {
  test.each<Row>([
    ['stored instances', [trip(), trip({ label: 'ct/1.dcm' })], { outcome: 'pass', detail: '2 instances' }],
    [
      'an instance stored with a warning',
      [trip({ store: done({ warning: '45063' }) }), trip()],
      { outcome: 'pass', detail: '2 instances, 1 with a warning' },
    ],
    [
      'a refusal that the table of service errors explains',
      [LAKE_FULL_STOP],
      {
        outcome: 'fail',
        reason: 'STOW-RS was refused: the service’s identity may not read or write the lake',
        remedy: GRANT_AGAIN,
        findings: [
          {
            subject: 'synthetic',
            expected: 'STOW-RS POST /studies succeeds',
            actual: '424 AuthorizationPermissionMismatch',
          },
        ],
      },
    ],
    [
      'a refusal of a synthetic instance for what it is',
      [tripNotStored(refused(STORE, 409, '43264'))],
      {
        outcome: 'fail',
        reason: 'STOW-RS was refused: the instance lacks a required attribute or a UID is invalid',
        remedy:
          'the instance needs StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, SOPClassUID and PatientID',
        findings: [{ subject: 'synthetic', expected: 'STOW-RS POST /studies succeeds', actual: '409 43264' }],
      },
    ],
    [
      'a status that nobody knows',
      [tripNotStored(refused(STORE, 418))],
      {
        outcome: 'fail',
        reason: 'STOW-RS was refused',
        remedy: 'look at the Resource Health and the diagnostic logs of the DICOM service',
        findings: [{ subject: 'synthetic', expected: 'STOW-RS POST /studies succeeds', actual: '418' }],
      },
    ],
    [
      'an answer that makes no sense',
      [tripNotStored(unreadable(STORE, 'it is no JSON'))],
      {
        outcome: 'fail',
        reason: 'STOW-RS was refused',
        remedy: 'look at the Resource Health and the diagnostic logs of the DICOM service',
        findings: [
          {
            subject: 'synthetic',
            expected: 'STOW-RS POST /studies is answered readably',
            actual: 'it is no JSON',
          },
        ],
      },
    ],
    [
      'a given file that is refused for what it is, beside a good instance',
      [trip(), REFUSED_FILE],
      { outcome: 'pass', detail: '1 instance' },
    ],
    ['no instance at all', [], { outcome: 'not-applicable', reason: 'no instance was sent' }],
  ])('judges %s', (_name, evidence, verdict) => {
    expect(judgeRoundTrip(instanceStored, evidence)).toEqual(verdict);
  });
});

describe('dicomweb/found-by-search', () => {
  const searchFinds = (study: number, series: number, instance: number): InstanceTrip =>
    trip({
      search: {
        study: done({ found: study }),
        series: done({ found: series }),
        instance: done({ found: instance }),
      },
    });
  const misses = (level: string, found: number): Verdict => ({
    outcome: 'fail',
    reason: `QIDO-RS at ${level} level does not find what was stored`,
    remedy:
      'search again in a minute; if it stays, open a support request: the index of the service lost an instance',
    findings: [{ subject: 'synthetic', expected: `1 ${level} by its UID`, actual: `${found} found` }],
  });

  test.each<Row>([
    ['one result at each level', [trip()], { outcome: 'pass', detail: '1 instance' }],
    [
      'several studies of one UID, as servers tell the patients of given files apart',
      [searchFinds(2, 1, 1)],
      { outcome: 'pass', detail: '1 instance' },
    ],
    ['a missing study', [searchFinds(0, 1, 1)], misses('study', 0)],
    ['a missing series', [searchFinds(1, 0, 1)], misses('series', 0)],
    ['a missing instance', [searchFinds(1, 1, 0)], misses('instance', 0)],
    ['an instance found twice', [searchFinds(1, 1, 2)], misses('instance', 2)],
    [
      'a refused search',
      [trip({ search: { ...trip().search, series: refused('QIDO-RS GET /series', 500) } })],
      {
        outcome: 'fail',
        reason: 'QIDO-RS at series level does not find what was stored: the service failed inside',
        remedy: 'try again; if it stays, open a support request with the correlation id',
        findings: [{ subject: 'synthetic', expected: 'QIDO-RS GET /series succeeds', actual: '500' }],
      },
    ],
    ['nothing stored', [LAKE_FULL_STOP], NOT_STORED],
  ])('judges %s', (_name, evidence, verdict) => {
    expect(judgeRoundTrip(foundBySearch, evidence)).toEqual(verdict);
  });
});

describe('dicomweb/bytes-unchanged', () => {
  test.each<Row>([
    ['the same bytes', [trip()], { outcome: 'pass', detail: '1 instance' }],
    [
      'the same bytes behind a preamble of zeros',
      [trip({ retrieve: done({ ...SENT, whole: 'c'.repeat(64), preambleIsZero: true }) })],
      { outcome: 'pass', detail: '1 instance' },
    ],
    [
      'other bytes',
      [trip({ retrieve: done({ ...SENT, bytes: 1498, fromPreamble: 'c'.repeat(64) }) })],
      {
        outcome: 'fail',
        reason: 'WADO-RS does not give back what was stored',
        remedy: 'do not use this deployment; keep the originals and open a support request',
        findings: [
          {
            subject: 'synthetic',
            expected: `1500 bytes, SHA-256 from offset 128 ${'b'.repeat(64)}`,
            actual: `1498 bytes, ${'c'.repeat(64)}`,
          },
        ],
      },
    ],
    [
      'one refused and one unlike, with the remedy for the refusal',
      [
        trip({ retrieve: done({ ...SENT, fromPreamble: 'c'.repeat(64) }) }),
        trip({ label: 'ct/1.dcm', retrieve: refused('WADO-RS GET instance', 424, 'BlobArchived') }),
      ],
      {
        outcome: 'fail',
        reason:
          'WADO-RS does not give back what was stored: the file is in the archive tier, from which the service cannot read',
        remedy:
          'move the file to hot, cool or cold (rehydration takes up to 15 hours) and remove the lifecycle rule that archived it',
        findings: [
          {
            subject: 'synthetic',
            expected: `1500 bytes, SHA-256 from offset 128 ${'b'.repeat(64)}`,
            actual: `1500 bytes, ${'c'.repeat(64)}`,
          },
          { subject: 'ct/1.dcm', expected: 'WADO-RS GET instance succeeds', actual: '424 BlobArchived' },
        ],
      },
    ],
    ['nothing stored', [LAKE_FULL_STOP], NOT_STORED],
  ])('judges %s', (_name, evidence, verdict) => {
    expect(judgeRoundTrip(bytesUnchanged, evidence)).toEqual(verdict);
  });
});

describe('dicomweb/metadata-agrees', () => {
  test.each<Row>([
    ['no difference', [trip()], { outcome: 'pass', detail: '1 instance' }],
    [
      'two attributes that differ, by tag and without their values',
      [trip({ metadata: done({ differences: ['00100020', '0020000D'] }) })],
      {
        outcome: 'fail',
        reason: 'WADO-RS metadata does not agree with what was stored',
        remedy: 'delete the instance and store it again; if it stays, open a support request',
        findings: [
          {
            subject: 'synthetic',
            expected: 'the identifying attributes as stored',
            actual: 'others in 00100020, 0020000D',
          },
        ],
      },
    ],
    [
      'metadata that cannot be read',
      [trip({ metadata: unreadable('WADO-RS GET metadata', 'it is an empty array') })],
      {
        outcome: 'fail',
        reason: 'WADO-RS metadata does not agree with what was stored',
        remedy: 'delete the instance and store it again; if it stays, open a support request',
        findings: [
          {
            subject: 'synthetic',
            expected: 'WADO-RS GET metadata is answered readably',
            actual: 'it is an empty array',
          },
        ],
      },
    ],
    ['nothing stored', [LAKE_FULL_STOP], NOT_STORED],
  ])('judges %s', (_name, evidence, verdict) => {
    expect(judgeRoundTrip(metadataAgrees, evidence)).toEqual(verdict);
  });
});

describe('dicomweb/frames-unchanged', () => {
  const undecodable = skipped('its frames cannot be told without decoding');

  test.each<Row>([
    ['equal frames', [trip()], { outcome: 'pass', detail: '1 instance' }],
    [
      'a frame that differs',
      [trip({ frames: done({ expected: 2, equal: 1 }) })],
      {
        outcome: 'fail',
        reason: 'WADO-RS frames are not those that were stored',
        remedy: 'retrieve the whole instance instead and open a support request',
        findings: [{ subject: 'synthetic', expected: '2 equal frames', actual: '1 of them equal' }],
      },
    ],
    [
      'equal frames beside a file whose frames nobody can tell',
      [trip(), trip({ label: 'ct/1.dcm', origin: 'given', frames: undecodable })],
      { outcome: 'pass', detail: '1 instance' },
    ],
    [
      'no frames that can be told',
      [trip({ frames: undecodable })],
      { outcome: 'not-applicable', reason: 'its frames cannot be told without decoding' },
    ],
  ])('judges %s', (_name, evidence, verdict) => {
    expect(judgeRoundTrip(framesUnchanged, evidence)).toEqual(verdict);
  });
});

describe('dicomweb/deleted-image-gone', () => {
  const refusedDeletion = (status: number): RoundTrip =>
    roundTrip([trip()], { deletion: refused('DELETE /studies/{study}', status) });
  const finding = (actual: string) => ({
    subject: 'the study of this run',
    expected: 'DELETE /studies/{study} succeeds',
    actual,
  });

  test.each<Row>([
    ['an instance that is gone', [trip()], { outcome: 'pass', detail: '1 instance' }],
    [
      'an instance that is still retrieved',
      [trip({ gone: done({ retrieveStatus: 200, found: 0 }) })],
      {
        outcome: 'fail',
        reason: 'the service still has what was deleted',
        remedy: 'delete the study again; if it stays, open a support request',
        findings: [
          {
            subject: 'synthetic',
            expected: '404 on retrieve, nothing by search',
            actual: '200 on retrieve, 0 by search',
          },
        ],
      },
    ],
    [
      'an instance that is still found',
      [trip({ gone: done({ retrieveStatus: 404, found: 1 }) })],
      {
        outcome: 'fail',
        reason: 'the service still has what was deleted',
        remedy: 'delete the study again; if it stays, open a support request',
        findings: [
          {
            subject: 'synthetic',
            expected: '404 on retrieve, nothing by search',
            actual: '404 on retrieve, 1 by search',
          },
        ],
      },
    ],
    [
      'a server that offers no deletion',
      refusedDeletion(405),
      {
        outcome: 'warn',
        reason: 'the server offers no deletion of studies over DICOMweb; the study stays in it',
        remedy:
          'delete the study named under left behind with the server’s own means, then remove it from the journal',
        findings: [finding('405')],
      },
    ],
    [
      'a deletion that is not implemented',
      refusedDeletion(501),
      {
        outcome: 'warn',
        reason: 'the server offers no deletion of studies over DICOMweb; the study stays in it',
        remedy:
          'delete the study named under left behind with the server’s own means, then remove it from the journal',
        findings: [finding('501')],
      },
    ],
    [
      'a refused deletion that the table of service errors explains',
      refusedDeletion(503),
      {
        outcome: 'fail',
        reason: 'the study could not be deleted',
        remedy: 'try again later and look at the Resource Health of the DICOM service',
        findings: [finding('503')],
      },
    ],
    [
      'a refused deletion that nobody knows',
      refusedDeletion(418),
      {
        outcome: 'fail',
        reason: 'the study could not be deleted',
        remedy: 'run verify again: it deletes what earlier runs left',
        findings: [finding('418')],
      },
    ],
    ['nothing stored', [LAKE_FULL_STOP], NOT_STORED],
  ])('judges %s', (_name, evidence, verdict) => {
    expect(judgeRoundTrip(deletedImageGone, evidence)).toEqual(verdict);
  });
});

describe('dicomweb/given-files-accepted', () => {
  const given = (label: string, changes: Partial<InstanceTrip> = {}): InstanceTrip =>
    trip({ label, origin: 'given', ...changes });

  test.each<Row>([
    [
      'no folder of files',
      [trip()],
      { outcome: 'not-applicable', reason: 'no folder of DICOM files was given (--dicom)' },
    ],
    [
      'files that were all taken',
      [trip(), given('1.dcm'), given('2.dcm')],
      { outcome: 'pass', detail: '2 files' },
    ],
    ['a single file', [trip(), given('1.dcm')], { outcome: 'pass', detail: '1 file' }],
    [
      'a file that cannot be read and one that is refused',
      roundTrip([trip(), given('1.dcm'), REFUSED_FILE], {
        unreadable: [{ file: 'notes.txt', reason: "no DICOM file: 'DICM' is missing at offset 128" }],
      }),
      {
        outcome: 'warn',
        reason: '2 of 3 files',
        remedy: 'look at these files with another DICOM tool and mend or leave them out',
        findings: [
          {
            subject: 'notes.txt',
            expected: 'a DICOM file that can be read',
            actual: "no DICOM file: 'DICM' is missing at offset 128",
          },
          {
            subject: 'ct/1.dcm',
            expected: 'STOW-RS POST /studies succeeds',
            actual: '409 43264: the instance lacks a required attribute or a UID is invalid',
          },
        ],
      },
    ],
    [
      'a refusal with a code that nobody knows',
      [tripNotStored(refused(STORE, 409, '1'), { label: '1.dcm', origin: 'given' })],
      {
        outcome: 'warn',
        reason: '1 of 1 files',
        remedy: 'look at these files with another DICOM tool and mend or leave them out',
        findings: [{ subject: '1.dcm', expected: 'STOW-RS POST /studies succeeds', actual: '409 1' }],
      },
    ],
    [
      'files that the service did not take for reasons of its own',
      [
        LAKE_FULL_STOP,
        tripNotStored(refused(STORE, 500), { label: '1.dcm', origin: 'given' }),
        tripNotStored({ state: 'skipped', reason: 'not tried' }, { label: '2.dcm', origin: 'given' }),
        given('3.dcm'),
      ],
      {
        outcome: 'not-applicable',
        reason: '2 of 3 given files were not taken, but not for what they are',
      },
    ],
  ])('judges %s', (_name, evidence, verdict) => {
    expect(judgeRoundTrip(givenFilesAccepted, evidence)).toEqual(verdict);
  });
});

import { lakeRefusesAnonymous } from '../../../verify/checks/access/lake-refuses-anonymous';
import { lakeRefusesSharedKey } from '../../../verify/checks/access/lake-refuses-shared-key';
import { noTokenRefused } from '../../../verify/checks/access/no-token-refused';
import { publicReachAsIntended } from '../../../verify/checks/access/public-reach-as-intended';
import { readOnlyTokenCannotStore } from '../../../verify/checks/access/read-only-token-cannot-store';
import { wrongAudienceRefused } from '../../../verify/checks/access/wrong-audience-refused';
import type { ReadOnlyStore, Reach, RefusalAnswer, SharedKeyLake } from '../../../verify/evidence/refusals';
import type { Verdict } from '../../../verify/model';

type Outcome = Verdict['outcome'];

describe.each([
  [
    'no token',
    (status: number) => noTokenRefused.judge({ 'dicom.no-token': { answer: { status }, challenged: true } }),
  ],
  [
    'a token for another service',
    (status: number) =>
      wrongAudienceRefused.judge({ 'dicom.wrong-audience': { answer: { status }, challenged: true } }),
  ],
])('%s', (_what, judge) => {
  test.each<readonly [number, Outcome]>([
    [401, 'pass'],
    [200, 'fail'],
    [204, 'fail'],
    [400, 'fail'],
  ])('%i: %s', (status, outcome) => expect(judge(status).outcome).toBe(outcome));
});

test('a challenge that is missing is told, and fails nothing', () => {
  expect(noTokenRefused.judge({ 'dicom.no-token': { answer: { status: 401 }, challenged: false } })).toEqual({
    outcome: 'pass',
    detail: '401, without WWW-Authenticate',
  });
});

test.each<readonly [ReadOnlyStore, Outcome]>([
  [{ state: 'no reader' }, 'not-applicable'],
  [{ state: 'asked', store: { status: 403 } }, 'pass'],
  [{ state: 'asked', store: { status: 200 } }, 'fail'],
  [{ state: 'asked', store: { status: 202 } }, 'fail'],
  [{ state: 'asked', store: { status: 409 } }, 'fail'],
])('a store by a reader, %j: %s', (seen, outcome) => {
  expect(readOnlyTokenCannotStore.judge({ 'dicom.read-only-store': seen }).outcome).toBe(outcome);
});

const HIDDEN: RefusalAnswer = { status: 404, code: 'ResourceNotFound' };

test.each<readonly [read: RefusalAnswer, list: RefusalAnswer, Outcome]>([
  [HIDDEN, HIDDEN, 'pass'],
  [
    { status: 409, code: 'PublicAccessNotPermitted' },
    { status: 409, code: 'PublicAccessNotPermitted' },
    'pass',
  ],
  [{ status: 401, code: 'NoAuthenticationInformation' }, { status: 401 }, 'pass'],
  [{ status: 404, code: 'BlobNotFound' }, HIDDEN, 'fail'],
  [HIDDEN, { status: 200 }, 'fail'],
])('anonymously, %j and %j: %s', (read, list, outcome) => {
  expect(lakeRefusesAnonymous.judge({ 'lake.anonymous': { read, list } }).outcome).toBe(outcome);
});

const OFF: RefusalAnswer = { status: 403, code: 'KeyBasedAuthenticationNotPermitted' };
const WRONG: RefusalAnswer = { status: 403, code: 'AuthenticationFailed' };
const LET_IN: RefusalAnswer = { status: 404, code: 'BlobNotFound' };

test.each<readonly [SharedKeyLake, Outcome]>([
  [{ answer: OFF, allowed: false, meantOff: true }, 'pass'],
  // Which of the two Azure looks at first, the key or whether keys are on, is not documented.
  [{ answer: WRONG, allowed: false, meantOff: true }, 'pass'],
  [{ answer: WRONG, allowed: true, meantOff: true }, 'fail'],
  [{ answer: WRONG, allowed: true, meantOff: false }, 'not-applicable'],
  [{ answer: LET_IN, allowed: false, meantOff: true }, 'fail'],
  [{ answer: LET_IN, allowed: true, meantOff: false }, 'fail'],
])('with a made-up key, %j: %s', (seen, outcome) => {
  expect(lakeRefusesSharedKey.judge({ 'lake.shared-key': seen }).outcome).toBe(outcome);
});

describe('access/public-reach-as-intended', () => {
  const reach = (changes: Partial<Reach>): Reach => ({
    host: 'h',
    addresses: 'public',
    answer: 'let in',
    ...changes,
  });
  const unsaid = reach({ answer: 'not asked', addresses: 'unknown' });

  test.each<readonly [dicom: Partial<Reach>, Outcome]>([
    [{ meantPublic: true, answer: 'let in' }, 'pass'],
    [{ meantPublic: true, answer: 'kept out' }, 'fail'],
    [{ meantPublic: true, answer: 'silent' }, 'not-applicable'],
    [{ meantPublic: false, answer: 'kept out' }, 'pass'],
    [{ meantPublic: false, answer: 'let in' }, 'fail'],
    [{ meantPublic: false, answer: 'silent' }, 'not-applicable'],
    [{ meantPublic: false, answer: 'let in', addresses: 'private' }, 'not-applicable'],
    [{ meantPublic: false, answer: 'let in', addresses: 'both' }, 'not-applicable'],
    [{ meantPublic: false, answer: 'let in', addresses: 'unknown' }, 'not-applicable'],
    [{ answer: 'not asked' }, 'not-applicable'],
  ])('%j: %s', (changes, outcome) => {
    const here = reach(changes);
    expect(publicReachAsIntended.judge({ 'dicom.reach': here, 'lake.reach': unsaid }).outcome).toBe(outcome);
    expect(publicReachAsIntended.judge({ 'dicom.reach': unsaid, 'lake.reach': here }).outcome).toBe(outcome);
  });

  test('one that is as meant does not hide the other', () => {
    const good = reach({ meantPublic: true });
    const bad = reach({ meantPublic: false, host: 'lake' });
    expect(publicReachAsIntended.judge({ 'dicom.reach': good, 'lake.reach': bad })).toMatchObject({
      outcome: 'fail',
      findings: [{ subject: 'the lake (lake)', actual: 'lets it in, by a public address' }],
    });
  });
});

import { deployStandardStack } from '../../bench/verify/deploy-standard-stack';
import { observeRequests, repeatedReads } from '../../bench/verify/observed-requests';
import { connectionForEmulator, verify } from '../../verify';
import { temporaryFolder } from '../support/cli';
import { startTestEmulator } from '../support/emulator';

/** What is read more than once on purpose, and why. Everything else is read once a run, whoever needs it. */
const READ_AGAIN: readonly {
  readonly what: RegExp;
  readonly why: string;
  /** Depends on what the probes beside it have stored by then. */
  readonly onlyAtTimes?: true;
}[] = [
  {
    what: /^GET \/[^/]+\/v2\.0\/\.well-known\/openid-configuration /,
    why: 'the Azure SDK looks up the directory for each audience that it asks a token for',
  },
  {
    what: /^GET \/[^/]+\/v2\/changefeed\/latest\?/,
    why: 'where the feed ends after each store and each deletion',
  },
  { what: /^GET \/[^/]+\/v2\/changefeed\?startTime=/, why: 'what the feed tells after each of them' },
  {
    what: /^GET \/[^/]+\/v2\/changefeed\?limit=/,
    why: 'the index before the files are looked for, and again once the lake is listed',
  },
  {
    what: /^GET \/[^/]+\/dicom\?comp=list&prefix=AHDS%2F[^&]*%2F&maxresults=5000&/,
    why: 'every file for its tier at the beginning, and again once the change feed was read',
  },
  {
    what: /^HEAD \/[^/]+\/dicom\/AHDS\/.*\.dcm /,
    why: 'whether a file that the feed names is there, whoever stored it; and then for its length before it is read',
    onlyAtTimes: true,
  },
  {
    what: /^GET \/[^/]+\/v2\/studies\/[^/]+\/series\/[^/]+\/instances\/[^/]+\/metadata /,
    why: 'whether an instance can be retrieved yet, is kept when it is sent again, and is left after a refusal',
  },
  {
    what: /^GET \/[^/]+\/v2\/studies\/[^/]+\/metadata /,
    why: 'with the ETag: unchanged at first, and changed once an instance was added',
  },
  {
    what: /^GET \/[^/]+\/v2\/(studies\/[^/]+\/series\/[^/]+\/instances\/[0-9.]+|instances\?SOPInstanceUID=[0-9.]+) /,
    why: 'before and after the deletion',
  },
];

test('a quick run reads nothing twice but what may have changed', async () => {
  await using emulator = await startTestEmulator();
  const manifest = await deployStandardStack(emulator);
  using folder = temporaryFolder();
  using observation = observeRequests();
  const report = await verify({
    target: { kind: 'deployment', manifest, azure: connectionForEmulator(emulator.ready, emulator.ca) },
    journalFolder: folder.path,
    profile: 'quick',
    version: '0.0.0',
  });
  expect(report.counts).toMatchObject({ fail: 0, inconclusive: 0 });
  expect(observation.requests.length).toBeGreaterThan(200);
  const again = repeatedReads(observation.requests);
  expect(again.filter((read) => !READ_AGAIN.some(({ what }) => what.test(read)))).toEqual([]);
  const expected = READ_AGAIN.filter(({ onlyAtTimes }) => onlyAtTimes !== true);
  expect(expected.filter(({ what }) => !again.some((read) => what.test(read)))).toEqual([]);
});

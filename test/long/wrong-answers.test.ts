import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROLES } from '../../contract';
import { exitCodeOf, SystemClock } from '../../verify';
import { Journal } from '../../verify/sample/journal';
import { syntheticDataset, syntheticPixels, writeDicomFile } from '../support/dicom-file';
import { assignRole, armOf } from '../support/emulator';
import { journalFilesBelow } from '../support/journals';
import { changing, rowOf, startVerifyBench } from '../support/verify-bench';
import type { ProxiedRequest } from '../support/verify-proxy';

jest.setTimeout(30_000);

const isStore = ({ method }: ProxiedRequest): boolean => method === 'POST';
const isDelete = ({ method }: ProxiedRequest): boolean => method === 'DELETE';
const isRetrieve = ({ method, path: url }: ProxiedRequest): boolean =>
  method === 'GET' && /\/instances\/[0-9.]+$/.test(url);
const isMetadata = ({ path: url }: ProxiedRequest): boolean => url.endsWith('/metadata');
const isFrames = ({ path: url }: ProxiedRequest): boolean => url.includes('/frames/');
const isChangeFeed = ({ path: url }: ProxiedRequest): boolean => url.includes('/changefeed?');
const isSearch = ({ path: url }: ProxiedRequest): boolean => url.includes('/series?');

/** Checks that need nothing but the round trip. */
const ROUND_TRIP = ['dicomweb/instance-stored', 'dicomweb/bytes-unchanged', 'dicomweb/deleted-image-gone'];

const HTML = Buffer.from('<html>Doe^Jane</html>');

describe('verify takes a wrong answer for what it is', () => {
  test('a file that was cut short', async () => {
    await using bench = await startVerifyBench({
      dicom: changing(isRetrieve, ({ body }) => ({ body: body.subarray(0, -20) })),
    });
    const report = await bench.run({ only: ROUND_TRIP });
    expect(rowOf(report, 'dicomweb/bytes-unchanged')).toMatchObject({
      outcome: 'fail',
      reason: 'WADO-RS does not give back what was stored',
      findings: [
        {
          subject: 'synthetic',
          expected: 'WADO-RS GET instance is answered readably',
          actual: 'it was cut short: its closing boundary is missing',
        },
      ],
    });
    expect(report.counts.fail).toBe(1);
    expect(bench.journalled()).toEqual([]);
  });

  test('a file in which one bit differs', async () => {
    await using bench = await startVerifyBench({
      dicom: changing(isRetrieve, ({ body }) => {
        const changed = Buffer.from(body);
        changed[changed.length - 100] = (changed[changed.length - 100] ?? 0) ^ 1;
        return { body: changed };
      }),
    });
    const report = await bench.run();
    expect(rowOf(report, 'dicomweb/bytes-unchanged')).toMatchObject({ outcome: 'fail' });
    expect(report.counts.fail).toBe(1);
  });

  test('a frame in place of two', async () => {
    await using bench = await startVerifyBench({
      dicom: changing(isFrames, ({ body }) => {
        const second = body.lastIndexOf('\r\n--', body.length - 60);
        return { body: Buffer.concat([body.subarray(0, second), body.subarray(body.lastIndexOf('\r\n--'))]) };
      }),
    });
    const report = await bench.run();
    expect(rowOf(report, 'dicomweb/frames-unchanged')).toMatchObject({
      outcome: 'fail',
      findings: [{ subject: 'synthetic', expected: '2 equal frames', actual: '1 of them equal' }],
    });
  });

  test.each([
    ['dicomweb/metadata-agrees', isMetadata, HTML, 'WADO-RS GET metadata', 'it is no JSON'],
    [
      'dicomweb/metadata-agrees',
      isMetadata,
      Buffer.from('[]'),
      'WADO-RS GET metadata',
      'it is an empty array',
    ],
    [
      'dicomweb/found-by-search',
      isSearch,
      Buffer.from('{}'),
      'QIDO-RS GET /series',
      'it is no JSON array of objects',
    ],
    ['dicomweb/instance-stored', isStore, HTML, 'STOW-RS POST /studies', 'it is no JSON'],
    ['contract/change-feed-names-file', isChangeFeed, HTML, 'GET /changefeed', 'it is no JSON'],
  ])('%s: a body that cannot be read (%#)', async (check, matches, body, operation, actual) => {
    await using bench = await startVerifyBench({ dicom: changing(matches, () => ({ status: 200, body })) });
    const report = await bench.run();
    expect(rowOf(report, check)).toMatchObject({
      outcome: 'fail',
      findings: [{ subject: 'synthetic', expected: `${operation} is answered readably`, actual }],
    });
    expect(JSON.stringify(report)).not.toContain('Doe');
    expect(report.leftovers).toEqual([]);
    expect(bench.requests.some(isDelete)).toBe(true);
  });

  test('a store with a warning, which is no fault', async () => {
    await using bench = await startVerifyBench({
      dicom: changing(isStore, ({ body }) => {
        const dataSet = JSON.parse(body.toString('utf8')) as Record<
          string,
          { Value: Record<string, unknown>[] }
        >;
        for (const item of dataSet['00081199']?.Value ?? []) item['00081196'] = { vr: 'US', Value: [1] };
        return { status: 202, body: Buffer.from(JSON.stringify(dataSet)) };
      }),
    });
    expect(rowOf(await bench.run({ only: ROUND_TRIP }), 'dicomweb/instance-stored')).toMatchObject({
      outcome: 'pass',
      detail: '1 instance, 1 with a warning',
    });
  });

  test('a change feed in the letter case of the documentation, which is no fault', async () => {
    await using bench = await startVerifyBench({
      dicom: changing(isChangeFeed, ({ body }) => {
        const entries = JSON.parse(body.toString('utf8')) as Record<string, unknown>[];
        const pascal = entries.map((entry) =>
          Object.fromEntries(
            Object.entries(entry).map(([key, value]) => [
              `${key.charAt(0).toUpperCase()}${key.slice(1)}`,
              value,
            ]),
          ),
        );
        return { body: Buffer.from(JSON.stringify(pascal)) };
      }),
    });
    const report = await bench.run({ only: ['contract'] });
    expect(report.counts).toMatchObject({ pass: 7, fail: 0 });
  });

  test('a change feed that names no file', async () => {
    await using bench = await startVerifyBench({
      dicom: changing(isChangeFeed, ({ body }) => ({
        body: Buffer.from(body.toString('utf8').replaceAll('"filePath"', '"other"')),
      })),
    });
    const report = await bench.run({ only: ['contract'] });
    expect(rowOf(report, 'contract/change-feed-names-file')).toMatchObject({
      outcome: 'fail',
      findings: [{ expected: 'an entry with filePath', actual: 'an entry without filePath' }],
    });
    expect(rowOf(report, 'contract/file-holds-image')).toMatchObject({
      outcome: 'not-applicable',
      reason: 'the change feed names no file',
    });
  });
});

describe('verify sees what is done to the lake behind the service’s back', () => {
  test('a file that was overwritten', async () => {
    await using bench = await startVerifyBench({
      dicom: async (request, forward) => {
        if (isChangeFeed(request)) {
          const [name] = await bench.files();
          if (name !== undefined)
            await bench.fileSystem.getFileClient(name).upload(Buffer.from('another image'));
        }
        return forward();
      },
    });
    const report = await bench.run({ only: ['contract/file-holds-image'] });
    expect(rowOf(report, 'contract/file-holds-image')).toMatchObject({
      outcome: 'fail',
      findings: [
        {
          subject: 'synthetic',
          actual: expect.stringMatching(/^in the lake 13 bytes with SHA-256 /) as unknown,
        },
      ],
    });
  });

  test('files that stay, for which it waits once and not once each', async () => {
    const partitions = ['a', 'b', 'c', 'd'];
    await using bench = await startVerifyBench({
      fileRemovalPeriodMs: 3_600_000,
      dataPartitionsEnabled: true,
      partitions,
    });
    const report = await bench.run({
      only: ['contract/file-removed-after-delete'],
      limits: { fileRemovalMs: 2_000 },
    });
    const { findings = [] } = rowOf(report, 'contract/file-removed-after-delete');
    expect(findings.map(({ subject }) => subject)).toEqual(
      partitions.map((partition) => `synthetic in ${partition}`),
    );
    expect(report.durationMs).toBeLessThan(4 * 2_000);
  });
});

describe('verify leaves nothing behind', () => {
  test('where a store succeeded but its answer was lost', async () => {
    await using bench = await startVerifyBench({
      dicom: async (request, forward) => {
        const answer = await forward();
        return isStore(request) ? 'cut' : answer;
      },
    });
    const report = await bench.run({ only: ROUND_TRIP });
    expect(rowOf(report, 'dicomweb/instance-stored')).toMatchObject({ outcome: 'inconclusive' });
    expect(bench.requests.filter(isStore)).toHaveLength(1);
    expect(report.leftovers).toEqual([]);
    expect(bench.journalled()).toEqual([]);
    await expect(bench.run({ only: ['dicomweb'] })).resolves.toMatchObject({ leftovers: [] });
  });

  test('where the service goes on storing after the connection was cut', async () => {
    const machine = new SystemClock();
    let stored: Promise<unknown> = Promise.resolve();
    await using bench = await startVerifyBench({
      dicom: async (request, forward) => {
        if (!isStore(request)) return forward();
        stored = forward(() => machine.sleep(700));
        return 'cut';
      },
    });
    const report = await bench.run({ only: ['dicomweb'] });
    await expect(stored).resolves.toMatchObject({ status: 200 });
    expect(report.leftovers).toEqual([]);
    expect(bench.journalled()).toEqual([]);
    await machine.sleep(500);
    expect(await bench.files()).toEqual([]);
  });

  test('where one probe has a bug while another is still sending', async () => {
    await using bench = await startVerifyBench();
    const run = bench.run(
      { only: [], skip: ['lake'] },
      {
        progress: (event) => {
          if (event.kind === 'message' && event.message.includes('looked at for their tier'))
            throw new Error('a bug');
        },
      },
    );
    await expect(run).rejects.toThrow('a bug');
    expect(bench.requests.some(isChangeFeed)).toBe(true);
    expect(bench.requests.findLastIndex(isDelete)).toBeGreaterThan(bench.requests.findIndex(isChangeFeed));
    expect(bench.journalled()).toEqual([]);
  });

  test('where the round trip itself has a bug after it sent something', async () => {
    await using bench = await startVerifyBench();
    let thrown = false;
    const run = bench.run(
      { only: ['dicomweb'] },
      {
        progress: (event) => {
          if (thrown || event.kind !== 'message' || event.message !== 'deleting what was sent') return;
          thrown = true;
          throw new Error('a bug');
        },
      },
    );
    await expect(run).rejects.toThrow('a bug');
    expect(bench.requests.at(-1)).toMatchObject({ method: 'DELETE' });
    expect(bench.journalled()).toEqual([]);
  });

  test('where a deletion failed once: the next run deletes it', async () => {
    let broken = true;
    await using bench = await startVerifyBench({
      dicom: async (request, forward) =>
        broken && isDelete(request) ? { status: 500, headers: {}, body: Buffer.alloc(0) } : forward(),
    });
    const first = await bench.run({ only: ROUND_TRIP });
    expect(rowOf(first, 'dicomweb/deleted-image-gone')).toMatchObject({
      outcome: 'fail',
      reason: 'the study could not be deleted',
    });
    expect(first.leftovers).toHaveLength(1);
    expect(bench.journalled()).toHaveLength(1);

    broken = false;
    const sent = bench.requests.length;
    const second = await bench.run({ only: ROUND_TRIP });
    expect(exitCodeOf(second)).toBe(0);
    expect(second.leftovers).toEqual([]);
    expect(bench.journalled()).toEqual([]);
    const [swept] = bench.requests.slice(sent);
    expect(swept).toMatchObject({
      method: 'DELETE',
      path: expect.stringMatching(new RegExp(`/studies/${first.leftovers[0] ?? ''}$`)) as unknown,
    });
  });

  test('in partitions to which nothing was sent, and in those that were never made', async () => {
    await using bench = await startVerifyBench({
      dataPartitionsEnabled: true,
      partitions: ['ward-7', 'ward-8'],
      dicom: async (request, forward) =>
        isStore(request)
          ? {
              status: 424,
              headers: {},
              body: Buffer.from('Received the following error code: AuthorizationFailure'),
            }
          : forward(),
    });
    const report = await bench.run({ only: ['dicomweb/instance-stored'] });
    expect(bench.requests.filter(isStore)).toHaveLength(1);
    expect(rowOf(report, 'dicomweb/instance-stored')).toMatchObject({
      outcome: 'fail',
      reason: 'STOW-RS was refused: the firewall of the storage account keeps the service out',
    });
    expect(report.leftovers).toEqual([]);
    expect(bench.journalled()).toEqual([]);
  });

  test('not even what it may not delete today, once it may', async () => {
    await using bench = await startVerifyBench({
      dataPartitionsEnabled: true,
      partitions: ['ward-7'],
      grantCallers: false,
    });
    const first = await bench.run({ only: ROUND_TRIP });
    expect(rowOf(first, 'dicomweb/instance-stored')).toMatchObject({ outcome: 'inconclusive' });
    expect(first.leftovers).toHaveLength(1);

    const { objectId } = bench.emulator.ready.credentials.verifier;
    await assignRole(armOf(bench.emulator), bench.lake.dicomServiceId, ROLES.dicomDataOwner.id, objectId, 5);
    const sent = bench.requests.length;
    const second = await bench.run({ only: ['dicomweb/instance-stored'] });
    expect(second.leftovers).toEqual([]);
    const triesToDelete = bench.requests
      .slice(sent)
      .filter((request) => isDelete(request) && request.path.endsWith(first.leftovers[0] ?? ''));
    expect(triesToDelete).toHaveLength(1);
  });

  test('and deletes nothing at another service than the journal is for', async () => {
    await using bench = await startVerifyBench();
    const journal = Journal.open(path.join(bench.folder, 'journal'), bench.serviceUrl);
    journal.add({ studyInstanceUid: journal.runUid, baseUrl: `${bench.serviceUrl}/v2` });
    const [file = ''] = journalFilesBelow(bench.folder);
    const good = readFileSync(file, 'utf8');
    writeFileSync(file, good.replace(bench.serviceUrl, 'https://127.0.0.1:1'));
    await expect(bench.run()).rejects.toThrow(
      `the journal '${file}' cannot be read: an entry is malformed, or not of this run or service; it names what a run of the verifier may have left in the service: look into it before you remove it`,
    );
    expect(bench.requests).toEqual([]);
  });
});

test('verify asks for 100 frames at most, so that the URL stays short', async () => {
  await using bench = await startVerifyBench();
  const given = path.join(bench.folder, 'given');
  mkdirSync(given);
  const dataset = syntheticDataset(
    { study: 's', series: 's', instance: 'many' },
    {
      '00280008': { vr: 'IS', value: '150' },
      '7FE00010': { vr: 'OW', value: syntheticPixels('many', 150 * 32) },
    },
  );
  writeFileSync(path.join(given, 'many.dcm'), writeDicomFile(dataset));
  const report = await bench.run({ only: ['dicomweb/frames-unchanged'], dicomFolder: given });
  expect(rowOf(report, 'dicomweb/frames-unchanged')).toMatchObject({
    outcome: 'pass',
    detail: '2 instances',
  });
  expect(bench.requests.filter(isFrames).map(({ path: url }) => url.split(',').length)).toEqual([2, 100]);
});

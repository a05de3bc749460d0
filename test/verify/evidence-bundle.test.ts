import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  ConfigError,
  type EvidenceBundle,
  judgeEvidence,
  printEvidenceBundle,
  readEvidenceBundle,
  type Report,
} from '../../verify';
import { runCli, temporaryFolder } from '../support/cli';
import { bundleOf } from '../support/verify-evidence';
import { startVerifyBench } from '../support/verify-bench';

function saved(changes: Partial<EvidenceBundle> = {}): { bundle: EvidenceBundle; sha256: string } {
  return JSON.parse(printEvidenceBundle(bundleOf(changes))) as { bundle: EvidenceBundle; sha256: string };
}

describe('saved evidence', () => {
  test('is judged as it was, by the checks that it was gathered for', () => {
    const read = readEvidenceBundle(
      saved({ settings: { only: ['tiers'], skip: [], profile: 'read-only' } }),
      'e.json',
    );
    const report = judgeEvidence(read);
    expect(report.counts).toEqual({
      pass: 5,
      warn: 0,
      fail: 0,
      inconclusive: 0,
      'not-applicable': 0,
      waived: 0,
    });
    expect(report).toMatchObject({ startedAt: '2026-01-31T08:00:00.000Z', durationMs: 12_345 });
  });

  test('is refused where it was changed', () => {
    const changed = saved();
    Object.assign(changed.bundle, { interrupted: true });
    expect(() => readEvidenceBundle(changed, 'e.json')).toThrow(
      /^the evidence in 'e.json' was changed after it was gathered: its SHA-256 is [0-9a-f]{64}, the file says [0-9a-f]{64}; gather it again$/,
    );
  });

  test('is refused where another version wrote it', () => {
    expect(() => readEvidenceBundle(saved({ schemaVersion: 2 as never }), 'e.json')).toThrow(
      new ConfigError(
        "the evidence in 'e.json' cannot be judged: schemaVersion must be 1, got 2; gather and judge with the same version of dicom-lake",
      ),
    );
  });

  test.each([null, [], 'text', { bundle: null, sha256: '' }, { bundle: {} }, { sha256: 'a' }])(
    'is told from %j',
    (json) => {
      expect(() => readEvidenceBundle(json, 'e.json')).toThrow(
        new ConfigError(
          "'e.json' holds no evidence; give the file that dicom-lake verify --gather-only wrote",
        ),
      );
    },
  );

  test('gives the report that the run itself gave, through the command line, and touches nothing', async () => {
    await using bench = await startVerifyBench();
    using folder = temporaryFolder();
    const { manifest } = bench.lake;
    writeFileSync(path.join(folder.path, 'manifest.json'), JSON.stringify(manifest));
    writeFileSync(path.join(folder.path, 'ready.json'), JSON.stringify(bench.emulator.ready));
    const gathered = await runCli(
      [
        'verify',
        'manifest.json',
        '--emulator',
        'ready.json',
        '--skip',
        'lake',
        '--gather-only',
        'kept/evidence.json',
      ],
      { cwd: folder.path },
    );
    expect(gathered).toMatchObject({ exitCode: 0, stdout: '' });
    await bench.emulator.close();

    const judge = (): Promise<{ exitCode: number | null; stdout: string }> =>
      runCli(['verify', '--judge-only', 'kept/evidence.json', '--json'], { cwd: folder.path });
    const [first, second] = [await judge(), await judge()];
    expect(first.exitCode).toBe(0);
    expect(second.stdout).toBe(first.stdout);
    const report = JSON.parse(first.stdout) as Report;
    const evidence = JSON.parse(readFileSync(path.join(folder.path, 'kept/evidence.json'), 'utf8')) as {
      bundle: EvidenceBundle;
      sha256: string;
    };
    expect(report.evidenceSha256).toBe(evidence.sha256);
    expect(report.counts).toMatchObject({ fail: 0, inconclusive: 0 });
    expect(report.target.serviceUrl).toBe(manifest.dicomService.serviceUrl);
  });
});

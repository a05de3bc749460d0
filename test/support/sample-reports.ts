import { connectionForEmulator, type Report, type ReportRow } from '../../verify';
import { syntheticDataset, writeDicomFile } from './dicom-file';
import { dicomSender, multipartOf } from './dicom-http';
import { JSON_ACCEPT } from './dicom-service';
import { startVerifyBench } from './verify-bench';
import { reportOf } from './verify-evidence';

/** Reports of real runs against the emulator, of everything that the default profile looks at. */
export interface RealReports {
  readonly healthy: Report;
  /** A service that answers wrong metadata, keeps what was deleted, and whose change feed lags. */
  readonly faulty: Report;
}

export async function realReports(): Promise<RealReports> {
  await using bench = await startVerifyBench();
  const send = await dicomSender(bench.emulator, bench.lake);
  for (const instance of ['one', 'two', 'three']) {
    const file = writeDicomFile(syntheticDataset({ study: 'kept', series: 'kept', instance }));
    await send('/studies', { method: 'POST', accept: JSON_ACCEPT, ...multipartOf([file]) });
  }
  const { emulator, lake } = bench;
  // Not by the proxy of the bench, which is not where the manifest says.
  const azure = connectionForEmulator(emulator.ready, emulator.ca);
  const target = { kind: 'deployment', manifest: lake.manifest, azure } as const;
  const config = { target, only: [], limits: { fileRemovalMs: 2_000, healthWindowMs: 10_000 } };
  const healthy = await bench.run(config);
  const { faults } = bench.emulator;
  await faults.set('dicom/metadata-wrong', { file: 'every' });
  await faults.set('dicom/deletion-lost', {});
  await faults.set('dicom/change-feed-late', {});
  const faulty = await bench.run({ ...config, limits: { fileRemovalMs: 500, healthWindowMs: 500 } });
  return { healthy, faulty };
}

/** Texts that a page must show as text. */
export const HOSTILE_TEXTS = [
  '<script>document.title = "owned"</script>',
  '"><img src=https://attacker.example/pixel.png onerror="document.title=\'owned\'">',
  "' onmouseover='document.title=1' x='",
  '</title></style></svg><svg onload="document.title=1">',
  ']]></style><!-- <![CDATA[ --> &amp;&lt;script&gt; ${1} $& {b} {a|x}',
  'javascript:document.title=1',
  '\u202egnp.exe\u0000\u0007\u001b[31m',
  `${'AVeryLongNameWithoutAnySpace'.repeat(40)}.dcm`,
] as const;

/** A report of which every text comes from somebody who means ill. */
export function hostileReport(): Report {
  const outcomes = ['fail', 'warn', 'inconclusive', 'pass', 'not-applicable'] as const;
  const rows = HOSTILE_TEXTS.flatMap((text, index) =>
    outcomes.map((outcome): ReportRow => ({
      id: index === 0 ? `dicomweb/${outcome}` : `${text}/${outcome}`,
      outcome,
      title: text,
      why: text,
      severity: 'blocker',
      detail: text,
      reason: text,
      remedy: text,
      findings: HOSTILE_TEXTS.map((subject) => ({ subject, expected: text, actual: text })),
      docs: text,
    })),
  );
  return reportOf(rows, {
    tool: { name: 'dicom-lake', version: HOSTILE_TEXTS[1] },
    target: { kind: 'deployment', serviceUrl: HOSTILE_TEXTS[3] },
    startedAt: HOSTILE_TEXTS[0],
    profile: HOSTILE_TEXTS[0],
    manifestSha256: HOSTILE_TEXTS[2],
    leftovers: HOSTILE_TEXTS,
    probes: [{ id: 'dicomweb.round-trip', durationMs: 1, error: HOSTILE_TEXTS[1] }],
    observed: {
      calls: HOSTILE_TEXTS.map((operation, index) => ({
        plane: 'dicom',
        operation,
        status: 200 + 100 * (index % 4),
        startedMs: index,
        durationMs: 10 ** index,
      })),
      healthSightings: HOSTILE_TEXTS.map((by, index) => ({ ageSeconds: 20 * index, by })),
      tiers: {
        counted: HOSTILE_TEXTS.map((tier, index) => ({ tier, count: index, bytes: 7 ** (3 * index) })),
        complete: false,
      },
      journey: [
        { plane: 'DICOM service', step: HOSTILE_TEXTS[0], state: 'well', detail: HOSTILE_TEXTS[1] },
        { plane: 'data lake', step: HOSTILE_TEXTS[4], state: 'wrong', detail: HOSTILE_TEXTS[7] },
        { plane: 'search index', step: HOSTILE_TEXTS[5], state: 'not asked' },
      ],
    },
  });
}

/** A report of a run that saw nothing. */
export function emptyReport(): Report {
  return reportOf([], { target: { kind: 'dicomweb', serviceUrl: 'http://127.0.0.1:8042/dicom-web' } });
}

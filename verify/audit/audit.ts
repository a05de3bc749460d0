import type { DeploymentManifest } from '../../contract';
import type { AzureConnection } from '../clients/azure';
import type { Clock } from '../clock';
import { type FailureExplanation, explainFailure } from '../explain-failure';
import { auditCost } from './audit-cost';
import { auditReportOf } from './audit-report';
import type { AuditSource } from './audit-source';
import { IndexComparison } from './index-difference/index-difference';
import { lakeNamesOf } from './lake-names';
import type { AuditReport, FoundFile, PlanOrigin, TierPlan } from './model';
import type { PriceBook } from './price-book';

export interface AuditConfig {
  readonly manifest: DeploymentManifest;
  readonly azure: AzureConnection;
  readonly source: AuditSource;
  readonly plans: readonly TierPlan[];
  readonly planOrigin: PlanOrigin;
  readonly prices: PriceBook;
  /** Whether the index of the service is compared with the files. @default false */
  readonly comparesIndex?: boolean;
  /** Where all files that stand out are written, as the report names it. @default - they are not */
  readonly findingsFile?: string;
  /** Of this package. */
  readonly version: string;
}

export interface AuditEnvironment {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
  /** Told of every file that stands out. @default - nobody asks for them */
  readonly onFound?: (file: FoundFile) => void;
}

/** The audit could not be made; what was listed so far is in the checkpoint. */
export class AuditFailure extends Error {
  public override readonly name = 'AuditFailure';

  public constructor(
    public readonly explanation: FailureExplanation,
    options: { readonly cause: unknown },
  ) {
    super(explanation.reason, options);
  }
}

/**
 * Answers what lies where in a lake, whether the service can read all of it, which files are not its own, and what it
 * costs. Reads only.
 *
 * @throws AuditFailure where Azure does not answer, or not as asked; ConfigError where settings do not fit
 */
export async function audit(config: AuditConfig, environment: AuditEnvironment): Promise<AuditReport> {
  const { manifest, azure, plans } = config;
  const { clock, signal, progress } = environment;
  const startedAt = clock.now();
  using comparison =
    config.comparesIndex === true
      ? new IndexComparison({ manifest, azure, clock, signal, progress })
      : undefined;
  const audited = await explained(manifest, 'lake', () =>
    config.source({
      ...environment,
      manifest,
      azure,
      plans,
      ...(comparison === undefined ? {} : { onImage: comparison.onImage }),
    }),
  );
  const index =
    comparison !== undefined && audited.complete
      ? await explained(manifest, 'dicom', () => comparison.compare(Date.parse(audited.asOf)))
      : undefined;
  return auditReportOf({
    audited,
    lake: lakeNamesOf(manifest),
    plans,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: clock.now() - startedAt,
    version: config.version,
    cost:
      'cells' in audited
        ? auditCost({ ...config, cells: audited.cells, plan: plans, source: audited.source })
        : undefined,
    index,
    findingsFile: config.findingsFile,
  });
}

async function explained<T>(
  { lake, dicomService }: DeploymentManifest,
  plane: 'lake' | 'dicom',
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const url = plane === 'lake' ? lake.blobEndpoint : dicomService.serviceUrl;
    const explanation = explainFailure(cause, plane, url);
    if (explanation === undefined) throw cause;
    throw new AuditFailure(explanation, { cause });
  }
}

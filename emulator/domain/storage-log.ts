import type { Clock } from '../clock';
import type { ResourceStore } from './resource-store';

export type StorageLogCategory = 'StorageRead' | 'StorageWrite' | 'StorageDelete';

/** One request to a storage account, whoever made it over whatever way. */
export interface StorageLogEntry {
  /** ARM id. */
  readonly accountId: string;
  readonly accountName: string;
  readonly category: StorageLogCategory;
  /** Such as `PutBlob`. */
  readonly operationName: string;
  readonly authenticationType: 'AccountKey' | 'OAuth' | 'SAS';
  readonly statusCode: number;
  /** `Success`, or the code of the error. */
  readonly statusText: string;
  readonly uri: string;
  /** Such as `/account/container/path`. */
  readonly objectKey: string;
  /** Object id; empty for whoever has a key of the account. */
  readonly requesterObjectId: string;
}

export interface StorageLogRow extends StorageLogEntry {
  /** Milliseconds since the epoch. */
  readonly generatedAt: number;
  /** ARM ids of the Log Analytics workspaces that were to keep it. */
  readonly workspaceIds: readonly string[];
}

/** About 40 MB, and a day of 34 health probes. */
const MOST_ROWS = 100_000;
/** So many of the oldest go at once. */
const DROPPED_ROWS = MOST_ROWS / 10;

/** @see https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings#category-groups */
const GROUPS: readonly unknown[] = ['allLogs', 'audit'];

/**
 * What diagnostic settings keep of the requests to storage accounts; the oldest rows go first where there are too many,
 * and all of them with the process. Rows can be read some time after they were made, as in Azure.
 */
export class StorageLog {
  private rows: StorageLogRow[] = [];
  /** By category and account, of the resources of `destinationsVersion`: every request to a lake asks for them. */
  private readonly destinationsKnown = new Map<string, readonly string[]>();
  private destinationsVersion = -1;

  public constructor(
    private readonly options: {
      readonly clock: Clock;
      readonly resources: ResourceStore;
      /** How long rows are on their way, in milliseconds. */
      readonly delayMs: number;
      /** Whether rows get lost on their way now. */
      readonly isLosing: () => boolean;
    },
  ) {}

  public record(entry: StorageLogEntry): void {
    if (this.options.isLosing()) return;
    const workspaceIds = this.destinations(entry);
    if (workspaceIds.length === 0) return;
    if (this.rows.length >= MOST_ROWS) this.rows = this.rows.slice(DROPPED_ROWS);
    this.rows.push({ ...entry, generatedAt: this.options.clock.now(), workspaceIds });
  }

  /** What has arrived by now of the requests to an account, oldest first. */
  public arrived(accountId: string): readonly StorageLogRow[] {
    const before = this.options.clock.now() - this.options.delayMs;
    return this.rows.filter(
      (row) => row.generatedAt <= before && row.accountId.toLowerCase() === accountId.toLowerCase(),
    );
  }

  /** By the settings as they stand: what is set up later gets nothing of what was before. */
  private destinations({ accountId, category }: StorageLogEntry): readonly string[] {
    const { version } = this.options.resources;
    if (version !== this.destinationsVersion) {
      this.destinationsKnown.clear();
      this.destinationsVersion = version;
    }
    const key = `${category} ${accountId}`;
    const known = this.destinationsKnown.get(key) ?? this.destinationsNow(accountId, category);
    this.destinationsKnown.set(key, known);
    return known;
  }

  private destinationsNow(accountId: string, category: StorageLogCategory): readonly string[] {
    return this.options.resources.below(`${accountId}/blobServices/default`).flatMap(({ id, body }) => {
      const { workspaceId, logs } = (body['properties'] ?? {}) as {
        readonly workspaceId?: unknown;
        readonly logs?: unknown;
      };
      if (!SETTING.test(id) || typeof workspaceId !== 'string' || !Array.isArray(logs)) return [];
      const keeps = (logs as readonly Readonly<Record<string, unknown>>[]).some(
        (log) =>
          log['enabled'] === true && (log['category'] === category || GROUPS.includes(log['categoryGroup'])),
      );
      return keeps ? [workspaceId] : [];
    });
  }
}

const SETTING = /\/providers\/Microsoft\.Insights\/diagnosticSettings\/[^/]+$/i;

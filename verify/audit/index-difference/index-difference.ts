import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DeploymentManifest, SERVICE_FACTS } from '../../../contract';
import { type AzureConnection, containerClient, dicomSender } from '../../clients/azure';
import { DicomWebClient, dicomWebRoot } from '../../clients/dicomweb';
import type { Clock } from '../../clock';
import { type DuckDbSession, sqlText, withDuckDb } from '../duckdb-session';
import { MOST_NAMED } from '../lake-census';
import type { IndexDifference } from '../model';
import { readIndexEntries } from './index-entries';
import { PathList } from './path-list';

export interface IndexComparisonRequest {
  readonly manifest: DeploymentManifest;
  readonly azure: AzureConnection;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
}

/** Files that are looked at once more before they are called lost or unknown. */
const MOST_LOOKED_AT = 10_000;
const LOOKED_AT_ONCE = 16;

/**
 * Compares the images of the index, by the change feed, with the files of the lake. Takes the paths of any number of
 * files in memory that does not grow with them; they are kept in a folder for the while.
 *
 * The index is read after the lake, so that an image that it has must have had its file all along. What is younger than
 * the lake, or may be on its way out, is unsettled and says nothing.
 */
export class IndexComparison implements Disposable {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'dicom-lake-audit-'));
  private readonly files = new PathList(path.join(this.folder, 'files.csv'));
  private readonly entries = new PathList(path.join(this.folder, 'entries.csv'));

  public constructor(private readonly request: IndexComparisonRequest) {}

  /** To be told of every image in the lake. */
  public readonly onImage = (file: string, modifiedAt: number): void => this.files.add(file, modifiedAt);

  /** @param asOf when the lake was begun to be read, in milliseconds since the epoch */
  public async compare(asOf: number): Promise<IndexDifference> {
    const entries = await this.readEntries();
    this.files.flush();
    this.entries.flush();
    return withDuckDb({ ...this.request, folder: this.folder }, async (session) =>
      this.difference(session, asOf - YOUNG_MS, entries),
    );
  }

  public [Symbol.dispose](): void {
    this.files[Symbol.dispose]();
    this.entries[Symbol.dispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private readEntries(): Promise<number> {
    const { manifest, azure, clock, signal, progress } = this.request;
    const root = dicomWebRoot(manifest.dicomService.serviceUrl);
    const client = new DicomWebClient(dicomSender(azure), root, root, signal);
    return readIndexEntries({
      client,
      clock,
      signal,
      progress,
      onEntry: ({ filePath, action, state, timestamp }) => {
        const isImage = action !== 'delete' && state !== 'deleted';
        // Deletions need not name a file; when they were is what counts.
        this.entries.add(filePath ?? '', isImage ? state : 'deleted', Date.parse(timestamp));
      },
    });
  }

  private async difference(
    session: DuckDbSession,
    settledBefore: number,
    entries: number,
  ): Promise<IndexDifference> {
    const sources = {
      files: `read_csv(${sqlText(this.files.file)}, header = false, columns = {'path': 'VARCHAR', 'time': 'DOUBLE'})`,
      entries: `read_csv(${sqlText(this.entries.file)}, header = false, columns = {'path': 'VARCHAR', 'state': 'VARCHAR', 'time': 'DOUBLE'})`,
    };
    const [sums] = await session.rows(
      `SELECT count(*) FILTER (WHERE state = 'current')::DOUBLE AS images,
              count(*) FILTER (WHERE state = 'deleted' AND time >= ${settledBefore})::DOUBLE AS deletions
       FROM ${sources.entries}`,
      'counting the images of the index',
    );
    const lost = await this.lookedAt(
      session,
      `SELECT path, time >= ${settledBefore} AS young FROM ${sources.entries} entry
       WHERE state = 'current' AND path <> '' AND NOT EXISTS (FROM ${sources.files} file WHERE file.path = entry.path)
       ORDER BY path`,
      { title: 'looking for files that are gone', isWrongIf: 'gone' },
    );
    const unknown = await this.lookedAt(
      session,
      `SELECT path, time >= ${settledBefore} AS young FROM ${sources.files} file
       WHERE NOT EXISTS (FROM ${sources.entries} entry WHERE state <> 'deleted' AND entry.path = file.path)
       ORDER BY path`,
      { title: 'looking for files that no image has', isWrongIf: 'there' },
    );
    // The file of an image that was deleted just now is still there, and the index need not name it any more.
    const onTheirWayOut = Math.min(unknown.count, Number(sums?.['deletions'] ?? 0));
    const known = onTheirWayOut === unknown.count ? { count: 0, first: [] } : unknown;
    return {
      entries,
      images: Number(sums?.['images'] ?? 0),
      lost: { count: lost.count, first: lost.first },
      unknown: { count: known.count, first: known.first },
      unsettled: lost.unsettled + unknown.unsettled + (known === unknown ? 0 : unknown.count),
    };
  }

  private async lookedAt(
    session: DuckDbSession,
    sql: string,
    { title, isWrongIf }: { readonly title: string; readonly isWrongIf: 'gone' | 'there' },
  ): Promise<{ readonly count: number; readonly first: readonly string[]; readonly unsettled: number }> {
    const candidates: string[] = [];
    let count = 0;
    let unsettled = 0;
    await session.stream(sql, title, (rows) => {
      for (const { path: file, young } of rows) {
        if (young === true) unsettled += 1;
        else if (candidates.length < MOST_LOOKED_AT) candidates.push(String(file));
        else count += 1;
      }
    });
    const wrong = await this.filesThatAre(isWrongIf, candidates);
    return {
      count: count + wrong.length,
      first: wrong.slice(0, MOST_NAMED),
      unsettled: unsettled + candidates.length - wrong.length,
    };
  }

  /** Much may have happened since the lake was read. */
  private async filesThatAre(wanted: 'gone' | 'there', paths: readonly string[]): Promise<readonly string[]> {
    const { manifest, azure, signal } = this.request;
    const container = containerClient(manifest, azure, manifest.lake.containerName);
    const found: string[] = [];
    for (let at = 0; at < paths.length; at += LOOKED_AT_ONCE) {
      const looked = paths.slice(at, at + LOOKED_AT_ONCE).map(async (file) => {
        const isThere = await container.getBlobClient(file).exists({ abortSignal: signal });
        return isThere === (wanted === 'there') ? [file] : [];
      });
      found.push(...(await Promise.all(looked)).flat());
    }
    return found;
  }
}

/** A file is written before its image is in the index, and removed by and by after it has left. */
const YOUNG_MS = SERVICE_FACTS.fileRemovalDeadlineSeconds.value * 1000;

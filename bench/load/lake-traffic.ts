import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { DataLakeServiceClient, type DataLakeFileSystemClient } from '@azure/storage-file-datalake';
import type { Chance } from './chance';
import { Ledger, type Outcome } from './ledger';
import type { Traffic, LoadSession } from './traffic';
import { digestOf } from './load-instance';
import type { Measurements } from './measurements';

const FOLDERS = 4;
/** From so many files on it deletes more than it writes. */
const FULL = 40;
const EMPTY = digestOf(Buffer.alloc(0));

/** Writes, reads, renames, deletes and undeletes the files of a directory of its own, with both storage SDKs. */
export class LakeTraffic implements Traffic {
  private readonly ledger = new Ledger();
  private created = 0;
  private session:
    | {
        readonly dfs: DataLakeFileSystemClient;
        readonly blob: ContainerClient;
        readonly measurements: Measurements;
      }
    | undefined;

  public constructor(
    private readonly name: string,
    private readonly chance: Chance,
  ) {}

  public get size(): number {
    return this.ledger.world.size;
  }

  public connect({ emulator, target, credential, measurements }: LoadSession): void {
    const options = { tlsOptions: { ca: emulator.ca }, retryOptions: { maxTries: 1 } };
    const { accountUrl, containerName } = target;
    this.session = {
      dfs: new DataLakeServiceClient(accountUrl, credential, options).getFileSystemClient(containerName),
      blob: new BlobServiceClient(accountUrl, credential, options).getContainerClient(containerName),
      measurements,
    };
  }

  public async step(): Promise<void> {
    const { size } = this;
    const isFull = size >= FULL;
    const step = this.chance.weighted({
      upload: isFull ? 0 : 6,
      putBlob: isFull ? 0 : 6,
      putBlocks: isFull ? 0 : 3,
      overwrite: size > 0 ? 4 : 0,
      read: size > 0 ? 12 : 0,
      list: 2,
      rename: size > 0 ? 4 : 0,
      renameFolder: size > 0 ? 1 : 0,
      remove: size > 0 ? (isFull ? 12 : 4) : 0,
      undelete: size > 0 ? 1 : 0,
    });
    await this[step]();
  }

  public async check(): Promise<readonly string[]> {
    const found = new Map<string, string>();
    for (const path of await this.paths()) {
      found.set(path, digestOf(await this.files.getFileClient(path).readToBuffer()));
    }
    return this.ledger.settle(found).map((problem) => `${this.name}: file ${problem}`);
  }

  /** Creates, appends and flushes: three requests. */
  private async upload(path = this.newPath()): Promise<void> {
    const content = this.content();
    await this.ledger.request([written(path, EMPTY), written(path, digestOf(content))], () =>
      this.time('dfs create, append, flush', () => this.files.getFileClient(path).upload(content)),
    );
  }

  private async putBlob(path = this.newPath()): Promise<void> {
    const content = this.content();
    await this.ledger.request([written(path, digestOf(content))], () =>
      this.time('blob put', () => this.blobs.getBlockBlobClient(path).upload(content, content.length)),
    );
  }

  private async putBlocks(): Promise<void> {
    const path = this.newPath();
    const blocks = [this.content(), this.content(), this.content()];
    const ids = blocks.map((_, at) => Buffer.from(`block ${at}`).toString('base64'));
    const client = this.blobs.getBlockBlobClient(path);
    await this.ledger.request([written(path, digestOf(Buffer.concat(blocks)))], () =>
      this.time('blob put blocks and list', async () => {
        for (const [at, block] of blocks.entries()) {
          await client.stageBlock(ids[at] ?? '', block, block.length);
        }
        await client.commitBlockList(ids);
      }),
    );
  }

  private async overwrite(): Promise<void> {
    const path = this.somePath();
    await (this.chance.below(2) === 0 ? this.upload(path) : this.putBlob(path));
  }

  private async read(): Promise<void> {
    const path = this.somePath();
    const content = await this.time('dfs read', () => this.files.getFileClient(path).readToBuffer());
    const expected = this.ledger.world.get(path);
    if (digestOf(content) !== expected) throw new Error(`${path}: expected ${String(expected)}`);
  }

  private async list(): Promise<void> {
    const paths = new Set(await this.time('dfs list', () => this.paths()));
    const { world } = this.ledger;
    const wrong = [...world.keys(), ...paths].find((path) => !world.has(path) || !paths.has(path));
    if (wrong !== undefined)
      throw new Error(`${this.name}: ${wrong} is in the list or in the lake, not in both`);
  }

  private async rename(): Promise<void> {
    const from = this.somePath();
    // The directory that a path is renamed into has to be there.
    const to = `${folderOf(this.somePath())}/${(this.created += 1)}.bin`;
    await this.ledger.request([moved(this.ledger.world, [[from, to]])], () =>
      this.time('dfs rename', () => this.files.getFileClient(from).move(to)),
    );
  }

  private async renameFolder(): Promise<void> {
    const from = folderOf(this.somePath());
    const to = `${this.name}/renamed-${(this.created += 1)}`;
    const paths = [...this.ledger.world.keys()].filter((path) => folderOf(path) === from);
    const pairs = paths.map((path) => [path, to + path.slice(from.length)] as const);
    await this.ledger.request([moved(this.ledger.world, pairs)], () =>
      this.time('dfs rename directory', () => this.files.getDirectoryClient(from).move(to)),
    );
  }

  private async remove(path = this.somePath()): Promise<void> {
    await this.ledger.request([removed(path)], () =>
      this.time('dfs delete', () => this.files.getFileClient(path).delete()),
    );
  }

  /** Deletes a file and brings it back. */
  private async undelete(): Promise<void> {
    const path = this.somePath();
    const digest = this.ledger.world.get(path) ?? '';
    await this.remove(path);
    const deleted = [];
    for await (const one of this.files.listDeletedPaths({ prefix: path })) deleted.push(one);
    const newest = deleted.toSorted((a, b) => Number(a.deletedOn) - Number(b.deletedOn)).at(-1);
    await this.ledger.request([written(path, digest)], () =>
      this.time('dfs undelete', () => this.files.undeletePath(path, newest?.deletionId ?? '')),
    );
  }

  private async paths(): Promise<readonly string[]> {
    const found: string[] = [];
    try {
      for await (const { name, isDirectory } of this.files.listPaths({ path: this.name, recursive: true })) {
        if (isDirectory !== true && name !== undefined) found.push(name);
      }
    } catch (error) {
      const nothingThere = (error as { readonly statusCode?: number }).statusCode === 404;
      if (!nothingThere) throw error;
    }
    return found;
  }

  private content(): Buffer {
    return this.chance.bytes(this.chance.below(60) === 0 ? 1_500_000 : 1 + this.chance.below(70_000));
  }

  private newPath(): string {
    this.created += 1;
    return `${this.name}/folder-${this.chance.below(FOLDERS)}/${this.created}.bin`;
  }

  private somePath(): string {
    return this.chance.oneOf([...this.ledger.world.keys()]);
  }

  private time<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
    return this.connected.measurements.time(name, run);
  }

  private get files(): DataLakeFileSystemClient {
    return this.connected.dfs;
  }

  private get blobs(): ContainerClient {
    return this.connected.blob;
  }

  private get connected(): NonNullable<LakeTraffic['session']> {
    if (this.session === undefined) throw new Error('no emulator is connected');
    return this.session;
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function written(path: string, digest: string): Outcome {
  return { changes: new Map([[path, digest]]) };
}

function removed(path: string): Outcome {
  return { changes: new Map([[path, undefined]]) };
}

function moved(world: ReadonlyMap<string, string>, pairs: readonly (readonly [string, string])[]): Outcome {
  return {
    changes: new Map(
      pairs.flatMap(([from, to]): [string, string | undefined][] => [
        [from, undefined],
        [to, world.get(from)],
      ]),
    ),
  };
}

import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  type ContainerClient,
} from '@azure/storage-blob';
import { SystemClock } from '../../emulator';
import { temporaryFolder } from '../support/cli';
import { syntheticDataset, writeDicomFile } from '../support/dicom-file';
import { startDicomService, type TestDicomService } from '../support/dicom-service';
import { storageClients } from '../support/storage-clients';

/** The lake as rclone lists and reads it, which nobody here wrote. */
const missing = whyNoRclone();
if (missing !== undefined && process.env['REQUIRE_PEERS'] === '1')
  throw new Error(`rclone was demanded, but ${missing}`);

const run = promisify(execFile);

(missing === undefined ? describe : describe.skip)(
  `rclone${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let service: TestDicomService;
    let container: ContainerClient;
    let folder: ReturnType<typeof temporaryFolder>;
    let remote: readonly string[];
    const file = writeDicomFile(syntheticDataset({ study: '1.2', series: '1.2.3', instance: '1.2.3.4' }));

    beforeAll(async () => {
      service = await startDicomService();
      folder = temporaryFolder();
      writeFileSync(path.join(folder.path, 'ca.pem'), service.emulator.ca);
      ({ container } = storageClients(service.emulator, service.lake));
      await service.store([file]);
      await container.getBlockBlobClient('exports/ä b+c%20.bin').upload('hello', 5, {
        metadata: { modality: 'CT' },
        tier: 'Cool',
      });
      await container.getBlockBlobClient('exports/deep/empty').upload('', 0);
      remote = ['--azureblob-sas-url', await containerSignature('rl')];
    });
    afterAll(async () => {
      folder[Symbol.dispose]();
      await service[Symbol.asyncDispose]();
    });

    async function containerSignature(permissions: string): Promise<string> {
      const { emulator, lake } = service;
      const { blobs } = storageClients(emulator, lake);
      const now = new SystemClock().now();
      const [start, expiry] = [new Date(now - 60_000), new Date(now + 3_600_000)];
      const key = await blobs.getUserDelegationKey(start, expiry);
      const query = generateBlobSASQueryParameters(
        {
          containerName: lake.containerName,
          permissions: ContainerSASPermissions.parse(permissions),
          expiresOn: expiry,
        },
        key,
        lake.accountName,
      );
      return `${lake.accountUrl}/${lake.containerName}?${query.toString()}`;
    }

    /** Answers what rclone writes; it fails the test with what rclone says where rclone fails. */
    async function rclone(...args: readonly string[]): Promise<Buffer> {
      const own = ['--config', '', '--ca-cert', path.join(folder.path, 'ca.pem'), '--retries', '1'];
      const { stdout } = await run('rclone', [...own, '--low-level-retries', '1', ...remote, ...args], {
        encoding: 'buffer',
        maxBuffer: 1 << 28,
      });
      return stdout;
    }

    async function listed(...args: readonly string[]): Promise<readonly Listed[]> {
      return JSON.parse((await rclone('lsjson', ...args)).toString('utf8')) as readonly Listed[];
    }

    test('lists directories and files with size, type, tier and MD5', async () => {
      const inAnyOrder = await listed('--recursive', '--hash', ':azureblob:dicom/exports');
      const found = [...inAnyOrder].sort((a, b) => (a.Path < b.Path ? -1 : 1));
      expect(found.map(({ Path, IsDir, Size, Tier }) => [Path, IsDir, Size, Tier])).toEqual([
        ['deep', true, -1, undefined],
        ['deep/empty', false, 0, 'Hot'],
        ['ä b+c%20.bin', false, 5, 'Cool'],
      ]);
      expect(found.map(({ Hashes }) => Hashes?.md5)).toEqual([
        undefined,
        'd41d8cd98f00b204e9800998ecf8427e',
        '5d41402abc4b2a76b9719d911017c592',
      ]);
      const top = await listed(':azureblob:dicom');
      expect(top.map(({ Path, IsDir }) => [Path, IsDir])).toEqual([
        ['AHDS', true],
        ['exports', true],
      ]);
    });

    test('finds and reads the file of a stored instance, byte for byte', async () => {
      const found = await listed('--recursive', '--files-only', ':azureblob:dicom/AHDS');
      const [stored, ...others] = found.filter(({ Path }) => Path.endsWith('.dcm'));
      expect(others).toEqual([]);
      const bytes = await rclone('cat', `:azureblob:dicom/AHDS/${stored?.Path ?? ''}`);
      expect(bytes.equals(Buffer.concat([Buffer.alloc(128), file.subarray(128)]))).toBe(true);
    });

    test('copies a tree, checks it by MD5, and notices when a file is another', async () => {
      const copy = path.join(folder.path, 'copy');
      mkdirSync(copy);
      await rclone('copy', ':azureblob:dicom/exports', copy);
      expect(readFileSync(path.join(copy, 'ä b+c%20.bin'), 'utf8')).toBe('hello');
      await rclone('check', copy, ':azureblob:dicom/exports');
      writeFileSync(path.join(copy, 'ä b+c%20.bin'), 'hullo');
      await expect(rclone('check', copy, ':azureblob:dicom/exports')).rejects.toThrow(/1 differences found/);
    });

    test('writes nothing with a signature for reading', async () => {
      const source = path.join(folder.path, 'new.txt');
      writeFileSync(source, 'x');
      await expect(rclone('copyto', source, ':azureblob:dicom/exports/new.txt')).rejects.toThrow(
        /AuthorizationPermissionMismatch/,
      );
      expect(await container.getBlobClient('exports/new.txt').exists()).toBe(false);
    });

    test('writes, moves between tiers and deletes with a signature that permits it', async () => {
      remote = ['--azureblob-sas-url', await containerSignature('racwdl')];
      const source = path.join(folder.path, 'big.bin');
      const blob = container.getBlobClient('exports/big.bin');
      writeFileSync(source, Buffer.alloc(9_000_000, 'abc'));
      await rclone('--azureblob-chunk-size', '4M', 'copyto', source, ':azureblob:dicom/exports/big.bin');
      expect((await rclone('cat', ':azureblob:dicom/exports/big.bin')).equals(readFileSync(source))).toBe(
        true,
      );
      await rclone('settier', 'Cool', ':azureblob:dicom/exports/big.bin');
      expect(await blob.getProperties()).toMatchObject({ accessTier: 'Cool', contentLength: 9_000_000 });
      await rclone('deletefile', ':azureblob:dicom/exports/big.bin');
      expect(await blob.exists()).toBe(false);
    });
  },
);

interface Listed {
  readonly Path: string;
  readonly IsDir: boolean;
  readonly Size: number;
  readonly Tier?: string;
  readonly Hashes?: { readonly md5?: string };
}

function whyNoRclone(): string | undefined {
  try {
    execFileSync('rclone', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'the Debian package rclone is not installed';
  }
}

import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CommandContext } from '../command-context';
import { findTerraform, type FoundTerraform } from './find-terraform';
import { type ProxySettings, proxySettings } from '../proxy-settings';
import { JOURNAL_FOLDER } from '../verify-options';

/** What was seen of this machine. */
export interface MachineFacts {
  /** Such as `20.9.0`. */
  readonly nodeVersion: string;
  /** Undefined where there is none. */
  readonly terraform: FoundTerraform | undefined;
  /** Versions that the project in the working directory has installed. */
  readonly cdktf: { readonly library?: string; readonly cli?: string };
  readonly folders: readonly FolderFact[];
  readonly authorities: AuthorityFile | undefined;
  readonly proxy: (ProxySettings & { readonly problem?: string }) | undefined;
}

/** A folder that is written to, or the one above it that exists. */
export interface FolderFact {
  readonly what: string;
  readonly folder: string;
  /** Why it cannot be written; absent where it can. */
  readonly problem?: string;
}

/** What Node trusts beside its own authorities. */
export interface AuthorityFile {
  readonly file: string;
  readonly problem?: string;
  readonly count: number;
  /** How many of them are not valid any more, or not yet. */
  readonly outOfDate: number;
}

/** @param now milliseconds since the epoch */
export async function gatherMachine(
  context: CommandContext,
  now: number,
  limitMs: number,
): Promise<MachineFacts> {
  const { environment, nodeVersion, workingDirectory } = context;
  const proxy = proxySettings(environment);
  const [terraform, proxyProblem] = await Promise.all([
    findTerraform(context, limitMs),
    proxy?.url === undefined ? undefined : connectionProblem(proxy.url, limitMs, context.signal),
  ]);
  return {
    nodeVersion,
    terraform,
    cdktf: installedCdktf(workingDirectory),
    folders: [
      folderFact('the journal', path.join(workingDirectory, JOURNAL_FOLDER)),
      folderFact('temporary files', tmpdir()),
    ],
    authorities: authorityFile(environment['NODE_EXTRA_CA_CERTS'], workingDirectory, now),
    proxy:
      proxy === undefined
        ? undefined
        : { ...proxy, ...(proxyProblem === undefined ? {} : { problem: proxyProblem }) },
  };
}

function installedCdktf(folder: string): MachineFacts['cdktf'] {
  const load = createRequire(path.join(folder, 'package.json'));
  const versionOf = (name: string): string | undefined => {
    try {
      const { version } = load(`${name}/package.json`) as { readonly version?: unknown };
      return typeof version === 'string' ? version : undefined;
    } catch {
      return undefined;
    }
  };
  const [library, cli] = [versionOf('cdktf'), versionOf('cdktf-cli')];
  return { ...(library === undefined ? {} : { library }), ...(cli === undefined ? {} : { cli }) };
}

/** Only writing tells: modes do not say all, and on Windows nearly nothing. */
function folderFact(what: string, wanted: string): FolderFact {
  const folder = existingAbove(wanted);
  try {
    rmSync(mkdtempSync(path.join(folder, '.dicom-lake-doctor-')), { recursive: true });
    return { what, folder };
  } catch (error) {
    return { what, folder, problem: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
}

function existingAbove(folder: string): string {
  const above = path.dirname(folder);
  return above === folder || statSync(folder, { throwIfNoEntry: false }) !== undefined
    ? folder
    : existingAbove(above);
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function authorityFile(file: string | undefined, folder: string, now: number): AuthorityFile | undefined {
  if (file === undefined || file === '') return undefined;
  try {
    const texts = readFileSync(path.resolve(folder, file), 'utf8').match(PEM) ?? [];
    const outOfDate = texts
      .map((text) => new X509Certificate(text))
      .filter(({ validFrom, validTo }) => Date.parse(validFrom) > now || Date.parse(validTo) < now).length;
    return { file, count: texts.length, outOfDate };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { file, count: 0, outOfDate: 0, problem: code ?? message };
  }
}

/** Why nobody answers at the proxy; undefined where somebody does. */
function connectionProblem(url: URL, limitMs: number, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port, signal });
    const end = (problem?: string): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(limitMs, () => end('no answer in time'));
    socket.on('connect', () => end());
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

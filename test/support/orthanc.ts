import { execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './cli';

const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';

/** Where Orthanc speaks DICOMweb, for those who are beside it. */
export const ORTHANC_DICOMWEB = 'http://127.0.0.1:8042/dicom-web';

/** Why Orthanc cannot be run, or undefined where it can. */
export function whyNoOrthanc(): string | undefined {
  if (process.getuid?.() !== 0) return 'it needs root';
  if (!existsSync(PLUGIN)) return 'the Debian packages orthanc and orthanc-dicomweb are not installed';
  try {
    execFileSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no network namespace can be made (unshare -n, iproute2)';
  }
}

const SCRIPT = `
  ip link set lo up || exit 99
  Orthanc "$1" >"$2/log" 2>&1 &
  orthanc=$!
  trap 'kill $orthanc' EXIT
  for attempt in $(seq 100); do
    "$3" -e "require('http').get('http://127.0.0.1:8042/system', (r) => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))" && break
    sleep 0.1
  done
  shift 2
  "$@"`;

/**
 * Runs node beside an Orthanc that holds nothing. Orthanc listens on every interface and cannot be told otherwise, so
 * both are in a network namespace of their own.
 *
 * @param args of node, given a folder that is removed afterwards
 */
export async function runBesideOrthanc(
  args: (folder: string) => readonly string[],
): Promise<{ readonly exitCode: number | null; readonly stdout: string }> {
  using folder = temporaryFolder();
  const configuration = path.join(folder.path, 'orthanc.json');
  writeFileSync(
    configuration,
    JSON.stringify({
      StorageDirectory: path.join(folder.path, 'db'),
      IndexDirectory: path.join(folder.path, 'db'),
      HttpPort: 8042,
      DicomServerEnabled: false,
      AuthenticationEnabled: false,
      OverwriteInstances: true,
      Plugins: [PLUGIN],
      DicomWeb: { Enable: true, Root: '/dicom-web/' },
    }),
  );
  const command = [
    'sh',
    '-c',
    SCRIPT,
    'sh',
    configuration,
    folder.path,
    process.execPath,
    ...args(folder.path),
  ];
  const child = spawn('unshare', ['-n', ...command], {
    cwd: folder.path,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { exitCode, stdout };
}

export interface OrthancRequest {
  readonly method?: 'GET' | 'POST';
  /** Below the root of DICOMweb. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface OrthancResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** Sends the requests one after the other. */
const REPLAY = `
  const { readFileSync } = require('node:fs');
  (async () => {
    const answers = [];
    for (const { path, method, headers, body } of JSON.parse(readFileSync(process.argv[1], 'utf8'))) {
      const sent = body === undefined ? {} : { body: Buffer.from(body, 'base64') };
      const response = await fetch('${ORTHANC_DICOMWEB}' + path, { method, headers, ...sent });
      const content = Buffer.from(await response.arrayBuffer()).toString('base64');
      answers.push({ status: response.status, contentType: response.headers.get('content-type'), body: content });
    }
    process.stdout.write(JSON.stringify(answers));
  })();`;

/** What an empty Orthanc answers to requests, in their order. */
export async function askOrthanc(requests: readonly OrthancRequest[]): Promise<readonly OrthancResponse[]> {
  const { exitCode, stdout } = await runBesideOrthanc((folder) => {
    const file = path.join(folder, 'requests.json');
    const written = requests.map((one) => ({ ...one, body: one.body?.toString('base64') }));
    writeFileSync(file, JSON.stringify(written));
    return ['-e', REPLAY, file];
  });
  if (exitCode !== 0) throw new Error(`the requests to Orthanc ended with ${String(exitCode)}`);
  const answers = JSON.parse(stdout) as readonly (Omit<OrthancResponse, 'body'> & {
    readonly body: string;
  })[];
  return answers.map((answer) => ({ ...answer, body: Buffer.from(answer.body, 'base64') }));
}

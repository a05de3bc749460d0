import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import dockerignore from '@balena/dockerignore';
import { readDockerfile, type Stage, type Step } from './dockerfile';

/** Why an image cannot be made and run by hand, or undefined where it can. */
export function whyNoImage(): string | undefined {
  if (process.getuid?.() !== 0) return 'it needs root';
  try {
    execFileSync('unshare', ['--mount', '--pid', '--fork', 'mount', '-t', 'tmpfs', 'none', '/mnt'], {
      stdio: 'ignore',
    });
    return undefined;
  } catch {
    return 'no mount and process namespace can be made (unshare --mount --pid)';
  }
}

/** The file system of a stage, and how its command is run. */
export interface HandMadeImage extends Stage {
  readonly root: string;
}

/** Parts of this machine that stand for the base image, read-only: Node and what Debian has. */
const BASE = ['usr', 'etc'];
const BASE_LINKS = ['bin', 'lib', 'lib64', 'sbin'];
/** Where Node and npm are inside, wherever they are on this machine. */
const NODE = '/base-node';
/** Packages that were fetched before need not be fetched again. */
const NPM_CACHE = '/npm-cache';

/**
 * Does what the steps of a Dockerfile say, without an engine: each stage is a folder that is the root of the processes
 * of its RUN steps, with the base of this machine mounted in place of the base image.
 *
 * @param context the folder that is built, of which .dockerignore holds things back
 * @param into an empty folder
 * @returns the last stage
 */
export async function makeImage(context: string, into: string): Promise<HandMadeImage> {
  const stages: HandMadeImage[] = [];
  for (const stage of readDockerfile(readFileSync(path.join(context, 'Dockerfile'), 'utf8'))) {
    const image = { ...stage, root: path.join(into, stage.name) };
    for (const folder of [...BASE, 'proc', 'dev', 'tmp', NODE.slice(1)])
      mkdirSync(path.join(image.root, folder), { recursive: true });
    for (const link of BASE_LINKS) symlinkSync(`usr/${link}`, path.join(image.root, link));
    stages.push(image);
    let workdir = '/';
    for (const step of stage.steps) workdir = await take(step, image, workdir, stages, context);
  }
  const last = stages.at(-1);
  if (last === undefined) throw new Error('the Dockerfile has no stage');
  return last;
}

/** @returns the working directory after the step */
async function take(
  step: Step,
  image: HandMadeImage,
  workdir: string,
  stages: readonly HandMadeImage[],
  context: string,
): Promise<string> {
  if (step.kind === 'workdir') {
    const next = path.posix.resolve(workdir, step.path);
    mkdirSync(path.join(image.root, next), { recursive: true });
    return next;
  }
  if (step.kind === 'copy') {
    copy(step, image.root, workdir, stages, context);
    return workdir;
  }
  const { exitCode, output } = await runIn(image, ['sh', '-c', step.command], { user: '0:0', workdir }).ended;
  if (exitCode !== 0) throw new Error(`RUN ${step.command} ended with ${String(exitCode)}:\n${output}`);
  return workdir;
}

function copy(
  { from, sources, target }: Extract<Step, { readonly kind: 'copy' }>,
  root: string,
  workdir: string,
  stages: readonly HandMadeImage[],
  context: string,
): void {
  const origin = from === undefined ? context : stages.find(({ name }) => name === from)?.root;
  if (origin === undefined) throw new Error(`COPY --from=${String(from)} names no stage`);
  const ignored = dockerignore().add(
    from === undefined ? readFileSync(path.join(context, '.dockerignore'), 'utf8') : '',
  );
  const goes = (file: string): boolean => {
    const name = path.relative(origin, file);
    return name === '' || statSync(file).isDirectory() || !ignored.ignores(name);
  };
  for (const source of sources) {
    const file = path.join(origin, source);
    const place = path.join(root, path.posix.resolve(workdir, target));
    const isFile = statSync(file).isFile();
    for (const name of isFile ? [''] : readdirSync(file)) {
      const one = path.join(file, name);
      // A whole folder that nothing is taken from is not walked through.
      if (from === undefined && name !== '' && ignored.ignores(name)) continue;
      const to = isFile ? path.join(place, path.basename(file)) : path.join(place, name);
      cpSync(one, to, { recursive: true, filter: goes, verbatimSymlinks: true });
    }
  }
}

export interface RunOptions {
  /** @default - that of the image */
  readonly user?: string;
  /** @default - that of the image */
  readonly workdir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Nothing can be written but to /tmp and to the working directory, which are in memory. @default false */
  readonly readOnly?: boolean;
  /** Folders of this machine by where they are inside, read-only. */
  readonly mounts?: Readonly<Record<string, string>>;
}

export interface HandMadeRun {
  readonly ended: Promise<{
    readonly exitCode: number | null;
    readonly stdout: string;
    readonly output: string;
  }>;
  /** Resolves as soon as standard output has this text. */
  readonly printed: (text: string) => Promise<void>;
  /** To process 1, as an engine does when it stops a container. */
  readonly signal: (name: NodeJS.Signals) => void;
}

/** In namespaces of its own, so that nothing that is mounted here is seen elsewhere or outlives the process. */
const SCRIPT = `
  set -e
  root=$1 workdir=$2 user=$3 read_only=$4 node=$5 mounts=$6 cache=$7
  shift 7
  bind() { mkdir -p "$2" 2>/dev/null || true; mount --bind "$1" "$2"; mount -o remount,bind,ro "$2"; }
  mount --make-rprivate /
  mount --bind "$root" "$root"
  for folder in ${BASE.join(' ')}; do bind "/$folder" "$root/$folder"; done
  bind "$node" "$root${NODE}"
  echo "$mounts" | while read -r from to; do [ -z "$from" ] || bind "$from" "$root$to"; done
  if [ -n "$cache" ]; then mkdir -p "$root${NPM_CACHE}" && mount --bind "$cache" "$root${NPM_CACHE}"; fi
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  if [ "$read_only" = yes ]; then
    mount -t tmpfs -o "mode=0700,uid=\${user%:*},gid=\${user#*:}" tmpfs "$root$workdir"
    mount -o remount,bind,ro "$root"
  fi
  exec chroot --userspec="$user" --groups= "$root" sh -c 'cd "$1" && shift && exec "$@"' sh "$workdir" "$@"`;

/** Certificates of a proxy before the registry, where this machine has one. */
const { NODE_EXTRA_CA_CERTS: trusted } = process.env;
const TRUSTED = trusted === undefined ? {} : { NODE_EXTRA_CA_CERTS: trusted };

/** Runs a command in an image, as process 1 of its own. */
export function runIn(
  image: HandMadeImage,
  command: readonly string[],
  {
    user = image.user ?? '0:0',
    workdir = image.workdir,
    env,
    readOnly = false,
    mounts = {},
  }: RunOptions = {},
): HandMadeRun {
  const cache = readOnly ? '' : execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();
  const node = path.dirname(path.dirname(process.env['TEST_IMAGE_NODE'] ?? process.execPath));
  const inside = Object.entries(mounts).map(([to, from]) => `${from} ${to}`);
  const args = [
    image.root,
    workdir,
    user,
    readOnly ? 'yes' : 'no',
    node,
    inside.join('\n'),
    cache,
    ...command,
  ];
  const child = spawn(
    'unshare',
    ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', SCRIPT, 'sh', ...args],
    {
      env: {
        PATH: `${NODE}/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
        HOME: '/tmp',
        npm_config_cache: NPM_CACHE,
        npm_config_prefer_offline: 'true',
        ...TRUSTED,
        ...image.env,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const texts = { stdout: '', output: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.stdout += text;
    texts.output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.output += text));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve)).then((exitCode) => ({
    exitCode,
    ...texts,
  }));
  return {
    ended,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (texts.stdout.includes(text)) resolve();
        };
        child.stdout.on('data', look);
        void ended.then(() => reject(new Error(`it ended before it printed '${text}':\n${texts.output}`)));
        look();
      }),
    signal: (name) => {
      const [first] = readFileSync(
        `/proc/${String(child.pid)}/task/${String(child.pid)}/children`,
        'utf8',
      ).split(' ');
      process.kill(Number(first), name);
    },
  };
}

import { Copy, DockerfileParser, type Instruction } from 'dockerfile-ast';

/** One step of a stage, as far as it changes files or how commands run. */
export type Step =
  | { readonly kind: 'workdir'; readonly path: string }
  | {
      readonly kind: 'copy';
      readonly from: string | undefined;
      readonly sources: readonly string[];
      readonly target: string;
    }
  | { readonly kind: 'run'; readonly command: string };

/** What one FROM starts. */
export interface Stage {
  /** As later stages call it; its number where it has no name. */
  readonly name: string;
  readonly base: string;
  readonly steps: readonly Step[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly user: string | undefined;
  /** Words of the exec form; undefined where there is none, or the shell form. */
  readonly entrypoint: readonly string[] | undefined;
  readonly command: readonly string[] | undefined;
  /** Instructions that are none of the above. */
  readonly others: readonly string[];
}

/** Takes a Dockerfile apart; the defaults of its build arguments are put in. */
export function readDockerfile(text: string): readonly Stage[] {
  const args = new Map<string, string>();
  const stages: Stage[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const content = withArguments(instruction.getArgumentsContent() ?? '', args);
    const stage = stages.at(-1);
    if (instruction.getKeyword() === 'ARG') {
      const [name = '', value = ''] = content.split('=');
      args.set(name, value);
    } else if (instruction.getKeyword() === 'FROM') {
      const [base = '', , name = String(stages.length)] = content.split(/\s+/);
      stages.push({ ...EMPTY, base, name });
    } else if (stage !== undefined) {
      stages[stages.length - 1] = { ...stage, ...changeOf(stage, instruction, content) };
    }
  }
  return stages;
}

const EMPTY: Stage = {
  name: '',
  base: '',
  steps: [],
  env: {},
  workdir: '/',
  user: undefined,
  entrypoint: undefined,
  command: undefined,
  others: [],
};

function changeOf(stage: Stage, instruction: Instruction, content: string): Partial<Stage> {
  const { steps } = stage;
  switch (instruction.getKeyword()) {
    case 'WORKDIR':
      return { workdir: content, steps: [...steps, { kind: 'workdir', path: content }] };
    case 'COPY': {
      const words = content.split(/\s+/);
      const flag = instruction instanceof Copy ? instruction.getFromFlag() : null;
      const from = flag?.getValue() ?? undefined;
      const target = words.at(-1) ?? '';
      return { steps: [...steps, { kind: 'copy', from, sources: words.slice(0, -1), target }] };
    }
    case 'RUN':
      return { steps: [...steps, { kind: 'run', command: content }] };
    case 'ENV': {
      const [name = '', value = ''] = content.split('=');
      return { env: { ...stage.env, [name]: value } };
    }
    case 'USER':
      return { user: content };
    case 'ENTRYPOINT':
      return { entrypoint: wordsOf(content) };
    case 'CMD':
      return { command: wordsOf(content) };
    default:
      return { others: [...stage.others, instruction.getKeyword()] };
  }
}

/** As an engine reads it: what is no JSON is for a shell. */
function wordsOf(content: string): readonly string[] | undefined {
  try {
    return JSON.parse(content) as readonly string[];
  } catch {
    return undefined;
  }
}

function withArguments(text: string, args: ReadonlyMap<string, string>): string {
  return text.replace(/\$\{(\w+)\}/g, (whole, name: string) => args.get(name) ?? whole);
}

/** What the last stage must be, so that an image is safe to run; each problem as a sentence. */
export function imageProblems(text: string): readonly string[] {
  const stages = readDockerfile(text);
  const last = stages.at(-1);
  if (last === undefined) return ['there is no FROM'];
  const { user, entrypoint, command, base } = last;
  const names = stages.map(({ name }) => name);
  return [
    ...stages
      .filter((stage) => !names.includes(stage.base) && !isPinned(stage.base))
      .map((stage) => `FROM must name a version down to the patch, or a digest, got '${stage.base}'`),
    ...(/^[1-9]\d*(:[1-9]\d*)?$/.test(user ?? '')
      ? []
      : [`USER must be a number other than 0, for runAsNonRoot, got '${user ?? 'none'}' on ${base}`]),
    ...(entrypoint === undefined ? ['ENTRYPOINT must be in exec form: a shell would keep signals'] : []),
    ...(command === undefined ? ['CMD must be in exec form'] : []),
    ...(stages.some(({ others }) => others.includes('ADD')) ? ['ADD must be COPY'] : []),
    ...stages
      .flatMap(({ steps }) => steps)
      .flatMap((step) => (step.kind === 'run' ? [step.command] : []))
      .filter((run) => /\bnpm (ci|install)\b/.test(run) && !run.includes('--ignore-scripts'))
      .map((run) => `RUN '${run}' must not run scripts of packages: --ignore-scripts`),
    ...Array.from(text.matchAll(SECRETS), ([found]) => `nothing may look like a secret, got '${found}'`),
  ];
}

function isPinned(base: string): boolean {
  return /@sha256:[0-9a-f]{64}$/.test(base) || /:\d+\.\d+\.\d+(-[\w.-]+)?$/.test(base);
}

const SECRETS = /\b\w*(?:password|secret|token|api_?key|_authToken)\w*\s*=\s*\S+/gi;

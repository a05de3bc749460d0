import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { containerIdOf, type DeploymentManifest, parseEmulatorReady, ROLES } from '../contract';
import { ArmClient } from '../local';
import type { Report } from '../verify';
import { type CommandContext, type ExitCode, UsageError } from './command-context';
import { readEmulatorReady, readJsonFile } from './json-file';
import { deployerConnection } from './local-apply-command';
import { requirePeers } from './needed-peers';

interface DemoOptions {
  readonly stack?: string;
  readonly dicom?: string;
  readonly out: string;
}

/** `dicom-lake demo`: the whole product on this machine, by the same commands that a user would type. */
export function demoCommand(context: CommandContext, setExitCode: (code: ExitCode) => void): Command {
  return new Command('demo')
    .description('see everything work without Azure: deploy to the emulator, verify, break it, verify again')
    .option(
      '--stack <file>',
      'a stack of your own, the cdk.tf.json of cdktf synth, made for the ids of the emulator (default: an example)',
    )
    .option('--dicom <folder>', 'send the DICOM files of this folder as well, under fresh UIDs')
    .option('--out <folder>', 'folder of the stack, the manifest and the reports', 'out/demo')
    .addHelpText('after', DEMO_HELP)
    .action(async (options: DemoOptions) => {
      setExitCode(await new Demo(context, options).run());
    });
}

const DEMO_HELP = `
The emulator of the demo is one of its own, on free ports, and is stopped at the end. The folder of --out is emptied first.

Examples:
  dicom-lake demo
  dicom-lake demo --stack cdktf.out/stacks/emulator/cdk.tf.json
  dicom-lake demo --dicom ./images --out out/images

Exit codes:
  0  the healthy deployment passed, and the missing role was found in the broken one
  1  one of the two did not go as it should
  2  it did not start: wrong options, or a stack that cannot be applied`;

const EXAMPLE = path.join('cdktf.out', 'stacks', 'dicom-lake', 'cdk.tf.json');

class Demo {
  public constructor(
    private readonly context: CommandContext,
    private readonly options: DemoOptions,
  ) {}

  public async run(): Promise<ExitCode> {
    requirePeers('demo');
    const folder = path.resolve(this.context.workingDirectory, this.options.out);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });

    if (this.options.stack === undefined) await this.synthesizeExample();
    this.step('Start the emulator', 'dicom-lake emulator --ready-file ready.json');
    const emulator = await this.startEmulator();
    try {
      const stack = this.options.stack ?? EXAMPLE;
      this.step(
        'Apply the stack',
        `dicom-lake local apply ${stack} --emulator ready.json --out manifest.json`,
      );
      await this.cli([
        'local',
        'apply',
        this.options.stack ?? this.file(EXAMPLE),
        '--emulator',
        this.file('ready.json'),
        '--out',
        this.file('manifest.json'),
      ]);

      this.step('Verify the deployment', 'dicom-lake verify manifest.json --emulator ready.json');
      const first = await this.verify('healthy');

      this.step('Break it', 'remove the role with which the DICOM service writes to the lake');
      await this.removeRoleOfService();

      this.step('Verify again', 'dicom-lake verify manifest.json --emulator ready.json');
      const second = await this.verify('broken');
      return this.conclude(first, second);
    } finally {
      emulator.kill('SIGTERM');
      if (emulator.exitCode === null) await once(emulator, 'exit');
      rmSync(this.resolved('ready.json'), { force: true });
    }
  }

  private async synthesizeExample(): Promise<void> {
    this.step('Synthesize the example stack', 'node examples/minimal/main.js');
    await this.node(path.join(__dirname, '../examples/minimal/main.js'), [], {
      CDKTF_OUTDIR: this.file('cdktf.out'),
    });
  }

  private conclude(first: number, second: number): ExitCode {
    const report = JSON.parse(readFileSync(this.resolved('broken.json'), 'utf8')) as Report;
    const found = report.rows.some(
      ({ outcome, findings = [] }) =>
        outcome === 'fail' &&
        findings.some(({ actual }) => actual.includes('AuthorizationPermissionMismatch')),
    );
    const passed = first === 0 && second === 1 && found;
    this.context.out(
      passed
        ? `\nThe healthy deployment passed everything; the missing role was found and explained.\n`
        : `\nThe demo did not go as it should: verify ended with ${first} on the healthy deployment (0 expected) and ${second} on the broken one (1 expected, ${found ? 'with' : 'without'} the cause found).\n`,
    );
    this.context.out(`Reports as text, JSON and JUnit are in ${this.options.out}\n`);
    return passed ? 0 : 1;
  }

  private async startEmulator(): Promise<ChildProcess> {
    const args = [
      'emulator',
      '--ready-file',
      this.file('ready.json'),
      '--state',
      this.file('emulator'),
      '--file-removal-seconds',
      '2',
    ];
    const child = this.spawn(ENTRY, args, {}, 'pipe');
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    const line = await Promise.race([once(lines, 'line'), once(child, 'exit')]);
    const ready = typeof line[0] === 'string' ? parseEmulatorReady(JSON.parse(line[0])) : undefined;
    if (ready?.ok !== true) throw new UsageError('the emulator did not start; its output is above');
    for (const [plane, endpoint] of Object.entries(ready.ready.endpoints)) {
      this.context.out(`  ${plane.padEnd(8)}${endpoint}\n`);
    }
    return child;
  }

  /** Verifies, prints the report and keeps it in three formats; answers the exit code. */
  private async verify(name: string): Promise<number> {
    const args = [
      'verify',
      this.file('manifest.json'),
      '--emulator',
      this.file('ready.json'),
      '--profile',
      'quick',
      '--state',
      this.file('journal'),
    ];
    const reports = Object.entries({ text: 'txt', json: 'json', junit: 'xml' }).flatMap(
      ([format, extension]) => ['--report', `${format}=${this.file(`${name}.${extension}`)}`],
    );
    const dicom =
      this.options.dicom === undefined
        ? []
        : ['--dicom', path.resolve(this.context.workingDirectory, this.options.dicom)];
    const child = this.spawn(ENTRY, [...args, ...reports, ...dicom], {}, 'inherit');
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? -1;
  }

  private async removeRoleOfService(): Promise<void> {
    const { ready, ca } = readEmulatorReady(this.context, this.file('ready.json'));
    const manifest = readJsonFile(
      this.context,
      this.file('manifest.json'),
      'the manifest',
    ) as DeploymentManifest;
    const arm = new ArmClient(deployerConnection(ready, ca));
    const scope = containerIdOf(manifest.lake);
    const listed = await arm.get(`${scope}/providers/Microsoft.Authorization/roleAssignments`, '2022-04-01', {
      $filter: `principalId eq '${manifest.dicomService.principalIds[0] ?? ''}'`,
    });
    const assignments = listed['value'] as readonly {
      id: string;
      properties: { roleDefinitionId: string };
    }[];
    for (const { id, properties } of assignments) {
      if (!properties.roleDefinitionId.endsWith(ROLES.storageBlobDataContributor.id)) continue;
      await arm.delete(id, '2022-04-01');
      this.context.out(
        `  removed ${ROLES.storageBlobDataContributor.name} on container '${manifest.lake.containerName}'\n`,
      );
    }
  }

  private async cli(args: readonly string[]): Promise<void> {
    await this.node(ENTRY, args);
  }

  private async node(
    script: string,
    args: readonly string[],
    environment: NodeJS.ProcessEnv = {},
  ): Promise<void> {
    const child = this.spawn(script, args, environment, 'inherit');
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0)
      throw new UsageError(`${path.basename(script)} ${args.slice(0, 2).join(' ')} ended with ${code}`);
  }

  private spawn(
    script: string,
    args: readonly string[],
    environment: NodeJS.ProcessEnv,
    output: 'inherit' | 'pipe',
  ): ChildProcess {
    return spawn(this.context.nodePath, [script, ...args], {
      cwd: this.context.workingDirectory,
      env: { ...this.context.environment, ...environment },
      stdio: ['ignore', output, 'inherit'],
    });
  }

  private step(title: string, command: string): void {
    this.context.out(`\n== ${title}\n   ${command}\n`);
  }

  private resolved(name: string): string {
    return path.resolve(this.context.workingDirectory, this.file(name));
  }

  private file(name: string): string {
    return path.join(this.options.out, name);
  }
}

const ENTRY = path.join(__dirname, 'dicom-lake.js');

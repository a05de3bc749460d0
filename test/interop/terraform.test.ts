import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AZURERM_MAJORS, type AzurermMajor } from '../../constructs';
import type { Emulator } from '../../emulator';
import { type ArmDocuments, armDocuments, comparable } from '../support/arm-documents';
import { runCli, temporaryFolder } from '../support/cli';
import { startTestEmulator } from '../support/emulator';
import { EXAMPLES, leftByLocalApply, stacksFor } from '../support/example';
import { TerraformFolder, whyNoTerraform } from '../support/terraform';

/** Every example through the real Terraform, or OpenTofu, and the unmodified provider, in the environment that the docs tell of. */
const missing = whyNoTerraform();
if (missing !== undefined && process.env['TEST_TERRAFORM_PLUGINS'] !== undefined) throw new Error(missing);

const DEADLINE_MS = 30 * 60_000;
const RUNS = AZURERM_MAJORS.flatMap((major) => EXAMPLES.map((example) => [major, example] as const));

describe(`terraform${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  (missing === undefined ? test.concurrent : test.skip).each(RUNS)(
    'with azurerm %s applies %s, plans nothing more, leaves what local apply leaves, and takes it down',
    async (major, example) => {
      await using emulator = await startTestEmulator();
      using folder = temporaryFolder();
      const environment = await environmentOf(emulator, major, folder.path);
      const stacks = await stacksFor(emulator, example, major);
      const before = await armDocuments(emulator);
      const folders = [...stacks].map(([name, stack]) => {
        const stackFolder = path.join(folder.path, name);
        mkdirSync(stackFolder);
        return new TerraformFolder(stackFolder, stack);
      });
      const seconds: Record<string, number> = {};
      const run = async (
        terraform: TerraformFolder,
        command: string,
        ...options: readonly string[]
      ): Promise<void> => {
        const started = performance.now();
        // Whoever trusts the emulator alone gets no plugins.
        await terraform.run([command, '-input=false', ...options], command === 'init' ? {} : environment);
        seconds[command] = (seconds[command] ?? 0) + (performance.now() - started) / 1000;
      };

      for (const terraform of folders) {
        await run(terraform, 'init');
        await run(terraform, 'apply', '-auto-approve');
        await run(terraform, 'plan', '-detailed-exitcode');
      }
      const left = comparable(await armDocuments(emulator), emulator);
      const byLocalApply = await leftByLocalApply(example, major);
      for (const terraform of folders) await run(terraform, 'destroy', '-auto-approve');
      report(folders, example, seconds);
      if (process.env['UPDATE_TERRAFORM_DOCUMENTS'] === '1') recordDocuments(major, example, left);
      expect(byLocalApply).toEqual(left);
      expect(await armDocuments(emulator)).toEqual(before);
    },
    DEADLINE_MS,
  );
});

/** What `dicom-lake emulator env` prints. */
async function environmentOf(
  emulator: Emulator,
  major: AzurermMajor,
  folder: string,
): Promise<Readonly<Record<string, string>>> {
  writeFileSync(path.join(folder, 'ready.json'), JSON.stringify(emulator.ready));
  const { stdout } = await runCli(
    ['emulator', 'env', '--emulator', 'ready.json', '--azurerm-major', String(major), '--json'],
    { cwd: folder },
  );
  return JSON.parse(stdout) as Readonly<Record<string, string>>;
}

function report(
  folders: readonly TerraformFolder[],
  example: string,
  seconds: Readonly<Record<string, number>>,
): void {
  const versions = [...new Set(folders.map((terraform) => terraform.azurermVersion()))];
  const times = Object.entries(seconds).map(([command, time]) => `${command} ${time.toFixed(1)} s`);
  process.stderr.write(`azurerm ${versions.join(', ')}, ${example}: ${times.join(', ')}\n`);
}

/** For the comparison that needs no provider, test/local/left-by-terraform.test.ts. */
function recordDocuments(major: AzurermMajor, example: string, left: ArmDocuments): void {
  const file = path.resolve(__dirname, `../local/left-by-terraform/azurerm-${major}-${example}.json`);
  writeFileSync(file, `${JSON.stringify(left, undefined, 2)}\n`);
}

import { Command } from 'commander';
import {
  applyAllowList,
  FINDINGS,
  guardPlan,
  readAllowList,
  readPlan,
  type Allowance,
  type GuardResult,
} from '../guards';
import { SystemClock } from '../verify';
import { type CommandContext, type ExitCode, UsageError } from './command-context';
import { readJsonFile, readYamlFile } from './json-file';

interface GuardOptions {
  readonly allow: readonly string[];
  readonly allowFile?: string;
  readonly json?: true;
}

/** `dicom-lake guard`. */
export function guardCommand(context: CommandContext, setExitCode: (code: ExitCode) => void): Command {
  return new Command('guard')
    .description('refuse a plan that would delete or expose images, before it is applied')
    .argument('<plan>', 'plan as terraform show -json, or tofu show -json, wrote it')
    .option('--allow <addresses...>', 'accept what the plan does to these resources, for this run', [])
    .option('--allow-file <file>', 'YAML or JSON list of { address, reason, until }')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', GUARD_HELP)
    .action((file: string, options: GuardOptions) => {
      const plan = readPlan(readJsonFile(context, file, 'the plan'));
      if (!plan.ok) throw new UsageError(`the plan '${file}' cannot be judged`, [plan.problem]);
      const today = new Date(new SystemClock().now()).toISOString().slice(0, 10);
      const result = applyAllowList(guardPlan(plan.changes), allowancesOf(context, options), today);
      context.out(options.json === true ? `${JSON.stringify(result, null, 2)}\n` : textOf(result));
      setExitCode(result.refused.length > 0 ? 1 : 0);
    });
}

const GUARD_HELP = `
Finds what Terraform and OpenTofu call an ordinary change and what would cost images: a replaced DICOM service loses its index, a
replaced account its files. Reads the plan and nothing else; needs no login.

Examples:
  terraform plan -out=plan.bin && terraform show -json plan.bin > plan.json && dicom-lake guard plan.json
  tofu plan -out=plan.bin && tofu show -json plan.bin > plan.json && dicom-lake guard plan.json
  dicom-lake guard plan.json --allow azurerm_management_lock.DicomLake_DeleteLock_DicomService_1A2B3C4D
  dicom-lake guard plan.json --allow-file allowed.yaml --json

Exit codes:
  0  the plan harms no image, or was allowed to
  1  the plan is refused, and must not be applied
  2  it was not judged: wrong options, or a plan or a list that cannot be used`;

function allowancesOf(context: CommandContext, { allow, allowFile }: GuardOptions): readonly Allowance[] {
  const named = allow.map((address) => ({ address, reason: 'allowed on the command line' }));
  if (allowFile === undefined) return named;
  const what = 'the allow list';
  const result = readAllowList(readYamlFile(context, allowFile, what));
  if (!result.ok) throw new UsageError(`${what} '${allowFile}' cannot be used`, result.problems);
  return [...named, ...result.allowances];
}

function textOf({ refused, allowed, stale }: GuardResult): string {
  const lines = [
    ...refused.flatMap(({ code, address, change }) => [
      `refused  ${code}  ${address}`,
      `         ${change}`,
      `         why: ${FINDINGS[code].why}`,
      `         do:  ${FINDINGS[code].remedy}`,
      '',
    ]),
    ...allowed.map(
      ({ code, address, change, reason }) => `allowed  ${code}  ${address}: ${change} (${reason})`,
    ),
    ...stale.map((problem) => `note     ${problem}`),
    refused.length === 0
      ? 'The plan harms no image.'
      : `${refused.length} refused; the plan must not be applied.`,
  ];
  return `${lines.join('\n')}\n`;
}

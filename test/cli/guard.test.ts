import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCli, temporaryFolder } from '../support/cli';

const PLAN = readFileSync('test/guards/terraform-1.11-plan.json', 'utf8').replaceAll(
  'terraform_data',
  'azurerm_healthcare_dicom_service',
);
const LOST = ['deleted', 'forgotten', 'replaced'].map((name) => `azurerm_healthcare_dicom_service.${name}`);

test('a plan that loses an index ends with 1 and says what, why and what to do', async () => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'plan.json'), PLAN);
  const { exitCode, stdout } = await runCli(['guard', 'plan.json'], { cwd: folder.path });
  expect(exitCode).toBe(1);
  expect(stdout).toContain(
    [
      'refused  INDEX_LOST  azurerm_healthcare_dicom_service.replaced',
      '         is replaced, because of a change to triggers_replace',
      '         why: Its index goes with it.',
    ].join('\n'),
  );
  expect(stdout).toContain('3 refused; the plan must not be applied.');
});

test('allowed addresses end with 0, also from a file, and --json says so to machines', async () => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'plan.json'), PLAN);
  const [first = '', ...others] = LOST;
  writeFileSync(
    path.join(folder.path, 'allowed.yaml'),
    [...others, 'azurerm_storage_account.other']
      .map((address) => `- { address: ${address}, reason: CHG-4711 }\n`)
      .join(''),
  );
  const args = ['guard', 'plan.json', '--allow', first, '--allow-file', 'allowed.yaml', '--json'];
  const { exitCode, stdout } = await runCli(args, { cwd: folder.path });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    refused: [],
    allowed: [
      { address: LOST[0], reason: 'allowed on the command line' },
      { address: LOST[1], reason: 'CHG-4711' },
      { address: LOST[2], reason: 'CHG-4711' },
    ],
    stale: ['nothing in the plan needs the allowance for azurerm_storage_account.other'],
  });
});

test.each([
  ['PK\u0003\u0004binary', "the plan 'plan.json' is not JSON: "],
  [
    '{"format_version":"1.0","values":{}}',
    'the file is a state, not a plan; make one with: terraform plan -out=plan.bin',
  ],
])('wrong input ends with 2: %j', async (text, message) => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'plan.json'), text);
  const { exitCode, stdout, stderr } = await runCli(['guard', 'plan.json'], { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(message);
});

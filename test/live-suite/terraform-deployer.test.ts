import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { principalIn } from '../live/principal-in';
import { terraformDeployer } from '../live/terraform-deployer';
import { temporaryFolder } from '../support/cli';
import { manifestFixture } from '../support/manifest';

/** A program in the place of Terraform, that notes its arguments and does what a script says. */
function programIn(folder: string, script: string): string {
  const file = path.join(folder, 'terraform');
  writeFileSync(file, `#!/bin/sh\necho "$@" >> calls\n${script}\n`, { mode: 0o755 });
  return file;
}

const NEVER = new AbortController().signal;

test('a stack is initialised, applied and asked for its manifest, in its folder', async () => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'manifest.json'), JSON.stringify(manifestFixture()));
  const program = programIn(
    folder.path,
    'if [ "$1" = output ]; then cat manifest.json; else echo chatter; fi',
  );
  expect(await terraformDeployer(program)(folder.path, NEVER)).toEqual(manifestFixture());
  expect(readFileSync(path.join(folder.path, 'calls'), 'utf8').split('\n')).toEqual([
    'init -input=false -no-color',
    'apply -input=false -auto-approve -no-color',
    'output -json -no-color manifest',
    '',
  ]);
});

test('what Terraform says where it fails is told without secrets, and nothing follows', async () => {
  using folder = temporaryFolder();
  const program = programIn(folder.path, 'echo "denied, Bearer abcdefgh12345678" >&2; [ "$1" != apply ]');
  await expect(terraformDeployer(program)(folder.path, NEVER)).rejects.toThrow(
    'terraform apply ended with 1:\ndenied, Bearer ***',
  );
  expect(readFileSync(path.join(folder.path, 'calls'), 'utf8')).not.toContain('output');
});

test('a manifest that cannot be read is told', async () => {
  using folder = temporaryFolder();
  const program = programIn(folder.path, 'echo "{}"');
  await expect(terraformDeployer(program)(folder.path, NEVER)).rejects.toThrow(
    'terraform left no manifest: schemaVersion must be 1',
  );
});

test('Terraform is interrupted, not killed: it may write its state', async () => {
  using folder = temporaryFolder();
  const program = programIn(
    folder.path,
    'trap "echo kept > state; exit 1" INT; : > ready; while :; do sleep 0.05; done',
  );
  const stop = new AbortController();
  const applied = terraformDeployer(program)(folder.path, stop.signal);
  const failed = expect(applied).rejects.toThrow('stopped');
  while (!existsSync(path.join(folder.path, 'ready'))) await new Promise((resolve) => setImmediate(resolve));
  stop.abort(new Error('stopped'));
  await failed;
  expect(readFileSync(path.join(folder.path, 'state'), 'utf8')).toBe('kept\n');
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a Ctrl-C of the terminal does not reach Terraform by itself', async () => {
  using folder = temporaryFolder();
  const program = programIn(folder.path, 'cut -d " " -f 5 /proc/$$/stat > group; echo $$ > own; exit 1');
  await expect(terraformDeployer(program)(folder.path, NEVER)).rejects.toThrow('terraform init ended with 1');
  const [group, own] = ['group', 'own'].map((name) => readFileSync(path.join(folder.path, name), 'utf8'));
  expect(group).toBe(own);
});

test.each([
  [
    { oid: 'one', idtyp: 'app' },
    { objectId: 'one', type: 'ServicePrincipal' },
  ],
  [{ oid: 'one' }, { objectId: 'one', type: 'User' }],
])('a token of %j is that of %j', (claims, principal) => {
  const token = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;
  expect(principalIn(token)).toEqual(principal);
});

test.each(['', 'e30.e30.'])('the token "%s" tells of nobody', (token) => {
  expect(() => principalIn(token)).toThrow('the token does not say whose it is: sign in with `az login`');
});

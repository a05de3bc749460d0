import { spawn } from 'node:child_process';
import { type DeploymentManifest, hideSecrets, parseDeploymentManifest } from '../../contract';

/** Applies a synthesized stack, and answers what it left. */
export type Deployer = (stackFolder: string, signal: AbortSignal) => Promise<DeploymentManifest>;

/** The Terraform of this machine; it signs in as the Azure CLI or the variables `ARM_*` say. */
export function terraformDeployer(program = 'terraform'): Deployer {
  return async (stackFolder, signal) => {
    await terraform(program, ['init', '-input=false', '-no-color'], stackFolder, signal);
    await terraform(program, ['apply', '-input=false', '-auto-approve', '-no-color'], stackFolder, signal);
    const output = await terraform(
      program,
      ['output', '-json', '-no-color', 'manifest'],
      stackFolder,
      signal,
    );
    const result = parseDeploymentManifest(JSON.parse(output));
    if (!result.ok) throw new Error(`terraform left no manifest: ${result.problems.join('; ')}`);
    return result.manifest;
  };
}

/** @throws Error with the end of what it said, where it does not end with 0 */
async function terraform(
  program: string,
  args: readonly string[],
  cwd: string,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  // In a group of its own: a Ctrl-C of the terminal would be its first interrupt, and ours the second, at which it drops
  // everything.
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  // Terraform writes its state before it ends; killed outright it would lose what it has made.
  const interrupt = (): boolean => child.kill('SIGINT');
  signal.addEventListener('abort', interrupt, { once: true });
  let output = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    signal.throwIfAborted();
    if (exitCode === 0) return output;
    throw new Error(hideSecrets(`terraform ${args[0] ?? ''} ended with ${exitCode}:\n${said.slice(-4_000)}`));
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}

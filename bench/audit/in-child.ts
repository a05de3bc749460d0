import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a module of ours in a process of its own: a task goes in as JSON, what it found comes out. */
export async function inChild<Outcome>(modulePath: string, task: object): Promise<Outcome> {
  const child = spawn(process.execPath, [modulePath], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  child.stdin.end(JSON.stringify(task));
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  const [status] = (await ended) as [number | null];
  if (status !== 0) throw new Error(`${modulePath} ended with ${String(status)}`);
  return JSON.parse(text) as Outcome;
}

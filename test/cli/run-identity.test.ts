import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type ProcessTable, runIdentity } from '../../cli/run-identity';

const TABLE: ProcessTable = { pid: process.pid, kill: (pid, signal) => process.kill(pid, signal) };
/** Where there is a /proc, a process is told from a later one with its number. */
const tellsStart = existsSync('/proc/self/stat');

async function sleeper(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)']);
  await once(child.stdout, 'data');
  return child;
}

function pidOf({ pid }: ChildProcess): number {
  return pid ?? 0;
}

test('a process is alive to itself', () => {
  const { host, pid, processStart, isAlive } = runIdentity(TABLE);
  expect(pid).toBe(process.pid);
  expect(host).toMatch(/^[\w.:[\] -]+$/);
  expect(isAlive({ host, pid, ...(processStart === undefined ? {} : { processStart }) })).toBe(
    tellsStart ? true : undefined,
  );
  expect(runIdentity(TABLE)).toMatchObject({ host, pid });
});

test('another process is alive until it is killed', async () => {
  const child = await sleeper();
  const pid = pidOf(child);
  const { host, isAlive } = runIdentity(TABLE);
  const { processStart } = runIdentity({ ...TABLE, pid });
  const owner = { host, pid, ...(processStart === undefined ? {} : { processStart }) };
  expect(isAlive(owner)).toBe(tellsStart ? true : undefined);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(owner)).toBe(false);
});

(tellsStart ? test : test.skip)('a number that is used again is another process', async () => {
  const child = await sleeper();
  const { host, processStart, isAlive } = runIdentity(TABLE);
  const pid = pidOf(child);
  expect(isAlive({ host, pid, processStart: '1' })).toBe(false);
  expect(processStart).not.toBe('1');
  expect(isAlive({ host, pid })).toBeUndefined();
  child.kill('SIGKILL');
});

(tellsStart ? test : test.skip)(
  'a process that has ended and that nobody has asked about is dead',
  async () => {
    // The shell starts a child, tells its number and becomes a program that never asks how the child ended.
    const parent = spawn('/bin/sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 30']);
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    const { host, isAlive } = runIdentity(TABLE);
    const { processStart } = runIdentity({ ...TABLE, pid });
    const owner = { host, pid, ...(processStart === undefined ? {} : { processStart }) };
    expect(isAlive(owner)).toBe(true);
    await new Promise((resolve) => spawn('sleep', ['0.6']).on('exit', resolve));
    expect(() => process.kill(pid, 0)).not.toThrow();
    expect(isAlive(owner)).toBe(false);
    parent.kill('SIGKILL');
  },
);

test('of a process that may not be signalled nothing is known, but by when it started', () => {
  const { host, isAlive } = runIdentity({
    ...TABLE,
    kill: () => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    },
  });
  expect(isAlive({ host, pid: 1, processStart: 'of another' })).toBe(tellsStart ? false : undefined);
  expect(isAlive({ host, pid: 1 })).toBeUndefined();
});

#!/usr/bin/env node
/**
 * Stands in for Terraform where the plugins of its providers are out of reach: takes the same command lines, refuses a
 * plan that is older than the state, and applies by `dicom-lake local apply`, which leaves what Terraform would leave.
 * A resource whose name changes is replaced, as most of azurerm are.
 *
 * PIPELINE_EMULATOR: ready file; PIPELINE_STATE: file for the state; PIPELINE_TERRAFORM_FAILS: a command that fails.
 */
'use strict';
const { execFileSync } = require('node:child_process');
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const words = process.argv.slice(2);
const [, chdir = '.'] = /^-chdir=(.+)$/.exec(words[0] ?? '') ?? [];
const [command, ...args] = words.filter((word) => !word.startsWith('-chdir='));
const folder = path.resolve(chdir);
const file = (name) => path.join(folder, name);
const STATE = process.env.PIPELINE_STATE;
const state = existsSync(STATE) ? JSON.parse(readFileSync(STATE, 'utf8')) : { serial: 0, stack: {} };

function changesBetween(before, after) {
  const resources = ({ resource = {} }) =>
    Object.entries(resource).flatMap(([type, named]) =>
      Object.entries(named).map(([name, values]) => [`${type}.${name}`, { type, values }]),
    );
  const old = new Map(resources(before));
  const now = new Map(resources(after));
  return [...new Set([...old.keys(), ...now.keys()])].map((address) => {
    const was = old.get(address)?.values ?? null;
    const is = now.get(address)?.values ?? null;
    const type = (now.get(address) ?? old.get(address)).type;
    return {
      address,
      mode: 'managed',
      type,
      change: { actions: actionsFor(was, is), before: was, after: is },
    };
  });
}

function actionsFor(was, is) {
  if (was === null) return ['create'];
  if (is === null) return ['delete'];
  if (JSON.stringify(was) === JSON.stringify(is)) return ['no-op'];
  return was.name === is.name ? ['update'] : ['delete', 'create'];
}

const COMMANDS = {
  init() {
    const lock = file('.terraform.lock.hcl');
    if (existsSync(lock)) return 0;
    if (args.includes('-lockfile=readonly')) return fail('the lock file is not there');
    writeFileSync(lock, '# locked\n');
    return 0;
  },
  plan() {
    const stack = JSON.parse(readFileSync(file('cdk.tf.json'), 'utf8'));
    const changes = changesBetween(state.stack, stack);
    writeFileSync(file('plan.bin'), JSON.stringify({ serial: state.serial, stack, changes }));
    return changes.every(({ change }) => change.actions[0] === 'no-op') ? 0 : 2;
  },
  show() {
    const { changes } = JSON.parse(readFileSync(file('plan.bin'), 'utf8'));
    process.stdout.write(JSON.stringify({ format_version: '1.2', resource_changes: changes }));
    return 0;
  },
  apply() {
    const { serial, stack } = JSON.parse(readFileSync(file('plan.bin'), 'utf8'));
    if (serial !== state.serial) return fail('Saved plan is stale');
    const cli = path.resolve(__dirname, '../../../dist/cli/dicom-lake.js');
    writeFileSync(file('planned.tf.json'), JSON.stringify(stack));
    const manifest = execFileSync(
      process.execPath,
      [cli, 'local', 'apply', file('planned.tf.json'), '--emulator', process.env.PIPELINE_EMULATOR],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    );
    writeFileSync(STATE, JSON.stringify({ serial: serial + 1, stack, manifest: JSON.parse(manifest) }));
    return 0;
  },
  // cdktf asks for it.
  version() {
    process.stdout.write(JSON.stringify({ terraform_version: '1.11.4' }));
    return 0;
  },
  output() {
    if (state.manifest === undefined) return fail('Output "manifest" not found');
    process.stdout.write(JSON.stringify(state.manifest));
    return 0;
  },
};

function fail(message) {
  process.stderr.write(`Error: ${message}\n`);
  return 1;
}

const carryOut = COMMANDS[command] ?? (() => fail(`terraform ${words.join(' ')} is not known here`));
process.exitCode =
  process.env.PIPELINE_TERRAFORM_FAILS === command ? fail(`${command} was made to fail`) : carryOut();

import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import type { CommandContext } from '../../cli/command-context';
import { emulatorCommand } from '../../cli/emulator-command';
import { guardCommand } from '../../cli/guard-command';
import { localCommand } from '../../cli/local-apply-command';
import { manifestCommand } from '../../cli/manifest-command';
import { sweepCommand } from '../../cli/sweep-command';
import { verifyCommand } from '../../cli/verify-command';
import { watchCommand } from '../../cli/watch-command';
import { makePlan } from '../../verify/plan';
import type { Profile } from '../../verify/profile';
import { CHECKS, docsOf } from '../../verify/registry';
import {
  commandsIn,
  readPage,
  ROOT,
  RUNBOOK_INDEX,
  RUNBOOK_PAGES,
  runbookSections,
  withoutBlocks,
  wordsOf,
} from '../support/runbook';

const PARTS = ['What it means for images', 'Look first', 'Likely causes and the mend', 'Prove it'];
const SECTIONS = runbookSections();
const PAGES = [RUNBOOK_INDEX, ...RUNBOOK_PAGES];

test('every check has one section, in the page of its topic, and no section is of another check', () => {
  const places = SECTIONS.map(({ page, id }) => `${page}#${anchorOf(id)}`);
  expect([...places].sort()).toEqual(CHECKS.map(({ id }) => docsOf(id)).sort());
});

test.each(SECTIONS)('$id has its four parts, none of them empty, and its faults', ({ id, text }) => {
  const [, ...parts] = text.split(/^\*\*([^*]+)\.\*\*/m);
  expect(parts.filter((_part, at) => at % 2 === 0)).toEqual(PARTS);
  for (const part of parts.filter((_part, at) => at % 2 === 1))
    expect(part.trim().length).toBeGreaterThan(20);
  expect(parts[1]?.trim()).toMatch(/^(Now|Today|This week)\b/);
  expect(parts[5]).toMatch(/^1\. /m);
  expect(text.match(/<!-- causes:\S+ -->/g)).toEqual([`<!-- causes:${id} -->`]);
  expect(text).toContain('<!-- /causes -->');
});

test.each(SECTIONS)('what proves $id judges it', ({ id, text }) => {
  const proof = text.slice(text.indexOf('**Prove it.**'));
  const judged = commandsIn(proof, 'dicom-lake')
    .filter((command) => command.startsWith('dicom-lake verify'))
    .flatMap((command) => plannedBy(command));
  expect(judged).toContain(id);
});

const COMMANDS = PAGES.flatMap((page) =>
  commandsIn(readPage(page), 'dicom-lake').map((line) => ({ page, line })),
);

test.each(COMMANDS)('$line ($page) is understood', async ({ line }) => {
  expect((await parsed(line)).name()).toBe(wordsOf(line)[1]);
});

test('the runbook has commands to understand, and every check it names exists', () => {
  expect(COMMANDS.length).toBeGreaterThan(100);
  const named = PAGES.flatMap((page) =>
    Array.from(readPage(page).matchAll(/`([a-z]+\/[a-z-]+)`/g), ([, id]) => id ?? ''),
  );
  const ids: readonly string[] = CHECKS.map(({ id }) => id);
  const ofOthers = ['application/dicom'];
  expect(named.filter((id) => !ids.includes(id) && !ofOthers.includes(id))).toEqual([]);
});

test.each(PAGES)('every link of %s leads somewhere', (page) => {
  const links = linksIn(readPage(page)).filter((link) => !/^https?:/.test(link));
  expect(links.length).toBeGreaterThan(3);
  const broken = links.filter((link) => {
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? page : path.join(path.dirname(page), file);
    if (!existsSync(path.join(ROOT, target))) return true;
    return anchor !== undefined && !anchorsOf(readPage(target)).includes(anchor);
  });
  expect(broken).toEqual([]);
});

/** Groups of the Azure CLI with their commands, as its reference lists them. */
const AZ: Readonly<Record<string, readonly string[]>> = {
  '': ['login', 'rest'],
  account: ['get-access-token', 'set', 'show'],
  'ad sp': ['show'],
  'ad user': ['show'],
  identity: ['show'],
  keyvault: ['list-deleted', 'recover', 'update'],
  'keyvault key': ['recover', 'set-attributes', 'show'],
  lock: ['create', 'list'],
  'monitor activity-log': ['list'],
  'monitor activity-log alert': ['list', 'update'],
  'monitor diagnostic-settings': ['create', 'list'],
  'monitor log-analytics': ['query'],
  'monitor log-analytics workspace': ['recover', 'show'],
  'monitor scheduled-query': ['list', 'update'],
  'network private-dns link vnet': ['create', 'list'],
  'network private-dns record-set a': ['list'],
  'network private-endpoint': ['show'],
  'network private-endpoint dns-zone-group': ['list'],
  resource: ['list', 'show'],
  'role assignment': ['create', 'delete', 'list'],
  'storage account': ['show', 'update'],
  'storage account blob-service-properties': ['show', 'update'],
  'storage account keys': ['renew'],
  'storage account management-policy': ['create', 'show'],
  'storage account network-rule': ['add', 'list', 'remove'],
  'storage account private-endpoint-connection': ['approve'],
  'storage blob': ['list', 'set-tier', 'show'],
  'storage container': ['restore'],
  'storage container immutability-policy': ['show'],
  'storage container legal-hold': ['clear'],
  'storage container-rm': ['list', 'show', 'update'],
  'storage fs': ['list-deleted-path', 'undelete-path'],
  'storage fs file': ['delete', 'list', 'move'],
};

test('the runbook uses commands of the Azure CLI that there are, and deletes nothing but roles and single files', () => {
  const known = Object.entries(AZ).flatMap(([group, commands]) =>
    commands.map((command) => (group === '' ? command : `${group} ${command}`)),
  );
  const used = PAGES.flatMap((page) => commandsIn(readPage(page), 'az')).map((line) =>
    wordsOf(line).slice(1).join(' ').replace(/ -.*$/, ''),
  );
  expect(used.length).toBeGreaterThan(100);
  expect([...new Set(used)].sort()).toEqual([...known].sort());
  expect(known.filter((command) => /\b(delete|remove|purge)$/.test(command))).toEqual([
    'role assignment delete',
    'storage account network-rule remove',
    'storage fs file delete',
  ]);
});

test('whoever uses the files of a lake signs in', () => {
  const lines = PAGES.flatMap((page) => commandsIn(readPage(page), 'az')).filter((line) =>
    /^az storage (blob|fs|container restore)/.test(line),
  );
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((line) => !line.includes('--auth-mode login'))).toEqual([]);
});

function linksIn(text: string): readonly string[] {
  return Array.from(withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g), ([, link]) => link ?? '');
}

/** As GitHub makes them of headings. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function anchorsOf(text: string): readonly string[] {
  return Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading]) => anchorOf(heading ?? ''));
}

function plannedBy(line: string): readonly string[] {
  const words = wordsOf(line);
  const listAfter = (flag: string): readonly string[] => {
    const from = words.indexOf(flag);
    if (from < 0) return [];
    const rest = words.slice(from + 1);
    const end = rest.findIndex((word) => word.startsWith('--'));
    return end < 0 ? rest : rest.slice(0, end);
  };
  const [profile = 'full'] = listAfter('--profile');
  return makePlan({ only: listAfter('--only'), skip: [], profile: profile as Profile }).checks.map(
    ({ id }) => id,
  );
}

const UNUSED: CommandContext = {
  out: () => undefined,
  err: () => undefined,
  workingDirectory: ROOT,
  environment: {},
  nodePath: 'node',
  nodeVersion: '20.9.0',
  color: false,
  signal: new AbortController().signal,
  identity: { processId: 1, host: 'here' } as unknown as CommandContext['identity'],
};

/** Reads a command line with the real commands, and carries nothing out. */
async function parsed(line: string): Promise<Command> {
  const [, name = '', ...args] = wordsOf(line);
  const commands = [
    verifyCommand(UNUSED, () => undefined),
    watchCommand(UNUSED, () => undefined),
    sweepCommand(UNUSED, () => undefined),
    guardCommand(UNUSED, () => undefined),
    manifestCommand(UNUSED),
    emulatorCommand(UNUSED),
    localCommand(UNUSED),
  ];
  const command = commands.find((one) => one.name() === name);
  if (command === undefined) throw new Error(`there is no command '${name}'`);
  idle(command);
  return command.parseAsync(args, { from: 'user' });
}

function idle(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  command.action(() => undefined);
  for (const child of command.commands) idle(child);
}

import { makePlan } from '../../verify/plan';
import type { Profile } from '../../verify/profile';
import { CHECKS, docsOf } from '../../verify/registry';
import { azureCommandOf } from '../support/docs/azure-cli';
import { anchorOf, readPage } from '../support/docs/page';
import { commandsIn, type ShellCommand } from '../support/docs/shell';
import { RUNBOOK_INDEX, RUNBOOK_PAGES, runbookSections } from '../support/runbook';

const PARTS = ['What it means for images', 'Look first', 'Likely causes and the mend', 'Prove it'];
const SECTIONS = runbookSections();
const RUNBOOK = [RUNBOOK_INDEX, ...RUNBOOK_PAGES].map(readPage).join('\n');

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

test.each(SECTIONS)('what proves $id judges it', async ({ id, text }) => {
  const proof = text.slice(text.indexOf('**Prove it.**'));
  const commands = await commandsIn(proof, 'dicom-lake');
  const judged = commands.filter(([, command]) => command === 'verify').flatMap(plannedBy);
  expect(judged).toContain(id);
});

test('the runbook has commands to understand, and every check it names exists', async () => {
  expect((await commandsIn(RUNBOOK, 'dicom-lake')).length).toBeGreaterThan(100);
  const named = Array.from(RUNBOOK.matchAll(/`([a-z]+\/[a-z-]+)`/g), ([, id]) => id ?? '');
  const ids: readonly string[] = CHECKS.map(({ id }) => id);
  const ofOthers = ['application/dicom'];
  expect(named.filter((id) => !ids.includes(id) && !ofOthers.includes(id))).toEqual([]);
});

test('the runbook deletes nothing but roles and single files', async () => {
  const used = (await commandsIn(RUNBOOK, 'az')).map(azureCommandOf);
  expect(used.length).toBeGreaterThan(100);
  expect([...new Set(used)].filter((command) => /\b(delete|remove|purge)$/.test(command)).sort()).toEqual([
    'role assignment delete',
    'storage account network-rule remove',
    'storage fs file delete',
  ]);
});

test('whoever uses the files of a lake signs in', async () => {
  const lines = (await commandsIn(RUNBOOK, 'az'))
    .map((words) => words.join(' '))
    .filter((line) => /^az storage (blob|fs|container restore)/.test(line));
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((line) => !line.includes('--auth-mode login'))).toEqual([]);
});

function plannedBy(words: ShellCommand): readonly string[] {
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

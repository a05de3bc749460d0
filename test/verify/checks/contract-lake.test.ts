import { foreignFileNotIndexed } from '../../../verify/checks/contract/foreign-file-not-indexed';
import { noUnknownFiles } from '../../../verify/checks/contract/no-unknown-files';
import { workItemsNotInLake } from '../../../verify/checks/contract/work-items-not-in-lake';
import type { Verdict } from '../../../verify/model';
import type { NamedFiles } from '../../../verify/evidence/named-files';
import type { WorkItems } from '../../../verify/evidence/work-items';
import { tierCensus } from '../../support/verify-evidence';

const NONE: NamedFiles = { count: 0, paths: [] };
const PATH = 'AHDS/hospital/dicom/images/Microsoft.Default/132_1';

describe('contract/no-unknown-files', () => {
  const judge = (unknown: NamedFiles, truncated = false): Verdict =>
    noUnknownFiles.judge({ 'lake.tier-census': tierCensus({ unknown, truncated }) });

  test('passes a lake without them, and says where not all of it was seen', () => {
    expect(judge(NONE)).toEqual({ outcome: 'pass' });
    expect(judge(NONE, true)).toEqual({ outcome: 'pass', detail: 'among the first files' });
  });

  test('names them and tells how many there are', () => {
    expect(judge({ count: 1, paths: [`${PATH}.pdf`] })).toMatchObject({
      outcome: 'fail',
      reason: '1 file does not fit the data contract',
      findings: [{ subject: `${PATH}.pdf` }],
    });
    expect(judge({ count: 30, paths: [`${PATH}.pdf`] })).toMatchObject({
      reason: '30 files do not fit the data contract',
    });
  });
});

describe('contract/work-items-not-in-lake', () => {
  const judge = (workItems: NamedFiles, items: WorkItems): Verdict =>
    workItemsNotInLake.judge({ 'lake.tier-census': tierCensus({ workItems }), 'contract.work-items': items });

  test.each<readonly [name: string, files: NamedFiles, items: WorkItems, verdict: object]>([
    ['work items beside a lake without', NONE, { offered: true, exist: true }, { outcome: 'pass' }],
    ['no work items', NONE, { offered: true, exist: false }, { outcome: 'not-applicable' }],
    ['a service that offers none', NONE, { offered: false, exist: false }, { outcome: 'not-applicable' }],
    [
      'files named like work items, whatever the service says',
      { count: 1, paths: [`${PATH}_workitem.json`] },
      { offered: false, exist: false },
      {
        outcome: 'fail',
        reason: '1 file looks like a work item',
        findings: [{ subject: `${PATH}_workitem.json` }],
      },
    ],
  ])('judges %s', (_name, files, items, verdict) => {
    expect(judge(files, items)).toMatchObject(verdict);
  });
});

describe('contract/foreign-file-not-indexed', () => {
  test('passes a file that nobody found', () => {
    expect(
      foreignFileNotIndexed.judge({
        'contract.foreign-file': { path: PATH, foundBy: [], waitedSeconds: 60 },
      }),
    ).toEqual({ outcome: 'pass', detail: 'not found in 60 s' });
  });

  test('fails for a file that was found, and says how', () => {
    expect(
      foreignFileNotIndexed.judge({
        'contract.foreign-file': { path: PATH, foundBy: ['search', 'change feed'], waitedSeconds: 5 },
      }),
    ).toMatchObject({
      outcome: 'fail',
      reason: 'the service knew of it after 5 s',
      findings: [{ subject: PATH, actual: 'found by search and change feed' }],
    });
  });
});

import { applyAllowList, readAllowList, type Finding } from '../../guards';

const FINDING: Finding = { code: 'LOCK_LOST', address: 'azurerm_management_lock.x', change: 'is deleted' };
const TODAY = '2026-11-24';

test('an allowed address is not refused, and says why', () => {
  const allowances = [{ address: FINDING.address, reason: 'CHG-4711', until: TODAY }];
  expect(applyAllowList([FINDING], allowances, TODAY)).toEqual({
    refused: [],
    allowed: [{ ...FINDING, reason: 'CHG-4711' }],
    stale: [],
  });
});

test('an allowance whose day has passed counts no more, and one that nothing needs is named', () => {
  const allowances = [
    { address: FINDING.address, reason: 'CHG-4711', until: '2026-11-23' },
    { address: 'azurerm_storage_account.gone', reason: 'CHG-4712' },
  ];
  expect(applyAllowList([FINDING], allowances, TODAY)).toEqual({
    refused: [FINDING],
    allowed: [],
    stale: [
      'the allowance for azurerm_management_lock.x ended on 2026-11-23',
      'nothing in the plan needs the allowance for azurerm_storage_account.gone',
    ],
  });
});

test('a list without reasons is no list; every problem is named', () => {
  const result = readAllowList([
    { address: 'x', reason: ' ' },
    { address: 'y', reason: 'r', until: 'soon' },
    { adress: 'z' },
  ]);
  expect(result.ok ? [] : result.problems).toEqual([
    expect.stringMatching(/^the list\[0\]\.reason: .*; an entry is \{ address, reason, until: YYYY-MM-DD \}/),
    expect.stringMatching(/^the list\[1\]\.until: /),
    expect.stringMatching(/^the list\[2\]\.address: /),
    expect.stringMatching(/^the list\[2\]\.reason: /),
    expect.stringMatching(/^the list\[2\]: Unrecognized key: "adress"/),
  ]);
});

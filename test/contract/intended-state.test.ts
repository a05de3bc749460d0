import { parseDeploymentManifest } from '../../contract';
import { intendedFixture, intendedTierRule, manifestFixture } from '../support/manifest';

const RULE = intendedTierRule('Idle');

function problemsOf(fields: Readonly<Record<string, unknown>>): readonly string[] {
  const result = parseDeploymentManifest({ ...manifestFixture(), ...fields });
  return result.ok ? [] : result.problems;
}

function intending(fields: Readonly<Record<string, unknown>>): readonly string[] {
  return problemsOf({ intended: { ...intendedFixture(), ...fields } });
}

describe('what a deployment meant to have', () => {
  test('is taken as it is', () => {
    const manifest = { ...manifestFixture(), intended: intendedFixture() };
    expect(parseDeploymentManifest(manifest)).toEqual({ ok: true, manifest });
  });

  test('may be an open, adopted account and nothing else', () => {
    expect(
      problemsOf({
        intended: {
          publicNetworkAccess: true,
          account: { managed: false, networkAccess: 'open' },
          grants: [],
          privateEndpoints: [],
          diagnosticSettings: [],
          alertIds: [],
          deleteLocks: [],
        },
      }),
    ).toEqual([]);
  });

  test('may be missing, but not null', () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ intended: null })).toEqual(['intended must be an object, got null']);
  });

  test('is complete where it is there', () => {
    expect(problemsOf({ intended: { account: { allowed: {} }, colour: 'blue' } })).toEqual([
      'intended.publicNetworkAccess must be true or false, got nothing',
      'intended.account.managed must be true or false, got nothing',
      'intended.account.networkAccess must be one of open, selected, private, got nothing',
      'intended.account.allowed.ipRanges must be a list, got nothing',
      'intended.account.allowed.subnetIds must be a list, got nothing',
      'intended.account.allowed.resourceIds must be a list, got nothing',
      'intended.account.allowed.trustedServices must be true or false, got nothing',
      'intended.grants must be a list, got nothing',
      'intended.privateEndpoints must be a list, got nothing',
      'intended.diagnosticSettings must be a list, got nothing',
      'intended.alertIds must be a list, got nothing',
      'intended.deleteLocks must be a list, got nothing',
      'intended.colour is not a field of the manifest; known here: publicNetworkAccess, account, grants, ' +
        'privateEndpoints, diagnosticSettings, alertIds, deleteLocks',
    ]);
  });

  test.each<[Readonly<Record<string, unknown>>, readonly string[]]>([
    [
      { account: { managed: true, networkAccess: 'closed', owner: 'me' } },
      [
        'intended.account.networkAccess must be one of open, selected, private, got "closed"',
        'intended.account.owner is not a field of the manifest; known here: managed, networkAccess, allowed',
      ],
    ],
    [
      {
        account: {
          managed: true,
          networkAccess: 'selected',
          allowed: { ipRanges: ['home'], subnetIds: ['/x'], resourceIds: ['*'], trustedServices: 'yes' },
        },
      },
      [
        'intended.account.allowed.ipRanges[0] must be an IPv4 address or range, got "home"',
        'intended.account.allowed.subnetIds[0] must be the resource id of a ' +
          'Microsoft.Network/virtualNetworks/subnets, got "/x"',
        'intended.account.allowed.resourceIds[0] must be the resource id of one Azure resource, got "*"',
        'intended.account.allowed.trustedServices must be true or false, got "yes"',
      ],
    ],
    [
      { grants: [{ principalId: 'me', roleId: 'Owner', scope: '/', key: 'x' }] },
      [
        "intended.grants[0].principalId must be a GUID such as 00000000-0000-0000-0000-000000000000, got 'me'",
        "intended.grants[0].roleId must be a GUID such as 00000000-0000-0000-0000-000000000000, got 'Owner'",
        'intended.grants[0].scope must be the resource id of one Azure resource, got "/"',
        'intended.grants[0].key is not a field of the manifest; known here: principalId, roleId, scope',
      ],
    ],
    [
      { privateEndpoints: [{ id: 'a', targetId: 'b', groupId: 'file' }] },
      [
        'intended.privateEndpoints[0].id must be the resource id of one Azure resource, got "a"',
        'intended.privateEndpoints[0].targetId must be the resource id of one Azure resource, got "b"',
        'intended.privateEndpoints[0].groupId must be one of healthcareworkspace, blob, dfs, got "file"',
      ],
    ],
    [
      { diagnosticSettings: [{ targetResourceId: 'a', name: '', categories: [] }] },
      [
        'intended.diagnosticSettings[0].targetResourceId must be the resource id of one Azure resource, got "a"',
        'intended.diagnosticSettings[0].name must be a text that is not empty, got ""',
        'intended.diagnosticSettings[0].categories must be a list of at least 1, got []',
      ],
    ],
    [
      { alertIds: ['${azurerm_monitor_activity_log_alert.a.id}'] },
      [
        'intended.alertIds[0] must be the resource id of one Azure resource, got ' +
          '"${azurerm_monitor_activity_log_alert.a.id}"',
      ],
    ],
    [
      { deleteLocks: [{ scope: 'a', name: 7 }] },
      [
        'intended.deleteLocks[0].scope must be the resource id of one Azure resource, got "a"',
        'intended.deleteLocks[0].name must be a text that is not empty, got 7',
      ],
    ],
  ])('names what is wrong with %j', (fields, problems) => {
    expect(intending(fields)).toEqual(problems);
  });
});

describe('the rules that a deployment meant to have', () => {
  test('move or delete after days, or leave either out', () => {
    const { name, prefixes, basis, returnToHotOnAccess } = RULE;
    const cleanup = { name, prefixes, basis, returnToHotOnAccess, deleteAfterDays: 30 };
    expect(problemsOf({ tiering: { rules: [RULE, cleanup] } })).toEqual([]);
  });

  test('name every field that is missing, unknown or wrong', () => {
    expect(problemsOf({ tiering: { ruleNames: ['Idle'] } })).toEqual([
      'tiering.rules must be a list, got nothing',
      'tiering.ruleNames is not a field of the manifest; known here: rules',
    ]);
    expect(
      problemsOf({
        tiering: {
          rules: [
            {
              name: 'a-b',
              prefixes: [],
              basis: 'age',
              coolAfterDays: -1,
              coldAfterDays: 0.5,
              deleteAfterDays: 100_000,
              returnToHotOnAccess: 'no',
              archiveAfterDays: 9,
            },
            { ...RULE, prefixes: ['/dicom/', 'dicom', ''] },
          ],
        },
      }),
    ).toEqual([
      "tiering.rules[0].name must be 1 to 256 letters or digits, got 'a-b'",
      'tiering.rules[0].prefixes must be a list of at least 1, got []',
      'tiering.rules[0].basis must be one of lastAccess, lastModification, creation, got "age"',
      'tiering.rules[0].coolAfterDays must be a whole number from 0 to 99999, got -1',
      'tiering.rules[0].coldAfterDays must be a whole number from 0 to 99999, got 0.5',
      'tiering.rules[0].deleteAfterDays must be a whole number from 0 to 99999, got 100000',
      'tiering.rules[0].returnToHotOnAccess must be true or false, got "no"',
      'tiering.rules[0].archiveAfterDays is not a field of the manifest; known here: name, prefixes, basis, ' +
        'coolAfterDays, coldAfterDays, deleteAfterDays, returnToHotOnAccess',
      ...['/dicom/', 'dicom', ''].map(
        (prefix, index) =>
          `tiering.rules[1].prefixes[${index}] must be a path that starts with a container, without a slash before ` +
          `it, got "${prefix}"`,
      ),
    ]);
  });
});

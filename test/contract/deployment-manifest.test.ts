import { parseDeploymentManifest } from '../../contract';
import { manifestFixture } from '../support/manifest';

describe('parseDeploymentManifest', () => {
  test('takes a complete manifest as it is', () => {
    expect(parseDeploymentManifest(manifestFixture())).toEqual({ ok: true, manifest: manifestFixture() });
  });

  test('fails on another schema version, naming both', () => {
    expect(parseDeploymentManifest({ ...manifestFixture(), schemaVersion: 2 })).toEqual({
      ok: false,
      problems: ['schemaVersion must be 1, got 2; deploy and verify with the same version of dicom-lake'],
    });
  });

  test.each([
    [[], 'the manifest must be a JSON object, got []'],
    [null, 'the manifest must be a JSON object, got null'],
    ['x', 'the manifest must be a JSON object, got "x"'],
  ])('fails on %j', (json, problem) => {
    expect(parseDeploymentManifest(json)).toEqual({ ok: false, problems: [problem] });
  });

  test('fails naming every wrong, missing and unknown field at once', () => {
    const { dicomService, lake, ...rest } = manifestFixture();
    const result = parseDeploymentManifest({
      ...rest,
      tenantId: 'contoso',
      dicomService: { ...dicomService, serviceUrl: 'http://images', partitions: [] },
      lake: { ...lake, storageAccountId: '/subscriptions/x', deletedFileRetentionDays: 7.5, colour: 'blue' },
      tiering: undefined,
    });
    expect(result).toEqual({
      ok: false,
      problems: [
        "tenantId must be a GUID such as 00000000-0000-0000-0000-000000000000, got 'contoso'",
        'dicomService.serviceUrl must be an https URL without query, got "http://images"',
        'dicomService.partitions must be a list of at least 1, got []',
        'lake.storageAccountId must be the resource id of a Microsoft.Storage/storageAccounts, got "/subscriptions/x"',
        'lake.deletedFileRetentionDays must be a whole number from 0 to 365, got 7.5',
        'lake.colour is not a field of the manifest; known here: storageAccountId, storageAccountName, containerName, blobEndpoint, dfsEndpoint, deletedFileRetentionDays, lastAccessTracking',
        'tiering must be an object, got nothing',
      ],
    });
  });

  test('fails where partitions are named while data partitions are off', () => {
    const manifest = manifestFixture();
    const dicomService = {
      ...manifest.dicomService,
      dataPartitionsEnabled: false,
      partitions: ['hospital-a'],
    };
    expect(parseDeploymentManifest({ ...manifest, dicomService })).toEqual({
      ok: false,
      problems: [
        'dicomService.partitions must be ["Microsoft.Default"] while data partitions are off, got ["hospital-a"]',
      ],
    });
  });

  describe('with shortcuts', () => {
    const PATH = 'AHDS/hospital/dicom/images/Microsoft.Default';
    const SHORTCUT = {
      partition: 'Microsoft.Default',
      url: `https://hospitallake.dfs.core.windows.net/dicom/${PATH}`,
      subpath: `/dicom/${PATH}`,
    };

    function problemsOf(analytics: unknown): readonly string[] {
      const result = parseDeploymentManifest({ ...manifestFixture(), analytics });
      return result.ok ? [] : result.problems;
    }

    test('takes one for each partition', () => {
      expect(problemsOf({ shortcuts: [SHORTCUT, { ...SHORTCUT, partition: 'ward-7' }] })).toEqual([]);
    });

    test.each<[unknown, readonly string[]]>([
      [undefined, ['analytics must be an object, got nothing']],
      [{}, ['analytics.shortcuts must be a list, got nothing']],
      [{ shortcuts: 'none' }, ['analytics.shortcuts must be a list, got "none"']],
      [
        { shortcuts: [], engines: [] },
        ['analytics.engines is not a field of the manifest; known here: shortcuts'],
      ],
      [{ shortcuts: [null] }, ['analytics.shortcuts[0] must be an object, got null']],
      [
        { shortcuts: [SHORTCUT, {}] },
        [
          'analytics.shortcuts[1].partition must be a partition name of 1 to 64 letters, digits, _ . or -, got nothing',
          'analytics.shortcuts[1].url must be an https URL without query, got nothing',
          'analytics.shortcuts[1].subpath must be a path that starts with a slash, got nothing',
        ],
      ],
      [
        { shortcuts: [{ partition: 'ward/7', url: 'http://lake', subpath: 'dicom', colour: 'blue' }] },
        [
          'analytics.shortcuts[0].partition must be a partition name of 1 to 64 letters, digits, _ . or -, got "ward/7"',
          'analytics.shortcuts[0].url must be an https URL without query, got "http://lake"',
          'analytics.shortcuts[0].subpath must be a path that starts with a slash, got "dicom"',
          'analytics.shortcuts[0].colour is not a field of the manifest; known here: partition, url, subpath',
        ],
      ],
    ])('fails on %j', (analytics, problems) => {
      expect(problemsOf(analytics)).toEqual(problems);
    });

    test.each(['/dicom/', '//dicom', '/dicom?x', '/dicom#x', '/', '', 7])(
      'fails on the subpath %j',
      (subpath) => {
        expect(problemsOf({ shortcuts: [{ ...SHORTCUT, subpath }] })).toEqual([
          `analytics.shortcuts[0].subpath must be a path that starts with a slash, got ${JSON.stringify(subpath)}`,
        ]);
      },
    );

    test.each([
      ['https://lake/dicom?sas', '"https://lake/dicom?***"'],
      ['https://lake/d com', '"https://lake/d com"'],
      ['https:///dicom', '"https:///dicom"'],
      [7, '7'],
    ])('fails on the URL %j, without its query', (url, shown) => {
      expect(problemsOf({ shortcuts: [{ ...SHORTCUT, url }] })).toEqual([
        `analytics.shortcuts[0].url must be an https URL without query, got ${shown}`,
      ]);
    });
  });
});

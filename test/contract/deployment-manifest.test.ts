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
});

import {
  explainServiceError,
  healthCheckPath,
  lakeCodeInBody,
  nameProblem,
  parseEmulatorReady,
  partitionPath,
  readLakePath,
  roleAllows,
  ROLES,
  SERVICE_ERRORS,
} from '../../contract';

const TENANT = { workspaceName: 'hospital', dicomServiceName: 'images' };

describe('lake paths', () => {
  test('are built as the service documents them', () => {
    expect(partitionPath(TENANT)).toBe('AHDS/hospital/dicom/images/Microsoft.Default');
    expect(partitionPath(TENANT, 'ward-7')).toBe('AHDS/hospital/dicom/images/ward-7');
    expect(healthCheckPath(TENANT)).toBe('AHDS/hospital/dicom/images/healthCheck');
  });

  test.each([
    [
      'AHDS/hospital/dicom/images/Microsoft.Default/132_1.dcm',
      { kind: 'dicom-file', partition: 'Microsoft.Default', watermark: 1n },
    ],
    [
      'AHDS/hospital/dicom/images/ward-7/692_2.dcm',
      { kind: 'dicom-file', partition: 'ward-7', watermark: 2n },
    ],
    [
      'AHDS/hospital/dicom/images/132_1.dcm',
      { kind: 'dicom-file', partition: 'Microsoft.Default', watermark: 1n },
    ],
    [
      'AHDS/hospital/dicom/images/healthCheck/health3f2504e0-4f89-11d3-9a0c-0305e82c3301.txt',
      { kind: 'health-file' },
    ],
    ['AHDS/hospital/dicom/images/healthCheck/notes.txt', { kind: 'foreign' }],
    ['AHDS/hospital/dicom/images/healthCheck', { kind: 'directory' }],
    ['AHDS/hospital/dicom/images/ward-7', { kind: 'directory' }],
    ['AHDS/hospital/dicom/images', { kind: 'directory' }],
    ['AHDS', { kind: 'directory' }],
    ['AHDS/hospital/dicom/images/ward-7/999_2.dcm', { kind: 'foreign' }],
    ['AHDS/hospital/dicom/images/ward-7/deep/132_1.dcm', { kind: 'foreign' }],
    ['AHDS/hospital/dicom/other/Microsoft.Default/132_1.dcm', { kind: 'foreign' }],
    ['AHDS/hospital/dicom/images-2/Microsoft.Default/132_1.dcm', { kind: 'foreign' }],
    ['report.csv', { kind: 'foreign' }],
  ])('read %s', (path, expected) => {
    expect(readLakePath(TENANT, path)).toEqual(expected);
  });
});

describe('roles', () => {
  const BLOB = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';

  test.each([
    [ROLES.owner, 'data-action', `${BLOB}/read`, false],
    [ROLES.owner, 'action', 'Microsoft.Authorization/roleAssignments/write', true],
    [ROLES.contributor, 'action', 'Microsoft.Authorization/roleAssignments/write', false],
    [ROLES.contributor, 'action', 'Microsoft.Storage/storageAccounts/write', true],
    [ROLES.reader, 'action', 'microsoft.storage/STORAGEACCOUNTS/read', true],
    [ROLES.reader, 'action', 'Microsoft.Storage/storageAccounts/listKeys/action', false],
    [ROLES.storageBlobDataContributor, 'data-action', `${BLOB}/write`, true],
    [ROLES.storageBlobDataReader, 'data-action', `${BLOB}/write`, false],
    [
      ROLES.dicomDataReader,
      'data-action',
      'Microsoft.HealthcareApis/workspaces/dicomservices/resources/write',
      false,
    ],
    [
      ROLES.dicomDataOwner,
      'data-action',
      'Microsoft.HealthcareApis/workspaces/dicomservices/resources/write',
      true,
    ],
  ] as const)('%j: %s %s is %s', (role, plane, operation, allowed) => {
    expect(roleAllows(role, plane, operation)).toBe(allowed);
  });
});

describe('names', () => {
  test.each([
    ['workspace', 'hospital1', undefined],
    ['workspace', 'Hospital', "must be 3 to 24 lower-case letters or digits, got 'Hospital'"],
    ['dicomService', 'a-b', undefined],
    [
      'dicomService',
      'a-',
      "must be 3 to 24 letters, digits or dashes, starting and ending with a letter or digit, got 'a-'",
    ],
    ['container', 'dicom-files', undefined],
    [
      'container',
      'a--b',
      "must be 3 to 63 lower-case letters, digits or single dashes, starting and ending with a letter or digit, got 'a--b'",
    ],
    [
      'resourceGroup',
      'rg.',
      "must be 1 to 90 letters, digits, underscores, dashes, dots or parentheses, not ending in a dot, got 'rg.'",
    ],
  ] as const)('%s %s', (kind, name, problem) => {
    expect(nameProblem(kind, name)).toBe(problem);
  });
});

describe('service errors', () => {
  test('are told apart by code, and fall back to the status', () => {
    expect(explainServiceError('dicom', 424, 'BlobArchived')?.cause).toContain('archive tier');
    expect(explainServiceError('dicom', 424, 'SomethingNew')).toEqual(explainServiceError('dicom', 424));
    expect(explainServiceError('dicom', 418)).toBeUndefined();
    expect(explainServiceError('arm', 403, 'SomethingNew')).toBeUndefined();
  });

  test('are found once each, with a cause and a remedy', () => {
    const keys = SERVICE_ERRORS.map((error) => `${error.plane} ${error.status} ${error.code ?? ''}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(SERVICE_ERRORS.filter((error) => error.cause === '' || error.remedy === '')).toEqual([]);
  });

  test('take the code of the lake from the text of a 424', () => {
    const body =
      'Error occurred during an operation on the configured storage account. Use the https://go.microsoft.com/fwlink/?linkid=2251550 to troubleshoot the issue. Received the following error code: ConditionNotMet';
    expect(lakeCodeInBody(body)).toBe('ConditionNotMet');
    expect(lakeCodeInBody('No such host is known.')).toBeUndefined();
  });
});

describe('parseEmulatorReady', () => {
  test('fails naming every missing field', () => {
    expect(parseEmulatorReady({ schemaVersion: 3, endpoints: { arm: 'https://127.0.0.1:1' } })).toMatchObject(
      {
        ok: false,
        problems: expect.arrayContaining([
          'endpoints.dicom must be a string',
          'endpoints.logs must be a string',
          'credentials.verifier.objectId must be a string',
        ]) as unknown,
      },
    );
    expect(parseEmulatorReady('x')).toEqual({
      ok: false,
      problems: ['schemaVersion must be 3, got nothing; is this the ready file of an emulator?'],
    });
  });
});

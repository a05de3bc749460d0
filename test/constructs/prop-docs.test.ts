import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

const FOLDERS = ['constructs', 'stacks'];

interface Prop {
  readonly name: string;
  readonly isOptional: boolean;
  readonly doc: string;
}

const props = FOLDERS.flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => propsIn(join(folder, file))),
);

test('every optional prop says what its default is', () => {
  const optional = props.filter(({ isOptional }) => isOptional);
  expect(optional.length).toBeGreaterThan(20);
  expect(optional.filter(({ doc }) => !/@default \S/.test(doc)).map(({ name }) => name)).toEqual([]);
});

/** Props behind arguments that the provider marks ForceNew, in 4.55 and 5.2 alike. */
const REPLACING = [
  'ActionGroupProps.actionGroupName',
  'AnalyticsAccessProps.dicomService',
  'DeleteLockProps.dicomService',
  'DeleteLockProps.notes',
  'DicomLakeProps.identityName',
  'DicomLakeProps.lake',
  'DicomLakeProps.partitions',
  'DicomLakeProps.storageAccountName',
  'DicomLakeProps.verifierDeepProbes',
  'DicomLakeProps.workspace',
  'DicomLakeProps.workspaceName',
  'DicomLakeStackProps.location',
  'DicomLakeStackProps.resourceGroupName',
  'DicomServiceProps.dataPartitionsEnabled',
  'DicomServiceProps.dicomServiceName',
  'DicomServiceProps.lake',
  'DicomServiceProps.workspace',
  'HealthWorkspaceProps.workspaceName',
  'InventoryOptions.inventoryContainerName',
  'InventoryPolicyProps.lake',
  'LakeGrantOptions.scope',
  'LakeIdentityProps.identityName',
  'LakeMonitoringProps.dicomService',
  'LakeStorageProps.containerName',
  'LakeStorageProps.replication',
  'LakeStorageProps.storageAccountName',
  'LogAnalyticsWorkspaceProps.logAnalyticsWorkspaceName',
  'PlacementProps.location',
  'PlacementProps.resourceGroup',
  'PrivateAccessOptions.subnet',
  'PrivateAccessProps.dicomService',
  'PrivateDnsZoneProps.virtualNetworkId',
  'PrivateDnsZoneProps.zoneName',
  'TieringPolicyProps.dicomService',
  'VerificationJobOptions.containerRegistryId',
  'VerificationJobOptions.jobName',
  'VerificationJobOptions.subnet',
  'VerificationJobProps.dicomService',
  'VerifierGrantProps.deepProbes',
  'VerifierGrantProps.dicomService',
  'VerifierGrantProps.monitoring',
  'VerifierGrantProps.verifier',
];

test('every prop whose change destroys a resource says so, and no other does', () => {
  const warned = props.filter(({ doc }) => doc.includes('Replacement:')).map(({ name }) => name);
  expect(warned.sort()).toEqual(REPLACING);
});

function propsIn(path: string): readonly Prop[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
  return source.statements.filter(ts.isInterfaceDeclaration).flatMap((declaration) =>
    declaration.members.filter(ts.isPropertySignature).map((member) => ({
      name: `${declaration.name.text}.${member.name.getText(source)}`,
      isOptional: member.questionToken !== undefined,
      doc: source.text.slice(member.getFullStart(), member.getStart(source)),
    })),
  );
}

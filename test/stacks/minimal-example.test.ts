import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressesOf, type Synthesized } from '../support/synth';

let folder: string;
let synthesized: Synthesized;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dicom-lake-example-'));
  process.env['CDKTF_OUTDIR'] = join(folder, 'cdktf.out');
  jest.requireActual('../../examples/minimal/main');
  const path = join(folder, 'cdktf.out', 'stacks', 'dicom-lake', 'cdk.tf.json');
  synthesized = JSON.parse(await readFile(path, 'utf8')) as Synthesized;
});

afterAll(async () => {
  delete process.env['CDKTF_OUTDIR'];
  await rm(folder, { recursive: true });
});

test('the logical ids of the example stay what they are: another id is another resource to Terraform', () => {
  expect(addressesOf(synthesized)).toMatchInlineSnapshot(`
   [
     "azurerm_healthcare_dicom_service.DicomLake_DicomService_74834C5F",
     "azurerm_healthcare_workspace.DicomLake_Workspace_E5388F58",
     "azurerm_resource_group.ResourceGroup",
     "azurerm_role_assignment.DicomLake_DicomService_DICOMDataOwner-77777777-7777-7777-7777-777777777777_F7D77EBC",
     "azurerm_role_assignment.DicomLake_Storage_StorageBlobDataContributor-DicomLake-Identity_1141C252",
     "azurerm_role_assignment.DicomLake_Storage_StorageBlobDataReader-77777777-7777-7777-7777-777777777777_FD2D7B3A",
     "azurerm_role_assignment.DicomLake_Verifier_StorageAccount_Reader-77777777-7777-7777-7777-777777777777_9CCCD99D",
     "azurerm_role_assignment.DicomLake_Verifier_Workspace_Reader-77777777-7777-7777-7777-777777777777_A26E2762",
     "azurerm_storage_account.DicomLake_Storage_B285DFB1",
     "azurerm_storage_container.DicomLake_Storage_Container_303E0113",
     "azurerm_storage_management_policy.DicomLake_Tiering_9DB75ABF",
     "azurerm_user_assigned_identity.DicomLake_Identity_717F2647",
   ]
  `);
});

test('the example deploys to the emulator: its tenant, its subscription, its verifier', () => {
  const manifest = synthesized.output?.['manifest']?.value;
  expect(manifest).toMatchObject({
    tenantId: '11111111-1111-1111-1111-111111111111',
    subscriptionId: '44444444-4444-4444-4444-444444444444',
    workspace: { name: 'demohealth' },
    dicomService: { name: 'images', dataPartitionsEnabled: false, partitions: ['Microsoft.Default'] },
    lake: { storageAccountName: 'demodicomlake', containerName: 'dicom', lastAccessTracking: true },
    tiering: { ruleNames: ['IdleImages'] },
  });
  const principals = Object.values(synthesized.resource['azurerm_role_assignment'] ?? {}).map(
    ({ principal_id: id }) => id,
  );
  expect(principals.filter((id) => id === '77777777-7777-7777-7777-777777777777')).toHaveLength(4);
});

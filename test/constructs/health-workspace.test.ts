import { TerraformOutput } from 'cdktf';
import { HealthWorkspace } from '../../constructs';
import { emptyStack, RESOURCE_GROUP, unknownString } from '../support/stack';
import { onlyResource, synth } from '../support/synth';

const TYPE = 'azurerm_healthcare_workspace';

test('a workspace needs no more than a name and a resource group', () => {
  const stack = emptyStack();
  const workspace = new HealthWorkspace(stack, 'Workspace', {
    resourceGroup: RESOURCE_GROUP,
    workspaceName: 'demohealth',
  });
  new TerraformOutput(stack, 'id', { value: workspace.workspaceId });
  const synthesized = synth(stack);
  expect(onlyResource(synthesized, TYPE)).toEqual({
    name: 'demohealth',
    resource_group_name: 'imaging',
    location: 'westeurope',
  });
  expect(synthesized.output?.['id']?.value).toMatch(/^\$\{azurerm_healthcare_workspace\.\w+\.id\}$/);
});

test('a workspace can lie in another region than its resource group and carry tags', () => {
  const stack = emptyStack();
  const workspace = new HealthWorkspace(stack, 'Workspace', {
    resourceGroup: RESOURCE_GROUP,
    workspaceName: 'demohealth',
    location: 'northeurope',
    tags: { costs: 'imaging' },
  });
  expect(onlyResource(synth(stack), TYPE)).toMatchObject({
    location: 'northeurope',
    tags: { costs: 'imaging' },
  });
  expect(workspace.location).toBe('northeurope');
});

test('a name that only Terraform knows is left to Azure', () => {
  const stack = emptyStack();
  new HealthWorkspace(stack, 'Workspace', {
    resourceGroup: RESOURCE_GROUP,
    workspaceName: unknownString(stack),
  });
  expect(onlyResource(synth(stack), TYPE)['name']).toBe('${var.unknown}');
});

test('an existing workspace is referred to and not created', () => {
  const stack = emptyStack();
  const workspace = HealthWorkspace.fromWorkspaceAttributes(stack, 'Existing', {
    workspaceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.HealthcareApis/workspaces/oldhealth',
    workspaceName: 'oldhealth',
    location: 'westeurope',
  });
  expect(workspace.workspaceName).toBe('oldhealth');
  expect(synth(stack).resource).toBeUndefined();
});

test('fails on a name that Azure refuses, created or existing', () => {
  const stack = emptyStack();
  const problem = "'workspaceName' must be 3 to 24 lower-case letters or digits, got 'Demo-Health'";
  const id =
    "'workspaceId' must be the resource id of a Microsoft.HealthcareApis/workspaces, " +
    '/subscriptions/…/resourceGroups/…/providers/Microsoft.HealthcareApis/workspaces/…, got ';
  expect(
    () =>
      new HealthWorkspace(stack, 'Workspace', {
        resourceGroup: RESOURCE_GROUP,
        workspaceName: 'Demo-Health',
      }),
  ).toThrow(new Error(`HealthWorkspaceInvalid at test/Workspace: ${problem}`));
  expect(() =>
    HealthWorkspace.fromWorkspaceAttributes(stack, 'Existing', {
      workspaceId: '/subscriptions/s',
      workspaceName: 'Demo-Health',
      location: 'westeurope',
    }),
  ).toThrow(new Error(`HealthWorkspaceInvalid at test/Existing:\n- ${problem}\n- ${id}'/subscriptions/s'`));
});

test('fails on a name that is not the one in the id, since every path in the lake is made of it', () => {
  const workspaceId = `${RESOURCE_GROUP.id}/providers/Microsoft.HealthcareApis/workspaces/oldhealth`;
  expect(() =>
    HealthWorkspace.fromWorkspaceAttributes(emptyStack(), 'Existing', {
      workspaceId,
      workspaceName: 'newhealth',
      location: 'westeurope',
    }),
  ).toThrow(
    new Error(
      "HealthWorkspaceInvalid at test/Existing: 'workspaceName' must be the name in 'workspaceId', 'oldhealth', got " +
        "'newhealth'",
    ),
  );
});

test('of an existing workspace, id or name may be known to Terraform alone', () => {
  const stack = emptyStack();
  const unknown = unknownString(stack);
  const workspaceId = `${RESOURCE_GROUP.id}/providers/Microsoft.HealthcareApis/workspaces/oldhealth`;
  const location = 'westeurope';
  const byName = { workspaceId: unknown, workspaceName: 'oldhealth', location };
  const byId = { workspaceId, workspaceName: unknown, location };
  expect(HealthWorkspace.fromWorkspaceAttributes(stack, 'ByName', byName)).toMatchObject(byName);
  expect(HealthWorkspace.fromWorkspaceAttributes(stack, 'ById', byId)).toMatchObject(byId);
});

import { TerraformOutput } from 'cdktf';
import { Construct } from 'constructs';
import { LakeIdentity } from '../../constructs';
import { emptyStack, RESOURCE_GROUP, unknownString } from '../support/stack';
import { onlyResource, synth } from '../support/synth';

const TYPE = 'azurerm_user_assigned_identity';

test('an identity is a service principal whose object id Terraform fills in', () => {
  const stack = emptyStack();
  const identity = new LakeIdentity(stack, 'Identity', {
    resourceGroup: RESOURCE_GROUP,
    identityName: 'demo-images',
    tags: { costs: 'imaging' },
  });
  new TerraformOutput(stack, 'principal', { value: identity.principalId });
  const synthesized = synth(stack);
  expect(onlyResource(synthesized, TYPE)).toEqual({
    name: 'demo-images',
    resource_group_name: 'imaging',
    location: 'westeurope',
    tags: { costs: 'imaging' },
  });
  expect(identity.principalType).toBe('ServicePrincipal');
  expect(synthesized.output?.['principal']?.value).toMatch(
    /^\$\{azurerm_user_assigned_identity\.\w+\.principal_id\}$/,
  );
});

test('an identity is told apart by its place below the stack, whatever the stack is called', () => {
  const stack = emptyStack();
  const identity = new LakeIdentity(new Construct(stack, 'Part'), 'Identity', {
    resourceGroup: RESOURCE_GROUP,
    identityName: 'demo-images',
  });
  expect(identity.granteeId).toBe('Part/Identity');
});

test('a name that only Terraform knows is left to Azure', () => {
  const stack = emptyStack();
  new LakeIdentity(stack, 'Identity', { resourceGroup: RESOURCE_GROUP, identityName: unknownString(stack) });
  expect(onlyResource(synth(stack), TYPE)['name']).toBe('${var.unknown}');
});

test('fails on a name that Azure refuses', () => {
  const stack = emptyStack();
  expect(
    () => new LakeIdentity(stack, 'Identity', { resourceGroup: RESOURCE_GROUP, identityName: '-x' }),
  ).toThrow(
    new Error(
      "LakeIdentityInvalid at test/Identity: 'identityName' must be 3 to 128 letters, digits, dashes or " +
        "underscores, starting with a letter or digit, got '-x'",
    ),
  );
});

test('an existing identity is used and not made; its client id does not do', () => {
  const stack = emptyStack();
  const identityId = `${RESOURCE_GROUP.id}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/writer`;
  const principalId = '88888888-8888-8888-8888-888888888888';
  expect(LakeIdentity.fromIdentityAttributes(stack, 'Old', { identityId, principalId })).toMatchObject({
    identityId,
    principalId,
    principalType: 'ServicePrincipal',
    granteeId: 'Old',
  });
  expect(synth(stack).resource).toBeUndefined();
  expect(() =>
    LakeIdentity.fromIdentityAttributes(stack, 'Wrong', { identityId: 'writer', principalId: 'writer' }),
  ).toThrow(
    new Error(
      [
        'LakeIdentityInvalid at test/Wrong:',
        "- 'identityId' must be the resource id of a Microsoft.ManagedIdentity/userAssignedIdentities, /subscriptions/" +
          "…/resourceGroups/…/providers/Microsoft.ManagedIdentity/userAssignedIdentities/…, got 'writer'",
        "- 'principalId' must be a GUID such as 00000000-0000-0000-0000-000000000000, got 'writer'",
      ].join('\n'),
    ),
  );
});

import { readStackDocument } from '../../local/stack-document';
import { resolveReferences } from '../../local/expression';

const TYPES = ['azurerm_resource_group', 'azurerm_storage_account'];

function problemsOf(stack: unknown): readonly string[] {
  try {
    readStackDocument(stack, TYPES);
    return [];
  } catch (error) {
    return (error as { problems: readonly string[] }).problems;
  }
}

describe('readStackDocument', () => {
  test('puts each resource behind all it refers to or names in depends_on', () => {
    const { resources } = readStackDocument(
      {
        resource: {
          azurerm_storage_account: {
            late: { depends_on: ['azurerm_storage_account.middle'], name: 'c' },
            middle: { resource_group_name: '${azurerm_resource_group.first.name}' },
          },
          azurerm_resource_group: { first: { name: 'rg' } },
        },
      },
      TYPES,
    );
    expect(resources.map((resource) => resource.address)).toEqual([
      'azurerm_resource_group.first',
      'azurerm_storage_account.middle',
      'azurerm_storage_account.late',
    ]);
  });

  test('fails naming every type, section, expression and missing resource at once', () => {
    expect(
      problemsOf({
        data: { azurerm_client_config: {} },
        resource: {
          azurerm_key_vault: { vault: {} },
          azurerm_resource_group: { first: { name: '${lower("RG")}', count: 2 } },
          azurerm_storage_account: {
            lake: { name: '${azurerm_resource_group.absent.name}', depends_on: ['azurerm_key_vault.vault'] },
          },
        },
        output: { manifest: { value: { id: '${var.id}' } } },
      }),
    ).toEqual([
      "section 'data' is not understood; local apply reads resource and output",
      "resource type 'azurerm_key_vault' is not understood (vault); local apply knows azurerm_resource_group, azurerm_storage_account",
      "azurerm_resource_group.first uses 'count', which local apply does not understand",
      "azurerm_resource_group.first: the expression '${lower(\"RG\")}' is not understood; allowed are references such as '${azurerm_storage_account.lake.id}'",
      "output 'manifest': the expression '${var.id}' is not understood; allowed are references such as '${azurerm_storage_account.lake.id}'",
      "azurerm_storage_account.lake: '${azurerm_resource_group.absent.name}' refers to 'azurerm_resource_group.absent', which is not in the stack",
      "azurerm_storage_account.lake depends on 'azurerm_key_vault.vault', which is not in the stack",
    ]);
  });

  test('fails where resources wait for each other', () => {
    expect(
      problemsOf({
        resource: {
          azurerm_resource_group: {
            a: { depends_on: ['azurerm_resource_group.b'] },
            b: { depends_on: ['azurerm_resource_group.a'] },
          },
        },
      }),
    ).toEqual([
      'these resources wait for each other in a circle: azurerm_resource_group.a, azurerm_resource_group.b',
    ]);
  });

  test.each([[[]], [null], [{ output: {} }]])('fails on %j, which is no synthesized stack', (json) => {
    expect(problemsOf(json)).toEqual([
      "the file holds no 'resource' section; give the cdk.tf.json that 'cdktf synth' wrote to cdktf.out/stacks/{name}/",
    ]);
  });
});

describe('resolveReferences', () => {
  const look = ({ text }: { text: string }): unknown =>
    ({ 'a_b.c.id': 'ID', 'a_b.c.port': 7, 'a_b.c.tags': { k: 'v' } })[text];

  test.each([
    ['${a_b.c.id}', 'ID'],
    ['x/${a_b.c.id}/${a_b.c.port}', 'x/ID/7'],
    ['${a_b.c.tags}', { k: 'v' }],
    ['$${a_b.c.id}', '${a_b.c.id}'],
    ['plain', 'plain'],
    [{ deep: ['${a_b.c.port}', true, null] }, { deep: [7, true, null] }],
  ])('resolves %j', (value, expected) => {
    expect(resolveReferences(value, look)).toEqual(expected);
  });

  test('fails where an object stands inside a text', () => {
    expect(() => resolveReferences('x-${a_b.c.tags}', look)).toThrow(
      `'\${a_b.c.tags}' stands inside a text but is {"k":"v"}`,
    );
  });
});

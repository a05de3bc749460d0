import { Fn, TerraformOutput } from 'cdktf';
import { referencesIn, resolveReferences } from '../../local/expression';
import { readJsonExpression } from '../../local/json-expression';
import { emptyStack, surroundings } from '../support/stack';
import { synth } from '../support/synth';

const look = ({ text }: { readonly text: string }): unknown => ({ kind: 'value of', text });

test('what cdktf writes for jsonencode is read back, with what its references stand for', () => {
  const stack = emptyStack();
  const { lake } = surroundings(stack);
  const value = {
    id: lake.storageAccountId,
    folder: `${lake.storageAccountId}/a`,
    list: [1, -2.5, true, 'x = {y}, [z] ${', lake.dfsEndpoint],
    nothing: [],
    nested: { empty: {} },
  };
  new TerraformOutput(stack, 'json', { value: Fn.jsonencode(value) });
  const text = synth(stack).output?.['json']?.value as string;
  const ids = referencesIn(text).map(({ text: reference }) => reference.replace(/^.*\./, ''));
  expect(ids).toEqual(['id', 'id', 'primary_dfs_endpoint']);
  const resolved = resolveReferences(text, (reference) =>
    reference.text.endsWith('.id') ? '/account' : 'https://lake/',
  );
  expect(JSON.parse(resolved as string)).toEqual({
    ...value,
    id: '/account',
    folder: '/account/a',
    list: [1, -2.5, true, 'x = {y}, [z] ${', 'https://lake/'],
  });
});

test('stands inside a text like any other part of a template', () => {
  const text = 'a ${jsonencode({"b" = [azurerm_resource_group.x.name]})} c ${azurerm_resource_group.x.id}';
  const values: Readonly<Record<string, string>> = { name: 'rg', id: '/rg' };
  const resolved = resolveReferences(text, ({ steps }) => values[String(steps.at(-1))]);
  expect(resolved).toBe('a {"b":["rg"]} c /rg');
});

test.each([
  [
    '${jsonencode({"a" = lower("X")})}',
    '\'(\' in \'${jsonencode({"a" = lower("X")})}\' is no key of an object',
  ],
  ['${jsonencode({"a" 1})}', "'=' is missing before '1'"],
  ['${jsonencode(1, 2)}', "')' is missing before ','"],
  ['${jsonencode(1', 'is not understood'],
  ['${jsonencode(var.x)}', "the expression '${var.x}' is not understood"],
])('fails on %s', (text, message) => {
  expect(() => resolveReferences(text, look)).toThrow(message);
});

test('is asked for nothing else', () => {
  expect(readJsonExpression('azurerm_resource_group.x.id', 0)).toBeUndefined();
});

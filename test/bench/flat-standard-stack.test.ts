import { Testing, type TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { flatStandardStack } from '../../bench/synthesis/flat-standard-stack';
import { standardStack } from '../../bench/synthesis/standard-stack';
import { addressesOf, type Resource, type Synthesized, synth } from '../support/synth';

const synthesized = (make: (scope: Construct, id: string) => TerraformStack): Synthesized =>
  synth(make(Testing.app(), 'standard'));

test('the bench compares like with like: both stacks are the same but for names inside Terraform', () => {
  const typed = synthesized(standardStack);
  expect(addressesOf(typed).length).toBeGreaterThan(25);
  expect(comparable(synthesized(flatStandardStack))).toEqual(comparable(typed));
});

/** With what Azure calls a resource in place of what Terraform calls it, and in no order that means nothing. */
function comparable(stack: Synthesized): unknown {
  const names = new Map(addressesOf(stack).map((address) => [address, nameOf(stack, address)]));
  expect(new Set(names.values()).size).toBe(names.size);
  const renamed = (value: unknown): unknown => {
    const byLength = [...names].sort(([one], [other]) => other.length - one.length);
    const text = byLength.reduce((all, [from, to]) => all.replaceAll(from, to), JSON.stringify(value));
    return JSON.parse(text) as unknown;
  };
  return {
    ...stack,
    resource: Object.fromEntries(
      [...names].map(([address, name]) => {
        const { depends_on: before, ...rest } = renamed(resourceAt(stack, address)) as Resource;
        const sorted = Array.isArray(before) ? { depends_on: before.map(String).sort() } : {};
        return [name, { ...rest, ...sorted }];
      }),
    ),
    output: renamed(stack.output),
  };
}

function nameOf(stack: Synthesized, address: string): string {
  const { scope, ...resource } = resourceAt(stack, address);
  const { name = '', role_definition_name: role = '', principal_id: principal = '' } = resource as Names;
  const target = typeof scope === 'string' ? /\$\{([\w-]+\.[\w-]+)\.id\}/.exec(scope)?.[1] : undefined;
  return [
    address.split('.')[0] ?? '',
    name,
    role,
    principal.includes('$') ? 'identity' : principal,
    target === undefined ? '' : nameOf(stack, target),
  ].join(' ');
}

interface Names {
  readonly name?: string;
  readonly role_definition_name?: string;
  readonly principal_id?: string;
}

function resourceAt(stack: Synthesized, address: string): Resource {
  const [type = '', id = ''] = address.split('.');
  const found = stack.resource[type]?.[id];
  if (found === undefined) throw new Error(`no resource ${address}`);
  return found;
}

import { Testing, type TerraformStack } from 'cdktf';

/** What Terraform reads: resources by type and logical id. */
export interface Synthesized {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Resource>>>>;
  readonly output?: Readonly<Record<string, { readonly value: unknown }>>;
  readonly provider?: Readonly<Record<string, readonly Record<string, unknown>[]>>;
  readonly terraform: Readonly<Record<string, unknown>>;
}

export type Resource = Readonly<Record<string, unknown>>;

/** Synthesizes with validations, which `Testing.synth` leaves out unless told otherwise. */
export function synth(stack: TerraformStack): Synthesized {
  return JSON.parse(Testing.synth(stack, true)) as Synthesized;
}

/** All resources of a type. */
export function resourcesOf(synthesized: Synthesized, type: string): readonly Resource[] {
  return Object.values(synthesized.resource[type] ?? {});
}

/** The one resource of a type. */
export function onlyResource(synthesized: Synthesized, type: string): Resource {
  const [resource, ...others] = resourcesOf(synthesized, type);
  if (resource === undefined || others.length > 0) {
    throw new Error(
      `expected one ${type}, got ${resourcesOf(synthesized, type).length} in:\n` +
        addressesOf(synthesized).join('\n'),
    );
  }
  return resource;
}

/** `type.logical_id` of every resource, sorted. */
export function addressesOf(synthesized: Synthesized): string[] {
  return Object.entries(synthesized.resource)
    .flatMap(([type, resources]) => Object.keys(resources).map((id) => `${type}.${id}`))
    .sort();
}

/**
 * Everything that Terraform creates before a resource: along `depends_on` and references, over any number of steps.
 *
 * @param address `type.logical_id`
 */
export function predecessorsOf(synthesized: Synthesized, address: string): ReadonlySet<string> {
  const before = new Set<string>();
  const visit = (from: string): void => {
    for (const named of namedBy(synthesized, from)) {
      if (before.has(named)) continue;
      before.add(named);
      visit(named);
    }
  };
  visit(address);
  return before;
}

/** The resources that a resource names, by `depends_on` or a reference. */
export function namedBy(synthesized: Synthesized, address: string): readonly string[] {
  const [type = '', id = ''] = address.split('.');
  const text = JSON.stringify(synthesized.resource[type]?.[id]);
  return addressesOf(synthesized).filter(
    (other) => text.includes(`\${${other}.`) || text.includes(`"${other}"`),
  );
}

import { TerraformElement, type TerraformStack } from 'cdktf';
import { addressesOf, namedBy, type Resource, synth } from '../synth';

/** A resource of a synthesized stack, and what has to be there before it. */
export interface StackNode {
  readonly address: string;
  readonly type: string;
  /** Path of its construct below the stack, such as `DicomLake/Storage/Container`. */
  readonly path: string;
  readonly config: Resource;
  /** Addresses that it names, by `depends_on` or a reference. */
  readonly names: readonly string[];
  /** 1 where it names nothing, else one more than the latest of what it names. */
  readonly step: number;
}

/** Every resource of a stack as Terraform reads it, in the order in which it can create them. */
export function stackGraph(stack: TerraformStack): readonly StackNode[] {
  const synthesized = synth(stack);
  const paths = new Map(
    stack.node
      .findAll()
      .flatMap((child) =>
        TerraformElement.isTerraformElement(child)
          ? [[child.friendlyUniqueId, child.node.path.split('/').slice(1).join('/')]]
          : [],
      ),
  );
  const steps = new Map<string, number>();
  const stepOf = (address: string): number => {
    const step =
      steps.get(address) ?? 1 + Math.max(0, ...namedBy(synthesized, address).map((named) => stepOf(named)));
    steps.set(address, step);
    return step;
  };
  return addressesOf(synthesized)
    .map((address) => {
      const [type = '', id = ''] = address.split('.');
      return {
        address,
        type,
        path: paths.get(id) ?? id,
        config: synthesized.resource[type]?.[id] ?? {},
        names: namedBy(synthesized, address),
        step: stepOf(address),
      };
    })
    .sort((one, other) => one.step - other.step || one.address.localeCompare(other.address, 'en'));
}
